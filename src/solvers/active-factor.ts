import { UpdatedCholesky } from "../linalg/updated-cholesky";
import type { Profile, SparseProblem } from "../objectives/sparse-problem";
import type { SeparablePenalty } from "../penalties";
import { columnDots } from "./gram-cache";
import { NewtonModel } from "./newton-model";

/** Smallest pivot, relative to its diagonal, with which one column enters: below it the column depends on the others. */
const smallestPivot = 1e-11;

/** Smallest one with which a column enters together with others. */
const safePivot = 1e-5;

/** Smallest number of columns that may enter at once. */
const smallestBatch = 3;

/** How many may, as a share of those who have: most of many violators only stand in for one of their neighbours. */
const largestBatch = 0.05;

/** The coordinates that are not zero, and the Cholesky factor of the model's Hessian in them. */
export class ActiveFactor {
  readonly #problem: SparseProblem;
  readonly #cholesky = new UpdatedCholesky();
  #model: NewtonModel | undefined;
  /** The coordinates in the order of the factor's rows, and the sign of each. */
  #members: number[] = [];
  #signs: number[] = [];
  readonly #isMember: Uint8Array;
  /** The curvature of the penalty that the factor includes. */
  #ridge: number[] = [];
  #column = new Float64Array(64);
  /** Who gave its place to a column that it depends on; to come back would change nothing but roundings. */
  readonly #exchanged = new Set<number>();

  constructor(problem: SparseProblem) {
    this.#problem = problem;
    this.#isMember = new Uint8Array(problem.design.nFeatures);
  }

