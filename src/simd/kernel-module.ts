import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InternalError } from "../errors";
import { type KernelExports, PARAMETERS } from "./kernel-exports";
import { type WasmModule, webAssembly } from "./web-assembly";

/** Who computes: WebAssembly, or TypeScript where the build made no kernels or the machine cannot run them. */
export type KernelBackend = "wasm" | "typescript";

/** By whether their memories are shared between threads, which a module takes always or never. */
const chosen = new Map<boolean, WasmModule | undefined>();

/**
 * The compiled kernels, `undefined` where there are none or no memory for them; compiled when first asked for.
 *
 * @param isShared whether threads share their memories. Default: false.
 * @throws InternalError where they are of another build than this code.
 */
export function kernelModule(isShared = false): WasmModule | undefined {
  if (!chosen.has(isShared)) chosen.set(isShared, compiled(isShared));
  return chosen.get(isShared);
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

function compiled(isShared: boolean): WasmModule | undefined {
  if (!webAssembly || process.env.SMOOTH_EDGES_KERNELS === "typescript") return undefined;
  let module: WasmModule;
  try {
    module = new webAssembly.Module(readFileSync(join(__dirname, fileOf(isShared))));
  } catch {
    return undefined; // not built, or a machine without SIMD
  }
  try {
    checkKernels(module, isShared);
  } catch (error) {
    if (error instanceof RangeError) return undefined; // no room for a page; plain arrays may still find some
    throw error;
  }
  return module;
}

function fileOf(isShared: boolean): string {
  return isShared ? "shared-kernels.wasm" : "kernels.wasm";
}

/**
 * Refuses kernels of another build, whose parameters would be taken for each other without a word: WebAssembly drops what is too
 * many and reads 0 where one is missing.
 *
 * @param isShared whether threads share their memories. Default: false.
 * @throws InternalError where they import what this code has not, and where a kernel is missing or has more or fewer parameters
 * than this code gives it.
 */
export function checkKernels(module: WasmModule, isShared = false): void {
  const file = fileOf(isShared);
  const memory = new webAssembly!.Memory({ initial: 1, maximum: 1, shared: isShared });
  let kernels: Partial<KernelExports>;
  try {
    kernels = new webAssembly!.Instance(module, { env: { memory } }).exports as Partial<KernelExports>;
  } catch (error) {
    const { message } = error as Error;
    throw new InternalError(
      `${file}: it must import nothing but one page of memory, got "${message}"; run \`npm run build\``,
    );
  }
  for (const name of Object.keys(PARAMETERS) as (keyof KernelExports)[]) {
    const wanted = PARAMETERS[name];
    const got = kernels[name]?.length;
    if (got === wanted) continue;
    const found = got === undefined ? "none" : `one of ${got}`;
    throw new InternalError(
      `${file}: ${name} must be a kernel of ${wanted} parameters, got ${found}; run \`npm run build\``,
    );
  }
}
