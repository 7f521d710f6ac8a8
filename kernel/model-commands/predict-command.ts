/** `smooth-edges predict`: predictions of a model for the rows of a CSV file ({@link predictCommand}). */
import { writeFileAtomically } from "../../src/file-writing";
import { didYouMean } from "../../src/options";
import { modelColumnMissing, placeNotWritable, predictionRefused } from "../data-errors";
import { codeOf } from "../errors";
import { ambiguityRemark, named } from "../new-notebook/column-roles";
import type { CsvReading, ReadingOptions } from "../new-notebook/csv-reading";
import { readTable } from "../new-notebook/table-roles";
import { offsetColumn } from "./fit-plan";
import { type Model, readModel } from "./model-file";
import { offsetValues } from "./run-plan";

/** Options of {@link predictCommand}. */
export interface PredictRequest {
  /** The file to write; to `out` where it is undefined. */
  readonly output: string | undefined;
  /** The rule for levels that the data of the fit lack. Default: that of the fit. */
  readonly unknown: "error" | "zero" | undefined;
  /** How the file is read, where it is written otherwise than that of the fit. */
  readonly reading: ReadingOptions;
  /** Told of results. */
  readonly out: (text: string) => void;
  /** Told of notes. */
  readonly err: (text: string) => void;
}

const where = "smooth-edges predict";

/**
 * Predicts the rows of a file, in its order: expected values; of classes the likeliest one and the probability of each; of times until an
 * event the hazard relative to that of a row whose linear predictor is 0.
 *
 * @throws {UsageError} when a file cannot be read, a column of the model or a value that it needs is missing, or a level is unknown.
 */
export function predictCommand(path: string, data: string, request: PredictRequest): void {
  const { output, unknown, out, err } = request;
  const model = readModel(where, path, (record) => withUnknownRule(record, unknown));
  const reading = readColumns(model, data, request.reading);
  const frame = modelFrame(model, reading, err);
  const text = csvText(predictionColumns(model, frame, data, reading));
  if (output === undefined) {
    out(text);
    return;
  }
  try {
    writeFileAtomically(output, text);
  } catch (error) {
    throw placeNotWritable(where, "--output", output, codeOf(error));
  }
  err(`Wrote ${output}.\n`);
}

function withUnknownRule(record: object, unknown: PredictRequest["unknown"]): object {
  const { encoder } = record as { readonly encoder: object };
  return unknown === undefined ? record : { ...record, encoder: { ...encoder, unknown } };
}

/** Reads the columns of the model. @throws {UsageError} where the file lacks one. */
function readColumns(model: Model, data: string, given: ReadingOptions): CsvReading {
  const { dates, ...options } = { ...readingFor(model, given), ...given };
  const plain = readTable(where, data, options);
  const names = Object.keys(plain.columns);
  const { offset } = model.plan;
  const aside = offset === null ? [] : [offsetColumn(offset, names).name];
  for (const name of [...columnsOf(model), ...aside])
    if (plain.columns[name] === undefined)
      throw modelColumnMissing(where, name, data, didYouMean(name, names));
  return dates === undefined ? plain : readTable(where, data, { ...options, dates });
}

/** The columns of the model that a file must have. */
function columnsOf({ fit }: Model): readonly string[] {
  return fit.encoder.columns.map(({ name }) => name);
}

/** How the file of the fit was read, but for the dates of columns that are no features. */
function readingFor(model: Model, given: ReadingOptions): ReadingOptions {
  const { dates, delimiter, ...reading } = model.plan.reading;
  const names = columnsOf(model);
  const own = Object.entries(dates ?? {}).filter(([name]) => names.includes(name));
  const isOther = given.decimal !== undefined || given.thousands !== undefined;
  return {
    ...reading,
    ...(!isOther && delimiter !== undefined && { delimiter }),
    ...(own.length > 0 && { dates: Object.fromEntries(own) }),
  };
}

type Frame = Record<string, (number | string | null)[]>;

/** The columns of the model, levels as the texts that they were in the file of the fit. */
function modelFrame(model: Model, { columns, ambiguities }: CsvReading, err: (text: string) => void): Frame {
  const frame: Frame = {};
  const filled: string[] = [];
  for (const { name, levels } of model.fit.encoder.columns) {
    const values = columns[name];
    const formats = ambiguities.get(name);
    if (formats) err(`Note: ${named(name)}: ${ambiguityRemark(values, formats)}.\n`);
    const areTexts = typeof levels?.[0] === "string";
    frame[name] = areTexts ? values.map((value) => (value === null ? null : String(value))) : [...values];
    const nMissing = values.filter((value) => value === null).length;
    if (nMissing > 0) filled.push(`${named(name)} ${nMissing}`);
  }
  const rule = model.plan.columns.missing;
  if (filled.length > 0 && rule !== "drop" && rule !== "error")
    err(
      `Note: missing values are read as they were in the fit, by its rule "${rule}": of ${filled.join(", of ")}.\n`,
    );
  return frame;
}

/** The columns of the result by their names. */
function predictionColumns(
  { fit, plan }: Model,
  frame: Frame,
  data: string,
  { columns, lineOf }: CsvReading,
): Record<string, ArrayLike<number | string>> {
  const options = plan.offset === null ? {} : { offset: offsetValues(plan.offset, columns) };
  try {
    const { classes } = fit.fit;
    if (classes === undefined) {
      const predicted = fit.predict(frame, options) as unknown as ArrayLike<number>;
      return { [plan.loss === "cox" ? "relative hazard" : "prediction"]: predicted };
    }
    const labels = { prediction: fit.predictLabels(frame, options).map(String) };
    if (plan.estimator === "SvmLasso") return labels;
    const shares = fit.predictProbability(frame, options);
    const probabilities = classes.map((label, c) => [
      `probability of ${label}`,
      shares.map((share) => share[c]),
    ]);
    return { ...labels, ...Object.fromEntries(probabilities) };
  } catch (error) {
    throw predictionRefused(where, data, (error as Error).message, lineOf);
  }
}

function csvText(columns: Readonly<Record<string, ArrayLike<number | string>>>): string {
  const lists = Object.values(columns);
  const lines = [Object.keys(columns).map(quoted).join(",")];
  for (let i = 0; i < lists[0].length; i++)
    lines.push(lists.map((list) => quoted(String(list[i]))).join(","));
  return `${lines.join("\n")}\n`;
}

/** Writes a text as a CSV file has it. */
function quoted(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
