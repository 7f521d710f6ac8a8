/** What to write where a cell counts on the scope that scripts share: it is a module, as TypeScript sees it. */
import ts from "typescript";
import type { Diagnostic } from "../compiler/cell-converter";

/** The hint for a cell that the compiler refused; undefined where it is about something else. */
export function hintForScope(code: string, diagnostics: readonly Diagnostic[]): string | undefined {
  const own = diagnostics.filter(({ fileName }) => fileName === undefined);
  return own.map((found) => hintForGlobal(found) ?? hintForInterface(code, found)).find(Boolean);
}

/** A name that some code has put into the global object. */
function hintForGlobal({ message }: Diagnostic): string | undefined {
  const name = /^Cannot find name '([\w$]+)'/.exec(message)?.[1];
  if (name === undefined || !(name in globalThis)) return undefined;
  return `globalThis has ${name}, which TypeScript does not know: write globalThis.${name}, or declare global { var ${name}: any } once.`;
}

/** A member of an interface that has the name of one of the language's, and so stands before it in this cell. */
function hintForInterface(code: string, { message }: Diagnostic): string | undefined {
  const member = /^Property '([\w$]+)' does not exist on type/.exec(message)?.[1];
  if (member === undefined || !code.includes("interface")) return undefined;
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest);
  const declares = ({ members }: ts.InterfaceDeclaration): boolean =>
    members.some(({ name }) => name !== undefined && ts.isIdentifier(name) && name.text === member);
  const found = file.statements.find(
    (statement): statement is ts.InterfaceDeclaration =>
      ts.isInterfaceDeclaration(statement) && statement.name.text in globalThis && declares(statement),
  );
  const name = found?.name.text;
  return (
    name &&
    `interface ${name} of a cell is its own: declare global { interface ${name} … } adds to the language's.`
  );
}
