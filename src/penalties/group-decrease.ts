import type { GroupTerms } from "./group-penalty";

/**
 * An upper bound on the curvature of the datafit in every direction of a group or a matrix, however its coefficients are
 * coupled: the trace of the Hessian there.
 */
export function curvatureBound(curvature: Float64Array): number {
  let sum = 0;
  for (const entry of curvature) sum += entry;
  return sum;
}

/**
 * The decrease when a group moves as a whole, or, where it is zero, one of its coefficients does, whose curvature is known
 * better than the group's.
 *
 * @param room of three vectors.
 */
export function proxDecrease(
  terms: GroupTerms,
  g: number,
  b: Float64Array,
  gradient: Float64Array,
  curvature: Float64Array,
  lambda: number,
  [target, best, alone]: readonly [Float64Array, Float64Array, Float64Array],
): number {
  let largest = stepDecrease(terms, g, b, gradient, curvatureBound(curvature), lambda, target, best);
  for (let i = 0; i < b.length; i++) if (b[i] !== 0) return largest;
  alone.fill(0);
  for (let i = 0; i < b.length; i++) {
    alone[i] = gradient[i];
    largest = Math.max(largest, stepDecrease(terms, g, b, alone, curvature[i], lambda, target, best));
    alone[i] = 0;
  }
  return largest;
}

/**
 * The decrease at the minimiser of the term and the quadratic of curvature `bend` in every direction.
 *
 * @param target room for what the minimiser is the prox of, as `best` is for it.
 */
function stepDecrease(
  terms: GroupTerms,
  g: number,
  b: Float64Array,
  gradient: Float64Array,
  bend: number,
  lambda: number,
  target: Float64Array,
  best: Float64Array,
): number {
  if (bend > 0) {
    for (let i = 0; i < b.length; i++) target[i] = b[i] - gradient[i] / bend;
    terms.groupProx!(g, target, 1 / bend, lambda, best);
  } else best.fill(0); // along a line there need not be a minimiser: zero is a point to compare with all the same
  let change = terms.groupValue(g, best, lambda) - terms.groupValue(g, b, lambda);
  for (let i = 0; i < b.length; i++) {
    const move = best[i] - b[i];
    change += move * (gradient[i] + (bend * move) / 2);
  }
  return -change;
}
