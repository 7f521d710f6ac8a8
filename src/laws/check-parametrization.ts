import { maxAbs } from "../linalg/vector";
import { lbfgs, minimize } from "../optimizers";
import type { Parametrization } from "../parametrizations";
import type { SmoothObjective } from "../problem/smooth-objective";
import { startingPoint } from "../problem/starting-point";
import { misalignmentOf } from "../problem/surrogate";
import { type SeededRandom, seededRandom } from "../random/random";

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
 * differences and add to what is there; inputs are left untouched; starting points map to `beta` and let every coordinate move; and
 * *reachability*: balanced points over `beta_n -> beta` come back to every balanced point over `beta`. The last is what
 * excludes spurious local minima, and no other law implies it. The coefficients tried are those of which the induced
 * penalty is finite.
 *
 * @param seed of the random points. Default: 1.
 * @param nFeatures number of coefficients, for maps made for certain ones. Default: the one that the
 * parametrization states, or 1, 2, 3 and 4 in turn.
 * @returns an empty list when every law holds.
 * @see arXiv 2307.03571, on smooth variational forms and matching local minima
 * @example
 * ```ts
 * checkParametrization(hadamardProduct({ depth: 3 })); // []
 * ```
 */
export function checkParametrization(
  parametrization: Parametrization,
  seed = 1,
  nFeatures: number | undefined = parametrization.nFeatures,
): BrokenLaw[] {
  const broken: BrokenLaw[] = [];
  for (const [law, counterexample] of laws) {
    const random = seededRandom(seed);
    for (let trial = 0; trial < 50; trial++) {
      const found = counterexampleOf(counterexample, parametrization, random, nFeatures ?? 1 + (trial % 4));
      if (found !== undefined) {
        broken.push({ law, counterexample: found });
        break;
      }
    }
  }
  return broken;
}

/** A method that throws, or returns what is no number, breaks the law that called it. */
function counterexampleOf(
  law: Law,
  K: Parametrization,
  random: SeededRandom,
  nFeatures: number,
): string | undefined {
  try {
    return law(K, random, nFeatures);
  } catch (error) {
    return `with ${nFeatures} coefficients it throws ${error}`;
  }
}

type Law = (K: Parametrization, random: SeededRandom, nFeatures: number) => string | undefined;

const laws: readonly (readonly [string, Law])[] = [
  ["the balanced preimage maps back to beta", balancedPreimageMapsBack],
  ["the surrogate penalty of the balanced preimage is the induced penalty", balancedPreimageIsTight],
  ["the surrogate penalty majorizes the induced penalty by the misalignment", surrogateMajorizes],
  ["the pullback is the transposed derivative of the map", pullbackIsDerivative],
  ["the surrogate gradient is the derivative of the surrogate penalty", gradientIsDerivative],
  ["pullback and surrogate gradient add to what is there", gradientsAccumulate],
  ["no method changes its inputs", inputsAreUntouched],
  ["a starting point maps to beta and lets every coordinate move", startingPointMoves],
  ["balanced points over nearby coefficients reach the balanced preimage", balancedPointsAreReachable],
];

function balancedPreimageMapsBack(K: Parametrization, random: SeededRandom, p: number): string | undefined {
  const beta = coefficients(K, random, p);
  return differs("K(rightInverse(beta))", forward(K, balanced(K, beta), p), "beta", beta, 1e-12);
}

