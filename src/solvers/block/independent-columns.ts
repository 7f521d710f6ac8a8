/** Moves to coefficients whose columns are linearly independent ({@link leaveIndependent}). */
import type { UpdatedCholesky } from "../../linalg/cholesky";
import { NEGLIGIBLE, ROUNDING } from "../../linalg/rounding";
import { dot, supportOf } from "../../linalg/vector";
import { addRows } from "../subproblem/gram-cache";
import type { Blocks, ModelRows } from "./blocks";

/**
 * Moves along directions in which the model does not change, until the columns with nonzero coefficients are linearly independent. At the
 * minimum of a convex problem the penalty does not change either; of dependent columns the first ones are kept, as in R. A penalty that is
 * concave on each orthant falls all the way to the next kink in one of the two senses of a direction.
 *
 * @param blocks the penalty on these rows.
 * @param cholesky a buffer, which is overwritten by the factor of the columns that are kept.
 */
export function leaveIndependent(
  { rows, factor }: ModelRows,
  blocks: Pick<Blocks, "change" | "crossing" | "slopes">,
  isConvex: boolean,
  cholesky: UpdatedCholesky,
): void {
  const { beta, gram, stride, members } = rows;
  cholesky.clear();
  const kept: number[] = [];
  for (const k of supportOf(beta).sort((a, b) => members[a] - members[b])) {
    while (beta[k] !== 0) {
      const column = Float64Array.from(kept, (row) => gram[k * stride + row]);
      if (cholesky.append(column, gram[k * (stride + 1)], NEGLIGIBLE) > NEGLIGIBLE) {
        kept.push(k);
        break;
      }
      // The coefficients of the kept columns change so that the prediction stays the same without this column.
      cholesky.solve(column);
      const moved = [...kept, k];
      const removal = Float64Array.from(moved, (_, a) => beta[k] * (a < kept.length ? column[a] : -1));
      const step = isConvex ? removal : downhill(moved, removal, beta, blocks);
      const { at, length, end } = blocks.crossing(moved, step) ?? { at: kept.length, length: 1, end: 0 };
      const taken = step.map((entry) => length * entry);
      const { change, terms } = blocks.change(moved, taken);
      if (!isConvex && change > ROUNDING * terms) return; // A penalty of the user's own may be neither convex nor concave.
      addRows(
        rows,
        moved,
        taken.map((entry) => -factor * entry),
      );
      for (let a = 0; a < moved.length; a++) beta[moved[a]] += taken[a];
      beta[moved[at]] = end;
      if (at === kept.length) break;
      cholesky.drop(at);
      kept.splice(at, 1);
    }
  }
}

/** Returns the step in the sense in which the penalty falls, as long as it takes to the first zero. */
function downhill(
  moved: readonly number[],
  step: Float64Array,
  beta: Float64Array,
  blocks: Pick<Blocks, "slopes">,
): Float64Array {
  const slopes = new Float64Array(step.length);
  blocks.slopes(moved, slopes);
  if (dot(slopes, step) <= 0) return step;
  let reach = Number.POSITIVE_INFINITY;
  for (let a = 0; a < step.length; a++) {
    const share = beta[moved[a]] / step[a];
    if (share > 0) reach = Math.min(reach, share);
  }
  return step.map((entry) => -reach * entry);
}
