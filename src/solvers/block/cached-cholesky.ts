/** A Cholesky factor in some rows of a Gram matrix, updated as rows enter and leave ({@link CachedCholesky}). */
import { UpdatedCholesky } from "../../linalg/cholesky";
import type { GramBlock, GramCache } from "../subproblem/gram-cache";

/** Minimum number of rows that are appended together. */
const MIN_BLOCK = 4;

/** Maximum share of the rows that may change with the factor still updated; beyond it a new factor costs less. */
const maxChangedShare = 1 / 4;

/**
 * The Cholesky factor of `factor * G + diag(curvatures)` in some rows of a Gram matrix `G`, updated from one set of
 * rows to the next.
 *
 * A row that enters, leaves or changes its curvature costs as much as a few solves.
 */
export class CachedCholesky {
  readonly #cholesky = new UpdatedCholesky(128);
  #cache: GramCache | undefined;
  #factor = 1;
  #rows: number[] = [];
  #curvatures: number[] = [];
  #entries = new Float64Array(0);
  /** For each row of the block whether it is wanted, and whether it is present. */
  #marks = new Uint8Array(0);

  /** The rows in the order of the factor. */
  get rows(): readonly number[] {
    return this.#rows;
  }

  /**
   * Updates the factor to other rows and curvatures.
   *
   * @param curvatures by row of the block.
   * @returns false if the matrix is not positive definite.
   */
  update(block: GramBlock, factor: number, rows: readonly number[], curvatures: Float64Array): boolean {
    if (this.#cache !== block.cache || this.#factor !== factor) this.#clear();
    this.#cache = block.cache;
    this.#factor = factor;
    if (this.#marks.length < block.size) this.#marks = new Uint8Array(2 * block.size);
    const marks = this.#marks;
    for (let i = 0; i < rows.length; i++) marks[rows[i]] = 1;
    const stale: number[] = [];
    for (let a = 0; a < this.#rows.length; a++) {
      const k = this.#rows[a];
      if (marks[k] === 1 && curvatures[k] === this.#curvatures[a]) marks[k] = 2;
      else stale.push(a);
    }
    const fresh: number[] = [];
    for (let i = 0; i < rows.length; i++) {
      if (marks[rows[i]] === 1) fresh.push(rows[i]);
      marks[rows[i]] = 0;
    }
    if (stale.length + fresh.length > maxChangedShare * rows.length)
      return this.#refactor(block, rows, curvatures);
    for (const a of stale.reverse()) {
      this.#cholesky.drop(a);
      this.#rows.splice(a, 1);
      this.#curvatures.splice(a, 1);
    }
    return fresh.length >= MIN_BLOCK
      ? this.#appendAll(block, fresh, curvatures)
      : fresh.every((k) => this.#append(block, k, curvatures[k]));
  }

  /** Solves with the matrix in place; the entries are those of {@link rows}. */
  solve(b: Float64Array): void {
    this.#cholesky.solve(b);
  }

  #clear(): void {
    this.#cholesky.clear();
    this.#rows = [];
    this.#curvatures = [];
  }

  #refactor(block: GramBlock, rows: readonly number[], curvatures: Float64Array): boolean {
    this.#clear();
    return this.#appendAll(block, rows, curvatures);
  }

  /** Appends rows together, which takes less time than one after the other. */
  #appendAll({ gram, stride }: GramBlock, fresh: readonly number[], curvatures: Float64Array): boolean {
    const rows = [...this.#rows, ...fresh];
    const before = this.#rows.length;
    const entries = this.#buffer((rows.length * (rows.length + 1) - before * (before + 1)) / 2);
    let end = 0;
    for (let a = before; a < rows.length; a++) {
      const own = rows[a] * stride;
      for (let b = 0; b <= a; b++) entries[end++] = this.#factor * gram[own + rows[b]];
      entries[end - 1] += curvatures[rows[a]];
      if (!(entries[end - 1] > 0)) return false;
    }
    const count = this.#cholesky.appendRows(entries, fresh.length);
    for (let i = 0; i < count; i++) {
      this.#rows.push(fresh[i]);
      this.#curvatures.push(curvatures[fresh[i]]);
    }
    return count === fresh.length;
  }

  #append({ gram, stride }: GramBlock, k: number, curvature: number): boolean {
    const size = this.#rows.length;
    const column = this.#buffer(size);
    const own = k * stride;
    for (let a = 0; a < size; a++) column[a] = this.#factor * gram[own + this.#rows[a]];
    const diagonal = this.#factor * gram[own + k] + curvature;
    if (!(diagonal > 0)) return false;
    const before = this.#cholesky.size;
    this.#cholesky.append(column, diagonal);
    if (this.#cholesky.size === before) return false;
    this.#rows.push(k);
    this.#curvatures.push(curvature);
    return true;
  }

  #buffer(length: number): Float64Array {
    if (this.#entries.length < length) this.#entries = new Float64Array(2 * length);
    return this.#entries;
  }
}
