import type { WasmKernel } from "./wasm-kernel";

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
