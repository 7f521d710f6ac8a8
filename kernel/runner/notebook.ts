/** Notebook files of format 4: their types, reading and checking them, writing them as Jupyter does, and their parameters. */
import { readFileSync } from "node:fs";
import { writeFileAtomically } from "../../src/file-writing";
import {
  codeOf,
  notebookFieldInvalid,
  notebookForAnotherKernel,
  notebookMissing,
  notebookNotJson,
  notebookUnreadable,
  notebookWrongVersion,
  parameterInvalid,
} from "../errors";

/** Text as a notebook file holds it: whole, or a list of lines that each keep their line end. */
export type MultilineText = string | string[];

/** A MIME bundle as a notebook file holds it. */
export type NotebookMimeBundle = Record<string, unknown>;

/** Text that a cell printed. */
export interface StreamOutput {
  output_type: "stream";
  name: string;
  text: MultilineText;
}

/** A value that a cell showed, or (with an execution count) its last expression. */
export interface DisplayOutput {
  output_type: "display_data" | "execute_result";
  data: NotebookMimeBundle;
  metadata: Record<string, unknown>;
  execution_count?: number | null;
}

/** The exception that ended a cell. */
export interface ErrorOutput {
  output_type: "error";
  ename: string;
  evalue: string;
  traceback: string[];
}

/** One output of a code cell. */
export type CellOutput = StreamOutput | DisplayOutput | ErrorOutput;

/** A cell of text; fields that are not named here are kept as they are. */
export interface OtherCell {
  cell_type: "markdown" | "raw";
  source: MultilineText;
  metadata: Record<string, unknown>;
}

/** A cell that a kernel can run. */
export interface CodeCell {
  cell_type: "code";
  source: MultilineText;
  metadata: Record<string, unknown>;
  execution_count: number | null;
  outputs: CellOutput[];
}

/** A cell of a notebook. */
export type Cell = CodeCell | OtherCell;

/** The part of a notebook's metadata that is read here; the rest is kept. */
export interface NotebookMetadata {
  kernelspec?: { name?: string; language?: string; display_name?: string };
  language_info?: { name?: string };
}

/** A notebook of format 4; fields that are not named here are kept as they are. */
export interface Notebook {
  cells: Cell[];
  metadata: NotebookMetadata;
  nbformat: 4;
  nbformat_minor: number;
}

/**
 * Reads a notebook file and checks the structure that running it relies on.
 *
 * @throws {UsageError} when the file is missing, no JSON, or no notebook of format 4.
 * @see https://nbformat.readthedocs.io/en/latest/format_description.html
 */
export function readNotebook(path: string): Notebook {
  return parseNotebook(readText(path), path);
}

/** Parses and checks the text of a notebook, as `readNotebook` does; `path` names the notebook in messages. */
export function parseNotebook(text: string, path: string): Notebook {
  const value = parseJson(text, path);
  if (!isRecord(value)) throw notebookNotJson(path, "JSON that is no object");
  if (value.nbformat !== 4) throw notebookWrongVersion(path, value.nbformat);
  value.nbformat_minor ??= 0;
  value.metadata ??= {};
  if (!isRecord(value.metadata)) {
    throw notebookFieldInvalid(path, "metadata", "an object", value.metadata);
  }
  if (!Array.isArray(value.cells)) {
    throw notebookFieldInvalid(path, "cells", "an array", value.cells);
  }
  value.cells.forEach((cell, index) => {
    checkCell(cell, `cells[${index}]`, path);
  });
  return value as unknown as Notebook;
}

/** Returns the source of a cell as one text. */
export function sourceOf(cell: Cell): string {
  return joinLines(cell.source);
}

/** Returns text of a notebook file as one string. */
export function joinLines(text: MultilineText): string {
  return typeof text === "string" ? text : text.join("");
}

/**
 * Returns a notebook as Jupyter's server hands it to a page, which does not join lines itself: every text is one string.
 *
 * @see the function `rejoin_lines` of nbformat
 */
export function withJoinedTexts(notebook: Notebook): Notebook {
  const cells = notebook.cells.map((cell) => ({
    ...cell,
    source: sourceOf(cell),
    ...(cell.cell_type === "code" && { outputs: cell.outputs.map(joinOutput) }),
  }));
  return { ...notebook, cells } as Notebook;
}

function joinOutput(output: CellOutput): CellOutput {
  if (output.output_type === "stream") return { ...output, text: joinLines(output.text) };
  if (output.output_type === "error") return output;
  const joined = Object.entries(output.data).map(([type, value]) => [
    type,
    isMultiline(type) ? joinLines(value as MultilineText) : value,
  ]);
  return { ...output, data: Object.fromEntries(joined) };
}

/**
 * Checks that a notebook is meant for this kernel: by name, by language, or by naming neither.
 *
 * @throws {UsageError} when it names another kernel of another language.
 */
export function checkKernel(notebook: Notebook, path: string, kernelName: string): void {
  const { kernelspec, language_info } = notebook.metadata;
  const language = kernelspec?.language ?? language_info?.name;
  if (kernelspec?.name === undefined && language === undefined) return;
  if (kernelspec?.name === kernelName || language?.toLowerCase() === "typescript") return;
  throw notebookForAnotherKernel(path, kernelspec?.name, language);
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = codeOf(error);
    throw code === "ENOENT" ? notebookMissing(path) : notebookUnreadable(path, code);
  }
}

