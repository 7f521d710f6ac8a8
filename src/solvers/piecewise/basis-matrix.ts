/**
 * The equations of a basis of a piecewise linear problem ({@link BasisMatrix}), whose inverse follows the exchanges of the simplex
 * method.
 */
import { luFactor, luSolve } from "../../linalg/lu";
import { addScaled, maxAbs } from "../../linalg/vector";
import type { PiecewiseLinearProblem } from "../../problem/piecewise-linear-problem";

/** The largest error of a solution by the inverse, as a share of the right-hand side. If it is larger, the inverse is computed again. */
const STALE = 1e-8;

/** The data whose columns a basis has. */
type Data = Pick<PiecewiseLinearProblem, "design" | "free">;

/** The coefficients of a basis that may differ from zero, and the samples on their kink. */
interface Members {
  readonly support: readonly number[];
  readonly onKink: readonly number[];
}

/**
 * Either a sample leaves its kink or a coefficient leaves zero. In exchange, either another sample reaches its kink or a coefficient of the
 * support becomes zero.
 */
export interface Exchange {
  readonly leaves: { readonly sample: number } | { readonly feature: number };
  readonly arrives: { readonly sample: number } | { readonly member: number };
}

/**
 * The matrix `B` of a basis: the columns without a penalty and those of `support`, in the rows `onKink`.
 *
 * An exchange of a row or a column changes its inverse by a matrix of rank 1, which takes `k^2` operations for `k` columns where a
 * factorization takes `k^3`. A solution is improved by its residual, so that it is as accurate as one by a factorization.
 *
 * @see Dantzig and Orchard-Hays, The product form for the inverse in the simplex method (1954)
 */
export class BasisMatrix {
  readonly #data: Data;
  readonly #support: number[];
  readonly #onKink: number[];
  /** All samples of each column. */
  readonly #columns: Float64Array[];
  #inverse: Inverse;

  /** Returns undefined where the matrix is singular. */
  static of(data: Data, { support, onKink }: Members): BasisMatrix | undefined {
    const columns = [...data.free.basis, ...support.map((j) => columnAt(data, j))];
    const inverse = inverseOf(columns, onKink);
    return inverse && new BasisMatrix(data, [...support], [...onKink], columns, inverse);
  }

  private constructor(
    data: Data,
    support: number[],
    onKink: number[],
    columns: Float64Array[],
    inverse: Inverse,
  ) {
    this.#data = data;
    this.#support = support;
    this.#onKink = onKink;
    this.#columns = columns;
    this.#inverse = inverse;
  }

  get support(): readonly number[] {
    return this.#support;
  }

  get onKink(): readonly number[] {
    return this.#onKink;
  }

  /** The columns without a penalty, then those of `support`, of all samples. */
  get columns(): readonly Float64Array[] {
    return this.#columns;
  }

