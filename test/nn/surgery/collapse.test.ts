import assert from "node:assert/strict";
import type * as TensorFlow from "@tensorflow/tfjs";
import { SmoothGroupLasso, SmoothLasso } from "../../../src/estimators";
import { collapse, HadamardDense, sparsify } from "../../../src/nn";
import { FLOAT32_EPSILON } from "../../../src/nn/layers/factorized-layer";
import { seededRandom } from "../../../src/random/random";
import { assertAllClose } from "../../support/assert-close";
import { normals, randomize, tf, weightOf } from "../../support/tensors";

type Tensor = TensorFlow.Tensor;

/** A regression of 60 rows on 6 features, the last two of them noise, that also has an intercept. */
function regression(): { rows: number[][]; y: number[] } {
  const random = seededRandom(4);
  const rows = Array.from({ length: 60 }, () => Array.from({ length: 6 }, () => random.normal()));
  const y = rows.map((x) => 1 + 2 * x[0] - 1.5 * x[1] + 0.5 * x[2] - 0.7 * x[3] + 0.3 * random.normal());
  return { rows, y };
}

/** Full-batch momentum on half the mean squared error, steps falling to zero. */
function train(model: TensorFlow.LayersModel, rows: number[][], y: number[], steps: number): void {
  const [X, Y] = [tf.tensor2d(rows), tf.tensor2d(y, [y.length, 1])];
  const optimizer = tf.train.momentum(0.05, 0.9);
  for (let i = 0; i < steps; i++) {
    (optimizer as unknown as { learningRate: number }).learningRate =
      0.05 * (1 + Math.cos((Math.PI * i) / steps));
    optimizer.minimize(() => {
      const loss = tf.losses.meanSquaredError(Y, model.apply(X) as Tensor).mul(0.5);
      return tf.addN([loss, ...model.calculateLosses()]) as TensorFlow.Scalar;
    });
  }
}

describe("collapse", () => {
  it("of one trained linear layer has the lasso's zeros and coefficients, at any form of depth 2", function () {
    this.timeout(20_000);
    const { rows, y } = regression();
    const expected = new SmoothLasso({ lambda: 0.2, standardize: false, tol: 1e-10 }).fit(rows, y);
    assert.equal(expected.support.length, 4);
    const layer = new HadamardDense({ units: 1, inputShape: [6], lambda: 0.2, name: "linear" });
    const model = tf.sequential({ layers: [layer] });
    train(model, rows, y, 250);
    const plain = collapse(model);
    const kernel = weightOf(plain, "linear", "kernel").dataSync();
    assertAllClose("coefficients", kernel, expected.coef, 1e-5);
    assertAllClose("intercept", weightOf(plain, "linear", "bias").dataSync(), [expected.intercept], 1e-5);
    assert.deepEqual(
      Array.from(kernel, (value) => value !== 0),
      Array.from(expected.coef, (value) => value !== 0),
    );
  });

  it("of one trained linear layer in groups has the group lasso's", function () {
    this.timeout(20_000);
    const { rows, y } = regression();
    const groups = [0, 0, 1, 1, 1, 2];
    const expected = new SmoothGroupLasso({ groups, lambda: 0.2, standardize: false, tol: 1e-10 }).fit(
      rows,
      y,
    );
    const dense = tf.layers.dense({ units: 1, inputShape: [6], name: "linear" });
    const model = sparsify(tf.sequential({ layers: [dense] }), {
      lambda: 0.2,
      structure: { groups, axis: 0 },
      groupWeights: "sqrt",
      layers: ["linear"],
    });
    train(model, rows, y, 250);
    const kernel = weightOf(collapse(model), "linear", "kernel").dataSync();
    assertAllClose("coefficients", kernel, expected.coef, 1e-5);
    assert.deepEqual(
      Array.from(kernel, (value) => value !== 0),
      Array.from(expected.coef, (value) => value !== 0),
    );
    assert.ok(kernel.some((value) => value === 0));
  });

  it("predicts as the factorized model does, of which independent sums are the witness", () => {
    const { conv2d, flatten, dense } = tf.layers;
    const plain = tf.sequential({
      layers: [
        conv2d({ filters: 2, kernelSize: 2, inputShape: [3, 3, 1], name: "c", activation: "relu" }),
        flatten(),
        dense({ units: 1, name: "d" }),
      ],
    });
    const twin = sparsify(plain, { depth: 3, lambda: 1 });
    randomize(twin, 7, 1);
    const X = normals([4, 3, 3, 1], 1);
    const values = (layer: string, weight: string): number[] =>
      Array.from(weightOf(twin, layer, weight).dataSync());
    const product = (layer: string): number[] => {
      const [u, v, w] = ["kernel", "gate_1", "gate_2"].map((name) => values(layer, name));
      return u.map((entry, i) => entry * v[i] * w[i]);
    };
    const [filters, weights] = [product("c"), product("d")];
    const x = X.dataSync();
    const expected = Array.from({ length: 4 }, (_, sample) => {
      let output = values("d", "bias")[0];
      for (let at = 0; at < 8; at++) {
        const [row, column, filter] = [at >> 2, (at >> 1) & 1, at & 1];
        let sum = values("c", "bias")[filter];
        for (let k = 0; k < 4; k++) {
          sum += x[9 * sample + 3 * (row + (k >> 1)) + column + (k & 1)] * filters[2 * k + filter];
        }
        output += Math.max(sum, 0) * weights[at];
      }
      return output;
    });
    const collapsed = collapse(twin);
    assert.deepEqual(
      collapsed.layers.map((layer) => layer.getClassName()),
      ["Conv2D", "Flatten", "Dense"],
    );
    for (const model of [twin, collapsed]) {
      assertAllClose("predictions", (model.predict(X) as Tensor).dataSync(), expected, 1e-6);
    }
  });

  it("sets to zero what is at most the threshold: weights, or whole groups by their norm", () => {
    const make = (structure: "weight" | "neuron"): TensorFlow.Sequential =>
      tf.sequential({
        layers: [new HadamardDense({ units: 2, inputShape: [2], structure, lambda: 1, name: "d" })],
      });
    const kernel = tf.tensor2d([
      [3e-7, 1],
      [4e-7, 1e-8],
    ]);
    const collapsed = (structure: "weight" | "neuron", threshold?: number): number[] => {
      const model = make(structure);
      weightOf(model, "d", "kernel");
      model.weights[0].write(kernel);
      const plain = collapse(model, threshold === undefined ? {} : { threshold });
      return Array.from(weightOf(plain, "d", "kernel").dataSync(), (value) => Number(value.toPrecision(4)));
    };
    assert.equal(FLOAT32_EPSILON, Math.fround(1 + 2 ** -23) - 1);
    assert.deepEqual(collapsed("weight"), [3e-7, 1, 4e-7, 0]);
    assert.deepEqual(collapsed("weight", 3.5e-7), [0, 1, 4e-7, 0]);
    assert.deepEqual(collapsed("weight", 0), [3e-7, 1, 4e-7, 1e-8]);
    assert.deepEqual(collapsed("neuron", 4.9e-7), [3e-7, 1, 4e-7, 1e-8]);
    assert.deepEqual(collapsed("neuron", 5.1e-7), [0, 1, 0, 1e-8]);
  });

  it("refuses what is no model, and a threshold below zero", () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
    assert.throws(() => collapse(3 as never), {
      name: "InputError",
      message: "collapse: model must be a model of layers of TensorFlow.js, got 3",
    });
    assert.throws(() => collapse(model, { threshold: -1 }), {
      name: "InputError",
      message: "collapse: threshold must be a finite number >= 0, got -1",
    });
  });
});
