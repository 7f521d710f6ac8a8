/**
 * The working set of the active-set method for groups. {@link GroupWorkingSet} minimises the quadratic model plus
 * the penalty over it.
 */
import type { GroupPenalty } from "../../penalties";
import type { SparseProblem } from "../../problem/problem";
import { diagonalBlock } from "../subproblem/gram-cache";
import { EigenbasisDescent, GroupBlock, type ModelGap, modelGap } from "../subproblem/group-block";
import { QuadraticModel } from "../subproblem/quadratic-model";
import type { KnownGradient } from "../subproblem/screening";
import { cyclesPerStep, type GroupModelPoint, GroupNewton } from "./newton";
import { ResidualBcd } from "./residual-bcd";

/** Number of cycles between two checks of the gap. */
const cyclesPerCheck = 4;

/** Maximum number of cycles; after them only rounding is left. */
const maxCycles = 2000;

/** Maximum number of Newton steps in a row; more of them mean that a singular Hessian makes them cycle. */
const maxSteps = 20;

/** Default maximum number of columns, whose Gram matrix then takes less than 300 MB. */
const defaultMaxColumns = 6000;

/**
 * The groups that may be nonzero, with the model's objective in them: a quadratic plus their penalty.
 *
 * It is minimised by block coordinate descent, and by Newton's method on the nonzero coefficients where cycles would
 * be slow.
 */
export class GroupWorkingSet {
  readonly #problem: SparseProblem;
  readonly #penalty: GroupPenalty;
  readonly #newton: GroupNewton;
  readonly #has: Uint8Array;
  readonly #maxColumns: number;
  /** Exact descent in eigenbases, if the kernels know the penalty. */
  readonly #eigenbases: EigenbasisDescent | undefined;
  #model: QuadraticModel | undefined;
  /** Descent on the residual, as long as the Gram matrix of the new groups would cost more. */
  #residualBcd: ResidualBcd | undefined;
  #floor = 0;
  #blocks: GroupBlock[] = [];
  /** The number of columns of the working set; the first of them are in the Gram matrix. */
  #nColumns = 0;
  readonly #byGroup = new Map<number, GroupBlock>();
  /** Views of the rows of the model's Gram matrix, made when needed, and vectors beside it. */
  #rows: (Float64Array | undefined)[] = [];
  #beta: Float64Array = new Float64Array(0);
  #slopes: Float64Array = new Float64Array(0);
  #image: Float64Array = new Float64Array(0);

  /** @param maxColumns the maximum number of columns. */
  constructor(problem: SparseProblem, penalty: GroupPenalty, maxColumns: number = defaultMaxColumns) {
    this.#maxColumns = maxColumns;
    this.#problem = problem;
    this.#penalty = penalty;
    this.#has = new Uint8Array(penalty.groups.nGroups);
    this.#eigenbases = EigenbasisDescent.of(penalty);
    this.#newton = new GroupNewton(penalty);
  }

  has(g: number): boolean {
    return this.#has[g] === 1;
  }

  /** Returns an upper bound of the model's largest curvature in a group of the working set. */
  curvatureOf(g: number): number {
    return this.#byGroup.get(g)!.largestCurvature;
  }

  get nGroups(): number {
    return this.#blocks.length;
  }

