/**
 * The best point so far ({@link Incumbent}), by coordinate descent from several starts.
 *
 * A step of coordinate descent is the global minimizer in one coefficient, `prox` of the penalty with the curvature `G_jj`, so that each end
 * is optimal in every coordinate. Starts are a path of lambdas downwards and upwards, random points, and what the best point is after one of
 * its coefficients is left out or another takes its place; later the minimizers of the nodes' bounds.
 *
 * @see Hazimeh and Mazumder, Fast best subset selection: coordinate descent and local combinatorial optimization algorithms (2020)
 */
import { choleskyFactor, choleskySolve } from "../linalg/cholesky";
import { supportOf } from "../linalg/vector";
import type { SeparablePenalty } from "../penalties";
import { type SeededRandom, seededRandom } from "../random/random";
import type { Objective } from "./blocks";
import type { PenaltyTerms } from "./envelopes";
import type { Loss, LossModel } from "./loss";

const MOST_ROUNDS = 50;
const MOST_SWEEPS = 200;

/** A sweep that changes the objective by less than this, relative to it, ends the descent. */
const RESOLUTION = 1e-12;

/** Lambdas of the path, and how far below the given one it goes. */
const PATH_STEPS = 10;
const PATH_BELOW = 0.1;

const RANDOM_STARTS = 10;

/** A model of the loss becomes at most so many times steeper than the loss. */
const MOST_STEEPNESS = 4 ** 8;

/** Coefficients that are tried in the place of each. */
const SUBSTITUTES = 5;

/** How much more than the best a point may have for Newton's method to go on from it, how far, and with how many coefficients. */
const NEARLY = 1e-3;
const NEWTON_STEPS = 5;
const MOST_POLISHED = 300;

/** The best point known, its objective computed from the residual. */
export class Incumbent {
  readonly loss: Loss;
  readonly terms: PenaltyTerms;
  readonly low: Float64Array;
  readonly high: Float64Array;
  best: Float64Array;
  objective: number = Number.POSITIVE_INFINITY;
  readonly #supports = new Set<string>();
  /** Whether terms jump at zero, and the objective is a quadratic on each support. */
  readonly #hasJumps: boolean;

  /**
   * @param low the domain of the coefficients, with `high`.
   * @param best a point to begin with.
   */
  constructor({ loss, terms }: Objective, low: Float64Array, high: Float64Array, best: Float64Array) {
    this.loss = loss;
    this.terms = terms;
    this.low = low;
    this.high = high;
    this.best = best;
    this.#hasJumps = loss.size > 0 && terms.jumpAtZero(0) > 0;
  }

  /** The magnitudes that the terms of the best point depend on. */
  get values(): Float64Array {
    return this.best;
  }

  /** The coefficients of a term. */
  protected members(j: number): Int32Array {
    return Int32Array.of(j);
  }

  protected penaltyOf(b: Float64Array, terms: PenaltyTerms): number {
    return terms.sum(b);
  }

  /** Whether no coefficient passes zero on the way to a minimum near by. */
  protected keepsSigns(): boolean {
    return !this.#hasJumps;
  }

  /** Takes a point if it is better; returns whether it is. */
  offer(b: Float64Array): boolean {
    const objective = this.loss.value(b) + this.penaltyOf(b, this.terms);
    if (!(objective < this.objective)) return false;
    this.best = b.slice();
    this.objective = objective;
    return true;
  }

