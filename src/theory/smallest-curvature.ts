import { mustBe } from "../errors";
import { symmetricEigen } from "../linalg/symmetric-eigen";
import type { SmoothObjective } from "../problem/smooth-objective";

/** The direction in which a function bends down most, or up least. */
export interface Curvature {
  /** `d'Hd`, the smallest eigenvalue of the Hessian `H`. */
  readonly curvature: number;
  /** The unit eigenvector `d`; its sign is arbitrary. */
  readonly direction: Float64Array;
  /** The largest magnitude of an eigenvalue: rounding is relative to it. */
  readonly largest: number;
}

/** What one entry of the point is moved by, as a share of its size. */
const relativeStep = 1e-3;

/**
 * The smallest eigenvalue of the Hessian and its direction.
 *
 * The Hessian is the fourth-order central difference of the gradient at steps of `1e-3 max(1, |x_i|)`: its error is
 * about 1e-12 of its largest entry for functions that are smooth and change on a scale of 1 or more; where the second
 * derivative has a jump near `x` it means nothing. It takes `4 size` gradients and
 * all eigenvalues, so it is for some hundred entries at most.
 *
 * @param x of length `objective.size`.
 * @throws InputError when the length is wrong or a gradient near `x` is not finite.
 * @example
 * ```ts
 * const saddle = { size: 2, valueAndGradient: ([a, b], g) => (g.set([b, a]), a * b) };
 * smallestCurvature(saddle, [0, 0]).curvature; // -1
 * ```
 */
export function smallestCurvature(objective: SmoothObjective, x: ArrayLike<number>): Curvature {
  const { size } = objective;
  const { values, vectors } = symmetricEigen(hessianAt(objective, Float64Array.from(x)), size);
  return {
    curvature: values[0],
    direction: vectors[0],
    largest: Math.max(Math.abs(values[0]), Math.abs(values[size - 1])),
  };
}

function hessianAt(objective: SmoothObjective, x: Float64Array): Float64Array {
  const { size } = objective;
  if (x.length !== size) {
    throw mustBe("smallestCurvature", "the length of x", `the objective's size ${size}`, x.length);
  }
  const hessian = new Float64Array(size * size);
  const gradient = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const step = relativeStep * Math.max(1, Math.abs(x[i]));
    for (const [shift, weight] of stencil) {
      const moved = x.slice();
      moved[i] += shift * step;
      objective.valueAndGradient(moved, gradient);
      for (let j = 0; j < size; j++) {
        if (!Number.isFinite(gradient[j]))
          throw mustBe("smallestCurvature", "the gradient near x", "finite", gradient[j]);
        // Both triangles get half of it, which makes the matrix symmetric.
        const share = (weight * gradient[j]) / (2 * step);
        hessian[i * size + j] += share;
        hessian[j * size + i] += share;
      }
    }
  }
  return hessian;
}

/** `f' = (8 (f(h) - f(-h)) - (f(2h) - f(-2h))) / 12h` */
const stencil = [
  [-2, 1 / 12],
  [-1, -8 / 12],
  [1, 8 / 12],
  [2, -1 / 12],
] as const;
