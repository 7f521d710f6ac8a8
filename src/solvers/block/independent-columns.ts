/** Removes linearly dependent columns from a solution of a convex problem ({@link leaveIndependent}). */
import type { UpdatedCholesky } from "../../linalg/cholesky";
import { supportOf } from "../../linalg/vector";
import { addRows } from "../subproblem/gram-cache";
import type { Crossing, ModelRows } from "./blocks";

/** The part of a column, relative to its square, that the others leave unexplained; less is rounding. */
const LEAST_PIVOT = 1e-10;

/**
 * Starts from a minimum and moves along directions in which model and penalty do not change, until the columns with nonzero coefficients
 * are linearly independent. Of dependent columns the first ones are kept, as in R.
 *
 * @param crossing returns where a step first reaches a kink of the penalty, if it reaches one.
 * @param cholesky a buffer, which is overwritten by the factor of the columns that are kept.
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
      // The coefficients of the kept columns change so that the prediction stays the same without this column.
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
