import { mustBe } from "../../errors";
import { type CriticalPoint, findCriticalPoints, findMinima } from "./parts/critical-points";
import { type GridField, isolines, type Polyline } from "./parts/isolines";

/** The members of a parametrization that a landscape reads, for one coefficient. */
export interface LandscapeParametrization {
  /** With its parameters, such as `"hadamardProduct(2)"`. */
  readonly name: string;
  /** The penalty of a coefficient whose factors are balanced. */
  readonly inducedPenalty: {
    /** `lambda R(beta)`. */
    value(beta: Float64Array, lambda: number): number;
    /** The minimiser of `||x - beta||^2 / (2 step) + lambda R(x)`. */
    prox?(beta: Float64Array, step: number, lambda: number, out: Float64Array): void;
  };
  /** Length of `xi`. */
  surrogateSize(nFeatures: number): number;
  /** `beta = K(xi)`. */
  forward(xi: Float64Array, beta: Float64Array): void;
  /** Adds `J(xi)' cotangent` to `out`. */
  pullback(xi: Float64Array, cotangent: Float64Array, out: Float64Array): void;
  /** `R_xi(xi)`. */
  surrogatePenalty(xi: Float64Array): number;
  /** Adds `scale` times the gradient of `R_xi` to `out`. */
  addSurrogateGradient(xi: Float64Array, scale: number, out: Float64Array): void;
}

/** Options of {@link computeLandscape}: the data of one coefficient, the strength of the penalty, and the window. */
export interface LandscapeOptions {
  /** The least squares solution, at which the loss is minimal; defaults to 1.5. */
  readonly z?: number;
  /** Strength of the penalty, > 0; defaults to 0.5. */
  readonly lambda?: number;
  /** The factors run over `[-extent, extent]`; defaults to 2, or more where the minima need it. */
  readonly extent?: number;
  /** Grid nodes along each factor, 11 to 301; defaults to 81. */
  readonly resolution?: number;
}

/** Everything a picture of a landscape shows, as plain numbers; curves and grids in seven significant digits. */
export interface Landscape {
  /** Its name. */
  readonly parametrization: string;
  /** Number of factors on the second axis: 1, or all but the first if they are equal. */
  readonly nTied: number;
  /** The least squares solution. */
  readonly z: number;
  /** Strength of the penalty. */
  readonly lambda: number;
  /** `P(beta) = (beta - z)^2 / 2 + lambda R(beta)` on a grid, and its local minima. */
  readonly base: {
    readonly beta: readonly number[];
    readonly objective: readonly number[];
    readonly minima: readonly { readonly beta: number; readonly value: number }[];
  };
  /** `Q(xi) = (K(xi) - z)^2 / 2 + lambda R_xi(xi)` on a square of two factors, and its critical points. */
  readonly surrogate: GridField & { readonly criticalPoints: readonly CriticalPoint[] };
  /** The curves on which `K(xi)` equals the global minimizer of `P`. */
  readonly fibre: readonly Polyline[];
}

/**
 * Computes a univariate objective and its smooth surrogate for a picture.
 *
 * With more than two factors all but the first move together, `(u, v, ..., v)`: by symmetry a critical point of this
 * slice is one of the whole surrogate.
 *
 * @throws InputError when an option is out of range or the parametrization has fewer than two parameters a coefficient.
 * @see Kolb et al. (2023), arXiv 2307.03571, Figure 1
 */
