/** The compiler options of cells: current TypeScript, the resolution of bundlers, and no checks that hinder a notebook. */
import { join, parse } from "node:path";
import ts from "typescript";
import { typescriptLibs } from "./typescript-libs";

/** Declarations of the globals that every cell sees. */
export const CELL_GLOBALS: string = join(__dirname, "../notebook-api/cell-globals.d.ts");

/**
 * Strict checks add the parts of TypeScript's `strict`; the code of cells runs in strict mode anyway.
 *
 * Off, `null` and `undefined` belong to every type, and a parameter without a type may be anything.
 */
export const STRICT_OPTIONS: ts.CompilerOptions = {
  noImplicitAny: true,
  noImplicitThis: true,
  strictBindCallApply: true,
  strictBuiltinIteratorReturn: true,
  strictFunctionTypes: true,
  strictNullChecks: true,
  strictPropertyInitialization: true,
  useUnknownInCatchVariables: true,
};

/**
 * Compiler options of cells.
 *
 * @param folder of the notebook
 * @param typeRoot the folder that holds Node's types: the kernel's own, wherever the notebook lies
 */
export function cellOptions(folder: string, typeRoot: string): ts.CompilerOptions {
  return {
    // Dynamic imports stay in the text, so that the kernel resolves them from the notebook's folder.
    module: ts.ModuleKind.Preserve,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2022,
    lib: [...typescriptLibs().files],
    libReplacement: false,
    // Node's types are among the files of every program.
    types: [],
    typeRoots: [typeRoot],
    esModuleInterop: true,
    resolveJsonModule: true,
    allowImportingTsExtensions: true,
    allowJs: true,
    checkJs: true,
    jsx: ts.JsxEmit.React,
    // An enum of a cell, `const` or not, may be redeclared.
    preserveConstEnums: true,
    skipLibCheck: true,
    declaration: true,
    sourceMap: true,
    newLine: ts.NewLineKind.LineFeed,
    // Local modules may lie outside of the notebook's folder.
    rootDir: parse(folder).root,
    outDir: "outDir",
  };
}
