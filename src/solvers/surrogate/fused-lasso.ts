/** Total variation denoising and the fused lasso of a sequence by a smooth surrogate of its differences ({@link fusedLasso}). */
import type { ColumnInput } from "../../design/design-input";
import { asTarget } from "../../design/targets/numeric-target";
import { mustBe } from "../../errors";
import { squaredNorm } from "../../linalg/vector";
import { lbfgs, minimize } from "../../optimizers";
import { checkKeys, checkPositive } from "../../options";
import { candidateInterval } from "../loop";

/** Options of {@link fusedLasso}: the strengths of its two penalties, and when to stop. */
export interface FusedLassoOptions {
  /** Strength of the penalty of differences, positive and finite. */
  readonly lambda: number;
  /** Strength of the penalty of the levels, finite and at least 0. Default: 0, total variation alone. */
  readonly l1?: number;
  /** The duality gap is at most `tol` times the null deviance, positive. Default: 1e-10. */
  readonly tol?: number;
  /** Largest number of iterations, an integer of at least 0. Default: 5000. */
  readonly maxIter?: number;
}

/** A piecewise constant sequence, with what proves how near it is to the best one. */
export interface FusedLassoFit {
  /** One level a number of the sequence; exactly equal within a segment. */
  readonly coef: Float64Array;
  /** Where segments begin but the first, ascending. */
  readonly breaks: Int32Array;
  /** The objective, and an upper bound of how far above the least it is. */
  readonly certificate: { readonly objective: number; readonly dualityGap: number };
  /** One a difference, in `[-lambda, lambda]`: the dual point of the gap, `lambda` times the sign at a break. */
  readonly dual: Float64Array;
  /** Iterations of the descent. */
  readonly nIter: number;
  /** `"stalled"`: the descent made no further progress before the gap was small enough. */
  readonly status: "converged" | "max-iter" | "stalled";
}

/** Most rounds in which breaks that are read are mended; at first as many as iterations. */
const mostRounds = 30;

/**
 * The sequence `b` of the least `(1/2n) ||y - b||^2 + lambda sum_i |b_(i+1) - b_i| + l1 sum_i |b_i|`: total variation denoising, with `l1` the
 * fused lasso.
 *
 * Differences are written as products `b_(i+1) - b_i = u_i v_i` with `(lambda/2) (||u||^2 + ||v||^2)` in place of their absolute values.
 * `u` and `b` are eliminated by a tridiagonal system, and `lbfgs` minimises the smooth rest in `v`, in time proportional to `n` an
 * iteration. Every ten iterations the breaks are read from the dual point and mended in a few rounds, the levels between them have a closed
 * form, and the gap of the two decides: 10 to 30 iterations are usual. With `l1`, the levels are those without it, shrunk towards 0 (Friedman et al., lemma A.1).
 *
 * @param y n numbers in order, at least one.
 * @throws InputError when an option is outside its domain or a value of `y` is no finite number.
 * @see Poon and Peyré, Smooth over-parameterized solvers for non-smooth structured optimization (2023); Friedman, Hastie, Höfling and
 * Tibshirani, Pathwise coordinate optimization (2007)
 * @example
 * ```ts
 * fusedLasso([0, 0, 4, 4], { lambda: 0.25 }).coef; // [0.5, 0.5, 3.5, 3.5]
 * ```
 */
