/** Cyclic descent over coordinates or groups of them, the classical method for penalties that are sums over these. */
import type { DesignMatrix } from "../../design/design-matrix";
import { mustBe } from "../../errors";
import { largestEigenvalueBound } from "../../linalg/symmetric-eigen";
import { addScaled, dot, sum } from "../../linalg/vector";
import { type GroupPenalty, isGroupwise, isSeparable, type SeparablePenalty } from "../../penalties";
import { largestCurvature, type Profile, type SparseProblem } from "../../problem/problem";
import { serializable } from "../../recipe";
import { candidateInterval, descentStopping, type Method, runSolver, type Step } from "../loop";
import type { Solver, SolverTask } from "../solver";
import { type Candidate, candidateAt } from "../solver";
import { isMajorized } from "./majorization";

/**
 * Cyclic coordinate descent, the classical non-smooth method, over single coordinates or over groups of them: block
 * coordinate descent where the penalty is a sum over groups.
 *
 * Each block in turn is minimised with the datafit replaced by a quadratic model. For a single coordinate of a quadratic
 * datafit that is exact. Else the model has the largest eigenvalue of the block's columns (within a few percent) as its
 * curvature in all directions, doubled until it majorizes the datafit along the step, so that the proximal step is the
 * exact minimiser of model plus penalty and no epoch raises the objective.
 *
 * It takes every penalty that is a sum over coordinates (lasso, elastic net, bridge, SCAD, MCP) or over groups with a known
 * proximal step (group lasso, group bridge, sparse group lasso, group SCAD and MCP). Penalties that are sparse within
 * groups too, as the composite MCP, have no such step: there each coordinate, and then each group, descends its model by
 * tangents of the penalty, from where it is, from zero and from where it would be without a penalty, and takes the best of
 * these. It knows nothing of a surrogate and so serves as an independent check of everything that does. An iteration is
 * an epoch, one pass over all blocks; 100 suffice, on the problems that {@link Solver} names.
 *
 * @returns a solver; it throws an InputError for any other penalty.
 * @see Friedman, Hastie and Tibshirani, Regularization paths for generalized linear models via coordinate descent
 * (2010); Breheny and Huang, Coordinate descent algorithms for nonconvex penalized regression (2011); for groups Qin,
 * Scheinberg and Goldfarb, Efficient block-coordinate descent algorithms for the group lasso (2013); Breheny and Huang,
 * Group descent algorithms for nonconvex penalized linear and logistic regression models (2015)
 * @example
 * ```ts
 * const X = [[1, 0, 2], [0, 1, 1], [1, 1, 0], [2, 1, 1]];
 * const penalty = groupL2(["a", "a", "b"]);
 * const fit = new SparseLinearModel({ penalty, lambda: 0.3, solver: coordinateDescent() }).fit(X, [1, 0, 1, 2]);
 * fit.support; // [0]
 * ```
 */
export function coordinateDescent(): Solver {
  const solver: Solver = {
    name: "coordinateDescent",
    solve: (task) => runSolver(task, new CyclicDescent(task, blocksOf(task.problem))),
  };
  return serializable("coordinateDescent", [], solver);
}

/** A penalty as a sum over blocks of columns. */
interface Blocks {
  /** The columns of each block; together they are all columns, and some may come in several. */
  readonly columns: readonly Int32Array[];
  /** An upper bound of the largest eigenvalue of `X_g'X_g` for each block. */
  readonly spectrum: Float64Array;
  /**
   * Sets `out = argmin_b 1/2 ||b - point||^2 + step * penalty(b)` on block `g`, or any point at which that objective is no larger than at
   * the block's coefficients in `beta`.
   */
  prox(
    g: number,
    point: Float64Array,
    step: number,
    lambda: number,
    out: Float64Array,
    beta: Float64Array,
  ): void;
}

