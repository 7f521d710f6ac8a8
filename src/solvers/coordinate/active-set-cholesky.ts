/**
 * The active coordinates with the Cholesky factor of the Hessian in them ({@link ActiveSetCholesky}), and the choice
 * of the coordinates that enter next.
 */
import { columnDots } from "../../design/design-matrix";
import { UpdatedCholesky } from "../../linalg/cholesky";
import { maxAbs } from "../../linalg/vector";
import type { SeparablePenalty } from "../../penalties";
import { curvatureAt, curvatureOfProfile, type Profile, type SparseProblem } from "../../problem/problem";
import type { Point } from "../solver";
import type { GramCache } from "../subproblem/gram-cache";

/**
 * Minimum pivot, relative to its diagonal, with which a single column enters; below it the column depends on the
 * active ones.
 */
const minPivot = 1e-11;

/** Minimum pivot with which a column enters together with others. */
export const minJointPivot = 1e-5;

/**
 * Minimum decrease of the penalty, as a share of its slope, for which a column replaces another one; less is
 * rounding.
 */
const minPenaltyDecrease = 1e-10;

/** Minimum number of rows that are appended to the factor as a block. */
const minBlock = 4;

/** A coordinate that enters the active set, with the sign that its coefficient has or will have. */
export interface EnteringCoordinate {
  readonly j: number;
  readonly sign: number;
}

/** The active coordinates, their signs, and the Cholesky factor of the Hessian in them. */
export class ActiveSetCholesky {
  /** The active coordinates, in the order of the factor's rows. */
  readonly indices: number[] = [];
  readonly signs: number[] = [];
  readonly #gram: GramCache;
  readonly #cholesky: UpdatedCholesky;
  readonly #isActive: Uint8Array;
  /** The curvature of the penalty in each active coordinate, which the factor includes. */
  readonly ridge: number[] = [];
  #areIndependent = true;
  #column = new Float64Array(64);
  /** The rows that are appended to the factor as a block; a buffer. */
  #rows = new Float64Array(0);
  /** Coordinates that a dependent column has replaced; if they entered again, only rounding would change. */
  readonly #replaced = new Set<number>();

  constructor(gram: GramCache, nFeatures: number) {
    this.#gram = gram;
    this.#cholesky = new UpdatedCholesky();
    this.#isActive = new Uint8Array(nFeatures);
  }

  /** Whether each active column has a large part that the columns before it do not explain. */
  get areIndependent(): boolean {
    return this.#areIndependent;
  }

  has(j: number): boolean {
    return this.#isActive[j] === 1;
  }

  /** Returns those of some coordinates that are not active. */
  inactiveOf(coordinates: Int32Array): Int32Array {
    const others = new Int32Array(coordinates.length);
    let count = 0;
    for (let k = 0; k < coordinates.length; k++) {
      if (!this.has(coordinates[k])) others[count++] = coordinates[k];
    }
    return others.subarray(0, count);
  }

  /** Whether `j` may enter: it is neither active nor replaced by a column that it depends on. */
  mayEnter(j: number): boolean {
    return this.#isActive[j] === 0 && !this.#replaced.has(j);
  }

