import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as TensorFlow from "@tensorflow/tfjs";
import {
  collapse,
  freezeZeros,
  type GateOptions,
  gate,
  loadModel,
  misalignment,
  saveModel,
  shrink,
  sparsify,
  sparsityReport,
  surrogatePenalty,
} from "../../../src/nn";
import { assertAllClose, assertClose } from "../../support/assert-close";
import type { Anything } from "../../support/bad-input";
import { normals, randomize, tf, weightOf } from "../../support/tensors";

const { layers } = tf;
type Layer = TensorFlow.layers.Layer;

/** Labels by unit of the last axis of an LSTM's weights, which has four blocks of all units. */
const byUnit = (units: number) => ({ groups: Array.from({ length: 4 * units }, (_, i) => i % units) });

interface Case {
  readonly layer: () => Layer;
  readonly inputShape: number[];
  readonly weights: readonly string[];
  readonly structure: GateOptions["structure"];
  /** How many variables have these names, and how many groups there are. */
  readonly counts: readonly [variables: number, groups: number];
}

const cells = () => [layers.lstmCell({ units: 3 }), layers.gruCell({ units: 2 })];
const lstm = (): TensorFlow.RNN => layers.lstm({ units: 3 }) as TensorFlow.RNN;
const CASES: Readonly<Record<string, Case>> = {
  "neurons with their biases": {
    layer: () => layers.dense({ units: 4 }),
    inputShape: [3],
    weights: ["kernel", "bias"],
    structure: "neuron",
    counts: [2, 4],
  },
  "channels of a depthwise convolution with their biases": {
    layer: () => layers.depthwiseConv2d({ kernelSize: 2, depthMultiplier: 3 }),
    inputShape: [4, 4, 2],
    weights: ["depthwise_kernel", "bias"],
    structure: "filter",
    counts: [2, 6],
  },
  "filters of a transposed convolution with their biases": {
    layer: () => layers.conv2dTranspose({ filters: 3, kernelSize: 2 }),
    inputShape: [3, 3, 2],
    weights: ["bias", "kernel"],
    structure: "filter",
    counts: [2, 3],
  },
  "units of an LSTM": {
    layer: lstm,
    inputShape: [5, 2],
    weights: ["kernel", "recurrent_kernel", "bias"],
    structure: byUnit(3),
    counts: [3, 3],
  },
  "entries of an LSTM": {
    layer: lstm,
    inputShape: [5, 2],
    weights: ["kernel", "recurrent_kernel"],
    structure: "weight",
    counts: [2, 12 * (2 + 3)],
  },
  "entries of both directions": {
    layer: () => layers.bidirectional({ layer: lstm(), mergeMode: "concat" }),
    inputShape: [5, 2],
    weights: ["kernel", "recurrent_kernel"],
    structure: "weight",
    counts: [4, 2 * 12 * (2 + 3)],
  },
  "units of both directions": {
    layer: () => layers.bidirectional({ layer: lstm(), mergeMode: "sum" }),
    inputShape: [5, 2],
    weights: ["kernel"],
    structure: byUnit(3),
    counts: [2, 3],
  },
  "entries of stacked cells": {
    layer: () => layers.rnn({ cell: layers.stackedRNNCells({ cells: cells() }) as Anything }),
    inputShape: [5, 2],
    weights: ["kernel"],
    structure: "weight",
    counts: [2, 2 * 12 + 3 * 6],
  },
};

/** A model with one layer behind its input, and one that is dense behind that. */
function around(layer: Layer, inputShape: number[]): TensorFlow.LayersModel {
  const input = tf.input({ shape: inputShape });
  const inner = layer.apply(input) as TensorFlow.SymbolicTensor;
  const flat = inner.shape.length > 2 ? layers.flatten().apply(inner) : inner;
  const output = layers.dense({ units: 1, name: "output" }).apply(flat);
  return tf.model({ inputs: input, outputs: output as TensorFlow.SymbolicTensor });
}

const predicted = (model: TensorFlow.LayersModel, x: TensorFlow.Tensor) =>
  (model.predict(x) as TensorFlow.Tensor).dataSync();

