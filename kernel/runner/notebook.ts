import { readFileSync } from "node:fs";
import {
  notebookFieldInvalid,
  notebookForAnotherKernel,
  notebookMissing,
  notebookNotJson,
  notebookUnreadable,
  notebookWrongVersion,
} from "../errors";

/** Text as a notebook file holds it: whole, or a list of lines that each keep their line end. */
export type MultilineText = string | string[];

/** A MIME bundle as a notebook file holds it. */
export type NotebookMimeBundle = Record<string, unknown>;

/** What a cell printed. */
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

/** What every cell has; fields that are not named here are kept as they are. */
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

/** As `readNotebook`, from text; `path` is how messages call the notebook. */
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

/** The source of a cell as one text. */
export function sourceOf(cell: Cell): string {
  return joinLines(cell.source);
}

/** Text of a notebook file as one string. */
export function joinLines(text: MultilineText): string {
  return typeof text === "string" ? text : text.join("");
}

/**
 * Makes sure that a notebook is meant for this kernel: by name, by language, or by naming neither.
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
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw code === "ENOENT" ? notebookMissing(path) : notebookUnreadable(path, code);
  }
}

function parseJson(text: string, path: string): unknown {
  if (text.trim() === "") throw notebookNotJson(path, "an empty file");
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    // V8 quotes the text around the place, line breaks included; a sentence stays on one line.
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
