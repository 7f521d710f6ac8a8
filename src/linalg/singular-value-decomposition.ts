import { jacobiTangent, rotate } from "./symmetric-eigen";
import { dot, maxAbs } from "./vector";

/** `A = sum_i values[i] left[i] right[i]'`, the values descending, one for each column or row, whichever are fewer. */
export interface SingularValueDecomposition {
  readonly values: Float64Array;
  /** Orthonormal; where a value is 0 its vector on the longer side is zero. */
  readonly left: readonly Float64Array[];
  readonly right: readonly Float64Array[];
}

/** Sweeps after which the rotations stop in any case; they converge quadratically, in some six to ten sweeps. */
const maxSweeps = 60;

/**
 * The thin singular value decomposition by one-sided Jacobi rotations.
 *
 * Every rotation makes two columns orthogonal; when all are, their lengths are the singular values. Small ones keep
 * their digits where the columns differ in scale. It takes `O(long * short^2)` a sweep.
 *
 * @param matrix `nRows x nColumns`, one column after the other, left unchanged.
 * @see Hestenes, Inversion of matrices by biorthogonalization and related results (1958); Demmel and Veselic, Jacobi's
 * method is more accurate than QR (1992)
 */
export function singularValueDecomposition(
  matrix: Float64Array,
  nRows: number,
  nColumns: number,
): SingularValueDecomposition {
  const wide = nColumns > nRows;
  const [long, short] = wide ? [nColumns, nRows] : [nRows, nColumns];
  // Squares must neither overflow nor vanish; a power of two costs no digit.
  const largest = maxAbs(matrix);
  const scale = largest > 0 ? 2 ** Math.floor(Math.log2(largest)) : 1;
  const columns = Array.from({ length: short }, (_, j) =>
    Float64Array.from({ length: long }, (_, i) => matrix[wide ? i * nRows + j : j * nRows + i] / scale),
  );
  const rotation = Array.from({ length: short }, (_, j) => {
    const unit = new Float64Array(short);
    unit[j] = 1;
    return unit;
  });

  let rotated = true;
  for (let sweep = 0; sweep < maxSweeps && rotated; sweep++) {
    rotated = false;
    for (let p = 0; p < short; p++) {
      for (let q = p + 1; q < short; q++) {
        if (makeOrthogonal(columns, rotation, p, q)) rotated = true;
      }
    }
  }

  const lengths = columns.map((column) => Math.sqrt(dot(column, column)));
  const order = lengths.map((_, j) => j).sort((a, b) => lengths[b] - lengths[a]);
  const onLong = order.map((j) => columns[j].map((entry) => (lengths[j] > 0 ? entry / lengths[j] : 0)));
  const onShort = order.map((j) => rotation[j]);
  return {
    values: Float64Array.from(order, (j) => lengths[j] * scale),
    left: wide ? onShort : onLong,
    right: wide ? onLong : onShort,
  };
}

/**
 * Singular values below this share of the largest are rounding and count as zero: a matrix of low rank that is stored by
 * its entries has them, and a bridge penalty of 1e-17 is not small.
 */
const rounding = 1e-13;

/** The singular value decomposition without the values that are zero up to rounding: as many as the rank. */
export function singularComponents(
  matrix: Float64Array,
  nRows: number,
  nColumns: number,
): SingularValueDecomposition {
  const { values, left, right } = singularValueDecomposition(matrix, nRows, nColumns);
  const rank = values.findLastIndex((value) => !(value <= rounding * values[0])) + 1;
  return { values: values.slice(0, rank), left: left.slice(0, rank), right: right.slice(0, rank) };
}

/** Rotates columns `p` and `q` so that they are orthogonal, and says whether they were not. */
function makeOrthogonal(
  columns: readonly Float64Array[],
  rotation: readonly Float64Array[],
  p: number,
  q: number,
): boolean {
  const [a, b] = [columns[p], columns[q]];
  const [aa, bb, ab] = [dot(a, a), dot(b, b), dot(a, b)];
  if (!(Math.abs(ab) > Math.sqrt(a.length) * Number.EPSILON * Math.sqrt(aa) * Math.sqrt(bb))) return false;
  const tangent = jacobiTangent((bb - aa) / (2 * ab));
  const cosine = 1 / Math.hypot(tangent, 1);
  rotate(a, b, cosine, cosine * tangent);
  rotate(rotation[p], rotation[q], cosine, cosine * tangent);
  return true;
}
