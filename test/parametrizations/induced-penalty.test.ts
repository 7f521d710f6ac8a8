import { lbfgs, minimize } from "../../src/optimizers";
import { startingPoint } from "../../src/problem/starting-point";
import { seededRandom } from "../../src/random/random";
import { assertAllClose, assertClose } from "../support/assert-close";
import { forward, intoImage, type Member, members } from "../support/parametrizations";
import { normals } from "../support/problems";

/** `min { R_xi(xi) : K(xi) = beta }` from `start`, by multipliers, which know nothing of the balanced point. */
function fibreMinimum(member: Member, beta: Float64Array, start: Float64Array): number {
  const { K } = member;
  const multipliers = new Float64Array(beta.length);
  const cotangent = new Float64Array(beta.length);
  let xi = start;
  let largestExcess = Number.POSITIVE_INFINITY;
  for (let weight = 1e2; weight <= 1e4 && largestExcess > 1e-11; weight *= 10) {
    for (let round = 0; round < 8 && largestExcess > 1e-11; round++) {
      const augmented = {
        size: xi.length,
        valueAndGradient(point: Float64Array, gradient: Float64Array): number {
          let value = K.surrogatePenalty(point);
          forward(member, point).forEach((b, j) => {
            const excess = b - beta[j];
            value += excess * (multipliers[j] + (weight / 2) * excess);
            cotangent[j] = multipliers[j] + weight * excess;
          });
          gradient.fill(0);
          K.pullback(point, cotangent, gradient);
          K.addSurrogateGradient(point, 1, gradient);
          return value;
        },
      };
      xi = minimize(augmented, lbfgs(), xi, { tol: 1e-12 }).x;
      largestExcess = 0;
      forward(member, xi).forEach((b, j) => {
        multipliers[j] += weight * (b - beta[j]);
        largestExcess = Math.max(largestExcess, Math.abs(b - beta[j]));
      });
    }
  }
  assertAllClose("the fibre minimizer maps to beta", forward(member, xi), beta, 1e-10);
  return K.surrogatePenalty(xi);
}

describe("the least surrogate penalty over a fibre", () => {
  for (const member of members) {
    const { title, K, nFeatures } = member;
    it(`of ${title} is the induced penalty, with its constant`, () => {
      const random = seededRandom(5);
      for (const values of [
        [1, -0.3, 2.5, 0.8, -1.2, 0.4],
        [-1.5, 0.6, 0.4, -2, 1.1, 0.9],
      ]) {
        const beta = intoImage(member, Float64Array.from(values.slice(0, nFeatures)));
        const minima = [0.1, 1, 3].map((magnitude) => {
          const noise = normals(random, K.surrogateSize(nFeatures));
          const start = startingPoint(K, beta, magnitude).map((entry, i) => entry + 0.05 * noise[i]);
          return fibreMinimum(member, beta, start);
        });
        const induced = K.inducedPenalty.value(beta, 1);
        assertClose("constant", Math.min(...minima) / induced, 1, 1e-8);
      }
    });
  }
});
