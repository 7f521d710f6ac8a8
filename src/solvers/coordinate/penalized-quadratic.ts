import type { SeparablePenalty } from "../../penalties";
import { CachedCholesky } from "../subproblem/cached-cholesky";
import { addRow, addRows, type GramBlock } from "../subproblem/gram-cache";
import { piecewiseNewton } from "./piecewise-newton";

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

/**
 * Cycles over what is not zero between two over all, at first; twice as many each time that Newton's method fails where none has become
 * zero.
 */
const firstCycles = 4;
const mostCycles = 64;

/** Where a descent begins: what is not zero are members, and the gradient of the datafit there. */
interface ModelPoint {
  readonly beta: Float64Array;
  readonly gradient: Float64Array;
}

/** How far a descent may go. */
interface DescentLimits {
  readonly maxCycles: number;
  readonly signal?: { readonly aborted: boolean };
  readonly onCycle: (cycle: number) => void;
}

/** How a descent ended. */
interface DescentEnd {
  readonly cycles: number;
  /** Whether a cycle over all members moved nothing any more. */
  readonly atRest: boolean;
  /** Whether the second derivatives in what is not zero were positive definite there. */
  readonly isStrict: boolean;
}

/**
 * Coordinate descent on a quadratic model of the datafit and a penalty among the members of a Gram matrix: cycles over all,
 * and between them cycles over what is not zero, with Newton's method for the last digits. Nothing
 * of it raises the objective of the model.
 */
export class ModelDescent {
  readonly #factor = new CachedCholesky();
  #all!: GramBlock;
  /** Rows that bend, by increasing coordinate. */
  #inOrder: number[] = [];
  /** The matrix whose rows these are, and how many it had. */
  #ordered: Float64Array | undefined;
  #orderedSize = 0;
  #terms!: { readonly penalty: SeparablePenalty; readonly lambda: number; readonly factor: number };

  /**
   * Sets out from a point.
   *
   * @param all the members of the Gram matrix, whose coefficients stay there.
   * @param factor what multiplies the curvature of the model, at least 1.
   */
  begin(all: GramBlock, penalty: SeparablePenalty, lambda: number, from: ModelPoint, factor: number): void {
    this.#all = all;
    this.#terms = { penalty, lambda, factor };
    const { beta, slopes, members } = all;
    for (let k = 0; k < members.length; k++) {
      beta[k] = from.beta[members[k]];
      slopes[k] = -from.gradient[members[k]];
    }
    new PenalizedQuadratic(all, penalty, lambda, factor).begin();
    this.#order();
  }

  /**
   * Goes down from where it is.
   *
   * @param without a row whose coefficient is set to zero and stays there. Default: none.
   */
  run({ maxCycles, signal, onCycle }: DescentLimits, without: number = -1): DescentEnd {
    const all = this.#all;
    const { penalty, lambda, factor } = this.#terms;
    const whole = new PenalizedQuadratic(all, penalty, lambda, factor);
    const { beta } = all;
    if (without >= 0) {
      addRow(all, without, factor * beta[without]);
      beta[without] = 0;
    }
    const bending = without < 0 ? this.#inOrder : this.#inOrder.filter((k) => k !== without);
    let cycles = 0;
    let isStrict = false;
    let pause = firstCycles;
    const isOver = (): boolean => cycles >= maxCycles || signal?.aborted === true;
    do {
      const largest = whole.cycle(bending);
      onCycle(++cycles);
      const resting = whole.resting();
      if (largest <= resting) return { cycles, atRest: true, isStrict };
      const rows = nonzeroOf(bending, beta);
      for (let i = 0; i < pause && !isOver(); i++) {
        const moved = whole.cycle(rows);
        onCycle(++cycles);
        if (moved <= resting) break;
        // What would not let Newton's method pass may have been the one that has become zero.
        if (i >= firstCycles && hasZero(rows, beta)) break;
      }
      const left = hasZero(rows, beta) ? nonzeroOf(rows, beta) : rows;
      isStrict = whole.newton(this.#factor, left);
      if (!isStrict && left.length === rows.length) pause = Math.min(2 * pause, mostCycles);
    } while (!isOver());
    return { cycles, atRest: false, isStrict };
  }

  /**
   * Whether a descent without a row went nowhere else: what is not zero is what was, with the same signs, and the row would
   * not stay at zero, so that with it the way leads back to where it began.
   */
  wouldReturn(from: ModelPoint, without: number): boolean {
    const { members, beta, slopes } = this.#all;
    const { penalty, lambda, factor } = this.#terms;
    const step = 1 / new PenalizedQuadratic(this.#all, penalty, lambda, factor).curvature(without);
    const alone = penalty.coordinateProx(members[without], step * slopes[without], step, lambda);
    return beta.every((b, k) => {
      const now = k === without ? alone : b;
      return Math.sign(now) === Math.sign(from.beta[members[k]]);
    });
  }

  /** The coefficients where it is, those that are no members as in others. */
  endFrom(others: Float64Array): Float64Array {
    const { members, beta } = this.#all;
    const end = others.slice();
    for (let k = 0; k < members.length; k++) end[members[k]] = beta[k];
    return end;
  }

  /** By how much the objective of the model is lower than at a point. */
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

  /** Puts the rows that have come since the last time among those in order. */
  #order(): void {
    const { gram, stride, members, size } = this.#all;
    if (this.#ordered !== gram || this.#orderedSize > size) {
      this.#ordered = gram;
      this.#orderedSize = 0;
      this.#inOrder = [];
    }
    const rows = this.#inOrder;
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

/** Those of some rows whose coefficients are not zero. */
function nonzeroOf(rows: readonly number[], beta: Float64Array): number[] {
  const found: number[] = [];
  for (let i = 0; i < rows.length; i++) if (beta[rows[i]] !== 0) found.push(rows[i]);
  return found;
}

function hasZero(rows: readonly number[], beta: Float64Array): boolean {
  for (let i = 0; i < rows.length; i++) if (beta[rows[i]] === 0) return true;
  return false;
}
