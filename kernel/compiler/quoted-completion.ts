/** Completes inside quotes: it filters by the typed text, and offers this package's own modules in imports. */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import ts from "typescript";
import { isRelative, localSource } from "./local-source";
import type { Completion } from "./types";

// Internals of stock TypeScript that the public declarations leave out.
const internals = ts as unknown as {
  findPrecedingToken(position: number, file: ts.SourceFile): ts.Node | undefined;
};

/** @param found TypeScript's completion, whose members and paths ignore the typed text */
export function quotedCompletion(code: string, offset: number, found: Completion): Completion {
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest, true);
  const token = internals.findPrecedingToken(offset, file);
  if (!token || !ts.isStringLiteral(token) || token.getStart(file) >= offset) return found;
  const isUnterminated = (token as unknown as { isUnterminated?: boolean }).isUnterminated === true;
  if (offset > token.end || (offset === token.end && !isUnterminated)) return found;
  const typed = code.slice(token.getStart(file) + 1, offset);
  const isPath = isModuleName(token);
  // TypeScript completes a path by its next part, which is the part that a front end inserts.
  const begun = isPath ? typed.slice(typed.lastIndexOf("/") + 1) : typed;
  const parts = isPath ? own.filter((name) => name.startsWith(typed)) : [];
  const rest = parts.map((name) => ({ text: name.slice(typed.length - begun.length), kind: "module" }));
  const offered = isPath && isRelative(typed) ? loadable(found.matches, typed, token) : found.matches;
  const known = new Set(offered.map(({ text }) => text));
  return {
    start: offset - begun.length,
    end: offset + (/^[\w@.:-]*/.exec(code.slice(offset))?.[0].length ?? 0),
    matches: [...offered, ...rest.filter(({ text }) => !known.has(text))].filter(({ text }) =>
      text.startsWith(begun),
    ),
  };
}

/**
 * Keeps the files that have code to load, not only declarations, with their true extensions where one is needed. Node's own
 * `require` loads no TypeScript.
 */
function loadable(
  matches: Completion["matches"],
  typed: string,
  { parent }: ts.StringLiteral,
): Completion["matches"] {
  const isRequired = ts.isCallExpression(parent) && ts.isIdentifier(parent.expression);
  const folder = join(process.cwd(), typed.slice(0, typed.lastIndexOf("/") + 1));
  return matches.flatMap((match) => {
    if (match.kind !== "script" || match.text.endsWith(".json")) return match;
    const source = localSource(join(folder, match.text));
    if (source === undefined || (isRequired && !/\.[cm]?js$/.test(source))) return [];
    const isWithout = !/\.[cm]?jsx?$/.test(match.text);
    return isWithout ? match : { ...match, text: basename(source) };
  });
}

function isModuleName({ parent }: ts.StringLiteral): boolean {
  if (ts.isCallExpression(parent)) {
    const { expression } = parent;
    if (expression.kind === ts.SyntaxKind.ImportKeyword) return true;
    return ts.isIdentifier(expression) && expression.text === "require";
  }
  return (
    ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent) || ts.isExternalModuleReference(parent)
  );
}

/** The entry points of this package, which a cell can import wherever the notebook lies. */
const own: readonly string[] = (() => {
  const text = readFileSync(join(__dirname, "../../../package.json"), "utf8");
  const { name, exports } = JSON.parse(text) as { name: string; exports: object };
  const parts = Object.keys(exports).filter((part) => !part.endsWith(".json"));
  return parts.map((part) => name + part.slice(1));
})();
