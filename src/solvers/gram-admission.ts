import type { NewtonModel } from "./newton-model";
import type { SolverTask } from "./solver";

/** Columns of which the Gram matrix takes 128 MiB. */
const mostColumns = 4096;

/** Lets columns into the Gram matrix of a model, unless there would be no room, or a signal is aborted. */
export function isAdmitted(
  { gram }: NewtonModel,
  columns: ArrayLike<number>,
  signal: SolverTask["signal"],
): boolean {
  let fresh = 0;
  for (let k = 0; k < columns.length; k++) if (gram.slotOf(columns[k]) < 0) fresh++;
  if (gram.size + fresh > mostColumns) return false;
  const units = Array.from(columns, (j) => [j]);
  return gram.includeUntil(signal, units) === units.length;
}
