/** Kernels that the backend has but computes slowly: products with transposed matrices, and copies. */

import type { TensorInfo } from "@tensorflow/tfjs";
import type { KernelCall, WasmKernel } from "./wasm-kernel";

/**
 * Matrix products with a transposed factor, which every gradient of a dense layer is.
 *
 * The backend's own kernel multiplies by XNNPACK only where nothing is transposed and else by a loop 13 to 30 times
 * slower. Here the factor is transposed first: the same product, to rounding.
 */
export const transposedProduct: WasmKernel = productOf("BatchMatMul");

/** The fused product with bias and activation that dense layers use, with transposed factors. */
export const fusedTransposedProduct: WasmKernel = productOf("_FusedMatMul");

function productOf(name: string): WasmKernel {
  return {
    name,
    make(kernelNamed) {
      const product = kernelNamed(name);
      const transpose = kernelNamed("Transpose");

      return (call: KernelCall): TensorInfo => {
        const { inputs, attrs, backend } = call;
        if (!attrs.transposeA && !attrs.transposeB) return product(call);
        const swapped = (x: TensorInfo, wanted: unknown): TensorInfo => {
          if (!wanted) return x;
          const perm = x.shape.map((_, axis) => axis);
          perm.push(...perm.splice(-2).reverse());
          return transpose({ inputs: { x }, attrs: { perm }, backend });
        };
        const a = swapped(inputs.a, attrs.transposeA);
        const b = swapped(inputs.b, attrs.transposeB);
        const result = product({
          inputs: { ...inputs, a, b },
          attrs: { ...attrs, transposeA: false, transposeB: false },
          backend,
        });
        if (a !== inputs.a) backend.disposeData(a.dataId);
        if (b !== inputs.b) backend.disposeData(b.dataId);
        return result;
      };
    },
  };
}

/**
 * A copy that shares its numbers, as on the other backends: tensors never change. The backend's own kernel copies them, and a
 * gradient step does so with every tensor that it saves.
 */
export const identity: WasmKernel = {
  name: "Identity",
  make: (kernelNamed) => (call) => {
    const { inputs, backend } = call;
    const { dataId, shape, dtype } = inputs.x;
    if (dtype === "string") return kernelNamed("Identity")(call);
    backend.incRef(dataId);
    return { dataId, shape, dtype };
  },
};
