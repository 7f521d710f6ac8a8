/** The kernels in WebAssembly ({@link wasmKernels}), with checks of the memory that they are called on. */
import { InternalError } from "../errors";
import type { KernelExports, Place } from "./kernel-exports";
import type { Kernels, StoredColumns } from "./kernels";

/** Number of bytes at the start of a memory that the kernels use themselves. */
export const SCRATCH_BYTES = 16384;
const SCRATCH = 0;
const NONE = 0;

/**
 * Returns a function from arrays to their byte offsets in a memory. It throws an InternalError if an array lies
 * elsewhere or is too short.
 */
export function placesIn(buffer: ArrayBuffer): (view: Float64Array | Int32Array, length: number) => Place {
  return (view, length) => {
    if (view.buffer !== buffer)
      throw new InternalError("kernels: an array must lie in the arena of its kernels");
    if (view.length < length) {
      throw new InternalError(`kernels: an array must have ${length} entries, got ${view.length}`);
    }
    return view.byteOffset;
  };
}

/**
 * The kernels in WebAssembly, for arrays that lie in one memory.
 *
 * Compiled code checks nothing, so the lengths are checked here; the caller is responsible for indices.
 */
export function wasmKernels(exports: unknown, buffer: ArrayBuffer): Kernels {
  const wasm = exports as KernelExports;
  const place = placesIn(buffer);
  return {
    ...denseKernels(wasm, place),
    ...sparseKernels(wasm, place),
    ...triangularKernels(wasm, place),
    ...descentKernels(wasm, place),
  };
}

type PlaceOf = ReturnType<typeof placesIn>;

type DenseKernel =
  | "dot"
  | "addScaled"
  | "columnDots"
  | "columnDotsAt"
  | "addColumns"
  | "summarizeColumns"
  | "weightedSquaredNorms"
  | "gramBlock";

/** Products and sums of dense columns. */
function denseKernels(wasm: KernelExports, place: PlaceOf): Pick<Kernels, DenseKernel> {
  return {
    dot: (a, b) => wasm.dot(place(a, 0), place(b, a.length), a.length),
    addScaled: (scale, a, out) => wasm.addScaled(scale, place(a, 0), a.length, place(out, a.length)),
    columnDots(columns, v, out) {
      const n = v.length;
      wasm.columnDots(place(columns, out.length * n), out.length, place(v, 0), n, place(out, 0));
    },
    columnDotsAt(columns, indices, v, out) {
      const count = indices.length;
      wasm.columnDotsAt(
        place(columns, 0),
        place(indices, 0),
        count,
        place(v, 0),
        v.length,
        place(out, count),
      );
    },
    addColumns(columns, indices, scales, out) {
      const count = indices.length;
      wasm.addColumns(
        place(columns, 0),
        place(indices, 0),
        place(scales, count),
        count,
        out.length,
        place(out, 0),
      );
    },
    summarizeColumns(columns, nSamples, { means, squares, smallest, largest }) {
      const count = means.length;
      wasm.summarizeColumns(
        place(columns, count * nSamples),
        count,
        nSamples,
        place(means, 0),
        place(squares, count),
        place(smallest, count),
        place(largest, count),
      );
    },
    weightedSquaredNorms(columns, weights, out, indices) {
      const n = weights.length;
      wasm.weightedSquaredNorms(
        place(columns, indices ? 0 : out.length * n),
        indices ? place(indices, out.length) : NONE,
        out.length,
        place(weights, 0),
        n,
        place(out, 0),
      );
    },
    gramBlock(columns, nSamples, rows, others, out, weights) {
      wasm.gramBlock(
        place(columns, 0),
        nSamples,
        weights ? place(weights, nSamples) : NONE,
        place(rows, 0),
        rows.length,
        place(others, 0),
        others.length,
        SCRATCH,
        place(out, rows.length * others.length),
      );
    },
  };
}

/** Products and sums of columns of which the entries beside zero are stored. */
function sparseKernels(
  wasm: KernelExports,
  place: PlaceOf,
): Pick<Kernels, "sparseDots" | "sparseDotsAt" | "addSparseColumns" | "compactColumns"> {
  const entries = ({ starts, rows, values }: StoredColumns, count: number): [Place, Place, Place] => [
    place(starts, count + 1),
    place(rows, 0),
    place(values, rows.length),
  ];
  return {
    sparseDots: (columns, v, out) =>
      wasm.sparseDots(...entries(columns, out.length), out.length, place(v, 0), place(out, 0)),
    sparseDotsAt(columns, indices, v, out) {
      const count = indices.length;
      wasm.sparseDotsAt(...entries(columns, 0), place(indices, 0), count, place(v, 0), place(out, count));
    },
    addSparseColumns(columns, indices, scales, out) {
      const count = indices.length;
      wasm.addSparseColumns(
        ...entries(columns, 0),
        place(indices, 0),
        place(scales, count),
        count,
        place(out, 0),
      );
    },
    compactColumns(columns, nSamples, { sums, squares, smallest, largest }) {
      const count = sums.length;
      return wasm.compactColumns(
        ...entries(columns, count),
        count,
        nSamples,
        place(sums, 0),
        place(squares, count),
        place(smallest, count),
        place(largest, count),
      );
    },
  };
}

/** Cholesky factors, stored by the rows of their lower triangles. */
function triangularKernels(
  wasm: KernelExports,
  place: PlaceOf,
): Pick<Kernels, "factorPacked" | "forwardSolve" | "backSolve" | "dropRow"> {
  const triangle = (factor: Float64Array, size: number): Place => place(factor, (size * (size + 1)) / 2);
  return {
    factorPacked: (factor, from, size, relativePivot) =>
      wasm.factorPacked(triangle(factor, size), from, size, relativePivot, SCRATCH),
    forwardSolve: (factor, b) =>
      wasm.forwardSolve(triangle(factor, b.length), b.length, place(b, 0), SCRATCH),
    backSolve: (factor, b) => wasm.backSolve(triangle(factor, b.length), b.length, place(b, 0)),
    dropRow: (factor, size, k, rotations) =>
      wasm.dropRow(triangle(factor, size), size, k, place(rotations, 2 * size)),
  };
}

/** Descents on a Gram matrix. */
function descentKernels(
  wasm: KernelExports,
  place: PlaceOf,
): Pick<Kernels, "descendFoldedOnGram" | "descendGroupsOnGram"> {
  return {
    descendFoldedOnGram(gram, stride, order, shape, gamma, levels, beta, slopes) {
      const count = beta.length;
      return wasm.descendFoldedOnGram(
        place(gram, count === 0 ? 0 : (count - 1) * stride + count),
        stride,
        place(order, 0),
        order.length,
        count,
        shape === "scad" ? 1 : 0,
        gamma,
        place(levels, count),
        place(beta, 0),
        place(slopes, count),
      );
    },
    descendGroupsOnGram(gram, stride, sizes, levels, curvatures, bases, width, beta, gradient) {
      const count = beta.length;
      return wasm.descendGroupsOnGram(
        place(gram, count === 0 ? 0 : (count - 1) * stride + count),
        stride,
        place(sizes, 0),
        sizes.length,
        count,
        place(levels, sizes.length),
        place(curvatures, count),
        place(bases, count * width),
        width,
        place(beta, 0),
        place(gradient, count),
        SCRATCH,
      );
    },
  };
}
