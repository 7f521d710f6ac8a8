import { columnDots } from "../../design/design-matrix";
import { UpdatedCholesky } from "../../linalg/updated-cholesky";
import { maxAbs } from "../../linalg/vector";
import type { SeparablePenalty } from "../../penalties";
import { curvatureAt, curvatureOfProfile, type Profile, type SparseProblem } from "../../problem/problem";
import type { Point } from "../candidate";
import type { GramCache } from "../subproblem/gram-cache";

/** Smallest pivot, relative to its diagonal, with which one column enters: below it the column depends on the others. */
const smallestPivot = 1e-11;

/** Smallest one with which a column enters together with others. */
export const safePivot = 1e-5;

/** Share of its slope that the penalty has to fall with where a column takes the place of others: less is rounding. */
const leastFall = 1e-10;

/** From how many on rows are appended at once. */
const smallestBlock = 4;

/** A coordinate that takes part from now on, with the sign that it has or will have. */
export interface EnteringCoordinate {
  readonly j: number;
  readonly sign: number;
}

/** The coordinates that are not zero, the sign of each, and the Cholesky factor of the Hessian in them. */
export class ActiveSetCholesky {
  /** In the order of the factor's rows. */
  readonly indices: number[] = [];
  readonly signs: number[] = [];
  readonly #gram: GramCache;
  readonly #cholesky: UpdatedCholesky;
  readonly #isMember: Uint8Array;
  /** The curvature of the penalty that the factor includes. */
  readonly ridge: number[] = [];
  #areIndependent = true;
  #column = new Float64Array(64);
  /** Room for rows of the factor that are appended at once. */
  #rows = new Float64Array(0);
  /** Who gave its place to a column that it depends on; to come back would change nothing but roundings. */
  readonly #exchanged = new Set<number>();

  constructor(gram: GramCache, nFeatures: number) {
    this.#gram = gram;
    this.#cholesky = new UpdatedCholesky();
    this.#isMember = new Uint8Array(nFeatures);
  }

  /** Whether each member has a large part that those before it lack. */
  get areIndependent(): boolean {
    return this.#areIndependent;
  }

  has(j: number): boolean {
    return this.#isMember[j] === 1;
  }

  /** Those of some coordinates who are no members. */
  othersOf(coordinates: Int32Array): Int32Array {
    const others = new Int32Array(coordinates.length);
    let count = 0;
    for (let k = 0; k < coordinates.length; k++) {
      if (!this.has(coordinates[k])) others[count++] = coordinates[k];
    }
    return others.subarray(0, count);
  }

  /** Whether `j` may enter: not who has left to one that it depends on. */
  mayEnter(j: number): boolean {
    return this.#isMember[j] === 0 && !this.#exchanged.has(j);
  }

