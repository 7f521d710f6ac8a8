import type * as TensorFlow from "@tensorflow/tfjs";
import type { KernelCall, WasmKernel } from "./wasm-kernel";

type Shape4D = [number, number, number, number];

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

/** The gradient of a depthwise convolution by its input, likewise. */
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

/** Calls `visit` with where the channels begin of each pixel of an image, of the tap that meets it, and of the output. */
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
