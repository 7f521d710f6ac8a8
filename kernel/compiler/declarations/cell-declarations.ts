/** Decides which declarations remain after a cell that failed half way, and restores those that the converter loses. */
import ts from "typescript";
import { declaredBy, isTypeWithValue } from "../cell-names";
import { consolidateChunks, joinDeclarations, splitDeclarations } from "./declaration-chunks";
import { applyRenames, type RenamedTypes, restoreTypes } from "./older-types";

/**
 * Returns the declarations after a cell of which only a part ran: variables that it assigned have their new type, all others the
 * type from before. A model that a long loop was training when it was stopped is therefore not lost.
 *
 * @param before declarations before the cell
 * @param left declarations that the whole cell would have left
 * @param assigned names that got a value while the cell ran
 */
export function declarationsAfterFailure(
  before: string,
  left: RenamedTypes,
  assigned: ReadonlySet<string>,
): string {
  const { declarations: after, renamed } = restoreTypes(left, assigned);
  const { older, recent } = splitDeclarations(after);
  const renamedTypes = new Set(renamed.values());
  const earlier = new Map<string, string[]>();
  for (const { name, text, isValue } of declarationsOf(
    applyRenames(consolidateChunks(before).recent, renamed),
  )) {
    if (isValue) earlier.set(name, [...(earlier.get(name) ?? []), text]);
  }
  const kept: string[] = [];
  const done = new Set<string>();
  for (const { name, text, isValue } of declarationsOf(recent)) {
    if (!isValue || assigned.has(name) || renamedTypes.has(name)) {
      kept.push(text);
    } else if (!done.has(name)) {
      kept.push(...(earlier.get(name) ?? []));
      done.add(name);
    }
  }
  return joinDeclarations(older, kept.map((text) => `${text}\n`).join(""));
}

/** Adds to the declarations after a cell those from before it that the converter loses: namespaces and `import x = require()`. */
export function restoreLostDeclarations(before: string, after: string): string {
  if (!/\b(?:namespace|module|global|require)\b/.test(before)) return after;
  const lost = new Map<string, string>();
  for (const statement of statementsOf(before)) {
    if (ts.isModuleDeclaration(statement) || ts.isImportEqualsDeclaration(statement)) {
      lost.set(statement.getText(), statement.name.getText());
    }
  }
  for (const statement of statementsOf(after)) {
    lost.delete(statement.getText());
    const names = declaredBy(statement).map((name) => name.getText());
    // A cell that adds to the global scope replaces no earlier addition.
    for (const [text, earlier] of lost) {
      if (earlier !== "global" && names.includes(earlier)) lost.delete(text);
    }
  }
  return after + [...lost.keys()].map((text) => `${text}\n`).join("");
}

function statementsOf(declarations: string): ts.NodeArray<ts.Statement> {
  return ts.createSourceFile("cells.d.ts", declarations, ts.ScriptTarget.Latest, true).statements;
}

interface Declaration {
  readonly name: string;
  readonly text: string;
  /** False for types and imports, which nothing assigns at run time. */
  readonly isValue: boolean;
}

/** One entry for each variable, function, class, ... of a declaration file. */
function declarationsOf(declarations: string): Declaration[] {
  return statementsOf(declarations).flatMap((statement): Declaration[] => {
    if (ts.isVariableStatement(statement)) {
      const keyword = statement.declarationList.flags & ts.NodeFlags.Const ? "const" : "let";
      return statement.declarationList.declarations.map((variable) => ({
        name: variable.name.getText(),
        text: `declare ${keyword} ${variable.getText()};`,
        isValue: true,
      }));
    }
    const isValue = ts.isFunctionDeclaration(statement) || isTypeWithValue(statement);
    const name = isValue ? ((statement as ts.DeclarationStatement).name?.text ?? "") : "";
    return [{ name, text: statement.getText(), isValue }];
  });
}
