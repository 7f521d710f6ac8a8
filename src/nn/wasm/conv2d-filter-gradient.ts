import type { TensorInfo } from "@tensorflow/tfjs";
import type { WasmKernel } from "./wasm-kernel";

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
