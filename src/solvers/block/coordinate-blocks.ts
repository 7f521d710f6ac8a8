/** The terms of a separable penalty, blocks of one coefficient ({@link CoordinateBlocks}). */
import { ROUNDING } from "../../linalg/rounding";
import type { SeparablePenalty } from "../../penalties";
import { addRow, type GramBlock } from "../subproblem/gram-cache";
import type { Blocks, Crossing, ModelRows, Violator } from "./blocks";
import { CachedCholesky } from "./cached-cholesky";

/** The share by which the diagonal is raised if columns are linearly dependent, so that a convex model has a factor. */
const RIDGE = 1e-9;

const UNBOUNDED = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;

/**
 * A separable penalty `sum_j p_j(beta_j)` on the rows of a Gram matrix. A cycle minimises over one coefficient after the other, by the
 * proximal step of its term with the curvature of its row; the compiled kernel does so for MCP and SCAD.
 */
export class CoordinateBlocks implements Blocks {
  readonly nBlocks: number;
  readonly isConcave: boolean;
  readonly extraPerRow = 0;
  /** The factor is updated from one support to the next, so that a step of Newton's method costs about as much as a cycle. */
  readonly cyclesPerStep = 4;
  readonly #penalty: SeparablePenalty;
  readonly #single = [0];
  readonly #cholesky = new CachedCholesky();
  #rows!: GramBlock;
  #lambda = 0;
  #factor = 1;
  /** The share by which the diagonal is raised; it becomes positive once the columns of this model turn out to be dependent. */
  #ridge = 0;
  #curvatures = new Float64Array(0);

  constructor(penalty: SeparablePenalty, nFeatures: number) {
    this.#penalty = penalty;
    this.nBlocks = nFeatures;
    this.isConcave = !penalty.convex;
  }

  columnsOf(block: number): ArrayLike<number> {
    this.#single[0] = block;
    return this.#single;
  }

  active(beta: Float64Array, out: Uint8Array): void {
    for (let j = 0; j < beta.length; j++) out[j] = beta[j] === 0 ? 0 : 1;
  }

  norms(vector: Float64Array, out: Float64Array): void {
    for (let j = 0; j < vector.length; j++) out[j] = Math.abs(vector[j]);
  }

  zeroBounds(lambda: number, curvature: Float64Array | undefined): Float64Array | undefined {
    const penalty = this.#penalty;
    if (!penalty.elementwise || (curvature && !penalty.proxThreshold)) return undefined;
    const bounds = new Float64Array(this.nBlocks);
    if (!curvature && penalty.zeroGradientBound) return bounds.fill(penalty.zeroGradientBound(lambda));
    for (let j = 0; j < bounds.length; j++) {
      const h = curvature?.[j];
      if (h === undefined) bounds[j] = this.#slopeAtZero(j, lambda);
      else bounds[j] = h > 0 ? h * penalty.proxThreshold!(j, 1 / h, lambda) : Number.POSITIVE_INFINITY;
    }
    return bounds;
  }

  /** The smaller of the slopes of a convex term on both sides of zero; on a side outside the domain it is infinite. */
  #slopeAtZero(j: number, lambda: number): number {
    const [low, high] = this.#penalty.domain?.(j) ?? UNBOUNDED;
    const slope = (b: number): number => Math.abs(this.#penalty.coordinateSlope(j, b, lambda));
    return Math.min(
      high > 0 ? slope(Number.MIN_VALUE) : Number.POSITIVE_INFINITY,
      low < 0 ? slope(-Number.MIN_VALUE) : Number.POSITIVE_INFINITY,
    );
  }

  violators(
    lambda: number,
    beta: Float64Array,
    gradient: Float64Array,
    curvature: () => Float64Array,
    among?: readonly number[],
  ): Violator[] {
    const penalty = this.#penalty;
    const bound = penalty.convex ? (penalty.zeroGradientBound?.(lambda) ?? -1) : -1;
    const curvatures = penalty.convex ? undefined : curvature();
    const found: Violator[] = [];
    const count = among ? among.length : beta.length;
    for (let i = 0; i < count; i++) {
      const j = among ? among[i] : i;
      if (beta[j] !== 0 || Math.abs(gradient[j]) <= bound) continue;
      const excess = this.#excessAtZero(j, gradient[j], curvatures ? curvatures[j] : 1, lambda);
      if (excess > 0) found.push({ block: j, excess });
    }
    return found;
  }