function parseJson(text: string, path: string): unknown {
  if (text.trim() === "") throw notebookNotJson(path, "an empty file");
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    // V8 quotes the text around the error with its line breaks, which a message must not have.
    throw notebookNotJson(path, (error as Error).message.replace(/\s+/g, " "));
  }
}

function checkCell(cell: unknown, where: string, path: string): void {
  if (!isRecord(cell)) throw notebookFieldInvalid(path, where, "an object", cell);
  if (!["code", "markdown", "raw"].includes(cell.cell_type as string)) {
    throw notebookFieldInvalid(path, `${where}.cell_type`, '"code", "markdown" or "raw"', cell.cell_type);
  }
  if (!isText(cell.source)) {
    throw notebookFieldInvalid(path, `${where}.source`, "a string or an array of strings", cell.source);
  }
  cell.metadata ??= {};
  if (!isRecord(cell.metadata)) {
    throw notebookFieldInvalid(path, `${where}.metadata`, "an object", cell.metadata);
  }
  if (cell.cell_type !== "code") return;
  cell.execution_count ??= null;
  cell.outputs ??= [];
  if (!Array.isArray(cell.outputs) || !cell.outputs.every(isRecord)) {
    throw notebookFieldInvalid(path, `${where}.outputs`, "an array of objects", cell.outputs);
  }
}

function isText(value: unknown): value is MultilineText {
  return (
    typeof value === "string" || (Array.isArray(value) && value.every((line) => typeof line === "string"))
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Writes a notebook in one step.
 *
 * @see formatNotebook
 */
export function writeNotebook(path: string, notebook: Notebook): void {
  writeFileAtomically(path, formatNotebook(notebook));
}

/**
 * Formats a notebook as Jupyter stores it: keys sorted, one space of indent, text split into lines.
 *
 * A notebook that Jupyter saves afterwards then differs only in what was changed. Two things remain JavaScript's: the
 * spelling of some numbers (0.00001 for Python's 1e-05), and the place of keys that are integers, which come first.
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
  // `fromEntries` also creates a key "__proto__", which an assignment would not.
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** papermill's tag of the cell with the default parameters. */
const DEFAULTS = "parameters";
/** papermill's tag of the cell with the given parameters. */
const INJECTED = "injected-parameters";

/**
 * Parses `name=value`; the value is parsed as JSON where it is valid JSON, and is text otherwise, as are integers of more
 * digits than a number holds, and numbers too large for one.
 *
 * @throws UsageError where the name is no identifier or there is no value
 */
export function parseParameter(text: string): [name: string, value: unknown] {
  const at = text.indexOf("=");
  const name = text.slice(0, at);
  if (at < 0 || !/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) throw parameterInvalid(text);
  const value = text.slice(at + 1);
  try {
    const parsed: unknown = JSON.parse(value);
    const isRounded = Number.isInteger(parsed) && !Number.isSafeInteger(parsed) && /^-?\d+$/.test(value);
    return [name, isRounded || parsed === Infinity || parsed === -Infinity ? value : parsed];
  } catch {
    return [name, value];
  }
}

/** Adds a cell that declares the parameters, as papermill does: after the cell tagged `parameters`, replacing an earlier one. */
export function withParameters(notebook: Notebook, parameters: Readonly<Record<string, unknown>>): Notebook {
  const lines = Object.entries(parameters).map(([name, value]) => `let ${name} = ${JSON.stringify(value)};`);
  if (lines.length === 0) return notebook;
  const cell: CodeCell & { id?: string } = {
    cell_type: "code",
    source: ["// Parameters", ...lines].join("\n"),
    metadata: { tags: [INJECTED] },
    execution_count: null,
    outputs: [],
    // Cells have ids from format 4.5 on.
    ...(notebook.nbformat_minor >= 5 && { id: INJECTED }),
  };
  const cells = notebook.cells.filter((each) => !hasTag(each, INJECTED));
  const place = cells.findIndex((each) => hasTag(each, DEFAULTS)) + 1;
  return { ...notebook, cells: [...cells.slice(0, place), cell, ...cells.slice(place)] };
}

/** Returns those of the names that stand in no code cell, so that a parameter of that name changes nothing. */
export function namesInNoCell({ cells }: Notebook, names: readonly string[]): string[] {
  const code = cells.filter((cell) => cell.cell_type === "code" && !hasTag(cell, INJECTED)).map(sourceOf);
  return names.filter((name) => {
    const word = name.replaceAll("$", "\\$");
    const pattern = new RegExp(`(?<![\\p{ID_Continue}$])${word}(?![\\p{ID_Continue}$])`, "u");
    return !code.some((source) => pattern.test(source));
  });
}

/** Whether a cell has a tag, such as nbclient's `raises-exception`. */
export function hasTag({ metadata: { tags } }: Cell, tag: string): boolean {
  return Array.isArray(tags) && tags.includes(tag);
}
