import assert from "node:assert/strict";
import type * as TensorFlow from "@tensorflow/tfjs";
import { registerWasmKernels } from "../../../src/nn/wasm";
import { type KernelCase, runOn } from "../../support/kernel-cases";
import { restoreBackend, TEST_BACKEND, tensorFlowOn } from "../../support/test-backend";

type Tf = typeof TensorFlow;

/** Largest difference between the backends over the largest value: a few roundings of 2^-24, over sums of some thousand terms. */
const TOLERANCE = 1e-5;

const product = (a: number[], b: number[], transposeA: boolean, transposeB: boolean): KernelCase => ({
  title: `a product of ${a}${transposeA ? " transposed" : ""} with ${b}${transposeB ? " transposed" : ""}`,
  compute: (tf) => tf.matMul(normal(tf, a, 1), normal(tf, b, 2), transposeA, transposeB),
});

const fused = (transposeA: boolean, transposeB: boolean): KernelCase => ({
  title: `a fused product${transposeA ? ", first transposed" : ""}${transposeB ? ", second transposed" : ""}`,
  compute: (tf) =>
    tf.fused.matMul({
      a: normal(tf, transposeA ? [7, 5] : [5, 7], 1) as TensorFlow.Tensor2D,
      b: normal(tf, transposeB ? [3, 7] : [7, 3], 2) as TensorFlow.Tensor2D,
      bias: normal(tf, [3], 3),
      activation: "relu",
      transposeA,
      transposeB,
    }),
});

const convolution = (
  size: number,
  filter: number,
  strides: number,
  pad: "same" | "valid" | number,
): KernelCase => ({
  title: `the gradients of a convolution of ${size} x ${size + 1} pixels, filter ${filter}, stride ${strides}, padding ${pad}`,
  compute: (tf) =>
    tf.grads((x, w) => tf.conv2d(x as TensorFlow.Tensor4D, w as TensorFlow.Tensor4D, strides, pad).square())([
      normal(tf, [3, size, size + 1, 2], 1),
      // With a number as padding TensorFlow.js takes filters for square.
      normal(tf, [filter, typeof pad === "number" ? filter : filter + 1, 2, 4], 2),
    ]),
});

const depthwise = (strides: number, pad: "same" | "valid", multiplier: number): KernelCase => ({
  title: `the gradients of a depthwise convolution, stride ${strides}, padding ${pad}, multiplier ${multiplier}`,
  compute: (tf) =>
    tf.grads((x, w) =>
      tf.depthwiseConv2d(x as TensorFlow.Tensor4D, w as TensorFlow.Tensor4D, strides, pad).square(),
    )([normal(tf, [2, 7, 6, 3], 1), normal(tf, [3, 2, 3, multiplier], 2)]),
});

const reduction = (
  name: "sum" | "mean",
  axis: number | number[] | undefined,
  keepDims: boolean,
): KernelCase => ({
  title: `a ${name} along ${axis ?? "everything"}${keepDims ? ", dimensions kept" : ""}`,
  compute: (tf) => tf[name](normal(tf, [4, 3, 5], 1), axis, keepDims),
});

const pooling = (filter: number, strides: number, pad: "same" | "valid", shift: number): KernelCase => ({
  title: `the gradient of max pooling, filter ${filter}, stride ${strides}, padding ${pad}, values about ${shift}`,
  compute: (tf) =>
    tf.grad((x) => tf.maxPool(x as TensorFlow.Tensor4D, filter, strides, pad).square())(
      normal(tf, [2, 6, 7, 3], 1).add(shift),
    ),
});