export function fusedLasso(y: ColumnInput, options: FusedLassoOptions): FusedLassoFit {
  const where = "fusedLasso";
  checkKeys(where, options, ["lambda", "l1", "tol", "maxIter"], "write { lambda: 0.1 }");
  const { lambda, l1 = 0, tol = 1e-10, maxIter = 5000 } = options;
  checkPositive(where, "lambda", lambda);
  if (!(typeof l1 === "number" && l1 >= 0 && l1 < Infinity))
    throw mustBe(where, "l1", "a finite number >= 0", l1);
  checkPositive(where, "tol", tol);
  if (!(Number.isInteger(maxIter) && maxIter >= 0))
    throw mustBe(where, "maxIter", "an integer >= 0", maxIter);
  const given = asTarget(where, y);
  const n = given.length;
  const mean = given.reduce((sum, value) => sum + value / n, 0);
  const task: Task = { y: given.map((value) => value - mean), mean, strength: lambda * n, shrinkage: l1 * n };

  let best = levelsOf(task, new Float64Array(n - 1), 1);
  const goal = tol * (squaredNorm(task.y) / 2);
  const isGood = (): boolean => best.gap <= goal;
  let run: { nIter: number; status: string } = { nIter: 0, status: "converged" };
  if (!isGood()) {
    const surrogate = new DifferenceSurrogate(task);
    run = minimize(surrogate, lbfgs(), surrogate.start(), {
      maxIter,
      tol: 0,
      onIteration(state, iteration) {
        if (iteration % candidateInterval !== 0 && iteration !== maxIter) return false;
        const rounds = Math.min(1 + iteration, mostRounds);
        const found = levelsOf(task, surrogate.breaksAt(state.x), rounds);
        if (found.gap < best.gap) best = found;
        return isGood();
      },
    });
  }
  const { levels, dual, objective, gap } = best;
  const breaks = Array.from(levels.keys()).filter((i) => i > 0 && levels[i] !== levels[i - 1]);
  return {
    coef: levels,
    breaks: Int32Array.from(breaks),
    certificate: { objective: objective / n, dualityGap: gap / n },
    dual: dual.map((value) => value / n),
    nIter: run.nIter,
    status: isGood() ? "converged" : run.status === "max-iter" ? "max-iter" : "stalled",
  };
}

/** The problem times `n`, of a sequence of mean 0. */
interface Task {
  readonly y: Float64Array;
  readonly mean: number;
  readonly strength: number;
  readonly shrinkage: number;
}

/** The surrogate with `u` and the levels eliminated, as a function of `v`. */
class DifferenceSurrogate {
  readonly size: number;
  readonly #strength: number;
  /** The differences of `y`. */
  readonly #differences: Float64Array;
  /** The solution of the tridiagonal system, which is the dual point. */
  readonly #dual: Float64Array;
  readonly #ratios: Float64Array;

  constructor({ y, strength }: Task) {
    this.size = y.length - 1;
    this.#strength = strength;
    this.#differences = Float64Array.from({ length: this.size }, (_, i) => y[i + 1] - y[i]);
    this.#dual = new Float64Array(this.size);
    this.#ratios = new Float64Array(this.size);
  }

