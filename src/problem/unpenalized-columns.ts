/** An orthogonal basis of the intercept and the unpenalized columns ({@link UnpenalizedColumns}). */
import { addScaled, addScaledEntries, dot, dotEntries, squaredNorm } from "../linalg/vector";

/**
 * The unpenalized part of a linear predictor: intercept and free columns, as a basis `Q` with `Q'Q = n I`.
 *
 * Columns that depend on earlier ones are left out; their coefficient is zero.
 */
export class UnpenalizedColumns {
  readonly nSamples: number;
  /** Orthogonal columns of squared norm `nSamples`. */
  readonly basis: readonly Float64Array[];
  /** `kept[k]` is the index, among the given columns, that `basis[k]` was made of. */
  readonly kept: readonly number[];
  /** `basis[k] = (given[kept[k]] - sum_{m<k} factor[k][m] basis[m]) / factor[k][k]` */
  readonly #factor: readonly Float64Array[];

  /** @param columns copied; any number, none for a model without unpenalized part. */
  constructor(nSamples: number, columns: readonly Float64Array[]) {
    const basis: Float64Array[] = [];
    const kept: number[] = [];
    const factor: Float64Array[] = [];
    columns.forEach((given, index) => {
      const column = given.slice();
      const before = squaredNorm(column);
      const row = new Float64Array(basis.length + 1);
      // Twice is enough for orthogonality to working precision (Kahan; Parlett, The Symmetric Eigenvalue Problem, 6.9).
      for (let pass = 0; pass < 2; pass++) {
        basis.forEach((earlier, m) => {
          const share = dot(earlier, column) / nSamples;
          row[m] += share;
          addScaled(-share, earlier, column);
        });
      }
      const after = squaredNorm(column);
      if (!(after > 1e-20 * before)) return;
      row[basis.length] = Math.sqrt(after / nSamples);
      for (let i = 0; i < nSamples; i++) column[i] /= row[basis.length];
      basis.push(column);
      kept.push(index);
      factor.push(row);
    });
    this.nSamples = nSamples;
    this.basis = basis;
    this.kept = kept;
    this.#factor = factor;
  }

  get size(): number {
    return this.basis.length;
  }

  /** `eta += Q psi` */
  addTo(eta: Float64Array, psi: Float64Array): void {
    this.basis.forEach((column, k) => {
      addScaled(psi[k], column, eta);
    });
  }

  /** `out = Q' residual` */
  transpose(residual: Float64Array, out: Float64Array): void {
    this.basis.forEach((column, k) => {
      out[k] = dot(column, residual);
    });
  }

  /** `eta[k] += (Q psi)_i` for `i = rows[k]` */
  addRowsTo(rows: Int32Array, eta: Float64Array, psi: Float64Array): void {
    for (let k = 0; k < this.size; k++) addScaledEntries(psi[k], this.basis[k], rows, eta);
  }

  /** `out = sum_k residual[k] q_i` for the rows `q_i` of `Q`, `i = rows[k]` */
  transposeRows(rows: Int32Array, residual: Float64Array, out: Float64Array): void {
    for (let k = 0; k < this.size; k++) out[k] = dotEntries(this.basis[k], rows, residual);
  }

  /** Removes from `v` its component `Q psi` in the span of `Q`, to working precision, and returns `psi`. */
  projectOut(v: Float64Array): Float64Array {
    const psi = new Float64Array(this.size);
    for (let pass = 0; pass < 2; pass++) {
      this.basis.forEach((column, k) => {
        const share = dot(column, v) / this.nSamples;
        addScaled(-share, column, v);
        psi[k] += share;
      });
    }
    return psi;
  }

  /** Coefficients of the given columns that yield `Q psi`; zero for the columns left out. */
  coefficients(psi: Float64Array, nColumns: number): Float64Array {
    const coefficients = new Float64Array(nColumns);
    const rest = psi.slice(0, this.size);
    for (let k = this.size - 1; k >= 0; k--) {
      const coefficient = rest[k] / this.#factor[k][k];
      coefficients[this.kept[k]] = coefficient;
      for (let m = 0; m < k; m++) rest[m] -= coefficient * this.#factor[k][m];
    }
    return coefficients;
  }
}
