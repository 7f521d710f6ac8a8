/** How cells are compiled: today's TypeScript, the resolution of bundlers, and no checks that a notebook would trip over. */
import { join, parse } from "node:path";
import * as ts from "typescript";

/** Declarations of the globals that every cell sees. */
export const CELL_GLOBALS: string = join(__dirname, "cell-globals.d.ts");

/** What the running Node has of the language's library, so that a cell is not offered what then is undefined. */
const LIBRARIES = librariesOf(Number(process.versions.node.split(".")[0]));

function librariesOf(node: number): string[] {
  if (node >= 24) return ["lib.esnext.d.ts"];
  const since22 = ["es2024", "esnext.array", "esnext.collection", "esnext.iterator"];
  const names = [...(node >= 22 ? since22 : ["es2023"]), "esnext.disposable", "esnext.decorators"];
  return names.map((name) => `lib.${name}.d.ts`);
}

/**
 * Compiler options of cells.
 *
 * @param folder of the notebook
 * @param typeRoots folders that hold Node's types: the kernel's own, wherever the notebook lies
 */
export function cellOptions(folder: string, typeRoots: string[]): ts.CompilerOptions {
  return {
    // Dynamic imports stay in the text, for the kernel to resolve them from the notebook's folder.
    module: ts.ModuleKind.Preserve,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2022,
    lib: LIBRARIES,
    libReplacement: false,
    types: ["node"],
    typeRoots,
    esModuleInterop: true,
    resolveJsonModule: true,
    allowImportingTsExtensions: true,
    allowJs: true,
    checkJs: true,
    jsx: ts.JsxEmit.React,
    skipLibCheck: true,
    declaration: true,
    sourceMap: true,
    newLine: ts.NewLineKind.LineFeed,
    // Local modules may lie outside of the notebook's folder.
    rootDir: parse(folder).root,
    outDir: "outDir",
  };
}