describe("gate of several weights", () => {
  for (const [name, { layer, inputShape, weights, structure, counts }] of Object.entries(CASES))
    for (const shared of [false, true])
      it(`is a product of factors with one gate a group: ${name}${shared ? ", shared" : ""}`, async () => {
        const [depth, lambda, x] = [3, 0.3, normals([6, ...inputShape], 2)];
        const options = { weight: weights, structure, depth, lambda, shared };
        const gated = gate(layer(), options) as Layer & { lambda: number };
        const model = around(gated, inputShape);
        randomize(model, 1, 1);
        const { variables, gates, nGroups } = gated as Anything;
        assert.deepEqual([variables.length, nGroups], counts);

        const plain = collapse(model, { threshold: 0 });
        assertAllClose("collapsed", predicted(plain, x), predicted(model, x), 1e-5);

        const squares = (list: TensorFlow.LayerVariable[]) =>
          list.reduce((sum, variable) => sum + tf.sum(tf.square(variable.read())).dataSync()[0], 0);
        const expected = (lambda / depth) * (squares(variables) + (shared ? 2 : 1) * squares(gates));
        assertClose("penalty", surrogatePenalty(model).dataSync()[0], expected, 1e-5);

        const folder = mkdtempSync(join(tmpdir(), "several "));
        await saveModel(model, folder);
        const again = await loadModel(folder);
        rmSync(folder, { recursive: true });
        assert.deepEqual(surrogatePenalty(again).dataSync(), surrogatePenalty(model).dataSync());
        assert.deepEqual(predicted(again as TensorFlow.LayersModel, x), predicted(model, x));

        const factors = () => [...variables, ...gates].map((factor: Anything) => factor.read().dataSync());
        const before = factors().map((values) => values.slice());
        model.compile({ optimizer: tf.train.sgd(0.1), loss: "meanSquaredError" });
        await model.fit(x, normals([6, 1], 3), { epochs: 1, verbose: 0 });
        for (const [l, values] of factors().entries()) assert.notDeepEqual(values, before[l], `factor ${l}`);
      });

  for (const [name, { layer, inputShape, weights, structure }] of Object.entries(CASES))
    it(`has the norms of groups over all weights for its penalty at balance: ${name}`, () => {
      const lambda = 0.3;
      const gated = gate(layer(), { weight: weights, structure, depth: 2, lambda });
      const model = around(gated, inputShape);
      randomize(model, 1, 1);
      const { variables, gates, nGroups } = gated as Anything;
      const nEntries = variables.reduce(
        (sum: number, { shape }: { shape: number[] }) => sum + tf.util.sizeFromShape(shape),
        0,
      );
      // Groups have equal sizes, and the norm of n entries 1/2 is sqrt(n) / 2: that of their gate at balance.
      const norm = Math.sqrt(nEntries / nGroups) / 2;
      for (const variable of variables) variable.write(tf.fill(variable.shape, 0.5));
      gates[0].write(tf.fill(gates[0].shape, norm));
      assertClose("misalignment", misalignment(model), 0, 1e-6);
      // The weights are the products: their norms are the squares.
      assertClose("penalty", surrogatePenalty(model).dataSync()[0], lambda * nGroups * norm ** 2, 1e-5);
    });

  it("makes a group zero in all weights at once", () => {
    const dense = layers.dense({ units: 3, biasInitializer: "ones", name: "first" });
    const gated = gate(dense, { weight: ["kernel", "bias"], structure: "neuron", lambda: 0.1 });
    const model = around(gated, [2]);
    randomize(model, 3, 1);
    (gated as Anything).gates[0].write(tf.tensor1d([1, 0, 1e-9]));
    const plain = collapse(model);
    const [kernel, bias] = ["kernel", "bias"].map((weight) => weightOf(plain, "first", weight).arraySync());
    assert.deepEqual(
      (kernel as number[][]).map((row) => row.map((value) => value !== 0)),
      [0, 1].map(() => [true, false, false]),
    );
    assert.deepEqual(
      (bias as number[]).map((value) => value !== 0),
      [true, false, false],
    );
    assert.equal(sparsityReport(model).layers[0].liveUnits, 1);
  });

  it("refuses weights that the structure divides otherwise, and names that are none", () => {
    const build = (weight: unknown, structure: GateOptions["structure"]) =>
      around(gate(layers.dense({ units: 3, name: "d" }), { weight, structure } as Anything), [2]);
    assert.throws(() => build(["kernel", "bias"], "input"), {
      name: "InputError",
      message:
        'Gated: the structure must divide all weights of layer "d" into as many groups, got 2 of kernel, 1 of bias; name one weight, or take structure "weight"',
    });
    for (const weight of [[], ["kernel", "kernel"], [3], 3])
      assert.throws(() => build(weight, "neuron"), {
        name: "InputError",
        message: /^gate: weight must be the name of a weight, or different names of several, got /,
      });
  });
});

