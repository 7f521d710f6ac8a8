import { seededRandom } from "smooth-edges";
import { hadamardProduct } from "smooth-edges/surrogate";
import { kinkVertices } from "./kink-vertices";
import { LOSSES } from "./non-smooth-data";
import { type PiecewiseLinearData, predictorOf } from "./piecewise-linear-surrogate";
import type { Task } from "./study";

/** A problem with a kinked loss that is so small that all its minima can be listed, and places to begin descent on `Q` from. */
export interface SmallProblem {
  readonly data: PiecewiseLinearData;
  readonly vertices: ReturnType<typeof kinkVertices>;
  /** Factors over coefficients, as balanced as can be. */
  preimage(beta: readonly number[]): Float64Array;
  /** Factors over coefficients between -2 and 2, none too balanced. */
  anywhere(): Float64Array;
  shaken(xi: Float64Array, size: number): Float64Array;
}

/** Twelve samples of one or two features. */
export function smallProblem({ loss, depth, nFeatures, replicate }: Task["parameters"]): SmallProblem {
  const p = Number(nFeatures);
  const n = 12;
  const random = seededRandom(100 * p + Number(replicate));
  const X = { data: Float64Array.from({ length: n * p }, () => random.normal()), nSamples: n, nFeatures: p };
  const { datafit, respond } = LOSSES[String(loss)];
  // Enough of the second feature to be worth while at some minima only.
  const y = predictorOf(X, [1, -0.5].slice(0, p)).map((eta) => respond(eta, random));
  const [terms, lambda] = [datafit.terms(y), 0.15];
  const parametrization = hadamardProduct({ depth: Number(depth) });
  const data = { X, terms, parametrization, lambda };
  const vertices = kinkVertices(X, terms, lambda, 2 / Number(depth));
  const preimage = (beta: readonly number[]): Float64Array => {
    const xi = new Float64Array(parametrization.surrogateSize(p));
    parametrization.rightInverse(Float64Array.from(beta), xi);
    return xi;
  };
  const shaken = (xi: Float64Array, size: number): Float64Array =>
    xi.map((entry) => entry + size * random.normal());
  const anywhere = (): Float64Array =>
    preimage(Array.from({ length: p }, () => 4 * random.uniform() - 2)).map(
      (entry) => entry * (1 + 0.3 * random.normal()),
    );
  return { data, vertices, preimage, anywhere, shaken };
}