  /** No gate is zero, where it would stay. */
  start(): Float64Array {
    const typical = Math.sqrt(squaredNorm(this.#differences) / this.size);
    return this.#differences.map((difference) => Math.sqrt(Math.abs(difference) + 0.1 * typical));
  }

  valueAndGradient(v: Float64Array, gradient: Float64Array): number {
    this.#solve(v);
    const strength = this.#strength;
    let value = 0;
    for (let i = 0; i < this.size; i++) {
      const dual = this.#dual[i];
      value += (strength * v[i] ** 2 + this.#differences[i] * dual) / 2;
      gradient[i] = v[i] * (strength - dual ** 2 / strength);
    }
    return value;
  }

  /** The sign of each difference that has left zero, else 0. */
  breaksAt(v: Float64Array): Float64Array {
    this.#solve(v);
    const parts = v.map((gate, i) => (gate ** 2 * this.#dual[i]) / this.#strength);
    const largest = parts.reduce((most, part) => Math.max(most, Math.abs(part)), 0);
    return parts.map((part, i) => {
      const isHeld = Math.abs(this.#dual[i]) < 0.99 * this.#strength;
      return isHeld || Math.abs(part) < 1e-4 * largest ? 0 : Math.sign(part);
    });
  }

  /** Solves `(D D' + diag(v^2) / strength) dual = D y` by elimination from the first row to the last. */
  #solve(v: Float64Array): void {
    const [dual, ratios, b] = [this.#dual, this.#ratios, this.#differences];
    for (let i = 0; i < this.size; i++) {
      const before = i > 0 ? ratios[i - 1] : 0;
      const pivot = 2 + v[i] ** 2 / this.#strength - before;
      ratios[i] = 1 / pivot;
      dual[i] = (b[i] + (i > 0 ? dual[i - 1] : 0)) / pivot;
    }
    for (let i = this.size - 2; i >= 0; i--) dual[i] += ratios[i] * dual[i + 1];
  }
}

/** A point and a dual point, and the gap between them. */
interface Levels {
  readonly levels: Float64Array;
  readonly dual: Float64Array;
  readonly objective: number;
  readonly gap: number;
}

/**
 * The best of the sequences with given breaks and with mended ones: a break of the wrong sign is closed, and a segment is cut where its dual
 * point is farthest outside.
 *
 * @param signs of the differences, 0 within segments; changed.
 */
function levelsOf(task: Task, signs: Float64Array, rounds: number): Levels {
  const { y, strength } = task;
  const n = y.length;
  let best: Levels | undefined;
  for (let round = 0; round < rounds; round++) {
    const levels = new Float64Array(n);
    const dual = new Float64Array(signs.length);
    let [isMended, worst, excess] = [false, -1, 0];
    const mend = (): void => {
      if (worst < 0) return;
      signs[worst] = Math.sign(dual[worst]);
      [isMended, worst, excess] = [true, -1, 0];
    };
    for (let from = 0, to = 0; from < n; from = to) {
      let sum = y[from];
      for (to = from + 1; to < n && signs[to - 1] === 0; to++) sum += y[to];
      const [left, right] = [from > 0 ? signs[from - 1] : 0, to < n ? signs[to - 1] : 0];
      const level = (sum + strength * (right - left)) / (to - from);
      let push = strength * left;
      for (let i = from; i < to; i++) {
        levels[i] = level;
        push -= y[i] - level;
        if (i + 1 < to) {
          dual[i] = push;
          if (Math.abs(push) > strength * (1 + 1e-12) + excess)
            [worst, excess] = [i, Math.abs(push) - strength];
        }
      }
      if (to < n) dual[to - 1] = strength * right;
      mend();
    }
    const found = certified(task, levels, dual);
    if (best === undefined || found.gap < best.gap) best = found;
    for (let i = 0; i + 1 < n; i++) {
      if (dual[i] === strength * signs[i] && signs[i] !== 0 && (levels[i + 1] - levels[i]) * signs[i] < 0) {
        signs[i] = 0;
        isMended = true;
      }
    }
    if (!isMended) break;
  }
  return best!;
}

/** Shrinks levels towards 0 and measures them against a dual point, which is moved into its box; every term of the gap is at least 0. */
function certified(
  { y, mean, strength, shrinkage }: Task,
  levels: Float64Array,
  given: Float64Array,
): Levels {
  const n = y.length;
  const dual = given.map((value) => Math.max(-strength, Math.min(strength, value)));
  const shrunk = levels.map((level) => softThreshold(level + mean, shrinkage));
  let [gap, objective] = [0, 0];
  for (let i = 0; i < n; i++) {
    const free = y[i] + mean - ((i > 0 ? dual[i - 1] : 0) - (i + 1 < n ? dual[i] : 0));
    const own = softThreshold(free, shrinkage);
    gap += (shrunk[i] - own) ** 2 / 2 + shrinkage * Math.abs(shrunk[i]) - (free - own) * shrunk[i];
    objective += (y[i] + mean - shrunk[i]) ** 2 / 2 + shrinkage * Math.abs(shrunk[i]);
    if (i + 1 === n) continue;
    const difference = shrunk[i + 1] - shrunk[i];
    gap += strength * Math.abs(difference) - dual[i] * difference;
    objective += strength * Math.abs(difference);
  }
  return { levels: shrunk, dual, objective, gap };
}

function softThreshold(value: number, threshold: number): number {
  return Math.sign(value) * Math.max(Math.abs(value) - threshold, 0);
}
