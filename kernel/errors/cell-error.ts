/** Describes the error of a failed cell: name, message, a traceback that points into the cell, and a hint where one fits. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { isNativeError } from "node:util/types";
import { withBuiltIns } from "../built-ins";
import type { CellPosition } from "../cell-positions";
import type { Diagnostic } from "../compiler/types";
import type { ErrorContent } from "../transport/thread-port";
import { type CellRegistry, withoutCompilerNames } from "./cell-registry";
import { hintForCell, hintForImport, hintForName, hintForScope } from "./hints";

/** The compiler refused the cell, of which nothing ran, or a module that a running cell imports. */
export class RefusedCellError extends Error {
  override readonly name = "RefusedCellError";
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(withBuiltIns(() => summaryOf(diagnostics)));
    this.diagnostics = diagnostics;
  }
}

/** Tells the first error of the compiler in a line, and the number of the others. */
function summaryOf(diagnostics: readonly Diagnostic[]): string {
  const [first] = diagnostics;
  if (first === undefined) return "";
  const more = diagnostics.length > 1 ? `, and ${diagnostics.length - 1} more` : "";
  // The line of a module that the cell imports is none of the cell.
  const file = first.fileName === undefined ? "" : ` of ${first.fileName}`;
  return `${firstLine(first.message)} (TS${first.code}), line ${first.line + 1}${file}${more}`;
}

const CELL_FRAME = /(Cell \[[^\]]+\]), line (\d+), column (\d+)/;

/**
 * Describes a thrown value; never throws itself, because a cell without an answer would never end.
 *
 * @param thrown anything a cell can throw
 * @param cells registry of the cells that were run, for the lines to show
 * @param label of the failed cell
 */
export function describeError(thrown: unknown, cells: CellRegistry, label: string): ErrorContent {
  try {
    return withBuiltIns(() => describeThrown(thrown, cells, label));
  } catch {
    const { name, message } = UNREADABLE;
    return { ename: name, evalue: message, traceback: [`${name}: ${message}`, label] };
  }
}

const [RED, GREEN, END] = ["\x1b[31m", "\x1b[32m", "\x1b[39m"];

/** Colours the traceback for terminals, as front ends show it; name and message stay plain. */
export function inColor(error: ErrorContent): ErrorContent {
  try {
    return { ...error, traceback: withBuiltIns(() => error.traceback.map(colorEntry)) };
  } catch {
    // A cell may have replaced a built-in for good; then the traceback stays plain.
    return error;
  }
}

function colorEntry(entry: string): string {
  return entry
    .replace(/^((?:Caused by |Error \d+ of \d+: )?)([\w$.]+)(?=: )/, `$1${RED}$2${END}`)
    .replace(/^.*, line \d+, column \d+$/, `${GREEN}$&${END}`)
    .replace(/^> *\d+/m, `${GREEN}$&${END}`)
    .replace(/(?<=^ +\| +)\^+$/m, `${RED}$&${END}`);
}

function describeThrown(thrown: unknown, cells: CellRegistry, label: string): ErrorContent {
  if (isNativeError(thrown) && thrown instanceof RefusedCellError)
    return describeRefusal(thrown, cells, label);
  const ename = nameOf(thrown);
  const evalue = withoutCompilerNames(messageOf(thrown), thrown, cells.isVariable);
  const frames = framesOf(thrown);
  const place = frames.map(cellPlace).find((found) => found !== undefined) ?? cells.placeOf(thrown);
  const traceback = [`${ename}: ${evalue}`];
  if (place) {
    traceback.push(formatPlace(place.label, place.position));
    const code = cells.codeOf(place.label);
    if (code !== undefined) traceback.push(excerpt(code, place.position, 1));
  }
  const inModule = frames[0] === undefined ? undefined : modulePlace(frames[0]);
  if (inModule) traceback.push(...inModule);
  if (frames.length > 1 || (frames.length === 1 && !place)) traceback.push(shorten(frames).join("\n"));
  traceback.push(...describeErrors(thrown, cells), ...describeCauses(thrown, cells));
  const unknown = ename === "ReferenceError" ? /^(\w+) is not defined$/.exec(evalue)?.[1] : undefined;
  return { ename, evalue, traceback: [...traceback, ...hintLines(unknown && hintForName(unknown))] };
}