  /** Returns a copy for another problem with the same columns in the basis; later exchanges take their columns from that problem. */
  copyFor(data: Data): BasisMatrix {
    const [support, onKink, columns] = [[...this.#support], [...this.#onKink], [...this.#columns]];
    return new BasisMatrix(data, support, onKink, columns, this.#inverse.copy());
  }

  /** Returns the solution `x` of `B x = b`, one entry a column; undefined where the matrix is singular. */
  solve(b: Float64Array): Float64Array | undefined {
    const rows = this.#onKink;
    return this.#solved(
      b,
      (rest) => this.#inverse.times(rest),
      (x) => {
        const rest = b.slice();
        for (let k = 0; k < x.length; k++) {
          const column = this.#columns[k];
          for (let row = 0; row < rows.length; row++) rest[row] -= x[k] * column[rows[row]];
        }
        return rest;
      },
    );
  }

  /** Returns the solution `x` of `B' x = b`, one entry a sample on its kink; undefined where the matrix is singular. */
  solveTransposed(b: Float64Array): Float64Array | undefined {
    const rows = this.#onKink;
    return this.#solved(
      b,
      (rest) => this.#inverse.transposedTimes(rest),
      (x) => {
        const rest = b.slice();
        for (let k = 0; k < rest.length; k++) {
          const column = this.#columns[k];
          for (let row = 0; row < rows.length; row++) rest[k] -= x[row] * column[rows[row]];
        }
        return rest;
      },
    );
  }

  /** @param missOf returns the right-hand side minus the product with a solution. */
  #solved(
    b: Float64Array,
    byInverse: (b: Float64Array) => Float64Array,
    missOf: (x: Float64Array) => Float64Array,
  ): Float64Array | undefined {
    let x = byInverse(b);
    let miss = missOf(x);
    if (!(maxAbs(miss) <= STALE * maxAbs(b))) {
      const inverse = inverseOf(this.#columns, this.#onKink);
      if (inverse === undefined) return undefined;
      this.#inverse = inverse;
      x = byInverse(b);
      miss = missOf(x);
    }
    addScaled(1, byInverse(miss), x);
    return x;
  }

  /** Returns how the coefficients move, one entry for each column, if a coefficient leaves zero and all samples stay on their kink. */
  stepAgainst(column: Float64Array): Float64Array {
    return this.#inverse.times(this.#entriesOf(column)).map((entry) => -entry);
  }

  /**
   * Returns how the coefficients move, one entry for each column, if a sample leaves its kink to one side and all others stay on theirs.
   */
  stepFrom(sample: number, side: number): Float64Array {
    return this.#inverse.column(this.#onKink.indexOf(sample)).map((entry) => -side * entry);
  }

  /** Exchanges rows and columns: a row takes the place of a row, a column that of a column; what is added comes last. */
  exchange({ leaves, arrives }: Exchange): void {
    const row = "sample" in leaves ? this.#onKink.indexOf(leaves.sample) : this.#onKink.length;
    const member = "member" in arrives ? arrives.member : this.#support.length;
    const place = this.#columns.length - this.#support.length + member;
    const rowOf = (sample: number): Float64Array =>
      Float64Array.from(this.#columns, (column) => column[sample]);
    const column = "feature" in leaves ? columnAt(this.#data, leaves.feature) : undefined;
    if (column === undefined) {
      if ("sample" in arrives) this.#inverse.replaceRow(row, rowOf(arrives.sample));
      else this.#inverse.remove(row, place);
    } else if ("member" in arrives) this.#inverse.replaceColumn(place, this.#entriesOf(column));
    else {
      this.#inverse.add(this.#entriesOf(column), rowOf(arrives.sample), column[arrives.sample]);
    }
    this.#onKink.splice(row, 1, ...("sample" in arrives ? [arrives.sample] : []));
    this.#support.splice(member, 1, ...("feature" in leaves ? [leaves.feature] : []));
    this.#columns.splice(place, 1, ...(column ? [column] : []));
  }

  /** The entries of a column on the kinks. */
  #entriesOf(column: Float64Array): Float64Array {
    return Float64Array.from(this.#onKink, (i) => column[i]);
  }
}

function columnAt({ design }: Data, feature: number): Float64Array {
  const column = new Float64Array(design.nSamples);
  design.addColumn(feature, 1, column);
  return column;
}

/** Returns the inverse of the rows of columns; undefined where they are singular. */
function inverseOf(columns: readonly Float64Array[], rows: readonly number[]): Inverse | undefined {
  const size = rows.length;
  const transpose = new Float64Array(size * size);
  columns.forEach((column, k) => {
    rows.forEach((i, row) => {
      transpose[k * size + row] = column[i];
    });
  });
  const factor = luFactor(transpose, size);
  if (factor === undefined) return undefined;
  const entries = new Float64Array(size * size);
  for (let k = 0; k < size; k++) {
    const unit = new Float64Array(size);
    unit[k] = 1;
    entries.set(luSolve(factor, unit), k * size);
  }
  return new Inverse(entries, size, size);
}

/**
 * The inverse of a square matrix, which is updated when rows or columns change. If a change makes the matrix singular, entries of the
 * inverse are not finite.
 */
class Inverse {
  /** Row `k` from `k stride` on; it has one entry a row of the matrix. */
  #entries: Float64Array;
  #size: number;
  #stride: number;

  constructor(entries: Float64Array, size: number, stride: number) {
    this.#entries = entries;
    this.#size = size;
    this.#stride = stride;
  }

  copy(): Inverse {
    return new Inverse(this.#entries.slice(), this.#size, this.#stride);
  }

  times(b: Float64Array): Float64Array {
    const [entries, size] = [this.#entries, this.#size];
    const x = new Float64Array(size);
    for (let k = 0; k < size; k++) {
      const start = k * this.#stride;
      let [even, odd] = [0, 0];
      for (let r = 0; r + 1 < size; r += 2) {
        even += entries[start + r] * b[r];
        odd += entries[start + r + 1] * b[r + 1];
      }
      if (size % 2 === 1) even += entries[start + size - 1] * b[size - 1];
      x[k] = even + odd;
    }
    return x;
  }

  transposedTimes(b: Float64Array): Float64Array {
    const [entries, size] = [this.#entries, this.#size];
    const x = new Float64Array(size);
    for (let k = 0; k < size; k++) {
      const start = k * this.#stride;
      for (let r = 0; r < size; r++) x[r] += b[k] * entries[start + r];
    }
    return x;
  }

  column(row: number): Float64Array {
    const column = new Float64Array(this.#size);
    for (let k = 0; k < column.length; k++) column[k] = this.#entries[k * this.#stride + row];
    return column;
  }

  replaceRow(row: number, by: Float64Array): void {
    const shares = this.transposedTimes(by);
    const own = this.column(row).map((entry) => entry / shares[row]);
    this.#subtract(own, shares);
    this.#setColumn(row, own);
  }

  replaceColumn(place: number, by: Float64Array): void {
    const shares = this.times(by);
    const own = this.#row(place).map((entry) => entry / shares[place]);
    this.#subtract(shares, own);
    this.#row(place).set(own);
  }

  remove(row: number, place: number): void {
    const gone = this.#row(place).slice();
    const own = this.column(row).map((entry) => entry / gone[row]);
    this.#subtract(own, gone);
    for (let k = 0; k < this.#size; k++) this.#row(k).copyWithin(row, row + 1);
    this.#entries.copyWithin(place * this.#stride, (place + 1) * this.#stride, this.#size * this.#stride);
    this.#size--;
  }

  /** @param corner the entry of both the new column and the new row. */
  add(column: Float64Array, row: Float64Array, corner: number): void {
    const shares = this.times(column);
    const own = this.transposedTimes(row);
    const rest = row.reduce((sum, entry, k) => sum - entry * shares[k], corner);
    for (let r = 0; r < own.length; r++) own[r] /= -rest;
    this.#subtract(shares, own);
    const size = this.#size;
    if (size === this.#stride) this.#widen();
    this.#size++;
    this.#row(size).set(own);
    this.#row(size)[size] = 1 / rest;
    for (let k = 0; k < size; k++) this.#entries[k * this.#stride + size] = -shares[k] / rest;
  }

  #row(k: number): Float64Array {
    return this.#entries.subarray(k * this.#stride, k * this.#stride + this.#size);
  }

  #setColumn(row: number, column: Float64Array): void {
    for (let k = 0; k < column.length; k++) this.#entries[k * this.#stride + row] = column[k];
  }

  /** Subtracts `a b'`. */
  #subtract(a: Float64Array, b: Float64Array): void {
    const [entries, size] = [this.#entries, this.#size];
    for (let k = 0; k < size; k++) {
      const start = k * this.#stride;
      const scale = a[k];
      if (scale === 0) continue;
      for (let r = 0; r < size; r++) entries[start + r] -= scale * b[r];
    }
  }

  #widen(): void {
    const stride = Math.ceil(1.5 * this.#stride) + 8;
    const entries = new Float64Array(stride * stride);
    for (let k = 0; k < this.#size; k++) entries.set(this.#row(k), k * stride);
    [this.#entries, this.#stride] = [entries, stride];
  }
}
