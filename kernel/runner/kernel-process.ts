import { type ChildProcess, spawn } from "node:child_process";
import type { KernelSpec } from "../kernelspec/kernelspec";

/** How much of what a kernel process itself writes is kept, to be shown if it dies. */
const KEPT_CHARACTERS = 4000;

/** A kernel's process, which never outlives this one. */
export class KernelProcess {
  /** Fulfils with a phrase such as `"exit code 1"` or `"signal SIGKILL"` when the process is gone. */
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;
  #lastWords = "";
  #gone = false;
  readonly #killAtExit = (): void => this.signal("SIGKILL");

  constructor(spec: KernelSpec, connectionFile: string, cwd: string) {
    const [command, ...args] = spec.argv.map((part) => part.replace("{connection_file}", connectionFile));
    this.#child = spawn(command ?? "", args, {
      cwd,
      // Cells that a command runs are nothing that anybody typed.
      env: {
        ...process.env,
        SMOOTH_EDGES_HISTORY: "",
        ...filledIn(spec.env),
        JPY_PARENT_PID: String(process.pid),
      },
      // A group of its own: Ctrl-C in the terminal reaches only the runner, and children end with the kernel.
      detached: process.platform !== "win32",
      windowsHide: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#lastWords = (this.#lastWords + text).slice(-KEPT_CHARACTERS);
      });
    }
    process.once("exit", this.#killAtExit);
    this.ended = new Promise((resolve) => {
      const end = (how: string): void => {
        this.#gone = true;
        process.removeListener("exit", this.#killAtExit);
        resolve(how);
      };
      this.#child.once("error", (error) => end(error.message));
      this.#child.once("exit", (code, signal) => {
        // What the kernel started may live on in its group.
        this.signal("SIGKILL");
        const how = signal ? `signal ${signal}` : `exit code ${code}`;
        // The last words are complete at "close", which never comes while a process outside the group holds the pipe.
        setTimeout(end, 500, how).unref();
        this.#child.once("close", () => end(how));
      });
    });
  }

  /** The end of what the process itself wrote to its standard output and error. */
  get lastWords(): string {
    return this.#lastWords.trim();
  }

  /** Sends a signal to the process and all it started; nothing happens when they are gone. */
  signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined || this.#gone) return;
    try {
      if (process.platform === "win32") this.#child.kill(signal);
      else process.kill(-pid, signal);
    } catch (error) {
      // Gone (ESRCH), or about to be: macOS answers EPERM for a process that nobody has waited for yet.
      if (!["ESRCH", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    }
  }
}

/** As Jupyter fills in references to variables: one that there is not stays as it stands. */
function filledIn(env: KernelSpec["env"] = {}): Record<string, string> {
  const fill = (text: string): string =>
    text.replace(/\$\{(\w+)\}/g, (reference, name) => process.env[name] ?? reference);
  return Object.fromEntries(Object.entries(env).map(([name, text]) => [name, fill(text)]));
}
