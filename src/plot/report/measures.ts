/** Reads the measures of an evaluation, or of a table of it ({@link measuresOf}). */
import { Table } from "../../display/table";
import type { ReportedEvaluation } from "./subject";
import { tableOf } from "./writing";

/** The value of each measure, and that of a model without features where it is known. */
export type Measures = ReadonlyMap<string, { readonly value: number; readonly without: number | undefined }>;

/** Returns the measures that have a value; none without an evaluation. */
export function measuresOf(evaluation: ReportedEvaluation | Table | undefined): Measures {
  if (evaluation === undefined) return new Map();
  const { rows, columns } = tableOf(evaluation);
  const place = columns.indexOf("without features");
  const numberAt = (row: readonly unknown[], k: number): number | undefined =>
    typeof row[k] === "number" ? (row[k] as number) : undefined;
  return new Map(
    rows.flatMap((row) => {
      const value = numberAt(row, 1);
      return value === undefined ? [] : [[String(row[0]), { value, without: numberAt(row, place) }] as const];
    }),
  );
}

/**
 * The table of an evaluation without the measures that say the same as another one: the deviance of a squared error, which is the mean squared
 * error, and of the deviance and the log loss of classes, which is half of it, the one that did not choose the model.
 *
 * @param chosenBy the measure of the cross-validation; undefined where there was none.
 */
export function distinctMeasures(
  evaluation: ReportedEvaluation | Table,
  chosenBy: string | undefined,
): Table {
  const { columns, rows, title, notes } = tableOf(evaluation);
  const isTable = !("summary" in evaluation);
  const values = measuresOf(evaluation);
  const deviance = values.get("deviance")?.value;
  const isSame = (name: string, factor: number): boolean => {
    const value = values.get(name)?.value;
    return (
      deviance !== undefined && value !== undefined && Math.abs(factor * value - deviance) <= 1e-12 * deviance
    );
  };
  const left = isSame("log loss", 2)
    ? chosenBy === "deviance"
      ? "log loss"
      : "deviance"
    : isSame("mean squared error", 1)
      ? "deviance"
      : undefined;
  return new Table({
    title: isTable ? title : undefined,
    columns,
    rows: rows.filter(([name]) => name !== left),
    notes: isTable ? notes : [],
  });
}