/** @throws InputError for a penalty that has no blocks. */
function blocksOf(problem: SparseProblem): Blocks {
  const { penalty } = problem;
  if (isSeparable(penalty)) return coordinatesOf(problem, penalty);
  if (isGroupwise(penalty) && penalty.groupDescent) return bilevelBlocksOf(problem, penalty);
  if (isGroupwise(penalty) && penalty.groupProx) return groupsOf(problem, penalty);
  throw mustBe(
    "coordinateDescent",
    "penalty",
    "a sum over coordinates, or over groups with a known proximal step",
    penalty.name,
    "use proximalGradient()",
  );
}

function coordinatesOf({ design, target }: SparseProblem, penalty: SeparablePenalty): Blocks {
  const spectrum = new Float64Array(design.nFeatures);
  design.weightedSquaredNorms(new Float64Array(target.length).fill(1), spectrum);
  return {
    columns: Array.from({ length: design.nFeatures }, (_, j) => Int32Array.of(j)),
    spectrum,
    prox(j, point, step, lambda, out) {
      out[0] = penalty.coordinateProx(j, point[0], step, lambda);
    },
  };
}

function groupsOf({ design }: SparseProblem, penalty: GroupPenalty): Blocks {
  const { members } = penalty.groups;
  return {
    columns: members,
    spectrum: Float64Array.from(members, (columns) => spectralBound(design, columns)),
    prox: (g, point, step, lambda, out) => penalty.groupProx!(g, point, step, lambda, out),
  };
}

/** The coordinates and then the groups, where a penalty couples the coordinates of a group and has no prox. */
function bilevelBlocksOf({ design }: SparseProblem, penalty: GroupPenalty): Blocks {
  const { members, groupOf, nFeatures } = penalty.groups;
  const whole = members.filter((columns) => columns.length > 1);
  const columns = [...Array.from({ length: nFeatures }, (_, j) => Int32Array.of(j)), ...whole];
  const places = columns.map((block) => Array.from(block, (j) => members[groupOf[j]].indexOf(j)));
  return {
    columns,
    spectrum: Float64Array.from(columns, (block) => spectralBound(design, block)),
    prox(k, point, step, lambda, out, beta) {
      const g = groupOf[columns[k][0]];
      const b = Float64Array.from(members[g], (j) => beta[j]);
      penalty.groupDescent!(g, places[k], b, point, step, lambda, out);
    },
  };
}

/** Returns an upper bound of the largest eigenvalue of `X_g'X_g`. */
function spectralBound(design: DesignMatrix, columns: Int32Array): number {
  const size = columns.length;
  const gram = new Float64Array(size * size);
  const column = new Float64Array(design.nSamples);
  for (let k = 0; k < size; k++) {
    column.fill(0);
    design.addColumn(columns[k], 1, column);
    for (let m = 0; m < size; m++) gram[m * size + k] = design.columnDot(columns[m], column);
  }
  return largestEigenvalueBound(gram, size);
}

/**
 * The descent itself: block after block, and the unpenalized columns one by one, each by a model of one curvature.
 *
 * For a quadratic datafit the bound of the spectrum is that curvature. For others it is doubled until it is large
 * enough.
 */
class CyclicDescent implements Method {
  readonly name = "coordinateDescent";
  readonly stopping = descentStopping;
  readonly candidateInterval = candidateInterval;
  readonly start: Candidate;
  readonly #task: SolverTask;
  readonly #blocks: Blocks;
  readonly #beta: Float64Array;
  readonly #psi: Float64Array;
  readonly #fit: RunningFit;
  /** `||x_j||^2` */
  readonly #squares: Float64Array;
  /** The first curvature of the model, for each block and for each unpenalized column. */
  readonly #curvature: Float64Array;
  readonly #freeCurvature: Float64Array;
  /** The sum of the residual, valid until the residual changes; products with centred sparse columns need it. */
  #total: number | undefined;
  /** Whether the unpenalized part is optimal. */
  #profiled = false;

