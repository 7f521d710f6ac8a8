/**
 * What files of the kernel that also run in a browser use of Node's modules. The bundle resolves each of those to this file, apart
 * from `node:fs`, for which `files.ts` stands in, and `node:path`.
 */
import ts from "typescript";
import { compilingForbidden } from "../errors";

// The bundle has these two from the package node-inspect-extracted, which is Node's own code.
export { formatWithOptions, inspect } from "node:util";

/** `node:module`: whether a module comes with Node. */
export function isBuiltin(specifier: string): boolean {
  return specifier.startsWith("node:");
}

// Internals of stock TypeScript that the public declarations leave out.
interface Mapping {
  readonly generatedLine: number;
  readonly generatedCharacter: number;
  readonly sourceLine?: number;
  readonly sourceCharacter?: number;
}
const { decodeMappings } = ts as unknown as { decodeMappings(mappings: string): Iterable<Mapping> };

/** `node:module`: a source map, of which the kernel asks only for the original of a position. */
export class SourceMap {
  readonly #mappings: readonly Mapping[];

  constructor({ mappings }: { readonly mappings: string }) {
    this.#mappings = [...decodeMappings(mappings)];
  }

  /** Returns the last mapping that begins at a position or before it. */
  findEntry(line: number, column: number): object {
    const found = this.#mappings.findLast(
      ({ generatedLine, generatedCharacter }) =>
        generatedLine < line || (generatedLine === line && generatedCharacter <= column),
    );
    return found ? { originalLine: found.sourceLine, originalColumn: found.sourceCharacter } : {};
  }
}

/** `node:vm`: runs a script in the global scope. */
export function runInThisContext(code: string, { filename }: { readonly filename?: string } = {}): unknown {
  // Called by another name, `eval` runs code in the global scope.
  const { eval: run } = globalThis;
  try {
    return run(filename === undefined ? code : `${code}\n//# sourceURL=${filename}`);
  } catch (error) {
    throw error instanceof EvalError ? compilingForbidden() : error;
  }
}

/** `node:url`. */
export function fileURLToPath(url: string): string {
  return decodeURIComponent(new URL(url).pathname);
}

/** `node:crypto`. */
export function randomUUID(): string {
  return crypto.randomUUID();
}

const tagOf = (value: unknown): string => Object.prototype.toString.call(value).slice("[object ".length, -1);

/** `node:util/types`. */
export function isNativeError(value: unknown): value is Error {
  return value instanceof Error || tagOf(value) === "Error";
}

/** Always false: a browser does not tell a proxy from what it stands for. */
export function isProxy(_value: unknown): boolean {
  return false;
}

export function isPromise(value: unknown): value is Promise<unknown> {
  return value instanceof Promise;
}

/** `types` of `node:util`. */
export const types = {
  isProxy: (value: unknown): boolean => isProxy(value),
  isNativeError: (value: unknown): boolean => isNativeError(value),
  isDate: (value: unknown): boolean => value instanceof Date,
  isMap: (value: unknown): boolean => value instanceof Map,
  isSet: (value: unknown): boolean => value instanceof Set,
  isTypedArray: (value: unknown): boolean => ArrayBuffer.isView(value) && !(value instanceof DataView),
};
