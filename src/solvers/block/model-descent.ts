/**
 * Minimises a quadratic model plus a penalty over a working set ({@link ModelDescent}): cycles over the blocks find the signs and the
 * zeros, and Newton's method on the nonzero coefficients finds the minimum for these signs.
 */
import { UpdatedCholesky } from "../../linalg/cholesky";
import { NEGLIGIBLE } from "../../linalg/rounding";
import type { Penalty } from "../../penalties";
import { addRows } from "../subproblem/gram-cache";
import type { Blocks, ModelRows } from "./blocks";
import { leaveIndependent } from "./independent-columns";

/** Maximum `curvature * change^2` at convergence, relative to the size of the coefficients. */
const RELATIVE_TOLERANCE = NEGLIGIBLE ** 2;

/**
 * Maximum `curvature * change^2` at convergence, relative to what one coordinate would gain without a penalty. Smaller changes come from
 * the rounding of the gradient.
 */
const ROUNDING_TOLERANCE = 1e-28;

/** Maximum number of cycles on one model; later cycles would change only rounding. */
const MAX_CYCLES = 2000;

/** Number of cycles between two estimates of the gap. */
const CYCLES_PER_CHECK = 4;

/** Maximum number of cycles between two tries of Newton's method, which doubles each time that it fails. */
const MAX_CYCLES_BETWEEN = 64;

/** Maximum number of Newton's steps in a row; more of them mean that a singular Hessian makes them cycle. */
const MAX_STEPS = 20;

/** Maximum number of rounds of Newton's method on an orthant. Each round lowers the objective, so only rounding can cause so many. */
const MAX_ROUNDS = 200;

/** The limits of a descent. */
export interface DescentLimits {
  /** Whether the model is minimised far enough, by an estimate of its gap; the certificate of the task is computed later. */
  readonly isEnough: () => boolean;
  readonly signal?: { readonly aborted: boolean };
  /** The positions of blocks at zero that probably leave it. */
  readonly leaving: readonly number[];
  /** Maximum number of cycles. Default: so many that only rounding is left after them. */
  readonly maxCycles?: number;
  /** The position of a block at zero that stays there. */
  readonly without?: number;
}

/** A descent on the models of one problem; no step of it raises the objective of the model. */
export class ModelDescent {
  readonly #blocks: Blocks;
  readonly #penalty: Penalty;
  readonly #maxIndependent: number;
  #cholesky: UpdatedCholesky | undefined;
  #model!: ModelRows;
  /** By row, the coefficients at which Newton's method on an orthant began, and the slopes that remain of those at its start. */
  #begin = new Float64Array(0);
  #left = new Float64Array(0);

  /** @param maxIndependent the largest number of columns that can be linearly independent; Infinity if dependent ones are kept. */
  constructor(blocks: Blocks, penalty: Penalty, maxIndependent: number) {
    this.#blocks = blocks;
    this.#penalty = penalty;
    this.#maxIndependent = maxIndependent;
  }

