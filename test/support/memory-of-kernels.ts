/**
 * Bytes of all WebAssembly memories that are made while something runs.
 *
 * @param limit bytes that a single one may have; more are refused as by a machine without them. Default: none.
 */
export function memoryOfKernels(run: () => void, limit: number = Number.POSITIVE_INFINITY): number {
  const face = (
    globalThis as unknown as { WebAssembly: { Memory: new (pages: { initial: number }) => object } }
  ).WebAssembly;
  const { Memory } = face;
  let bytes = 0;
  face.Memory = class extends Memory {
    constructor(pages: { readonly initial: number }) {
      if (pages.initial * 65536 > limit) throw new RangeError("no such memory");
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
