import { mustBe } from "../errors";
import {
  type SingularValueDecomposition,
  singularComponents,
  singularValueDecomposition,
} from "../linalg/singular-value-decomposition";
import { dot, maxAbs } from "../linalg/vector";
import { curvatureBound } from "./group-penalty";
import type { Penalty, SeparablePenalty } from "./penalty";

/**
 * The penalty of a coefficient matrix that a separable penalty of its singular values is.
 *
 * A point is stationary, smallest or in the dual ball for the matrix when it is so for the singular values, with the
 * singular vectors kept (Lewis, The convex analysis of unitarily invariant matrix functions, 1995).
 *
 * @param nColumns columns of the matrix, which is stored one column after the other.
 * @param spectrum even in each coordinate and the same in all; if it has a dual norm it is a norm.
 * @throws InputError when `nColumns` is no positive integer.
 */
export function spectralPenalty(
  where: string,
  name: string,
  nColumns: number,
  spectrum: SeparablePenalty,
): Penalty {
  const { decompose, components } = decompositions(where, nColumns);
  const value = (beta: Float64Array, lambda: number): number =>
    spectrum.value(components(beta).values, lambda);
  const { dualNorm, fenchelYoung } = spectrum;

  return {
    name,
    structure: "joint",
    convex: spectrum.convex,
    scalesWithLambda: spectrum.scalesWithLambda,
    zeroIsAlwaysLocalMinimum: spectrum.zeroIsAlwaysLocalMinimum,
    becomesFlat: spectrum.becomesFlat,
    elementwise: false,
    quadraticOnOrthants: false,

    value,

    prox: (beta, step, lambda, out) => void shrink(spectrum, components(beta), step, lambda, out),

    violation(beta, gradient, lambda) {
      const residual = stationarityResidual(spectrum, components(beta), gradient, lambda, decompose);
      return maxAbs(decompose(residual).values);
    },

    ...(dualNorm && { dualNorm: (dual: Float64Array) => dualNorm(decompose(dual).values) }),

    ...(dualNorm &&
      fenchelYoung && {
        fenchelYoung(beta: Float64Array, dual: Float64Array, lambda: number): number {
          const { values, left, right } = components(beta);
          // At most dualNorm(dual) in truth, and by the roundings of this product above it.
          const along = values.map((_, i) => withoutExcess(bilinear(left[i], dual, right[i]), lambda));
          return fenchelYoung(values, along, lambda);
        },
      }),

    lambdaMax(gradient, curvature) {
      const { values } = decompose(gradient);
      return spectrum.lambdaMax(values, new Float64Array(values.length).fill(curvatureBound(curvature)));
    },

    exactZeros(beta, gradient, curvature, lambda, out) {
      const { values, left, right } = components(beta);
      const bound = curvatureBound(curvature);
      const kept = values.map((value, i) =>
        spectrum.roundsToZero(i, value, bilinear(left[i], gradient, right[i]), bound, lambda) ? 0 : value,
      );
      if (kept.every((value) => value !== 0)) out.set(beta);
      else compose({ values: kept, left, right }, out);
    },

    // By one proximal step, which the curvature bound makes certain; by going to zero where there is no curvature.
    decrease(beta, gradient, curvature, lambda) {
      const bound = curvatureBound(curvature);
      const next = new Float64Array(beta.length);
      let nextValue = 0;
      if (bound > 0) {
        const parts = components(beta.map((b, k) => b - gradient[k] / bound));
        nextValue = spectrum.value(shrink(spectrum, parts, 1 / bound, lambda, next), lambda);
      }
      const move = next.map((b, k) => b - beta[k]);
      const change = dot(gradient, move) + (bound / 2) * dot(move, move) + (nextValue - value(beta, lambda));
      return Math.max(-change, 0);
    },

    // In all entries; where the rank is not full, along the matrices of that rank.
    addGradient(beta, lambda, out) {
      const { values, left, right } = components(beta);
      for (let i = 0; i < values.length; i++) {
        addOuter(spectrum.coordinateSlope(i, values[i], lambda), left[i], right[i], out);
      }
    },
  };
}

