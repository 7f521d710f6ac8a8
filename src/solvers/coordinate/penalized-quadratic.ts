/**
 * Minimises a quadratic plus a separable penalty in the columns of a Gram matrix. {@link ModelDescent} does so by
 * coordinate descent, {@link PenalizedQuadratic} by Newton steps on the support.
 */
import type { SeparablePenalty } from "../../penalties";
import { CachedCholesky } from "../subproblem/cached-cholesky";
import { addRow, addRows, type GramBlock } from "../subproblem/gram-cache";
import { piecewiseNewton } from "./piecewise-newton";

/** Maximum `curvature * change^2` at convergence, relative to the size of the coefficients. */
const relativeTolerance = 1e-20;

/**
 * Maximum `curvature * change^2` at convergence, relative to what one coordinate would gain without a penalty; below
 * it only the gradient is rounded.
 */
const roundingTolerance = 1e-28;

/** Maximum number of Newton steps in a row. */
const maxSteps = 8;

/** Share by which the diagonal is increased if a convex quadratic has no unique minimiser. */
const relativeRidge = 1e-9;

const unbounded = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;

/** A quadratic in the coefficients of a Gram block, with Hessian `factor * G`, plus a separable penalty. */
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

  /** Sets the levels of the block, which tell the kernels where the penalty keeps a zero. */
  setLevels(): void {
    const { members, levels, size } = this.#block;
    const { foldedConcave, proxThreshold } = this.#penalty;
    for (let k = 0; k < size; k++) {
      levels[k] =
        foldedConcave && this.#factor === 1
          ? foldedConcave.level(members[k], this.#lambda)
          : (proxThreshold?.(members[k], 1 / this.curvature(k), this.#lambda) ?? -1);
    }
  }

  /** Returns the maximum `curvature * change^2` for which the coefficients have converged. */
  tolerance(): number {
    const { beta, slopes } = this.#block;
    let sum = 0;
    let steepest = 0;
    for (let k = 0; k < beta.length; k++) {
      const curvature = this.curvature(k);
      sum += curvature * beta[k] ** 2;
      // Columns of zeros have neither curvature nor slope.
      if (curvature > 0) steepest = Math.max(steepest, slopes[k] ** 2 / curvature);
    }
    return relativeTolerance * sum + roundingTolerance * steepest;
  }

  /** Minimises over one coordinate after the other, and returns the largest `curvature * change^2`. */
  cycle(rows: ArrayLike<number>): number {
    const { gram, stride, members, kernels, beta, slopes, levels } = this.#block;
    const { foldedConcave } = this.#penalty;
    if (foldedConcave && this.#factor === 1) {
      const order = this.#block.order(rows);
      return kernels.descendFoldedOnGram(
        gram,
        stride,
        order,
        foldedConcave.shape,
        foldedConcave.gamma,
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
   * Applies Newton's method on the support: between the knots of a folded concave penalty, else with zeros kept, as long as
   * each step lowers the objective. With a convex penalty a step ends at the first coefficient that would cross zero or a
   * bound, which stays there; with another one Newton's method ends before such a step.
   *
   * @param cholesky the factor of a similar matrix, which is updated.
   * @param nonzero the rows of the support.
   * @returns whether it converged where the Hessian is positive definite.
   */
  newton(cholesky: CachedCholesky, nonzero: readonly number[]): boolean {
    const { members, beta, slopes } = this.#block;
    const penalty = this.#penalty;
    const [lambda, factor] = [this.#lambda, this.#factor];
    const tolerance = this.tolerance();
    if (penalty.foldedConcave && !penalty.domain) {
      const quadratic = { block: this.#block, factor, penalty, lambda };
      return piecewiseNewton(quadratic, cholesky, nonzero, tolerance);
    }
    let rows = this.#movable(nonzero);
    const curvatures = new Float64Array(this.#block.size);
    let ridgeShare = 0;
    for (let i = 0; i < maxSteps && rows.length > 0; i++) {
      const isFactored = (): boolean => {
        for (const k of rows) {
          const curvature = penalty.coordinateCurvature(members[k], beta[k], lambda);
          curvatures[k] = curvature + ridgeShare * (this.curvature(k) + curvature);
        }
        return cholesky.update(this.#block, factor, rows, curvatures);
      };
      if (!isFactored()) {
        if (!penalty.convex || ridgeShare > 0) return false;
        // The ridge is kept for the following steps, which would need it too.
        ridgeShare = relativeRidge;
        if (!isFactored()) return false;
      }
      const order = cholesky.rows;
      const step = new Float64Array(rows.length);
      let largest = 0;
      for (let a = 0; a < step.length; a++) {
        const k = order[a];
        step[a] = slopes[k] - penalty.coordinateSlope(members[k], beta[k], lambda);
      }
      cholesky.solve(step);
      for (let a = 0; a < step.length; a++)
        largest = Math.max(largest, this.curvature(order[a]) * step[a] * step[a]);
      const crossing = penalty.convex ? this.#firstCrossing(order, step) : undefined;
      if (!this.#take(order, step, crossing)) return largest <= tolerance;
      if (crossing) {
        // Each such step leaves fewer coefficients, so that it needs no other limit.
        rows = this.#movable(rows);
        i--;
      } else if (largest <= tolerance) return true;
    }
    return false;
  }

  /** Returns those rows whose coefficients are neither zero nor at a bound. */
  #movable(rows: readonly number[]): number[] {
    const { members, beta } = this.#block;
    return rows.filter((k) => {
      const [low, high] = this.#penalty.domain?.(members[k]) ?? unbounded;
      return beta[k] !== 0 && beta[k] !== low && beta[k] !== high;
    });
  }

  /** Returns where a step first takes a coefficient across zero or a bound, if it does. */
  #firstCrossing(rows: readonly number[], step: Float64Array): Crossing | undefined {
    const { members, beta } = this.#block;
    let first: Crossing | undefined;
    for (let a = 0; a < rows.length; a++) {
      if (step[a] === 0) continue;
      const b = beta[rows[a]];
      const [low, high] = this.#penalty.domain?.(members[rows[a]]) ?? unbounded;
      // A step towards zero ends there or at a bound before it, another one at the bound on its side.
      const end =
        step[a] * b < 0 ? (step[a] > 0 ? Math.min(0, high) : Math.max(0, low)) : step[a] > 0 ? high : low;
      const length = (end - b) / step[a];
      if (length <= (first?.length ?? 1)) first = { at: a, length, end };
    }
    return first;
  }

  /** Takes a step, or the part of it up to a crossing, unless a coefficient would cross zero or a bound, or the objective would rise. */
  #take(rows: readonly number[], step: Float64Array, crossing: Crossing | undefined): boolean {
    const { members, beta, slopes } = this.#block;
    const [penalty, lambda] = [this.#penalty, this.#lambda];
    if (crossing) {
      for (let a = 0; a < step.length; a++) step[a] *= crossing.length;
      step[crossing.at] = crossing.end - beta[rows[crossing.at]];
    }
    let change = 0;
    let terms = 0;
    for (let a = 0; a < rows.length; a++) {
      const j = members[rows[a]];
      const b = beta[rows[a]];
      const next = b + step[a];
      const [low, high] = penalty.domain?.(j) ?? unbounded;
      if (!(next * b > 0 || a === crossing?.at) || next < low || next > high) return false;
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
    for (let a = 0; a < rows.length; a++)
      beta[rows[a]] = a === crossing?.at ? crossing.end : beta[rows[a]] + step[a];
    return true;
  }
}

/** Where a step first takes a coefficient across zero or a bound. */
interface Crossing {
  /** The position in the rows of the step. */
  readonly at: number;
  /** The share of the step up to there. */
  readonly length: number;
  /** Zero or the bound. */
  readonly end: number;
}

/**
 * Number of cycles over the support between two over all coordinates; it doubles each time that Newton's method fails
 * although no coefficient has become zero.
 */
const initialCycles = 4;
const maxCyclesOnSupport = 64;

/** Where a descent starts: its support belongs to the Gram matrix, and its gradient is that of the datafit. */
interface ModelPoint {
  readonly beta: Float64Array;
  readonly gradient: Float64Array;
}

/** The limits of a descent. */
interface DescentLimits {
  readonly maxCycles: number;
  readonly signal?: { readonly aborted: boolean };
  readonly onCycle: (cycle: number) => void;
}

/** The end of a descent. */
interface DescentEnd {
  readonly cycles: number;
  /** Whether a cycle over all coordinates changed nothing any more. */
  readonly atRest: boolean;
  /** Whether the Hessian of the support was positive definite there. */
  readonly isStrict: boolean;
}

/**
 * Coordinate descent on a quadratic model of the datafit plus a penalty, in the columns of a Gram matrix.
 *
 * It cycles over all columns and, between such cycles, over the support, where Newton's method supplies the last
 * digits. No step raises the objective of the model.
 */
export class ModelDescent {
  readonly #cholesky = new CachedCholesky();
  #all!: GramBlock;
  /** The rows with a positive curvature, by increasing coordinate. */
  #curvedRows: number[] = [];
  /** The Gram matrix whose rows are ordered, and how many rows it had. */
  #orderedGram: Float64Array | undefined;
  #orderedSize = 0;
  #terms!: { readonly penalty: SeparablePenalty; readonly lambda: number; readonly factor: number };

  /**
   * Starts from a point.
   *
   * @param all the columns of the Gram matrix, which hold the coefficients of the descent.
   * @param factor multiplies the curvature of the model; at least 1.
   */
  begin(all: GramBlock, penalty: SeparablePenalty, lambda: number, from: ModelPoint, factor: number): void {
    this.#all = all;
    this.#terms = { penalty, lambda, factor };
    const { beta, slopes, members } = all;
    for (let k = 0; k < members.length; k++) {
      beta[k] = from.beta[members[k]];
      slopes[k] = -from.gradient[members[k]];
    }
    new PenalizedQuadratic(all, penalty, lambda, factor).setLevels();
    this.#order();
  }

  /**
   * Descends from the present coefficients.
   *
   * @param without a row whose coefficient is set to zero and kept there. Default: none.
   */
  run({ maxCycles, signal, onCycle }: DescentLimits, without: number = -1): DescentEnd {
    const all = this.#all;
    const { penalty, lambda, factor } = this.#terms;
    const quadratic = new PenalizedQuadratic(all, penalty, lambda, factor);
    const { beta } = all;
    if (without >= 0) {
      addRow(all, without, factor * beta[without]);
      beta[without] = 0;
    }
    const curved = without < 0 ? this.#curvedRows : this.#curvedRows.filter((k) => k !== without);
    let cycles = 0;
    let isStrict = false;
    let cyclesOnSupport = initialCycles;
    const isOver = (): boolean => cycles >= maxCycles || signal?.aborted === true;
    do {
      const largest = quadratic.cycle(curved);
      onCycle(++cycles);
      const tolerance = quadratic.tolerance();
      if (largest <= tolerance) return { cycles, atRest: true, isStrict };
      const rows = nonzeroOf(curved, beta);
      for (let i = 0; i < cyclesOnSupport && !isOver(); i++) {
        const moved = quadratic.cycle(rows);
        onCycle(++cycles);
        if (moved <= tolerance) break;
        // The coefficient that made Newton's method fail may be the one that has become zero.
        if (i >= initialCycles && hasZero(rows, beta)) break;
      }
      const support = hasZero(rows, beta) ? nonzeroOf(rows, beta) : rows;
      isStrict = quadratic.newton(this.#cholesky, support);
      if (!isStrict && support.length === rows.length)
        cyclesOnSupport = Math.min(2 * cyclesOnSupport, maxCyclesOnSupport);
    } while (!isOver());
    return { cycles, atRest: false, isStrict };
  }

  /**
   * Whether a descent without a row found no other minimum: the support and the signs are the same, and the row would
   * leave zero, so that a descent with it would return.
   */
  wouldReturn(from: ModelPoint, without: number): boolean {
    const { members, beta, slopes } = this.#all;
    const { penalty, lambda, factor } = this.#terms;
    const step = 1 / new PenalizedQuadratic(this.#all, penalty, lambda, factor).curvature(without);
    const proxAlone = penalty.coordinateProx(members[without], step * slopes[without], step, lambda);
    return beta.every((b, k) => {
      const now = k === without ? proxAlone : b;
      return Math.sign(now) === Math.sign(from.beta[members[k]]);
    });
  }

  /** Returns the coefficients, with those outside the Gram matrix taken from `others`. */
  endFrom(others: Float64Array): Float64Array {
    const { members, beta } = this.#all;
    const end = others.slice();
    for (let k = 0; k < members.length; k++) end[members[k]] = beta[k];
    return end;
  }

  /** Returns how much lower the objective of the model is than at a point. */
  fallFrom(from: ModelPoint): number {
    const { members, beta, slopes } = this.#all;
    const { penalty, lambda } = this.#terms;
    let fall = 0;
    for (let k = 0; k < members.length; k++) {
      const j = members[k];
      const b = from.beta[j];
      if (b === beta[k]) continue;
      fall += ((beta[k] - b) * (slopes[k] - from.gradient[j])) / 2;
      fall += penalty.coordinateValue(j, b, lambda) - penalty.coordinateValue(j, beta[k], lambda);
    }
    return fall;
  }

  /** Inserts the rows that are new into the ordered ones. */
  #order(): void {
    const { gram, stride, members, size } = this.#all;
    if (this.#orderedGram !== gram || this.#orderedSize > size) {
      this.#orderedGram = gram;
      this.#orderedSize = 0;
      this.#curvedRows = [];
    }
    const rows = this.#curvedRows;
    for (let k = this.#orderedSize; k < size; k++) {
      if (!(gram[k * stride + k] > 0)) continue;
      let place = rows.length;
      rows.push(k);
      for (; place > 0 && members[rows[place - 1]] > members[k]; place--) rows[place] = rows[place - 1];
      rows[place] = k;
    }
    this.#orderedSize = size;
  }
}

/** Returns those rows whose coefficients are not zero. */
function nonzeroOf(rows: readonly number[], beta: Float64Array): number[] {
  const found: number[] = [];
  for (let i = 0; i < rows.length; i++) if (beta[rows[i]] !== 0) found.push(rows[i]);
  return found;
}

function hasZero(rows: readonly number[], beta: Float64Array): boolean {
  for (let i = 0; i < rows.length; i++) if (beta[rows[i]] === 0) return true;
  return false;
}
