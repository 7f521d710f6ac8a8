/**
 * The blocks that may be other than zero, and the minimum of a model over them and those that enter ({@link WorkingSet}).
 */
import { columnDots } from "../../design/design-matrix";
import { apartFromSteps } from "../../problem/certificate";
import {
  curvatureOfProfile,
  hasConstantHessian,
  type Profile,
  type SparseProblem,
} from "../../problem/problem";
import type { Candidate, SolverTask } from "../solver";
import { blockOf } from "../subproblem/gram-cache";
import { QuadraticModel } from "../subproblem/quadratic-model";
import type { Blocks, ModelRows } from "./blocks";
import { ModelDescent } from "./model-descent";

/** The number of blocks that may enter at once in the beginning. Later this number or a share of the set may enter, whichever is larger. */
const MIN_BATCH = 10;
const BATCH_SHARE = 0.2;

/** If at most this share of the blocks that entered goes back to zero, as many blocks may enter next time. */
const MAX_LOST_SHARE = 0.25;

/** Maximum number of columns, whose Gram matrix then takes less than 300 MB. */
const MAX_COLUMNS = 6000;

/** Factor by which the estimated gap of a model is multiplied, so that the certified gap hardly ever misses the goal. */
const GAP_MARGIN = 10;

/** Share of the gap at its start to which a model of a loss without a constant Hessian is solved; the next model does the rest. */
const MODEL_GAP_SHARE = 0.01;

/** Maximum number of cycles of a descent of an exchange. */
const EXCHANGE_CYCLES = 60;

/** The number of cycles after which an exchange is given up if the block is going to return and no other zero has changed. */
const EXCHANGE_CHECK_CYCLES = 4;

/** The exchanges from one minimum. */
export interface ExchangesFrom {
  /** The blocks that may be left out, the smallest first. */
  readonly blocks: readonly number[];

  /** Returns where a descent ends that begins without a block and may take it back; undefined if that is known to be the minimum itself. */
  readonly without: (block: number) => Float64Array | undefined;
}

/**
 * The working set of one problem: it keeps the Gram matrix of its columns from one model and lambda to the next, as long as the curvature of
 * the loss hardly changes.
 */
export class WorkingSet {
  /** 1 for each block of the set. */
  readonly has: Uint8Array;
  readonly #problem: SparseProblem;
  readonly #blocks: Blocks;
  readonly #descent: ModelDescent;
  #model: QuadraticModel | undefined;
  #floor = 0;
  /** Maximum number of blocks that enter next. */
  #batch = MIN_BATCH;
  #members: number[] = [];
  #starts: number[] = [];

  constructor(problem: SparseProblem, blocks: Blocks) {
    this.#problem = problem;
    this.#blocks = blocks;
    // With several responses the coefficients of one column are always dependent, and none of them can replace the others.
    const { datafit, design } = problem;
    const maxIndependent = datafit.hasDiagonalHessian ? design.nSamples : Number.POSITIVE_INFINITY;
    this.#descent = new ModelDescent(blocks, problem.penalty, maxIndependent);
    this.has = new Uint8Array(blocks.nBlocks);
  }

