import assert from "node:assert/strict";
import { collapse, HadamardDense } from "../../src/nn";
import { assertAllClose, assertClose } from "../support/assert-close";
import { golden, p, sameMoments } from "../support/deepregression";
import { tf, weightOf } from "../support/tensors";

describe("a factorized layer on the data of deepregression's own test", () => {
  it("has the exact answer of its product layer by Adam, 6.785 and 49 exact zeros", async function () {
    this.timeout(30_000);
    const { X, y } = sameMoments();
    // Their penalty is 1 on the squares of both factors, which is 2 ||beta||_1; their loss is the mean squared error, as here.
    const layer = new HadamardDense({ units: 1, inputShape: [p], useBias: false, lambda: 2, name: "linear" });
    const model = tf.sequential({ layers: [layer] });
    const optimizer = tf.train.adam();
    model.compile({ optimizer, loss: "meanSquaredError" });
    const [rows, response] = [tf.tensor2d(X), tf.tensor2d(Array.from(y), [p, 1])];
    for (const step of [0.1, 0.03, 0.003]) {
      (optimizer as unknown as { learningRate: number }).learningRate = step;
      await model.fit(rows, response, { epochs: 100, batchSize: p, verbose: 0 });
    }
    const coefficients = weightOf(collapse(model, { threshold: 1e-5 }), "linear", "kernel").dataSync();
    assertClose("beta_1", coefficients[0], 6.785, 1e-3);
    assertAllClose("numpy's ISTA", coefficients, golden.product.coefficients, 1e-4);
    assert.equal(coefficients.filter((value) => value === 0).length, 49);
  });
});
