/**
 * Allocates memory together with the kernels that run on it, in WebAssembly or in TypeScript. The main export is
 * {@link arenaOf}.
 */
import { InternalError, outOfMemory } from "../errors";
import { kernelModule } from "./kernel-module";
import type { Kernels } from "./kernels";
import { SHARED_SCRATCH_BYTES, sharedKernels } from "./shared-kernels";
import { typescriptKernels } from "./typescript-kernels";
import { SCRATCH_BYTES, wasmKernels } from "./wasm-kernels";
import { allocateMemory, type BoundMemory, currentPool, ROOM_FOR_NEXT, webAssembly } from "./web-assembly";

/** A block of memory of fixed size with the kernels that work on its arrays; it is freed with its last view. */
export interface Arena {
  readonly kernels: Kernels;
  /** Returns an array of zeros. */
  float64(length: number): Float64Array;
  /** Returns an array of zeros. */
  int32(length: number): Int32Array;
  /** Whether the kernels can read this array. */
  holds(view: Float64Array | Int32Array): boolean;
}

/**
 * Minimum number of bytes for a memory; smaller arrays are plain, since a memory costs what WebAssembly saves in ten
 * passes over so little.
 */
const SMALLEST = 65536;
const PAGE = 65536;
/** Maximum number of bytes, one page less than 4 GiB, so that the end of the last array is an address. */
const LARGEST = 65535 * PAGE;
const ALIGNMENT = 16;

/** Returns the bytes that an arena spends on an array of numbers. */
export function bytesOf(length: number, bytesPerElement = 8): number {
  return Math.ceil((length * bytesPerElement) / ALIGNMENT) * ALIGNMENT;
}

/**
 * Returns an arena for arrays of `bytes` bytes together, as {@link bytesOf} counts them.
 *
 * WebAssembly computes where it can and where that saves time; else the arrays are plain and TypeScript computes the
 * same bits.
 *
 * @param isShared whether threads may share its products. Default: false.
 */
export function arenaOf(bytes: number, isShared = false): Arena {
  const module = kernelModule(isShared);
  const scratch = isShared ? SHARED_SCRATCH_BYTES : SCRATCH_BYTES;
  const total = scratch + bytes;
  if (!webAssembly || !module || bytes < SMALLEST || total > LARGEST) return plainArena;
  const pages = Math.ceil(total / PAGE);
  const pool = isShared ? undefined : currentPool();
  const taken = pool?.take(pages * PAGE);
  if (taken) return memoryArena(taken, scratch, true);
  const made = pool ? Math.min(Math.ceil(ROOM_FOR_NEXT * pages), LARGEST / PAGE) : pages;
  const memory = allocateMemory(made, isShared);
  if (!memory) return plainArena; // Plain arrays may still find room.
  const instance = new webAssembly.Instance(module, { env: { memory } });
  const { buffer } = memory;
  const kernels = wasmKernels(instance.exports, buffer);
  const fresh = { buffer, kernels: isShared ? sharedKernels(kernels, instance.exports, memory) : kernels };
  pool?.add(fresh);
  return memoryArena(fresh, scratch, false);
}

/** The arena of plain arrays, each with memory of its own. */
export const plainArena: Arena = {
  kernels: typescriptKernels,
  float64(length) {
    try {
      return new Float64Array(length);
    } catch {
      throw outOfMemory(length);
    }
  },
  int32: (length) => new Int32Array(length),
  holds: () => true,
};

/**
 * @param scratch the number of bytes at the start that the kernels use.
 * @param isUsed whether the memory has old contents.
 */
function memoryArena({ kernels, buffer }: BoundMemory, scratch: number, isUsed: boolean): Arena {
  let end = scratch;
  const take = (bytes: number): number => {
    const start = end;
    end += bytes;
    if (end > buffer.byteLength) {
      throw new InternalError(`arena: arrays must fit into ${buffer.byteLength} bytes, got ${end}`);
    }
    return start;
  };
  return {
    kernels,
    float64(length) {
      const view = new Float64Array(buffer, take(bytesOf(length)), length);
      return isUsed ? view.fill(0) : view;
    },
    int32(length) {
      const view = new Int32Array(buffer, take(bytesOf(length, 4)), length);
      return isUsed ? view.fill(0) : view;
    },
    holds: (view) => view.buffer === buffer,
  };
}