const CASES: readonly KernelCase[] = [
  pooling(2, 2, "valid", 0),
  pooling(2, 2, "valid", -9),
  pooling(3, 2, "same", -9),
  pooling(3, 1, "same", 9),
  ...[false, true].flatMap((a) =>
    [false, true].flatMap((b) => [
      product(a ? [7, 5] : [5, 7], b ? [3, 7] : [7, 3], a, b),
      product(a ? [2, 7, 5] : [2, 5, 7], b ? [2, 3, 7] : [2, 7, 3], a, b),
      fused(a, b),
    ]),
  ),
  product([1, 7], [1, 3], true, false),
  convolution(6, 3, 1, "same"),
  convolution(7, 3, 2, "same"),
  convolution(7, 2, 2, "valid"),
  convolution(8, 3, 3, "valid"), // the last window ends before the image does
  ...(TEST_BACKEND === "tensorflow" ? [] : [convolution(5, 3, 1, 2)]), // which native TensorFlow refuses
  depthwise(1, "same", 1),
  depthwise(2, "valid", 2),
  depthwise(2, "same", 2),
  ...(["sum", "mean"] as const).flatMap((name) => [
    reduction(name, undefined, false),
    reduction(name, [0, 1, 2], true),
    reduction(name, 1, false),
  ]),
  {
    title: "a sum of integers",
    compute: (tf) => tf.sum(tf.tensor1d([1, 2, 3], "int32")),
  },
  {
    title: "the gradient of a look-up",
    compute: (tf) =>
      tf.grad((table) =>
        tf
          .gather(
            table,
            tf.tensor2d(
              [
                [0, 2],
                [2, 4],
              ],
              [2, 2],
              "int32",
            ),
          )
          .square(),
      )(normal(tf, [5, 3], 1)),
  },
];

function normal(tf: Tf, shape: number[], seed: number): TensorFlow.Tensor {
  return tf.randomNormal(shape, 0, 1, "float32", seed);
}

describe(`the kernels of the ${TEST_BACKEND} backend`, () => {
  restoreBackend();

  for (const kernelCase of CASES)
    it(`compute ${kernelCase.title} as plain JavaScript does, and leave nothing behind`, async () => {
      const expected = await runOn("cpu", kernelCase);
      const actual = await runOn(TEST_BACKEND, kernelCase);
      assert.deepEqual(actual.shapes, expected.shapes);
      for (const [k, values] of expected.values.entries()) {
        const scale = Math.max(...values.map(Math.abs));
        for (const [i, value] of values.entries())
          assert.ok(
            Math.abs(actual.values[k][i] - value) <= TOLERANCE * scale,
            `result ${k}, element ${i}: ${actual.values[k][i]} against ${value}, scale ${scale}`,
          );
      }
      assert.equal(actual.leaked, 0);
    });
});

describe("the kernels of ours for the WebAssembly backend", () => {
  restoreBackend();

  it("sum a million copies of 0.1 to the last digit that a float has", async () => {
    const tf = await tensorFlowOn("wasm");
    const [total, mean] = tf.tidy(() => {
      const copies = tf.fill([1000, 1000], 0.1);
      return [tf.sum(copies).dataSync()[0], tf.mean(copies).dataSync()[0]];
    });
    assert.equal(total, Math.fround(1e6 * Math.fround(0.1)));
    assert.equal(mean, Math.fround(0.1));
  });

  it("keep TensorFlow.js's own, and are registered once", async () => {
    const tf = await tensorFlowOn("wasm");
    const sum = tf.getKernel("Sum", "wasm");
    const originals = registerWasmKernels(tf);
    assert.equal(tf.getKernel("Sum", "wasm"), sum);
    assert.equal(originals, registerWasmKernels(tf));
    assert.equal(originals.get("Sum")?.backendName, "wasm");
    assert.notEqual(originals.get("Sum"), sum);
    assert.equal(originals.get("Conv2DBackpropFilter"), undefined);
  });

  it("refuse images whose channels come first, which the backend cannot convolve", async () => {
    const tf = await tensorFlowOn("wasm");
    assert.throws(
      () =>
        tf.tidy(() =>
          tf
            .engine()
            .runKernel(
              "Conv2DBackpropFilter",
              { x: tf.ones([1, 2, 4, 4]), dy: tf.ones([1, 3, 4, 4]) },
              { dataFormat: "NCHW", filterShape: [1, 1, 2, 3], strides: 1, pad: "same" },
            ),
        ),
      { message: "Conv2DBackpropFilter: the data format must be NHWC on the wasm backend, got NCHW" },
    );
  });
});
