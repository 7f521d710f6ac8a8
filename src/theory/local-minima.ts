import type { DesignInput, TargetInput } from "../design/design-input";
import { columnOf } from "../design/design-matrix";
import { asDesignMatrix } from "../design/sources/read-table";
import { asTarget } from "../design/targets/numeric-target";
import { mustBe, rowCountMismatch } from "../errors";
import { choleskyFactor, choleskySolve } from "../linalg/cholesky";
import { dot, maxAbs, supportOf } from "../linalg/vector";
import { checkKeys, checkPositive } from "../options";
import { isSeparable, type Penalty } from "../penalties";

/** A local minimum of a sparse problem. */
export interface LocalMinimum {
  /** The coefficients, with exact zeros. */
  readonly beta: Float64Array;
  /** `P(beta)` */
  readonly objective: number;
}

/** The problem that {@link localMinima} solves. */
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

/** `1/2 b'Hb - m'b + sum_j tau_j b_j^q` on the positive orthant, `0 < q <= 1`. */
interface OrthantProblem {
  /** `H`, symmetric, row-major. */
  readonly hessian: Float64Array;
  /** `m` */
  readonly moment: Float64Array;
  /** `tau`, positive. */
  readonly tau: Float64Array;
  readonly q: number;
}

/**
 * The only strict local minimum inside the positive orthant, or undefined if there is none.
 *
 * There is at most one: with `D(b) = diag(tau_j q (1-q) b_j^(q-2))`, a convex function of `b`, the points with
 * `H - D(b)` positive definite form a convex set, on which the objective is convex, and every strict local minimum lies
 * in it. It is found by the barrier `-log det(H - D(b))`, which is convex too, and finished by Newton's method.
 */
function orthantMinimum(problem: OrthantProblem): Float64Array | undefined {
  const { hessian, moment, tau, q } = problem;
  const size = moment.length;
  if (size === 0) return moment;
  if (q === 1) {
    const factor = hessian.slice();
    if (!choleskyFactor(factor, size)) return undefined;
    const b = moment.map((m, j) => m - tau[j]);
    choleskySolve(factor, size, b);
    return b.every((entry) => entry > 0) ? b : undefined;
  }
  let b = farOut(problem);
  if (b === undefined) return undefined;
  let scale = 0;
  for (let j = 0; j < size; j++) scale += hessian[j * size + j] * b[j] ** 2;
  for (let decade = 0; decade <= 12; decade += 2) b = center(problem, b, 10 ** decade / scale);
  return newton(problem, b);
}

/** A point of the convex set: `D` vanishes far out, so there is one exactly where `H` is positive definite. */
function farOut({ hessian, moment, tau, q }: OrthantProblem): Float64Array | undefined {
  const size = moment.length;
  if (!choleskyFactor(hessian.slice(), size)) return undefined;
  let distance = 0;
  for (let j = 0; j < size; j++) {
    const h = hessian[j * size + j];
    distance = Math.max(distance, Math.abs(moment[j]) / h, ((tau[j] * q * (1 - q)) / h) ** (1 / (2 - q)));
  }
  for (;;) {
    distance *= 2;
    const b = new Float64Array(size).fill(distance);
    if (factorAt({ hessian, moment, tau, q }, b) !== undefined) return b;
  }
}

/** The Cholesky factor of `H - D(b)`, or undefined outside the convex set. */
function factorAt({ hessian, tau, q }: OrthantProblem, b: Float64Array): Float64Array | undefined {
  const size = b.length;
  if (b.some((entry) => !(entry > 0))) return undefined;
  const matrix = hessian.slice();
  for (let j = 0; j < size; j++) matrix[j * size + j] -= tau[j] * q * (1 - q) * b[j] ** (q - 2);
  return positivePivots(matrix, size) && choleskyFactor(matrix, size) ? matrix : undefined;
}

/** `choleskyFactor` measures pivots against the diagonal, which must itself be positive. */
function positivePivots(matrix: Float64Array, size: number): boolean {
  for (let j = 0; j < size; j++) if (!(matrix[j * size + j] > 0)) return false;
  return true;
}

