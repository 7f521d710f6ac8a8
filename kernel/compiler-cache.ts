/** The compiler with the code that V8 made of it in an earlier process, without which making it is a quarter of a kernel's start. */
import { isAscii } from "node:buffer";
import { readFileSync, statSync } from "node:fs";
import Module from "node:module";
import { dirname } from "node:path";
import { Script } from "node:vm";
import { crc32 } from "node:zlib";
import { writeFileAtomically } from "./atomic-write";

/**
 * Has TypeScript loaded with the code in `cache`; to be called before anything else loads it.
 *
 * Without a cache that can be read, or where it was made of another file or is damaged, TypeScript loads as usual. V8 itself leaves
 * alone what another version of it made, or one with other flags; damage would have it abort.
 */
export function loadCachedCompiler(cache: string | undefined): void {
  if (cache === undefined) return;
  const file = require.resolve("typescript");
  const code = codeIn(cache, file);
  if (code) load(file, code);
}

/** The code in a cache that is whole and of this file; nothing about a cache keeps a kernel from starting. */
function codeIn(cache: string, file: string): Buffer | undefined {
  try {
    const kept = readFileSync(cache);
    const code = kept.subarray(STAMP_LENGTH);
    return kept.subarray(0, STAMP_LENGTH).equals(stampOf(file, code)) ? code : undefined;
  } catch {
    return undefined;
  }
}

/** Writes the cache; to be called in a process of its own, with the kernel's flags. */
export function writeCompilerCache(cache: string): void {
  const file = require.resolve("typescript");
  const script = load(file);
  const { createCellConverter } = require("./cell-converter") as typeof import("./cell-converter");
  const converter = createCellConverter();
  // What the first cells of a notebook have run of the compiler is in the cache.
  for (const cell of FIRST_CELLS) converter.convert("declare const earlier: number;", cell, 0);
  const code = script.createCachedData();
  writeFileAtomically(cache, Buffer.concat([stampOf(file, code), code]));
}

const FIRST_CELLS = [
  "1 + 1",
  "const squares = [1, 2].map((x) => x * x);\nconsole.log(squares);",
  'import { join } from "node:path";\nfunction twice(x: number): number { return 2 * x; }\ntwice(earlier)',
];

/** A multiple of eight: V8 copies code that lies elsewhere. */
const STAMP_LENGTH = 64;

/** Tells apart what code was made of, and code that is whole from code that is not. */
function stampOf(file: string, code: Buffer): Buffer {
  const { mtimeMs, size } = statSync(file);
  return Buffer.from(`${mtimeMs} ${size} ${crc32(code)}`.padEnd(STAMP_LENGTH));
}

/** Loads a CommonJS module as `require` does, which later finds it loaded. */
function load(file: string, cachedData?: Buffer): Script {
  const bytes = readFileSync(file);
  // Quicker than to decode nine megabytes.
  const text = bytes.toString(isAscii(bytes) ? "latin1" : "utf8");
  const script = new Script(Module.wrap(text), { filename: file, ...(cachedData && { cachedData }) });
  const module = new Module(file);
  module.filename = file;
  const run = script.runInThisContext() as (...args: unknown[]) => void;
  run.call(module.exports, module.exports, Module.createRequire(file), module, file, dirname(file));
  module.loaded = true;
  require.cache[file] = module as NodeJS.Module;
  return script;
}
