import { mustBe } from "../errors";
import { symmetricEigen } from "../linalg/symmetric-eigen";
import { maxAbs } from "../linalg/vector";
import { checkKeys } from "../options";
import type { SmoothObjective } from "../problem/smooth-objective";

/** Tolerances below which {@link isStrictSaddle} and {@link escapeDirection} take a number for zero. */
export interface SaddleTolerances {
  /** Largest entry of the gradient at a stationary point. Default: 1e-6. */
  readonly gradientTolerance?: number;
  /**
   * A curvature is negative below minus this times the largest magnitude of a curvature. Default: 1e-9, a thousand times
   * the error of the finite differences.
   */
  readonly curvatureTolerance?: number;
}

/**
 * Whether `x` is a strict saddle: stationary, with a direction of negative curvature.
 *
 * Gradient methods leave strict saddles, from almost everywhere. Of the surrogate of a convex loss with a product of two
 * factors every stationary point is a strict saddle or a global minimum, and the origin is one exactly while
 * `lambda < lambdaMax`; with three or more factors the origin is a local minimum.
 *
 * @param x of length `objective.size`, for some hundred entries at most: see `smallestCurvature`, which gives
 * the curvature.
 * @throws InputError when the length is wrong, a tolerance is negative or a gradient near `x` is not finite.
 * @see Lee et al., Gradient descent only converges to minimizers (2016)
 * @example
 * ```ts
 * const Q = surrogateObjective(X, y, { parametrization: hadamardProduct({ depth: 2 }), lambda: 0.1 });
 * isStrictSaddle(Q, new Float64Array(Q.size)); // true
 * ```
 */
export function isStrictSaddle(
  objective: SmoothObjective,
  x: ArrayLike<number>,
  tolerances: SaddleTolerances = {},
): boolean {
  checkTolerances("isStrictSaddle", tolerances);
  const { gradientTolerance = 1e-6 } = tolerances;
  if (x.length !== objective.size)
    throw mustBe("isStrictSaddle", "the length of x", `the objective's size ${objective.size}`, x.length);
  return (
    maxAbs(gradientAt(objective, x)) <= gradientTolerance &&
    escapeDirection(objective, x, tolerances) !== undefined
  );
}

/**
 * The direction in which a saddle is left: the unit direction of most negative curvature, or undefined where no curvature is
 * negative.
 *
 * Its sign is such that the gradient, where there is one, points up it. At the origin of a product of two factors it is
 * `(u_j, v_j) = (1, -sign g_j) / sqrt 2` for the coefficient with the steepest gradient `g_j` of the loss, that is
 * `beta_j` leaves zero against it.
 *
 * @param x of length `objective.size`, for some hundred entries at most.
 * @throws InputError when the length is wrong, a tolerance is negative or a gradient near `x` is not finite.
 * @example
 * ```ts
 * const Q = surrogateObjective(X, y, { parametrization: hadamardProduct({ depth: 2 }), lambda: 9 });
 * escapeDirection(Q, new Float64Array(Q.size)) === undefined; // true
 * ```
 */
export function escapeDirection(
  objective: SmoothObjective,
  x: ArrayLike<number>,
  tolerances: SaddleTolerances = {},
): Float64Array | undefined {
  checkTolerances("escapeDirection", tolerances);
  const { curvatureTolerance = 1e-9 } = tolerances;
  const { curvature, direction, largest } = smallestCurvature(objective, x);
  if (!(curvature < -curvatureTolerance * largest)) return undefined;
  const gradient = gradientAt(objective, x);
  const uphill = direction.reduce((sum, entry, i) => sum + entry * gradient[i], 0);
  return uphill > 0 ? direction.map((entry) => -entry) : direction;
}

function gradientAt(objective: SmoothObjective, x: ArrayLike<number>): Float64Array {
  const gradient = new Float64Array(objective.size);
  objective.valueAndGradient(Float64Array.from(x), gradient);
  return gradient;
}

function checkTolerances(where: string, tolerances: SaddleTolerances): void {
  checkKeys(where, tolerances, ["gradientTolerance", "curvatureTolerance"]);
  for (const [name, value] of Object.entries(tolerances)) {
    if (value !== undefined && !(value >= 0)) throw mustBe(where, name, "a number >= 0", value);
  }
}

/** The direction of smallest curvature of a function. */
export interface Curvature {
  /** `d'Hd`, the smallest eigenvalue of the Hessian `H`. */
  readonly curvature: number;
  /** The unit eigenvector `d`; its sign is arbitrary. */
  readonly direction: Float64Array;
  /** The largest magnitude of an eigenvalue: rounding is relative to it. */
  readonly largest: number;
}

/** Step of the difference quotients in one entry of the point, relative to its size. */
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
