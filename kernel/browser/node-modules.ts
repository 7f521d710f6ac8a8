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

/** `node:crypto`: the SHA-256 of a text, the checksum of records, of which a page gives only one that it has to wait for. */
export function createHash(_algorithm: "sha256"): {
  update(text: string): { digest(encoding: "hex"): string };
} {
  return { update: (text) => ({ digest: () => sha256(new TextEncoder().encode(text)) }) };
}

/** The first 32 bits of the fractions of a root of the first primes. */
const fractions = (count: number, root: (prime: number) => number): Int32Array => {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime > 0)) primes.push(n);
  return Int32Array.from(primes, (prime) => Math.floor((root(prime) % 1) * 2 ** 32));
};

/** @see FIPS 180-4, section 6.2 */
function sha256(message: Uint8Array): string {
  const constants = fractions(64, Math.cbrt);
  const hash = fractions(8, Math.sqrt);
  const padded = new Uint8Array(Math.ceil((message.length + 9) / 64) * 64);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(8 * message.length));
  const words = new Int32Array(64);
  const rotated = (x: number, bits: number): number => (x >>> bits) | (x << (32 - bits));
  for (let block = 0; block < padded.length; block += 64) {
    for (let t = 0; t < 16; t++) words[t] = view.getInt32(block + 4 * t);
    for (let t = 16; t < 64; t++) {
      const [x, y] = [words[t - 15], words[t - 2]];
      const first = rotated(x, 7) ^ rotated(x, 18) ^ (x >>> 3);
      const second = rotated(y, 17) ^ rotated(y, 19) ^ (y >>> 10);
      words[t] = words[t - 16] + first + words[t - 7] + second;
    }
    let [a, b, c, d, e, f, g, h] = hash;
    for (let t = 0; t < 64; t++) {
      const chosen = (e & f) ^ (~e & g);
      const ofE = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
      const next = (h + ofE + chosen + constants[t] + words[t]) | 0;
      const ofA = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
      const majority = (a & b) ^ (a & c) ^ (b & c);
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + next) | 0, c, b, a, (next + ofA + majority) | 0];
    }
    for (const [i, word] of [a, b, c, d, e, f, g, h].entries()) hash[i] += word;
  }
  return Array.from(hash, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
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
