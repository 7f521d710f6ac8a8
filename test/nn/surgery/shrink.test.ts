import assert from "node:assert/strict";
import type * as TensorFlow from "@tensorflow/tfjs";
import { shrink, sparsify } from "../../../src/nn";
import { seededRandom } from "../../../src/random/random";
import { assertAllClose } from "../../support/assert-close";
import type { Anything } from "../../support/bad-input";
import { convolutional, functional, sequence } from "../../support/networks";
import { normals, randomize, tf } from "../../support/tensors";

type Tensor = TensorFlow.Tensor;
type Model = TensorFlow.LayersModel;

/** Sets weights to zero: those whose last index, that of the unit, is one of these, biases too if told. */
function kill(model: Model, layer: string, units: readonly number[], withBias = false): void {
  for (const weight of model.getLayer(layer).weights) {
    if (weight.originalName.endsWith("bias") && !withBias) continue;
    const { shape } = weight;
    const width = shape.at(-1) as number;
    const values = Float32Array.from(weight.read().dataSync(), (value, i) =>
      units.includes(i % width) ? 0 : value,
    );
    weight.write(tf.tensor(values, shape as number[]));
  }
}

function assertSame(model: Model, smaller: Model, X: Tensor | Tensor[]): void {
  const [expected, actual] = [model, smaller].map((m) => m.predict(X) as Tensor);
  assert.deepEqual(actual.shape, expected.shape);
  assertAllClose("predictions", actual.dataSync(), expected.dataSync(), 2e-6);
}

const widths = (model: Model): number[] =>
  model.layers
    .filter((layer) => layer.weights.length > 0 && !("layers" in layer))
    .map((layer) => (layer.getOutputAt(0) as TensorFlow.SymbolicTensor).shape.at(-1)!);

