import type * as TensorFlow from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";

/** The arguments of a kernel. */
export interface KernelCall {
  readonly inputs: Record<string, TensorFlow.TensorInfo>;
  readonly attrs: Record<string, unknown>;
  readonly backend: BackendWasm;
}

export type Kernel = (call: KernelCall) => TensorFlow.TensorInfo;

/** A kernel of the WebAssembly backend that TensorFlow.js lacks, or computes slowly or inaccurately. */
export interface WasmKernel {
  /** TensorFlow.js's name of the kernel. */
  readonly name: string;
  /**
   * @param kernelNamed another kernel of the WebAssembly backend, as TensorFlow.js has it.
   * @returns the kernel to register; it owns what it allocates besides its result, and disposes of it.
   */
  make(kernelNamed: (name: string) => Kernel, tf: typeof TensorFlow): Kernel;
}