  /** Makes the members those of a support with their signs, and the factor one with the penalty's curvature. */
  adopt(term: PenaltyTerm, beta: Float64Array): void {
    this.#exchanged.clear();
    for (let k = this.indices.length - 1; k >= 0; k--) {
      if (beta[this.indices[k]] * this.signs[k] <= 0) this.drop(k);
    }
    const sameRidge = this.indices.every((j, k) => this.ridge[k] === term.curvature(j, this.signs[k]));
    if (!sameRidge) this.#clear();
    const present: EnteringCoordinate[] = [];
    for (let j = 0; j < beta.length; j++) {
      if (beta[j] !== 0 && this.#isMember[j] === 0) present.push({ j, sign: Math.sign(beta[j]) });
    }
    this.enterAll(term, beta, present, smallestPivot);
  }

  /** Solves with the Hessian in the members, in place. */
  solve(b: Float64Array): void {
    this.#cholesky.solve(b);
  }

  /**
   * Lets coordinates enter, all at once where their pivots allow it.
   *
   * @param smallest pivot with which they enter together; what has a smaller one tries it alone, as the first one may.
   * @returns how many entered.
   */
  enterAll(
    term: PenaltyTerm,
    beta: Float64Array,
    entrants: readonly EnteringCoordinate[],
    smallest: number,
  ): number {
    this.#gram.include(entrants.map(({ j }) => j));
    let entered = 0;
    for (let at = 0; at < entrants.length; at++) {
      const rest = entrants.length - at;
      if (rest >= smallestBlock) {
        const count = this.#append(term, entrants.slice(at), smallest);
        entered += count;
        at += count;
        if (count === rest) break;
      }
      if (this.#enter(term, beta, entrants[at], entered === 0 ? smallestPivot : smallest)) entered++;
    }
    return entered;
  }

  /** Appends rows to the factor as far as pivots allow; how many. */
  #append(term: PenaltyTerm, entrants: readonly EnteringCoordinate[], smallest: number): number {
    const gram = this.#gram;
    const { matrix, stride } = gram;
    const size = this.indices.length;
    const slots = new Int32Array(size + entrants.length);
    for (let k = 0; k < size; k++) slots[k] = gram.slotOf(this.indices[k]);
    for (let k = 0; k < entrants.length; k++) slots[size + k] = gram.slotOf(entrants[k].j);
    const ridge = entrants.map(({ j, sign }) => term.curvature(j, sign));
    const length = (slots.length * (slots.length + 1) - size * (size + 1)) / 2;
    if (this.#rows.length < length) this.#rows = new Float64Array(2 * length);
    const rows = this.#rows;
    let at = 0;
    for (let k = size; k < slots.length; k++) {
      const row = slots[k] * stride;
      for (let m = 0; m <= k; m++) rows[at++] = matrix[row + slots[m]];
      rows[at - 1] += ridge[k - size];
    }
    const count = this.#cholesky.appendRows(rows, entrants.length, smallest);
    for (let k = 0; k < count; k++) this.#join(entrants[k], ridge[k]);
    return count;
  }

  #join({ j, sign }: EnteringCoordinate, ridge: number): void {
    this.indices.push(j);
    this.signs.push(sign);
    this.ridge.push(ridge);
    this.#isMember[j] = 1;
  }

  /**
   * Lets one enter; a column that depends on the members takes the place of the one it drives to zero first, if the
   * penalty falls along that way: a copy of a member gains nothing. Where it is not zero itself, as after a part of a
   * step, the way may lead to its own zero.
   */
  #enter(
    term: PenaltyTerm,
    beta: Float64Array,
    entrant: EnteringCoordinate,
    smallest: number,
    mayExchange = true,
  ): boolean {
    const { j, sign } = entrant;
    const size = this.indices.length;
    if (this.#column.length < size + 1) this.#column = new Float64Array(2 * size + 2);
    const column = this.#column;
    const ridge = term.curvature(j, sign);
    const gram = this.#gram;
    const row = gram.slotOf(j) * gram.stride;
    for (let k = 0; k < size; k++) column[k] = gram.matrix[row + gram.slotOf(this.indices[k])];
    const diagonal = gram.matrix[row + gram.slotOf(j)] + ridge;
    if (!(diagonal > 0)) return false;
    const share = this.#cholesky.append(column, diagonal, smallest);
    if (share > smallest) {
      if (share <= safePivot) this.#areIndependent = false;
      this.#join(entrant, ridge);
      return true;
    }
    // Without a penalty nothing is gained by another choice among columns that depend on each other.
    if (!mayExchange || term.lambda === 0 || ridge > 0 || smallest === safePivot || size === 0) return false;
    this.#cholesky.solve(column); // the members' combination that the column is
    const slope = this.#slopeAlong(term, beta, entrant, column);
    if (beta[j] === 0 && !(slope < -leastFall * Math.abs(term.slope(j, sign, 0)))) return false;
    const shrinks = slope >= 0;
    const direction = shrinks ? -sign : sign;
    // Smaller shares are roundings: a step as far as they seem to allow has no end.
    const smallestPart = 1e-7 * maxAbs(column.subarray(0, size));
    let reach = shrinks ? Math.abs(beta[j]) : Number.POSITIVE_INFINITY;
    let first = -1;
    for (let k = 0; k < size; k++) {
      if (column[k] * direction * this.signs[k] <= smallestPart) continue;
      const length = beta[this.indices[k]] / (column[k] * direction);
      if (length < reach) {
        reach = length;
        first = k;
      }
    }
    if (reach === Number.POSITIVE_INFINITY) return false;
    for (let k = 0; k < size; k++) beta[this.indices[k]] -= reach * direction * column[k];
    if (first < 0) {
      beta[j] = 0;
      this.#exchanged.add(j);
      return false;
    }
    beta[j] += reach * direction;
    beta[this.indices[first]] = 0;
    this.#exchanged.add(this.indices[first]);
    this.drop(first);
    return this.#enter(term, beta, entrant, smallestPivot, false);
  }

  /** The slope of the penalty as one grows and the members make up for it: what is fitted stays the same. */
  #slopeAlong(
    term: PenaltyTerm,
    beta: Float64Array,
    { j, sign }: EnteringCoordinate,
    column: Float64Array,
  ): number {
    let slope = term.slope(j, sign, beta[j]);
    for (let k = 0; k < this.indices.length; k++) {
      slope -= column[k] * term.slope(this.indices[k], this.signs[k], beta[this.indices[k]]);
    }
    return sign * slope;
  }

  #clear(): void {
    for (const j of this.indices) this.#isMember[j] = 0;
    this.indices.length = 0;
    this.signs.length = 0;
    this.ridge.length = 0;
    this.#cholesky.clear();
    this.#areIndependent = true;
  }

  /** Lets the member of row `k` leave. */
  drop(k: number): void {
    this.#isMember[this.indices[k]] = 0;
    this.#cholesky.drop(k);
    this.indices.splice(k, 1);
    this.signs.splice(k, 1);
    this.ridge.splice(k, 1);
  }
}