function hintLines(hint: string | undefined): string[] {
  return hint ? [`Hint: ${hint}`] : [];
}

const MAX_ERRORS = 10;

/** Writes a line for each error of an `AggregateError`, such as `Promise.any` throws. */
function describeErrors(thrown: unknown, cells: CellRegistry): string[] {
  const { errors } = Object(thrown) as { readonly errors?: unknown };
  if (!isErrorLike(thrown) || !Array.isArray(errors)) return [];
  const lines = errors
    .slice(0, MAX_ERRORS)
    .flatMap((error: unknown, at) => [
      `Error ${at + 1} of ${errors.length}: ${inOneLine(error, cells)}`,
      ...describeCauses(error, cells),
    ]);
  return errors.length > MAX_ERRORS ? [...lines, `and ${errors.length - MAX_ERRORS} more errors`] : lines;
}

/** Writes name, message and place of an error in one line. */
function inOneLine(error: unknown, cells: CellRegistry): string {
  const place = framesOf(error).map(cellPlace).find(Boolean) ?? cells.placeOf(error);
  const where = place ? ` (${formatPlace(place.label, place.position)})` : "";
  return `${nameOf(error)}: ${withoutCompilerNames(messageOf(error), error, cells.isVariable)}${where}`;
}

const MAX_CAUSES = 10;

/** Writes a line for each error in the chain of causes, with its place in a cell. */
function describeCauses(thrown: unknown, cells: CellRegistry): string[] {
  const lines: string[] = [];
  const seen = new Set([thrown]);
  let error = thrown;
  while (isErrorLike(error) && error.cause !== undefined && lines.length < MAX_CAUSES) {
    error = error.cause;
    // Causes can form a circle.
    if (seen.has(error)) break;
    seen.add(error);
    lines.push(`Caused by ${inOneLine(error, cells)}`);
  }
  return lines;
}

function describeRefusal(
  { diagnostics, message }: RefusedCellError,
  cells: CellRegistry,
  label: string,
): ErrorContent {
  const isSyntax = diagnostics.some(({ code }) => code >= 1000 && code < 2000);
  const ename = isSyntax ? "SyntaxError" : "TypeScriptError";
  const code = cells.codeOf(label) ?? "";
  const hint = hintLines(
    hintForCell(code, diagnostics) ?? hintForScope(code, diagnostics) ?? hintForImport(diagnostics),
  );
  return {
    ename,
    evalue: message,
    traceback: [...formatDiagnostics(ename, diagnostics, cells, label), ...hint],
  };
}

/** Describes the type errors of a cell that runs all the same. */
export function describeWarnings(
  diagnostics: readonly Diagnostic[],
  cells: CellRegistry,
  label: string,
): string {
  return formatDiagnostics("Warning", diagnostics, cells, label).join("\n");
}

function formatDiagnostics(
  kind: string,
  diagnostics: readonly Diagnostic[],
  cells: CellRegistry,
  label: string,
): string[] {
  return diagnostics.flatMap((diagnostic) => {
    const position = { line: diagnostic.line + 1, column: diagnostic.column + 1 };
    const where = diagnostic.fileName ?? label;
    const lines = [`${kind}: ${diagnostic.message} (TS${diagnostic.code})`, formatPlace(where, position)];
    const width = diagnostic.endLine === diagnostic.line ? diagnostic.endColumn - diagnostic.column : 1;
    const code = diagnostic.fileName === undefined ? cells.codeOf(label) : textOf(diagnostic.fileName);
    if (code !== undefined) lines.push(excerpt(code, position, width));
    return lines;
  });
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}

/** The name shown for a thrown value that is no error. */
const UNCAUGHT = "UncaughtValue";
/** Shown for a thrown value whose getter, proxy or `toString` throws in turn. */
const UNREADABLE = { name: UNCAUGHT, message: "a value that cannot be shown, because reading it throws" };

function nameOf(thrown: unknown): string {
  if (!isErrorLike(thrown)) return UNCAUGHT;
  const { name } = thrown;
  // A subclass that does not set its name is shown by the name of its class.
  return String(name && name !== "Error" ? name : thrown.constructor?.name || "Error");
}

