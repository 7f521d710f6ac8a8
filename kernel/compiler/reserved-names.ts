/** Names that a cell cannot declare, since what the compiler makes of it uses them. */
import ts from "typescript";
import type { Diagnostic } from "./cell-converter";
import { isDeclare } from "./cell-names";

const RESERVED = /^(?:exports|require)$/;

/** TypeScript says this of CommonJS alone, which a cell becomes only after it was checked. */
const CODE = 2441;

/** What declarations of such names outside of functions are complained of, as TypeScript does in a module. */
export function reservedNames(code: string): Diagnostic[] {
  if (!/\b(?:exports|require)\b/.test(code)) return [];
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest);
  return file.statements.flatMap(namesOf).flatMap((name) => {
    if (!ts.isIdentifier(name) || !RESERVED.test(name.text)) return [];
    const from = file.getLineAndCharacterOfPosition(name.getStart(file));
    const message = `Duplicate identifier '${name.text}'. Compiler reserves name '${name.text}' in top level scope of a module.`;
    return [
      {
        line: from.line,
        column: from.character,
        endLine: from.line,
        endColumn: from.character + name.text.length,
        message,
        code: CODE,
        fileName: undefined,
      },
    ];
  });
}

/** The names of the values that a statement declares; imports are known by those of their modules. */
function namesOf(statement: ts.Statement): ts.Node[] {
  if (isDeclare(statement)) return [];
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) => boundBy(name));
  const isNamed =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isEnumDeclaration(statement) ||
    ts.isModuleDeclaration(statement) ||
    ts.isImportEqualsDeclaration(statement);
  return isNamed && statement.name ? [statement.name] : [];
}

function boundBy(name: ts.BindingName): ts.Node[] {
  if (ts.isIdentifier(name)) return [name];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? boundBy(element.name) : []));
}
