/**
 * The bound of a node whose terms are of the norms of groups ({@link GroupRelaxation}).
 *
 * Among the `b_g` of norm `r` the linear part `v_g'b_g` of the bound is least where `b_g` points against `v_g`: it is `-||v_g|| r`. With one share
 * `d_g` of the loss for all coefficients of a group the bound is therefore that of coefficients `r_g >= 0` with slopes `-||v_g||`,
 *
 *     h(0) - w'Q w / 2 + sum_g min over r in S_g of [ p_g(r) + d_g r^2 / 2 - ||v_g|| r ],
 *
 * where `S_g` are the norms that the node allows. That norms of at least some `l > 0` are not a convex set does not matter to it. The convex
 * envelope of `g(||b||)` on `l <= ||b|| <= h` is a function of the norm on the whole ball: `g(l)` up to `l`, since `g` rises, and the envelope of
 * `g` on `[l, h]` from there on. A point of the relaxation within the inner ball has an objective that is no higher than its relaxation, so that
 * directions need not be branched on.
 *
 * The relaxation is lowered group by group, with proximal steps for the largest curvature in a group, and by Newton's method where columns are so
 * alike that these take too long.
 */
import { choleskyFactor, choleskySolve } from "../linalg/cholesky";
import { norm } from "../linalg/vector";
import { type Blocks, columnsOf, largestEigenvalue, type Objective } from "./blocks";
import { Relaxation } from "./bound";
import type { Convexity } from "./boxed-terms";
import { type Tangent, UNIT_ROUNDING } from "./loss";

/** Sweeps over the working set between two bounds, and steps of a group in each. */
const MOST_SWEEPS = 40;
const MOST_STEPS = 10;

/** Steps of Newton's method where sweeps were not enough, the coefficients up to which it is worth it, and the halvings of a step. */
const NEWTON_STEPS = 8;
const MOST_NEWTON = 200;
const MOST_HALVINGS = 12;

/** A share of the diagonal of a Hessian that is added to it where it may be singular. */
const RIDGE = 1e-12;

/** The norms of the groups take the place of coefficients; `w` has those of the point, and `v` minus those of the slopes. */
export class GroupRelaxation extends Relaxation {
  readonly #blocks: Blocks;
  readonly #termOf: Int32Array;
  readonly #point: Float64Array;
  /** `Q w - c` at the point, and the bounds of its errors. */
  readonly #slopes: Float64Array;
  readonly #slopeErrors: Float64Array;
  /** How often the relaxation of the node was lowered. */
  #descents = 0;

  /** @param high the largest norm of each group. */
  constructor(
    { loss, terms, blocks }: Objective & { readonly blocks: Blocks },
    low: Float64Array,
    high: Float64Array,
    least: Float64Array,
  ) {
    super(loss, terms, low, high, least);
    this.#blocks = blocks;
    this.#termOf = new Int32Array(loss.size);
    blocks.forEach((members, g) => {
      for (const j of members) this.#termOf[j] = g;
    });
    this.#point = new Float64Array(loss.size);
    this.#slopes = new Float64Array(loss.size);
    this.#slopeErrors = new Float64Array(loss.size);
  }

  override get point(): Float64Array {
    return this.#point;
  }

