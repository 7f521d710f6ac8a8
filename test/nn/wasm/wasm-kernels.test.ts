import assert from "node:assert/strict";
import type * as TensorFlow from "@tensorflow/tfjs";
import { registerWasmKernels } from "../../../src/nn/wasm";
import { assertClose } from "../../support/assert-close";
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

const transposed = (
  filter: [number, number],
  strides: [number, number],
  pad: "same" | "valid",
  out: [number, number],
): KernelCase => ({
  title: `a transposed convolution to ${out} pixels, filter ${filter}, strides ${strides}, padding ${pad}`,
  compute: (tf) =>
    tf.conv2dTranspose(
      normal(tf, [2, 3, 4, 5], 1) as TensorFlow.Tensor4D,
      normal(tf, [...filter, 2, 5], 2) as TensorFlow.Tensor4D,
      [2, ...out, 2],
      strides,
      pad,
    ),
});

const tiled = (shape: number[], reps: number[], dtype: "float32" | "int32" | "bool"): KernelCase => ({
  title: `${reps} copies of a tensor of ${shape}, ${dtype}`,
  compute: (tf) => {
    const values = normal(tf, shape, 1);
    return tf.tile(dtype === "bool" ? tf.greater(values, 0) : values.mul(10).cast(dtype), reps);
  },
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

type Strides = number | [number, number, number];
type Images = TensorFlow.Tensor5D;

const conv3d = (strides: Strides, pad: "same" | "valid"): KernelCase => ({
  title: `a convolution in space and its gradients, strides ${strides}, padding ${pad}`,
  compute: (tf) => {
    const [x, w] = [normal(tf, [2, 5, 4, 6, 3], 1), normal(tf, [2, 3, 2, 3, 4], 2)];
    const convolved = (image: TensorFlow.Tensor, filter: TensorFlow.Tensor) =>
      tf.conv3d(image as Images, filter as Images, strides, pad);
    return [convolved(x, w), ...tf.grads((image, filter) => convolved(image, filter).square())([x, w])];
  },
});

const conv3dTranspose = (strides: number, pad: "same" | "valid", out: number[]): KernelCase => ({
  title: `a transposed convolution in space, strides ${strides}, padding ${pad}`,
  compute: (tf) =>
    tf.conv3dTranspose(
      normal(tf, [2, 3, 2, 3, 3], 1) as Images,
      normal(tf, [2, 3, 2, 4, 3], 2) as Images,
      [2, ...out, 4] as [number, number, number, number, number],
      strides,
      pad,
    ),
});

const pooling3d = (filter: number, strides: number, pad: "same" | "valid", shift: number): KernelCase => ({
  title: `the gradient of max pooling in space, filter ${filter}, stride ${strides}, padding ${pad}, values about ${shift}`,
  compute: (tf) =>
    tf.grad((x) => tf.maxPool3d(x as Images, filter, strides, pad).square())(
      normal(tf, [2, 5, 6, 4, 3], 1).add(shift),
    ),
});

const CASES: readonly KernelCase[] = [
  transposed([3, 2], [1, 1], "same", [3, 4]),
  transposed([3, 2], [2, 3], "same", [6, 11]),
  transposed([3, 2], [2, 3], "same", [5, 12]),
  transposed([2, 3], [3, 2], "valid", [8, 9]),
  transposed([2, 3], [3, 2], "valid", [10, 10]),
  transposed([1, 1], [2, 2], "valid", [6, 8]),
  tiled([4, 3], [1, 1], "float32"),
  tiled([4, 3, 1], [2, 1, 5], "float32"),
  tiled([2, 1, 3, 2], [3, 4, 2, 1], "int32"),
  tiled([5], [3], "bool"),
  tiled([2, 3], [2, 0], "float32"),
  pooling(2, 2, "valid", 0),
  pooling(2, 2, "valid", -9),
  pooling(3, 2, "same", -9),
  pooling(3, 1, "same", 9),
  pooling3d(2, 2, "same", 0),
  pooling3d(3, 2, "valid", -9),
  conv3d(1, "valid"),
  conv3d(1, "same"),
  conv3d(2, "same"),
  conv3d([1, 2, 2], "valid"),
  conv3dTranspose(1, "valid", [4, 4, 4]),
  conv3dTranspose(2, "same", [6, 4, 6]),
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

describe("the gradients of a convolution in space", () => {
  restoreBackend();

  for (const strides of [1, 2])
    it(`are slopes of the convolution, strides ${strides}`, async () => {
      const tf = await tensorFlowOn(TEST_BACKEND);
      const shapes = [
        [1, 3, 3, 4, 2],
        [2, 2, 2, 2, 2],
      ];
      const loss = (x: TensorFlow.Tensor, w: TensorFlow.Tensor) =>
        tf
          .conv3d(x as Images, w as Images, strides, "same")
          .square()
          .sum();
      const points = shapes.map((shape, i) => normal(tf, shape, i + 1));
      const gradients = tf.grads(loss)(points);
      for (const [k, gradient] of gradients.entries()) {
        const actual = gradient.dataSync();
        // The loss is a square, so central differences have no error but that of rounding.
        for (const at of actual.keys()) {
          const [above, below] = [1, -1].map((step) => {
            const moved = points.map((point) => Float32Array.from(point.dataSync()));
            moved[k][at] += step;
            const [x, w] = moved.map((values, i) => tf.tensor(values, shapes[i]));
            return loss(x, w).dataSync()[0];
          });
          assertClose(`gradient ${k}, ${at}`, actual[at], (above - below) / 2, 1e-3);
        }
      }
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
