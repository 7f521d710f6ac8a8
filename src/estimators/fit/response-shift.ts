/** Takes off the response what the unpenalized part explains, before a problem is solved ({@link shiftTarget}). */
import type { Datafit } from "../../datafits";
import { maxAbs, sum } from "../../linalg/vector";
import { profileAt, type SparseProblem } from "../../problem/problem";

/**
 * Takes off the target what the unpenalized part explains, a mean say, where the datafit sees `y - eta` only: residuals keep
 * all their digits so, and the way to a fit does not depend on the origin of the response.
 *
 * @param loss the datafit without its weights.
 * @returns the coefficients of what was taken off.
 */
export function shiftTarget(problem: SparseProblem, loss: Datafit): Float64Array {
  const { free, target, datafit } = problem;
  if (!loss.dependsOnResidual || free.size === 0) return new Float64Array(free.size);
  if (loss.quadratic) {
    const shift = free.projectOut(target);
    // With weights the projection is another one; what it differs by is as small as the residuals.
    return datafit.quadratic ? shift : subtractNullModel(problem, shift, new Float64Array(free.size));
  }
  const levels = subtractLevels(problem);
  if (loss.terms) return levels;
  const projected = target.slice();
  const projection = free.projectOut(projected);
  const zeros = new Float64Array(target.length);
  const lossOf = (y: Float64Array): number => datafit.valueAndGradient(y, zeros, zeros.slice());
  // Outliers that the loss hardly sees may draw a projection far away.
  const start = lossOf(projected) < lossOf(target) ? projection : new Float64Array(free.size);
  return subtractNullModel(problem, levels, start);
}

/** Takes the model without penalized columns off the target; returns its coefficients added to those of `before`. */
function subtractNullModel(problem: SparseProblem, before: Float64Array, start: Float64Array): Float64Array {
  const { design, free, target } = problem;
  const { psi } = profileAt(problem, new Float64Array(design.nFeatures), start);
  free.addTo(
    target,
    psi.map((entry) => -entry),
  );
  return before.map((entry, k) => entry + psi[k]);
}

/**
 * Takes off each response the value of it at which the loss of a constant predictor begins to rise: a median, or a quantile.
 * A difference to one of the values themselves is exact where they are close.
 *
 * @returns the coefficients of these constants; zeros where the unpenalized part has no intercept.
 */
function subtractLevels({ free, target, datafit }: SparseProblem): Float64Array {
  const nSamples = target.length / datafit.nResponses;
  const total = new Float64Array(free.size);
  for (let from = 0; from < target.length; from += nSamples) {
    const to = from + nSamples;
    const unexplained = new Float64Array(target.length).fill(1, from, to);
    const constant = free.projectOut(unexplained);
    if (maxAbs(unexplained) > 1e-12) continue;
    const eta = new Float64Array(target.length);
    const gradient = new Float64Array(target.length);
    const rises = (value: number): boolean => {
      eta.fill(value, from, to);
      datafit.valueAndGradient(target, eta, gradient);
      return sum(gradient.subarray(from, to)) >= 0;
    };
    const values = target.slice(from, to).sort();
    let [first, last] = [0, nSamples - 1];
    while (first < last) {
      const middle = (first + last) >> 1;
      if (rises(values[middle])) last = middle;
      else first = middle + 1;
    }
    const level = values[first];
    for (let i = from; i < to; i++) target[i] -= level;
    for (let k = 0; k < total.length; k++) total[k] += level * constant[k];
  }
  return total;
}