  /** Makes the support of `beta` the active set, with its signs and the penalty's curvature in the factor. */
  adopt(term: PenaltyTerm, beta: Float64Array): void {
    this.#replaced.clear();
    for (let k = this.indices.length - 1; k >= 0; k--) {
      if (beta[this.indices[k]] * this.signs[k] <= 0) this.drop(k);
    }
    const sameRidge = this.indices.every((j, k) => this.ridge[k] === term.curvature(j, this.signs[k]));
    if (!sameRidge) this.#clear();
    const present: EnteringCoordinate[] = [];
    for (let j = 0; j < beta.length; j++) {
      if (beta[j] !== 0 && this.#isActive[j] === 0) present.push({ j, sign: Math.sign(beta[j]) });
    }
    this.enterAll(term, beta, present, minPivot);
  }

  /** Solves with the Hessian of the active coordinates, in place. */
  solve(b: Float64Array): void {
    this.#cholesky.solve(b);
  }

  /**
   * Lets coordinates enter, as one block where their pivots allow it.
   *
   * @param smallestPivot the minimum pivot for entering together; a coordinate with a smaller one is tried alone, as
   * the first one is.
   * @returns how many entered.
   */
  enterAll(
    term: PenaltyTerm,
    beta: Float64Array,
    entering: readonly EnteringCoordinate[],
    smallestPivot: number,
  ): number {
    this.#gram.include(entering.map(({ j }) => j));
    let entered = 0;
    for (let at = 0; at < entering.length; at++) {
      const rest = entering.length - at;
      if (rest >= minBlock) {
        const count = this.#append(term, entering.slice(at), smallestPivot);
        entered += count;
        at += count;
        if (count === rest) break;
      }
      if (this.#enter(term, beta, entering[at], entered === 0 ? minPivot : smallestPivot)) entered++;
    }
    return entered;
  }

  /** Appends rows to the factor as far as the pivots allow, and returns how many. */
  #append(term: PenaltyTerm, entering: readonly EnteringCoordinate[], smallestPivot: number): number {
    const gram = this.#gram;
    const { matrix, stride } = gram;
    const size = this.indices.length;
    const slots = new Int32Array(size + entering.length);
    for (let k = 0; k < size; k++) slots[k] = gram.slotOf(this.indices[k]);
    for (let k = 0; k < entering.length; k++) slots[size + k] = gram.slotOf(entering[k].j);
    const ridge = entering.map(({ j, sign }) => term.curvature(j, sign));
    const length = (slots.length * (slots.length + 1) - size * (size + 1)) / 2;
    if (this.#rows.length < length) this.#rows = new Float64Array(2 * length);
    const rows = this.#rows;
    let at = 0;
    for (let k = size; k < slots.length; k++) {
      const row = slots[k] * stride;
      for (let m = 0; m <= k; m++) rows[at++] = matrix[row + slots[m]];
      rows[at - 1] += ridge[k - size];
    }
    const count = this.#cholesky.appendRows(rows, entering.length, smallestPivot);
    for (let k = 0; k < count; k++) this.#join(entering[k], ridge[k]);
    return count;
  }

  #join({ j, sign }: EnteringCoordinate, ridge: number): void {
    this.indices.push(j);
    this.signs.push(sign);
    this.ridge.push(ridge);
    this.#isActive[j] = 1;
  }

  /**
   * Lets one coordinate enter.
   *
   * A column that depends on the active ones replaces the first that it drives to zero, provided that the penalty
   * decreases along that direction; a copy of an active column changes nothing. If its own coefficient is not zero,
   * as after a partial step, the direction may lead to its own zero instead.
   */
  #enter(
    term: PenaltyTerm,
    beta: Float64Array,
    entering: EnteringCoordinate,
    smallestPivot: number,
    mayReplace = true,
  ): boolean {
    const { j, sign } = entering;
    const size = this.indices.length;
    if (this.#column.length < size + 1) this.#column = new Float64Array(2 * size + 2);
    const column = this.#column;
    const ridge = term.curvature(j, sign);
    const gram = this.#gram;
    const row = gram.slotOf(j) * gram.stride;
    for (let k = 0; k < size; k++) column[k] = gram.matrix[row + gram.slotOf(this.indices[k])];
    const diagonal = gram.matrix[row + gram.slotOf(j)] + ridge;
    if (!(diagonal > 0)) return false;
    const share = this.#cholesky.append(column, diagonal, smallestPivot);
    if (share > smallestPivot) {
      if (share <= minJointPivot) this.#areIndependent = false;
      this.#join(entering, ridge);
      return true;
    }
    // Without a penalty no choice among dependent columns is better than another.
    if (!mayReplace || term.lambda === 0 || ridge > 0 || smallestPivot === minJointPivot || size === 0)
      return false;
    this.#cholesky.solve(column); // The coefficients by which the active columns combine to the new one.
    const slope = this.#slopeAlong(term, beta, entering, column);
    if (beta[j] === 0 && !(slope < -minPenaltyDecrease * Math.abs(term.slope(j, sign, 0)))) return false;
    const shrinks = slope >= 0;
    const direction = shrinks ? -sign : sign;
    // Smaller coefficients are rounding, and a step as long as they seem to allow would be unbounded.
    const minPart = 1e-7 * maxAbs(column.subarray(0, size));
    let reach = shrinks ? Math.abs(beta[j]) : Number.POSITIVE_INFINITY;
    let first = -1;
    for (let k = 0; k < size; k++) {
      if (column[k] * direction * this.signs[k] <= minPart) continue;
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
      this.#replaced.add(j);
      return false;
    }
    beta[j] += reach * direction;
    beta[this.indices[first]] = 0;
    this.#replaced.add(this.indices[first]);
    this.drop(first);
    return this.#enter(term, beta, entering, minPivot, false);
  }

  /**
   * Returns the slope of the penalty as one coefficient grows and the active ones compensate, so that the predictor
   * stays the same.
   */
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
    for (const j of this.indices) this.#isActive[j] = 0;
    this.indices.length = 0;
    this.signs.length = 0;
    this.ridge.length = 0;
    this.#cholesky.clear();
    this.#areIndependent = true;
  }

  /** Removes the coordinate of row `k`. */
  drop(k: number): void {
    this.#isActive[this.indices[k]] = 0;
    this.#cholesky.drop(k);
    this.indices.splice(k, 1);
    this.signs.splice(k, 1);
    this.ridge.splice(k, 1);
  }
}

