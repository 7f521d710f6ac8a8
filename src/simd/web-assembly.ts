/**
 * WebAssembly as far as the kernels use it: its types, and memories that are refused in good time.
 */

/**
 * A memory of WebAssembly. Its standard types come with those of browser documents, which no declaration here may
 * need.
 */
export interface WasmMemory {
  /** A buffer that threads share if the memory was made so. */
  readonly buffer: ArrayBuffer;
}

/** Compiled code that is not bound to a memory yet. */
export interface WasmModule {
  readonly [Symbol.toStringTag]: string;
}

interface WebAssemblyFace {
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Memory: new (pages: { initial: number; maximum: number; shared?: boolean }) => WasmMemory;
  readonly Instance: new (module: WasmModule, imports: object) => { readonly exports: unknown };
}

/** The WebAssembly of this JavaScript engine, `undefined` if it has none. */
export const webAssembly: WebAssemblyFace | undefined = (globalThis as { WebAssembly?: WebAssemblyFace })
  .WebAssembly;

/**
 * Factor between the duration of a refused allocation and the time for which no memory of that size is requested
 * again.
 */
const REST = 10;

/** The last refusal: the number of pages from which on it holds, and until when. */
let refused = { pages: Number.POSITIVE_INFINITY, until: 0 };

let held = 0;
const collected = new FinalizationRegistry<number>((bytes) => {
  held -= bytes;
});

/**
 * Returns the bytes of this thread's memories that the collector has not freed yet; V8 counts them nowhere from Node
 * 26 on.
 */
export function heldBytes(): number {
  return held;
}

/**
 * Allocates a memory of so many pages; returns undefined if there is no room for it, and the caller does without.
 *
 * V8 reserves 10 GiB of addresses for each memory, whatever its size, and a process has room for some 12,700. Before
 * V8 refuses one, it collects all garbage several times, which takes seconds where so many are alive. After a refusal
 * it is therefore asked again only when ten times as long has passed.
 *
 * @param isShared whether threads share it.
 */
export function allocateMemory(pages: number, isShared: boolean): WasmMemory | undefined {
  const start = performance.now();
  if (pages >= refused.pages && start < refused.until) return undefined;
  try {
    const memory = new webAssembly!.Memory({ initial: pages, maximum: pages, shared: isShared });
    const { buffer } = memory;
    held += buffer.byteLength;
    collected.register(buffer, buffer.byteLength);
    return memory;
  } catch {
    const end = performance.now();
    refused = { pages, until: end + REST * (end - start) };
    return undefined;
  }
}
