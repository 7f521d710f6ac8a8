/**
 * The compiler as a start-up snapshot of V8 brings it: loaded, with the declarations of the language and of Node read.
 *
 * Without one, or where it was made from other files than those that are here now, the compiler loads as usual.
 */
import { statSync } from "node:fs";
import Module from "node:module";
import { dirname, join } from "node:path";
import type { SourceFiles } from "./source-files";

/** What the snapshot offers. */
export interface WarmCompiler {
  /** What `compilerStamp` was when the snapshot was made. */
  readonly stamp: string;
  readonly typescript: object;
  readonly sources: SourceFiles;
}

const WARM_COMPILER = Symbol.for("smooth-edges.warm-compiler");
type Globals = typeof globalThis & { [WARM_COMPILER]?: WarmCompiler };

/** Called in a process that starts from a snapshot, before the kernel is loaded. */
export function offerWarmCompiler(compiler: WarmCompiler): void {
  (globalThis as Globals)[WARM_COMPILER] = compiler;
}

/** Has `typescript` come from the snapshot; to be called before anything loads it. */
export function useWarmCompiler(): void {
  const warm = (globalThis as Globals)[WARM_COMPILER];
  if (warm === undefined) return;
  if (warm.stamp !== compilerStamp()) {
    delete (globalThis as Globals)[WARM_COMPILER];
    return;
  }
  const file = require.resolve("typescript");
  const standIn = new Module(file);
  standIn.filename = file;
  standIn.exports = warm.typescript;
  standIn.loaded = true;
  require.cache[file] = standIn as NodeJS.Module;
}

/** Files that the snapshot has read, bound to its TypeScript. */
export function warmSourceFiles(): SourceFiles | undefined {
  return (globalThis as Globals)[WARM_COMPILER]?.sources;
}

/** Tells the files apart that a snapshot is made from. */
export function compilerStamp(): string {
  const own = ["source-files.js", "language-library.js", "node-declarations.js"];
  const files = [require.resolve("typescript"), ...own.map((name) => join(__dirname, name)), nodeTypeRoot()];
  return files.map((file) => `${file} ${statSync(file).mtimeMs}`).join("\n");
}

/** The `@types` folder with Node's declarations: the kernel's own, wherever the notebook lies. */
export function nodeTypeRoot(): string {
  const tslabFolder = dirname(require.resolve("tslab/package.json"));
  const nodeTypes = require.resolve("@types/node/package.json", { paths: [__dirname, tslabFolder] });
  return dirname(dirname(nodeTypes));
}
