import { writeFileAtomically } from "../atomic-write";
import type { CellOutput, Notebook, NotebookMimeBundle } from "./notebook";

/**
 * Writes a notebook in one step.
 *
 * @see formatNotebook
 */
export function writeNotebook(path: string, notebook: Notebook): void {
  writeFileAtomically(path, formatNotebook(notebook));
}

/**
 * A notebook as Jupyter stores it: keys sorted, one space of indent, text split into lines.
 *
 * So that a notebook saved by Jupyter afterwards differs in nothing but what was changed. Two things stay JavaScript's:
 * the spelling of some numbers (0.00001 for Python's 1e-05), and the place of keys that are integers, which come first.
 *
 * @see https://github.com/jupyter/nbformat/blob/v5.10.4/nbformat/v4/rwbase.py
 */
export function formatNotebook(notebook: Notebook): string {
  const cells = notebook.cells.map((cell) => ({
    ...cell,
    source: splitIfText(cell.source),
    ...(cell.cell_type === "code" && { outputs: cell.outputs.map(splitOutput) }),
  }));
  return `${JSON.stringify({ ...notebook, cells }, sortKeys, 1)}\n`;
}

/** Splits text after each line end that Python's `str.splitlines` knows, the rare separators U+001C to U+001E left out. */
export function splitLines(text: string): string[] {
  return text === "" ? [] : text.split(/(?<=[\n\v\f\u0085\u2028\u2029]|\r(?!\n))(?!$)/);
}

function splitOutput(output: CellOutput): CellOutput {
  if (output.output_type === "stream") return { ...output, text: splitIfText(output.text) as string[] };
  if (output.output_type === "error") return output;
  return { ...output, data: splitBundle(output.data) };
}

function splitBundle(data: NotebookMimeBundle): NotebookMimeBundle {
  return Object.fromEntries(
    Object.entries(data ?? {}).map(([type, value]) => [type, isMultiline(type) ? splitIfText(value) : value]),
  );
}

function isMultiline(mimeType: string): boolean {
  return (
    mimeType.startsWith("text/") || mimeType === "application/javascript" || mimeType === "image/svg+xml"
  );
}

function splitIfText(value: unknown): unknown {
  return typeof value === "string" ? splitLines(value) : value;
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  // fromEntries and not assignment: a key may be called "__proto__".
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
