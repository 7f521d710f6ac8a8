import assert from "node:assert/strict";
import type * as TensorFlow from "@tensorflow/tfjs";
import {
  collapse,
  freezeZeros,
  shrink,
  sparsify,
  sparsityReport,
  surrogatePenalty,
  toOnnx,
  train,
} from "../../../src/nn";
import { assertAllClose, assertClose } from "../../support/assert-close";
import { normals, randomize, tf } from "../../support/tensors";

type Model = TensorFlow.LayersModel;
type Symbolic = TensorFlow.SymbolicTensor;

const { dense, dropout, batchNormalization } = tf.layers;

const baseLayers = (): TensorFlow.layers.Layer[] => [
  dense({ units: 5, inputShape: [3], activation: "relu", name: "first" }),
  batchNormalization({ name: "norm" }),
  dense({ units: 4, activation: "relu", name: "second" }),
];

function sequentialBase(): Model {
  return tf.sequential({ name: "base", layers: baseLayers() });
}

function functionalBase(): Model {
  const input = tf.input({ shape: [3] });
  const hidden = dense({ units: 5, activation: "relu", name: "first" }).apply(input);
  const outputs = dense({ units: 4, activation: "relu", name: "second" }).apply(hidden) as Symbolic;
  return tf.model({ inputs: input, outputs, name: "base" });
}

const head = (): TensorFlow.layers.Layer[] => [dropout({ rate: 0 }), dense({ units: 2, name: "output" })];

/** Models that begin with a model, by what that is. */
const MODELS: Readonly<Record<string, () => Model>> = {
  "a sequential model": () => tf.sequential({ layers: [sequentialBase(), ...head()] }),
  "a functional model": () => tf.sequential({ layers: [functionalBase(), ...head()] }),
  "a model that begins with a model": () =>
    tf.sequential({ layers: [tf.sequential({ name: "outer", layers: [sequentialBase()] }), ...head()] }),
  "a model that is called": () => {
    const input = tf.input({ shape: [3] });
    const outputs = head().reduce(
      (x, layer) => layer.apply(x) as Symbolic,
      sequentialBase().apply(input) as Symbolic,
    );
    return tf.model({ inputs: input, outputs });
  },
};

const valuesOf = (model: Model, x: TensorFlow.Tensor): ArrayLike<number> =>
  (model.predict(x) as TensorFlow.Tensor).dataSync();

describe("a model whose first layer is a model", () => {
  for (const [name, make] of Object.entries(MODELS)) {
    const [x, y] = [normals([8, 3], 1), normals([8, 2], 2)];

    it(`is sparsified, trained, collapsed and cut: ${name}`, async () => {
      const model = make();
      randomize(model, 1);
      const twin = sparsify(model, { depth: 3, lambda: 0.5 });
      assert.deepEqual(valuesOf(twin, x), valuesOf(model, x));
      const penalty = surrogatePenalty(twin).dataSync()[0];
      // At depth 3 with unit gates: a third of the squares of the weights, and twice as many ones.
      const kernels = model.weights.filter(({ originalName }) => originalName.endsWith("kernel"));
      const expected = kernels.reduce((total, weight) => {
        const squares = weight.read().square().sum().dataSync()[0];
        return total + (0.5 / 3) * (squares + 2 * weight.read().size);
      }, 0);
      assertClose("penalty", penalty, expected, 1e-6);

      twin.compile({ loss: "meanSquaredError", optimizer: tf.train.sgd(1e-20) });
      const { records } = await train(twin, x, y, { epochs: 1, validationData: [x, y] });
      const error = (twin.evaluate(x, y) as TensorFlow.Scalar).dataSync()[0];
      assertClose("loss on validation data", records[0].valLoss, error + penalty, 1e-5);
      const free = sparsify(model, { depth: 3, lambda: 0 });
      free.compile({ loss: "meanSquaredError", optimizer: tf.train.sgd(1e-20) });
      const [{ loss }] = (await train(free, x, y, { epochs: 1 })).records;
      assertClose("penalty in the loss", records[0].loss - loss, penalty, 1e-5);

      const plain = collapse(twin);
      assertAllClose("collapsed", valuesOf(plain, x), valuesOf(twin, x), 1e-5);
      assertAllClose("frozen", valuesOf(freezeZeros(plain), x), valuesOf(plain, x), 1e-5);
    });

    it(`loses dead units, and counts operations: ${name}`, () => {
      const model = make();
      randomize(model, 2);
      const kernels = model.weights.filter(({ originalName }) => originalName.endsWith("kernel"));
      const [first, second] = kernels;
      for (const kernel of [first, second]) {
        const zeroed = kernel.read().arraySync() as number[][];
        for (const row of zeroed) row.fill(0, 0, 2);
        kernel.write(tf.tensor2d(zeroed));
      }
      const report = sparsityReport(model);
      assert.equal(report.flops, 2 * (3 * 5 + 5 * 4 + 4 * 2));
      const smaller = shrink(model);
      assertAllClose("predictions", valuesOf(smaller, x), valuesOf(model, x), 1e-5);
      assert.equal(sparsityReport(smaller).flops, report.shrunkenFlops);
      assert.ok(report.shrunkenFlops <= 2 * (3 * 3 + 3 * 4 + 4 * 2), `${report.shrunkenFlops}`);
    });
  }

  it("is told where its inputs and outputs are", () => {
    const chosen = (structure: "input" | "neuron"): string[] => {
      const twin = sparsify(MODELS["a sequential model"](), { lambda: 1, structure });
      const names: string[] = [];
      const visit = (layers: TensorFlow.layers.Layer[]): void => {
        for (const layer of layers) {
          if (layer.getClassName() === "HadamardDense") names.push(layer.name);
          visit((layer as Partial<Model>).layers ?? []);
        }
      };
      visit(twin.layers);
      return names;
    };
    assert.deepEqual(chosen("input"), ["first"]);
    assert.deepEqual(chosen("neuron"), ["first", "second"]);
  });

  it("has the same ONNX file as the model of its layers", () => {
    const nested = MODELS["a sequential model"]();
    const flat = tf.sequential({ layers: [...baseLayers(), ...head()] });
    randomize(nested, 3);
    flat.setWeights(nested.getWeights());
    assert.deepEqual(toOnnx(nested), toOnnx(flat));
  });
});
