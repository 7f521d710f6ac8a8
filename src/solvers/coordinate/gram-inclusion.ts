import type { SolverTask } from "../solver";
import type { QuadraticModel } from "../subproblem/quadratic-model";

/** Columns of which the Gram matrix takes 128 MiB. */
const mostColumns = 4096;

/**
 * Lets columns into the Gram matrix of a model, unless there would be no room, or a signal is aborted before all are there.
 *
 * @param columns in one or several lists that share none.
 */
export function tryInclude(
  { gram }: QuadraticModel,
  columns: readonly ArrayLike<number>[],
  signal: SolverTask["signal"],
): boolean {
  const fresh: (readonly number[])[] = [];
  for (const list of columns) {
    for (let k = 0; k < list.length; k++) if (gram.slotOf(list[k]) < 0) fresh.push([list[k]]);
  }
  if (gram.size + fresh.length > mostColumns) return false;
  return gram.includeUntil(signal, fresh) === fresh.length;
}