describe("sparsify with gateBeta", () => {
  /** Convolutions with norms, and a depthwise one that pads with zeros. */
  const network = (): TensorFlow.Sequential => {
    const same = { padding: "same", useBias: false } as const;
    const model = tf.sequential({
      layers: [
        layers.conv2d({ filters: 6, kernelSize: 1, inputShape: [5, 5, 2], ...same }),
        layers.batchNormalization({ name: "norm" }),
        layers.reLU(),
        layers.depthwiseConv2d({ kernelSize: 3, ...same } as Anything),
        layers.batchNormalization(),
        layers.conv2d({ filters: 3, kernelSize: 1, ...same }),
        layers.globalAveragePooling2d({} as Anything),
        layers.dense({ units: 1 }),
      ],
    });
    randomize(model, 5);
    return model;
  };
  const x = normals([4, 5, 5, 2], 6);
  const twinOf = (gateBeta: boolean) =>
    sparsify(network(), { lambda: 0.1, structure: "filter", layers: ["norm"], gateBeta });
  const withDead = (twin: TensorFlow.LayersModel, dead: number) => {
    const { gates } = twin.getLayer("norm") as Anything;
    gates[0].write(tf.tensor1d(Array.from({ length: 6 }, (_, c) => (c < dead ? 0 : 1))));
    return collapse(twin);
  };

  it("begins with the predictions of the model", () => {
    assertAllClose("predictions", predicted(twinOf(true), x), predicted(network(), x), 1e-6);
  });

  it("loses dead channels before a depthwise convolution that pads, which beta alone would keep", () => {
    const flopsLeft = [false, true].map((gateBeta) => {
      const plain = withDead(twinOf(gateBeta), 4);
      const small = shrink(plain);
      assertAllClose("predictions", predicted(small, x), predicted(plain, x), 1e-5);
      assert.equal(sparsityReport(plain).shrunkenFlops, sparsityReport(small).flops);
      return sparsityReport(small).flops;
    });
    assert.equal(flopsLeft[1], 2 * (25 * 2 * 2 + 25 * 9 * 2 + 25 * 2 * 3 + 3));
    assert.ok(flopsLeft[0] > flopsLeft[1], `${flopsLeft}`);
  });

  it("keeps dead channels at zero in a further training with frozen zeros", async () => {
    const frozen = freezeZeros(withDead(twinOf(true), 2));
    frozen.compile({ optimizer: tf.train.sgd(0.1), loss: "meanSquaredError" });
    await frozen.fit(x, normals([4, 1], 7), { epochs: 3, verbose: 0 });
    const plain = collapse(frozen);
    for (const weight of ["gamma", "beta"]) {
      const values = [...weightOf(plain, "norm", weight).dataSync()];
      assert.deepEqual(
        values.map((value) => value === 0),
        [true, true, false, false, false, false],
        weight,
      );
    }
  });

  it("refuses structures and layers that it does not apply to", () => {
    const given = { lambda: 0.1, gateBeta: true } as const;
    assert.throws(() => sparsify(network(), { ...given, layers: ["norm"] }), {
      message: 'sparsify: structure must be "neuron" or "filter" with gateBeta, got "weight"',
    });
    assert.throws(() => sparsify(network(), { ...given, structure: "filter" }), {
      message: "sparsify: gateBeta must be false where no batch norm with beta is among layers, got true",
    });
  });
});
