import assert from "node:assert/strict";
import type * as TensorFlow from "@tensorflow/tfjs";
import { collapse, gate, HadamardConv2D, HadamardDense, sparsify, surrogatePenalty } from "../../../src/nn";
import {
  groupHadamardPower,
  groupHadamardProduct,
  hadamardPower,
  hadamardProduct,
  type Parametrization,
} from "../../../src/parametrizations";
import { assertAllClose, assertClose } from "../../support/assert-close";
import { numericGradient } from "../../support/finite-differences";
import { normals, randomize, tf, weightOf } from "../../support/tensors";

/** A factorized kernel of 3 inputs and 4 outputs, and the same map in 64-bit numbers. */
const twins: readonly (readonly [string, object, Parametrization])[] = [
  ["of two factors", { depth: 2 }, hadamardProduct({ depth: 2 })],
  ["of three factors", { depth: 3 }, hadamardProduct({ depth: 3 })],
  ["of four factors", { depth: 4 }, hadamardProduct({ depth: 4 })],
  ["with a shared gate", { depth: 3, shared: true }, hadamardPower({ depth: 3 })],
  ["of a fractional depth", { depth: 2.5 }, hadamardPower({ depth: 2.5 })],
  ["grouped by input", { depth: 3, structure: "input" }, groupHadamardProduct(rows(), { depth: 3 })],
  ["grouped by neuron", { depth: 2, structure: "neuron" }, groupHadamardProduct(columns(), { depth: 2 })],
  [
    "grouped with a shared gate",
    { depth: 3.5, structure: "neuron" },
    groupHadamardPower(columns(), { depth: 3.5 }),
  ],
  [
    "in two heads, weighted",
    { depth: 3, structure: { heads: 2 }, groupWeights: "sqrt" },
    groupHadamardProduct(blocks(), { depth: 3, weights: [Math.sqrt(6), Math.sqrt(6)] }),
  ],
  [
    "in groups of different size, weighted",
    { depth: 2, structure: { groups: ["a", "b", "b"], axis: 0 }, groupWeights: "sqrt" },
    groupHadamardProduct([0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1], { depth: 2, weights: [2, Math.sqrt(8)] }),
  ],
];

function rows(): number[] {
  return Array.from({ length: 12 }, (_, i) => Math.floor(i / 4));
}
function columns(): number[] {
  return Array.from({ length: 12 }, (_, i) => i % 4);
}
function blocks(): number[] {
  return Array.from({ length: 12 }, (_, i) => Math.floor((i % 4) / 2));
}

function denseModel(options: object): TensorFlow.Sequential {
  return tf.sequential({
    layers: [new HadamardDense({ units: 4, inputShape: [3], lambda: 0.7, ...options })],
  });
}

/** All factors in the order of a parametrization: the kernel's own variable, then the gates. */
function factorsOf(model: TensorFlow.LayersModel): TensorFlow.LayerVariable[] {
  return model.weights.filter(({ originalName }) => !originalName.endsWith("bias"));
}

