import type { SeparablePenalty } from "../../penalties";
import type { CachedCholesky } from "../subproblem/cached-cholesky";
import { addRows, type GramBlock } from "../subproblem/gram-block";

/** How wrong a forecast may be of slopes, relative to what balances them. */
const mostUnforeseen = 0.1;

/** How many times as wrong a forecast may be of where coordinates go as it is of slopes. */
const caution = 4;

/** What is left at least between where a coordinate would go and where it would leave zero or turn to it, relative to the former. */
const smallestMargin = 1e-3;

/** A minimum among the members of a Gram matrix, and the gradient of the datafit there. */
interface Minimum {
  readonly beta: Float64Array;
  readonly gradient: Float64Array;
}

/**
 * Foresees, by one solve, that a descent from a minimum without one of its coefficients leads straight back once that may move again.
 *
 * With `H` the second derivatives in what is not zero, the others move by about `-beta_k H^-1_.k / H^-1_kk` where coefficient `k`
 * becomes zero. If that takes none of them far, lets no other enter and would let `k` enter again, there is nothing to find. All of it
 * must hold by a margin of what the second derivatives leave out of the slopes of the penalty.
 */
export class DropOneScreening {
  readonly #block: GramBlock;
  readonly #penalty: SeparablePenalty;
  readonly #lambda: number;
  readonly #from: Minimum;
  readonly #kept: CachedCholesky;
  readonly #isFactored: boolean;

  /** @param kept overwritten by the factor of the second derivatives. */
  constructor(
    block: GramBlock,
    penalty: SeparablePenalty,
    lambda: number,
    from: Minimum,
    kept: CachedCholesky,
  ) {
    this.#block = block;
    this.#penalty = penalty;
    this.#lambda = lambda;
    this.#from = from;
    this.#kept = kept;
    const { members, size } = block;
    const bends = new Float64Array(size);
    const rows: number[] = [];
    for (let k = 0; k < size; k++) {
      const b = from.beta[members[k]];
      if (b === 0) continue;
      rows.push(k);
      bends[k] = penalty.coordinateCurvature(members[k], b, lambda);
    }
    this.#isFactored = kept.keep(block, 1, rows, bends);
  }

  /** Whether leaving out a row leads back; the slopes of the block are overwritten. */
  without(row: number): boolean {
    if (!this.#isFactored) return false;
    const { members, slopes, size } = this.#block;
    const { beta, gradient } = this.#from;
    const { rows } = this.#kept;
    const own = rows.indexOf(row);
    const change = new Float64Array(rows.length);
    change[own] = 1;
    this.#kept.solve(change);
    const scale = beta[members[row]] / change[own];
    let unforeseen = 0;
    for (let a = 0; a < rows.length; a++) {
      change[a] *= scale;
      if (a !== own) unforeseen = Math.max(unforeseen, this.#unforeseen(rows[a], change[a]));
    }
    if (!(unforeseen <= mostUnforeseen)) return false;
    const margin = smallestMargin + caution * unforeseen;
    for (let k = 0; k < size; k++) slopes[k] = -gradient[members[k]];
    addRows(this.#block, rows, change);
    const isZero = new Uint8Array(size).fill(1);
    for (let a = 0; a < rows.length; a++) {
      isZero[rows[a]] = 0;
      const b = beta[members[rows[a]]];
      if (this.#alone(rows[a], a === own ? 0 : b - change[a], 1 - margin) * b <= 0) return false;
    }
    for (let k = 0; k < size; k++) if (isZero[k] === 1 && this.#alone(k, 0, 1 + margin) !== 0) return false;
    return true;
  }

  /** What second derivatives leave out of the slope of a penalty where a coefficient falls, relative to what balances it. */
  #unforeseen(k: number, fall: number): number {
    const { gram, stride, members } = this.#block;
    const j = members[k];
    const b = this.#from.beta[j];
    if (!((b - fall) * b > 0)) return Number.POSITIVE_INFINITY;
    const slope = (at: number): number => this.#penalty.coordinateSlope(j, at, this.#lambda);
    const bend = this.#penalty.coordinateCurvature(j, b, this.#lambda);
    return Math.abs((slope(b - fall) - slope(b) + bend * fall) / (gram[k * stride + k] * b));
  }

  /** Where a coordinate would go from `b`, were it to go there from a point that is as many times what it is. */
  #alone(k: number, b: number, times: number): number {
    const { gram, stride, slopes, members } = this.#block;
    const curvature = gram[k * stride + k];
    if (!(curvature > 0)) return 0;
    const point = times * (b + slopes[k] / curvature);
    return this.#penalty.coordinateProx(members[k], point, 1 / curvature, this.#lambda);
  }
}
