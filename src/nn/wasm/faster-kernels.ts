/** Kernels that the backend has but computes slowly: transposed products and convolutions, and copies. */

import type { TensorInfo } from "@tensorflow/tfjs";
import type { KernelCall, WasmKernel } from "./wasm-kernel";

/**
 * Matrix products with a transposed factor, which every gradient of a dense layer is.
 *
 * The backend's own kernel multiplies by XNNPACK only where nothing is transposed and else by a loop 13 to 30 times
 * slower. Here the factor is transposed first: the same product, to rounding.
 */
export const transposedProduct: WasmKernel = productOf("BatchMatMul");

/** The fused product with bias and activation that dense layers use, with transposed factors. */
export const fusedTransposedProduct: WasmKernel = productOf("_FusedMatMul");

function productOf(name: string): WasmKernel {
  return {
    name,
    make(kernelNamed) {
      const product = kernelNamed(name);
      const transpose = kernelNamed("Transpose");

      return (call: KernelCall): TensorInfo => {
        const { inputs, attrs, backend } = call;
        if (!attrs.transposeA && !attrs.transposeB) return product(call);
        const swapped = (x: TensorInfo, wanted: unknown): TensorInfo => {
          if (!wanted) return x;
          const perm = x.shape.map((_, axis) => axis);
          perm.push(...perm.splice(-2).reverse());
          return transpose({ inputs: { x }, attrs: { perm }, backend });
        };
        const a = swapped(inputs.a, attrs.transposeA);
        const b = swapped(inputs.b, attrs.transposeB);
        const result = product({
          inputs: { ...inputs, a, b },
          attrs: { ...attrs, transposeA: false, transposeB: false },
          backend,
        });
        if (a !== inputs.a) backend.disposeData(a.dataId);
        if (b !== inputs.b) backend.disposeData(b.dataId);
        return result;
      };
    },
  };
}

/**
 * A copy that shares its numbers, as on the other backends: tensors never change. The backend's own kernel copies them, and a
 * gradient step does so with every tensor that it saves.
 */
export const identity: WasmKernel = {
  name: "Identity",
  make: (kernelNamed) => (call) => {
    const { inputs, backend } = call;
    const { dataId, shape, dtype } = inputs.x;
    if (dtype === "string") return kernelNamed("Identity")(call);
    backend.incRef(dataId);
    return { dataId, shape, dtype };
  },
};

type Shape4D = [number, number, number, number];

/**
 * The gradient of a convolution by its input, which a transposed convolution is.
 *
 * It is itself a convolution: of `dy`, with zeros between its entries where strides are above 1, by the filter turned by half a
 * turn. The backend's own kernel is a loop of several times the time; for small tensors too both take less than 0.1 ms.
 */
export const conv2dInputGradient: WasmKernel = {
  name: "Conv2DBackpropInput",
  make(kernelNamed, tf) {
    const original = kernelNamed("Conv2DBackpropInput");
    const pad = kernelNamed("PadV2");
    const slice = kernelNamed("Slice");
    const reverse = kernelNamed("Reverse");
    const transpose = kernelNamed("Transpose");
    const convolve = kernelNamed("Conv2D");

    return (call) => {
      const { inputs, attrs, backend } = call;
      const { dy, filter } = inputs;
      const inputShape = attrs.inputShape as Shape4D;
      const { padInfo, strideHeight, strideWidth } = tf.backend_util.computeConv2DInfo(
        inputShape,
        filter.shape as Shape4D,
        attrs.strides as number,
        1,
        attrs.pad as "same",
        attrs.dimRoundingMode as "floor",
      );
      const [batch, outHeight, outWidth, channels] = dy.shape;
      const [height, width] = [outHeight * strideHeight, outWidth * strideWidth];
      const [top, left] = [filter.shape[0] - 1 - padInfo.top, filter.shape[1] - 1 - padInfo.left];
      if (attrs.dataFormat !== "NHWC" || top < 0 || left < 0) return original(call);
      const temporaries: TensorInfo[] = [];
      const kept = (made: TensorInfo): TensorInfo => {
        temporaries.push(made);
        return made;
      };

      let images = dy;
      if (strideHeight > 1 || strideWidth > 1) {
        const apart = { ...dy, shape: [batch, outHeight, 1, outWidth, 1, channels] };
        const none = [0, 0];
        const paddings = [none, none, [0, strideHeight - 1], none, [0, strideWidth - 1], none];
        const spread = kept(pad({ inputs: { x: apart }, attrs: { paddings, constantValue: 0 }, backend }));
        images = { ...spread, shape: [batch, height, width, channels] };
      }
      // Rows that no window reads have no gradient: below zeros are put, or zeros that were put between rows are cut off.
      const below = inputShape[1] - height + padInfo.top;
      const right = inputShape[2] - width + padInfo.left;
      if (below < 0 || right < 0) {
        const size = [batch, height + Math.min(below, 0), width + Math.min(right, 0), channels];
        images = kept(slice({ inputs: { x: images }, attrs: { begin: [0, 0, 0, 0], size }, backend }));
      }
      const turned = kept(reverse({ inputs: { x: filter }, attrs: { dims: [0, 1] }, backend }));
      const swapped = kept(transpose({ inputs: { x: turned }, attrs: { perm: [0, 1, 3, 2] }, backend }));
      const result = convolve({
        inputs: { x: images, filter: swapped },
        attrs: {
          strides: [1, 1],
          dilations: [1, 1],
          pad: [
            [0, 0],
            [top, Math.max(below, 0)],
            [left, Math.max(right, 0)],
            [0, 0],
          ],
          dataFormat: "NHWC",
        },
        backend,
      });
      for (const { dataId } of temporaries) backend.disposeData(dataId);
      return result;
    };
  },
};

/** Repetitions of a tensor along its axes, by copies of runs; the backend's own kernel finds the place of each entry anew. */
export const tile: WasmKernel = {
  name: "Tile",
  make: (kernelNamed, tf) => (call) => {
    const { inputs, attrs, backend } = call;
    const { x } = inputs;
    const reps = attrs.reps as number[];
    if (x.dtype === "string") return kernelNamed("Tile")(call);
    const result = backend.makeOutput(
      x.shape.map((length, axis) => length * reps[axis]),
      x.dtype,
    );
    let values = backend.typedArrayFromHeap(x) as Float32Array;
    for (let axis = reps.length - 1; axis >= 0; axis--) {
      if (reps[axis] === 1) continue;
      const run = tf.util.sizeFromShape([...x.shape.slice(axis), ...reps.slice(axis + 1)]);
      values = repeatRuns(values, run, reps[axis]);
    }
    backend.typedArrayFromHeap(result).set(values);
    return result;
  },
};

/** Returns values with each run of so many of them repeated. */
function repeatRuns(values: Float32Array, run: number, times: number): Float32Array {
  const repeated = new (values.constructor as Float32ArrayConstructor)(values.length * times);
  for (let from = 0, to = 0; from < values.length; from += run, to += run * times) {
    if (run === 1) repeated.fill(values[from], to, to + times);
    else for (let k = 0; k < times; k++) repeated.set(values.subarray(from, from + run), to + k * run);
  }
  return repeated;
}
