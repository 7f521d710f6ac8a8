import assert from "node:assert/strict";
import { HadamardDense, misalignment } from "../../../src/nn";
import {
  groupHadamardPower,
  groupHadamardProduct,
  hadamardProduct,
  type Parametrization,
} from "../../../src/parametrizations";
import { assertClose } from "../../support/assert-close";
import { randomize, tf } from "../../support/tensors";

describe("the misalignment of a model", () => {
  const columns = [0, 1, 0, 1, 0, 1];
  const cases: readonly (readonly [string, object, Parametrization])[] = [
    ["of single weights", { depth: 3 }, hadamardProduct({ depth: 3 })],
    [
      "of neurons, weighted",
      { depth: 4, structure: "neuron", groupWeights: "sqrt" },
      groupHadamardProduct(columns, { depth: 4, weights: [Math.sqrt(3), Math.sqrt(3)] }),
    ],
    ["of a shared gate", { depth: 2.5, structure: "neuron" }, groupHadamardPower(columns, { depth: 2.5 })],
  ];
  for (const [name, options, parametrization] of cases) {
    it(`${name} is that of the parametrization, and zero where the factors are balanced`, () => {
      const model = tf.sequential({ layers: [new HadamardDense({ units: 2, inputShape: [3], ...options })] });
      randomize(model, 1, 1);
      const factors = model.weights.filter(({ originalName }) => !originalName.endsWith("bias"));
      const xi = Float64Array.from(factors.flatMap((factor) => Array.from(factor.read().dataSync())));
      assertClose("misalignment", misalignment(model), parametrization.misalignment!(xi), 1e-12);
      assert.ok(misalignment(model) > 0.1);
      const beta = new Float64Array(6);
      parametrization.forward(xi, beta);
      parametrization.rightInverse(beta, xi);
      let at = 0;
      for (const factor of factors) {
        const { size, shape } = factor.read();
        factor.write(tf.tensor(Float32Array.from(xi.subarray(at, at + size)), shape));
        at += size;
      }
      assert.ok(misalignment(model) < 1e-12);
    });
  }
});
