import type { PiecewiseLinearTerms } from "smooth-edges";
import type { Rows } from "./regression-split";

/** Where as many kinks meet as there are coefficients. */
export interface Vertex {
  readonly beta: number[];
  /** How many of them are zeros of coefficients; the others are kinks of the loss. */
  readonly zeros: number;
  /** Whether `P` has a local minimum there. */
  readonly minimum: boolean;
}

/**
 * All points at which `p` of the hyperplanes `x_i'beta = c_i` and `beta_j = 0` meet, for data in general position.
 *
 * Between them the loss is linear and `lambda sum |beta_j|^q` is concave, so that a strict local minimum of `P` can be
 * nowhere else. At one of them `P` falls in some direction only if it falls along an edge, where all hyperplanes but one
 * still meet: along a direction between edges its slope is the sum of theirs. So `2p` slopes decide.
 */
export function kinkVertices(X: Rows, terms: PiecewiseLinearTerms, lambda: number, q: number): Vertex[] {
  const { data, nSamples: n, nFeatures: p } = X;
  const planes = [
    ...Array.from({ length: p }, (_, j) => ({
      normal: Array.from({ length: p }, (_, k) => (k === j ? 1 : 0)),
      at: 0,
    })),
    ...Array.from({ length: n }, (_, i) => ({
      normal: [...data.subarray(i * p, (i + 1) * p)],
      at: terms.center[i],
    })),
  ];
  return subsets(planes.length, p).map((chosen) => {
    const inverse = invert(chosen.map((k) => planes[k].normal));
    const zero = new Set(chosen.filter((k) => k < p));
    const kinks = new Set(chosen.map((k) => k - p));
    const beta = inverse.map((row, j) =>
      zero.has(j) ? 0 : row.reduce((sum, entry, k) => sum + entry * planes[chosen[k]].at, 0),
    );

    /** The slope of `P` along a direction, infinite where a coefficient leaves zero and q is below 1. */
    const slopeAlong = (direction: number[]): number => {
      let slope = 0;
      for (let i = 0; i < n; i++) {
        const { normal, at } = planes[p + i];
        const change = -inner(normal, direction);
        const sign = kinks.has(i) ? Math.sign(change) : Math.sign(at - inner(normal, beta));
        slope += ((terms.tilt[i] + terms.width[i] * sign) * change) / n;
      }
      for (const [j, b] of beta.entries()) {
        if (zero.has(j) && q < 1 && Math.abs(direction[j]) > 1e-12) return Number.POSITIVE_INFINITY;
        slope += zero.has(j)
          ? lambda * Math.abs(direction[j])
          : lambda * q * Math.abs(b) ** (q - 1) * Math.sign(b) * direction[j];
      }
      return slope;
    };

    const edges = chosen.flatMap((_, k) => [1, -1].map((sign) => inverse.map((row) => sign * row[k])));
    return { beta, zeros: zero.size, minimum: edges.every((edge) => slopeAlong(edge) > 0) };
  });
}

/** All ascending choices of `size` from `0, ..., count - 1`. */
function subsets(count: number, size: number, from = 0): number[][] {
  if (size === 0) return [[]];
  return Array.from({ length: count - from }, (_, k) => from + k).flatMap((first) =>
    subsets(count, size - 1, first + 1).map((rest) => [first, ...rest]),
  );
}

/** By Gauss and Jordan with pivoting. */
function invert(matrix: readonly number[][]): number[][] {
  const p = matrix.length;
  const rows = matrix.map((row, j) => [...row, ...row.map((_, k) => (k === j ? 1 : 0))]);
  for (let j = 0; j < p; j++) {
    const pivot = rows
      .slice(j)
      .reduce((best, row, k) => (Math.abs(row[j]) > Math.abs(rows[best][j]) ? j + k : best), j);
    [rows[j], rows[pivot]] = [rows[pivot], rows[j]];
    rows[j] = rows[j].map((entry) => entry / rows[j][j]);
    for (let k = 0; k < p; k++) {
      const factor = rows[k][j];
      if (k !== j) rows[k] = rows[k].map((entry, m) => entry - factor * rows[j][m]);
    }
  }
  return rows.map((row) => row.slice(p));
}

function inner(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, k) => sum + value * b[k], 0);
}
