import { addScaled, dot, sum } from "../../linalg/vector";
import { type Candidate, candidateAt } from "../candidate";
import type { Solution, SolverTask } from "../solver";
import { RunningFit } from "./running-fit";
import { type Method, runSolver } from "./solver-loop";

/** Epochs between two certificates. */
const epochsPerCertificate = 10;

/** A penalty as a sum over blocks of columns. */
export interface Blocks {
  /** The columns of each block; together they are all columns, and some may come in several. */
  readonly columns: readonly Int32Array[];
  /** At least the largest eigenvalue of `X_g'X_g` of each block. */
  readonly spectrum: Float64Array;
  /**
   * `out = argmin_b 1/2 ||b - point||^2 + step * penalty(b)` on block `g`, or a point where that is no larger than where the
   * block is in `beta`.
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

/**
 * Cyclic descent: in block after block, and in the unpenalized columns one by one, the objective is minimised with the
 * datafit replaced by a quadratic model, of one curvature in all directions, that majorizes it along the step.
 *
 * For a quadratic datafit the bound of the spectrum is that curvature. For others it is doubled until it is large
 * enough. So no step raises the objective, whatever the penalty.
 */
export function cycle(name: string, task: SolverTask, blocks: Blocks): Solution {
  return runSolver(name, task, epochsPerCertificate, (start) => new Cycle(task, blocks, start));
}

class Cycle implements Method {
  readonly #task: SolverTask;
  readonly #blocks: Blocks;
  readonly #beta: Float64Array;
  readonly #psi: Float64Array;
  readonly #fit: RunningFit;
  /** `||x_j||^2` */
  readonly #squares: Float64Array;
  /** Where the curvature of the model begins, block by block and unpenalized column by column. */
  readonly #curvature: Float64Array;
  readonly #freeCurvature: Float64Array;
  /** The sum of the residual, until it changes: what most products with a centred sparse column would begin with. */
  #total: number | undefined;
  /** Whether the unpenalized part is optimal. */
  #profiled = false;

  /** What a step needs, for each size of a block. */
  readonly #scratch = new Map<number, Scratch>();
  /** The step under way. */
  #columns: Int32Array = Int32Array.of();
  #move: Float64Array = new Float64Array(0);

  constructor(task: SolverTask, blocks: Blocks, start: Candidate) {
    const { design, free, target } = task.problem;
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

  certify(): Candidate {
    const current = candidateAt(this.#task, this.#beta.slice(), this.#psi, 0);
    this.#restart(current);
    return current;
  }

  iterate(): boolean {
    const profiled = this.#profiled;
    let moved = false;
    for (let k = 0; k < this.#psi.length; k++) this.#moveFree(k);
    for (let g = 0; g < this.#blocks.columns.length; g++) moved = this.#moveBlock(g) || moved;
    this.#profiled = false;
    return moved || !profiled;
  }

  #restart({ profile }: Candidate): void {
    this.#psi.set(profile.psi);
    this.#fit.restart(profile);
    this.#total = undefined;
    this.#profiled = true;

    const { design, free, datafit, target } = this.#task.problem;
    const weights = new Float64Array(target.length);
    datafit.curvature(target, profile.eta, weights);
    // Where a loss is flat, as Huber's far out, its curvature says nothing of what comes.
    const largest = weights.reduce((a, b) => Math.max(a, b), 0) || 1 / target.length;
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
    if (this.#curvature[g] === 0) return false; // nothing but zeros
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

/** Vectors of the size of a block. */
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
