/**
 * Emits the files of a notebook's program: a cell as the code that runs, in one pass over its syntax tree, and the declarations of
 * everything that it leaves.
 *
 * Local modules are emitted as ES modules, from which the converter makes CommonJS.
 */
import ts from "typescript";
import { CELL_RUNTIME } from "../cell-runtime-name";
import { awaitRewriter } from "./await-rewriter";
import { isErased, varsInBlocks } from "./cell-names";
import { sharedScope } from "./cell-scope";
import type { CompilerRecord } from "./compiler-record";
import { type ForcedEmit, patchResolver, TYPE_NODES } from "./declarations/forced-declarations";
import { narrowedConstants } from "./declarations/narrowed-constants";
import type { CellRuntime } from "./types";
import { CELL } from "./virtual-files";

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

/**
 * Emits a cell as CommonJS. The options of the program cannot say so, because TypeScript forbids CommonJS together with a
 * bundler's module resolution.
 *
 * @param emit receives a function to call once the code is written; the declarations after it need the program's own options
 */
function asCommonJS<T>(options: ts.CompilerOptions, emit: (codeIsThere: () => void) => T): T {
  const { module } = options;
  const restore = (): void => {
    if (module !== undefined) options.module = module;
  };
  options.module = ts.ModuleKind.CommonJS;
  try {
    return emit(restore);
  } finally {
    restore();
  }
}

/** The transformers of a cell; they also note in the record what they find. */
function cellTransformers(
  record: CompilerRecord,
  checker: ts.TypeChecker,
  typeNodeFlags: ts.NodeBuilderFlags,
): ts.CustomTransformers {
  const onTopLevelAwait = (): void => {
    record.hasTopLevelAwait = true;
  };
  return {
    before: [
      importsFirst,
      lastExpression(record),
      sharedScope(record, checker),
      awaitRewriter(record.cell, onTopLevelAwait),
    ],
    after: [
      ({ factory }) =>
        (file) => {
          // The erasure of types has removed the imports that have no meaning at run time.
          record.imports = requiredBy(file);
          return factory.updateSourceFile(
            file,
            file.statements.filter((statement) => !resetsExports(statement) && !marksModule(statement)),
          );
        },
    ],
    afterDeclarations: [narrowedConstants(checker, typeNodeFlags), varsInBlocks(checker, typeNodeFlags)],
  };
}

/** Moves imports to the top, as the module system hoists them; CommonJS would leave them in their places. */
const importsFirst: ts.TransformerFactory<ts.SourceFile> =
  ({ factory }) =>
  (file) => {
    const isImport = (statement: ts.Statement): boolean =>
      ts.isImportDeclaration(statement) ||
      (ts.isImportEqualsDeclaration(statement) && ts.isExternalModuleReference(statement.moduleReference));
    const imports = file.statements.filter(isImport);
    if (imports.length === 0) return file;
    const others = file.statements.filter((statement) => !isImport(statement));
    return factory.updateSourceFile(file, [...imports, ...others]);
  };

/** Assigns the value of a cell's last expression to the runtime, from which the executor shows it. */
function lastExpression(record: CompilerRecord): ts.TransformerFactory<ts.SourceFile> {
  return ({ factory }) =>
    (file) => {
      const at = file.statements.findLastIndex((statement) => !isErased(statement));
      const last = file.statements[at];
      if (!last || !ts.isExpressionStatement(last)) return file;
      record.hasResult = true;
      const name: keyof CellRuntime = "result";
      const target = factory.createPropertyAccessExpression(factory.createIdentifier(CELL_RUNTIME), name);
      const assignment = factory.createAssignment(target, last.expression);
      const statement = factory.createExpressionStatement(ts.setTextRange(assignment, last.expression));
      return factory.updateSourceFile(file, [
        ...file.statements.slice(0, at),
        // The statement keeps its place, so that a breakpoint on it works.
        ts.setTextRange(statement, last),
        ...file.statements.slice(at + 1),
      ]);
    };
}

/**
 * Whether a statement is TypeScript's own `exports.a = exports.b = void 0;` before the cell, one for each fifty names. With it, a
 * cell that fails half way would lose the variables that it was to replace.
 */
function resetsExports(statement: ts.Statement): boolean {
  if (statement.pos >= 0 || !ts.isExpressionStatement(statement)) return false;
  let { expression: value } = statement;
  if (!ts.isBinaryExpression(value)) return false;
  while (ts.isBinaryExpression(value)) value = value.right;
  return ts.isVoidExpression(value);
}

/**
 * Whether a statement is TypeScript's own `Object.defineProperty(exports, "__esModule", …)` before the cell. Nobody imports a cell,
 * and one that declares a variable `Object` would fail there.
 */
function marksModule(statement: ts.Statement): boolean {
  if (statement.pos >= 0 || !ts.isExpressionStatement(statement)) return false;
  const { expression: call } = statement;
  const [, mark] = ts.isCallExpression(call) ? call.arguments : [];
  return mark !== undefined && ts.isStringLiteral(mark) && mark.text === "__esModule";
}

/** Lists the modules that a compiled cell requires by calls that the compiler inserted. */
function requiredBy(file: ts.SourceFile): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) return;
    const [argument] = ts.isCallExpression(node) ? node.arguments : [];
    if (argument && ts.isStringLiteral(argument) && ts.isCallExpression(node) && isInsertedRequire(node))
      found.push(argument.text);
    ts.forEachChild(node, visit);
  };
  file.statements.forEach(visit);
  return found;
}

/** Whether a call of `require` was inserted by the compiler: such a call has no position in the source. */
function isInsertedRequire({ pos, expression }: ts.CallExpression): boolean {
  return pos < 0 && ts.isIdentifier(expression) && expression.text === "require";
}