  /** The vectors of a step, by the size of its block. */
  readonly #scratch = new Map<number, Scratch>();
  /** The columns of the current step, and the change of the coefficient of each. */
  #columns: Int32Array = Int32Array.of();
  #move: Float64Array = new Float64Array(0);

  constructor(task: SolverTask, blocks: Blocks) {
    const { design, free, target } = task.problem;
    const start = candidateAt(task, task.beta.slice(), task.psi, 0);
    this.start = start;
    this.#task = task;
    this.#blocks = blocks;
    this.#beta = start.beta.slice();
    this.#psi = new Float64Array(free.size);
    this.#fit = new RunningFit(task.problem);
    this.#squares = new Float64Array(design.nFeatures);
    design.weightedSquaredNorms(new Float64Array(target.length).fill(1), this.#squares);
    this.#curvature = new Float64Array(blocks.columns.length);
    this.#freeCurvature = new Float64Array(free.size);
    for (const { length } of blocks.columns) {
      if (!this.#scratch.has(length)) this.#scratch.set(length, scratchOf(length));
    }
    this.#restart(start);
  }

  candidate(): Candidate {
    const current = candidateAt(this.#task, this.#beta.slice(), this.#psi, 0);
    this.#restart(current);
    return current;
  }

  iterate(): Step {
    const profiled = this.#profiled;
    let moved = false;
    for (let k = 0; k < this.#psi.length; k++) this.#moveFree(k);
    for (let g = 0; g < this.#blocks.columns.length; g++) moved = this.#moveBlock(g) || moved;
    this.#profiled = false;
    return moved || !profiled ? "moved" : "last";
  }

  #restart({ profile }: Candidate): void {
    this.#psi.set(profile.psi);
    this.#fit.restart(profile);
    this.#total = undefined;
    this.#profiled = true;

    const { design, free, datafit, target } = this.#task.problem;
    const weights = new Float64Array(target.length);
    datafit.curvature(target, profile.eta, weights);
    // If a loss has regions without curvature, as Huber's loss has for large residuals, its curvature at one point does not estimate the
    // curvature along a step.
    const largest = largestCurvature(this.#task.problem, weights);
    for (let i = 0; i < weights.length; i++) weights[i] = Math.max(weights[i], largest / 1000);

    const along = new Float64Array(design.nFeatures);
    design.weightedSquaredNorms(weights, along);
    this.#blocks.columns.forEach((columns, g) => {
      let [weighted, plain] = [0, 0];
      for (const j of columns) {
        weighted += along[j];
        plain += this.#squares[j];
      }
      this.#curvature[g] = plain === 0 ? 0 : this.#blocks.spectrum[g] * (weighted / plain);
    });
    free.basis.forEach((column, k) => {
      this.#freeCurvature[k] = column.reduce((sum, q, i) => sum + weights[i] * q * q, 0);
    });
  }

  #moveFree(k: number): void {
    const column = this.#task.problem.free.basis[k];
    const slope = dot(column, this.#fit.residual);
    for (let h = this.#freeCurvature[k]; ; h *= 2) {
      const move = -slope / h;
      if (this.#psi[k] + move === this.#psi[k]) return;
      const step = (scale: number, out: Float64Array): void => addScaled(scale * move, column, out);
      if (!this.#fit.take(step, slope * move, h * move * move)) continue;
      this.#psi[k] += move;
      this.#total = undefined;
      return;
    }
  }

  #moveBlock(g: number): boolean {
    const { problem, lambda } = this.#task;
    const columns = this.#blocks.columns[g];
    const size = columns.length;
    const beta = this.#beta;
    const { slope, point, next, move } = this.#scratch.get(size)!;
    if (this.#curvature[g] === 0) return false; // its columns are zero
    const { residual } = this.#fit;
    if (problem.design.columnEntries) this.#total ??= sum(residual);
    for (let k = 0; k < size; k++) slope[k] = problem.design.columnDot(columns[k], residual, this.#total);
    for (let h = this.#curvature[g]; ; h *= 2) {
      for (let k = 0; k < size; k++) point[k] = beta[columns[k]] - slope[k] / h;
      this.#blocks.prox(g, point, 1 / h, lambda, next, beta);
      let [along, square, moved] = [0, 0, false];
      for (let k = 0; k < size; k++) {
        move[k] = next[k] - beta[columns[k]];
        along += slope[k] * move[k];
        square += h * move[k] * move[k];
        moved ||= move[k] !== 0;
      }
      if (!moved) return false;
      [this.#columns, this.#move] = [columns, move];
      if (!this.#fit.take(this.#addStep, along, square)) continue;
      for (let k = 0; k < size; k++) beta[columns[k]] = next[k];
      this.#total = undefined;
      return true;
    }
  }

  readonly #addStep = (scale: number, out: Float64Array): void => {
    const { design } = this.#task.problem;
    for (let k = 0; k < this.#columns.length; k++) {
      if (this.#move[k] !== 0) design.addColumn(this.#columns[k], scale * this.#move[k], out);
    }
  };
}

/** Vectors of the size of a block, used again by each step. */
interface Scratch {
  readonly slope: Float64Array;
  readonly point: Float64Array;
  readonly next: Float64Array;
  readonly move: Float64Array;
}

function scratchOf(size: number): Scratch {
  const vector = (): Float64Array => new Float64Array(size);
  return { slope: vector(), point: vector(), next: vector(), move: vector() };
}

/** Adds `scale` times the change of the linear predictor by a step to `out`. */
type PredictorStep = (scale: number, out: Float64Array) => void;

/** The datafit at a predictor that changes by a few columns at a time, with its residual `df/deta` kept up to date. */
class RunningFit {
  readonly #problem: SparseProblem;
  #loss = 0;
  #eta: Float64Array;
  #residual: Float64Array;
  #trialEta: Float64Array;
  #trialResidual: Float64Array;

  constructor(problem: SparseProblem) {
    const size = problem.target.length;
    this.#problem = problem;
    [this.#eta, this.#residual] = [new Float64Array(size), new Float64Array(size)];
    [this.#trialEta, this.#trialResidual] = [new Float64Array(size), new Float64Array(size)];
  }

  get residual(): Float64Array {
    return this.#residual;
  }

  /** Takes the predictor from a profile, which removes the rounding of past steps. */
  restart(profile: Profile): void {
    this.#eta.set(profile.eta);
    this.#residual.set(profile.residual);
    this.#loss = profile.loss;
  }

  /**
   * Takes a step if the quadratic model majorizes the datafit at its end. The model of a quadratic datafit always does, so
   * that only the residual is updated.
   *
   * @param slope the derivative of the datafit along the step.
   * @param square the second derivative of the model along the step.
   * @returns whether the step was taken.
   */
  take(step: PredictorStep, slope: number, square: number): boolean {
    const { datafit, target } = this.#problem;
    if (datafit.quadratic) {
      step(datafit.nResponses / target.length, this.#residual); // d2f/deta_i^2
      return true;
    }
    this.#trialEta.set(this.#eta);
    step(1, this.#trialEta);
    const loss = datafit.valueAndGradient(target, this.#trialEta, this.#trialResidual);
    if (!isMajorized(this.#loss, loss, slope, square, this.#slopeChange)) return false;
    [this.#eta, this.#trialEta] = [this.#trialEta, this.#eta];
    [this.#residual, this.#trialResidual] = [this.#trialResidual, this.#residual];
    this.#loss = loss;
    return true;
  }

  readonly #slopeChange = (): number => {
    let sum = 0;
    for (let i = 0; i < this.#eta.length; i++) {
      sum += (this.#trialResidual[i] - this.#residual[i]) * (this.#trialEta[i] - this.#eta[i]);
    }
    return sum;
  };
}
