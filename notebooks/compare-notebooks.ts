import { type CellOutput, joinLines, type Notebook, sourceOf } from "../kernel/runner/notebook";
import { type Difference, firstDifference, type Tolerance } from "./compare-values";

/** What a re-run is held to: six digits, and what is smaller than 1e-9 counts as zero. */
const NOTEBOOK_TOLERANCE: Tolerance = { relative: 1e-6, absolute: 1e-9 };

/** Where a re-run notebook differs first from the committed one. */
export interface NotebookDifference extends Difference {
  /** Counted from 1 over the code cells that are not empty, as `smooth-edges run` counts. */
  readonly cell: number;
  /** Counted from 1; 0 where the numbers of outputs differ. */
  readonly output: number;
}

/**
 * Compares the outputs of two runs of the same notebook.
 *
 * Numbers agree within a tolerance, in texts and in JSON. A picture beside JSON (a chart and its specification) is
 * drawn from it and not compared itself; a picture alone must be the same to the byte. Outputs of a cell tagged
 * `nbval-ignore-output`, for what differs by nature such as durations, are not compared.
 *
 * @see https://nbval.readthedocs.io/en/latest/#tagging
 */
export function compareNotebooks(
  actual: Notebook,
  expected: Notebook,
  tolerance: Tolerance = NOTEBOOK_TOLERANCE,
): NotebookDifference | undefined {
  const ours = codeCells(actual);
  const theirs = codeCells(expected);
  if (ours.length !== theirs.length) {
    return { cell: 0, output: 0, path: "cells.length", actual: ours.length, expected: theirs.length };
  }
  for (const [index, { outputs, metadata }] of ours.entries()) {
    if (Array.isArray(metadata.tags) && metadata.tags.includes("nbval-ignore-output")) continue;
    const cell = index + 1;
    const committed = theirs[index]?.outputs ?? [];
    for (const [position, output] of outputs.entries()) {
      const difference = outputDifference(output, committed[position], tolerance);
      if (difference) return { cell, output: position + 1, ...difference };
    }
    if (outputs.length !== committed.length) {
      return { cell, output: 0, path: "outputs.length", actual: outputs.length, expected: committed.length };
    }
  }
  return undefined;
}

/** The difference in one sentence for a person to read. */
export function describeDifference({ cell, output, path, actual, expected }: NotebookDifference): string {
  const place = [cell > 0 && `cell ${cell}`, output > 0 && `output ${output}`, path]
    .filter(Boolean)
    .join(", ");
  return `${place}: got ${shorten(actual)}, committed ${shorten(expected)}`;
}

function codeCells(notebook: Notebook): { outputs: CellOutput[]; metadata: Record<string, unknown> }[] {
  return notebook.cells.flatMap((cell) =>
    cell.cell_type === "code" && sourceOf(cell).trim() !== "" ? [cell] : [],
  );
}

function outputDifference(
  actual: CellOutput,
  expected: CellOutput | undefined,
  tolerance: Tolerance,
): Difference | undefined {
  const difference = firstDifference(comparable(actual), expected && comparable(expected), tolerance);
  return difference ?? pictureDifference(picturesOf(actual), expected ? picturesOf(expected) : new Map());
}

/** What of an output is to be compared within the tolerance; pictures are only named. */
function comparable(output: CellOutput): object {
  if (output.output_type === "stream") return { type: output.name, text: joinLines(output.text) };
  if (output.output_type === "error") return { type: "error", ename: output.ename, evalue: output.evalue };
  const data = Object.entries(output.data).map(([type, value]) => [
    type,
    isPicture(type) ? "a picture" : wholeText(value),
  ]);
  return { type: output.output_type, data: Object.fromEntries(data) };
}

/** The pictures that are not drawn from JSON beside them, by MIME type. */
function picturesOf(output: CellOutput): ReadonlyMap<string, unknown> {
  const entries = "data" in output ? Object.entries(output.data) : [];
  if (entries.some(([type]) => type.endsWith("+json"))) return new Map();
  return new Map(entries.flatMap(([type, value]) => (isPicture(type) ? [[type, wholeText(value)]] : [])));
}

function pictureDifference(
  actual: ReadonlyMap<string, unknown>,
  expected: ReadonlyMap<string, unknown>,
): Difference | undefined {
  for (const [type, picture] of actual) {
    if (picture !== expected.get(type)) {
      return { path: `.data["${type}"]`, actual: "another picture", expected: "its own" };
    }
  }
  return undefined;
}

function isPicture(mimeType: string): boolean {
  return mimeType.startsWith("image/") || mimeType === "application/pdf";
}

/** Texts in one piece, as files may hold them split or whole. */
function wholeText(value: unknown): unknown {
  const isLines = Array.isArray(value) && value.every((line) => typeof line === "string");
  return isLines ? joinLines(value) : value;
}

function shorten(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length > 160 ? `${text.slice(0, 157)}...` : text;
}
