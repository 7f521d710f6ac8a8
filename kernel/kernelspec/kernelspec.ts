/** The kernelspec, by which Jupyter starts the kernel: its content, its folders, and its installation. */
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { makeFolder, writeFileAtomically } from "../../src/file-writing";
import { codeOf, folderNotWritable } from "../errors";

/** How Jupyter starts a kernel and speaks to it: the content of `kernel.json`. */
export interface KernelSpec {
  /** The command line; `{connection_file}` stands for the path of the connection file. */
  readonly argv: readonly string[];
  readonly display_name: string;
  readonly language: string;
  /** How the kernel is interrupted: by a message on the control channel, or by SIGINT. Default `"signal"`. */
  readonly interrupt_mode?: "message" | "signal";
  /** Metadata that front ends read before they start the kernel: JupyterLab offers its debugger where `debugger` is true. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Variables of the kernel's environment; `${NAME}` stands for a variable of the process that starts it. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The name under which Jupyter knows this kernel. */
export const KERNEL_NAME = "smooth-edges";

/** How Node runs the kernel. */
export const NODE_FLAGS: readonly string[] = [
  // An interrupt may end code inside a timer's callback, which Node's check would take for a corrupted stack.
  "--no-force-async-hooks-checks",
  "--disable-warning=ExperimentalWarning",
  // Only Node's internals let the socket thread receive SIGINT, and end checks that an interrupt would fail.
  "--expose-internals",
  // The compiler makes much short-lived garbage, which is collected faster in a larger space. V8 grows the space itself; one that
  // is large from the start would be filled before the first cell.
  "--min-semi-space-size=4",
  "--max-semi-space-size=32",
  // TypeScript's largest function runs once for each cell. After some hundred cells V8 would optimize it, which takes a second of
  // processor time and 110 MB, which the process may keep.
  "--turbo-filter=-createTypeChecker",
];

/**
 * Makes the specification of this package's own kernel, run by the current Node.
 *
 * @param cache path of the compiler's code from `writeCompilerCache`; a kernel starts without it where it is out of date
 */
export function ownKernelSpec(cache?: string): KernelSpec {
  const argv = [process.execPath, ...NODE_FLAGS, MAIN, "{connection_file}", ...(cache ? [cache] : [])];
  return { ...DESCRIPTION, argv };
}

/** Returns the path of the compiler's code in the folder of the kernel. */
export function compilerCacheIn(folder: string): string {
  return join(folder, "compiler.cache");
}

const MAIN = resolve(__dirname, "../main.js");
const DESCRIPTION = {
  display_name: "TypeScript (smooth-edges)",
  language: "typescript",
  interrupt_mode: "message",
  metadata: { debugger: true },
} as const;

/**
 * Returns the folder in which Jupyter looks for a user's own kernels and settings.
 *
 * `JUPYTER_DATA_DIR` where set, else `~/Library/Jupyter` (macOS), `%APPDATA%\jupyter` (Windows) or
 * `$XDG_DATA_HOME/jupyter`, `~/.local/share/jupyter` by default.
 *
 * @see https://docs.jupyter.org/en/latest/use/jupyter-directories.html
 */
export function userDataFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  if (env.JUPYTER_DATA_DIR) return env.JUPYTER_DATA_DIR;
  if (platform === "darwin") return join(home, "Library", "Jupyter");
  if (platform === "win32") {
    return env.APPDATA ? join(env.APPDATA, "jupyter") : join(home, ".jupyter", "data");
  }
  return join(env.XDG_DATA_HOME || join(home, ".local", "share"), "jupyter");
}

/** Returns the data folder of an installation prefix such as a Python environment. */
export function prefixDataFolder(prefix: string): string {
  return join(resolve(prefix), "share", "jupyter");
}

/** Returns the folder of this kernel below a Jupyter data folder. */
export function kernelFolder(dataFolder: string): string {
  return join(resolve(dataFolder), "kernels", KERNEL_NAME);
}

/**
 * Writes a kernelspec with its logo below a Jupyter data folder and returns the folder of the kernel.
 *
 * @throws {UsageError} when the folder cannot be made or written to.
 */
export function installKernelSpec(spec: KernelSpec, dataFolder: string): string {
  const folder = kernelFolder(dataFolder);
  try {
    makeFolder(folder);
    writeFileAtomically(join(folder, "logo-svg.svg"), KERNEL_LOGO);
    writeFileAtomically(join(folder, "kernel.json"), `${JSON.stringify(spec, null, 1)}\n`);
  } catch (error) {
    throw folderNotWritable("smooth-edges kernel install", folder, codeOf(error));
  }
  return folder;
}

/** The logo of the kernel in launchers: an edge, and the smooth curve that replaces it. */
const KERNEL_LOGO = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 64 64">
  <rect width="64" height="64" rx="10" fill="#2f5d8a"/>
  <path d="M8 12 L32 40 L56 12" fill="none" stroke="#9db9d3" stroke-width="3" stroke-linejoin="miter"/>
  <path d="M8 10 C20 24 25 31 32 31 S44 24 56 10" fill="none" stroke="#ffffff" stroke-width="4.5" stroke-linecap="round"/>
  <text x="32" y="58" font-family="sans-serif" font-size="15" font-weight="bold" fill="#ffffff" text-anchor="middle">TS</text>
</svg>
`;
