import type { WasmKernel } from "./wasm-kernel";

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
