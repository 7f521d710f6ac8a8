import assert from "node:assert/strict";
import type * as TensorFlow from "@tensorflow/tfjs";
import {
  directGroupLasso,
  groupNorms,
  meanSquaredError,
  squaredErrors,
} from "../../../figures/studies/regression-network";
import { tf } from "../../support/tensors";

describe("a network for regression", () => {
  function linear(kernel: number[][]): TensorFlow.Sequential {
    const layer = tf.layers.dense({ units: kernel[0].length, inputShape: [kernel.length], useBias: false });
    const model = tf.sequential({ layers: [layer] });
    model.setWeights([tf.tensor2d(kernel)]);
    return model;
  }

  it("has the norms of its groups in the direct penalty, with a gradient of zero where a group is zero", () => {
    const [layer] = linear([
      [3, 4],
      [0, 0],
      [5, -12],
    ]).layers;
    assert.deepEqual(groupNorms(layer, 2), [5, 0, 13]);
    const penalty = directGroupLasso(tf, layer, 2, 0.5);
    assert.equal(penalty().dataSync()[0], 9);
    const { grads } = tf.variableGrads(() => penalty() as TensorFlow.Scalar);
    const [gradient] = Object.values(grads);
    // 0.5 w / ||w|| of each group.
    const expected = [0.3, 0.4, 0, 0, 2.5 / 13, -6 / 13];
    gradient.dataSync().forEach((value, i) => {
      assert.ok(Math.abs(value - expected[i]) < 1e-6, `${i}: ${value}`);
    });
  });

  it("has the squared error of each sample and their mean", () => {
    const samples = {
      x: tf.tensor2d([
        [1, 0],
        [1, 1],
      ]),
      y: tf.tensor2d([[0], [5]]),
    };
    const model = linear([[2], [1]]);
    assert.deepEqual([...squaredErrors(tf, model, samples)], [4, 4]);
    assert.equal(meanSquaredError(tf, model, samples), 4);
  });
});
