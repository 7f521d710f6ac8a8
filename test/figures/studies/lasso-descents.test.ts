import assert from "node:assert/strict";
import { cosine, lbfgs, seededRandom } from "smooth-edges";
import type { SmoothObjective } from "smooth-edges/surrogate";
import {
  afterPasses,
  coordinates,
  direct,
  type Method,
  type Problem,
  productOf,
  proximal,
  slopesOf,
} from "../../../figures/studies/lasso-descents";
import { dot } from "../../../figures/studies/vector";

/** Columns of 1 and -1 that are orthogonal, of eight rows: products of three signs. */
const SIGNS = [1, 2, 4, 7];
const random = seededRandom(1);
const normals = (count: number): Float64Array => Float64Array.from({ length: count }, () => random.normal());
const problem: Problem = {
  X: {
    data: Float64Array.from({ length: 32 }, (_, k) => {
      const bits = SIGNS[k % 4] & Math.floor(k / 4);
      return (bits & 1) ^ ((bits >> 1) & 1) ^ (bits >> 2) ? -1 : 1;
    }),
    nSamples: 8,
    nFeatures: 4,
  },
  y: normals(8),
  lambda: 0.2,
  seed: 1,
  curvature: 1.5,
};

function endOf(method: Method, passes: number): Float64Array {
  let done = 0;
  for (const { beta } of method(problem)) {
    done += 1;
    if (done === passes) return beta;
  }
  throw new Error(`ended after ${done} passes`);
}

describe("descents on a lasso", () => {
  // Where columns are orthogonal each coefficient is its slope at zero, softened.
  const expected = slopesOf(problem, problem.y).map(
    (slope) => Math.sign(slope) * Math.max(Math.abs(slope) - problem.lambda, 0),
  );

  it("have columns that are orthogonal to try them on, some of which count", () => {
    for (let j = 0; j < 4; j++) {
      const unit = Float64Array.from({ length: 4 }, (_, k) => (k === j ? 1 : 0));
      assert.deepEqual(slopesOf(problem, productOf(problem, unit)), unit);
    }
    const size = expected.filter((value) => value !== 0).length;
    assert.ok(size > 0 && size < 4);
  });

  for (const [name, method, passes] of [
    ["ISTA", proximal(false), 100],
    ["FISTA", proximal(true), 1000],
    ["coordinate descent", coordinates, 1],
  ] as const) {
    it(`ends at softened slopes, with zeros: ${name}`, () => {
      const found = endOf(method, passes);
      found.forEach((value, j) => {
        assert.ok(Math.abs(value - expected[j]) < 1e-12, `${value} for ${expected[j]}`);
        assert.equal(value === 0, expected[j] === 0);
      });
    });
  }

  it("comes near them along subgradients with a step that falls to zero, without zeros", () => {
    const found = endOf(direct(cosine({ steps: 2000 })), 2000);
    found.forEach((value, j) => {
      assert.ok(Math.abs(value - expected[j]) < 1e-3, `${value} for ${expected[j]}`);
      assert.notEqual(value, 0);
    });
  });

  it("multiplies by the transpose of what it multiplies by", () => {
    const [beta, residuals] = [normals(4), normals(8)];
    const apart = dot(productOf(problem, beta), residuals) - 8 * dot(beta, slopesOf(problem, residuals));
    assert.ok(Math.abs(apart) < 1e-12);
  });

  it("gives a state for each look at the objective, those of a search along a line too", () => {
    let looks = 0;
    const valley: SmoothObjective = {
      size: 2,
      valueAndGradient([a, b], gradient) {
        looks += 1;
        gradient[0] = 2 * (a - 1) - 400 * a * (b - a * a);
        gradient[1] = 200 * (b - a * a);
        return (a - 1) ** 2 + 100 * (b - a * a) ** 2;
      },
    };
    let states = 0;
    for (const x of afterPasses(valley, lbfgs(), Float64Array.of(-1, 1), (state) => state)) {
      states += 1;
      if (Math.abs(x[0] - 1) < 1e-6) break;
    }
    assert.equal(states, looks);
    assert.ok(states > 10);
  });
});
