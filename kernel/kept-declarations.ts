/** What later cells may still name after a cell that failed or was interrupted half way. */
import * as ts from "typescript";

/**
 * Declarations after a cell of which only a part ran: what it assigned has its new type, everything else
 * what it had before. A model that a long loop was training when it was stopped is not lost.
 *
 * @param before declarations that the cell was compiled against
 * @param after declarations that it would have left
 * @param assigned names that got a value while it ran
 */
export function keptDeclarations(before: string, after: string, assigned: ReadonlySet<string>): string {
  const earlier = new Map<string, string[]>();
  for (const { name, text, isValue } of declarationsOf(before)) {
    if (isValue) earlier.set(name, [...(earlier.get(name) ?? []), text]);
  }
  const kept: string[] = [];
  const done = new Set<string>();
  for (const { name, text, isValue } of declarationsOf(after)) {
    if (!isValue || assigned.has(name)) {
      kept.push(text);
    } else if (!done.has(name)) {
      kept.push(...(earlier.get(name) ?? []));
      done.add(name);
    }
  }
  return kept.map((text) => `${text}\n`).join("");
}

interface Declaration {
  readonly name: string;
  readonly text: string;
  /** False for types and imports, which nothing assigns at run time. */
  readonly isValue: boolean;
}

/** One entry for each variable, function, class, ... of a declaration file. */
function declarationsOf(declarations: string): Declaration[] {
  const file = ts.createSourceFile("cells.d.ts", declarations, ts.ScriptTarget.Latest, true);
  return file.statements.flatMap((statement): Declaration[] => {
    if (ts.isVariableStatement(statement)) {
      const keyword = statement.declarationList.flags & ts.NodeFlags.Const ? "const" : "let";
      return statement.declarationList.declarations.map((variable) => ({
        name: variable.name.getText(file),
        text: `declare ${keyword} ${variable.getText(file)};`,
        isValue: true,
      }));
    }
    const isValue =
      ts.isFunctionDeclaration(statement) ||
      ts.isClassDeclaration(statement) ||
      ts.isEnumDeclaration(statement);
    const name = isValue ? (statement.name?.text ?? "") : "";
    return [{ name, text: statement.getText(file), isValue }];
  });
}