  /**
   * Returns the model at a profile: the last one where the curvature of the loss has changed by at most a share, apart from its scale; else
   * a new one with an empty working set.
   *
   * @param floor the least curvature of a sample as a share of the largest.
   */
  modelAt(profile: Profile, maxChange: number, floor: number): QuadraticModel {
    const problem = this.#problem;
    const known = this.#floor === floor ? this.#model : undefined;
    const serves = known && (hasConstantHessian(problem) || known.isMadeAt(profile));
    if (known && (serves || known.rescale(profile) <= maxChange)) return known;
    const model = new QuadraticModel(problem, profile.eta, floor, this.#blocks.extraPerRow);
    [this.#model, this.#floor, this.#members, this.#starts] = [model, floor, [], []];
    this.has.fill(0);
    return model;
  }

  /** Adds all blocks; returns false if a signal was aborted before all were added. */
  addAll(signal: SolverTask["signal"]): boolean {
    const missing: number[] = [];
    for (let g = 0; g < this.has.length; g++) if (this.has[g] === 0) missing.push(g);
    return this.#add(missing, signal) === missing.length;
  }

  /** Adds blocks until there is no more room for their columns or a signal is aborted; returns how many were added. */
  #add(wanted: readonly number[], signal: SolverTask["signal"]): number {
    const { gram } = this.#model!;
    const units: ArrayLike<number>[] = [];
    const entering: number[] = [];
    const starts = [gram.size];
    for (const block of wanted) {
      const unit = Array.from(this.#blocks.columnsOf(block));
      const end = starts[starts.length - 1] + unit.length;
      if (end > MAX_COLUMNS) continue;
      units.push(unit);
      entering.push(block);
      starts.push(end);
    }
    const count = gram.includeUntil(signal, units);
    for (let k = 0; k < count; k++) {
      this.#members.push(entering[k]);
      this.#starts.push(starts[k]);
      this.has[entering[k]] = 1;
    }
    return count;
  }

  /**
   * Minimises the last model plus the penalty over the working set and the blocks that enter it: those at zero that a descent would move, in
   * batches, the first those whose slope exceeds most what keeps them at zero.
   *
   * @param factor multiplies the curvature of the model.
   * @param predicted the gradient that the minimum probably has. Then only those enter that a descent from there would move too, and the next
   * gradient shows which ones were missed.
   */
  minimum(task: SolverTask, from: Candidate, factor: number, predicted?: Float64Array): Float64Array {
    const { lambda, signal } = task;
    const [problem, blocks, model] = [this.#problem, this.#blocks, this.#model!];
    const { profile } = from;
    const beta = from.beta.slice();
    const gradient = profile.gradient.slice();
    const curvature = (): Float64Array => curvatureOfProfile(problem, profile);
    const isActive = new Uint8Array(this.has.length);
    blocks.active(beta, isActive);
    this.#add(this.#missing(isActive), signal);
    const isEnough = this.#isEnough(task, from);
    const violators = (slopes: Float64Array, among?: readonly number[]): number[] =>
      blocks
        .violators(lambda, beta, slopes, curvature, among)
        .sort((a, b) => b.excess - a.excess)
        .map(({ block }) => block);
    let candidates = violators(gradient);
    let leaving = predicted ? violators(predicted, candidates) : candidates;
    for (let round = 0; ; round++) {
      const nEntered = this.#add(
        leaving.filter((block) => this.has[block] === 0).slice(0, this.#batch),
        signal,
      );
      this.#descend(lambda, factor, beta, gradient, {
        isEnough,
        signal,
        leaving: this.#positionsOf(leaving),
      });
      if (nEntered > 0) this.#adaptBatch(nEntered, beta);
      candidates = candidates.filter((block) => this.has[block] === 0);
      const isOver = candidates.length === 0 || predicted || (nEntered === 0 && round > 0) || signal?.aborted;
      if (isOver) return beta;
      this.#updateGradient(model, from, factor, beta, candidates, gradient);
      candidates = violators(gradient, candidates);
      leaving = candidates;
    }
  }

  /** Returns the exchanges from a minimum of a quadratic loss: its smallest blocks, by what they add to the prediction, and where they lead. */
  exchangesFrom(best: Candidate, { lambda, signal }: SolverTask): ExchangesFrom {
    const { beta, profile } = best;
    const isActive = new Uint8Array(this.has.length);
    this.#blocks.active(beta, isActive);
    const { gram } = this.modelAt(profile, 0, this.#floor);
    this.#add(this.#missing(isActive), signal);
    const [weighted, sizes] = [new Float64Array(beta.length), new Float64Array(this.has.length)];
    const columns = gram.columns.slice(0, gram.size);
    columns.forEach((j, k) => {
      weighted[j] = Math.sqrt(gram.matrix[k * (gram.stride + 1)]) * beta[j];
    });
    this.#blocks.norms(weighted, sizes);
    const gradient = new Float64Array(beta.length);
    const dots = new Float64Array(columns.length);
    columnDots(this.#problem.design, Int32Array.from(columns), profile.residual, dots);
    for (let k = 0; k < dots.length; k++) gradient[columns[k]] = dots[k];
    return {
      blocks: this.#members.filter((block) => isActive[block] === 1).sort((a, b) => sizes[a] - sizes[b]),
      without: (block) => this.#without(block, lambda, signal, beta, gradient),
    };
  }

  /**
   * Descends on the model over all blocks of the set but one, of a bridge by a few cycles, then over all of them.
   *
   * @param from a minimum, at which the model has the given gradient in the columns of the set.
   * @returns the end of the second descent, lower than the minimum or not; undefined if the first one changes no other zero and the block
   * would leave zero again.
   */
  #without(
    block: number,
    lambda: number,
    signal: SolverTask["signal"],
    from: Float64Array,
    gradientThere: Float64Array,
  ): Float64Array | undefined {
    const { columns, matrix, stride, size } = this.#model!.gram;
    const position = this.#members.indexOf(block);
    const own = new Set(Array.from(this.#blocks.columnsOf(block)));
    const [beta, gradient] = [from.slice(), gradientThere.slice()];
    const start = this.#starts[position];
    for (let row = start; row < start + own.size; row++) {
      for (let k = 0; k < size; k++) gradient[columns[k]] -= matrix[row * stride + k] * beta[columns[row]];
      beta[columns[row]] = 0;
    }
    const limits = { isEnough: () => false, signal, leaving: [], without: position };
    const returns = (): boolean =>
      columns.subarray(0, size).every((j) => (beta[j] === 0) === (from[j] === 0) || own.has(j)) &&
      this.#blocks.leavingZero().some((violator) => violator.block === position);
    this.#descend(lambda, 1, beta, gradient, { ...limits, maxCycles: EXCHANGE_CHECK_CYCLES });
    // Most blocks return, as the zeros of the others show soon.
    if (returns()) return undefined;
    // With a bridge a whole descent without the block leads to no lower ends.
    if (!this.#problem.penalty.zeroIsAlwaysLocalMinimum) {
      this.#descend(lambda, 1, beta, gradient, { ...limits, maxCycles: EXCHANGE_CYCLES });
      if (returns()) return undefined;
    }
    this.#descend(lambda, 1, beta, gradient, { ...limits, without: undefined, maxCycles: EXCHANGE_CYCLES });
    return beta;
  }

  /** Lets fewer blocks enter at once if many of the last ones went back to zero, as happens with strongly correlated columns. */
  #adaptBatch(nEntered: number, beta: Float64Array): void {
    const isActive = new Uint8Array(this.has.length);
    this.#blocks.active(beta, isActive);
    const nLost = this.#members.slice(-nEntered).filter((block) => isActive[block] === 0).length;
    const most = Math.max(MIN_BATCH, Math.floor(BATCH_SHARE * this.#members.length));
    const isLossy = nLost > MAX_LOST_SHARE * nEntered;
    this.#batch = isLossy ? Math.max(1, this.#batch >> 1) : Math.min(2 * this.#batch, most);
  }

  /** The positions in the set of those of some blocks that are in it. */
  #positionsOf(blocks: readonly number[]): number[] {
    const wanted = new Set(blocks);
    return [...this.#members.keys()].filter((position) => wanted.has(this.#members[position]));
  }

  /** Whether the Hessian of the last model plus the penalty is known to be positive definite in the nonzero coefficients. */
  isStrict(beta: Float64Array, lambda: number): boolean {
    const model = this.#model!;
    const isActive = new Uint8Array(this.has.length);
    this.#blocks.active(beta, isActive);
    // The set says nothing of columns that found no room in it, or of those that an aborted signal kept out.
    if (this.#missing(isActive).length > 0) return false;
    this.#blocks.begin(this.#rowsAt(model, beta, model.scale), lambda);
    return this.#blocks.factor(this.#blocks.nonzeroRows()) !== undefined;
  }

  /** The rows of a model with these coefficients. */
  #rowsAt(model: QuadraticModel, beta: Float64Array, factor: number): ModelRows {
    const rows = blockOf(model.gram);
    for (let k = 0; k < rows.size; k++) rows.beta[k] = beta[rows.members[k]];
    return { model, rows, blocks: this.#members, starts: this.#starts, factor };
  }

  #missing(wanted: Uint8Array): number[] {
    const missing: number[] = [];
    for (let g = 0; g < wanted.length; g++) if (wanted[g] === 1 && this.has[g] === 0) missing.push(g);
    return missing;
  }

  /** Descends from coefficients at which the model has the given gradient, and writes the end to both. */
  #descend(
    lambda: number,
    factor: number,
    beta: Float64Array,
    gradient: Float64Array,
    limits: Parameters<ModelDescent["run"]>[2],
  ): void {
    const modelRows = this.#rowsAt(this.#model!, beta, factor);
    const { rows } = modelRows;
    const { members, size } = rows;
    for (let k = 0; k < size; k++) rows.slopes[k] = -gradient[members[k]];
    this.#descent.run(modelRows, lambda, limits);
    for (let k = 0; k < size; k++) {
      beta[members[k]] = rows.beta[k];
      gradient[members[k]] = -rows.slopes[k];
    }
  }

  /** Updates the gradient of the model in blocks outside the working set. */
  #updateGradient(
    model: QuadraticModel,
    { beta: before, profile }: Candidate,
    factor: number,
    beta: Float64Array,
    outside: readonly number[],
    gradient: Float64Array,
  ): void {
    const { design } = this.#problem;
    const residual = new Float64Array(profile.residual.length);
    design.matvec(
      beta.map((b, j) => b - before[j]),
      residual,
    );
    model.residualChange(residual);
    for (let i = 0; i < residual.length; i++) residual[i] = profile.residual[i] + factor * residual[i];
    const columns = Int32Array.from(outside.flatMap((block) => Array.from(this.#blocks.columnsOf(block))));
    const dots = new Float64Array(columns.length);
    columnDots(design, columns, residual, dots);
    for (let k = 0; k < dots.length; k++) gradient[columns[k]] = dots[k];
  }

  /** Whether a model is minimised far enough, by an estimate of its gap. */
  #isEnough({ isOptimal }: SolverTask, { certificate, profile }: Candidate): () => boolean {
    const blocks = this.#blocks;
    if (!blocks.modelGap) return () => false;
    const before = certificate.dualityGap;
    const scalingCost = this.#model!.scalingCost(profile.residual);
    const isQuadratic = hasConstantHessian(this.#problem);
    return () => {
      const { gap, violation } = blocks.modelGap!(scalingCost);
      if (!isQuadratic && before !== undefined && gap <= MODEL_GAP_SHARE * before) return true;
      const dualityGap = before === undefined ? undefined : GAP_MARGIN * gap;
      return isOptimal({ ...apartFromSteps(certificate), dualityGap, violation });
    };
  }
}
