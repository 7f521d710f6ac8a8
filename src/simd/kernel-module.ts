import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InternalError } from "../errors";
import { type KernelExports, PARAMETERS } from "./kernel-exports";
import { type WasmModule, webAssembly } from "./web-assembly";

/** Who computes: WebAssembly, or TypeScript where the build made no kernels or the machine cannot run them. */
export type KernelBackend = "wasm" | "typescript";

let chosen: WasmModule | null | undefined;

/**
 * The compiled kernels, `undefined` where there are none; compiled when first asked for.
 *
 * @throws InternalError where they are of another build than this code.
 */
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
  let module: WasmModule;
  try {
    module = new webAssembly.Module(readFileSync(join(__dirname, "kernels.wasm")));
  } catch {
    return null; // not built, or a machine without SIMD
  }
  checkKernels(module);
  return module;
}

/**
 * Refuses kernels of another build, whose parameters would be taken for each other without a word: WebAssembly drops what is too
 * many and reads 0 where one is missing.
 *
 * @throws InternalError where they import what this code has not, and where a kernel is missing or has more or fewer parameters
 * than this code gives it.
 */
export function checkKernels(module: WasmModule): void {
  const memory = new webAssembly!.Memory({ initial: 1, maximum: 1 });
  let kernels: Partial<KernelExports>;
  try {
    kernels = new webAssembly!.Instance(module, { env: { memory } }).exports as Partial<KernelExports>;
  } catch (error) {
    const { message } = error as Error;
    throw new InternalError(
      `kernels.wasm: it must import nothing but one page of memory, got "${message}"; run \`npm run build\``,
    );
  }
  for (const name of Object.keys(PARAMETERS) as (keyof KernelExports)[]) {
    const wanted = PARAMETERS[name];
    const got = kernels[name]?.length;
    if (got === wanted) continue;
    const found = got === undefined ? "none" : `one of ${got}`;
    throw new InternalError(
      `kernels.wasm: ${name} must be a kernel of ${wanted} parameters, got ${found}; run \`npm run build\``,
    );
  }
}