  override columnsOf(groups: Int32Array): Int32Array {
    return columnsOf(this.#blocks, groups);
  }

  override termOf(column: number): number {
    return this.#termOf[column];
  }

  override get candidate(): Float64Array {
    const candidate = new Float64Array(this.#point.length);
    for (let k = 0; k < this.nOpen; k++) {
      const g = this.open[k];
      const [size, members] = [-this.v[g], this.#blocks[g]];
      if (size === 0) candidate[members[0]] = this.minimizers[g];
      else for (const j of members) candidate[j] = (-this.#slopes[j] / size) * this.minimizers[g];
    }
    return candidate;
  }

  override squaredMove(g: number): number {
    const [r, w, size] = [this.minimizers[g], this.w[g], -this.v[g]];
    const along = size === 0 ? 0 : this.linearPart(g) / size;
    return Math.max(r * r + w * w + 2 * r * along, 0);
  }

  protected override settle(): void {
    for (let g = 0; g < this.w.length; g++) this.#measure(g);
  }

  #measure(g: number): void {
    let squares = 0;
    for (const j of this.#blocks[g]) squares += this.#point[j] ** 2;
    this.w[g] = Math.sqrt(squares);
  }

  override restart(convexity: Convexity): void {
    super.restart(convexity);
    this.#descents = 0;
  }

  /** Moves the point into the balls of the largest norms. */
  override clip(): void {
    this.settle();
    for (let g = 0; g < this.w.length; g++) {
      if (!(this.w[g] > this.high[g])) continue;
      for (const j of this.#blocks[g]) this.#point[j] *= this.high[g] / this.w[g];
      this.#measure(g);
    }
  }

  protected override tangent(): Tangent {
    const { loss, w, v, open, nOpen, errors } = this;
    const { d } = this.convexity;
    const [point, slopes, slopeErrors] = [this.#point, this.#slopes, this.#slopeErrors];
    const columns = this.columnsOf(open.subarray(0, nOpen));
    const tangent = loss.tangentAt(point, columns, columns.length, slopes, slopeErrors);
    let taken = 0;
    for (let k = 0; k < nOpen; k++) {
      const g = open[k];
      let [squares, errorSquares] = [0, 0];
      for (const j of this.#blocks[g]) {
        slopes[j] -= d[g] * point[j];
        squares += slopes[j] ** 2;
        errorSquares += slopeErrors[j] ** 2;
      }
      taken += d[g] * w[g] ** 2;
      v[g] = -Math.sqrt(squares);
      const own = (this.#blocks[g].length + 4) * UNIT_ROUNDING;
      errors[g] = (1 + own) * Math.sqrt(errorSquares) - own * v[g];
    }
    const error = tangent.error + (columns.length + 8) * UNIT_ROUNDING * taken;
    return { ...tangent, constant: tangent.constant + taken / 2, error };
  }

  protected override linearPart(g: number): number {
    let sum = 0;
    for (const j of this.#blocks[g]) sum += this.#slopes[j] * this.#point[j];
    return sum;
  }

  protected override envelopeAt(g: number, norm: number): number {
    return super.envelopeAt(g, Math.max(norm, this.low[g]));
  }

  protected override typicalCurvature(g: number): number {
    return this.#blocks[g].reduce((sum, j) => sum + this.loss.typicalCurvature(j), 0);
  }

  /** Descent of a model of the loss and the envelopes, group by group. */
  protected override sweep(gram: (j: number) => Float64Array, working: Int32Array, resolution: number): void {
    const { d } = this.convexity;
    const columns = this.columnsOf(working);
    const local = Float64Array.from(columns, (j) => this.#slopes[j]);
    const curvatures = Float64Array.from(working, (g) =>
      Math.max(largestEigenvalue(this.#blocks[g], gram) - d[g], 0),
    );
    for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
      let [decrease, start] = [0, 0];
      for (let k = 0; k < working.length; k++) {
        const g = working[k];
        const before = Float64Array.from(this.#blocks[g], (j) => this.#point[j]);
        const own = local.slice(start, start + before.length);
        decrease += this.#descendGroup(g, curvatures[k], gram, own);
        this.#blocks[g].forEach((j, i) => {
          const change = this.#point[j] - before[i];
          if (change === 0) return;
          const column = gram(j);
          for (let m = 0; m < columns.length; m++) local[m] += change * column[columns[m]];
          local[start + i] -= d[g] * change;
        });
        start += before.length;
      }
      this.effort += columns.length * columns.length;
      if (!(decrease > resolution)) break;
    }
  }

  override descend(resolution: number): void {
    super.descend(resolution);
    if (this.#descents++ === 0) return;
    let value = this.relaxedValue();
    for (let step = 0; step < NEWTON_STEPS; step++) {
      const next = this.#newtonStep(value);
      if (!(value - next > resolution)) break;
      value = next;
    }
  }

  /** One step of Newton's method in the groups within their balls, as far as none leaves its ball; returns the value of the relaxation. */
  #newtonStep(value: number): number {
    const point = this.#point;
    const groups = this.open.slice(0, this.nOpen).filter((g) => this.w[g] > 0 && this.w[g] < this.high[g]);
    const columns = this.columnsOf(groups);
    const move = this.#newtonDirection(groups, columns);
    if (move === undefined) return value;
    const before = Float64Array.from(columns, (j) => point[j]);
    let length = 1;
    let start = 0;
    for (const g of groups) {
      const end = start + this.#blocks[g].length;
      length = Math.min(
        length,
        lengthWithin(before.subarray(start, end), move.subarray(start, end), this.high[g]),
      );
      start = end;
    }
    for (let halving = 0; halving < MOST_HALVINGS; halving++, length /= 2) {
      for (let k = 0; k < columns.length; k++) point[columns[k]] = before[k] + length * move[k];
      this.clip();
      const next = this.relaxedValue();
      if (next < value) return next;
    }
    for (let k = 0; k < columns.length; k++) point[columns[k]] = before[k];
    this.settle();
    return value;
  }

  #newtonDirection(groups: Int32Array, columns: Int32Array): Float64Array | undefined {
    const { d } = this.convexity;
    const size = columns.length;
    if (size === 0 || size > MOST_NEWTON) return undefined;
    const point = this.#point;
    const model = this.loss.modelAt(point);
    const { gradient } = model;
    const gram = model.gram(columns);
    const matrix = new Float64Array(size * size);
    const move = new Float64Array(size);
    for (let k = 0; k < size; k++) {
      const column = gram(columns[k]);
      for (let m = 0; m < size; m++) matrix[k * size + m] = column[columns[m]];
      move[k] = -gradient[columns[k]];
    }
    let start = 0;
    for (const g of groups) {
      const [r, count] = [this.w[g], this.#blocks[g].length];
      const [slope, along] = r <= this.low[g] ? [0, 0] : this.envelopeSlopes(g, r);
      const across = slope / r;
      for (let k = start; k < start + count; k++) {
        const own = point[columns[k]];
        matrix[k * size + k] += across - d[g];
        move[k] -= (across - d[g]) * own;
        for (let m = start; m < start + count; m++)
          matrix[k * size + m] += (along - across) * (own / r) * (point[columns[m]] / r);
      }
      start += count;
    }
    let largest = 0;
    for (let k = 0; k < size; k++) largest = Math.max(largest, matrix[k * size + k]);
    for (let k = 0; k < size; k++) matrix[k * size + k] += RIDGE * largest;
    this.effort += size * size * size;
    if (!choleskyFactor(matrix, size, 0)) return undefined;
    choleskySolve(matrix, size, move);
    return move;
  }

  /** Proximal steps of one group; returns by how much it falls at least. */
  #descendGroup(g: number, q: number, gram: (j: number) => Float64Array, local: Float64Array): number {
    const members = this.#blocks[g];
    const share = this.convexity.d[g];
    let decrease = 0;
    for (let step = 0; step < MOST_STEPS; step++) {
      const pull = Float64Array.from(members, (j, i) => q * this.#point[j] - local[i]);
      const size = norm(pull);
      const scale = size > 0 ? this.#proximalNorm(g, q, size) / size : 0;
      let squares = 0;
      members.forEach((j, i) => {
        const change = scale * pull[i] - this.#point[j];
        if (change === 0) return;
        this.#point[j] = scale * pull[i];
        squares += change * change;
        const column = gram(j);
        members.forEach((other, m) => {
          local[m] += change * column[other];
        });
        local[i] -= share * change;
      });
      this.#measure(g);
      decrease += (q * squares) / 2;
      // With one coefficient a step ends in the minimum.
      if (members.length === 1 || !(squares > 1e-4 * this.w[g] ** 2)) break;
    }
    return decrease;
  }

  /** The minimizer of `env_g(r) + q r^2 / 2 - pull r` over the norms up to the largest. */
  #proximalNorm(g: number, q: number, pull: number): number {
    const low = this.low[g];
    if (low > 0 && pull <= q * low) return pull / q;
    return this.sideStep(g, g, low, this.high[g], q, pull);
  }
}

/** The largest `t` up to 1 with `||b + t move|| <= high`, of a `b` within that ball. */
function lengthWithin(b: Float64Array, move: Float64Array, high: number): number {
  let [squares, inner, room] = [0, 0, high * high];
  for (let i = 0; i < b.length; i++) {
    squares += move[i] * move[i];
    inner += b[i] * move[i];
    room -= b[i] * b[i];
  }
  if (squares + 2 * inner <= room) return 1;
  return room / (inner + Math.sqrt(inner * inner + squares * room));
}
