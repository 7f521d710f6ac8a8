import { UpdatedCholesky } from "../../linalg/updated-cholesky";
import type { GramBlock } from "./gram-cache";

/** Share of the rows that may come, go or bend anew until a fresh factor costs less. */
const mostChanges = 1 / 4;

/**
 * The Cholesky factor of `factor * G + diag(bends)` in some rows of a Gram matrix `G`, kept from one set of rows to the next: a row
 * that comes, goes or bends otherwise than before costs as much as a few solves.
 */
export class CachedCholesky {
  readonly #cholesky = new UpdatedCholesky(128);
  #gram: Float64Array | undefined;
  #factor = 1;
  #rows: number[] = [];
  #bends: number[] = [];
  #entries = new Float64Array(0);
  /** For each row of the block whether it is wanted, and whether it is there. */
  #marks = new Uint8Array(0);

  /** In the order of the factor. */
  get rows(): readonly number[] {
    return this.#rows;
  }

  /**
   * Makes it the factor in other rows.
   *
   * @param bends by row of the block.
   * @returns false where the matrix is not positive definite.
   */
  keep(block: GramBlock, factor: number, rows: readonly number[], bends: Float64Array): boolean {
    if (this.#gram !== block.gram || this.#factor !== factor) this.#clear();
    this.#gram = block.gram;
    this.#factor = factor;
    if (this.#marks.length < block.size) this.#marks = new Uint8Array(2 * block.size);
    const marks = this.#marks;
    for (let i = 0; i < rows.length; i++) marks[rows[i]] = 1;
    const stale: number[] = [];
    for (let a = 0; a < this.#rows.length; a++) {
      const k = this.#rows[a];
      if (marks[k] === 1 && bends[k] === this.#bends[a]) marks[k] = 2;
      else stale.push(a);
    }
    const fresh: number[] = [];
    for (let i = 0; i < rows.length; i++) {
      if (marks[rows[i]] === 1) fresh.push(rows[i]);
      marks[rows[i]] = 0;
    }
    if (stale.length + fresh.length > mostChanges * rows.length) return this.#begin(block, rows, bends);
    for (const a of stale.reverse()) {
      this.#cholesky.drop(a);
      this.#rows.splice(a, 1);
      this.#bends.splice(a, 1);
    }
    return fresh.every((k) => this.#append(block, k, bends[k]));
  }

  /** Solves with the matrix in place; the entries are those of {@link rows}. */
  solve(b: Float64Array): void {
    this.#cholesky.solve(b);
  }

  #clear(): void {
    this.#cholesky.clear();
    this.#rows = [];
    this.#bends = [];
  }

  #begin(block: GramBlock, rows: readonly number[], bends: Float64Array): boolean {
    this.#clear();
    const { gram, stride } = block;
    const size = rows.length;
    const entries = this.#room((size * (size + 1)) / 2);
    let end = 0;
    for (let a = 0; a < size; a++) {
      const own = rows[a] * stride;
      for (let b = 0; b <= a; b++) entries[end++] = this.#factor * gram[own + rows[b]];
      entries[end - 1] += bends[rows[a]];
      if (!(entries[end - 1] > 0)) return false;
    }
    const there = this.#cholesky.appendRows(entries, size);
    this.#rows = rows.slice(0, there);
    this.#bends = this.#rows.map((k) => bends[k]);
    return there === size;
  }

  #append({ gram, stride }: GramBlock, k: number, bend: number): boolean {
    const size = this.#rows.length;
    const column = this.#room(size);
    const own = k * stride;
    for (let a = 0; a < size; a++) column[a] = this.#factor * gram[own + this.#rows[a]];
    const diagonal = this.#factor * gram[own + k] + bend;
    if (!(diagonal > 0)) return false;
    const before = this.#cholesky.size;
    this.#cholesky.append(column, diagonal);
    if (this.#cholesky.size === before) return false;
    this.#rows.push(k);
    this.#bends.push(bend);
    return true;
  }

  #room(length: number): Float64Array {
    if (this.#entries.length < length) this.#entries = new Float64Array(2 * length);
    return this.#entries;
  }
}
