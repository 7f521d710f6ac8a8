import type { SeparablePenalty } from "../../penalties";
import { CachedCholesky } from "./cached-cholesky";
import { addRow, type GramBlock } from "./gram-block";
import { PenalizedQuadratic } from "./penalized-quadratic";

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
export interface DescentEnd {
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
