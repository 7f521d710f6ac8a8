/** Gradients of convolutions, and pooling, that the backend lacks or computes wrongly. */

import type * as TensorFlow from "@tensorflow/tfjs";
import type { TensorInfo } from "@tensorflow/tfjs";
import type { KernelCall, WasmKernel } from "./wasm-kernel";

type Shape4D = [number, number, number, number];
type Shape5D = [number, number, number, number, number];

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
    eachTap(depthwiseWindows(tf, call, inputs.x.shape as Shape4D, shape), (image, tap, out) => {
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
    eachTap(depthwiseWindows(tf, call, shape, inputs.filter.shape as Shape4D), (image, tap, out) => {
      for (let c = 0; c < channels; c++)
        for (let m = 0; m < multiplier; m++)
          total[image + c] += filter[tap + c * multiplier + m] * dy[out + c * multiplier + m];
    });
    backend.typedArrayFromHeap(result).set(total);
    return result;
  },
};

/**
 * The gradient of a convolution of `[batch, depth, height, width, channels]` by its filter, accumulated in 64 bits. The backend's own
 * kernel is wrong where strides are above 1, without a word.
 */
export const conv3dFilterGradient: WasmKernel = {
  name: "Conv3DBackpropFilterV2",
  make: (_, tf) => (call) => {
    const { inputs, attrs, backend } = call;
    const shape = attrs.filterShape as Shape5D;
    const result = backend.makeOutput(shape, "float32");
    const x = backend.typedArrayFromHeap(inputs.x);
    const dy = backend.typedArrayFromHeap(inputs.dy);
    const total = new Float64Array(tf.util.sizeFromShape(shape));
    const [, , , nIn, nOut] = shape;
    eachTap(conv3dWindows(tf, call, inputs.x.shape as Shape5D, shape), (image, tap, out) => {
      for (let c = 0; c < nIn; c++)
        for (let d = 0; d < nOut; d++) total[tap + c * nOut + d] += x[image + c] * dy[out + d];
    });
    backend.typedArrayFromHeap(result).set(total);
    return result;
  },
};

/**
 * The gradient of a convolution of `[batch, depth, height, width, channels]` by its input, which a transposed convolution is,
 * accumulated in 64 bits. The backend's own kernel reads beyond its inputs and gives other numbers or NaN, without a word.
 */
export const conv3dInputGradient: WasmKernel = {
  name: "Conv3DBackpropInputV2",
  make: (_, tf) => (call) => {
    const { inputs, attrs, backend } = call;
    const shape = attrs.inputShape as Shape5D;
    const filterShape = inputs.filter.shape as Shape5D;
    const result = backend.makeOutput(shape, "float32");
    const filter = backend.typedArrayFromHeap(inputs.filter);
    const dy = backend.typedArrayFromHeap(inputs.dy);
    const total = new Float64Array(tf.util.sizeFromShape(shape));
    const [, , , nIn, nOut] = filterShape;
    eachTap(conv3dWindows(tf, call, shape, filterShape), (image, tap, out) => {
      for (let c = 0; c < nIn; c++)
        for (let d = 0; d < nOut; d++) total[image + c] += filter[tap + c * nOut + d] * dy[out + d];
    });
    backend.typedArrayFromHeap(result).set(total);
    return result;
  },
};

/** How windows lie in images of three axes; those of two have depth 1. */
interface Windows {
  readonly batchSize: number;
  readonly inDepth: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly inChannels: number;
  readonly outDepth: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outChannels: number;
  readonly filterDepth: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly strideDepth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly dilationDepth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly padInfo: { readonly front: number; readonly top: number; readonly left: number };
}

/** Returns windows of depth 1. */
function flatWindows(
  windows: Omit<
    Windows,
    "inDepth" | "outDepth" | "filterDepth" | "strideDepth" | "dilationDepth" | "padInfo"
  > & {
    readonly padInfo: Omit<Windows["padInfo"], "front">;
  },
): Windows {
  const depth = { inDepth: 1, outDepth: 1, filterDepth: 1, strideDepth: 1, dilationDepth: 1 };
  return { ...windows, ...depth, padInfo: { ...windows.padInfo, front: 0 } };
}

function depthwiseWindows(
  tf: typeof TensorFlow,
  { attrs }: KernelCall,
  inputShape: Shape4D,
  filterShape: Shape4D,
): Windows & { readonly tapSize: number } {
  const windows = tf.backend_util.computeConv2DInfo(
    inputShape,
    filterShape,
    attrs.strides as number,
    attrs.dilations as number,
    attrs.pad as "same",
    attrs.dimRoundingMode as "floor",
    true,
  );
  return { ...flatWindows(windows), tapSize: windows.outChannels };
}

function conv3dWindows(
  tf: typeof TensorFlow,
  { attrs }: KernelCall,
  inputShape: Shape5D,
  filterShape: Shape5D,
): Windows & { readonly tapSize: number } {
  const strides = attrs.strides as number;
  const windows = tf.backend_util.computeConv3DInfo(inputShape, filterShape, strides, 1, attrs.pad as "same");
  return { ...windows, tapSize: windows.inChannels * windows.outChannels };
}

