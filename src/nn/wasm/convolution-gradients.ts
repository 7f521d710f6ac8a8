/** Gradients of convolutions and pooling that the backend lacks or computes wrongly. */

import type * as TensorFlow from "@tensorflow/tfjs";
import type { TensorInfo } from "@tensorflow/tfjs";
import type { KernelCall, WasmKernel } from "./wasm-kernel";

type Shape4D = [number, number, number, number];

/**
 * The gradient of a convolution by its filter, which the backend lacks.
 *
 * `dW[i, j, c, d] = sum over n, p, q of x[n, p s + i, q s + j, c] dy[n, p, q, d]` is itself a convolution: of images whose
 * channels are the samples, by `dy` as a filter, its taps `s` apart.
 */
export const conv2dFilterGradient: WasmKernel = {
  name: "Conv2DBackpropFilter",
  make(kernelNamed, tf) {
    const transpose = kernelNamed("Transpose");
    const convolve = kernelNamed("Conv2D");
    const slice = kernelNamed("Slice");

    return ({ inputs, attrs, backend }) => {
      const { x, dy } = inputs;
      if (attrs.dataFormat !== "NHWC")
        throw new Error(
          `Conv2DBackpropFilter: the data format must be NHWC on the wasm backend, got ${attrs.dataFormat}`,
        );
      const filterShape = attrs.filterShape as Shape4D;
      const { padInfo, strideHeight, strideWidth, outHeight, outWidth } = tf.backend_util.computeConv2DInfo(
        x.shape as Shape4D,
        filterShape,
        attrs.strides as number,
        1,
        attrs.pad as "same",
        attrs.dimRoundingMode as "floor",
      );
      // Rows below the last window are no window's: they give filter rows too many, which are cut off.
      const below = (outHeight - 1) * strideHeight + filterShape[0] - x.shape[1] - padInfo.top;
      const right = (outWidth - 1) * strideWidth + filterShape[1] - x.shape[2] - padInfo.left;

      const images = transpose({ inputs: { x }, attrs: { perm: [3, 1, 2, 0] }, backend });
      const filter = transpose({ inputs: { x: dy }, attrs: { perm: [1, 2, 0, 3] }, backend });
      const convolved = convolve({
        inputs: { x: images, filter },
        attrs: {
          strides: [1, 1],
          dilations: [strideHeight, strideWidth],
          pad: [
            [0, 0],
            [padInfo.top, Math.max(below, 0)],
            [padInfo.left, Math.max(right, 0)],
            [0, 0],
          ],
          dataFormat: "NHWC",
        },
        backend,
      });
      const temporaries: TensorInfo[] = [images, filter, convolved];
      let gradient = convolved;
      if (below < 0 || right < 0) {
        const size = [filterShape[2], filterShape[0], filterShape[1], filterShape[3]];
        gradient = slice({ inputs: { x: convolved }, attrs: { begin: [0, 0, 0, 0], size }, backend });
        temporaries.push(gradient);
      }
      const result = transpose({ inputs: { x: gradient }, attrs: { perm: [1, 2, 0, 3] }, backend });
      for (const { dataId } of temporaries) backend.disposeData(dataId);
      return result;
    };
  },
};

/**
 * The gradient of a depthwise convolution by its filter, which the backend lacks:
 * `dW[i, j, c, m] = sum over n, p, q of x[n, p s + i, q s + j, c] dy[n, p, q, c M + m]`, accumulated in 64 bits.
 */
export const depthwiseFilterGradient: WasmKernel = {
  name: "DepthwiseConv2dNativeBackpropFilter",
  make: (_, tf) => (call) => {
    const { inputs, attrs, backend } = call;
    const shape = attrs.filterShape as Shape4D;
    const result = backend.makeOutput(shape, "float32");
    const x = backend.typedArrayFromHeap(inputs.x);
    const dy = backend.typedArrayFromHeap(inputs.dy);
    const total = new Float64Array(tf.util.sizeFromShape(shape));
    const [, , channels, multiplier] = shape;
    eachWindowTap(tf, call, inputs.x.shape as Shape4D, shape, (image, tap, out) => {
      for (let c = 0; c < channels; c++)
        for (let m = 0; m < multiplier; m++)
          total[tap + c * multiplier + m] += x[image + c] * dy[out + c * multiplier + m];
    });
    backend.typedArrayFromHeap(result).set(total);
    return result;
  },
};

