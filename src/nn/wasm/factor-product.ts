/** The product of factors and its gradients as kernels of TensorFlow.js's WebAssembly backend. */
import type * as TensorFlow from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { FourPlaces, KernelExports, Place } from "../../simd/kernel-exports";
import { kernelModule } from "../../simd/kernel-module";
import { type WasmMemory, webAssembly } from "../../simd/web-assembly";
import type { WasmKernel } from "./wasm-kernel";

/** The functions of `simd/assembly/factors.ts` that run in TensorFlow.js's memory. */
type Factors = Pick<KernelExports, "factorProduct" | "factorGradients">;

/** Members of the backend that its declarations omit. */
interface UndeclaredMembers {
  readonly wasm: { readonly asm: { readonly memory: WasmMemory } };
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: Place } };
}

/** Maximum number of factors of one kernel call. */
export const MAX_FACTORS = 4;

export const FACTOR_PRODUCT = "SmoothEdgesFactorProduct";
const FACTOR_GRADIENTS = "SmoothEdgesFactorGradients";

/**
 * Computes the product of two to four factors of one shape, and `coefficient` times the sum of their squares, in one pass instead
 * of one for each operation and factor.
 */
export const factorProduct: WasmKernel = {
  name: FACTOR_PRODUCT,
  make:
    () =>
    ({ inputs, attrs, backend }) => {
      const factors = Object.values(inputs);
      const product = backend.makeOutput(factors[0].shape, "float32");
      const penalty = backend.makeOutput([], "float32");
      const places = fourPlaces(backend, factors);
      const [out] = fourPlaces(backend, [product]);
      const n = sizeOf(product);
      const sum = factorsIn(backend).factorProduct(factors.length, ...places, n, out);
      backend.typedArrayFromHeap(penalty)[0] = (attrs.coefficient as number) * sum;
      return [product, penalty] as never;
    },
};

/** Computes the gradients with respect to the factors from those of the product and the penalty, in one pass. */
export const factorGradients: WasmKernel = {
  name: FACTOR_GRADIENTS,
  make:
    () =>
    ({ inputs, attrs, backend }) => {
      const [slope, weight, ...factors] = Object.values(inputs);
      const gradients = factors.map(({ shape }) => backend.makeOutput(shape, "float32"));
      const decay = 2 * (attrs.coefficient as number) * backend.typedArrayFromHeap(weight)[0];
      factorsIn(backend).factorGradients(
        factors.length,
        fourPlaces(backend, [slope])[0],
        decay,
        ...fourPlaces(backend, factors),
        ...fourPlaces(backend, gradients),
        sizeOf(slope),
      );
      return gradients as never;
    },
};

/** Returns the gradient of the product for TensorFlow.js's automatic differentiation. */
export function factorProductGradient(tf: typeof TensorFlow): TensorFlow.GradConfig {
  return {
    kernelName: FACTOR_PRODUCT,
    saveAllInputs: true,
    gradFunc(dy, factors, attrs) {
      const inputs = [...(dy as TensorFlow.Tensor[]), ...factors];
      const gradients = tf
        .engine()
        .runKernel(FACTOR_GRADIENTS, inputs as never, attrs) as TensorFlow.Tensor[];
      return Object.fromEntries(gradients.map((gradient, l) => [l, () => gradient]));
    },
  };
}

/** Instances of our WebAssembly code, by the backend's memory. */
const instances = new WeakMap<WasmMemory, Factors>();

function factorsIn(backend: BackendWasm): Factors {
  const { memory } = (backend as unknown as UndeclaredMembers).wasm.asm;
  let factors = instances.get(memory);
  if (!factors) {
    // The code has no data of its own, so it writes nothing but outputs to the backend's memory.
    const instance = new webAssembly!.Instance(kernelModule()!, { env: { memory } });
    factors = instance.exports as Factors;
    instances.set(memory, factors);
  }
  return factors;
}

function fourPlaces(backend: BackendWasm, tensors: readonly TensorFlow.TensorInfo[]): FourPlaces {
  const { dataIdMap } = backend as unknown as UndeclaredMembers;
  const places = tensors.map(({ dataId }) => dataIdMap.get(dataId).memoryOffset);
  return Array.from({ length: MAX_FACTORS }, (_, l) => places[l] ?? 0) as FourPlaces;
}

function sizeOf({ shape }: TensorFlow.TensorInfo): number {
  return shape.reduce((size, length) => size * length, 1);
}
