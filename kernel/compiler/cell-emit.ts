/**
 * Turns the syntax tree of a cell, with its types, into the code that runs, in one pass.
 *
 * Local modules are compiled by the converter instead, to ES modules first and from these to CommonJS.
 */
import ts from "typescript";
import { CELL_RUNTIME } from "../cell-runtime-name";
import { awaitRewriter } from "./await-rewriter";
import { isDeclare, varsInBlocks } from "./cell-names";
import { sharedScope } from "./cell-scope";
import type { CompilerRecord } from "./compiler-record";
import { narrowedConstants } from "./narrowed-constants";
import type { CellRuntime } from "./types";

/**
 * Emits a cell as CommonJS. The options of the program cannot say so, because TypeScript forbids CommonJS together with a
 * bundler's module resolution.
 *
 * @param emit receives a function to call once the code is written; the declarations after it need the program's own options
 */
export function asCommonJS<T>(options: ts.CompilerOptions, emit: (codeIsThere: () => void) => T): T {
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
export function cellTransformers(
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

/** Whether a statement runs no code where it stands: types, imports, and the export list that the converter appends. */
function isErased(statement: ts.Statement): boolean {
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) return true;
  if (ts.isExportDeclaration(statement) || ts.isImportDeclaration(statement)) return true;
  return isDeclare(statement);
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
