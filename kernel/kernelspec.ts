import { execFileSync } from "node:child_process";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { writeFileAtomically } from "./atomic-write";
import { folderNotWritable } from "./errors";
import { KERNEL_LOGO } from "./kernel-logo";
import { makeFolder } from "./make-folder";
import { ARENA_SETTINGS } from "./malloc-arenas";

/** How Jupyter starts a kernel and speaks to it: the content of `kernel.json`. */
export interface KernelSpec {
  /** The command line; `{connection_file}` stands for the path of the connection file. */
  readonly argv: readonly string[];
  readonly display_name: string;
  readonly language: string;
  /** How the kernel is interrupted: by a message on the control channel, or by SIGINT. Default `"signal"`. */
  readonly interrupt_mode?: "message" | "signal";
  /** What front ends read before they start the kernel: JupyterLab offers its debugger where `debugger` is true. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Variables of the kernel's environment; `${NAME}` stands for one that whoever starts it has. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The name under which Jupyter knows this kernel. */
export const KERNEL_NAME = "smooth-edges";

/** How Node runs the kernel. */
export const NODE_FLAGS: readonly string[] = [
  // An interrupt may end code inside a timer's callback, which Node otherwise takes for a corrupted stack.
  "--no-force-async-hooks-checks",
  "--disable-warning=ExperimentalWarning",
  // A compiler makes much that is soon garbage, and collecting it in larger pieces takes less time; V8 finds the size itself, and
  // one that is large from the start would be taken up before the first cell.
  "--min-semi-space-size=4",
  "--max-semi-space-size=32",
  // Of a snapshot: the shell has compared the file's size and time, and a kernel has no need of strings that hash in its own way.
  "--no-verify-snapshot-checksum",
  "--no-rehash-snapshot",
];

const STAT = process.platform === "linux" ? "stat -Lc '%s %Y'" : "stat -Lf '%z %m'";

/**
 * Puts into `$k` what a snapshot ($2) is tied to, and fails where that cannot be told: another version or build of Node ($0), other
 * flags or a processor with other features would refuse it, and with it to start at all; so would a snapshot that was
 * written to since. Files are told by size and time; `stat` is the one program that is started, since each takes 5 ms.
 */
const FIND_KEY = [
  "f=",
  "while read -r f && case $f in flags*|Features*) false;; esac; do :; done 2>/dev/null </proc/cpuinfo",
  `k=$(${STAT} "$0" "$2" 2>/dev/null) && k="$k $NODE_OPTIONS $f"`,
].join("; ");

/** Starts Node from the snapshot ($2) where the key is that ($1) of its making; the files of kernel and connection follow. */
const START_FROM_SNAPSHOT = [
  `if ${FIND_KEY} && [ "$k" = "$1" ]`,
  `then exec "$0" ${NODE_FLAGS.join(" ")} --snapshot-blob "$2" "$3" "$4"`,
  `else exec "$0" ${NODE_FLAGS.join(" ")} "$3" "$4"`,
  "fi",
].join("; ");

/** The specification of this package's own kernel, run by the Node that runs this. */
export function ownKernelSpec(): KernelSpec {
  const argv = [process.execPath, ...NODE_FLAGS, MAIN, "{connection_file}"];
  return { ...DESCRIPTION, argv };
}

/**
 * The same, started from a snapshot of the compiler, and without it where that does not fit any more.
 *
 * @param snapshot its path; it was made in this environment
 */
export function snapshotKernelSpec(snapshot: string): KernelSpec {
  const print = ["-c", `${FIND_KEY}; printf %s "$k"`, process.execPath, "", snapshot];
  const key = execFileSync("/bin/sh", print, { encoding: "utf8" });
  const shell = ["/bin/sh", "-c", START_FROM_SNAPSHOT];
  const argv = [...shell, process.execPath, key, snapshot, MAIN, "{connection_file}"];
  return { ...DESCRIPTION, argv };
}

const MAIN = resolve(__dirname, "main.js");
const DESCRIPTION = {
  display_name: "TypeScript (smooth-edges)",
  language: "typescript",
  interrupt_mode: "message",
  metadata: { debugger: true },
  env: ARENA_SETTINGS,
} as const;

/**
 * The folder in which Jupyter looks for a user's own kernels and settings.
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

/** The data folder of an installation prefix such as a Python environment. */
export function prefixDataFolder(prefix: string): string {
  return join(resolve(prefix), "share", "jupyter");
}

/** The folder of this kernel below a Jupyter data folder. */
export function kernelFolder(dataFolder: string): string {
  return join(resolve(dataFolder), "kernels", KERNEL_NAME);
}

/**
 * Writes a kernelspec with its logo below a Jupyter data folder and returns the folder it now lies in.
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
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw folderNotWritable("smooth-edges kernel install", folder, code);
  }
  return folder;
}