/**
 * A positive multiple of a separable penalty at one lambda, where the penalty is quadratic for each choice of signs.
 */
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

  /** Returns the same term at a share of its lambda. */
  atShare(share: number): PenaltyTerm {
    return new PenaltyTerm(this.#penalty, share * this.lambda, this.#multiple);
  }

  /** Returns the second derivative of the term of `j` for coefficients of the given sign. */
  curvature(j: number, sign: number): number {
    return this.#multiple * this.#penalty.coordinateCurvature(j, sign, this.lambda);
  }

  /** Returns the slope of the term of `j` for coefficients of the given sign, continued to zero. */
  slope(j: number, sign: number, b: number): number {
    const atSign = this.#multiple * this.#penalty.coordinateSlope(j, sign, this.lambda);
    return atSign + this.curvature(j, sign) * (b - sign);
  }

  /** The absolute gradient that every zero withstands, the same for all coordinates; -1 if it is not known. */
  get zeroGradientBound(): number {
    return this.#multiple === 1 ? (this.#penalty.zeroGradientBound?.(this.lambda) ?? -1) : -1;
  }

  /** Returns how far a gradient of the loss exceeds what keeps the zero of `j` in place. */
  excess(j: number, slope: number): number {
    return this.#multiple * this.#penalty.violationAtZero(j, slope / this.#multiple, this.lambda);
  }
}

/** Maximum squared cosine, in the metric of the datafit, of two columns that may enter together. */
const maxSquaredCosine = 0.6;

/** Number of entering coordinates that are examined for each one that is selected. */
const candidatesPerEntry = 3;

/** A buffer of {@link candidateCoordinates}. */
let buffer = new Int32Array(0);

/** Returns the support and those zeros whose gradient the penalty does not withstand. */
export function candidateCoordinates(term: PenaltyTerm, { beta, profile }: Point): Int32Array {
  const { gradient } = profile;
  const { zeroGradientBound } = term;
  if (buffer.length < beta.length) buffer = new Int32Array(beta.length);
  let count = 0;
  for (let j = 0; j < beta.length; j++) {
    if (beta[j] === 0 && Math.abs(gradient[j]) <= zeroGradientBound) continue;
    if (beta[j] !== 0 || term.excess(j, gradient[j]) > 0) buffer[count++] = j;
  }
  return buffer.slice(0, count);
}

/** Returns those coordinates whose zero is not stationary, the largest violation first. */
export function violatingCoordinates(
  term: PenaltyTerm,
  members: ActiveSetCholesky,
  beta: Float64Array,
  gradient: Float64Array,
  columns: Int32Array,
): EnteringCoordinate[] {
  const violators: (EnteringCoordinate & { readonly excess: number })[] = [];
  for (const j of columns) {
    if (beta[j] !== 0 || !members.mayEnter(j)) continue;
    const excess = term.excess(j, gradient[j]);
    if (excess > 1e-13 * Math.abs(gradient[j])) violators.push({ j, sign: -Math.sign(gradient[j]), excess });
  }
  return violators.sort((a, b) => b.excess - a.excess);
}

/**
 * Selects the first of some entering coordinates, and those after it whose columns are hardly correlated with the
 * ones before them.
 *
 * Correlated columns stand in for each other: if several of them entered at once, most would leave again.
 *
 * @param limit the maximum number of coordinates.
 */
export function uncorrelatedEntries(
  problem: SparseProblem,
  profile: Pick<Profile, "eta">,
  entering: readonly EnteringCoordinate[],
  limit: number,
): EnteringCoordinate[] {
  const { design } = problem;
  const near = entering.slice(0, candidatesPerEntry * limit);
  if (near.length < 2) return near;
  const columns = Int32Array.from(near, ({ j }) => j);
  const squares = curvatureOfProfile(problem, profile);
  const weights = curvatureAt(problem, profile.eta);
  const isCorrelated = new Uint8Array(near.length);
  const weighted = new Float64Array(design.nSamples);
  const products = new Float64Array(near.length);
  const selected: EnteringCoordinate[] = [];
  for (let k = 0; k < near.length && selected.length < limit; k++) {
    if (isCorrelated[k] === 1) continue;
    selected.push(near[k]);
    weighted.fill(0);
    design.addColumn(columns[k], 1, weighted);
    for (let i = 0; i < weighted.length; i++) weighted[i] *= weights[i];
    columnDots(design, columns, weighted, products);
    const largest = maxSquaredCosine * squares[columns[k]];
    for (let l = k + 1; l < near.length; l++) {
      if (products[l] ** 2 > largest * squares[columns[l]]) isCorrelated[l] = 1;
    }
  }
  return selected;
}