  /** Descends from the coefficients and slopes of the rows, and overwrites them by the result. */
  run(model: ModelRows, lambda: number, limits: DescentLimits): void {
    if (model.blocks.length === 0) return;
    this.#model = model;
    this.#blocks.begin(model, lambda);
    const { convex, quadraticOnOrthants } = this.#penalty;
    if (!(convex && quadraticOnOrthants && this.#overOrthants(limits))) this.#byCycles(limits);
  }

  /**
   * Newton's method from orthant to orthant, for convex penalties that are quadratic on each: a cycle determines the signs of blocks that
   * leave zero, then Newton's method goes to the minimum for these signs. This is repeated until no block leaves zero.
   *
   * @returns whether that is the end.
   */
  #overOrthants({ signal, leaving }: DescentLimits): boolean {
    const blocks = this.#blocks;
    if (leaving.length > 0) blocks.cycle(leaving);
    for (let round = 0; round < MAX_ROUNDS && this.#toMinimumOfOrthant() && !signal?.aborted; round++) {
      const left = blocks.leavingZero();
      if (left.length === 0) {
        if (blocks.isSingular && this.#maxIndependent < Number.POSITIVE_INFINITY) {
          this.#leaveIndependent();
          this.#toMinimumOfOrthant();
        }
        return true;
      }
      blocks.cycle(left.map(({ block }) => block));
    }
    return false;
  }

  #leaveIndependent(): void {
    this.#cholesky ??= new UpdatedCholesky();
    leaveIndependent(this.#model, this.#blocks, this.#penalty.convex, this.#cholesky);
  }

  /** Cycles over all blocks, then over those that are not zero until a step of Newton's method is due, and so on. */
  #byCycles({ isEnough, signal, maxCycles = MAX_CYCLES, without }: DescentLimits): void {
    const blocks = this.#blocks;
    const all = [...this.#model.blocks.keys()].filter((position) => position !== without);
    let between = CYCLES_PER_CHECK;
    let isSettled = false;
    let cycles = 0;
    const isOver = (): boolean => cycles >= maxCycles || signal?.aborted === true;
    while (!isOver()) {
      const largest = blocks.cycle(all);
      cycles++;
      const tolerance = this.#tolerance();
      if (largest <= tolerance) return;
      const active = blocks.nonzero();
      // Once Newton's method has converged, few signs are left to find.
      const wait = isSettled ? CYCLES_PER_CHECK : Math.max(between, blocks.cyclesPerStep);
      for (const due = cycles + wait; cycles < due && !isOver(); ) {
        if (blocks.cycle(active) <= tolerance) break;
        cycles++;
        if (cycles % CYCLES_PER_CHECK === 0 && isEnough()) return;
      }
      if (isOver()) return;
      isSettled = this.#newton(tolerance, isEnough);
      if (!isSettled) between = Math.min(2 * between, MAX_CYCLES_BETWEEN);
      if (!isSettled && blocks.isConcave && blocks.nonzeroRows().length > this.#maxIndependent)
        this.#leaveIndependent();
      if (isEnough()) return;
    }
  }

  /** The maximum `curvature * change^2` at convergence. */
  #tolerance(): number {
    const { rows, factor } = this.#model;
    const { gram, stride, beta, slopes } = rows;
    let [sum, steepest] = [0, 0];
    for (let k = 0; k < beta.length; k++) {
      const curvature = factor * gram[k * (stride + 1)];
      sum += curvature * beta[k] ** 2;
      // Columns of zeros have neither curvature nor slope.
      if (curvature > 0) steepest = Math.max(steepest, slopes[k] ** 2 / curvature);
    }
    return RELATIVE_TOLERANCE * sum + ROUNDING_TOLERANCE * steepest;
  }

  /**
   * Newton's method on what is not zero, as long as whole steps lower the objective. With a convex penalty a step ends at the first kink,
   * and the coefficient stays at it. With a nonconvex penalty Newton's method stops before the kink, because the cycles may find a lower
   * minimum there.
   *
   * @returns whether it converged where the Hessian is positive definite.
   */
  #newton(tolerance: number, isEnough: () => boolean): boolean {
    const blocks = this.#blocks;
    const { rows, factor } = this.#model;
    const { beta, slopes, gram, stride } = rows;
    for (let steps = 0; steps < MAX_STEPS; ) {
      const order = blocks.factor(blocks.movable());
      if (order === undefined) return false;
      const step = new Float64Array(order.length);
      blocks.slopes(order, step);
      for (let a = 0; a < step.length; a++) step[a] = slopes[order[a]] - step[a];
      blocks.solve(step);
      let largest = 0;
      for (let a = 0; a < step.length; a++)
        largest = Math.max(largest, factor * gram[order[a] * (stride + 1)] * step[a] * step[a]);
      const crossing = blocks.crossing(order, step);
      if (crossing && !this.#penalty.convex) return false;
      const length = this.#take(order, step, crossing?.length ?? 1);
      if (length === 0) return largest <= tolerance;
      if (length < (crossing?.length ?? 1)) return false;
      if (crossing) beta[order[crossing.at]] = crossing.end;
      else if (largest <= tolerance || isEnough()) return true;
      else steps++;
    }
    return false;
  }

  /** Takes a step, halved until the objective does not rise. Returns its length, which is 0 if the objective rises for every length. */
  #take(order: readonly number[], step: Float64Array, whole: number): number {
    const { rows, factor } = this.#model;
    const { beta, slopes } = rows;
    const before = slopes.slice();
    for (let length = whole; length > NEGLIGIBLE * whole; length /= 2) {
      const part = step.map((entry) => length * entry);
      let { change, terms } = this.#blocks.change(order, part);
      addRows(
        rows,
        order,
        part.map((entry) => -factor * entry),
      );
      for (let a = 0; a < order.length; a++) {
        const fall = (part[a] * (before[order[a]] + slopes[order[a]])) / 2;
        change -= fall;
        terms += Math.abs(fall);
      }
      if (change <= 1e-14 * terms) {
        for (let a = 0; a < order.length; a++) beta[order[a]] += part[a];
        return length;
      }
      slopes.set(before);
    }
    return 0;
  }

  /**
   * Goes to the minimum on the orthant of the present signs, zeros kept: it follows Newton's step to the first kink, fixes that coefficient
   * there, and repeats this. The slopes shrink in proportion to the steps, so they are computed only once, at the end.
   *
   * @returns whether each Hessian on the way had a factor.
   */
  #toMinimumOfOrthant(): boolean {
    const blocks = this.#blocks;
    const { rows, factor } = this.#model;
    const { beta, slopes, size } = rows;
    if (this.#begin.length < size) [this.#begin, this.#left] = [0, 0].map(() => new Float64Array(2 * size));
    const [begin, left] = [this.#begin, this.#left];
    const moved = blocks.movable();
    if (moved.length === 0) return true;
    const own = new Float64Array(moved.length);
    blocks.slopes(moved, own);
    for (let a = 0; a < moved.length; a++) {
      begin[moved[a]] = beta[moved[a]];
      left[moved[a]] = slopes[moved[a]] - own[a];
    }
    let order = blocks.factor(moved);
    while (order !== undefined && order.length > 0) {
      const step = new Float64Array(order.length);
      for (let a = 0; a < step.length; a++) step[a] = left[order[a]];
      blocks.solve(step);
      const crossing = blocks.crossing(order, step);
      const length = crossing?.length ?? 1;
      for (let a = 0; a < step.length; a++) {
        beta[order[a]] += length * step[a];
        left[order[a]] *= 1 - length;
      }
      if (!crossing) break;
      const stopped = order[crossing.at];
      beta[stopped] = crossing.end;
      order = blocks.factor(order.filter((k) => k !== stopped));
    }
    addRows(
      rows,
      moved,
      Float64Array.from(moved, (k) => factor * (begin[k] - beta[k])),
    );
    return order !== undefined;
  }
}
