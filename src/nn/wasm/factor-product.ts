import type * as TensorFlow from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { FourPlaces, KernelExports, Place } from "../../simd/kernel-exports";
import { kernelModule } from "../../simd/kernel-module";
import { type WasmMemory, webAssembly } from "../../simd/web-assembly";
import type { WasmKernel } from "./wasm-kernel";

/** What of `simd/assembly/factors.ts` works in TensorFlow.js's own memory. */
type Factors = Pick<KernelExports, "factorProduct" | "factorGradients">;

/** What the backend's declarations keep to themselves. */
interface Unseen {
  readonly wasm: { readonly asm: { readonly memory: WasmMemory } };
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: Place } };
}

/** The most factors that one kernel takes. */
export const MOST_FACTORS = 4;

export const FACTOR_PRODUCT = "SmoothEdgesFactorProduct";
const FACTOR_GRADIENTS = "SmoothEdgesFactorGradients";

/**
 * Of two to four factors of one shape their product and `coefficient` times the sum of their squares, in one pass and not in one
 * for each operation and factor.
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

/** The gradients by the factors, from those by the product and by the penalty, likewise. */
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

/** How TensorFlow.js comes from the gradients by the outputs to those by the inputs. */
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

/** One instance for each memory, that of the backend. */
const instances = new WeakMap<WasmMemory, Factors>();

function factorsIn(backend: BackendWasm): Factors {
  const { memory } = (backend as unknown as Unseen).wasm.asm;
  let factors = instances.get(memory);
  if (!factors) {
    // Code without data of its own: it leaves the memory of another program as it is but for the outputs.
    const instance = new webAssembly!.Instance(kernelModule()!, { env: { memory } });
    factors = instance.exports as Factors;
    instances.set(memory, factors);
  }
  return factors;
}

function fourPlaces(backend: BackendWasm, tensors: readonly TensorFlow.TensorInfo[]): FourPlaces {
  const { dataIdMap } = backend as unknown as Unseen;
  const places = tensors.map(({ dataId }) => dataIdMap.get(dataId).memoryOffset);
  return Array.from({ length: MOST_FACTORS }, (_, l) => places[l] ?? 0) as FourPlaces;
}

function sizeOf({ shape }: TensorFlow.TensorInfo): number {
  return shape.reduce((size, length) => size * length, 1);
}
