/**
 * Cholesky factors: of a dense matrix, with pivots, and one that rows are appended to and dropped from.
 */
import { type Arena, arenaOf, bytesOf } from "../simd/arena";

/**
 * Replaces the lower triangle of a symmetric matrix by its Cholesky factor, `A = L L'`.
 *
 * @param matrix row-major `size x size`; only the lower triangle is read, and it is overwritten by `L`.
 * @param relativePivot smallest pivot accepted, relative to its diagonal entry of `A`.
 * @returns false when a pivot is too small: the matrix is not positive definite to working precision,
 * and its content is then meaningless.
 */
export function choleskyFactor(matrix: Float64Array, size: number, relativePivot = 1e-13): boolean {
  for (let j = 0; j < size; j++) {
    const rowJ = j * size;
    const diagonal = matrix[rowJ + j];
    let pivot = diagonal;
    for (let k = 0; k < j; k++) pivot -= matrix[rowJ + k] * matrix[rowJ + k];
    if (!(pivot > relativePivot * diagonal)) return false;
    const root = Math.sqrt(pivot);
    matrix[rowJ + j] = root;
    let i = j + 1;
    // Four rows at a time, whose sums do not wait for each other.
    for (; i + 4 <= size; i += 4) {
      const [a, b, c, d] = [i * size, (i + 1) * size, (i + 2) * size, (i + 3) * size];
      let [ofA, ofB, ofC, ofD] = [matrix[a + j], matrix[b + j], matrix[c + j], matrix[d + j]];
      for (let k = 0; k < j; k++) {
        const entry = matrix[rowJ + k];
        ofA -= matrix[a + k] * entry;
        ofB -= matrix[b + k] * entry;
        ofC -= matrix[c + k] * entry;
        ofD -= matrix[d + k] * entry;
      }
      matrix[a + j] = ofA / root;
      matrix[b + j] = ofB / root;
      matrix[c + j] = ofC / root;
      matrix[d + j] = ofD / root;
    }
    for (; i < size; i++) {
      const rowI = i * size;
      let entry = matrix[rowI + j];
      for (let k = 0; k < j; k++) entry -= matrix[rowI + k] * matrix[rowJ + k];
      matrix[rowI + j] = entry / root;
    }
  }
  return true;
}

/** Solves `L L' x = b` in place: `b` becomes `x`. */
export function choleskySolve(factor: Float64Array, size: number, b: Float64Array): void {
  for (let i = 0; i < size; i++) {
    let entry = b[i];
    for (let k = 0; k < i; k++) entry -= factor[i * size + k] * b[k];
    b[i] = entry / factor[i * size + i];
  }
  for (let i = size - 1; i >= 0; i--) {
    let entry = b[i];
    for (let k = i + 1; k < size; k++) entry -= factor[k * size + i] * b[k];
    b[i] = entry / factor[i * size + i];
  }
}

/**
 * Rows `R` with `R'R = A` for a positive semidefinite `A`, as many as its rank: Cholesky's factor, its columns where they
 * belong, by the largest diagonal entry that is left.
 *
 * What is left once no diagonal entry exceeds `size` roundings of the largest one is taken for rounding.
 *
 * @param matrix row-major `size x size`, symmetric; not changed.
 * @see Higham, Accuracy and Stability of Numerical Algorithms, 10.3
 */
export function pivotedCholesky(matrix: Float64Array, size: number): Float64Array[] {
  const left = Float64Array.from({ length: size }, (_, j) => matrix[j * size + j]);
  const negligible = size * Number.EPSILON * left.reduce((a, b) => Math.max(a, b), 0);
  const rows: Float64Array[] = [];
  while (rows.length < size) {
    const pivot = left.indexOf(left.reduce((a, b) => Math.max(a, b)));
    if (!(left[pivot] > negligible)) break;
    const root = Math.sqrt(left[pivot]);
    const row = matrix.slice(pivot * size, (pivot + 1) * size);
    for (const earlier of rows) {
      const share = earlier[pivot];
      if (share !== 0) for (let j = 0; j < size; j++) row[j] -= share * earlier[j];
    }
    for (let j = 0; j < size; j++) {
      // Columns that were pivots are finished.
      row[j] = left[j] === Number.NEGATIVE_INFINITY ? 0 : row[j] / root;
      left[j] -= row[j] * row[j];
    }
    row[pivot] = root;
    left[pivot] = Number.NEGATIVE_INFINITY;
    rows.push(row);
  }
  return rows;
}

const FIRST_CAPACITY = 16;

/** Rows up to which the room doubles from the first on, and the least room beyond: a memory more costs more than room that is not used. */
const FEW_ROWS = 64;
const LEAST_BEYOND = 256;

/**
 * The Cholesky factor of a symmetric matrix that gains and loses rows, `A = L L'`.
 *
 * A row more costs one triangular solve, a row less rotations: about `size^2` operations where a fresh factor takes
 * `size^3 / 3`.
 */
