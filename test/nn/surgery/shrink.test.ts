import assert from "node:assert/strict";
import type * as TensorFlow from "@tensorflow/tfjs";
import { seededRandom } from "../../../src";
import { shrink, sparsify } from "../../../src/nn";
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

/** Returns a graph of convolutions, norms, paddings, sums and dense layers, drawn at random, some of its units without weights. */
function randomGraph(seed: number): Model {
  const random = seededRandom(seed);
  const below = (n: number): number => Math.floor(random.uniform() * n);
  const pick = <T>(values: readonly T[]): T => values[below(values.length)];
  const { layers } = tf;
  const input = tf.input({ shape: [7, 7, 2] });
  const ends: TensorFlow.SymbolicTensor[] = [input];
  const convolve = (x: TensorFlow.SymbolicTensor, filters: number): TensorFlow.SymbolicTensor => {
    const sized = Math.min(x.shape[1]!, 1 + below(3));
    const convolution = layers.conv2d({
      filters,
      kernelSize: sized,
      padding: pick(["same", "same", "valid"]),
      useBias: pick([true, false]),
      activation: pick(["linear", "linear", "sigmoid", "relu"]),
      name: `weighed${ends.length}`,
    });
    return convolution.apply(x) as TensorFlow.SymbolicTensor;
  };
  const next: ((x: TensorFlow.SymbolicTensor) => Anything)[] = [
    (x) => convolve(x, 2 + below(5)),
    (x) => convolve(x, 2 + below(5)),
    (x) => layers.batchNormalization({}).apply(x),
    (x) => layers.batchNormalization({}).apply(x),
    (x) => layers.activation({ activation: pick(["relu", "sigmoid", "elu"]) }).apply(x),
    (x) =>
      layers
        .depthwiseConv2d({ kernelSize: 2, padding: pick(["same", "valid"]), depthMultiplier: pick([1, 2]) })
        .apply(x),
    (x) => layers.zeroPadding2d({ padding: 1 }).apply(x),
    (x) => layers.averagePooling2d({ poolSize: 2, strides: 1, padding: "same" }).apply(x),
    (x) => {
      const others = ends.filter((other) => other !== x && String(other.shape) === String(x.shape));
      return others.length > 0 ? layers.add().apply([x, pick(others)]) : convolve(x, 4);
    },
    (x) => {
      const others = ends.filter((other) => other !== x && other.shape[1] === x.shape[1]);
      return others.length > 0 ? layers.concatenate().apply([x, pick(others)]) : convolve(x, 4);
    },
  ];
  for (let n = 4 + below(9); n > 0; n--) {
    const x = pick(ends.slice(-2));
    ends.push(x.shape[1]! > 1 ? pick(next)(x) : convolve(x, 3));
  }
  const flat = pick([layers.flatten(), layers.globalAveragePooling2d({})]).apply(ends.at(-1)!);
  const hidden = layers.dense({ units: 4, useBias: pick([true, false]), name: "hidden" }).apply(flat);
  const outputs = layers
    .dense({ units: 2, name: "output" })
    .apply(layers.batchNormalization({}).apply(hidden));
  const model = tf.model({ inputs: input, outputs: outputs as TensorFlow.SymbolicTensor });
  randomize(model, seed);
  for (const { name } of model.layers.filter(
    (layer) => layer.name.startsWith("weighed") || layer.name === "hidden",
  ))
    kill(model, name, [0, 1, 3].slice(below(3)), pick([true, false]));
  return model;
}

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

  it("keeps one constant of all before a convolution that pads with zeros, unless all of them are zero", () => {
    const { conv2d, conv1d, flatten } = tf.layers;
    const planes = tf.sequential({
      layers: [
        conv2d({ filters: 5, kernelSize: 3, padding: "same", inputShape: [5, 5, 1], name: "a" }),
        conv2d({ filters: 3, kernelSize: 3, padding: "same", strides: 2, name: "b" }),
        flatten(),
      ],
    });
    const rows = tf.sequential({
      layers: [
        conv1d({ filters: 5, kernelSize: 2, inputShape: [6, 2], name: "a" }),
        conv1d({ filters: 3, kernelSize: 3, padding: "same", useBias: false, name: "b" }),
        flatten(),
      ],
    });
    for (const [model, X] of [
      [planes, normals([2, 5, 5, 1], 2)],
      [rows, normals([2, 6, 2], 2)],
    ] as const) {
      randomize(model, 1);
      kill(model, "a", [0, 1, 3]);
      assert.deepEqual(widths(shrink(model)), [3, 3]);
      assertSame(model, shrink(model), X);
      kill(model, "a", [0, 1, 3], true);
      assert.deepEqual(widths(shrink(model)), [2, 3]);
      assertSame(model, shrink(model), X);
    }
  });

  it("gives constants to the moving mean behind a layer without biases, or gives it biases", () => {
    const { conv2d, dense, batchNormalization, flatten } = tf.layers;
    const normed = (activation: "linear" | "relu"): Model => {
      const model = tf.sequential({
        layers: [
          conv2d({ filters: 5, kernelSize: 3, activation: "sigmoid", inputShape: [6, 6, 1], name: "a" }),
          conv2d({ filters: 4, kernelSize: 2, useBias: false, activation, name: "b" }),
          batchNormalization({ name: "norm" }),
          flatten(),
          dense({ units: 2, name: "c" }),
        ],
      });
      randomize(model, 1);
      kill(model, "a", [0, 2, 3]);
      return model;
    };
    const X = normals([3, 6, 6, 1], 2);
    for (const [activation, nWeights] of [
      ["linear", 1],
      ["relu", 2],
    ] as const) {
      const model = normed(activation);
      const smaller = shrink(model);
      assert.deepEqual(widths(smaller), [2, 4, 4, 2]);
      assert.equal(smaller.getLayer("b").weights.length, nWeights);
      assertSame(model, smaller, X);
    }
    // A second reader sees what the moving mean does not change.
    const input = tf.input({ shape: [4] });
    const hidden = dense({ units: 4, activation: "tanh", name: "h" }).apply(input);
    const sums = dense({ units: 3, useBias: false, name: "s" }).apply(hidden) as TensorFlow.SymbolicTensor;
    const output = tf.layers.add().apply([batchNormalization().apply(sums), sums] as Anything);
    const model = tf.model({ inputs: input, outputs: output as TensorFlow.SymbolicTensor });
    randomize(model, 1);
    kill(model, "h", [1, 2]);
    assert.equal(widths(shrink(model))[0], 2);
    assertSame(model, shrink(model), normals([5, 4], 2));
  });

  it("loses as many operations with shifts of norms as without, but for one unit before each convolution that pads", () => {
    const { conv2d, batchNormalization, activation, globalAveragePooling2d, dense } = tf.layers;
    const block = (filters: number, first: object = {}): TensorFlow.layers.Layer[] => [
      conv2d({ filters, kernelSize: 3, padding: "same", useBias: false, ...first }),
      batchNormalization(),
      activation({ activation: "sigmoid" }),
    ];
    const model = tf.sequential({
      layers: [
        ...block(8, { inputShape: [6, 6, 3] }),
        ...block(12),
        conv2d({ filters: 8, kernelSize: 1, useBias: false }),
        batchNormalization(),
        activation({ activation: "elu" }),
        ...block(8),
        globalAveragePooling2d({}),
        dense({ units: 2 }),
      ],
    });
    randomize(model, 1);
    const isConvolution = (layer: TensorFlow.layers.Layer): boolean => layer.getClassName() === "Conv2D";
    for (const { name } of model.layers.filter(isConvolution)) kill(model, name, [0, 1, 2, 3]);
    const smaller = shrink(model);
    assert.deepEqual(
      smaller.layers.filter(isConvolution).map((layer) => layer.outputShape.at(-1)),
      [5, 8, 5, 4],
    );
    assertSame(model, smaller, normals([3, 6, 6, 3], 2));
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

  it("predicts the same on random graphs with dead units, shifted by norms, whatever reads them", () => {
    for (let seed = 1; seed <= 40; seed++) {
      const model = randomGraph(seed);
      const smaller = shrink(model);
      assertSame(model, smaller, normals([2, 7, 7, 2], seed));
      assert.ok(smaller.countParams() <= model.countParams(), `graph ${seed}`);
      smaller.dispose();
      model.dispose();
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