/** Calls `visit` with the offsets of the channels of each input pixel, the filter tap that multiplies it, and the output. */
function eachTap(
  windows: Windows & { readonly tapSize: number },
  visit: (image: number, tap: number, out: number) => void,
): void {
  const { batchSize, inDepth, inHeight, inWidth, inChannels, outDepth, outHeight, outWidth, padInfo } =
    windows;
  const { filterDepth, filterHeight, filterWidth, outChannels, tapSize } = windows;
  for (let n = 0; n < batchSize; n++)
    for (let o = 0; o < outDepth; o++)
      for (let p = 0; p < outHeight; p++)
        for (let q = 0; q < outWidth; q++)
          for (let h = 0; h < filterDepth; h++) {
            const layer = o * windows.strideDepth + h * windows.dilationDepth - padInfo.front;
            if (layer < 0 || layer >= inDepth) continue;
            for (let i = 0; i < filterHeight; i++) {
              const row = p * windows.strideHeight + i * windows.dilationHeight - padInfo.top;
              if (row < 0 || row >= inHeight) continue;
              for (let j = 0; j < filterWidth; j++) {
                const column = q * windows.strideWidth + j * windows.dilationWidth - padInfo.left;
                if (column < 0 || column >= inWidth) continue;
                visit(
                  (((n * inDepth + layer) * inHeight + row) * inWidth + column) * inChannels,
                  ((h * filterHeight + i) * filterWidth + j) * tapSize,
                  (((n * outDepth + o) * outHeight + p) * outWidth + q) * outChannels,
                );
              }
            }
          }
}

/** Attributes of pooling, as its kernels receive them. */
interface PoolingAttributes {
  readonly filterSize: [number, number] | number;
  readonly strides: [number, number] | number;
  readonly pad: "valid" | "same" | number;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
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
  make: (_, tf) => (call) => {
    const { filterSize, strides, pad, dimRoundingMode } = call.attrs as unknown as PoolingAttributes;
    const shape = call.inputs.input.shape as Shape4D;
    const windows = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
    return pooledGradient(call, flatWindows(windows));
  },
};

/**
 * Max pooling of `[batch, depth, height, width, channels]`. The backend's own kernel takes the smallest positive float for the
 * largest value of a window in which all are negative, without a word.
 */
export const maxPool3d: WasmKernel = {
  name: "MaxPool3D",
  make: (_, tf) => (call) => {
    const { inputs, backend } = call;
    const windows = pooling3dWindows(tf, call, inputs.x.shape as Shape5D);
    const { batchSize, outDepth, outHeight, outWidth, outChannels } = windows;
    const result = backend.makeOutput([batchSize, outDepth, outHeight, outWidth, outChannels], "float32");
    const values = backend.typedArrayFromHeap(inputs.x);
    const largest = backend.typedArrayFromHeap(result);
    eachLargest(windows, values, largest.length, (place, at) => {
      largest[place] = values[at];
    });
    return result;
  },
};

/** The gradient of {@link maxPool3d}, wrong in the backend as that of images is. */
export const maxPool3dGradient: WasmKernel = {
  name: "MaxPool3DGrad",
  make: (_, tf) => (call) =>
    pooledGradient(call, pooling3dWindows(tf, call, call.inputs.input.shape as Shape5D)),
};

function pooling3dWindows(tf: typeof TensorFlow, { attrs }: KernelCall, shape: Shape5D): Windows {
  const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as PoolingAttributes;
  const [size, step] = [filterSize, strides] as unknown as [number, number];
  return tf.backend_util.computePool3DInfo(shape, size, step, 1, pad, dimRoundingMode);
}

function pooledGradient({ inputs: { dy, input }, backend }: KernelCall, windows: Windows): TensorInfo {
  // Before the views of the inputs: an allocation can move the heap.
  const result = backend.makeOutput(input.shape, "float32");
  const slopes = backend.typedArrayFromHeap(dy);
  const gradient = backend.typedArrayFromHeap(result).fill(0);
  eachLargest(windows, backend.typedArrayFromHeap(input), slopes.length, (place, at) => {
    gradient[at] += slopes[place];
  });
  return result;
}

/** Calls `visit` with each index of the output and that of the largest value in its window, the first of equal ones. */
function eachLargest(
  windows: Windows,
  values: ArrayLike<number>,
  nOutputs: number,
  visit: (place: number, at: number) => void,
): void {
  const { batchSize, inDepth, inHeight, inWidth, inChannels, outDepth, outHeight, outWidth, padInfo } =
    windows;
  for (let place = 0; place < nOutputs; place++) {
    const channel = place % inChannels;
    const column = Math.floor(place / inChannels) % outWidth;
    const row = Math.floor(place / (inChannels * outWidth)) % outHeight;
    const layer = Math.floor(place / (inChannels * outWidth * outHeight)) % outDepth;
    const sample = Math.floor(place / (inChannels * outWidth * outHeight * outDepth)) % batchSize;
    const front = layer * windows.strideDepth - padInfo.front;
    const top = row * windows.strideHeight - padInfo.top;
    const left = column * windows.strideWidth - padInfo.left;
    let largest = -1;
    for (let h = Math.max(front, 0); h < Math.min(front + windows.filterDepth, inDepth); h++) {
      for (let i = Math.max(top, 0); i < Math.min(top + windows.filterHeight, inHeight); i++) {
        for (let j = Math.max(left, 0); j < Math.min(left + windows.filterWidth, inWidth); j++) {
          const at = (((sample * inDepth + h) * inHeight + i) * inWidth + j) * inChannels + channel;
          if (largest < 0 || values[at] > values[largest]) largest = at;
        }
      }
    }
    if (largest >= 0) visit(place, largest);
  }
}