/** A separable penalty that is quadratic for each choice of signs, at one lambda, and a positive multiple of it. */
export class PenaltyTerm {
  readonly lambda: number;
  readonly #penalty: SeparablePenalty;
  readonly #multiple: number;

  /** @param multiple positive. Default: 1. */
  constructor(penalty: SeparablePenalty, lambda: number, multiple = 1) {
    this.#penalty = penalty;
    this.lambda = lambda;
    this.#multiple = multiple;
  }

  times(multiple: number): PenaltyTerm {
    return new PenaltyTerm(this.#penalty, this.lambda, this.#multiple * multiple);
  }

  /** The same at a share of lambda. */
  atShare(share: number): PenaltyTerm {
    return new PenaltyTerm(this.#penalty, share * this.lambda, this.#multiple);
  }

  /** The second derivative of the term of `j` on the side of zero that `sign` names. */
  curvature(j: number, sign: number): number {
    return this.#multiple * this.#penalty.coordinateCurvature(j, sign, this.lambda);
  }

  /** The slope of the term of `j` on that side, continued to zero. */
  slope(j: number, sign: number, b: number): number {
    const atSign = this.#multiple * this.#penalty.coordinateSlope(j, sign, this.lambda);
    return atSign + this.curvature(j, sign) * (b - sign);
  }

  /** Up to which size of slopes that is 0 in every coordinate; -1 where that is not known. */
  get held(): number {
    return this.#multiple === 1 ? (this.#penalty.zeroGradientBound?.(this.lambda) ?? -1) : -1;
  }

  /** By how much the slope of the loss exceeds what zero can hold. */
  excess(j: number, slope: number): number {
    return this.#multiple * this.#penalty.violationAtZero(j, slope / this.#multiple, this.lambda);
  }
}

/** Largest square of a cosine, in the metric of the datafit, of two columns that are apart. */
const mostInCommon = 0.6;

/** How many are looked at for each that may be found. */
const lookedAt = 3;

/** Used within {@link candidateCoordinates} alone. */
let room = new Int32Array(0);

/** The support, and those zeros that a penalty does not hold. */
export function candidateCoordinates(strong: PenaltyTerm, { beta, profile }: Point): Int32Array {
  const { gradient } = profile;
  const { held } = strong;
  if (room.length < beta.length) room = new Int32Array(beta.length);
  let count = 0;
  for (let j = 0; j < beta.length; j++) {
    if (beta[j] === 0 && Math.abs(gradient[j]) <= held) continue;
    if (beta[j] !== 0 || strong.excess(j, gradient[j]) > 0) room[count++] = j;
  }
  return room.slice(0, count);
}

/** Those of the watched whose zero is not stationary, the worst first. */
export function violatingCoordinates(
  term: PenaltyTerm,
  members: ActiveSetCholesky,
  beta: Float64Array,
  gradient: Float64Array,
  watched: Int32Array,
): EnteringCoordinate[] {
  const violators: (EnteringCoordinate & { readonly excess: number })[] = [];
  for (const j of watched) {
    if (beta[j] !== 0 || !members.mayEnter(j)) continue;
    const excess = term.excess(j, gradient[j]);
    if (excess > 1e-13 * Math.abs(gradient[j])) violators.push({ j, sign: -Math.sign(gradient[j]), excess });
  }
  return violators.sort((a, b) => b.excess - a.excess);
}

/**
 * The first of some entrants, and those behind it whose columns have little in common with the ones before them: neighbours stand in
 * for each other, so that of several that enter at once most would leave again.
 *
 * @param most how many at most.
 */
export function uncorrelatedEntries(
  problem: SparseProblem,
  profile: Pick<Profile, "eta">,
  entrants: readonly EnteringCoordinate[],
  most: number,
): EnteringCoordinate[] {
  const { design } = problem;
  const near = entrants.slice(0, lookedAt * most);
  if (near.length < 2) return near;
  const columns = Int32Array.from(near, ({ j }) => j);
  const squares = curvatureOfProfile(problem, profile);
  const weights = curvatureAt(problem, profile.eta);
  const isTaken = new Uint8Array(near.length);
  const weighted = new Float64Array(design.nSamples);
  const products = new Float64Array(near.length);
  const apart: EnteringCoordinate[] = [];
  for (let k = 0; k < near.length && apart.length < most; k++) {
    if (isTaken[k] === 1) continue;
    apart.push(near[k]);
    weighted.fill(0);
    design.addColumn(columns[k], 1, weighted);
    for (let i = 0; i < weighted.length; i++) weighted[i] *= weights[i];
    columnDots(design, columns, weighted, products);
    const largest = mostInCommon * squares[columns[k]];
    for (let l = k + 1; l < near.length; l++) {
      if (products[l] ** 2 > largest * squares[columns[l]]) isTaken[l] = 1;
    }
  }
  return apart;
}