describe("shrink", () => {
  it("takes dead neurons away, and gives their constants to the next biases", () => {
    const { dense } = tf.layers;
    const model = tf.sequential({
      layers: [
        dense({ units: 6, inputShape: [4], activation: "sigmoid", name: "a" }),
        dense({ units: 5, activation: "relu", name: "b" }),
        dense({ units: 2, activation: "softmax", name: "c" }),
      ],
    });
    randomize(model, 1);
    kill(model, "a", [0, 3]);
    kill(model, "b", [1]);
    const smaller = shrink(model);
    assert.deepEqual(widths(smaller), [4, 4, 2]);
    assertSame(model, smaller, normals([7, 4], 2));
  });

  it("takes away neurons that nothing reads, and those before them that only they read", () => {
    const { dense } = tf.layers;
    const model = tf.sequential({
      layers: [
        dense({ units: 3, inputShape: [4], name: "a", activation: "tanh" }),
        dense({ units: 3, name: "b", activation: "tanh" }),
        dense({ units: 1, name: "c" }),
      ],
    });
    randomize(model, 1);
    model.getLayer("c").weights[0].write(tf.tensor2d([[1], [0], [2]]));
    model.getLayer("b").weights[0].write(
      tf.tensor2d([
        [1, 1, 1],
        [0, 5, 0],
        [0, 0, 1],
      ]),
    );
    const smaller = shrink(model);
    assert.deepEqual(widths(smaller), [2, 2, 1]);
    assertSame(model, smaller, normals([7, 4], 2));
  });

  it("takes filters away through norms, depthwise convolutions, pooling and flattening", () => {
    const model = convolutional();
    kill(model, "first", [1]);
    kill(model, "hidden", [0, 2]);
    const smaller = shrink(model);
    assert.deepEqual(widths(smaller), [2, 2, 4, 2, 2]);
    assertSame(model, smaller, normals([3, 8, 8, 2], 2));
    assert.ok(smaller.countParams() < model.countParams());
  });

  it("takes filters away that a norm of scale zero cuts off", () => {
    const model = convolutional();
    model.getLayer("norm").weights[0].write(tf.tensor1d([1, -2, 0]));
    assert.deepEqual(widths(shrink(model)).slice(0, 3), [2, 2, 4]);
    assertSame(model, shrink(model), normals([3, 8, 8, 2], 2));
  });

  it("leaves constants other than zero before a convolution that pads with zeros", () => {
    const { conv2d, globalAveragePooling2d } = tf.layers;
    const model = tf.sequential({
      layers: [
        conv2d({ filters: 4, kernelSize: 3, padding: "same", inputShape: [5, 5, 1], name: "a" }),
        conv2d({ filters: 3, kernelSize: 3, padding: "same", name: "b" }),
        globalAveragePooling2d({}),
      ],
    });
    randomize(model, 1);
    kill(model, "a", [0, 1]);
    assert.deepEqual(widths(shrink(model)), [4, 3]);
    kill(model, "a", [0, 1], true);
    assert.deepEqual(widths(shrink(model)), [2, 3]);
    assertSame(model, shrink(model), normals([2, 5, 5, 1], 2));
  });

  it("takes units of a residual sum away where all of its terms are dead, in no other case", () => {
    const { dense, add } = tf.layers;
    const input = tf.input({ shape: [4] });
    const first = dense({ units: 4, activation: "relu", name: "first" }).apply(input);
    const second = dense({ units: 4, activation: "tanh", name: "second" }).apply(first);
    const third = dense({ units: 2, name: "third" }).apply(add().apply([first, second] as Anything));
    const model = tf.model({ inputs: input, outputs: third as TensorFlow.SymbolicTensor });
    randomize(model, 1);
    kill(model, "first", [0, 1]);
    kill(model, "second", [1, 2]);
    const smaller = shrink(model);
    assert.deepEqual(widths(smaller), [3, 3, 2]);
    assertSame(model, smaller, normals([5, 4], 2));
  });

  it("leaves what shared and nested layers read and give, and shrinks inside of models", () => {
    const model = functional();
    kill(model, "both", [1]);
    const inner = model.getLayer("inner") as unknown as Model;
    kill(inner, "nested", [0]);
    const smaller = shrink(model);
    assert.deepEqual(widths(smaller), widths(model));
    const X = [normals([3, 3], 1), normals([3, 3], 2)];
    assertSame(model, smaller, X);

    const { dense } = tf.layers;
    const nested = tf.sequential({
      name: "nested",
      layers: [
        dense({ units: 5, inputShape: [3], name: "x", activation: "relu" }),
        dense({ units: 4, name: "y" }),
      ],
    });
    const outer = tf.sequential({
      layers: [dense({ units: 3, inputShape: [2] }), nested, dense({ units: 1 })] as Anything,
    });
    randomize(outer, 1);
    kill(nested, "x", [0, 4]);
    kill(nested, "y", [0]);
    const result = shrink(outer);
    assert.deepEqual(widths(result.getLayer("nested") as unknown as Model), [3, 4]);
    assertSame(outer, result, normals([4, 2], 3));
  });

  it("takes away dimensions of words and concatenated units", () => {
    const model = sequence();
    kill(model, "words", [1]);
    kill(model, "conv", [0]);
    assert.deepEqual(widths(shrink(model)), [2, 3, 2]);
    assertSame(model, shrink(model), tf.tensor2d([[0, 1, 2, 3, 4, 0]]));

    const { dense, concatenate } = tf.layers;
    const input = tf.input({ shape: [3] });
    const sides = ["l", "r"].map((name) => dense({ units: 3, name, activation: "relu" }).apply(input));
    const output = dense({ units: 2, name: "o" }).apply(concatenate().apply(sides as Anything));
    const wide = tf.model({ inputs: input, outputs: output as TensorFlow.SymbolicTensor });
    randomize(wide, 1);
    kill(wide, "l", [0]);
    kill(wide, "r", [1, 2]);
    assert.deepEqual(widths(shrink(wide)), [2, 1, 2]);
    assertSame(wide, shrink(wide), normals([4, 3], 1));
  });

  it("keeps one unit of a layer that is dead as a whole", () => {
    const { dense } = tf.layers;
    const model = tf.sequential({
      layers: [
        dense({ units: 3, inputShape: [2], name: "a" }),
        dense({ units: 3, name: "b" }),
        dense({ units: 1 }),
      ],
    });
    randomize(model, 1);
    kill(model, "b", [0, 1, 2]);
    assert.deepEqual(widths(shrink(model)), [1, 1, 1]);
    assertSame(model, shrink(model), normals([4, 2], 1));
  });

  it("predicts the same whatever weights are zero", () => {
    const random = seededRandom(5);
    for (let trial = 0; trial < 6; trial++) {
      for (const [make, X] of [
        [convolutional, normals([2, 8, 8, 2], 1)],
        [sequence, tf.tensor2d([[0, 1, 2, 3, 4, 0]])],
        [functional, [normals([3, 3], 1), normals([3, 3], 2)]],
      ] as const) {
        const model = make();
        for (const weight of model.weights) {
          if (weight.originalName.includes("moving")) continue;
          const share = random.uniform();
          const mask = Float32Array.from({ length: weight.read().size }, () =>
            random.uniform() < share ? 0 : 1,
          );
          weight.write(weight.read().mul(tf.tensor(mask, weight.shape as number[])));
        }
        const smaller = shrink(model);
        assertSame(model, smaller, X as Tensor);
        assert.ok(smaller.countParams() <= model.countParams());
      }
    }
  });

  it("leaves no tensor behind but the variables, and refuses factorized layers", () => {
    const model = convolutional();
    const before = tf.memory().numTensors;
    const smaller = shrink(model);
    assert.equal(tf.memory().numTensors, before + smaller.weights.length);
    assert.throws(() => shrink(sparsify(model, { lambda: 1, layers: ["hidden"] })), {
      name: "InputError",
      message: 'shrink: every layer must be plain, got "hidden", which is not; collapse the model first',
    });
  });
});
