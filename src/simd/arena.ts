import { InternalError, outOfMemory } from "../errors";
import { kernelModule } from "./kernel-module";
import type { Kernels } from "./kernels";
import { type BoundMemory, currentPool, ROOM_FOR_NEXT } from "./memory-pool";
import { SHARED_SCRATCH_BYTES, sharedKernels } from "./shared-kernels";
import { typescriptKernels } from "./typescript-kernels";
import { SCRATCH_BYTES, wasmKernels } from "./wasm-kernels";
import { allocateMemory, webAssembly } from "./web-assembly";

/** A block of memory of fixed size, with the kernels that work on what lies in it; freed with its last view. */
export interface Arena {
  readonly kernels: Kernels;
  /** Zeros. */
  float64(length: number): Float64Array;
  /** Zeros. */
  int32(length: number): Int32Array;
  /** Whether the kernels can take this array. */
  holds(view: Float64Array | Int32Array): boolean;
}

/** Less than this stays in plain arrays: a memory costs what WebAssembly saves in about ten passes over so little. */
const SMALLEST = 65536;
const PAGE = 65536;
/** One page less than 4 GiB, so that the end of the last array is an address. */
const LARGEST = 65535 * PAGE;
const ALIGNMENT = 16;

/** Bytes that an arena spends on an array of numbers. */
export function bytesOf(length: number, bytesPerElement = 8): number {
  return Math.ceil((length * bytesPerElement) / ALIGNMENT) * ALIGNMENT;
}

/**
 * An arena that holds arrays of together `bytes` bytes, as {@link bytesOf} counts them.
 *
 * WebAssembly computes where it can and where it pays; else the arrays are plain ones and TypeScript computes the same.
 *
 * @param isShared whether a crew may take pieces of its products. Default: false.
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
  if (!memory) return plainArena; // which may still find some room
  const instance = new webAssembly.Instance(module, { env: { memory } });
  const { buffer } = memory;
  const kernels = wasmKernels(instance.exports, buffer);
  const fresh = { buffer, kernels: isShared ? sharedKernels(kernels, instance.exports, memory) : kernels };
  pool?.add(fresh);
  return memoryArena(fresh, scratch, false);
}

/** Every array by itself. */
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
 * @param scratch bytes at the beginning that the kernels use.
 * @param isUsed whether the memory holds what was there before.
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
