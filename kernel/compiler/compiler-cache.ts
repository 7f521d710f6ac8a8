/**
 * Keeps the code that V8 compiles from one kernel to the next: the code of TypeScript in a file that `kernel install` writes, and
 * that of all other modules, the kernel's and those that cells load, in a folder of the user.
 *
 * Compiling TypeScript takes a quarter of a kernel's start.
 */
import { isAscii } from "node:buffer";
import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import Module from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { Script } from "node:vm";
import { crc32 } from "node:zlib";
import { writeFileAtomically } from "../../src/file-writing";

/**
 * Loads TypeScript with the code in `cache`; must be called before anything else loads it.
 *
 * TypeScript loads as usual where the cache cannot be read, is damaged, or was made from another file or by another Node. V8 itself
 * ignores code made with other flags, but would abort on a damaged one.
 *
 * @returns whether the code was taken.
 */
export function loadCachedCompiler(cache: string | undefined): boolean {
  if (cache === undefined) return false;
  const file = require.resolve("typescript");
  const wrapped = readWrapped(file);
  const code = codeIn(cache, withoutWrapper(wrapped));
  return code !== undefined && load(file, wrapped, code).cachedDataRejected === false;
}

/**
 * Reads the code from a cache that is whole and was made from this file. No fault of a cache keeps a kernel from starting; nor does
 * an old Node (before 20.15, or 21.0 to 22.1), which lacks `crc32`.
 */
function codeIn(cache: string, bytes: Buffer): Buffer | undefined {
  try {
    const kept = readFileSync(cache);
    const code = kept.subarray(STAMP_LENGTH);
    return kept.subarray(0, STAMP_LENGTH).equals(stampOf(bytes, code)) ? code : undefined;
  } catch {
    return undefined;
  }
}

/** Writes the cache; to be called in a process of its own, with the kernel's flags. */
export function writeCompilerCache(cache: string): void {
  const file = require.resolve("typescript");
  const wrapped = readWrapped(file);
  const script = load(file, wrapped);
  const { createCellConverter } = require("./cell-converter") as typeof import("./cell-converter");
  const converter = createCellConverter();
  // The cache holds the functions of the compiler that have run, so typical first cells run here.
  for (const cell of FIRST_CELLS) converter.convert("declare const earlier: number;", cell, 0);
  for (const code of FIRST_COMPLETIONS)
    converter.complete("declare const earlier: number;", code, code.length);
  const code = script.createCachedData();
  writeFileAtomically(cache, Buffer.concat([stampOf(withoutWrapper(wrapped), code), code]));
}

// The declarations of Node 20 lack this function.
const { enableCompileCache } = Module as { enableCompileCache?: (folder: string) => unknown };

/** Has Node, from 22.8 on, keep the compiled code of modules; where the folder is not writable, Node goes on without it. */
export function enableModuleCache(): void {
  enableCompileCache?.(moduleCacheFolder());
}

/** Returns the folder of compiled modules inside the user's own cache folder, so that nobody else can write code that is run. */
export function moduleCacheFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  const caches =
    platform === "darwin"
      ? join(home, "Library", "Caches")
      : platform === "win32"
        ? env.LOCALAPPDATA || join(home, "AppData", "Local")
        : env.XDG_CACHE_HOME || join(home, ".cache");
  return join(caches, "smooth-edges", "module-code");
}

const FIRST_CELLS = [
  "1 + 1",
  "const squares = [1, 2].map((x) => x * x);\nconsole.log(squares);",
  'import { join } from "node:path";\nfunction twice(x: number): number { return 2 * x; }\ntwice(earlier)',
];

const FIRST_COMPLETIONS = ["earlier.to", "ear"];

/** Bytes before the code: a multiple of eight, because V8 copies code that is not aligned. */
const STAMP_LENGTH = 64;

/**
 * Identifies the source and the code by their checksums, since copies differ in their times, and the Node that made the code.
 */
function stampOf(bytes: Buffer, code: Buffer): Buffer {
  const made = `${crc32(bytes)} ${crc32(code)} ${process.version} ${process.arch}`;
  return Buffer.from(made.padEnd(STAMP_LENGTH));
}

const [BEFORE, AFTER] = Module.wrap("\0").split("\0") as [string, string];

/** Reads a CommonJS module, wrapped into a function, as bytes: V8 would copy nine megabytes of a joined text. */
function readWrapped(file: string): Buffer {
  const { size } = statSync(file);
  const wrapped = Buffer.allocUnsafeSlow(BEFORE.length + size + AFTER.length);
  wrapped.write(BEFORE);
  const handle = openSync(file, "r");
  readSync(handle, wrapped, BEFORE.length, size, 0);
  closeSync(handle);
  wrapped.write(AFTER, BEFORE.length + size);
  return wrapped;
}

function withoutWrapper(wrapped: Buffer): Buffer {
  return wrapped.subarray(BEFORE.length, wrapped.length - AFTER.length);
}

/** Loads a CommonJS module as `require` does, which later finds it loaded. */
function load(file: string, wrapped: Buffer, cachedData?: Buffer): Script {
  // ASCII read as Latin-1 needs no decoding of nine megabytes.
  const text = wrapped.toString(isAscii(wrapped) ? "latin1" : "utf8");
  const script = new Script(text, { filename: file, ...(cachedData && { cachedData }) });
  const module = new Module(file);
  module.filename = file;
  const run = script.runInThisContext() as (...args: unknown[]) => void;
  run.call(module.exports, module.exports, Module.createRequire(file), module, file, dirname(file));
  module.loaded = true;
  require.cache[file] = module as NodeJS.Module;
  return script;
}
