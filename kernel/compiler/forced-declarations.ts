/**
 * Emits the code of a cell with declarations of everything that it leaves, also of types that their package does not export.
 *
 * Types are passed from cell to cell as declarations; a type that is declared as `any` there is lost.
 */
import ts from "typescript";
import { asCommonJS, cellTransformers } from "./cell-emit";
import type { CompilerRecord } from "./compiler-record";
import { CELL, isVirtualFile } from "./virtual-files";

type ForcedEmit = (...args: [...Parameters<ts.Program["emit"]>, forceDtsEmit: boolean]) => ts.EmitResult;

/**
 * Emits JavaScript and declarations even where an inferred type has no name that the package exports (error
 * 2742): TypeScript then writes a path into the package, which the next cell resolves to the full type.
 */
export function emitWithDeclarations(
  record: CompilerRecord,
  program: ts.Program,
  file: ts.SourceFile | undefined,
  write: ts.WriteFileCallback | undefined,
  transformers: ts.CustomTransformers | undefined,
): ts.EmitResult {
  const checker = program.getTypeChecker();
  patchResolver(checker);
  const isCell = file?.fileName.endsWith(CELL) ?? false;
  const emit = (own: ts.CustomTransformers, codeIsThere?: () => void): ts.EmitResult => {
    const take: ts.WriteFileCallback = (name, text, ...more) => {
      if (name.endsWith(".js")) codeIsThere?.();
      if (name.endsWith("__tslab__.js.map")) record.cellMap = text;
      if (name.endsWith(".map")) record.lastMap = text;
      else {
        const marked = isCell && name.endsWith(".d.ts") ? record.modules.mark(text, program) : text;
        write?.(asConverterExpects(name, program.getCurrentDirectory()), marked, ...more);
      }
      if (file && !isCell && SCRIPT.test(name)) record.sources.set(name.slice(OUT.length), file.fileName);
    };
    const afterDeclarations = [...(transformers?.afterDeclarations ?? []), ...(own.afterDeclarations ?? [])];
    const all = { ...transformers, ...own, afterDeclarations };
    return (program.emit as ForcedEmit)(file, take, undefined, false, all, true);
  };
  record.emitting = true;
  const result = isCell
    ? asCommonJS(program.getCompilerOptions(), (codeIsThere) =>
        emit(cellTransformers(record, checker, TYPE_NODES), codeIsThere),
      )
    : // A local module uses no variables of cells and has no result.
      emit({ after: [] });
  record.emitting = false;
  return result;
}

/** Returns the declarations of a local module of the program; the text of JSON. */
export function declarationsOf(path: string, program: ts.Program): string {
  const file = program.getSourceFile(path);
  if (!file || path.endsWith(".json")) return file?.text ?? "";
  patchResolver(program.getTypeChecker());
  let declarations = "";
  const take: ts.WriteFileCallback = (_name, text) => {
    declarations = text;
  };
  (program.emit as ForcedEmit)(file, take, undefined, true, undefined, true);
  return declarations;
}

/**
 * Returns the path at which the converter looks for an emitted file. The root of the disk is the root of the sources, so that
 * local modules may lie anywhere, but the converter expects the notebook's folder to be it, and scripts to end in `.js`.
 */
function asConverterExpects(name: string, folder: string): string {
  const path =
    SCRIPT.test(name) && !name.endsWith(".js") ? `${name.slice(OUT.length)}.js` : name.slice(OUT.length);
  return OUT + (path.startsWith(`${folder}/`) ? path.slice(folder.length) : OUTSIDE + path);
}

/** Matches the path of an emitted script. */
const SCRIPT = /\.[cm]?jsx?$/;

/** The output folder, which exists only for the converter, and the part of it for files outside the notebook's folder. */
const OUT = "outDir";
const OUTSIDE = "/__outside__";

/** Returns the true path of a local module from the path that the converter made. */
export function localModulePath(path: string): string {
  const start = path.indexOf(`${OUTSIDE}/`);
  const own = start < 0 ? path : path.slice(start + OUTSIDE.length);
  return own.replace(/\.([cm]js|jsx)\.js$/, ".$1");
}

/** The node builder's flag that lets `import("../node_modules/...")` stand for a type without a better name. */
const ALLOW_NODE_MODULES_PATHS = 1 << 26;
const TYPE_NODES: ts.NodeBuilderFlags = ALLOW_NODE_MODULES_PATHS | ts.NodeBuilderFlags.NoTruncation;

/**
 * Changes two answers of the checker during emit. Types that only a path into a package can name get that path instead of `any`.
 * Members of a cell's `const enum` are not replaced by their values, which a later cell may redeclare.
 */
function patchResolver(checker: ts.TypeChecker): void {
  type Create = (...args: unknown[]) => unknown;
  type Resolver = Record<string, Create>;
  const patched = checker as unknown as { getEmitResolver(...args: unknown[]): Resolver };
  const getEmitResolver = patched.getEmitResolver;
  // Arguments before the flags: the node and its enclosing declaration.
  const allow =
    (create: Create): Create =>
    (node, enclosing, flags, ...rest) =>
      create(node, enclosing, (flags as number) | ALLOW_NODE_MODULES_PATHS, ...rest);
  patched.getEmitResolver = (...args) => {
    const resolver = getEmitResolver(...args);
    const result = { ...resolver };
    for (const name of [
      "createTypeOfDeclaration",
      "createReturnTypeOfSignatureDeclaration",
      "createTypeOfExpression",
    ])
      result[name] = allow(resolver[name] as Create);
    result.getConstantValue = (node, ...rest) =>
      isOfCell(checker, node as ts.Node) ? undefined : resolver.getConstantValue?.(node, ...rest);
    return result;
  };
}

/** Whether `Mode.Fast` or `Mode["Fast"]` is a member of an enum of a cell. */
function isOfCell(checker: ts.TypeChecker, node: ts.Node): boolean {
  const access = ts.getOriginalNode(node);
  if (!ts.isPropertyAccessExpression(access) && !ts.isElementAccessExpression(access)) return false;
  const member = ts.isPropertyAccessExpression(access) ? access.name : access.argumentExpression;
  const declaration = checker.getSymbolAtLocation(member)?.valueDeclaration;
  return declaration !== undefined && isVirtualFile(declaration.getSourceFile().fileName);
}
