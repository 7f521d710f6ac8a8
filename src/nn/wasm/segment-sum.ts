import type { WasmKernel } from "./wasm-kernel";

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
