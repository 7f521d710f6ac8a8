/**
 * WebAssembly as far as the kernels use it: its types, and memories that are refused in good time.
 */

/** What is used of WebAssembly; its own types come with those of a browser's document, which no declaration here may need. */
export interface WasmMemory {
  /** One that threads share where that was asked for. */
  readonly buffer: ArrayBuffer;
}

/** Compiled code, not yet bound to a memory. */
export interface WasmModule {
  readonly [Symbol.toStringTag]: string;
}

interface WebAssemblyFace {
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Memory: new (pages: { initial: number; maximum: number; shared?: boolean }) => WasmMemory;
  readonly Instance: new (module: WasmModule, imports: object) => { readonly exports: unknown };
}

/** `undefined` where JavaScript runs without it. */
export const webAssembly: WebAssemblyFace | undefined = (globalThis as { WebAssembly?: WebAssemblyFace })
  .WebAssembly;

/** How many times as long as a refusal took no memory of that size is asked for again. */
const REST = 10;

/** The last refusal: from how many pages on, and until when, it is taken to hold. */
let refused = { pages: Number.POSITIVE_INFINITY, until: 0 };

let held = 0;
const collected = new FinalizationRegistry<number>((bytes) => {
  held -= bytes;
});

/** How many bytes the memories have that this thread made and the collector has not freed, which V8 counts nowhere from Node 26 on. */
export function heldBytes(): number {
  return held;
}

/**
 * A memory of so many pages; undefined where there is no room for it, so that what calls has to do without.
 *
 * V8 reserves 10 GiB of addresses for each memory, whatever its size, of which a process has some 12,700, and collects all garbage
 * several times before it refuses one: seconds where so many are alive. So it is asked again only after ten times as long.
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
