/**
 * Every error the library throws and the words it throws them with.
 *
 * Grammar: `Where: what must be rule, got value[; remedy]`, one sentence.
 */

/** The caller's input breaks a rule that the message names. */
export class InputError extends Error {
  /** @param message shown with escapes for control characters, since a name of a column or a file may hold what a terminal obeys. */
  constructor(message: string) {
    super(printable(message));
  }

  /** Tells it from other errors where `instanceof` cannot, as between realms. */
  override readonly name = "InputError";
}

/** A result contradicts the mathematics: a defect of this library, never of the caller's data. */
export class InternalError extends Error {
  /** Tells it from other errors where `instanceof` cannot, as between realms. */
  override readonly name = "InternalError";
}

/**
 * A text with escapes, as `\\u001b`, in place of control characters, which could move a terminal's cursor or set its title, and of marks that turn the
 * direction of writing, which would show the rest of a line in another order.
 */
export function printable(text: string): string {
  return text.replace(
    /[^\P{Cc}\n\t]|\p{Bidi_Control}/gu,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** `Where: what must be rule, got value[; remedy]` */
export function mustBe(
  where: string,
  what: string,
  rule: string,
  value: unknown,
  remedy?: string,
): InputError {
  return new InputError(`${where}: ${what} ${faultOf(rule, value)}${remedy ? `; ${remedy}` : ""}`);
}

/** `column "age", row 3`, and of a file `column "age", row 3 of ages.csv` */
export function placeOf(column: string, row?: number, file?: string): string {
  const ofFile = file === undefined ? "" : ` of ${file}`;
  return `column ${JSON.stringify(column)}${row === undefined ? "" : `, row ${row}${ofFile}`}`;
}

/** `must be rule, got value` */
export function faultOf(rule: string, value: unknown): string {
  return `must be ${rule}, got ${show(value)}`;
}

/** The remedies where the system refuses to write, by its code. */
const WRITING_REMEDIES: Readonly<Record<string, string>> = {
  // Creating the folder would hide a misspelt path.
  ENOENT: "make its folder first",
  ENOSPC: "free space on its disk, or name another place",
  EDQUOT: "free space on its disk, or name another place",
  EACCES: "allow writing to it and its folder, or name another place",
};

/** The error for a path that the system does not let one write to; an error that is not the system's stays as it is. */
export function unwritable(
  where: string,
  path: string,
  error: unknown,
  kind: "file" | "folder" = "file",
): Error {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error as Error;
  const remedy = WRITING_REMEDIES[code];
  return new InputError(
    `${where}: ${path} must be a ${kind} that can be written${kind === "folder" ? " to" : ""}, got ${code}${remedy ? `; ${remedy}` : ""}`,
  );
}

export function outOfMemory(nNumbers: number): InputError {
  return new InputError(`smooth-edges: an array must fit into memory, got one of ${nNumbers} numbers`);
}

export function rowCountMismatch(where: string, xRows: number, yRows: number): InputError {
  return new InputError(`${where}: X has ${xRows} rows but y has ${yRows}`);
}

export function labelCountMismatch(where: string, nFeatures: number, nLabels: number): InputError {
  return new InputError(
    `${where}: groups must have one label for each of the ${nFeatures} features, got ${nLabels}`,
  );
}

export function weightCountMismatch(where: string, of: string, nWeights: number): InputError {
  return new InputError(`${where}: weights must have one entry for each of the ${of}, got ${nWeights}`);
}

export function wrongParametrization(
  where: string,
  penalty: string,
  name: string,
  induced: string,
  remedy?: string,
): InputError {
  return new InputError(
    `${where}: parametrization must induce ${penalty}${remedy ? " with weights 1" : ""}, got ${name}, which induces ${induced}${remedy ? `; ${remedy}` : ""}`,
  );
}

export function undividedDatafit(where: string, datafit: string): InputError {
  return mustBe(where, "the datafit of a mini-batch", "a mean over samples", datafit, "leave batchSize out");
}

export function undividedObjective(where: string): InputError {
  return new InputError(
    `${where}: the objective of mini-batches must have nSamples and batchValueAndGradient, got an objective without them; leave batchSize out`,
  );
}

export function decoupledDecay(where: string, option: string, value: unknown): InputError {
  const remedy =
    "decay beside the adaptive step has fixed points that are no minima of the penalized problem, so put the penalty into the objective";
  return mustBe(where, option, "left out", value, remedy);
}

/** A value as one would type it, cut to a length that fits a sentence. */
export function show(value: unknown): string {
  if (typeof value === "string")
    return JSON.stringify(value.length > 40 ? `${value.slice(0, 37)}...` : value);
  if (typeof value === "function") return `a function${value.name ? ` ${value.name}` : ""}`;
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? "-0" : String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (ArrayBuffer.isView(value))
    return `${withArticle(value.constructor.name)} of ${(value as Float64Array).length}`;
  const name = Object.getPrototypeOf(value)?.constructor?.name;
  return name && name !== "Object" ? withArticle(name) : "an object";
}

/** `an Evaluation`, `a Uint8Array` */
function withArticle(name: string): string {
  return `${/^[AEIO]/.test(name) ? "an" : "a"} ${name}`;
}

/** Whether a text is one of those that people write where they have no value. */
export function standsForMissing(value: unknown): boolean {
  return (
    typeof value === "string" &&
    /^(#?n\/?a( n\/a)?|<na>|-?nan|null|none|missing|unknown|[-.?]+)?$/i.test(value.trim())
  );
}

export function notATable(where: string, what: string, value: unknown): InputError {
  const rule =
    what !== "X"
      ? "an array of numbers, a series or a table of one column"
      : "a data frame, an array of rows, columns by name or a matrix { data, nSamples, nFeatures }";
  return mustBe(where, what, rule, value, tableRemedy(what, value));
}

/** The remedy for `columns.bmii`, an error that TypeScript cannot detect where names come from a file. */
export const absentColumn = "a table gives undefined for a name that no column of it has";

const namedColumn = "fromFrame of smooth-edges/frame takes a column by its name as the response";
function tableRemedy(what: string, value: unknown): string | undefined {
  if (value === undefined && what !== "X") return absentColumn;
  if (typeof value === "string" && what !== "X") return namedColumn;
  if (typeof Object(value).then === "function") return "await it first";
  const { X, y } = Object(value) as { X?: unknown; y?: unknown };
  if (X !== undefined && y !== undefined) return "pass its X and its y, as in fit(data.X, data.y)";
  if (Array.isArray(value) || ArrayBuffer.isView(value))
    return "write one row as [[1, 2, 3]], one column as [[1], [2], [3]]";
  return undefined;
}

/** By tag, since a date made in a notebook cell is no `instanceof` this realm's `Date`. */
export function isDate(value: unknown): value is Date {
  return Object.prototype.toString.call(value) === "[object Date]";
}

export function emptyTable(where: string, what: string, rows: number, columns: number): InputError {
  if (what !== "X") return new InputError(`${where}: ${what} must have at least one value, got none`);
  return new InputError(
    `${where}: ${what} must have at least one row and one column, got ${countOf(rows, "row")} and ${countOf(columns, "column")}`,
  );
}

/** @param names of the columns there are: where one of them was encoded as indicators `name=level`, it must be again. */
export function missingColumns(
  where: string,
  missing: readonly string[],
  names: readonly string[],
): InputError {
  const shown = missing.slice(0, 5).map((name) => JSON.stringify(name));
  const rest = missing.length > 5 ? ` and ${missing.length - 5} more` : "";
  const isRaw = names.some((name) => missing.some((wanted) => wanted.startsWith(`${name}=`)));
  const remedy = isRaw ? "; encode the frame as the training data were, data.encode(frame) of fromFrame" : "";
  return new InputError(
    `${where}: X must have every column of the fit, got none called ${shown.join(", ")}${rest}${remedy}`,
  );
}

export function featureCountMismatch(where: string, trained: number, given: number): InputError {
  return new InputError(`${where}: X must have ${trained} columns as in the fit, got ${given}`);
}

export function severalResponses(where: string, what: string, given: number, remedy?: string): InputError {
  const own =
    what === "y"
      ? `fit one response at a time, or all with squaredError({ nResponses: ${given} })`
      : "write it as one flat array, one number a row";
  return mustBe(where, what, "one column", given, remedy ?? own);
}

/** An InputError where this machine lacks something that others have: an optional package, or files in a browser. */
export class UnavailableError extends InputError {
  readonly #remedy: string;

  constructor(where: string, remedy: string) {
    super(`${where}: ${remedy}`);
    this.#remedy = remedy;
  }

  /** The message without the call. It is no field, since Node would print a field beside the message. */
  get remedy(): string {
    return this.#remedy;
  }
}

/** An InputError where a source of rows fails in the middle of a fit, whose steps until then are kept. */
export class PassFailure extends InputError {
  /** @param cause the error of the source. */
  constructor(message: string, cause?: unknown) {
    super(message);
    this.cause = cause;
  }
}

/** @throws PassFailure where the signal is aborted. */
export function checkNotAborted(where: string, signal: { readonly aborted: boolean } | undefined): void {
  if (signal?.aborted)
    throw new PassFailure(`${where}: a pass over the rows must not be aborted before there is a fit`);
}

export function missingPackage(where: string, name: string, install: string): UnavailableError {
  return new UnavailableError(
    where,
    `the package ${name} must be installed, got none; run npm install ${install}`,
  );
}

export function notInBrowsers(where: string, what: string, remedy: string): UnavailableError {
  return new UnavailableError(
    where,
    `${what} must be those of Node.js, Deno or Bun, got a browser; ${remedy}`,
  );
}

export function unloadablePackage(where: string, name: string, reason: string): UnavailableError {
  return new UnavailableError(where, `the package ${name} must load, got the error: ${reason}`);
}

export function noDataAtHand(where: string): InputError {
  return new InputError(
    `${where}: the data must be at hand, got a value read from JSON, which has none; fit them again`,
  );
}

export function noClasses(where: string, datafit: string): InputError {
  return mustBe(where, "datafit", "one of classes, such as logistic()", datafit);
}

export function noNumericClasses(where: string, classes: readonly unknown[]): InputError {
  return new InputError(
    `${where}: the classes must be numbers or truth values, since it returns numbers, got ${listOf(classes, "and")}; use predictLabels, which returns labels as they are in y`,
  );
}

export function unknownClass(
  where: string,
  what: string,
  row: number,
  label: unknown,
  classes: readonly unknown[],
): InputError {
  const rule = what === "y" ? "a class of the fit" : "one of the training rows";
  return mustBe(where, `${what}, row ${row}`, `${rule}, ${listOf(classes, "or")}`, label);
}

/** `"no", "yes" and 3 more` */
export function listOf(values: readonly unknown[], last: "and" | "or"): string {
  const shown = values.slice(0, values.length === 6 ? 6 : 5).map(show);
  if (values.length > 6) shown.push(`${values.length - 5} more`);
  const final = shown.pop();
  return shown.length === 0 ? `${final}` : `${shown.join(", ")} ${last} ${final}`;
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

export function missingSurvivalColumns(where: string, missing: readonly string[]): InputError {
  const names = missing.map((name) => JSON.stringify(name)).join(" and ");
  return new InputError(
    `${where}: y must have the columns "time" and "event", or be one column of signed times, got none called ${names}; give yours these names, such as { time: table.months, event: table.died }`,
  );
}

export function tooManyClasses(where: string, classes: number): InputError {
  return new InputError(
    `${where}: y must have two classes, 0 and 1, got ${classes} different values; for more classes use multinomial`,
  );
}

export function oneClass(where: string, label: number): InputError {
  return new InputError(`${where}: y must have both classes, 0 and 1, got only ${label}`);
}

export function oneLabel(where: string, label: unknown): InputError {
  return new InputError(`${where}: y must have at least two classes, got only ${show(label)}`);
}

export function noEvent(where: string): InputError {
  return new InputError(
    `${where}: y must have at least one event of positive weight, got none; a time t is an event, -t is censored at t`,
  );
}

export function trappedStart(where: string, dead: ArrayLike<number>, nFeatures: number): InputError {
  return new InputError(
    `${where}: the start must let every coefficient move, got a derivative of zero for ${someOf(dead, nFeatures)}; initialize(parametrization, nFeatures) gives one that does`,
  );
}

/** A warning, not an error: signs may be known. */
export function signLockedStart(where: string, locked: ArrayLike<number>, nFeatures: number): string {
  return `${where}: no first-order method can change the sign of ${someOf(locked, nFeatures)} from this start, so they must be the right ones`;
}

/** `coefficients 0, 3 of 5` */
function someOf(indices: ArrayLike<number>, total: number): string {
  if (indices.length === total) return `all ${total} coefficients`;
  const shown = Array.from(indices).slice(0, 5).join(", ");
  const rest = indices.length > 5 ? ` and ${indices.length - 5} more` : "";
  return `coefficient${indices.length === 1 ? "" : "s"} ${shown}${rest} of ${total}`;
}
