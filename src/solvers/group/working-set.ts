import type { GroupPenalty } from "../../penalties";
import type { SparseProblem } from "../../problem/problem";
import { diagonalBlock } from "../subproblem/gram-cache";
import { QuadraticModel } from "../subproblem/quadratic-model";
import type { KnownGradient } from "../subproblem/screening";
import { EigenbasisDescent, GroupBlock, type ModelGap, modelGap } from "./block";
import { cyclesPerStep, GroupNewton, type PlaceOfGroups } from "./newton";
import { ResidualBcd } from "./residual-bcd";

/** Cycles between two looks at how far there is to go. */
const cyclesPerLook = 4;

/** Cycles after which rounding is all that is left. */
const mostCycles = 2000;

/** Newton's steps in a row after which a Hessian without an inverse is sending them in circles. */
const mostSteps = 20;

/** Columns that the working set has room for, so that their Gram matrix takes less than 300 MB. */
const roomiest = 6000;

/**
 * The groups that may be other than zero, and the model's objective in them: a quadratic and their penalty.
 *
 * Each group in turn is minimised, and Newton's method on the coefficients that are not zero supplies what such cycles take
 * long for.
 */
export class GroupWorkingSet {
  readonly #problem: SparseProblem;
  readonly #penalty: GroupPenalty;
  readonly #newton: GroupNewton;
  readonly #has: Uint8Array;
  readonly #room: number;
  /** Where the kernels minimise the groups. */
  readonly #eigenbases: EigenbasisDescent | undefined;
  #model: QuadraticModel | undefined;
  /** Where groups need not be in the Gram matrix before it pays. */
  #onResidual: ResidualBcd | undefined;
  #floor = 0;
  #blocks: GroupBlock[] = [];
  /** Of the working set; the Gram matrix has the first of them. */
  #nColumns = 0;
  readonly #byGroup = new Map<number, GroupBlock>();
  /** The Hessian by slots of the model's Gram matrix, and vectors beside it. */
  #rows: (Float64Array | undefined)[] = [];
  #beta: Float64Array = new Float64Array(0);
  #slopes: Float64Array = new Float64Array(0);
  #image: Float64Array = new Float64Array(0);

  /** @param room columns that it takes at most. */
  constructor(problem: SparseProblem, penalty: GroupPenalty, room: number = roomiest) {
    this.#room = room;
    this.#problem = problem;
    this.#penalty = penalty;
    this.#has = new Uint8Array(penalty.groups.nGroups);
    this.#eigenbases = EigenbasisDescent.of(penalty);
    this.#newton = new GroupNewton(penalty);
  }

  has(g: number): boolean {
    return this.#has[g] === 1;
  }

  /** The largest curvature of the model in a group that it has, or a little more. */
  curvatureOf(g: number): number {
    return this.#byGroup.get(g)!.largestCurvature;
  }

  get nGroups(): number {
    return this.#blocks.length;
  }