  /**
   * Returns the model, made anew and with an empty working set if the loss's curvature has changed too much.
   *
   * @param floor the minimum curvature, as {@link QuadraticModel} takes it.
   */
  modelAt(eta: Float64Array, maxHessianChange: number, floor: number): QuadraticModel {
    const kept = this.#floor === floor ? this.#model : undefined;
    if (!kept || !(kept.hessianChange(eta) <= maxHessianChange)) {
      this.#floor = floor;
      this.#model = new QuadraticModel(this.#problem, eta, floor, this.#eigenbases?.extraPerSlot);
      this.#residualBcd =
        this.#eigenbases && ResidualBcd.of(this.#problem, this.#penalty, this.#model.curvature);
      [this.#blocks, this.#rows, this.#nColumns] = [[], [], 0];
      this.#has.fill(0);
    }
    return this.#model!;
  }

  /**
   * Adds groups to the working set, up to its maximum size or until a signal is aborted; {@link moveTo} must follow.
   *
   * @returns how many groups were added.
   */
  add(wanted: readonly number[], signal?: { readonly aborted: boolean }): number {
    const { members } = this.#penalty.groups;
    let end = this.#nColumns;
    const fitting = wanted.filter((g) => {
      const fits = end + members[g].length <= this.#maxColumns;
      if (fits) end += members[g].length;
      return fits;
    });
    if (fitting.length === 0) return 0;
    const { gram } = this.#model!;
    const units = fitting.map((g) => members[g]);
    if (!this.#residualBcd?.isOrthogonalToUnpenalized(units)) this.#residualBcd = undefined;
    let groups = fitting;
    if (!this.#residualBcd) {
      const pending = this.#isGramIncomplete ? this.#blocks.map(({ columns }) => columns) : [];
      const count = gram.includeUntil(signal, [...pending, ...units]) - pending.length;
      groups = fitting.slice(0, Math.max(0, count));
    }
    for (const g of groups) {
      const columns = members[g];
      const hessian =
        this.#residualBcd?.hessianOf(columns) ?? diagonalBlock(gram, this.#nColumns, columns.length);
      const block = new GroupBlock(g, columns, this.#nColumns, hessian);
      this.#nColumns += columns.length;
      this.#blocks.push(block);
      this.#byGroup.set(g, block);
      this.#has[g] = 1;
    }
    this.#placeVectors();
    return groups.length;
  }

  /** Allocates the coefficients and vectors, beside the Gram matrix once it has all groups. */
  #placeVectors(): void {
    this.#rows = [];
    const vectors = this.#isGramIncomplete
      ? [0, 1, 2].map(() => new Float64Array(this.#nColumns))
      : this.#model!.gram.vectors.map((vector) => vector.subarray(0, this.#nColumns));
    [this.#slopes, this.#image, this.#beta] = vectors;
    for (const block of this.#blocks) {
      block.b = this.#beta.subarray(block.start, block.start + block.columns.length);
    }
  }

  /** Whether some groups are not in the Gram matrix yet. */
  get #isGramIncomplete(): boolean {
    return this.#model!.gram.size < this.#nColumns;
  }

  /** Includes all groups in the Gram matrix; returns false if a signal was aborted before. */
  #completeGram(signal?: { readonly aborted: boolean }): boolean {
    const units = this.#blocks.map(({ columns }) => columns);
    if (this.#model!.gram.includeUntil(signal, units) < units.length) return false;
    const [beta, slopes] = [this.#beta, this.#slopes];
    this.#placeVectors();
    this.#beta.set(beta);
    this.#slopes.set(slopes);
    return true;
  }

  /**
   * Moves to coefficients at which the model has the given gradient.
   *
   * @param residual of the model there; without it all groups must be in the Gram matrix.
   */
  moveTo(beta: Float64Array, gradient: Float64Array, residual?: Float64Array): void {
    if (residual) this.#residualBcd?.startFrom(residual);
    for (const { columns, start, b } of this.#blocks) {
      for (let i = 0; i < b.length; i++) {
        b[i] = beta[columns[i]];
        this.#slopes[start + i] = gradient[columns[i]];
      }
    }
  }

  /** See {@link ResidualBcd.slopesAt}. */
  slopesAt(residual: Float64Array): KnownGradient | undefined {
    return this.#residualBcd?.slopesAt(residual);
  }

  /** Sets a group to zero. */
  drop(g: number): void {
    const { start, b } = this.#byGroup.get(g)!;
    for (let i = 0; i < b.length; i++) this.#addRow(start + i, -b[i], this.#slopes);
    b.fill(0);
  }

  /** Writes the coefficients of the working set, and the model's gradient in them, to whole vectors. */
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
   * @param scalingCost the {@link QuadraticModel.scalingCost} at the start of the model.
   * @param isEnough whether an estimated gap suffices to stop.
   * @param without a group that stays as it is.
   */
  minimise(
    lambda: number,
    scalingCost: number,
    isEnough: (shortfall: ModelGap) => boolean,
    signal?: { readonly aborted: boolean },
    { without, cycles = maxCycles }: { readonly without?: number; readonly cycles?: number } = {},
  ): void {
    if (this.#blocks.length === 0) return;
    if (this.#isGramIncomplete) {
      const [at, nThere] = [{ beta: this.#beta, slopes: this.#slopes }, this.#model!.gram.size];
      const isThere = (): boolean => isEnough(this.#modelGap(lambda, scalingCost));
      const isSettled = this.#residualBcd?.minimise(this.#blocks, lambda, at, nThere, isThere, signal);
      if (isSettled || !this.#completeGram(signal)) return;
    }
    this.#eigenbases?.prepare(this.#model!.gram, this.#blocks, lambda);
    let untilNewton = this.#cyclesPerNewton();
    for (let cycle = 1; cycle <= cycles && !signal?.aborted; cycle++) {
      if (!this.#cycle(lambda, without)) return;
      if (cycle % cyclesPerCheck === 0 && isEnough(this.#modelGap(lambda, scalingCost))) return;
      if (--untilNewton > 0) continue;
      let length = 1;
      for (let steps = 0; length === 1 && steps < maxSteps && !signal?.aborted; steps++) {
        const step = this.#newton.step(lambda, this.#point());
        length = step.length;
        if (step.isSettled || isEnough(this.#modelGap(lambda, scalingCost))) return;
      }
      untilNewton = length === 1 ? maxCycles : this.#cyclesPerNewton();
    }
  }

  /**
   * Whether all nonzero coefficients of a point belong to the working set, and the Hessian of the model plus the
   * penalty is positive definite in them.
   *
   * @param beta the point at which the working set is.
   */
  isStrict(beta: Float64Array, lambda: number): boolean {
    const { groupOf } = this.#penalty.groups;
    return (
      beta.every((b, j) => b === 0 || this.has(groupOf[j])) && this.#newton.isStrict(lambda, this.#point())
    );
  }

  /**
   * Returns a view of row `k` of the Gram matrix, made when it is first needed, since most rows are not before the
   * next column is added.
   */
  #row(k: number): Float64Array {
    const { matrix, stride, size } = this.#model!.gram;
    this.#rows[k] ??= matrix.subarray(k * stride, k * stride + size);
    return this.#rows[k];
  }

  /** Adds a multiple of row `k` to one of the two vectors. */
  #addRow(k: number, scale: number, out: Float64Array): void {
    this.#model!.gram.arena!.kernels.addScaled(scale, this.#row(k), out);
  }

  /** Returns the number of cycles before the next Newton step. */
  #cyclesPerNewton(): number {
    return Math.max(cyclesPerCheck, cyclesPerStep(this.#beta, this.#blocks.length));
  }

  /** Minimises over each group in turn; returns whether anything changed. */
  #cycle(lambda: number, without: number | undefined): boolean {
    const penalty = this.#penalty;
    const slopes = this.#slopes;
    if (this.#eigenbases) return this.#eigenbases.cycle(this.#model!.gram, this.#beta, slopes) !== 0;
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

  #modelGap(lambda: number, scalingCost: number): ModelGap {
    return modelGap(this.#penalty, this.#blocks, this.#slopes, lambda, scalingCost);
  }

  /** Returns the present point, with a buffer for the image of a step. */
  #point(): GroupModelPoint {
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
