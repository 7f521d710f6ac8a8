import { maxAbs } from "../linalg/vector";
import type { SeededRandom } from "../random/random";
import { seededRandom } from "../random/random";
import type { Parametrization } from "./parametrization";

/** A law that a parametrization breaks, with the point at which it does. */
export interface BrokenLaw {
  /** The law, as a sentence. */
  readonly law: string;
  /** The point and the numbers that contradict it. */
  readonly counterexample: string;
}

/**
 * Runs the laws of a smooth variational form on random points and returns those that are broken, with a counterexample.
 *
 * The laws: the balanced preimage maps back to `beta` and its surrogate penalty is the induced one; the surrogate
 * penalty majorizes the induced one, the misalignment being their difference; pullback and gradient agree with finite
 * differences; inputs are left untouched; starting points map to `beta` and let every coordinate move; and
 * *reachability*: balanced points over `beta_n -> beta` come back to every balanced point over `beta`. The last is what
 * excludes spurious local minima, and no other law implies it.
 *
 * @param seed of the random points. Default: 1.
 * @returns an empty list when every law holds.
 * @see paper sections 1.1 and 1.5 and test T21
 * @example
 * ```ts
 * checkParametrization(hadamardProduct(3)); // []
 * ```
 */
export function checkParametrization(parametrization: Parametrization, seed = 1): BrokenLaw[] {
  const broken: BrokenLaw[] = [];
  for (const [law, counterexample] of laws) {
    const random = seededRandom(seed);
    for (let trial = 0; trial < 50; trial++) {
      const found = counterexample(parametrization, random, 1 + (trial % 4));
      if (found !== undefined) {
        broken.push({ law, counterexample: found });
        break;
      }
    }
  }
  return broken;
}

type Law = (K: Parametrization, random: SeededRandom, nFeatures: number) => string | undefined;

const laws: readonly (readonly [string, Law])[] = [
  ["the balanced preimage maps back to beta", balancedPreimageMapsBack],
  ["the surrogate penalty of the balanced preimage is the induced penalty", balancedPreimageIsTight],
  ["the surrogate penalty majorizes the induced penalty by the misalignment", surrogateMajorizes],
  ["the pullback is the transposed derivative of the map", pullbackIsDerivative],
  ["the surrogate gradient is the derivative of the surrogate penalty", gradientIsDerivative],
  ["no method changes its inputs", inputsAreUntouched],
  ["a starting point maps to beta and lets every coordinate move", startingPointMoves],
  ["balanced points over nearby coefficients reach the balanced preimage", balancedPointsAreReachable],
];

function balancedPreimageMapsBack(K: Parametrization, random: SeededRandom, p: number): string | undefined {
  const beta = coefficients(random, p);
  return differs("K(rightInverse(beta))", forward(K, balanced(K, beta), p), "beta", beta, 1e-12);
}

function balancedPreimageIsTight(K: Parametrization, random: SeededRandom, p: number): string | undefined {
  const beta = coefficients(random, p);
  const surrogate = K.surrogatePenalty(balanced(K, beta));
  const induced = K.inducedPenalty.value(beta, 1);
  return close(surrogate, induced, 1e-12)
    ? undefined
    : `beta = ${text(beta)}: R_xi = ${surrogate}, R = ${induced}`;
}

function surrogateMajorizes(K: Parametrization, random: SeededRandom, p: number): string | undefined {
  const xi = normals(random, K.surrogateSize(p));
  const surrogate = K.surrogatePenalty(xi);
  const induced = K.inducedPenalty.value(forward(K, xi, p), 1);
  const misalignment = K.misalignment(xi);
  return misalignment >= 0 && close(surrogate - induced, misalignment, 1e-12 * (1 + surrogate))
    ? undefined
    : `xi = ${text(xi)}: R_xi = ${surrogate}, R = ${induced}, misalignment = ${misalignment}`;
}

function pullbackIsDerivative(K: Parametrization, random: SeededRandom, p: number): string | undefined {
  const xi = awayFromKinks(normals(random, K.surrogateSize(p)));
  const cotangent = normals(random, p);
  const pulled = new Float64Array(xi.length);
  K.pullback(xi, cotangent, pulled);
  const numeric = finiteDifferences(xi, (point) => {
    const beta = forward(K, point, p);
    let sum = 0;
    for (let j = 0; j < p; j++) sum += cotangent[j] * beta[j];
    return sum;
  });
  return differs("pullback", pulled, "finite differences", numeric, 1e-6);
}

function gradientIsDerivative(K: Parametrization, random: SeededRandom, p: number): string | undefined {
  const xi = awayFromKinks(normals(random, K.surrogateSize(p)));
  const gradient = new Float64Array(xi.length);
  K.addSurrogateGradient(xi, 1, gradient);
  const numeric = finiteDifferences(xi, (point) => K.surrogatePenalty(point));
  return differs("gradient", gradient, "finite differences", numeric, 1e-6);
}

function inputsAreUntouched(K: Parametrization, random: SeededRandom, p: number): string | undefined {
  const xi = normals(random, K.surrogateSize(p));
  const beta = coefficients(random, p);
  const [xiBefore, betaBefore] = [xi.slice(), beta.slice()];
  forward(K, xi, p);
  K.pullback(xi, beta, new Float64Array(xi.length));
  K.surrogatePenalty(xi);
  K.addSurrogateGradient(xi, 1, new Float64Array(xi.length));
  K.misalignment(xi);
  balanced(K, beta);
  K.startingPoint(beta, 0.5, new Float64Array(xi.length));
  return differs("xi after", xi, "xi before", xiBefore, 0) ?? differs("beta", beta, "before", betaBefore, 0);
}

function startingPointMoves(K: Parametrization, random: SeededRandom, p: number): string | undefined {
  const beta = coefficients(random, p);
  const xi = new Float64Array(K.surrogateSize(p));
  K.startingPoint(beta, 0.5, xi);
  const wrong = differs("K(startingPoint(beta))", forward(K, xi, p), "beta", beta, 1e-12);
  if (wrong !== undefined) return wrong;
  for (let j = 0; j < p; j++) {
    const unit = new Float64Array(p);
    unit[j] = 1;
    const moved = new Float64Array(xi.length);
    K.pullback(xi, unit, moved);
    if (maxAbs(moved) === 0) return `beta = ${text(beta)}: the derivative of coordinate ${j} is zero`;
  }
  return undefined;
}

/**
 * From a balanced point over `beta` and a nearby `beta'`, descending `R_xi` along the fibre over `beta'` from the point
 * closest to `xi` must end in a balanced point near `xi`. Tried at the exact fibre minimizers the parametrization can
 * be asked for: those that minimising the penalty from `xi` itself finds.
 */
function balancedPointsAreReachable(K: Parametrization, random: SeededRandom, p: number): string | undefined {
  const beta = coefficients(random, p);
  const xi = fibreMinimizer(K, normals(random, K.surrogateSize(p)), beta);
  for (const step of [1e-2, 1e-4]) {
    const nearby = Float64Array.from(beta, (b) => b + step * random.normal());
    const reached = fibreMinimizer(K, xi, nearby);
    const gap = K.surrogatePenalty(reached) - K.inducedPenalty.value(nearby, 1);
    if (!(gap <= 1e-6 * (1 + K.inducedPenalty.value(nearby, 1)))) {
      return `xi = ${text(xi)} is balanced over beta = ${text(beta)}, but no balanced point over ${text(nearby)} is near: the closest has R_xi - R = ${gap}`;
    }
  }
  return undefined;
}
