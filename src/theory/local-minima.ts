import type { DesignInput, TargetInput } from "../design/design-input";
import { columnOf } from "../design/design-matrix";
import { asDesignMatrix } from "../design/sources/as-design-matrix";
import { asTarget } from "../design/targets/numeric-target";
import { mustBe, rowCountMismatch } from "../errors";
import { dot, supportOf } from "../linalg/vector";
import { checkKeys, checkPositive } from "../options";
import { isSeparable, type Penalty } from "../penalties";
import { orthantMinimum } from "./orthant-minimum";

/** A local minimum of a sparse problem. */
export interface LocalMinimum {
  /** The coefficients, with exact zeros. */
  readonly beta: Float64Array;
  /** `P(beta)` */
  readonly objective: number;
}

/** Which problem {@link localMinima} solves. */
export interface LocalMinimaOptions {
  /** `l1()` or `lq({ q })`, with weights or without. */
  readonly penalty: Penalty;
  /** Strength of the penalty, positive and finite. */
  readonly lambda: number;
}

/** Support and signs are enumerated: `3^p` of them. */
const largestSize = 8;

/**
 * All strict local minima of `P(beta) = (1/2n) ||y - X beta||^2 + lambda sum_j w_j |beta_j|^q`, `0 < q <= 1`.
 *
 * Support by support and sign by sign, `P` has at most one strict local minimum: where its second derivative is positive
 * definite is a convex set, because that of the penalty is concave, and `P` is convex on it. For `q < 1` the slope of the
 * penalty at zero is infinite, so each of them, and zero, is one of the whole problem; for `q = 1` those are that meet
 * the conditions `|gradient_j| <= lambda w_j` at zeros.
 *
 * They are the limits of descent on the surrogate `Q`, and the only ones: `Q` has no spurious minima.
 *
 * @param X n rows and at most eight columns, taken as they are: neither centred nor scaled.
 * @param y n numbers.
 * @returns sorted by objective, the global minimum first.
 * @throws InputError when an option is outside its domain, or the data are not n finite rows and n numbers.
 * @see arXiv 2307.03571, on matching local minima
 * @example
 * ```ts
 * localMinima([[1], [1]], [0.6, 0.6], { penalty: lq({ q: 0.5 }), lambda: 0.3 }).length; // 2
 * ```
 */
export function localMinima(X: DesignInput, y: TargetInput, options: LocalMinimaOptions): LocalMinimum[] {
  const where = "localMinima";
  checkKeys(where, options, ["penalty", "lambda"]);
  const design = asDesignMatrix(where, X);
  const target = asTarget(where, y);
  const { nSamples: n, nFeatures: p } = design;
  if (target.length !== n) throw rowCountMismatch(where, n, target.length);
  if (p > largestSize) throw mustBe(where, "the number of columns", `at most ${largestSize}`, p);
  const { penalty, lambda } = options;
  checkPositive(where, "lambda", lambda);
  const { q, weights } = powerOf(where, penalty, p);

  const columns = Array.from({ length: p }, (_, j) => columnOf(design, j));
  const gram = columns.map((a) => columns.map((b) => dot(a, b) / n));
  const moment = columns.map((column) => dot(column, target) / n);

  const minima: LocalMinimum[] = [];
  for (const signs of signPatterns(p)) {
    const support = supportOf(signs);
    const inside = orthantMinimum({
      hessian: Float64Array.from(
        [...support].flatMap((j) => [...support].map((k) => signs[j] * signs[k] * gram[j][k])),
      ),
      moment: Float64Array.from(support, (j) => signs[j] * moment[j]),
      tau: Float64Array.from(support, (j) => lambda * weights[j]),
      q,
    });
    if (inside === undefined) continue;
    const beta = new Float64Array(p);
    support.forEach((j, k) => {
      beta[j] = signs[j] * inside[k];
    });
    const gradient = gram.map((row, j) => row.reduce((sum, entry, k) => sum + entry * beta[k], -moment[j]));
    const isMinimum =
      q < 1 || gradient.every((g, j) => beta[j] !== 0 || Math.abs(g) <= lambda * weights[j] * (1 + 1e-12));
    if (!isMinimum) continue;
    const residual = new Float64Array(n);
    design.matvec(beta, residual);
    for (let i = 0; i < n; i++) residual[i] -= target[i];
    minima.push({ beta, objective: dot(residual, residual) / (2 * n) + penalty.value(beta, lambda) });
  }
  return minima.sort((a, b) => a.objective - b.objective);
}

/** The exponent and the weights of a penalty `sum_j w_j |beta_j|^q`, read off its values. */
function powerOf(where: string, penalty: Penalty, p: number): { q: number; weights: Float64Array } {
  const refusal = mustBe(where, "penalty", "l1() or lq({ q })", Object(penalty).name ?? penalty);
  if (Object(penalty) !== penalty || !isSeparable(penalty)) throw refusal;
  const weights = Float64Array.from({ length: p }, (_, j) => penalty.coordinateValue(j, 1, 1));
  const q = penalty.coordinateSlope(0, 1, 1) / weights[0];
  for (let j = 0; j < p; j++) {
    for (const b of [0.1, -7]) {
      const power = weights[j] * Math.abs(b) ** q;
      if (!(Math.abs(penalty.coordinateValue(j, b, 1) - power) <= 1e-9 * power)) throw refusal;
    }
  }
  if (!(q > 0 && q <= 1)) throw refusal;
  return { q, weights };
}

/** All vectors of `p` entries 0, 1 and -1. */
function signPatterns(p: number): Float64Array[] {
  if (p === 0) return [new Float64Array(0)];
  return signPatterns(p - 1).flatMap((rest) => [0, 1, -1].map((sign) => Float64Array.from([...rest, sign])));
}
