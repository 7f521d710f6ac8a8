import { gauss, uint32 } from "./hash";
import type { DenseColumns, SparseColumns } from "./problem";

/** Rows of an autoregressive process: neighbouring columns correlate by `rho`. */
export function toeplitz(n: number, p: number, rho: number, seed: number): DenseColumns {
  const data = new Float64Array(n * p);
  const c = Math.sqrt(1 - rho * rho);
  for (let j = 0; j < p; j++) {
    for (let i = 0; i < n; i++) {
      const g = gauss(seed, j * n + i);
      data[j * n + i] = j === 0 ? g : rho * data[(j - 1) * n + i] + c * g;
    }
  }
  return { data };
}

/** Gaussian bumps of the given width along [0, 1]: neighbouring columns are almost the same. */
export function bumps(n: number, p: number, width: number): DenseColumns {
  const data = new Float64Array(n * p);
  for (let j = 0; j < p; j++) {
    for (let i = 0; i < n; i++) {
      data[j * n + i] = Math.exp(-(((i + 0.5) / n - (j + 0.5) / p) ** 2) / (2 * width * width));
    }
  }
  return { data };
}

/** Normal entries in the rows that `draws` draws a column hit, rows ascending. */
export function scattered(n: number, p: number, draws: number, seed: number): SparseColumns {
  const indptr = new Int32Array(p + 1);
  const all = new Int32Array(p * draws);
  const hit = new Int32Array(draws);
  let count = 0;
  for (let j = 0; j < p; j++) {
    for (let k = 0; k < draws; k++) hit[k] = uint32(seed + 7, j * draws + k) % n;
    hit.sort();
    for (let k = 0; k < draws; k++) if (k === 0 || hit[k] !== hit[k - 1]) all[count++] = hit[k];
    indptr[j + 1] = count;
  }
  const data = Float64Array.from({ length: count }, (_, q) => gauss(seed, q));
  return { data, indices: all.slice(0, count), indptr };
}

/**
 * Columns and response about their means, the columns of mean square 1: what ncvreg and grpreg make of theirs; fresh
 * responses about the mean of `y`.
 */
export function standardized(
  { data }: DenseColumns,
  y: Float64Array,
  fresh: Float64Array = y,
): { readonly X: DenseColumns; readonly y: Float64Array; readonly fresh: Float64Array } {
  const n = y.length;
  const X = data.slice();
  for (let start = 0; start < X.length; start += n) {
    const column = X.subarray(start, start + n);
    center(column);
    let squares = 0;
    for (let i = 0; i < n; i++) squares += column[i] * column[i];
    const scale = Math.sqrt(squares / n);
    for (let i = 0; i < n; i++) column[i] /= scale;
  }
  const mean = meanOf(y);
  const about = (values: Float64Array): Float64Array => values.map((value) => value - mean);
  return { X: { data: X }, y: about(y), fresh: about(fresh) };
}

const meanOf = (column: Float64Array): number =>
  column.reduce((sum, entry) => sum + entry, 0) / column.length;

function center(column: Float64Array): void {
  const mean = meanOf(column);
  for (let i = 0; i < column.length; i++) column[i] -= mean;
}

/** The columns of each group made orthogonal by the Cholesky factor of its Gram matrix: `X_g' X_g = n I`. */
export function whitened({ data }: DenseColumns, n: number, size: number): DenseColumns {
  const X = data.slice();
  for (let start = 0; start < X.length; start += size * n) {
    const columns = Array.from({ length: size }, (_, a) => X.subarray(start + a * n, start + (a + 1) * n));
    // Gram-Schmidt, twice for its rounding: the same columns as by the factor, whose diagonal is positive.
    columns.forEach((column, a) => {
      for (let pass = 0; pass < 2; pass++) {
        for (let b = 0; b < a; b++) {
          const share = inner(columns[b], column) / n;
          for (let i = 0; i < n; i++) column[i] -= share * columns[b][i];
        }
      }
      const scale = Math.sqrt(inner(column, column) / n);
      for (let i = 0; i < n; i++) column[i] /= scale;
    });
  }
  return { data: X };
}

function inner(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
