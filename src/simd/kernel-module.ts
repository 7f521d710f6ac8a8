import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type WasmModule, webAssembly } from "./web-assembly";

/** Who computes: WebAssembly, or TypeScript where the build made no kernels or the machine cannot run them. */
export type KernelBackend = "wasm" | "typescript";

let chosen: WasmModule | null | undefined;

/** The compiled kernels, `undefined` where there are none; compiled when first asked for. */
export function kernelModule(): WasmModule | undefined {
  if (chosen === undefined) chosen = compiled();
  return chosen ?? undefined;
}

/**
 * Which backend computes in this process, chosen once: the environment variable `SMOOTH_EDGES_KERNELS=typescript` keeps
 * WebAssembly out. Results are the same to the last bit.
 *
 * @returns `"wasm"`, or `"typescript"` where WebAssembly SIMD is missing.
 * @example
 * ["wasm", "typescript"].includes(kernelBackend()); // true
 */
export function kernelBackend(): KernelBackend {
  return kernelModule() ? "wasm" : "typescript";
}

function compiled(): WasmModule | null {
  if (!webAssembly || process.env.SMOOTH_EDGES_KERNELS === "typescript") return null;
  try {
    return new webAssembly.Module(readFileSync(join(__dirname, "kernels.wasm")));
  } catch {
    return null; // not built, or a machine without SIMD
  }
}
