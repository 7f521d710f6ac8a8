/** Takes columns that depend on others out of a solution of a convex problem ({@link leaveIndependent}). */
import type { UpdatedCholesky } from "../../linalg/cholesky";
import { supportOf } from "../../linalg/vector";
import { addRows } from "../subproblem/gram-cache";
import type { Crossing, ModelRows } from "./blocks";

/** The part of a column, relative to its square, that the others leave unexplained; less is rounding. */
const LEAST_PIVOT = 1e-10;

/**
 * Goes from a minimum along directions in which model and penalty stay as they are, until the columns of what is not zero are independent of
 * each other. Of columns that depend on each other the first ones stay, as in R.
 *
 * @param crossing where a step first reaches a kink of the penalty, if it does.
 * @param cholesky a buffer, overwritten by the factor of the columns that stay.
 */
export function leaveIndependent(
  { rows, factor }: ModelRows,
  crossing: (rows: readonly number[], step: Float64Array) => Crossing | undefined,
  cholesky: UpdatedCholesky,
): void {
  const { beta, gram, stride, members } = rows;
  cholesky.clear();
  const kept: number[] = [];
  for (const k of supportOf(beta).sort((a, b) => members[a] - members[b])) {
    while (beta[k] !== 0) {
      const column = Float64Array.from(kept, (row) => gram[k * stride + row]);
      if (cholesky.append(column, gram[k * (stride + 1)], LEAST_PIVOT) > LEAST_PIVOT) {
        kept.push(k);
        break;
      }
      // The columns that stay take over what this one explains.
      cholesky.solve(column);
      const moved = [...kept, k];
      const step = Float64Array.from(moved, (_, a) => beta[k] * (a < kept.length ? column[a] : -1));
      const { at, length, end } = crossing(moved, step) ?? { at: kept.length, length: 1, end: 0 };
      addRows(
        rows,
        moved,
        step.map((entry) => -factor * length * entry),
      );
      for (let a = 0; a < moved.length; a++) beta[moved[a]] += length * step[a];
      beta[moved[at]] = end;
      if (at === kept.length) break;
      cholesky.drop(at);
      kept.splice(at, 1);
    }
  }
}
