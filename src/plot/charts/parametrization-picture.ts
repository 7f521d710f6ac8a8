import { mustBe } from "../../errors";
import { checkKeys } from "../../options";
import type { Parametrization } from "../../parametrizations";
import { computeLandscape, type Landscape } from "./landscape";
import { findMinima } from "./parts/critical-points";
import { isolines, type Polyline } from "./parts/isolines";

/** Options of {@link computeParametrizationPicture}: the data of one coefficient, and the strength of the penalty. */
export interface ParametrizationPictureOptions {
  /** The least squares solution, finite. Default: 1.5. */
  readonly z?: number;
  /** Strength of the penalty, > 0. Default: 0.5. */
  readonly lambda?: number;
}

/** Everything a picture of a parametrization shows, as plain numbers. */
export interface ParametrizationPicture {
  /** Its name. */
  readonly parametrization: string;
  /** The name of the penalty that it induces. */
  readonly penalty: string;
  /** The least squares solution. */
  readonly z: number;
  /** Strength of the penalty. */
  readonly lambda: number;
  /** Map and surrogate over two factors of one coefficient, or over its only one. */
  readonly factors:
    | {
        readonly landscape: Landscape;
        /** All factors, in the plane of the landscape, that give the coefficient `beta`. */
        readonly fibres: readonly { readonly beta: number; readonly lines: readonly Polyline[] }[];
        /** The points of least surrogate penalty on each fibre. */
        readonly balanced: readonly { readonly beta: number; readonly x: number; readonly y: number }[];
      }
    | {
        readonly v: readonly number[];
        /** `K(v)` and `Q(v) = (K(v) - z)^2 / 2 + lambda R_xi(v)` at `v`. */
        readonly beta: readonly number[];
        readonly objective: readonly number[];
        readonly minima: readonly { readonly v: number; readonly value: number }[];
      };
  /** The level curves of the induced penalty of two coefficients. */
  readonly levels: readonly { readonly level: number; readonly lines: readonly Polyline[] }[];
}

/** The coefficients whose fibres are drawn. */
const BETAS = [-1.5, -0.5, 0.5, 1.5];
/** Half the width of the square of two coefficients. */
export const PENALTY_EXTENT = 1.5;
const LEVELS = [0.5, 1, 1.5];
const RESOLUTION = 121;

/**
 * Computes what {@link parametrizationPlot} draws.
 *
 * @throws InputError when an option is out of range.
 */
export function computeParametrizationPicture(
  make: (nFeatures: number) => Parametrization,
  options: ParametrizationPictureOptions = {},
): ParametrizationPicture {
  const where = "parametrizationPlot";
  if (typeof make !== "function")
    throw mustBe(where, "make", "a function such as () => hadamardProduct({ depth: 3 })", make);
  checkKeys(where, options, ["z", "lambda"]);
  const { z = 1.5, lambda = 0.5 } = options;
  if (!Number.isFinite(z)) throw mustBe(where, "z", "a finite number", z);
  if (!(lambda > 0 && lambda < Infinity)) {
    throw mustBe(where, "lambda", "a finite number > 0", lambda);
  }
  const K = make(1);
  return {
    parametrization: K.name,
    penalty: K.inducedPenalty.name,
    z,
    lambda,
    factors: K.surrogateSize(1) === 1 ? oneFactor(K, z, lambda) : twoFactors(K, z, lambda),
    levels: levelsOf(make(2)),
  };
}

function twoFactors(K: Parametrization, z: number, lambda: number): ParametrizationPicture["factors"] {
  const landscape = computeLandscape(K, { z, lambda });
  const { extent } = landscape.surrogate;
  const size = K.surrogateSize(1);
  const beta = new Float64Array(1);
  const values = grid(extent, (u, v) => {
    const xi = new Float64Array(size).fill(v);
    xi[0] = u;
    K.forward(xi, beta);
    return beta[0];
  });
  const balanced = BETAS.map((b) => {
    const xi = new Float64Array(size);
    K.rightInverse(Float64Array.of(b), xi);
    return { beta: b, x: round(xi[0]), y: round(xi[1]) };
  });
  const fibres = BETAS.map((b) => ({
    beta: b,
    lines: isolines({ extent, resolution: RESOLUTION, values }, b).map(rounded),
  }));
  return { landscape, fibres, balanced };
}

function oneFactor(K: Parametrization, z: number, lambda: number): ParametrizationPicture["factors"] {
  const at = (v: number): { beta: number; objective: number } => {
    const beta = new Float64Array(1);
    K.forward(Float64Array.of(v), beta);
    const objective = (beta[0] - z) ** 2 / 2 + lambda * K.surrogatePenalty(Float64Array.of(v));
    return { beta: beta[0], objective };
  };
  const v = Array.from({ length: RESOLUTION }, (_, i) => (4 * i) / (RESOLUTION - 1) - 2);
  const minima = findMinima((entry) => at(entry).objective, v);
  return {
    v: v.map(round),
    beta: v.map((entry) => round(at(entry).beta)),
    objective: v.map((entry) => round(at(entry).objective)),
    minima: minima.map(({ beta, value }) => ({ v: round(beta), value: round(value) })),
  };
}

function levelsOf({ inducedPenalty }: Parametrization): ParametrizationPicture["levels"] {
  const values = grid(PENALTY_EXTENT, (a, b) => inducedPenalty.value(Float64Array.of(a, b), 1));
  return LEVELS.map((level) => ({
    level,
    lines: isolines({ extent: PENALTY_EXTENT, resolution: RESOLUTION, values }, level).map(rounded),
  }));
}

function grid(extent: number, f: (x: number, y: number) => number): number[] {
  const nodes = Array.from({ length: RESOLUTION }, (_, i) => (2 * extent * i) / (RESOLUTION - 1) - extent);
  return nodes.flatMap((y) => nodes.map((x) => f(x, y)));
}

function rounded({ x, y }: Polyline): Polyline {
  return { x: x.map(round), y: y.map(round) };
}

/** Rounds to five significant digits, far below a pixel. */
function round(value: number): number {
  return Number(value.toPrecision(5));
}