  /**
   * The model, made anew where the loss's curvature has moved; then the working set is empty.
   *
   * @param floor of the curvature, as {@link QuadraticModel} takes it.
   */
  modelAt(eta: Float64Array, maxHessianChange: number, floor: number): QuadraticModel {
    const kept = this.#floor === floor ? this.#model : undefined;
    if (!kept || !(kept.hessianChange(eta) <= maxHessianChange)) {
      this.#floor = floor;
      this.#model = new QuadraticModel(this.#problem, eta, floor, this.#eigenbases?.extraPerSlot);
      this.#onResidual =
        this.#eigenbases && ResidualBcd.of(this.#problem, this.#penalty, this.#model.curvature);
      [this.#blocks, this.#rows, this.#nColumns] = [[], [], 0];
      this.#has.fill(0);
    }
    return this.#model!;
  }

  /**
   * Takes groups into the working set as long as there is room, until a signal is aborted; then it has to be moved.
   *
   * @returns how many it took.
   */
  admit(wanted: readonly number[], signal?: { readonly aborted: boolean }): number {
    const { members } = this.#penalty.groups;
    let end = this.#nColumns;
    const fitting = wanted.filter((g) => {
      const fits = end + members[g].length <= this.#room;
      if (fits) end += members[g].length;
      return fits;
    });
    if (fitting.length === 0) return 0;
    const { gram } = this.#model!;
    const units = fitting.map((g) => members[g]);
    if (!this.#onResidual?.suits(units)) this.#onResidual = undefined;
    let groups = fitting;
    if (!this.#onResidual) {
      const late = this.#waits ? this.#blocks.map(({ columns }) => columns) : [];
      const count = gram.includeUntil(signal, [...late, ...units]) - late.length;
      groups = fitting.slice(0, Math.max(0, count));
    }
    for (const g of groups) {
      const columns = members[g];
      const hessian =
        this.#onResidual?.hessianOf(columns) ?? diagonalBlock(gram, this.#nColumns, columns.length);
      const block = new GroupBlock(g, columns, this.#nColumns, hessian);
      this.#nColumns += columns.length;
      this.#blocks.push(block);
      this.#byGroup.set(g, block);
      this.#has[g] = 1;
    }
    this.#settle();
    return groups.length;
  }

  /** Gives coefficients and vectors a place: beside the Gram matrix once that has all groups. */
  #settle(): void {
    this.#rows = [];
    const vectors = this.#waits
      ? [0, 1, 2].map(() => new Float64Array(this.#nColumns))
      : this.#model!.gram.vectors.map((vector) => vector.subarray(0, this.#nColumns));
    [this.#slopes, this.#image, this.#beta] = vectors;
    for (const block of this.#blocks) {
      block.b = this.#beta.subarray(block.start, block.start + block.columns.length);
    }
  }

  /** Whether groups are not in the Gram matrix yet. */
  get #waits(): boolean {
    return this.#model!.gram.size < this.#nColumns;
  }

  /** Takes those who wait into the Gram matrix; false where a signal was aborted before. */
  #include(signal?: { readonly aborted: boolean }): boolean {
    const units = this.#blocks.map(({ columns }) => columns);
    if (this.#model!.gram.includeUntil(signal, units) < units.length) return false;
    const [beta, slopes] = [this.#beta, this.#slopes];
    this.#settle();
    this.#beta.set(beta);
    this.#slopes.set(slopes);
    return true;
  }

  /**
   * Moves to coefficients at which the model has the gradient given.
   *
   * @param residual of the model there; without it groups cannot wait for the Gram matrix.
   */
  moveTo(beta: Float64Array, gradient: Float64Array, residual?: Float64Array): void {
    if (residual) this.#onResidual?.moveTo(residual);
    for (const { columns, start, b } of this.#blocks) {
      for (let i = 0; i < b.length; i++) {
        b[i] = beta[columns[i]];
        this.#slopes[start + i] = gradient[columns[i]];
      }
    }
  }

  /** {@link ResidualBcd.slopesAt} */
  slopesAt(residual: Float64Array): KnownGradient | undefined {
    return this.#onResidual?.slopesAt(residual);
  }

  /** Sets a group to zero. */
  drop(g: number): void {
    const { start, b } = this.#byGroup.get(g)!;
    for (let i = 0; i < b.length; i++) this.#addRow(start + i, -b[i], this.#slopes);
    b.fill(0);
  }

  /** Sets the coefficients of the working set, and the model's gradient in them. */
  read(beta: Float64Array, gradient: Float64Array): void {
    for (const { columns, start, b } of this.#blocks) {
      for (let i = 0; i < b.length; i++) {
        beta[columns[i]] = b[i];
        gradient[columns[i]] = this.#slopes[start + i];
      }
    }
  }

  /**
   * Minimises the model's objective over the working set.
   *
   * @param scalingCost of {@link QuadraticModel.scalingCost} where it begins.
   * @param isEnough whether to stop short of the minimum.
   * @param without a group that stays as it is.
   */
  minimise(
    lambda: number,
    scalingCost: number,
    isEnough: (shortfall: ModelGap) => boolean,
    signal?: { readonly aborted: boolean },
    { without, cycles = mostCycles }: { readonly without?: number; readonly cycles?: number } = {},
  ): void {
    if (this.#waits) {
      const [at, nThere] = [{ beta: this.#beta, slopes: this.#slopes }, this.#model!.gram.size];
      const isThere = (): boolean => isEnough(this.#shortfall(lambda, scalingCost));
      const isSettled = this.#onResidual?.minimise(this.#blocks, lambda, at, nThere, isThere, signal);
      if (isSettled || !this.#include(signal)) return;
    }
    this.#eigenbases?.begin(this.#model!.gram, this.#blocks, lambda);
    let untilNewton = this.#cyclesPerNewton();
    for (let cycle = 1; cycle <= cycles && !signal?.aborted; cycle++) {
      if (!this.#cycle(lambda, without)) return;
      if (cycle % cyclesPerLook === 0 && isEnough(this.#shortfall(lambda, scalingCost))) return;
      if (--untilNewton > 0) continue;
      let length = 1;
      for (let steps = 0; length === 1 && steps < mostSteps && !signal?.aborted; steps++) {
        const step = this.#newton.step(lambda, this.#place());
        length = step.length;
        if (step.isSettled || isEnough(this.#shortfall(lambda, scalingCost))) return;
      }
      untilNewton = length === 1 ? mostCycles : this.#cyclesPerNewton();
    }
  }

  /**
   * Whether all of a point's coefficients other than zero are here, and the model and the penalty have positive definite second
   * derivatives in them.
   *
   * @param beta the point at which the working set is.
   */
  isStrict(beta: Float64Array, lambda: number): boolean {
    const { groupOf } = this.#penalty.groups;
    return (
      beta.every((b, j) => b === 0 || this.has(groupOf[j])) && this.#newton.isStrict(lambda, this.#place())
    );
  }

  /** A view that is made when it is asked for, since most are not before the next column comes. */
  #row(k: number): Float64Array {
    const { matrix, stride, size } = this.#model!.gram;
    this.#rows[k] ??= matrix.subarray(k * stride, k * stride + size);
    return this.#rows[k];
  }

  /** `out += scale * row k` for one of the two vectors. */
  #addRow(k: number, scale: number, out: Float64Array): void {
    this.#model!.gram.arena!.kernels.addScaled(scale, this.#row(k), out);
  }

  /** How many cycles are gone before a step of Newton's method. */
  #cyclesPerNewton(): number {
    return Math.max(cyclesPerLook, cyclesPerStep(this.#beta, this.#blocks.length));
  }

  /** Minimises over each group in turn; whether anything moved. */
  #cycle(lambda: number, without: number | undefined): boolean {
    const penalty = this.#penalty;
    const slopes = this.#slopes;
    if (this.#eigenbases) return this.#eigenbases.cycle(this.#model!.gram, this.#beta, slopes);
    let moved = false;
    for (const block of this.#blocks) {
      const { start, b, slope, next } = block;
      if (block.g === without) continue;
      for (let i = 0; i < b.length; i++) slope[i] = slopes[start + i];
      if (penalty.convex && block.isZero && !(block.violationAtZero(penalty, lambda) > 0)) continue;
      block.descend(penalty, lambda);
      for (let i = 0; i < b.length; i++) {
        const move = next[i] - b[i];
        if (move === 0) continue;
        this.#addRow(start + i, move, slopes);
        b[i] = next[i];
        moved = true;
      }
    }
    return moved;
  }

  #shortfall(lambda: number, scalingCost: number): ModelGap {
    return modelGap(this.#penalty, this.#blocks, this.#slopes, lambda, scalingCost);
  }

  /** Where the working set is, and room for the image of a step. */
  #place(): PlaceOfGroups {
    return {
      blocks: this.#blocks,
      row: (k) => this.#row(k),
      beta: this.#beta,
      slopes: this.#slopes,
      image: this.#image,
      kernels: this.#model!.gram.arena!.kernels,
    };
  }
}
