/** Bytes of all WebAssembly memories that are made while something runs. */
export function memoryOfKernels(run: () => void): number {
  const face = (
    globalThis as unknown as { WebAssembly: { Memory: new (pages: { initial: number }) => object } }
  ).WebAssembly;
  const { Memory } = face;
  let bytes = 0;
  face.Memory = class extends Memory {
    constructor(pages: { readonly initial: number }) {
      super(pages);
      bytes += pages.initial * 65536;
    }
  };
  try {
    run();
  } finally {
    face.Memory = Memory;
  }
  return bytes;
}
