import assert from "node:assert/strict";
import type * as TensorFlow from "@tensorflow/tfjs";
import { collapse, freezeZeros, sparsify, sparsifyTo, train } from "../../../src/nn";
import { factorizedLayers } from "../../../src/nn/layers/model-layers";
import { normals, tf } from "../../support/tensors";

type Model = TensorFlow.LayersModel;

const from = (seed: number) => tf.initializers.heNormal({ seed });

/** A dense layer and a batch norm whose moments are not those of the data. */
function base(): TensorFlow.Sequential {
  return tf.sequential({
    name: "base",
    layers: [
      tf.layers.dense({ units: 4, inputShape: [3], name: "features", kernelInitializer: from(1) }),
      tf.layers.batchNormalization({
        name: "norm",
        movingMeanInitializer: "ones",
        movingVarianceInitializer: tf.initializers.constant({ value: 4 }),
      }),
    ],
  });
}

function head(): TensorFlow.layers.Layer[] {
  return [
    tf.layers.dense({ units: 16, activation: "relu", name: "head", kernelInitializer: from(2) }),
    tf.layers.dense({ units: 1, name: "output", kernelInitializer: from(3) }),
  ];
}

/** The ways in which users freeze a part of a model. */
const WAYS: readonly (readonly [string, () => Model])[] = [
  [
    "each layer",
    () => {
      const frozen = base();
      for (const layer of frozen.layers) layer.trainable = false;
      return tf.sequential({ layers: [...frozen.layers, ...head()] });
    },
  ],
  [
    "a nested model",
    () => {
      const frozen = base();
      frozen.trainable = false;
      return tf.sequential({ layers: [frozen, ...head()] });
    },
  ],
  [
    "a model of which another one takes the layers",
    () => {
      const frozen = base();
      frozen.trainable = false;
      const [first, last] = head();
      const output = last.apply(first.apply(frozen.getLayer("norm").output));
      return tf.model({ inputs: frozen.inputs, outputs: output as TensorFlow.SymbolicTensor });
    },
  ],
];

const x = normals([32, 3], 5);
const y = x.slice([0, 0], [32, 1]);

function compiled<M extends Model>(model: M, rate = 0.02): M {
  model.compile({ loss: "meanSquaredError", optimizer: tf.train.momentum(rate, 0.9) });
  return model;
}

/** Weights by their names within the layers; the names of factors come after those of the first. */
function valuesOf(model: Model, layer: RegExp): Record<string, number[]> {
  const found = model.weights.filter(({ originalName }) => layer.test(originalName));
  return Object.fromEntries(
    found.map((weight) => [weight.originalName, [...weight.read().dataSync()] as number[]]),
  );
}

const lossOf = (model: Model): number =>
  (model.evaluate(x, y, { batchSize: 32 }) as TensorFlow.Scalar).dataSync()[0];

describe("frozen layers", () => {
  for (const [name, make] of WAYS) {
    it(`keep the bits of their weights in twins and in sparsifyTo, and take no groups away: ${name}`, async () => {
      const model = compiled(make());
      const before = valuesOf(model, /features|norm/);
      assert.equal(Object.keys(before).length, 6);
      const twin = sparsify(model, { lambda: 0.01, structure: "weight" });
      assert.deepEqual(
        factorizedLayers(twin).map((layer) => layer.name),
        ["head", "output"],
      );
      await compiled(twin).fit(x, y, { epochs: 3, verbose: 0 });
      const plain = collapse(twin);
      assert.deepEqual(valuesOf(plain, /features|norm/), before);
      await compiled(freezeZeros(plain)).fit(x, y, { epochs: 1, verbose: 0 });
      const options = { structure: "neuron", keep: 0.25, epochs: 8, batchSize: 8 } as const;
      const { model: sparse, nGroups, final } = await sparsifyTo(model, x, y, options);
      assert.deepEqual([nGroups, final.groups], [16, 4]);
      assert.deepEqual(valuesOf(sparse, /features|norm/), before);
    });

    it(`have batch norms that compute in training as in prediction: ${name}`, async () => {
      const model = compiled(make());
      const before = lossOf(model);
      // One batch an epoch: the loss of the first epoch is that of the weights before the step.
      const options = { epochs: 2, batchSize: 32 };
      const twin = sparsify(model, { lambda: 0 });
      const { history } = await compiled(twin).fit(x, y, { ...options, verbose: 0 });
      assert.ok(Math.abs((history.loss[0] as number) - before) < 1e-5, `twin: ${history.loss[0]}, ${before}`);
      if (name === "a nested model") return; // TensorFlow.js trains it where it begins a sequential one; see below.
      const moments = valuesOf(model, /moving/);
      const { records } = await train(model, x, y, options);
      assert.ok(Math.abs(records[0].loss - before) < 1e-5, `train: ${records[0].loss}, ${before}`);
      assert.deepEqual(valuesOf(model, /moving/), moments);
    });
  }

  it("leave norms with the methods that they had before a training", async () => {
    const model = compiled(WAYS[0][1]());
    const norm = model.getLayer("norm");
    await train(model, x, y, { epochs: 1 });
    assert.ok(!Object.hasOwn(norm, "call"));
    const own = norm.call.bind(norm);
    norm.call = own;
    await train(model, x, y, { epochs: 1 });
    assert.equal(norm.call, own);
    const twin = compiled(sparsify(model, { lambda: 0 }));
    const { call } = twin.getLayer("norm");
    await train(twin, x, y, { epochs: 1 });
    assert.equal(twin.getLayer("norm").call, call);
  });

  it("train again in a twin once they are thawed", async () => {
    const model = WAYS[1][1]();
    const twin = sparsify(model, { lambda: 0 });
    for (const layer of (twin.layers[0] as unknown as Model).layers) layer.trainable = true;
    const before = valuesOf(twin, /./);
    await compiled(twin).fit(x, y, { epochs: 1, verbose: 0 });
    for (const [weight, values] of Object.entries(valuesOf(twin, /features|norm/)))
      assert.notDeepEqual(values, before[weight], weight);
  });

  it("are refused by train where TensorFlow.js would train them", async () => {
    const message =
      'train: frozen layers must be compiled as such, got "features", which would be trained; set trainable to false of it and of each other layer, also of those in a frozen model, and compile the model again';
    const refused = { name: "InputError", message };
    await assert.rejects(train(compiled(WAYS[1][1]()), x, y, { epochs: 1 }), refused);
    const late = compiled(tf.sequential({ layers: [...base().layers, ...head()] }));
    late.getLayer("features").trainable = false;
    await assert.rejects(train(late, x, y, { epochs: 1 }), refused);
    await train(compiled(late), x, y, { epochs: 1 });
  });

  it("are refused where they are named, or nothing else is there", async () => {
    const model = WAYS[0][1]();
    assert.throws(() => sparsify(model, { lambda: 1, layers: ["features"] }), {
      name: "InputError",
      message:
        'sparsify: the layers must be trained, got "features", which is frozen; leave it out, or set its trainable to true',
    });
    assert.throws(() => sparsify(model, { lambda: 1, structure: "input" }), {
      name: "InputError",
      message:
        "sparsify: the model must have a layer with a input to make sparse, got frozen ones alone; set trainable to true of one",
    });
    for (const layer of model.layers) layer.trainable = false;
    const message =
      "train: the model must have weights that are trained, got frozen layers alone; set trainable to true of a layer, and compile the model again";
    await assert.rejects(train(compiled(model), x, y, { epochs: 1 }), { name: "InputError", message });
  });
});
