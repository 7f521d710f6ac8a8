import assert from "node:assert/strict";
import {
  hadamardDifference,
  hadamardPower,
  hadamardProduct,
  nonNegativeSquare,
  type Parametrization,
  signedPower,
} from "../../src/parametrizations";
import {
  elasticNet,
  l1,
  lq,
  mcp,
  type SeparablePenalty,
  scad,
  type WeightOptions,
} from "../../src/penalties";
import { checkParametrization } from "../../src/surrogate";

const penalties: Readonly<Record<string, (options: WeightOptions) => SeparablePenalty>> = {
  l1,
  lq: (options) => lq({ q: 0.5, ...options }),
  elasticNet,
  mcp,
  scad,
};
const parametrizations: Readonly<Record<string, (options: WeightOptions) => Parametrization>> = {
  hadamardProduct: (options) => hadamardProduct({ depth: 2, ...options }),
  hadamardDifference: (options) => hadamardDifference({ depth: 2, ...options }),
  hadamardPower: (options) => hadamardPower({ depth: 3, ...options }),
  signedPower: (options) => signedPower({ depth: 3, ...options }),
  nonNegativeSquare,
};

describe("weights of coordinates", () => {
  for (const [name, make] of Object.entries(penalties)) {
    it(`of ${name} are refused in one sentence where a coefficient has none`, () => {
      const [three, out] = [new Float64Array(3).fill(1), new Float64Array(3)];
      const R = make({ weights: [1, 2] });
      const refusal = {
        name: "InputError",
        message: `${name}: weights must have one entry for each of the coefficients, got 2`,
      };
      assert.throws(() => R.value(three, 1), refusal);
      assert.throws(() => R.violation(three, three, 1), refusal);
      assert.throws(() => R.prox(three, 1, 1, out), refusal);
      assert.throws(() => R.lambdaMax(three, three), refusal);
    });
  }

  for (const [name, make] of Object.entries(parametrizations)) {
    it(`of ${name} fix the number of coefficients`, () => {
      const K = make({ weights: [1, 2] });
      assert.equal(K.nFeatures, 2);
      assert.deepEqual(checkParametrization(K), []);
      for (const nFeatures of [1, 3]) {
        assert.throws(() => K.surrogateSize(nFeatures), {
          name: "InputError",
          message: `${name}: weights must have one entry for each of the ${nFeatures} coefficients, got 2`,
        });
      }
      assert.equal(make({}).nFeatures, undefined);
    });
  }

  it("must be an array", () => {
    assert.throws(() => l1({ weights: 3 as unknown as number[] }), {
      name: "InputError",
      message: "l1: weights must be an array of positive finite numbers, got 3",
    });
  });
});
