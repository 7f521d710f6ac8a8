/** How cells are compiled: today's TypeScript, the resolution of bundlers, and no checks that a notebook would trip over. */
import { parse } from "node:path";
import * as ts from "typescript";

/**
 * Compiler options of cells.
 *
 * @param folder of the notebook
 * @param typeRoots folders that hold Node's types: the kernel's own, wherever the notebook lies
 */
export function cellOptions(folder: string, typeRoots: string[]): ts.CompilerOptions {
  return {
    // Dynamic imports stay in the text, for the kernel to resolve them from the notebook's folder.
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.esnext.d.ts"],
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