export function computeLandscape(
  parametrization: LandscapeParametrization,
  { z = 1.5, lambda = 0.5, extent: givenExtent, resolution = 81 }: LandscapeOptions = {},
): Landscape {
  if (!Number.isFinite(z)) throw mustBe("surrogateLandscape", "z", "a finite number", z);
  if (!(lambda > 0 && lambda < Infinity))
    throw mustBe("surrogateLandscape", "lambda", "a finite number > 0", lambda);
  if (givenExtent !== undefined && !(givenExtent > 0 && givenExtent < Infinity))
    throw mustBe("surrogateLandscape", "extent", "a finite number > 0", givenExtent);
  if (!(Number.isInteger(resolution) && resolution >= 11 && resolution <= 301))
    throw mustBe("surrogateLandscape", "resolution", "an integer from 11 to 301", resolution);
  const size = parametrization.surrogateSize(1);
  if (!(size >= 2))
    throw mustBe(
      "surrogateLandscape",
      "parametrization",
      "one with two or more parameters a coefficient",
      size,
    );

  const base = (beta: number): number =>
    (beta - z) ** 2 / 2 + parametrization.inducedPenalty.value(Float64Array.of(beta), lambda);
  const betas = baseGrid(z);
  const proximal = Float64Array.of(Number.NaN);
  parametrization.inducedPenalty.prox?.(Float64Array.of(z), 1, lambda, proximal);
  // The search by values finds half of the digits, so the closed form replaces the global minimizer.
  const minima = findMinima(base, betas).map((minimum) =>
    Math.abs(minimum.beta - proximal[0]) < 1e-6 * (1 + Math.abs(z))
      ? { beta: proximal[0], value: base(proximal[0]) }
      : minimum,
  );
  const best = minima.reduce((a, b) => (b.value < a.value ? b : a));
  const extent = givenExtent ?? Math.max(2, Math.ceil(1.5 * Math.abs(best.beta) ** (1 / size)));

  const surrogate = sliceOfSurrogate(parametrization, size, z, lambda);
  const nodes = Array.from({ length: resolution }, (_, i) => (2 * extent * i) / (resolution - 1) - extent);
  const onGrid = (f: (u: number, v: number) => number): number[] =>
    nodes.flatMap((v) => nodes.map((u) => f(u, v)));
  return {
    parametrization: parametrization.name,
    nTied: size - 1,
    z,
    lambda,
    base: { beta: betas.map(round), objective: betas.map((beta) => round(base(beta))), minima },
    surrogate: {
      extent,
      resolution,
      values: onGrid(surrogate.value).map(round),
      criticalPoints: findCriticalPoints(surrogate, nodes),
    },
    fibre: isolines({ extent, resolution, values: onGrid(surrogate.beta) }, best.beta).map(({ x, y }) => ({
      x: x.map(round),
      y: y.map(round),
    })),
  };
}

function round(value: number): number {
  return Number(value.toPrecision(7));
}

/** Returns the surrogate, its gradient and its map to the coefficient on the slice `(u, v, ..., v)`. */
function sliceOfSurrogate(
  parametrization: LandscapeParametrization,
  size: number,
  z: number,
  lambda: number,
) {
  const at = (u: number, v: number): { xi: Float64Array; beta: Float64Array } => {
    const xi = new Float64Array(size).fill(v);
    xi[0] = u;
    const beta = new Float64Array(1);
    parametrization.forward(xi, beta);
    return { xi, beta };
  };
  return {
    beta: (u: number, v: number): number => at(u, v).beta[0],
    value(u: number, v: number): number {
      const { xi, beta } = at(u, v);
      return (beta[0] - z) ** 2 / 2 + lambda * parametrization.surrogatePenalty(xi);
    },
    gradient(u: number, v: number): [number, number] {
      const { xi, beta } = at(u, v);
      const full = new Float64Array(size);
      parametrization.pullback(xi, Float64Array.of(beta[0] - z), full);
      parametrization.addSurrogateGradient(xi, lambda, full);
      return [full[0], full.subarray(1).reduce((sum, part) => sum + part, 0)];
    },
  };
}

/** Returns a grid beyond 0 and `z` on both sides, which contains 0 and is dense around it, where a penalty may have a cusp. */
function baseGrid(z: number): number[] {
  const margin = Math.max(1, 0.3 * Math.abs(z));
  const from = Math.min(0, z) - margin;
  const to = Math.max(0, z) + margin;
  const step = (to - from) / 150;
  const betas = [0];
  for (let beta = step; beta < to; beta += step) betas.push(beta);
  for (let beta = -step; beta > from; beta -= step) betas.push(beta);
  for (let halvings = 1; halvings <= 10; halvings++) betas.push(step / 2 ** halvings, -step / 2 ** halvings);
  return [...betas, from, to].sort((a, b) => a - b);
}