export class UpdatedCholesky {
  #size = 0;
  #capacity = 0;
  #arena!: Arena;
  /** Rows packed. */
  #factor!: Float64Array;
  #scratch!: Float64Array;

  /** @param capacity rows to expect; more are taken as well. */
  constructor(capacity: number = FIRST_CAPACITY) {
    this.#reserve(Math.max(capacity, 1));
  }

  /** Rows of the matrix. */
  get size(): number {
    return this.#size;
  }

  /**
   * Appends a row and column to the matrix, unless its pivot is too small.
   *
   * @param column its entries with the rows there are: `size` numbers.
   * @param diagonal its own entry.
   * @param relativePivot smallest pivot accepted, relative to `diagonal`.
   * @returns the pivot relative to `diagonal`; the row was appended exactly if it is above `relativePivot`.
   */
  append(column: Float64Array, diagonal: number, relativePivot = 1e-13): number {
    const n = this.#size;
    if (n === this.#capacity) this.#reserve(this.#roomier());
    const { kernels } = this.#arena;
    const start = (n * (n + 1)) / 2;
    const row = this.#factor.subarray(start, start + n);
    row.set(n === column.length ? column : column.subarray(0, n));
    kernels.forwardSolve(this.#factor, row);
    const pivot = diagonal - kernels.dot(row, row);
    const relative = pivot / diagonal;
    if (!(relative > relativePivot)) return relative;
    this.#factor[start + n] = Math.sqrt(pivot);
    this.#size = n + 1;
    return relative;
  }

  /**
   * Appends several rows and columns at once, as far as pivots allow: cheaper than one by one from about four on.
   *
   * @param rows packed: the first has `size + 1` entries, the last of them its diagonal, each next one more.
   * @param count number of these rows.
   * @param relativePivot smallest pivot accepted, relative to its diagonal entry.
   * @returns how many of them were appended: all, or those before the first whose pivot is too small.
   */
  appendRows(rows: Float64Array, count: number, relativePivot = 1e-13): number {
    const n = this.#size;
    if (n + count > this.#capacity) this.#reserve(Math.max(this.#roomier(), n + count));
    const start = (n * (n + 1)) / 2;
    const end = ((n + count) * (n + count + 1)) / 2;
    this.#factor.set(rows.subarray(0, end - start), start);
    this.#size = this.#arena.kernels.factorPacked(this.#factor, n, n + count, relativePivot);
    return this.#size - n;
  }

  /** Takes row and column `k` out of the matrix; those behind move up. */
  drop(k: number): void {
    this.#arena.kernels.dropRow(this.#factor, this.#size, k, this.#scratch);
    this.#size--;
  }

  /** Takes all rows and columns out. */
  clear(): void {
    this.#size = 0;
  }

  /**
   * Replaces the matrix, of which only the lower triangle is read.
   *
   * @param matrix row-major, `size` rows, `stride` entries from one to the next.
   * @returns how many leading rows have a factor: all, unless a pivot is at most `relativePivot` times its diagonal
   * entry; the factor is that of these rows.
   */
  refactor(matrix: Float64Array, size: number, stride: number = size, relativePivot = 1e-13): number {
    if (size > this.#capacity) {
      this.#size = 0;
      this.#reserve(Math.max(size, this.#roomier()));
    }
    for (let i = 0; i < size; i++) {
      this.#factor.set(matrix.subarray(i * stride, i * stride + i + 1), (i * (i + 1)) / 2);
    }
    this.#size = this.#arena.kernels.factorPacked(this.#factor, 0, size, relativePivot);
    return this.#size;
  }

  /** Solves `A x = b` in place; `b` has `size` entries. */
  solve(b: Float64Array): void {
    this.#inArena(b, (x) => {
      this.#arena.kernels.forwardSolve(this.#factor, x);
      this.#arena.kernels.backSolve(this.#factor, x);
    });
  }

  /** Solves `L x = b` in place; `b` has `size` entries. */
  forwardSolve(b: Float64Array): void {
    this.#inArena(b, (x) => this.#arena.kernels.forwardSolve(this.#factor, x));
  }

  #inArena(b: Float64Array, work: (x: Float64Array) => void): void {
    const x = this.#scratch.subarray(0, this.#size);
    x.set(b.length === this.#size ? b : b.subarray(0, this.#size));
    work(x);
    b.set(x);
  }

  #roomier(): number {
    const twice = 2 * this.#capacity;
    return twice <= FEW_ROWS ? twice : Math.max(twice, LEAST_BEYOND);
  }

  #reserve(capacity: number): void {
    const triangle = (capacity * (capacity + 1)) / 2;
    const arena = arenaOf(bytesOf(triangle) + bytesOf(2 * capacity));
    const factor = arena.float64(triangle);
    if (this.#size > 0) factor.set(this.#factor.subarray(0, (this.#size * (this.#size + 1)) / 2));
    this.#arena = arena;
    this.#factor = factor;
    this.#scratch = arena.float64(2 * capacity);
    this.#capacity = capacity;
  }
}