describe("a factorized dense layer", () => {
  for (const [name, options, parametrization] of twins) {
    const model = denseModel(options);
    randomize(model, 3, 1);
    const factors = factorsOf(model);
    const xi = Float64Array.from(factors.flatMap((factor) => Array.from(factor.read().dataSync())));
    const kernel = new Float64Array(12);
    parametrization.forward(xi, kernel);

    it(`${name} computes with the product, and penalizes as the parametrization does`, () => {
      const X = normals([5, 3], 1);
      const expected = tf.add(tf.matMul(X, tf.tensor2d(Array.from(kernel), [3, 4])), model.weights[1].read());
      assertAllClose(
        "outputs",
        (model.predict(X) as TensorFlow.Tensor).dataSync(),
        expected.dataSync(),
        1e-6,
      );
      assertClose(
        "penalty",
        surrogatePenalty(model).dataSync()[0],
        0.7 * parametrization.surrogatePenalty(xi),
        1e-6,
      );
    });

    it(`${name} has the gradient of a loss and a penalty in 64-bit numbers, in a loop and as fit has it`, () => {
      const X = normals([5, 3], 1);
      const Y = normals([5, 4], 2);
      const [x, y, bias] = [X, Y, model.weights[1].read()].map((t) => Array.from(t.dataSync()));
      const value = (at: Float64Array): number => {
        const beta = new Float64Array(12);
        parametrization.forward(at, beta);
        let loss = 0;
        for (let i = 0; i < 5; i++) {
          for (let k = 0; k < 4; k++) {
            let fitted = bias[k];
            for (let j = 0; j < 3; j++) fitted += x[3 * i + j] * beta[4 * j + k];
            loss += (fitted - y[4 * i + k]) ** 2 / 20;
          }
        }
        return loss + 0.7 * parametrization.surrogatePenalty(at);
      };
      const expected = numericGradient(value, xi);
      const variables = factors.map((factor) => factor.read() as TensorFlow.Variable);
      const loss = (): TensorFlow.Scalar =>
        tf.losses.meanSquaredError(Y, model.apply(X) as TensorFlow.Tensor);
      for (const penalty of [
        () => surrogatePenalty(model),
        () => tf.addN(model.calculateLosses()) as TensorFlow.Scalar,
      ]) {
        const { value: total, grads } = tf.variableGrads(() => tf.add(loss(), penalty()), variables);
        const gradient = variables.flatMap(({ name: key }) => Array.from(grads[key].dataSync()));
        assertClose("loss", total.dataSync()[0], value(xi), 1e-6);
        assertAllClose("gradient", gradient, expected, 2e-6);
      }
    });
  }

  it("starts as a plain layer does, with gates of one", () => {
    const model = denseModel({ depth: 3, structure: "neuron", kernelInitializer: "ones" });
    for (const factor of factorsOf(model))
      assert.ok(
        factor
          .read()
          .dataSync()
          .every((entry) => entry === 1),
      );
  });

  it("leaves no tensor behind in training, in a loop or by fit", async () => {
    const model = denseModel({ depth: 3, structure: { groups: [0, 1, 1], axis: 0 } });
    const [X, Y] = [normals([6, 3], 1), normals([6, 4], 2)];
    model.compile({ optimizer: "adam", loss: "meanSquaredError" });
    await model.fit(X, Y, { epochs: 1, verbose: 0 });
    const optimizer = tf.train.sgd(0.1);
    const step = (): void => {
      optimizer.minimize(
        () =>
          tf.add(
            tf.losses.meanSquaredError(Y, model.apply(X) as TensorFlow.Tensor),
            surrogatePenalty(model),
          ) as TensorFlow.Scalar,
      );
    };
    const before = tf.memory().numTensors;
    step();
    await model.fit(X, Y, { epochs: 3, verbose: 0 });
    assert.equal(tf.memory().numTensors, before);
    model.dispose();
  });

  it("is the same model again from JSON, its labels and weight names with it", async () => {
    const plain = tf.layers.separableConv2d({ filters: 3, kernelSize: 2, name: "s" });
    const layers = [
      new HadamardConv2D({ filters: 4, kernelSize: 2, inputShape: [5, 5, 2], depth: 3, structure: "filter" }),
      gate(plain, { weight: "depthwise_kernel", depth: 2.5, lambda: 0.1 }),
      tf.layers.flatten(),
      new HadamardDense({ units: 2, structure: { groups: ["A", "a"] }, lambda: 0.3 }),
    ];
    const model = tf.sequential({ layers });
    randomize(model, 1);
    const again = await tf.models.modelFromJSON(JSON.parse(JSON.stringify(model.toJSON(null, false))));
    again.setWeights(model.getWeights());
    const X = normals([3, 5, 5, 2], 4);
    const [expected, actual] = [model, again].map((m) => (m.predict(X) as TensorFlow.Tensor).dataSync());
    assert.deepEqual(actual, expected);
    assert.deepEqual(surrogatePenalty(again).dataSync(), surrogatePenalty(model).dataSync());
    assert.deepEqual(
      again.layers.map((layer) => layer.getClassName()),
      ["HadamardConv2D", "Gated", "Flatten", "HadamardDense"],
    );
  });

  it("with unit gates moves as one with a shared gate does at a step divided by k - 1", () => {
    const [k, step] = [4, 0.05];
    const separate = denseModel({ depth: k, structure: "neuron" });
    const shared = denseModel({ depth: k, structure: "neuron", shared: true });
    shared.weights[0].write(separate.weights[0].read());
    const [X, Y] = [normals([6, 3], 1), normals([6, 4], 2)];
    const descend = (model: TensorFlow.LayersModel, stepOf: (name: string) => number): void => {
      tf.tidy(() => {
        const { grads } = tf.variableGrads(
          () =>
            tf.add(
              tf.losses.meanSquaredError(Y, model.apply(X) as TensorFlow.Tensor),
              surrogatePenalty(model),
            ) as TensorFlow.Scalar,
          model.trainableWeights.map((weight) => weight.read() as TensorFlow.Variable),
        );
        for (const weight of model.trainableWeights) {
          const gradient = grads[(weight.read() as TensorFlow.Variable).name];
          weight.write(weight.read().sub(gradient.mul(stepOf(weight.originalName))));
        }
      });
    };
    for (let i = 0; i < 20; i++) {
      descend(separate, () => step);
      descend(shared, (name) => (name.endsWith("gate_1") ? step / (k - 1) : step));
    }
    const [first, second] = [separate, shared].map((m) =>
      m.getWeights().map((w) => Array.from(w.dataSync())),
    );
    assert.ok(Math.abs(first[2][0] - 1) > 0.1, "the gates moved");
    for (let i = 0; i < 3; i++) assertAllClose(`weight ${i}`, second[i], first[i], 1e-5);
  });

  const recurrent: Readonly<Record<string, (options: object) => TensorFlow.layers.Layer>> = {
    simpleRNN: (options) => tf.layers.simpleRNN({ units: 3, ...options }),
    gru: (options) => tf.layers.gru({ units: 3, ...options }),
    lstm: (options) => tf.layers.lstm({ units: 3, ...options }),
    rnn: (options) => tf.layers.rnn({ cell: tf.layers.gruCell({ units: 3 }), ...options }),
  };
  for (const [name, layerOf] of Object.entries(recurrent)) {
    const nStates = name === "lstm" ? 2 : 1;

    it(`around ${name} starts from the initial states that it is given, also once collapsed`, () => {
      for (const weight of ["kernel", "recurrent_kernel"]) {
        const modelOf = (layer: TensorFlow.layers.Layer): TensorFlow.LayersModel => {
          const x = tf.input({ shape: [4, 2] });
          const states = Array.from({ length: nStates }, () => tf.input({ shape: [3] }));
          const last = layer.apply(x, { initialState: states }) as TensorFlow.SymbolicTensor;
          return tf.model({ inputs: [x, ...states], outputs: last });
        };
        const plain = modelOf(layerOf({}));
        randomize(plain, 1);
        const gated = modelOf(gate(layerOf({}), { weight, depth: 2 }));
        gated.setWeights([
          ...plain.getWeights(),
          tf.ones(weightOf(plain, plain.layers.at(-1)!.name, weight).shape),
        ]);
        const x = normals([5, 4, 2], 2);
        const states = Array.from({ length: nStates }, (_, i) => normals([5, 3], 3 + i));
        const expected = (plain.predict([x, ...states]) as TensorFlow.Tensor).dataSync();
        const others = (plain.predict([x, ...states.map(tf.zerosLike)]) as TensorFlow.Tensor).dataSync();
        assert.notDeepEqual(expected, others);
        const layer = gated.layers.at(-1)!;
        for (const actual of [
          gated.predict([x, ...states]),
          collapse(gated).predict([x, ...states]),
          layer.apply([x, ...states]),
          layer.apply(x, { initialState: states }),
        ])
          assert.deepEqual((actual as TensorFlow.Tensor).dataSync(), expected);
      }
    });

    it(`around ${name} that is stateful keeps its states from batch to batch until they are reset`, () => {
      const modelOf = (layer: TensorFlow.layers.Layer): TensorFlow.Sequential =>
        tf.sequential({ layers: [layer] });
      const options = { stateful: true, batchInputShape: [5, 4, 2] };
      const plain = modelOf(layerOf(options));
      randomize(plain, 1);
      const gated = modelOf(gate(layerOf(options), { weight: "kernel", depth: 2 }));
      gated.setWeights([
        ...plain.getWeights(),
        tf.ones(weightOf(plain, plain.layers[0].name, "kernel").shape),
      ]);
      const batches = [1, 2, 3].map((seed) => normals([5, 4, 2], seed));
      const outputs = (model: TensorFlow.Sequential): unknown[] =>
        batches.map((x) => (model.predict(x, { batchSize: 5 }) as TensorFlow.Tensor).arraySync());
      const [first, second] = [outputs(plain), outputs(plain)];
      assert.notDeepEqual(second, first);
      assert.deepEqual([outputs(gated), outputs(gated)], [first, second]);
      gated.resetStates();
      assert.deepEqual(outputs(gated), first);
    });
  }

  it("goes around TimeDistributed, and is refused within, where its penalty would be lost", () => {
    const timeDistributed = (layer: TensorFlow.layers.Layer): TensorFlow.layers.Layer =>
      tf.layers.timeDistributed({ layer, inputShape: [5, 4], name: "each" });
    const dense = tf.layers.dense({ units: 3, kernelInitializer: "ones" });
    const gated = gate(timeDistributed(dense), { weight: "kernel", depth: 2, lambda: 0.5 });
    const around = tf.sequential({ layers: [gated] });
    assertClose("penalty", surrogatePenalty(around).dataSync()[0], (0.5 / 2) * (12 + 12), 1e-6);
    randomize(around, 3);
    const plain = collapse(around);
    assert.equal(plain.layers[0].getClassName(), "TimeDistributed");
    const X = normals([2, 5, 4], 1);
    const [expected, actual] = [around, plain].map((m) => (m.predict(X) as TensorFlow.Tensor).dataSync());
    assertAllClose("predictions", actual, expected, 1e-6);

    const within = tf.sequential({ layers: [timeDistributed(new HadamardDense({ units: 3 }))] });
    for (const refuse of [surrogatePenalty, collapse]) {
      assert.throws(() => refuse(within), {
        name: "InputError",
        message: `${refuse.name}: a factorized layer must not be within a wrapper, got one in "each"; put gate(wrapper, { weight }) around a wrapper of the plain layer instead`,
      });
    }
    const skipped = tf.sequential({
      layers: [timeDistributed(tf.layers.dense({ units: 3 })), tf.layers.dense({ units: 1 })],
    });
    const twin = sparsify(skipped, { depth: 2, lambda: 0.1 });
    assert.deepEqual(
      twin.layers.map((layer) => layer.getClassName()),
      ["TimeDistributed", "HadamardDense"],
    );
  });
});