  /** Makes the members those of a support, and takes the model anew where the loss's curvature has moved. */
  adopt(
    penalty: SeparablePenalty,
    lambda: number,
    { beta, profile }: { readonly beta: Float64Array; readonly profile: Profile },
    tolerableDrift: number,
  ): void {
    if (!this.#model || this.#model.drift(profile.eta) > tolerableDrift) {
      this.#model = new NewtonModel(this.#problem, profile.eta);
      this.#clear();
    }
    const sameRidge = this.#members.every(
      (j, k) => this.#ridge[k] === penalty.coordinateCurvature(j, this.#signs[k], lambda),
    );
    if (!sameRidge) this.#clear();
    for (let k = this.#members.length - 1; k >= 0; k--) {
      if (beta[this.#members[k]] * this.#signs[k] <= 0) this.#drop(k);
    }
  }

  /** The minimum of the model's objective over the members and those who enter, from a point with its profile. */
  minimise(
    penalty: SeparablePenalty,
    lambda: number,
    strong: number,
    { beta: from, profile }: { readonly beta: Float64Array; readonly profile: Profile },
    signal?: { readonly aborted: boolean },
  ): Float64Array {
    const { design } = this.#problem;
    const beta = from.slice();
    const gradient = profile.gradient.slice();
    const candidates: number[] = [];
    for (let j = 0; j < beta.length; j++) {
      if (this.#isMember[j] || beta[j] !== 0 || penalty.violationAtZero(j, gradient[j], strong) > 0)
        candidates.push(j);
    }
    const columns = Int32Array.from(candidates);
    const dots = new Float64Array(columns.length);
    const change = new Float64Array(beta.length);
    const residual = new Float64Array(design.nSamples);
    let batch = Number.POSITIVE_INFINITY;
    this.#exchanged.clear();
    // What is not zero takes part, with the sign it has.
    for (let j = 0; j < beta.length; j++) {
      if (beta[j] !== 0 && !this.#isMember[j])
        this.#enter(penalty, lambda, beta, j, Math.sign(beta[j]), smallestPivot);
    }
    // Each round lowers the objective; only roundings could go in circles.
    const mostRounds = 10 + 2 * candidates.length;
    for (let round = 0; round === 0 || (round < mostRounds && !signal?.aborted); round++) {
      const violators = candidates.filter(
        (j) =>
          !this.#isMember[j] &&
          !this.#exchanged.has(j) &&
          beta[j] === 0 &&
          penalty.violationAtZero(j, gradient[j], lambda) > 1e-13 * Math.abs(gradient[j]),
      );
      if (violators.length === 0 && round > 0) break;
      const excess = (j: number): number => penalty.violationAtZero(j, gradient[j], lambda);
      violators.sort((a, b) => excess(b) - excess(a));
      const limit = Math.min(batch, Math.max(smallestBatch, Math.floor(largestBatch * this.#members.length)));
      let entered = 0;
      this.#model!.gram.include(violators.slice(0, limit));
      for (const j of violators.slice(0, limit)) {
        const alone = entered === 0;
        if (this.#enter(penalty, lambda, beta, j, -Math.sign(gradient[j]), alone ? smallestPivot : safePivot))
          entered++;
      }
      if (entered === 0 && round > 0) break;
      const refused = this.#newton(penalty, lambda, beta, gradient);
      if (refused > 0 && batch === 1) break; // rounding refuses the only one that may enter
      if (refused > 0) batch = Math.max(1, Math.floor(Math.min(batch, violators.length) / 2));
      // The model's gradient where it is watched.
      for (const j of columns) change[j] = beta[j] - from[j];
      design.matvec(change, residual);
      this.#model!.residualChange(residual);
      for (let i = 0; i < residual.length; i++) residual[i] += profile.residual[i];
      columnDots(design, columns, residual, dots);
      columns.forEach((j, k) => {
        gradient[j] = dots[k];
      });
    }
    return beta;
  }

  /** Newton's steps on the members, each as far as the first that would cross zero, who leaves; how many left at once. */
  #newton(penalty: SeparablePenalty, lambda: number, beta: Float64Array, gradient: Float64Array): number {
    const slopes = this.#members.map(
      (j, k) => gradient[j] + this.#slope(penalty, lambda, j, this.#signs[k], beta[j]),
    );
    let refused = 0;
    for (;;) {
      const size = this.#members.length;
      const step = Float64Array.from(slopes);
      this.#cholesky.solve(step);
      let length = 1;
      let crossing = -1;
      for (let k = size - 1; k >= 0; k--) {
        const b = beta[this.#members[k]];
        if ((b - step[k]) * this.#signs[k] > 0) continue;
        const reach = b === 0 ? 0 : b / step[k];
        if (reach < length || crossing < 0) [length, crossing] = [reach, k];
      }
      if (crossing >= 0 && length === 0) {
        for (let k = size - 1; k >= 0; k--) {
          if (beta[this.#members[k]] === 0 && -step[k] * this.#signs[k] <= 0) {
            this.#drop(k);
            slopes.splice(k, 1);
            refused++;
          }
        }
        continue;
      }
      for (let k = 0; k < size; k++) {
        beta[this.#members[k]] -= length * step[k];
        slopes[k] *= 1 - length;
      }
      if (crossing < 0) return refused;
      beta[this.#members[crossing]] = 0;
      this.#drop(crossing);
      slopes.splice(crossing, 1);
    }
  }

  /** Lets `j` enter with a sign; a column that depends on the members takes the place of the one it drives to zero first. */
  #enter(
    penalty: SeparablePenalty,
    lambda: number,
    beta: Float64Array,
    j: number,
    sign: number,
    smallest: number,
    mayExchange = true,
  ): boolean {
    const size = this.#members.length;
    if (this.#column.length < size + 1) this.#column = new Float64Array(2 * size + 2);
    const column = this.#column;
    const ridge = penalty.coordinateCurvature(j, sign, lambda);
    const { gram } = this.#model!;
    gram.include([j]);
    const row = gram.slotOf(j) * gram.stride;
    for (let k = 0; k < size; k++) column[k] = gram.matrix[row + gram.slotOf(this.#members[k])];
    const diagonal = gram.matrix[row + gram.slotOf(j)] + ridge;
    if (!(diagonal > 0)) return false;
    const share = this.#cholesky.append(column, diagonal, smallest);
    if (share > smallest) {
      this.#members.push(j);
      this.#signs.push(sign);
      this.#ridge.push(ridge);
      this.#isMember[j] = 1;
      return true;
    }
    // Without a penalty nothing is gained by another choice among columns that depend on each other.
    if (!mayExchange || lambda === 0 || ridge > 0 || smallest === safePivot || size === 0) return false;
    this.#cholesky.solve(column); // the members' combination that the column is
    let reach = Number.POSITIVE_INFINITY;
    let first = -1;
    for (let k = 0; k < size; k++) {
      if (column[k] * sign * this.#signs[k] <= 0) continue;
      const length = beta[this.#members[k]] / (column[k] * sign);
      if (length < reach) [reach, first] = [length, k];
    }
    if (first < 0) return false;
    for (let k = 0; k < size; k++) beta[this.#members[k]] -= reach * sign * column[k];
    beta[this.#members[first]] = 0;
    beta[j] = reach * sign;
    this.#exchanged.add(this.#members[first]);
    this.#drop(first);
    return this.#enter(penalty, lambda, beta, j, sign, smallestPivot, false);
  }

  #clear(): void {
    while (this.#members.length > 0) this.#drop(this.#members.length - 1);
  }

  #drop(k: number): void {
    this.#isMember[this.#members[k]] = 0;
    this.#cholesky.drop(k);
    this.#members.splice(k, 1);
    this.#signs.splice(k, 1);
    this.#ridge.splice(k, 1);
  }

  /** The slope of the penalty of `j` on the side of zero that `sign` names, continued to zero. */
  #slope(penalty: SeparablePenalty, lambda: number, j: number, sign: number, b: number): number {
    return (
      penalty.coordinateSlope(j, sign, lambda) + penalty.coordinateCurvature(j, sign, lambda) * (b - sign)
    );
  }
}
