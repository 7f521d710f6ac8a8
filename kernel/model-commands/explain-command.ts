/** `smooth-edges explain`: says what a model is and how it was made ({@link explainCommand}). */
import { Table } from "smooth-edges";
import { reportUndrawable } from "../data-errors";
import { type FitPlan, planInWords } from "./fit-plan";
import { type Model, readModel } from "./model-file";
import { modelReport } from "./model-report";
import { planCode } from "./plan-code";
import { checkReportPlace, writeResult } from "./result-places";

const where = "smooth-edges explain";

/** Where an explanation goes. */
export interface ExplanationPlaces {
  /** The file of the report; undefined where none is asked for. */
  readonly report: string | undefined;
  /** Told the explanation. */
  readonly out: (text: string) => void;
  /** Told what was written. */
  readonly err: (text: string) => void;
}

/**
 * Describes a model: what was done, how its columns are read, the choice of lambda, the coefficients, how well it predicted, what was found
 * about it, and the code that repeats it.
 *
 * @returns the exit code: 0, or 1 where the report is not in its place.
 * @throws {UsageError} when the file cannot be read, or the report may not be written there or not be drawn.
 */
export async function explainCommand(path: string, { report, out, err }: ExplanationPlaces): Promise<number> {
  if (report !== undefined) checkReportPlace(where, report);
  const model = readModel(where, path);
  out(explanationOf(model));
  if (report === undefined) return 0;
  const { plan, fit, validation, tables } = model;
  // Predictions of rows are not in the file: the tables made of them are, that of the diagnosis last.
  const [diagnosis, evaluation] = [...tables].reverse();
  let page: string;
  try {
    page = await modelReport(plan, { fit, validation, evaluation, diagnosis });
  } catch (error) {
    const { name, message } = error as Error;
    throw name === "InputError" ? reportUndrawable(where, message) : error;
  }
  if (!writeResult(report, page, err)) return 1;
  err(`Wrote ${report}.\n`);
  return 0;
}

/** The table of how columns are read, with dates, of which the encoder has the days. */
function columnTable({ reading }: FitPlan, { title, columns, rows, notes }: Table): Table {
  const dates = reading.dates ?? {};
  const withDates = rows.map(([name, readAs, ...rest]) => [
    name,
    readAs === "numbers" && Object.hasOwn(dates, String(name))
      ? `dates of the format ${dates[String(name)]}, in days`
      : readAs,
    ...rest,
  ]);
  return new Table({ title, columns, rows: withDates, notes });
}

function explanationOf({ plan, fit, validation, tables }: Model): string {
  const parts = [
    planInWords(plan)
      .map((sentence) => `${sentence}.`)
      .join("\n"),
    columnTable(plan, fit.encoder.summary()),
    ...(validation ? [validation] : []),
    fit,
    ...tables,
    `The code that repeats it:\n\n${planCode(plan)}`,
  ];
  return `${parts.join("\n\n").trimEnd()}\n`;
}
