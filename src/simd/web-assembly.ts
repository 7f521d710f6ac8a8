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
