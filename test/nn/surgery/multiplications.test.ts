import assert from "node:assert/strict";
import type * as TensorFlow from "@tensorflow/tfjs";
import { collapse, gate, sparsityReport } from "../../../src/nn";
import { functional } from "../../support/networks";
import { tf } from "../../support/tensors";

type Layer = TensorFlow.layers.Layer;
type Shape = readonly number[];

const size = (shape: Shape): number => shape.reduce((total, length) => total * length, 1);

/** Multiplications of one call of a kernel, by the shapes of its inputs and its output. */
const OF_KERNELS: Readonly<Record<string, (inputs: readonly Shape[], output: Shape) => number>> = {
  BatchMatMul: ([a], output) => size(output) * a[a.length - 1],
  _FusedMatMul: ([a], output) => size(output) * a[a.length - 1],
  Conv2D: ([, filter], output) => size(output) * size(filter.slice(0, 3)),
  FusedConv2D: ([, filter], output) => size(output) * size(filter.slice(0, 3)),
  Conv3D: ([, filter], output) => size(output) * size(filter.slice(0, 4)),
  DepthwiseConv2dNative: ([, filter], output) => size(output) * size(filter.slice(0, 2)),
  FusedDepthwiseConv2D: ([, filter], output) => size(output) * size(filter.slice(0, 2)),
  // Each entry of the input is multiplied by the weights of all outputs that it reaches.
  Conv2DBackpropInput: ([input, filter]) => size(input) * size(filter.slice(0, 3)),
  Conv3DBackpropInputV2: ([input, filter]) => size(input) * size(filter.slice(0, 4)),
};

/** Counts the multiplications in the kernels that TensorFlow.js runs to predict one sample. */
async function countedIn(model: TensorFlow.LayersModel): Promise<number> {
  const inputs = model.inputs.map(({ shape }) => tf.zeros([1, ...(shape.slice(1) as number[])]));
  const { kernels } = await tf.profile(() => model.predict(inputs) as TensorFlow.Tensor);
  // Native TensorFlow computes this one by a BatchMatMul, which it lists too.
  const composed = tf.getBackend() === "tensorflow" ? "_FusedMatMul" : undefined;
  return kernels.reduce((total, { name, inputShapes, outputShapes }) => {
    if (name === composed) return total;
    const shapes = inputShapes.filter((shape): shape is number[] => shape !== undefined);
    return total + (OF_KERNELS[name]?.(shapes, outputShapes[0]) ?? 0);
  }, 0);
}

const { dense, conv1d, conv2d, conv3d, conv2dTranspose, conv3dTranspose, depthwiseConv2d, separableConv2d } =
  tf.layers;
const recurrent = (options: object): TensorFlow.RNN =>
  tf.layers.lstm({ units: 3, ...options }) as TensorFlow.RNN;
const first = { kernelSize: 3, filters: 4, dataFormat: "channelsFirst" } as const;

const CASES: readonly (readonly [string, Layer, Shape])[] = [
  ["dense", dense({ units: 3 }), [4]],
  ["dense of a sequence", dense({ units: 3 }), [5, 4]],
  ["conv1d", conv1d({ filters: 3, kernelSize: 2, strides: 2 }), [7, 2]],
  ["conv2d", conv2d({ filters: 3, kernelSize: [2, 3], strides: [1, 2] }), [5, 7, 2]],
  ["conv2d of channels first", conv2d(first), [2, 5, 7]],
  ["conv3d", conv3d({ filters: 3, kernelSize: 2 }), [4, 5, 3, 2]],
  ["depthwise", depthwiseConv2d({ kernelSize: 2, depthMultiplier: 3 }), [5, 4, 2]],
  ["separable", separableConv2d({ filters: 5, kernelSize: 2, depthMultiplier: 3 }), [5, 4, 2]],
  ["transposed", conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2 }), [4, 5, 2]],
  ["transposed, padded", conv2dTranspose({ filters: 3, kernelSize: 3, padding: "same" }), [4, 5, 2]],
  ["transposed in space", conv3dTranspose({ filters: 3, kernelSize: 2 }), [3, 4, 2, 2]],
  ["simpleRNN", tf.layers.simpleRNN({ units: 3 }), [5, 4]],
  ["gru", tf.layers.gru({ units: 3, returnSequences: true }), [5, 4]],
  ["lstm", recurrent({}), [5, 4]],
  ["stacked cells", tf.layers.rnn({ cell: [2, 3].map((units) => tf.layers.gruCell({ units })) }), [5, 4]],
  ["convLstm2d", tf.layers.convLstm2d({ filters: 2, kernelSize: 2 }), [3, 5, 4, 2]],
  ["bidirectional", tf.layers.bidirectional({ layer: recurrent({}), mergeMode: "concat" }), [5, 4]],
  [
    "timeDistributed",
    tf.layers.timeDistributed({ layer: conv2d({ filters: 2, kernelSize: 2 }) }),
    [3, 4, 4, 1],
  ],
  ["embedding", tf.layers.embedding({ inputDim: 4, outputDim: 3 }), [5]],
  ["batchNormalization", tf.layers.batchNormalization(), [4]],
  ["layerNormalization", tf.layers.layerNormalization(), [4]],
  ["prelu", tf.layers.prelu(), [4]],
];

describe("the operations of a layer", () => {
  for (const [name, layer, inputShape] of CASES)
    it(`are two for each multiplication that is computed: ${name}`, async () => {
      const input = tf.input({ shape: [...inputShape] });
      const model = tf.model({ inputs: input, outputs: layer.apply(input) as TensorFlow.SymbolicTensor });
      const { layers } = sparsityReport(model);
      assert.deepEqual(
        layers.map(({ flops }) => flops),
        [2 * (await countedIn(model))],
      );
    });

  it("count each application of a layer that is shared, in a nested model too", async () => {
    assert.equal(sparsityReport(functional()).flops, 2 * (await countedIn(functional())));
    const inner = tf.sequential({ layers: [dense({ units: 4, inputShape: [4] })] });
    const input = tf.input({ shape: [4] });
    const outputs = inner.apply(inner.apply(input)) as TensorFlow.SymbolicTensor;
    const twice = tf.model({ inputs: input, outputs });
    assert.equal(sparsityReport(twice).flops, 2 * (await countedIn(twice)));
    assert.equal(sparsityReport(twice).flops, 2 * 2 * 16);
  });

  it("are those of the plain layer where it is gated", () => {
    const gated = tf.sequential({ layers: [gate(recurrent({ inputShape: [5, 4] }), { weight: "kernel" })] });
    assert.equal(sparsityReport(gated).flops, sparsityReport(collapse(gated)).flops);
  });

  it("are not made up for a layer whose class is not known", () => {
    class Doubled extends tf.layers.Layer {
      static className = "Doubled";
      override build(): void {
        this.addWeight("factor", [4, 4], "float32", tf.initializers.ones());
        super.build([]);
      }
      override call(inputs: TensorFlow.Tensor | TensorFlow.Tensor[]): TensorFlow.Tensor {
        return tf.mul(2, [inputs].flat()[0]);
      }
    }
    const layers = [dense({ units: 4, inputShape: [3] }), new Doubled({ name: "own" })];
    const report = sparsityReport(tf.sequential({ layers }));
    assert.equal(report.flops, 2 * 12);
    assert.ok(Number.isNaN(report.layers[1].flops));
    assert.match(String(report), /flops leave out "own", of a class that is not known/);
  });
});
