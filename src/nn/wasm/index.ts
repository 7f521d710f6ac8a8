/** Kernels that replace or complete those of TensorFlow.js's WebAssembly backend. */

import type * as TensorFlow from "@tensorflow/tfjs";
import { kernelModule } from "../../simd/kernel-module";
import {
  conv2dFilterGradient,
  conv3dFilterGradient,
  conv3dInputGradient,
  depthwiseFilterGradient,
  depthwiseInputGradient,
  maxPool3d,
  maxPool3dGradient,
  maxPoolGradient,
} from "./convolution-gradients";
import { factorGradients, factorProduct, factorProductGradient } from "./factor-product";
import {
  conv2dInputGradient,
  fusedTransposedProduct,
  identity,
  tile,
  transposedProduct,
} from "./faster-kernels";
import { fullMean, fullSum, segmentSum } from "./sums";
import type { Kernel, WasmKernel } from "./wasm-kernel";

const KERNELS: readonly WasmKernel[] = [
  transposedProduct,
  fusedTransposedProduct,
  fullSum,
  fullMean,
  conv2dFilterGradient,
  conv2dInputGradient,
  depthwiseFilterGradient,
  depthwiseInputGradient,
  maxPoolGradient,
  conv3dFilterGradient,
  conv3dInputGradient,
  maxPool3d,
  maxPool3dGradient,
  segmentSum,
  identity,
  tile,
];

/** Kernels that need our own WebAssembly code. */
const FUSED: readonly WasmKernel[] = [factorProduct, factorGradients];

/** The global symbol of the kernels that were replaced, one set for all copies of this library in a process. */
const ORIGINALS: unique symbol = Symbol.for("smooth-edges.original-wasm-kernels");

type Registry = typeof globalThis & {
  [ORIGINALS]?: Map<string, TensorFlow.KernelConfig | undefined>;
};

/**
 * Registers our kernels of the WebAssembly backend, once in a process: kernels are TensorFlow.js's global state.
 *
 * @returns TensorFlow.js's own, by name; undefined where it has none.
 */
export function registerWasmKernels(
  tf: typeof TensorFlow,
): ReadonlyMap<string, TensorFlow.KernelConfig | undefined> {
  const registry = globalThis as Registry;
  if (registry[ORIGINALS]) return registry[ORIGINALS];
  const kernels = kernelModule() ? [...KERNELS, ...FUSED] : KERNELS;
  const originals = new Map(kernels.map(({ name }) => [name, tf.getKernel(name, "wasm")]));
  const kernelNamed = (name: string): Kernel => {
    const kernel = originals.get(name) ?? tf.getKernel(name, "wasm");
    if (!kernel) throw new Error(`the wasm backend has no kernel ${name}`);
    return kernel.kernelFunc as unknown as Kernel;
  };
  for (const { name, make } of kernels) {
    const kernelFunc = make(kernelNamed, tf) as unknown as TensorFlow.KernelFunc;
    if (originals.get(name)) tf.unregisterKernel(name, "wasm");
    tf.registerKernel({ ...originals.get(name), kernelName: name, backendName: "wasm", kernelFunc });
  }
  tf.registerGradient(factorProductGradient(tf));
  registry[ORIGINALS] = originals;
  return originals;
}
