import type { BenchProblem } from "../problems/problem";

type Columns = Pick<BenchProblem, "X" | "nSamples" | "nFeatures" | "nResponses">;

/** The linear predictors `X b`, one response after the other. */
export function predictors(
  { X, nSamples: n, nFeatures: p, nResponses }: Columns,
  b: Float64Array,
): Float64Array {
  const eta = new Float64Array(n * nResponses);
  for (let r = 0; r < nResponses; r++) {
    const out = eta.subarray(r * n, (r + 1) * n);
    for (let j = 0; j < p; j++) {
      const value = b[r * p + j];
      if (value === 0) continue;
      if ("indptr" in X) {
        for (let k = X.indptr[j]; k < X.indptr[j + 1]; k++) out[X.indices[k]] += value * X.data[k];
      } else {
        const start = j * n;
        for (let i = 0; i < n; i++) out[i] += value * X.data[start + i];
      }
    }
  }
  return eta;
}

/** `X' v / n`, one response after the other. */
export function correlations(
  { X, nSamples: n, nFeatures: p, nResponses }: Columns,
  v: Float64Array,
): Float64Array {
  const c = new Float64Array(p * nResponses);
  for (let r = 0; r < nResponses; r++) {
    for (let j = 0; j < p; j++) {
      let sum = 0;
      if ("indptr" in X) {
        for (let k = X.indptr[j]; k < X.indptr[j + 1]; k++) sum += v[r * n + X.indices[k]] * X.data[k];
      } else {
        const start = j * n;
        for (let i = 0; i < n; i++) sum += v[r * n + i] * X.data[start + i];
      }
      c[r * p + j] = sum / n;
    }
  }
  return c;
}
