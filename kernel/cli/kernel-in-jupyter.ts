/** Finds the kernel of this name that Jupyter starts: as on a PATH, a folder of an environment may hide the user's. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import {
  KERNEL_NAME,
  type KernelSpec,
  kernelFolder,
  prefixDataFolder,
  userDataFolder,
} from "../kernelspec/kernelspec";

/** Examines whether Jupyter finds the kernel, where, what that folder hides, and whether it starts this copy of the package. */
export function kernelInJupyter(env: NodeJS.ProcessEnv): Omit<Finding, "what"> {
  const folders = kernelFolders(env);
  const folder = folderByJupyter(env) ?? folders[0];
  if (folder === undefined) {
    return { state: "without", fact: "is not installed", remedy: "run npx smooth-edges kernel install" };
  }
  const hidden = folders.filter((other) => !isSameFile(other, folder));
  const hides = hidden.length > 0 ? `, which hides that in ${hidden.join(" and ")}` : "";
  const { argv } = JSON.parse(readFileSync(join(folder, "kernel.json"), "utf8")) as KernelSpec;
  const missingFile = argv.find(
    (part) => /^([A-Z]:)?[\\/]/i.test(part) && !part.endsWith(".cache") && !existsSync(part),
  );
  const remedy = `run npx smooth-edges kernel install${placeOption(folder, env)}`;
  if (missingFile !== undefined) {
    const fact = `is installed in ${folder}${hides}, and starts ${missingFile}, which is no longer there`;
    return { state: "lacks", fact, remedy: `${remedy} again` };
  }
  const main = argv.find((part) => /[\\/]kernel[\\/]main\.js$/.test(part));
  if (main === undefined || isSameFile(main, OWN_MAIN)) {
    const fact = `is installed in ${folder}${hides}`;
    if (main === undefined || takesCache(argv, main)) return { state: "works", fact };
    const why = "the code of the compiler that it was to start with is missing, damaged or of another Node";
    return {
      state: "works",
      fact: `${fact}, and starts more slowly, since ${why}`,
      remedy: `${remedy} again`,
    };
  }
  const fact = `is installed in ${folder}${hides}, and starts another copy of this package, ${main}`;
  return { state: "works", fact, remedy: `${remedy} to have it start this one` };
}

const OWN_MAIN = resolve(__dirname, "../main.js");

/** Whether a kernel loads its compiler from the code cache that it names; tried with the kernel's own Node and flags. */
function takesCache(argv: readonly string[], main: string): boolean {
  const cache = argv.find((part) => part.endsWith(".cache"));
  const [node] = argv;
  if (cache === undefined || node === undefined) return true;
  const module = JSON.stringify(resolve(__dirname, "../compiler/compiler-cache.js"));
  const program = `process.exitCode = require(${module}).loadCachedCompiler(${JSON.stringify(cache)}) ? 0 : 1`;
  const { status } = spawnSync(node, [...argv.slice(1, argv.indexOf(main)), "-e", program], {
    timeout: 60_000,
  });
  return status === 0;
}

/** Asks Jupyter for the folder of the kernel: Jupyter knows more places than this package, and their order. */
export function folderByJupyter(env: NodeJS.ProcessEnv): string | undefined {
  try {
    const text = execFileSync("jupyter", ["kernelspec", "list", "--json"], {
      env,
      timeout: 60_000,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return JSON.parse(text).kernelspecs[KERNEL_NAME]?.resource_dir;
  } catch {
    return undefined;
  }
}

/** Lists the folders known to this package that hold the kernel, in the order in which Jupyter searches them. */
function kernelFolders(env: NodeJS.ProcessEnv): string[] {
  const active = env.VIRTUAL_ENV || env.CONDA_PREFIX;
  const paths = env.JUPYTER_PATH?.split(delimiter).filter(Boolean) ?? [];
  return [...paths, userDataFolder(env), ...(active ? [prefixDataFolder(active)] : [])]
    .map(kernelFolder)
    .filter((place) => existsSync(join(place, "kernel.json")));
}

/** The option of `kernel install` that makes it write into a folder. */
function placeOption(folder: string, env: NodeJS.ProcessEnv): string {
  if (isSameFile(folder, kernelFolder(userDataFolder(env)))) return "";
  const prefix = /^(.*)[\\/]share[\\/]jupyter[\\/]kernels[\\/][^\\/]+$/.exec(folder)?.[1];
  return prefix === undefined ? "" : ` --prefix ${/\s/.test(prefix) ? JSON.stringify(prefix) : prefix}`;
}

/** Whether two paths lead to the same existing file. */
export function isSameFile(one: string, other: string): boolean {
  try {
    return realpathSync(one) === realpathSync(other);
  } catch {
    return false;
  }
}

/** The result of one examination. */
export interface Finding {
  /** `"lacks"` means that something required is missing, `"without"` that something optional is. */
  readonly state: "works" | "without" | "lacks";
  readonly what: string;
  /** The finding in words: a version, a place, or the fault. */
  readonly fact: string;
  readonly remedy?: string;
}