  /** How much a coefficient at zero violates stationarity; for a nonconvex penalty, the length of its proximal step. */
  #excessAtZero(j: number, gradient: number, curvature: number, lambda: number): number {
    const penalty = this.#penalty;
    if (!(curvature > 0)) return 0;
    // With a bridge the proximal step jumps away from zero. At the largest lambda, rounding alone would decide whether it does.
    const level = penalty.convex ? undefined : penalty.proxThreshold?.(j, 1 / curvature, lambda);
    if (level !== undefined && Math.abs(gradient) <= (1 + ROUNDING) * curvature * level) return 0;
    const excess = penalty.convex
      ? penalty.violationAtZero(j, gradient, lambda)
      : curvature * Math.abs(penalty.coordinateProx(j, -gradient / curvature, 1 / curvature, lambda));
    return excess > ROUNDING * Math.abs(gradient) ? excess : 0;
  }

  begin({ rows, factor }: ModelRows, lambda: number): void {
    [this.#rows, this.#lambda, this.#factor, this.#ridge] = [rows, lambda, factor, 0];
    const { members, levels, size } = rows;
    const { foldedConcave, proxThreshold } = this.#penalty;
    for (let k = 0; k < size; k++) {
      levels[k] =
        foldedConcave && factor === 1
          ? foldedConcave.level(members[k], lambda)
          : (proxThreshold?.(members[k], 1 / this.#curvature(k), lambda) ?? -1);
    }
  }

  #curvature(row: number): number {
    return this.#factor * this.#rows.gram[row * this.#rows.stride + row];
  }

  cycle(positions: ArrayLike<number>): number {
    const { gram, stride, members, kernels, beta, slopes, levels } = this.#rows;
    const { foldedConcave } = this.#penalty;
    if (foldedConcave && this.#factor === 1) {
      const { shape, gamma } = foldedConcave;
      const order = this.#rows.order(positions);
      return kernels.descendFoldedOnGram(gram, stride, order, shape, gamma, levels, beta, slopes);
    }
    let largest = 0;
    for (let i = 0; i < positions.length; i++) {
      const k = positions[i];
      const curvature = this.#curvature(k);
      if (!(curvature > 0)) continue;
      const point = beta[k] + slopes[k] / curvature;
      const fresh =
        Math.abs(point) <= levels[k]
          ? 0
          : this.#penalty.coordinateProx(members[k], point, 1 / curvature, this.#lambda);
      if (fresh === beta[k]) continue;
      const change = fresh - beta[k];
      beta[k] = fresh;
      addRow(this.#rows, k, -this.#factor * change);
      largest = Math.max(largest, curvature * change * change);
    }
    return largest;
  }

  nonzero(): number[] {
    const { beta, size } = this.#rows;
    const found: number[] = [];
    for (let k = 0; k < size; k++) if (beta[k] !== 0) found.push(k);
    return found;
  }

  nonzeroRows(): number[] {
    return this.nonzero();
  }

  leavingZero(): Violator[] {
    const { members, beta, slopes, size } = this.#rows;
    const bound = this.#penalty.convex ? (this.#penalty.zeroGradientBound?.(this.#lambda) ?? -1) : -1;
    const found: Violator[] = [];
    for (let k = 0; k < size; k++) {
      if (beta[k] !== 0 || Math.abs(slopes[k]) <= bound) continue;
      const excess = this.#excessAtZero(members[k], -slopes[k], this.#curvature(k), this.#lambda);
      if (excess > 0) found.push({ block: k, excess });
    }
    return found;
  }

  movable(): number[] {
    const { domain } = this.#penalty;
    if (domain === undefined) return this.nonzero();
    const { members, beta } = this.#rows;
    return this.nonzero().filter((k) => !domain(members[k]).includes(beta[k]));
  }

  slopes(rows: readonly number[], out: Float64Array): void {
    const { members, beta } = this.#rows;
    for (let a = 0; a < rows.length; a++)
      out[a] = this.#penalty.coordinateSlope(members[rows[a]], beta[rows[a]], this.#lambda);
  }

  /** The factor is that of `G + diag(p'' / factor)`, so that a new factor of the curvature leaves that of a lasso as it is. */
  factor(rows: readonly number[]): readonly number[] | undefined {
    const { members, beta, size, gram, stride } = this.#rows;
    const penalty = this.#penalty;
    if (this.#curvatures.length < size) this.#curvatures = new Float64Array(2 * size);
    const curvatures = this.#curvatures;
    const isFactored = (): boolean => {
      for (let a = 0; a < rows.length; a++) {
        const k = rows[a];
        const own = penalty.coordinateCurvature(members[k], beta[k], this.#lambda) / this.#factor;
        curvatures[k] = own + this.#ridge * (gram[k * stride + k] + own);
      }
      return this.#cholesky.update(this.#rows, 1, rows, curvatures);
    };
    if (isFactored()) return this.#cholesky.rows;
    if (!penalty.convex || this.#ridge > 0) return undefined;
    // The ridge is kept, because the following steps would need it too.
    this.#ridge = RIDGE;
    return isFactored() ? this.#cholesky.rows : undefined;
  }

  get isSingular(): boolean {
    return this.#ridge > 0;
  }

  solve(x: Float64Array): void {
    this.#cholesky.solve(x);
    if (this.#factor !== 1) for (let a = 0; a < x.length; a++) x[a] /= this.#factor;
  }

  crossing(rows: readonly number[], step: Float64Array): Crossing | undefined {
    const { members, beta } = this.#rows;
    const { domain } = this.#penalty;
    let [at, length, end] = [-1, 1, 0];
    for (let a = 0; a < rows.length; a++) {
      const [b, s] = [beta[rows[a]], step[a]];
      if (s === 0) continue;
      const [low, high] = domain?.(members[rows[a]]) ?? UNBOUNDED;
      // A step towards zero ends at zero, or at a bound before it. A step away from zero ends at the bound on its side. Without a penalty
      // zero is not a kink.
      let kink = s > 0 ? high : low;
      if (s * b < 0 && this.#penalty.elementwise && this.#lambda > 0)
        kink = s > 0 ? Math.min(0, high) : Math.max(0, low);
      const reach = (kink - b) / s;
      if (reach <= length) [at, length, end] = [a, reach, kink];
    }
    return at < 0 ? undefined : { at, length, end };
  }

  change(rows: readonly number[], step: Float64Array): { change: number; terms: number } {
    const { members, beta } = this.#rows;
    let [change, terms] = [0, 0];
    for (let a = 0; a < rows.length; a++) {
      const [j, b] = [members[rows[a]], beta[rows[a]]];
      const before = this.#penalty.coordinateValue(j, b, this.#lambda);
      const after = this.#penalty.coordinateValue(j, b + step[a], this.#lambda);
      change += after - before;
      terms += Math.abs(before) + Math.abs(after);
    }
    return { change, terms };
  }
}
