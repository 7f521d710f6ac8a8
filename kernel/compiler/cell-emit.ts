/**
 * How the text of a cell becomes what runs: one pass over its syntax tree, with the types still there.
 *
 * Local modules take the converter's own way, to ES modules first and from these to CommonJS.
 */
import ts from "typescript";
import { CELL_RUNTIME } from "../cell-runtime-name";
import { awaitRewriter } from "./await-rewriter";
import { isDeclare, varsInBlocks } from "./cell-names";
import { sharedScope } from "./cell-scope";
import type { CompilerRecord } from "./compiler-record";
import type { CellRuntime } from "./types";

/**
 * Has a cell become CommonJS, which no program may be made with that finds modules as bundlers do.
 *
 * @param emit given what to call once the code is there: declarations, which follow, name modules by the options of the program
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

/** What is done to a cell on the way, with what is found there taken down in the record. */
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
          // Imports are those that survived the erasure of types.
          record.imports = requiredBy(file);
          return factory.updateSourceFile(
            file,
            file.statements.filter((statement) => !wipesExports(statement) && !marksModule(statement)),
          );
        },
    ],
    afterDeclarations: [varsInBlocks(checker, typeNodeFlags)],
  };
}

/** Puts imports above what uses them, as modules do it wherever an import stands; CommonJS would leave them in their places. */
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

/** Hands the value of a cell's last expression to the executor, which shows it. */
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
        // In its place for breakpoints too.
        ts.setTextRange(statement, last),
        ...file.statements.slice(at + 1),
      ]);
    };
}

/** Whether nothing of a statement runs where it stands: types, imports, and the list of exports that the converter puts last. */
function isErased(statement: ts.Statement): boolean {
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) return true;
  if (ts.isExportDeclaration(statement) || ts.isImportDeclaration(statement)) return true;
  return isDeclare(statement);
}

/**
 * Whether TypeScript has put a statement `exports.a = exports.b = void 0;` before the cell, one for each fifty names: a cell that
 * fails half way would have wiped the variables that it meant to replace.
 */
function wipesExports(statement: ts.Statement): boolean {
  if (statement.pos >= 0 || !ts.isExpressionStatement(statement)) return false;
  let { expression: value } = statement;
  if (!ts.isBinaryExpression(value)) return false;
  while (ts.isBinaryExpression(value)) value = value.right;
  return ts.isVoidExpression(value);
}

/**
 * Whether it is TypeScript's `Object.defineProperty(exports, "__esModule", …)` before the cell, which nobody imports: a cell that
 * declares an `Object` of its own would fail there.
 */
function marksModule(statement: ts.Statement): boolean {
  if (statement.pos >= 0 || !ts.isExpressionStatement(statement)) return false;
  const { expression: call } = statement;
  const [, mark] = ts.isCallExpression(call) ? call.arguments : [];
  return mark !== undefined && ts.isStringLiteral(mark) && mark.text === "__esModule";
}

/** The modules that a compiled cell requires by calls that the compiler has put there. */
function requiredBy(file: ts.SourceFile): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) return;
    const [argument] = ts.isCallExpression(node) ? node.arguments : [];
    if (argument && ts.isStringLiteral(argument) && ts.isCallExpression(node) && isMadeRequire(node))
      found.push(argument.text);
    ts.forEachChild(node, visit);
  };
  file.statements.forEach(visit);
  return found;
}

/** A call of `require` without a place in the source. */
function isMadeRequire({ pos, expression }: ts.CallExpression): boolean {
  return pos < 0 && ts.isIdentifier(expression) && expression.text === "require";
}
