import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InternalError } from "../errors";
import { type KernelExports, PARAMETERS } from "./kernel-exports";
import { allocateMemory, type WasmModule, webAssembly } from "./web-assembly";

/** Who computes: WebAssembly, or TypeScript where the build made no kernels or the machine cannot run them. */
export type KernelBackend = "wasm" | "typescript";

/** By whether their memories are shared between threads, which a module takes always or never. */
const compiled = new Map<boolean, WasmModule | undefined>();
const checked = new Set<WasmModule>();

/**
 * The compiled kernels, `undefined` where there are none, or no memory to look at them in, which is tried again; compiled when first asked for.
 *
 * @param isShared whether threads share their memories. Default: false.
 * @throws InternalError where they are of another build than this code.
 */
export function kernelModule(isShared = false): WasmModule | undefined {
  if (!compiled.has(isShared)) compiled.set(isShared, compiledFrom(fileOf(isShared)));
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

function compiledFrom(file: string): WasmModule | undefined {
  if (!webAssembly || process.env.SMOOTH_EDGES_KERNELS === "typescript") return undefined;
  try {
    return new webAssembly.Module(readFileSync(join(__dirname, file)));
  } catch {
    return undefined; // not built, or a machine without SIMD
  }
}

function fileOf(isShared: boolean): string {
  return isShared ? "shared-kernels.wasm" : "kernels.wasm";
}

/**
 * Refuses kernels of another build, whose parameters would be taken for each other without a word: WebAssembly drops what is too
 * many and reads 0 where one is missing.
 *
 * @param isShared whether threads share their memories. Default: false.
 * @returns false where there is no memory to look at them in.
 * @throws InternalError where they import what this code has not, and where a kernel is missing or has more or fewer parameters
 * than this code gives it.
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