function gradientAt({ hessian, moment, tau, q }: OrthantProblem, b: Float64Array): Float64Array {
  const size = b.length;
  return b.map((entry, j) => {
    let slope = tau[j] * q * entry ** (q - 1) - moment[j];
    for (let k = 0; k < size; k++) slope += hessian[j * size + k] * b[k];
    return slope;
  });
}

/** The minimum of `t P(b) - log det(H - D(b))`, by damped Newton's steps from a point of the convex set. */
function center(problem: OrthantProblem, from: Float64Array, t: number): Float64Array {
  let b = from;
  for (let iteration = 0; iteration < 100; iteration++) {
    const { gradient, factor } = barrierModel(problem, b, t);
    const step = gradient.slice();
    choleskySolve(factor, b.length, step);
    const decrement = step.reduce((sum, entry, j) => sum + entry * gradient[j], 0);
    const before = barrierValue(problem, b, t);
    // Centers need no precision, and cannot have more than the value's rounding.
    if (!(decrement > 1e-4 + 1e-14 * Math.abs(before))) break;
    let next = b;
    for (let length = 1; length > 1e-12; length /= 2) {
      next = b.map((entry, j) => entry - length * step[j]);
      if (barrierValue(problem, next, t) <= before - 0.1 * length * decrement) break;
    }
    b = next;
  }
  return b;
}

function barrierValue(problem: OrthantProblem, b: Float64Array, t: number): number {
  const size = b.length;
  const factor = factorAt(problem, b);
  if (factor === undefined) return Number.POSITIVE_INFINITY;
  const { hessian, moment, tau, q } = problem;
  let value = 0;
  for (let j = 0; j < size; j++) {
    value += t * (tau[j] * b[j] ** q - moment[j] * b[j]) - 2 * Math.log(factor[j * size + j]);
    for (let k = 0; k < size; k++) value += (t / 2) * b[j] * hessian[j * size + k] * b[k];
  }
  return value;
}

/** Gradient of the barrier problem and Cholesky factor of its Hessian. */
function barrierModel(
  problem: OrthantProblem,
  b: Float64Array,
  t: number,
): { gradient: Float64Array; factor: Float64Array } {
  const { tau, q } = problem;
  const size = b.length;
  const inverse = inverseOf(factorAt(problem, b)!, size);
  const gradient = gradientAt(problem, b);
  const factor = problem.hessian.slice();
  for (let j = 0; j < size; j++) factor[j * size + j] -= tau[j] * q * (1 - q) * b[j] ** (q - 2);
  // First and second derivative of the diagonal of D.
  const first = b.map((entry, j) => tau[j] * q * (1 - q) * (q - 2) * entry ** (q - 3));
  const second = b.map((entry, j) => tau[j] * q * (1 - q) * (q - 2) * (q - 3) * entry ** (q - 4));
  for (let j = 0; j < size; j++) {
    gradient[j] = t * gradient[j] + inverse[j * size + j] * first[j];
    for (let k = 0; k < size; k++) {
      factor[j * size + k] = t * factor[j * size + k] + inverse[j * size + k] ** 2 * first[j] * first[k];
    }
    factor[j * size + j] += inverse[j * size + j] * second[j];
  }
  choleskyFactor(factor, size);
  return { gradient, factor };
}

function inverseOf(factor: Float64Array, size: number): Float64Array {
  const inverse = new Float64Array(size * size);
  for (let k = 0; k < size; k++) {
    const column = inverse.subarray(k * size, (k + 1) * size);
    column[k] = 1;
    choleskySolve(factor, size, column);
  }
  return inverse;
}

/** Newton's method on the objective itself; undefined where it leaves the convex set or does not settle. */
function newton(problem: OrthantProblem, from: Float64Array): Float64Array | undefined {
  let b = from;
  let settled = false;
  for (let iteration = 0; iteration < 50; iteration++) {
    const factor = factorAt(problem, b);
    if (factor === undefined || settled) return factor && b;
    const step = gradientAt(problem, b);
    choleskySolve(factor, b.length, step);
    b = b.map((entry, j) => entry - step[j]);
    settled = maxAbs(step) <= 1e-9 * maxAbs(b); // from there one step squares the error
  }
  return undefined;
}
