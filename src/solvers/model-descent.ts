import type { SeparablePenalty } from "../penalties";
import { addRow, type GramBlock } from "./gram-block";
import { KeptFactor } from "./kept-factor";
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
  readonly #factor = new KeptFactor();
  #all!: GramBlock;
  /** Rows that bend, by increasing coordinate. */
  #inOrder: readonly number[] = [];
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
    if (this.#orderedSize !== all.size || this.#ordered !== all.gram) {
      this.#ordered = all.gram;
      // A row behind its coordinate in one number: plain numbers are sorted without a call for each two of them.
      const keys = new Float64Array(all.size).map((_, k) => members[k] * all.size + k).sort();
      const rows = Array.from(keys, (key) => key % all.size);
      this.#inOrder = rows.filter((k) => all.gram[k * all.stride + k] > 0);
      this.#orderedSize = all.size;
    }
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
      const rows = bending.filter((k) => beta[k] !== 0);
      for (let i = 0; i < pause && !isOver(); i++) {
        const moved = whole.cycle(rows);
        onCycle(++cycles);
        if (moved <= resting) break;
        // What would not let Newton's method pass may have been the one that has become zero.
        if (i >= firstCycles && rows.some((k) => beta[k] === 0)) break;
      }
      const left = rows.filter((k) => beta[k] !== 0);
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
}