function balancedPreimageIsTight(K: Parametrization, random: SeededRandom, p: number): string | undefined {
  const beta = coefficients(K, random, p);
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
  const misalignment = misalignmentOf(K, xi, forward(K, xi, p));
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

/** Assigned instead of added, one of the two would wipe out the other. */
function gradientsAccumulate(K: Parametrization, random: SeededRandom, p: number): string | undefined {
  const xi = awayFromKinks(normals(random, K.surrogateSize(p)));
  const cotangent = normals(random, p);
  const [onZeros, onOnes] = [0, 1].map((before) => {
    const out = new Float64Array(xi.length).fill(before);
    K.pullback(xi, cotangent, out);
    K.addSurrogateGradient(xi, 1, out);
    return out.map((entry) => entry - before);
  });
  return differs("what is added to ones", onOnes, "what is added to zeros", onZeros, 1e-9);
}

function inputsAreUntouched(K: Parametrization, random: SeededRandom, p: number): string | undefined {
  const xi = normals(random, K.surrogateSize(p));
  const beta = coefficients(K, random, p);
  const [xiBefore, betaBefore] = [xi.slice(), beta.slice()];
  forward(K, xi, p);
  K.pullback(xi, beta, new Float64Array(xi.length));
  K.surrogatePenalty(xi);
  K.addSurrogateGradient(xi, 1, new Float64Array(xi.length));
  misalignmentOf(K, xi, forward(K, xi, p));
  balanced(K, beta);
  startingPoint(K, beta, 0.5);
  return differs("xi after", xi, "xi before", xiBefore, 0) ?? differs("beta", beta, "before", betaBefore, 0);
}

function startingPointMoves(K: Parametrization, random: SeededRandom, p: number): string | undefined {
  const beta = coefficients(K, random, p);
  const xi = startingPoint(K, beta, 0.5);
  if (K.startingPoint) {
    const wrong = differs("K(startingPoint(beta))", forward(K, xi, p), "beta", beta, 1e-12);
    if (wrong !== undefined) return wrong;
  }
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
 * A point that is balanced over `beta` must be the limit of points balanced over `beta_n -> beta`.
 *
 * From `xi`, balanced over `beta`, the surrogate penalty is descended along the fibre over a nearby `beta_n`. Where it
 * stops above the induced penalty by an amount of the order of the step, no balanced point is near `xi`, and a linear
 * loss makes `xi` a spurious local minimum.
 */
function balancedPointsAreReachable(K: Parametrization, random: SeededRandom, p: number): string | undefined {
  const beta = coefficients(K, random, p);
  const xi = fibreMinimizer(K, normals(random, K.surrogateSize(p)), beta);
  const found = forward(K, xi, p);
  if (found.some((b, j) => Math.abs(b - beta[j]) > 1e-6)) return undefined; // the search ended off the fibre
  if (misalignmentOf(K, xi, found) > 1e-6) return undefined; // a local minimum of the fibre, not balanced
  for (const step of [1e-2, 1e-3]) {
    const nearby = insideDomain(K, () => beta.map((b) => b + step * random.normal()));
    const start = xi.map((entry) => entry + 1e-3 * random.normal());
    const reached = fibreMinimizer(K, start, nearby);
    const excess = misalignmentOf(K, reached, forward(K, reached, p));
    if (!(excess <= 0.02 * step)) {
      return `xi = ${text(xi)} is balanced over beta = ${text(beta)}, but descending from it over ${text(nearby)} ends at ${text(reached)}, where R_xi - R = ${excess}`;
    }
  }
  return undefined;
}

/** A local minimiser of `R_xi` on the fibre `K(xi) = beta`, by the method of multipliers from `start`. */
function fibreMinimizer(K: Parametrization, start: Float64Array, beta: Float64Array): Float64Array {
  const p = beta.length;
  const multipliers = new Float64Array(p);
  let xi = start;
  for (let weight = 4; weight < 1e5; weight *= 4) {
    const augmented: SmoothObjective = {
      size: start.length,
      valueAndGradient(point, gradient) {
        const excess = forward(K, point, p);
        const cotangent = new Float64Array(p);
        let value = K.surrogatePenalty(point);
        for (let j = 0; j < p; j++) {
          excess[j] -= beta[j];
          value += excess[j] * (multipliers[j] + (weight / 2) * excess[j]);
          cotangent[j] = multipliers[j] + weight * excess[j];
        }
        gradient.fill(0);
        K.pullback(point, cotangent, gradient);
        K.addSurrogateGradient(point, 1, gradient);
        return value;
      },
    };
    xi = minimize(augmented, lbfgs(), xi, { maxIter: 200, tol: 1e-9 }).x;
    forward(K, xi, p).forEach((b, j) => {
      multipliers[j] += weight * (b - beta[j]);
    });
  }
  return xi;
}

function forward(K: Parametrization, xi: Float64Array, p: number): Float64Array {
  const beta = new Float64Array(p);
  K.forward(xi, beta);
  return beta;
}

function balanced(K: Parametrization, beta: Float64Array): Float64Array {
  const xi = new Float64Array(K.surrogateSize(beta.length));
  K.rightInverse(beta, xi);
  return xi;
}

function normals(random: SeededRandom, size: number): Float64Array {
  return Float64Array.from({ length: size }, () => random.normal());
}

/** Normal coefficients of which one in four is exactly zero. */
function coefficients(K: Parametrization, random: SeededRandom, p: number): Float64Array {
  return insideDomain(K, () => normals(random, p).map((b) => (random.uniform() < 0.25 ? 0 : b)));
}

/** The first of some draws at which the induced penalty is finite: maps need not reach any others. */
function insideDomain(K: Parametrization, draw: () => Float64Array): Float64Array {
  let beta = draw();
  for (let i = 0; i < 1000 && K.inducedPenalty.value(beta, 1) === Number.POSITIVE_INFINITY; i++)
    beta = draw();
  return beta;
}

/** Powers may have a kink at zero, which finite differences must not straddle. */
function awayFromKinks(xi: Float64Array): Float64Array {
  return xi.map((entry) => entry + (entry < 0 ? -0.1 : 0.1));
}

function finiteDifferences(point: Float64Array, f: (point: Float64Array) => number): Float64Array {
  return point.map((entry, i) => {
    const h = 1e-5 * (1 + Math.abs(entry));
    const moved = point.slice();
    moved[i] = entry + h;
    const above = f(moved);
    moved[i] = entry - h;
    return (above - f(moved)) / (2 * h);
  });
}

function close(a: number, b: number, tolerance: number): boolean {
  return Math.abs(a - b) <= tolerance * (1 + Math.abs(a) + Math.abs(b));
}

/** The first entry in which two vectors differ, as a sentence. */
function differs(
  nameA: string,
  a: Float64Array,
  nameB: string,
  b: Float64Array,
  tolerance: number,
): string | undefined {
  const j = a.findIndex((entry, i) => !close(entry, b[i], tolerance));
  return j < 0 ? undefined : `${nameA} = ${text(a)} but ${nameB} = ${text(b)}, first different at ${j}`;
}

function text(vector: Float64Array): string {
  return `[${Array.from(vector, (entry) => Number(entry.toPrecision(6))).join(", ")}]`;
}