function messageOf(thrown: unknown): string {
  if (isErrorLike(thrown)) return String(thrown.message);
  return typeof thrown === "string" ? thrown : inspect(thrown, { colors: false });
}

function isErrorLike(thrown: unknown): thrown is Error {
  return (
    isNativeError(thrown) ||
    (typeof thrown === "object" && thrown !== null && "stack" in thrown && "message" in thrown)
  );
}

const MAX_FRAMES = 10;
/** The folder of the compiled kernel, whose frames are not shown. */
const KERNEL_FOLDER = dirname(__dirname);
/** The folder of the compiled library, whose lines are not shown in a clone either. */
const LIBRARY_FOLDER = join(dirname(KERNEL_FOLDER), "src");

/** Returns the frames of the stack that concern the author of a cell: none of Node, of built-in functions or of the kernel. */
function framesOf(thrown: unknown): string[] {
  if (!isErrorLike(thrown) || typeof thrown.stack !== "string") return [];
  return thrown.stack
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .filter(
      (line) =>
        !line.includes("(node:") &&
        !line.includes("at node:") &&
        !line.endsWith(" (<anonymous>)") &&
        !line.includes(KERNEL_FOLDER),
    );
}

/** Shortens a stack: repeated frames are shown once, then the innermost frames and those of cells further out. */
function shorten(frames: readonly string[]): string[] {
  const runs: { frame: string; count: number }[] = [];
  for (const frame of frames) {
    const last = runs.at(-1);
    if (last?.frame === frame) last.count++;
    else runs.push({ frame, count: 1 });
  }
  const lines = runs.map(({ frame, count }) => (count === 1 ? frame : `${frame} (${count} times)`));
  const outer = lines.slice(MAX_FRAMES);
  const cellFrames = outer.filter((frame) => CELL_FRAME.test(frame)).slice(-MAX_FRAMES);
  return outer.length > cellFrames.length ? [...lines.slice(0, MAX_FRAMES), "    ...", ...cellFrames] : lines;
}

function cellPlace(frame: string): { label: string; position: CellPosition } | undefined {
  const found = CELL_FRAME.exec(frame);
  if (!found) return undefined;
  return { label: found[1] as string, position: { line: Number(found[2]), column: Number(found[3]) } };
}

/** Shows the lines of a module of the notebook's author in which an error was thrown; undefined for frames of cells and packages. */
function modulePlace(frame: string): string[] | undefined {
  const found = /\(?((?:file:\/\/)?\/[^()]*|[A-Za-z]:\\[^()]*):(\d+):(\d+)\)?$/.exec(frame);
  if (!found || CELL_FRAME.test(frame) || found[1].includes("node_modules")) return undefined;
  const position = { line: Number(found[2]), column: Number(found[3]) };
  const path = found[1].startsWith("file://") ? fileURLToPath(found[1]) : found[1];
  if (path.startsWith(LIBRARY_FOLDER)) return undefined;
  const code = textOf(path);
  return code === undefined ? undefined : [formatPlace(path, position), excerpt(code, position, 1)];
}

/** Returns the text of a module; undefined where it has been moved since it was loaded. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function formatPlace(label: string, { line, column }: CellPosition): string {
  return `${label}, line ${line}, column ${column}`;
}

/** Returns a line with its neighbours, and a marker below the place. */
function excerpt(code: string, { line, column }: CellPosition, width: number): string {
  const lines = code.split(/\r?\n/);
  const first = Math.max(1, line - 2);
  const last = Math.min(lines.length, line + 1);
  const numberWidth = String(last).length;
  const shown: string[] = [];
  for (let at = first; at <= last; at++) {
    const text = lines[at - 1] ?? "";
    shown.push(`${at === line ? ">" : " "} ${String(at).padStart(numberWidth)} | ${text}`);
    if (at === line) {
      const before = text.slice(0, column - 1).replace(/[^\t]/g, " ");
      shown.push(`  ${" ".repeat(numberWidth)} | ${before}${"^".repeat(Math.max(1, width))}`);
    }
  }
  return shown.join("\n");
}