/** The gradient of a depthwise convolution by its input, accumulated in 64 bits. */
export const depthwiseInputGradient: WasmKernel = {
  name: "DepthwiseConv2dNativeBackpropInput",
  make: (_, tf) => (call) => {
    const { inputs, attrs, backend } = call;
    const shape = attrs.inputShape as Shape4D;
    const result = backend.makeOutput(shape, "float32");
    const filter = backend.typedArrayFromHeap(inputs.filter);
    const dy = backend.typedArrayFromHeap(inputs.dy);
    const total = new Float64Array(tf.util.sizeFromShape(shape));
    const [, , channels, multiplier] = inputs.filter.shape;
    eachWindowTap(tf, call, shape, inputs.filter.shape as Shape4D, (image, tap, out) => {
      for (let c = 0; c < channels; c++)
        for (let m = 0; m < multiplier; m++)
          total[image + c] += filter[tap + c * multiplier + m] * dy[out + c * multiplier + m];
    });
    backend.typedArrayFromHeap(result).set(total);
    return result;
  },
};

/** Calls `visit` with the offsets of the channels of each input pixel, the filter tap that multiplies it, and the output. */
function eachWindowTap(
  tf: typeof TensorFlow,
  { attrs }: KernelCall,
  inputShape: Shape4D,
  filterShape: Shape4D,
  visit: (image: number, tap: number, out: number) => void,
): void {
  const conv = tf.backend_util.computeConv2DInfo(
    inputShape,
    filterShape,
    attrs.strides as number,
    attrs.dilations as number,
    attrs.pad as "same",
    attrs.dimRoundingMode as "floor",
    true,
  );
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padInfo } = conv;
  for (let n = 0; n < batchSize; n++)
    for (let p = 0; p < outHeight; p++)
      for (let q = 0; q < outWidth; q++)
        for (let i = 0; i < conv.filterHeight; i++) {
          const row = p * conv.strideHeight + i * conv.dilationHeight - padInfo.top;
          if (row < 0 || row >= inHeight) continue;
          for (let j = 0; j < conv.filterWidth; j++) {
            const column = q * conv.strideWidth + j * conv.dilationWidth - padInfo.left;
            if (column < 0 || column >= inWidth) continue;
            visit(
              ((n * inHeight + row) * inWidth + column) * inChannels,
              (i * conv.filterWidth + j) * outChannels,
              ((n * outHeight + p) * outWidth + q) * outChannels,
            );
          }
        }
}

/**
 * The gradient of max pooling of `[batch, height, width, channels]`: what comes back for a window goes to its largest value, the
 * first of equal ones, as on the plain backend.
 *
 * The backend's own kernel takes 0 for the largest value of a window in which all are negative, and sends its gradient astray,
 * without a word; behind ReLU this never shows.
 */
export const maxPoolGradient: WasmKernel = {
  name: "MaxPoolGrad",
  make(_kernelNamed, tf) {
    return ({ inputs: { dy, input }, attrs, backend }) => {
      const { filterSize, strides, pad, dimRoundingMode } = attrs as {
        filterSize: [number, number] | number;
        strides: [number, number] | number;
        pad: "valid" | "same" | number;
        dimRoundingMode?: "floor" | "round" | "ceil";
      };
      const shape = input.shape as [number, number, number, number];
      const info = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
      const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, padInfo } = info;
      // Before the views of the inputs: an allocation can move the heap.
      const result = backend.makeOutput(shape, "float32");
      const values = backend.typedArrayFromHeap(input);
      const slopes = backend.typedArrayFromHeap(dy);
      const gradient = backend.typedArrayFromHeap(result).fill(0);
      for (let place = 0; place < slopes.length; place++) {
        const channel = place % inChannels;
        const column = Math.floor(place / inChannels) % outWidth;
        const row = Math.floor(place / (inChannels * outWidth)) % outHeight;
        const sample = Math.floor(place / (inChannels * outWidth * outHeight)) % batchSize;
        const top = row * info.strideHeight - padInfo.top;
        const left = column * info.strideWidth - padInfo.left;
        let largest = -1;
        for (let i = Math.max(top, 0); i < Math.min(top + info.filterHeight, inHeight); i++) {
          for (let j = Math.max(left, 0); j < Math.min(left + info.filterWidth, inWidth); j++) {
            const at = ((sample * inHeight + i) * inWidth + j) * inChannels + channel;
            if (largest < 0 || values[at] > values[largest]) largest = at;
          }
        }
        if (largest >= 0) gradient[largest] += slopes[place];
      }
      return result;
    };
  },
};
