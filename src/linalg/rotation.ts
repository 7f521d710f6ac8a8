/** The rotations of Jacobi's methods for eigenvalues and singular values. */

/** `(a, b) = (c a - s b, s a + c b)` */
export function rotate(a: Float64Array, b: Float64Array, c: number, s: number): void {
  for (let i = 0; i < a.length; i++) {
    const x = a[i];
    const y = b[i];
    a[i] = c * x - s * y;
    b[i] = s * x + c * y;
  }
}

/**
 * The tangent of the smaller angle that makes `[[x, off], [off, y]]` diagonal, the root of `t^2 + 2 zeta t = 1` that is
 * nearer to 0.
 *
 * @param zeta `(y - x) / (2 off)`
 */
export function jacobiTangent(zeta: number): number {
  return (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(zeta, 1));
}
