/**
 * Keeps the code that V8 compiles from one kernel to the next: that of TypeScript in a file that `kernel install` writes, and that of
 * all other modules in a folder of the user.
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
import { writeFileAtomically } from "../atomic-write";

/**
 * Has TypeScript loaded with the code in `cache`; to be called before anything else loads it.
 *
 * Without a cache that can be read, or where it was made of another file, by another Node or is damaged, TypeScript loads as usual. V8
 * itself leaves alone what was made with other flags; damage would have it abort.
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
 * The code in a cache that is whole and of this file. Nothing about a cache keeps a kernel from starting, nor that a Node before
 * 22.2 that is not 20.15 or later has no `crc32`.
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
  // What the first cells of a notebook have run of the compiler is in the cache.
  for (const cell of FIRST_CELLS) converter.convert("declare const earlier: number;", cell, 0);
  for (const code of FIRST_COMPLETIONS)
    converter.complete("declare const earlier: number;", code, code.length);
  const code = script.createCachedData();
  writeFileAtomically(cache, Buffer.concat([stampOf(withoutWrapper(wrapped), code), code]));
}

const FIRST_CELLS = [
  "1 + 1",
  "const squares = [1, 2].map((x) => x * x);\nconsole.log(squares);",
  'import { join } from "node:path";\nfunction twice(x: number): number { return 2 * x; }\ntwice(earlier)',
];

const FIRST_COMPLETIONS = ["earlier.to", "ear"];

/** A multiple of eight: V8 copies code that lies elsewhere. */
const STAMP_LENGTH = 64;

/**
 * Tells apart what code was made of, by its content, since copies differ in their time, code that is whole from code that is not, and
 * the Node that made it from others.
 */
function stampOf(bytes: Buffer, code: Buffer): Buffer {
  const made = `${crc32(bytes)} ${crc32(code)} ${process.version} ${process.arch}`;
  return Buffer.from(made.padEnd(STAMP_LENGTH));
}

const [BEFORE, AFTER] = Module.wrap("\0").split("\0") as [string, string];

/** A CommonJS module as a function of what it expects: put together as bytes, since V8 would copy nine megabytes of a joined text. */
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
  // Quicker than to decode nine megabytes.
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

// Keeps the code that V8 makes of modules, the kernel's and those that cells load, for the kernels that start later.

// Declarations of Node 20 leave out what later ones have.
const { enableCompileCache } = Module as { enableCompileCache?: (folder: string) => unknown };

/** From Node 22.8 on; where the folder cannot be written to, Node goes on without it. */
export function keepModuleCode(): void {
  enableCompileCache?.(moduleCodeFolder());
}

/** In the user's own folder for what can be made again: nobody else is to write what is run. */
export function moduleCodeFolder(
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
