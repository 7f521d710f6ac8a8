/** `smooth-edges kernel install` and `uninstall`: write the kernelspec where Jupyter finds it, and remove it. */
import { spawnSync } from "node:child_process";
import { existsSync, rmdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import {
  codeOf,
  folderNotWritable,
  kernelNotInstalled,
  noActiveEnvironment,
  placesExcludeEachOther,
} from "../errors";
import {
  compilerCacheIn,
  installKernelSpec,
  KERNEL_NAME,
  kernelFolder,
  NODE_FLAGS,
  ownKernelSpec,
  prefixDataFolder,
  userDataFolder,
} from "../kernelspec/kernelspec";
import { folderByJupyter, isSameFile } from "./kernel-in-jupyter";

/** The place of the installation that the command line names; by default the user's own folder. */
export interface PlaceOptions {
  readonly user?: boolean;
  readonly prefix?: string;
  readonly sysPrefix?: boolean;
}

/**
 * Installs the kernelspec and returns the text to print.
 *
 * @throws {UsageError} when the place is given twice, does not exist or cannot be written to
 */
export function installCommand(options: PlaceOptions, env: NodeJS.ProcessEnv = process.env): string {
  const target = dataFolder(options, env);
  const cold = ownKernelSpec();
  // The kernelspec is written without the cache first, because making the cache may fail.
  const folder = installKernelSpec(cold, target);
  const cache = compilerCacheIn(folder);
  const cacheFault = makeCompilerCache(cache);
  const spec = cacheFault === undefined ? ownKernelSpec(cache) : cold;
  if (spec !== cold) installKernelSpec(spec, target);
  return [
    `Installed the kernel "${spec.display_name}" in`,
    `  ${folder}`,
    "It runs this copy of the package with this Node; install it again after moving either:",
    `  ${cold.argv.at(-2)}`,
    `  ${process.execPath}`,
    ...(cacheFault === undefined
      ? []
      : [`It starts more slowly, without the compiler's code: ${cacheFault}.`]),
    ...(__dirname.includes("_npx")
      ? [
          "This copy lies in npx's cache, which npm may empty; `npm install smooth-edges` gives one that stays.",
        ]
      : []),
    ...(options.prefix === undefined
      ? hiddenBy(folderByJupyter(env), folder)
      : [`A Jupyter from elsewhere finds it with JUPYTER_PATH=${dirname(dirname(folder))}`]),
    "Use it:",
    `  jupyter lab                        and choose "${spec.display_name}"`,
    "  npx smooth-edges run NOTEBOOK      without Jupyter",
    `  jupyter nbconvert --to notebook --execute --ExecutePreprocessor.kernel_name=${KERNEL_NAME} NOTEBOOK`,
    "",
  ].join("\n");
}

/** The lines of a warning, where Jupyter starts another kernel of this name. */
function hiddenBy(taken: string | undefined, folder: string): string[] {
  if (taken === undefined || isSameFile(taken, folder)) return [];
  return [`The jupyter of this shell starts that in ${taken} instead; smooth-edges doctor says what to do.`];
}

/** Writes the code cache of the compiler in a Node of its own; returns the reason where that failed. */
export function makeCompilerCache(file: string): string | undefined {
  const program = `require(${JSON.stringify(join(__dirname, "../compiler/compiler-cache.js"))}).writeCompilerCache(${JSON.stringify(file)})`;
  const args = [...NODE_FLAGS, "-e", program];
  const { status, stderr, error } = spawnSync(process.execPath, args, { cwd: __dirname, encoding: "utf8" });
  if (error) return error.message;
  return status === 0 ? undefined : (/^\w*Error.*$/m.exec(stderr)?.[0] ?? `Node ended with ${status}`);
}

/** Returns the Jupyter data folder that the options name. */
function dataFolder({ user, prefix, sysPrefix }: PlaceOptions, env: NodeJS.ProcessEnv): string {
  const given = [user && "--user", prefix !== undefined && "--prefix", sysPrefix && "--sys-prefix"].filter(
    (option) => typeof option === "string",
  );
  if (given.length > 1) throw placesExcludeEachOther(given);
  if (prefix !== undefined) return prefixDataFolder(prefix);
  if (!sysPrefix) return userDataFolder(env);
  const active = env.VIRTUAL_ENV || env.CONDA_PREFIX;
  if (!active) throw noActiveEnvironment();
  return prefixDataFolder(active);
}

/**
 * Removes the kernelspec, its logo and its cache, and Jupyter's folders around it that are left empty; returns the text to print.
 *
 * @throws {UsageError} when the place is given twice, has no such kernel or cannot be written to
 */
export function uninstallCommand(options: PlaceOptions, env: NodeJS.ProcessEnv = process.env): string {
  const folder = kernelFolder(dataFolder(options, env));
  if (!existsSync(join(folder, "kernel.json"))) throw kernelNotInstalled(folder);
  try {
    rmSync(folder, { recursive: true });
  } catch (error) {
    throw folderNotWritable("smooth-edges kernel uninstall", folder, codeOf(error));
  }
  removeEmpty(dirname(folder));
  return `Removed the kernel from\n  ${folder}\nThe package itself goes with npm uninstall smooth-edges.\n`;
}

/** The names of folders that an installation may have made, above the kernel's own. */
const REMOVABLE_FOLDERS = new Set(["kernels", "jupyter", "share"]);

/** Removes a folder that the installation made, and those above it, as long as they are empty. */
function removeEmpty(folder: string): void {
  if (!REMOVABLE_FOLDERS.has(basename(folder))) return;
  try {
    // `rmdirSync` refuses a folder that is not empty.
    rmdirSync(folder);
  } catch {
    return;
  }
  removeEmpty(dirname(folder));
}
