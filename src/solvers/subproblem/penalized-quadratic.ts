import type { SeparablePenalty } from "../../penalties";
import { piecewiseNewton } from "../coordinate/piecewise-newton";
import type { CachedCholesky } from "./cached-cholesky";
import { addRow, addRows, type GramBlock } from "./gram-block";

/** Largest `curvature * change^2`, relative to the size of the coefficients, after which they are at rest. */
const rest = 1e-20;

/** The same relative to what a coordinate alone would gain without a penalty: changes by which only slopes are rounded. */
const rounding = 1e-28;

/** Newton's steps in a row. */
const mostSteps = 8;

/** What is added to a diagonal, as a share of it, where a convex quadratic has no single minimiser. */
const ridge = 1e-9;

const everywhere = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;

/** A quadratic of the coordinates of a block, `factor * G` its Hessian, and a penalty. */
export class PenalizedQuadratic {
  readonly #block: GramBlock;
  readonly #penalty: SeparablePenalty;
  readonly #lambda: number;
  readonly #factor: number;

  constructor(block: GramBlock, penalty: SeparablePenalty, lambda: number, factor: number) {
    this.#block = block;
    this.#penalty = penalty;
    this.#lambda = lambda;
    this.#factor = factor;
  }

  curvature(k: number): number {
    return this.#factor * this.#block.gram[k * this.#block.stride + k];
  }

  /** Prepares the levels of the block. */
  begin(): void {
    const { members, levels, size } = this.#block;
    const { folded, proxThreshold } = this.#penalty;
    for (let k = 0; k < size; k++) {
      levels[k] =
        folded && this.#factor === 1
          ? folded.level(members[k], this.#lambda)
          : (proxThreshold?.(members[k], 1 / this.curvature(k), this.#lambda) ?? -1);
    }
  }

  /** What `curvature * change^2` must not exceed where the coefficients are at rest. */
  resting(): number {
    const { beta, slopes } = this.#block;
    let sum = 0;
    let steepest = 0;
    for (let k = 0; k < beta.length; k++) {
      const curvature = this.curvature(k);
      sum += curvature * beta[k] ** 2;
      // Columns of zeros have neither.
      if (curvature > 0) steepest = Math.max(steepest, slopes[k] ** 2 / curvature);
    }
    return rest * sum + rounding * steepest;
  }

  /** Minimises over one coordinate after the other; the largest `curvature * change^2`. */
  cycle(rows: ArrayLike<number>): number {
    const { gram, stride, members, kernels, beta, slopes, levels } = this.#block;
    const { folded } = this.#penalty;
    if (folded && this.#factor === 1) {
      const order = this.#block.order(rows);
      return kernels.descendFoldedOnGram(
        gram,
        stride,
        order,
        folded.shape,
        folded.gamma,
        levels,
        beta,
        slopes,
      );
    }
    let largest = 0;
    for (let i = 0; i < rows.length; i++) {
      const k = rows[i];
      const curvature = this.curvature(k);
      const point = beta[k] + slopes[k] / curvature;
      const fresh =
        Math.abs(point) <= levels[k]
          ? 0
          : this.#penalty.coordinateProx(members[k], point, 1 / curvature, this.#lambda);
      if (fresh === beta[k]) continue;
      const change = fresh - beta[k];
      beta[k] = fresh;
      addRow(this.#block, k, -this.#factor * change);
      largest = Math.max(largest, curvature * change * change);
    }
    return largest;
  }

  /**
   * Newton's method on what is not zero: on the pieces of a folded penalty, else with zeros and signs kept, as far as each step lowers
   * the objective.
   *
   * @param kept the factor of a matrix like this one's.
   * @param nonzero the rows of what is not zero.
   * @returns whether it came to rest where the second derivatives are positive definite.
   */
  newton(kept: CachedCholesky, nonzero: readonly number[]): boolean {
    const { members, beta, slopes } = this.#block;
    const penalty = this.#penalty;
    const [lambda, factor] = [this.#lambda, this.#factor];
    const resting = this.resting();
    if (penalty.folded && !penalty.domain) {
      const quadratic = { block: this.#block, factor, penalty, lambda };
      return piecewiseNewton(quadratic, kept, nonzero, resting);
    }
    const rows = nonzero.filter((k) => {
      const [low, high] = penalty.domain?.(members[k]) ?? everywhere;
      return beta[k] !== low && beta[k] !== high;
    });
    const size = rows.length;
    const bends = new Float64Array(this.#block.size);
    const step = new Float64Array(size);
    let share = 0;
    for (let i = 0; i < mostSteps && size > 0; i++) {
      const isFactored = (): boolean => {
        for (const k of rows) {
          const bend = penalty.coordinateCurvature(members[k], beta[k], lambda);
          bends[k] = bend + share * (this.curvature(k) + bend);
        }
        return kept.keep(this.#block, factor, rows, bends);
      };
      if (!isFactored()) {
        if (!penalty.convex || share > 0) return false;
        // For the steps that follow too, which else would find anew that it is needed.
        share = ridge;
        if (!isFactored()) return false;
      }
      const order = kept.rows;
      let largest = 0;
      for (let a = 0; a < size; a++) {
        const k = order[a];
        step[a] = slopes[k] - penalty.coordinateSlope(members[k], beta[k], lambda);
      }
      kept.solve(step);
      for (let a = 0; a < size; a++)
        largest = Math.max(largest, this.curvature(order[a]) * step[a] * step[a]);
      if (!this.#take(order, step)) return largest <= resting;
      if (largest <= resting) return true;
    }
    return false;
  }

  /** Takes a step unless a coefficient would cross zero or a bound, or the objective would rise. */
  #take(rows: readonly number[], step: Float64Array): boolean {
    const { members, beta, slopes } = this.#block;
    const [penalty, lambda] = [this.#penalty, this.#lambda];
    let change = 0;
    let terms = 0;
    for (let a = 0; a < rows.length; a++) {
      const j = members[rows[a]];
      const b = beta[rows[a]];
      const next = b + step[a];
      const [low, high] = penalty.domain?.(j) ?? everywhere;
      if (!(next * b > 0) || next < low || next > high) return false;
      const before = penalty.coordinateValue(j, b, lambda);
      const after = penalty.coordinateValue(j, next, lambda);
      change += after - before;
      terms += Math.abs(before) + Math.abs(after);
    }
    const old = slopes.slice();
    const scales = step.map((entry) => -this.#factor * entry);
    addRows(this.#block, rows, scales);
    for (let a = 0; a < rows.length; a++) {
      const part = (step[a] * (old[rows[a]] + slopes[rows[a]])) / 2;
      change -= part;
      terms += Math.abs(part);
    }
    if (!(change <= 1e-14 * terms)) {
      slopes.set(old);
      return false;
    }
    for (let a = 0; a < rows.length; a++) beta[rows[a]] += step[a];
    return true;
  }
}
