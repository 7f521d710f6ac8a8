/** Sums that are accumulated in 64 bits. */

import type { WasmKernel } from "./wasm-kernel";

/**
 * The sum of all elements, accumulated in 64 bits.
 *
 * The backend's own kernel adds 32-bit floats one after another: of a million copies of 0.1 the sum is one percent off,
 * which a loss or penalty would show. Sums along some of the axes are the backend's.
 */
export const fullSum: WasmKernel = reductionOf("Sum", (total) => total);

/** The mean of all elements, accumulated in 64 bits. */
export const fullMean: WasmKernel = reductionOf("Mean", (total, count) => total / count);

function reductionOf(name: string, finish: (total: number, count: number) => number): WasmKernel {
  return {
    name,
    make(kernelNamed) {
      const original = kernelNamed(name);

      return (call) => {
        const { inputs, attrs, backend } = call;
        const { x } = inputs;
        const axes = attrs.axis == null ? [] : [attrs.axis].flat();
        const isFull = axes.length === 0 || axes.length === x.shape.length;
        if (!isFull || x.dtype !== "float32") return original(call);
        // Before the view of `x`: an allocation can move the heap.
        const result = backend.makeOutput(attrs.keepDims ? x.shape.map(() => 1) : [], "float32");
        const values = backend.typedArrayFromHeap(x);
        let total = 0;
        for (let i = 0; i < values.length; i++) total += values[i];
        backend.typedArrayFromHeap(result)[0] = finish(total, values.length);
        return result;
      };
    },
  };
}

/**
 * `out[s] = sum of x[i] over the rows i with segmentIds[i] = s`, accumulated in 64 bits: the gradient of a look-up in a table,
 * which the backend lacks, so no embedding could be trained on it. Rows with an id outside the segments count nowhere.
 */
export const segmentSum: WasmKernel = {
  name: "UnsortedSegmentSum",
  make: () => (call) => {
    const { inputs, attrs, backend } = call;
    const { x, segmentIds } = inputs;
    const shape = [attrs.numSegments as number, ...x.shape.slice(segmentIds.shape.length)];
    const result = backend.makeOutput(shape, x.dtype);
    const rows = backend.typedArrayFromHeap(x);
    const ids = backend.typedArrayFromHeap(segmentIds);
    const width = rows.length / ids.length;
    const total = new Float64Array(shape.reduce((size, extent) => size * extent, 1));
    for (let i = 0; i < ids.length; i++) {
      if (ids[i] < 0 || ids[i] >= shape[0]) continue;
      for (let j = 0; j < width; j++) total[ids[i] * width + j] += rows[i * width + j];
    }
    backend.typedArrayFromHeap(result).set(total);
    return result;
  },
};
