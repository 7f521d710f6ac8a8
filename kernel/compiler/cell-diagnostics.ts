/** What the compiler complains of, as places in the cell. */
import { relative } from "node:path";
import ts from "typescript";
import type { Diagnostic } from "./cell-converter";
import type { TslabDiagnostic } from "./compiler-shim";

/** @param code of the cell, behind which the converter puts a line of its own */
export function refusalsOf(diagnostics: readonly TslabDiagnostic[], code: string): Diagnostic[] {
  const lines = code.trimEnd().split("\n");
  const line = lines.length - 1;
  const column = lines[line]?.length ?? 0;
  const lineCount = code.split("\n").length;
  const joined = joinChains(diagnostics);
  const isBeyond = (found: Diagnostic): boolean => found.fileName === undefined && found.line >= lineCount;
  // An unfinished cell is complained of where it ends; what follows is about the line that is none of its own.
  const first = joined.find(isBeyond);
  return joined
    .filter((found) => found === first || !isBeyond(found))
    .map((found) =>
      found === first ? { ...found, line, column, endLine: line, endColumn: column + 1 } : found,
    );
}

/** TypeScript's chained messages arrive as one diagnostic a link, all with the same span. */
function joinChains(diagnostics: readonly TslabDiagnostic[]): Diagnostic[] {
  const joined: Diagnostic[] = [];
  for (const { start, end, messageText, code, fileName } of diagnostics) {
    const last = joined.at(-1);
    const sameSpan =
      last &&
      last.line === start.line &&
      last.column === start.character &&
      last.endLine === end.line &&
      last.endColumn === end.character;
    if (sameSpan) {
      joined[joined.length - 1] = { ...last, message: `${last.message}\n  ${messageText}` };
    } else {
      joined.push({
        line: start.line,
        column: start.character,
        endLine: end.line,
        endColumn: end.character,
        message: messageText,
        code,
        fileName,
      });
    }
  }
  return joined;
}

/**
 * TypeScript's own diagnostic as one of a cell; nothing for files that are not the notebook's.
 *
 * @param before lines that the converter puts before the cell
 */
export function warningOf(
  { file, start = 0, length = 0, messageText, code }: ts.Diagnostic,
  before: number,
): Diagnostic[] {
  if (!file) return [];
  const isCell = file.fileName.endsWith("/__tslab__.ts");
  const from = file.getLineAndCharacterOfPosition(start);
  const to = file.getLineAndCharacterOfPosition(start + length);
  const linesBefore = isCell ? before : 0;
  return [
    {
      line: from.line - linesBefore,
      column: from.character,
      endLine: to.line - linesBefore,
      endColumn: to.character,
      message: ts.flattenDiagnosticMessageText(messageText, "\n"),
      code,
      fileName: isCell ? undefined : relative(process.cwd(), file.fileName),
    },
  ];
}