/** The decompositions of matrices of so many columns. @throws InputError when `nColumns` is no positive integer. */
function decompositions(where: string, nColumns: number) {
  if (!(Number.isInteger(nColumns) && nColumns > 0)) {
    throw mustBe(where, "nColumns", "a positive integer", nColumns);
  }
  const rowsOf = (matrix: Float64Array): number => {
    const nRows = matrix.length / nColumns;
    if (Number.isInteger(nRows)) return nRows;
    throw mustBe(where, "the number of coefficients", `a multiple of ${nColumns}`, matrix.length);
  };
  return {
    /** With all singular values. */
    decompose: (matrix: Float64Array): SingularValueDecomposition =>
      singularValueDecomposition(matrix, rowsOf(matrix), nColumns),
    /** With those above zero. */
    components: (matrix: Float64Array): SingularValueDecomposition =>
      singularComponents(matrix, rowsOf(matrix), nColumns),
  };
}

/**
 * The gradient plus the subgradient of the penalty that is nearest to its negative in the Frobenius norm. Subgradients are `sum slope_i u_i v_i' + W` with `W` in
 * the ball at zero and orthogonal to every `u_i` and `v_i`.
 *
 * @param parts of the coefficients, at whose singular values above zero the penalty has slopes.
 */
function stationarityResidual(
  spectrum: SeparablePenalty,
  { values, left, right }: SingularValueDecomposition,
  gradient: Float64Array,
  lambda: number,
  decompose: (matrix: Float64Array) => SingularValueDecomposition,
): Float64Array {
  const outside = gradient.slice();
  for (let i = 0; i < values.length; i++) removeLeft(left[i], outside);
  for (let i = 0; i < values.length; i++) removeRight(right[i], outside);
  const residual = gradient.map((entry, k) => entry - outside[k]);
  for (let i = 0; i < values.length; i++) {
    addOuter(spectrum.coordinateSlope(i, values[i], lambda), left[i], right[i], residual);
  }
  const rest = decompose(outside);
  for (let i = 0; i < rest.values.length; i++) {
    const excess = spectrum.violationAtZero(i, rest.values[i], lambda);
    if (excess > 0) addOuter(excess, rest.left[i], rest.right[i], residual);
  }
  return residual;
}

function withoutExcess(along: number, bound: number): number {
  return along > bound && along <= bound * (1 + 1e-12) ? bound : along;
}

/** Takes the proximal step of singular values, makes the matrix that has them, and returns them. */
function shrink(
  spectrum: SeparablePenalty,
  parts: SingularValueDecomposition,
  step: number,
  lambda: number,
  out: Float64Array,
): Float64Array {
  spectrum.prox(parts.values, step, lambda, parts.values);
  compose(parts, out);
  return parts.values;
}

function compose({ values, left, right }: SingularValueDecomposition, out: Float64Array): void {
  out.fill(0);
  for (let i = 0; i < values.length; i++) if (values[i] !== 0) addOuter(values[i], left[i], right[i], out);
}

/** `out += scale u v'` */
function addOuter(scale: number, u: Float64Array, v: Float64Array, out: Float64Array): void {
  for (let c = 0; c < v.length; c++) {
    const factor = scale * v[c];
    for (let r = 0; r < u.length; r++) out[c * u.length + r] += factor * u[r];
  }
}

/** `u' matrix v` */
function bilinear(u: Float64Array, matrix: Float64Array, v: Float64Array): number {
  return v.reduce(
    (sum, entry, c) => sum + entry * dot(u, matrix.subarray(c * u.length, (c + 1) * u.length)),
    0,
  );
}

/** `matrix -= u u' matrix` */
function removeLeft(u: Float64Array, matrix: Float64Array): void {
  for (let start = 0; start < matrix.length; start += u.length) {
    const column = matrix.subarray(start, start + u.length);
    const share = dot(u, column);
    for (let r = 0; r < u.length; r++) column[r] -= share * u[r];
  }
}

/** `matrix -= matrix v v'` */
function removeRight(v: Float64Array, matrix: Float64Array): void {
  const nRows = matrix.length / v.length;
  const image = new Float64Array(nRows);
  for (let k = 0; k < matrix.length; k++) image[k % nRows] += matrix[k] * v[Math.floor(k / nRows)];
  addOuter(-1, image, v, matrix);
}
