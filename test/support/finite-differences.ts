/** The gradient of `f` at `x` by central differences; its error is about 1e-10 for functions of order one. */
export function numericGradient(f: (x: Float64Array) => number, x: Float64Array, step = 6e-6): Float64Array {
  return x.map((entry, i) => {
    const h = step * Math.max(1, Math.abs(entry));
    const moved = x.slice();
    moved[i] = entry + h;
    const above = f(moved);
    moved[i] = entry - h;
    return (above - f(moved)) / (2 * h);
  });
}

/**
 * The Hessian at `x` as rows, by the fourth-order central difference of the gradient, which is exact up to rounding for
 * gradients that are polynomials of degree four.
 */
export function numericHessian(
  gradient: (x: Float64Array) => Float64Array,
  x: Float64Array,
  step = 1e-2,
): Float64Array[] {
  return Array.from(x, (_, i) => {
    const at = (shift: number): Float64Array => {
      const moved = x.slice();
      moved[i] += shift;
      return gradient(moved).slice();
    };
    const [below2, below, above, above2] = [at(-2 * step), at(-step), at(step), at(2 * step)];
    return x.map((_entry, j) => (8 * (above[j] - below[j]) - (above2[j] - below2[j])) / (12 * step));
  });
}

/** Eigenvalues of a symmetric matrix given as rows, ascending, by cyclic Jacobi rotations. */
export function symmetricEigenvalues(rows: readonly Float64Array[]): number[] {
  const a = rows.map((row) => row.slice());
  const n = a.length;
  for (let sweep = 0; sweep < 50; sweep++) {
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        if (a[p][q] === 0) continue;
        const theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const c = 1 / Math.hypot(t, 1);
        const s = t * c;
        for (let k = 0; k < n; k++) {
          const [akp, akq] = [a[k][p], a[k][q]];
          a[k][p] = c * akp - s * akq;
          a[k][q] = s * akp + c * akq;
        }
        for (let k = 0; k < n; k++) {
          const [apk, aqk] = [a[p][k], a[q][k]];
          a[p][k] = c * apk - s * aqk;
          a[q][k] = s * apk + c * aqk;
        }
      }
    }
  }
  return a.map((row, i) => row[i]).sort((x, y) => x - y);
}
