/**
 * Runs inside `node --build-snapshot`, where `require` gives nothing but Node's own modules.
 *
 * Compiles a cell once, so that the snapshot holds TypeScript, the declarations that every cell needs and the code
 * that the compiler has run. A process started from it goes on with the kernel's main file.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { startupSnapshot } from "node:v8";
import { runInThisContext } from "node:vm";
import type * as CellOptionsModule from "./cell-options";
import type * as CellProgramModule from "./cell-program";
import type * as CompilerRecordModule from "./compiler-record";
import type * as SourceFilesModule from "./source-files";
import type { WarmCompiler } from "./warm-compiler";

/** What the one that makes the snapshot has looked up. */
export interface SnapshotInput {
  readonly stamp: string;
  /** Path of TypeScript's one file. */
  readonly typescript: string;
  /** The folder that holds Node's declarations. */
  readonly typeRoot: string;
  /** Folder of the compiled kernel. */
  readonly kernel: string;
}

type Loaded = Record<string, unknown>;
const loaded = new Map<string, { exports: Loaded }>();

/** A CommonJS loader for the kernel's own files and TypeScript. */
function load<T>(path: string, typescript: string): T {
  const known = loaded.get(path);
  if (known) return known.exports as T;
  const module = { exports: {} };
  loaded.set(path, module);
  const wrapped = `(function (exports, require, module, __filename, __dirname) { ${readFileSync(path, "utf8")}\n})`;
  const run = runInThisContext(wrapped, { filename: path }) as (...args: unknown[]) => void;
  const requireHere = (name: string): unknown => {
    if (name === "typescript") return load(typescript, typescript);
    return name.startsWith(".") ? load(join(dirname(path), `${name}.js`), typescript) : require(name);
  };
  run.call(module.exports, module.exports, requireHere, module, path, dirname(path));
  return module.exports as T;
}

/** @param input handed in by the one that wraps this file */
export function fillSnapshot(input: SnapshotInput): void {
  const loadKernel = <T>(name: string): T => load<T>(join(input.kernel, `${name}.js`), input.typescript);
  const { SourceFiles } = loadKernel<typeof SourceFilesModule>("source-files");
  const sources = new SourceFiles(input.typeRoot);
  warmUp(input, sources, loadKernel);
  const warm: WarmCompiler = {
    stamp: input.stamp,
    typescript: load(input.typescript, input.typescript),
    sources,
  };
  startupSnapshot.setDeserializeMainFunction(() => {
    const { createRequire } = require("node:module") as typeof import("node:module");
    const main = process.argv[1] as string;
    const requireFromMain = createRequire(main);
    (
      requireFromMain("./warm-compiler") as { offerWarmCompiler(compiler: WarmCompiler): void }
    ).offerWarmCompiler(warm);
    requireFromMain(main);
  });
}

const SAMPLE =
  "export {};\nconst squares = [1, 2].map((x) => x * x);\nconsole.log(squares);\nexport { squares };";

function warmUp(
  input: SnapshotInput,
  sources: SourceFilesModule.SourceFiles,
  loadKernel: <T>(name: string) => T,
): void {
  const { createCellProgram } = loadKernel<typeof CellProgramModule>("cell-program");
  const { CELL_GLOBALS, cellOptions } = loadKernel<typeof CellOptionsModule>("cell-options");
  const { CompilerRecord } = loadKernel<typeof CompilerRecordModule>("compiler-record");
  const ts = load<typeof import("typescript")>(input.typescript, input.typescript);
  const folder = input.kernel.replace(/\\/g, "/");
  const files = new Map([
    [`${folder}/__tslab__.ts`, SAMPLE],
    [`${folder}/__prev__.d.ts`, "export {};\ndeclare const earlier: number;"],
  ]);
  const system = {
    ...ts.sys,
    getCurrentDirectory: () => folder,
    readFile: (path: string) => files.get(path) ?? ts.sys.readFile(path),
    fileExists: (path: string) => files.has(path) || ts.sys.fileExists(path),
    watchFile: () => ({ close: () => {} }),
  };
  const [cell = ""] = files.keys();
  const host: CellProgramModule.CellHost = {
    roots: [...files.keys(), CELL_GLOBALS],
    options: cellOptions(folder, input.typeRoot),
    system,
    afterProgramCreate(builder) {
      const program = builder.getProgram();
      const file = program.getSourceFile(cell) as import("typescript").SourceFile;
      program.getSemanticDiagnostics(file);
      builder.emit(file, () => {});
    },
  };
  createCellProgram(host, sources, new CompilerRecord());
}
