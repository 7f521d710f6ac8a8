import { kernelBytes } from "#platform";
import { InternalError } from "../errors";
import { type KernelExports, PARAMETERS } from "./kernel-exports";
import { allocateMemory, type WasmModule, webAssembly } from "./web-assembly";

/**
 * The backend of the kernels: WebAssembly, or TypeScript if the build has no kernels or the machine cannot run them.
 */
export type KernelBackend = "wasm" | "typescript";

/** The compiled modules, by whether threads share their memories, which a module fixes. */
const compiled = new Map<boolean, WasmModule | undefined>();
const checked = new Set<WasmModule>();

/**
 * Returns the compiled kernels, which are compiled when first needed; `undefined` if there are none.
 *
 * Without memory to inspect them in they count as missing, and the next call tries again.
 *
 * @param isShared whether threads share their memories. Default: false.
 * @throws InternalError where they are of another build than this code.
 */
export function kernelModule(isShared = false): WasmModule | undefined {
  if (!compiled.has(isShared)) compiled.set(isShared, compiledKernels(isShared));
  const module = compiled.get(isShared);
  if (module && !checked.has(module)) {
    if (!checkKernels(module, isShared)) return undefined;
    checked.add(module);
  }
  return module;
}

/**
 * Which backend computes in this process: the environment variable `SMOOTH_EDGES_KERNELS=typescript` keeps WebAssembly out.
 * Results are the same to the last bit.
 *
 * @returns `"wasm"`, or `"typescript"` where WebAssembly SIMD is missing or has no memory yet.
 * @example
 * ["wasm", "typescript"].includes(kernelBackend()); // true
 */
export function kernelBackend(): KernelBackend {
  return kernelModule() ? "wasm" : "typescript";
}

function compiledKernels(isShared: boolean): WasmModule | undefined {
  if (!webAssembly) return undefined;
  try {
    const bytes = kernelBytes(isShared);
    return bytes && new webAssembly.Module(bytes);
  } catch {
    return undefined; // The kernels were not built, the machine has no SIMD, or the page forbids WebAssembly.
  }
}

function fileOf(isShared: boolean): string {
  return isShared ? "shared-kernels.wasm" : "kernels.wasm";
}

/**
 * Refuses kernels of another build. WebAssembly would confuse their parameters silently: it drops surplus ones and
 * reads 0 for missing ones.
 *
 * @param isShared whether threads share their memories. Default: false.
 * @returns false if there is no memory to inspect them in.
 * @throws InternalError if they import what this code does not offer, or a kernel is missing or has another number of
 * parameters.
 */
export function checkKernels(module: WasmModule, isShared = false): boolean {
  const file = fileOf(isShared);
  const memory = allocateMemory(1, isShared);
  if (!memory) return false;
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
  return true;
}