  /** Descends from a point whose support was not tried before; returns whether the end is better. */
  tryFrom(start: Float64Array): boolean {
    const support: number[] = [];
    for (let j = 0; j < start.length; j++) if (start[j] !== 0) support.push(start[j] > 0 ? j : -j - 1);
    const key = support.join();
    if (this.#supports.has(key)) return false;
    if (this.#supports.size > 100_000) this.#supports.clear();
    this.#supports.add(key);
    const { loss, terms } = this;
    // Where terms jump the support is all that matters.
    const isOfSupport = this.#hasJumps && this.#offerPolished(start);
    const end = this.descend(start.slice(), terms);
    const isBetter = this.offer(end);
    const isNear =
      loss.value(end) + this.penaltyOf(end, terms) < this.objective + NEARLY * Math.abs(this.objective);
    return (isNear && this.#offerPolished(end)) || isBetter || isOfSupport;
  }

  /** Offers the end of Newton's method on the support of a point: coordinate descent is slow where columns are alike. */
  #offerPolished(point: Float64Array): boolean {
    const { loss } = this;
    const support = supportOf(point);
    const size = support.length;
    if (size === 0 || size > Math.min(MOST_POLISHED, loss.nRows)) return false;
    const b = point.slice();
    let isBetter = false;
    for (let step = 0; step < NEWTON_STEPS; step++) {
      const model = loss.modelAt(b);
      const { gradient } = model;
      const gram = model.gram(support);
      const matrix = new Float64Array(size * size);
      const move = new Float64Array(size);
      for (let k = 0; k < size; k++) {
        const j = support[k];
        const column = gram(j);
        for (let m = 0; m < size; m++) matrix[k * size + m] = column[support[m]];
        move[k] = -gradient[j];
      }
      this.addSlopes(b, support, matrix, move);
      if (!choleskyFactor(matrix, size, 1e-14)) break;
      choleskySolve(matrix, size, move);
      const isInside = support.every((j, k) => {
        const next = b[j] + move[k];
        return (next * b[j] > 0 || !this.keepsSigns()) && next >= this.low[j] && next <= this.high[j];
      });
      if (!isInside) break;
      for (let k = 0; k < size; k++) b[support[k]] += move[k];
      if (!this.offer(b)) break;
      isBetter = true;
      if (this.#hasJumps && loss.isQuadratic) break;
    }
    return isBetter;
  }

  /** Adds the second derivatives of the terms to a matrix, and takes the first ones off a direction. */
  protected addSlopes(b: Float64Array, support: Int32Array, matrix: Float64Array, move: Float64Array): void {
    for (let k = 0; k < support.length; k++) {
      const j = support[k];
      const t = Math.abs(b[j]);
      matrix[k * support.length + k] += this.terms.curvature(j, t);
      move[k] -= Math.sign(b[j]) * this.terms.slope(j, t);
    }
  }

  /** The least lambda at which zero is a minimum. */
  protected lambdaMax(penalty: SeparablePenalty, atZero: LossModel): number {
    const { terms } = this;
    const gradient = new Float64Array(penalizedCount(terms));
    const curvature = new Float64Array(gradient.length).fill(1);
    for (let j = 0; j < this.loss.size; j++) {
      gradient[terms.coordinates[j]] = atZero.gradient[j];
      curvature[terms.coordinates[j]] = atZero.squares[j];
    }
    return penalty.lambdaMax(gradient, curvature);
  }

  /** Tries all starts. @param shouldEnd asked between them. */
  search(shouldEnd: () => boolean): void {
    const { terms, loss } = this;
    const { lambda, penalty } = terms;
    const atZero = loss.modelAt(new Float64Array(loss.size));
    const lambdaMax = this.lambdaMax(penalty, atZero);
    const b = new Float64Array(loss.size);
    const steps = (from: number, to: number): number[] =>
      Array.from({ length: PATH_STEPS }, (_, k) => from * (to / from) ** ((k + 1) / PATH_STEPS));
    const visit = (lambdas: readonly number[]): void => {
      for (const step of lambdas) {
        if (shouldEnd()) return;
        this.descend(b, terms.at(step));
      }
      this.offer(this.descend(b, terms));
    };
    if (lambdaMax > lambda && lambdaMax < Number.POSITIVE_INFINITY) visit(steps(lambdaMax, lambda));
    visit(steps(lambda, PATH_BELOW * lambda).slice(0, -1));
    visit(steps(PATH_BELOW * lambda, lambda));
    const random = seededRandom(0);
    for (let k = 0; k < RANDOM_STARTS && !shouldEnd(); k++) this.tryFrom(this.#randomStart(random, atZero));
    this.exchange(shouldEnd);
  }

  #randomStart(random: SeededRandom, { gradient, squares }: LossModel): Float64Array {
    const { loss, best } = this;
    const order = random.permutation(loss.size);
    const count = Math.min(loss.size, Math.ceil(loss.nRows / 4), 2 * nonzerosOf(best) + 5);
    const start = new Float64Array(loss.size);
    for (let k = 0; k < count; k++) {
      const j = order[k];
      start[j] = (-gradient[j] / (squares[j] || 1)) * 2 * random.uniform();
    }
    for (let j = 0; j < best.length; j++) if (best[j] !== 0 && random.uniform() < 0.5) start[j] = best[j];
    return start;
  }

  /** Leaves out the coefficients of each term of the best point, or puts others in their place, until nothing gains by it. */
  exchange(shouldEnd: () => boolean): void {
    for (let round = 0; round < 10; round++) {
      const { best, values } = this;
      let isBetter = false;
      for (let j = 0; j < values.length && !isBetter; j++) {
        if (values[j] === 0) continue;
        if (shouldEnd()) return;
        const rest = best.slice();
        for (const own of this.members(j)) rest[own] = 0;
        isBetter = this.tryFrom(rest);
        if (!isBetter) isBetter = this.#substitute(rest, j, values);
      }
      if (!isBetter) return;
    }
  }

  #substitute(rest: Float64Array, leftOut: number, values: Float64Array): boolean {
    const { gradient, squares } = this.loss.modelAt(rest);
    const gains = values.map((value, j) => {
      if (value !== 0 || j === leftOut) return 0;
      return this.members(j).reduce(
        (sum, k) => sum + (squares[k] > 0 ? gradient[k] ** 2 / squares[k] : 0),
        0,
      );
    });
    const others = Array.from(gains.keys())
      .filter((j) => values[j] === 0 && j !== leftOut && this.members(j).some((k) => squares[k] > 0))
      .sort((a, b) => gains[b] - gains[a] || a - b)
      .slice(0, SUBSTITUTES);
    return others.some((j) => {
      const start = rest.slice();
      for (const k of this.members(j)) {
        if (squares[k] > 0)
          start[k] = Math.min(Math.max(-gradient[k] / squares[k], this.low[k]), this.high[k]);
      }
      return this.tryFrom(start);
    });
  }

  /** Coordinate descent in place, over a working set that grows by the coordinates which are not optimal. */
  descend(b: Float64Array, terms: PenaltyTerms): Float64Array {
    const { loss } = this;
    const resolution = RESOLUTION * Math.max(Math.abs(loss.atZero), Number.MIN_VALUE);
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const quadratic = loss.modelAt(b);
      const { gradient, squares } = quadratic;
      const { working, isOptimal } = this.movable(b, quadratic, terms);
      if (isOptimal && round > 0 && loss.isQuadratic) break;
      const model = { gradient, squares, gram: quadratic.gram(working) };
      if (loss.isQuadratic) this.#descendModel(b, working, model, terms, resolution);
      else if (!(this.#descendLoss(b, working, model, terms, resolution) > resolution)) break;
    }
    return b;
  }

  /** The coefficients that are not zero or would not stay so, and whether there are none of these. */
  protected movable(
    b: Float64Array,
    { gradient, squares }: LossModel,
    terms: PenaltyTerms,
  ): { readonly working: number[]; readonly isOptimal: boolean } {
    const working: number[] = [];
    let isOptimal = true;
    for (let j = 0; j < b.length; j++) {
      const square = squares[j];
      if (!(square > 0)) continue;
      if (b[j] === 0 && this.#step(terms, j, -gradient[j] / square, square) === 0) continue;
      if (b[j] === 0) isOptimal = false;
      working.push(j);
    }
    return { working, isOptimal };
  }

  /** Descends a model that is steeper the more, until the loss falls too; returns by how much the objective fell. */
  #descendLoss(
    b: Float64Array,
    working: readonly number[],
    { gradient, squares, gram }: DescentModel,
    terms: PenaltyTerms,
    resolution: number,
  ): number {
    const objective = (at: Float64Array): number => this.loss.value(at) + this.penaltyOf(at, terms);
    const before = objective(b);
    for (let steepness = 1; steepness <= MOST_STEEPNESS; steepness *= 4) {
      const trial = b.slice();
      const steeper = {
        gradient,
        squares: steepness === 1 ? squares : squares.map((square) => steepness * square),
        gram: (j: number) => (steepness === 1 ? gram(j) : gram(j).map((entry) => steepness * entry)),
      };
      this.#descendModel(trial, working, steeper, terms, resolution);
      const decrease = before - objective(trial);
      if (!(decrease > 0)) continue;
      b.set(trial);
      return decrease;
    }
    return 0;
  }

  /** Descends a quadratic model of the loss. */
  #descendModel(
    b: Float64Array,
    working: readonly number[],
    model: DescentModel,
    terms: PenaltyTerms,
    resolution: number,
  ): void {
    const local = Float64Array.from(working, (j) => model.gradient[j]);
    for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
      if (!(this.sweep(b, working, local, model, terms) > resolution)) break;
    }
  }

  /** The global minimizer in one coefficient: where that without bounds lies beyond one, the bound or zero. */
  #step(terms: PenaltyTerms, j: number, z: number, square: number): number {
    const free = terms.prox(j, z, square);
    const b = Math.min(Math.max(free, this.low[j]), this.high[j]);
    if (b === free || b === 0) return b;
    return terms.value(j, Math.abs(b)) + square * b * (b / 2 - z) < 0 ? b : 0;
  }

  protected sweep(
    b: Float64Array,
    working: readonly number[],
    local: Float64Array,
    { squares, gram }: DescentModel,
    terms: PenaltyTerms,
  ): number {
    let moved = 0;
    for (let k = 0; k < working.length; k++) {
      const j = working[k];
      const square = squares[j];
      const next = this.#step(terms, j, b[j] - local[k] / square, square);
      const change = next - b[j];
      if (change === 0) continue;
      b[j] = next;
      const column = gram(j);
      for (let i = 0; i < working.length; i++) local[i] += change * column[working[i]];
      moved += square * change * change;
    }
    return moved;
  }
}

/** A model of the loss whose columns are known where they are needed. */
export interface DescentModel {
  readonly gradient: Float64Array;
  readonly squares: Float64Array;
  readonly gram: (j: number) => Float64Array;
}

function penalizedCount(terms: PenaltyTerms): number {
  return terms.coordinates.reduce((most, j) => Math.max(most, j + 1), 0);
}

function nonzerosOf(b: Float64Array): number {
  return b.reduce((count, entry) => count + (entry === 0 ? 0 : 1), 0);
}
