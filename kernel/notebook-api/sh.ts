/** Commands of the system in a cell. */
import { type ChildProcess, spawn } from "node:child_process";
import { DISPLAY } from "../display/display";
import { commandFailed, InterruptError } from "../errors";
import { notebookKernel } from "../notebook-kernel";

/** The output of a command, which is also shown while it runs. */
export interface ShellResult {
  /** Text of its standard output. */
  readonly stdout: string;
  /** Text of its standard error, such as warnings. */
  readonly stderr: string;
}

/**
 * Runs a command by the system's shell in the notebook's folder, with its output shown as it comes.
 *
 * Values in the template are quoted, so that each is one word whatever it holds; of an array, each element is. An
 * interrupt ends the command.
 *
 * @returns the output of the command, once it has ended
 * @throws KernelError outside a notebook
 * @throws CellError where the command ends with another exit code than 0
 * @example
 * const { stdout } = await sh`ls -l ${"my file.csv"}`;
 */
export async function sh(parts: TemplateStringsArray, ...values: readonly unknown[]): Promise<ShellResult> {
  const { signal } = notebookKernel("sh");
  const command = String.raw({ raw: parts.raw }, ...values.map(quoted));
  const child: ChildProcess = spawn(command, {
    shell: true,
    // The kernel replaces `inherit` by pipes, which it shows: see `captureChildOutput`.
    stdio: ["ignore", "inherit", "inherit"],
    killSignal: "SIGINT",
    ...(signal && { signal }),
  });
  const text = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (chunk: string) => {
      text[name] += chunk;
    });
  }
  const how = await new Promise<string | undefined>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, killed) => resolve(code === 0 ? undefined : (killed ?? `exit code ${code}`)));
  }).catch((error: Error) => {
    throw signal?.aborted ? new InterruptError() : commandFailed(command, error.message);
  });
  if (how !== undefined) throw commandFailed(command, how);
  // The result shows nothing, because the output has been shown already.
  return Object.defineProperty(text, DISPLAY, { value: () => ({}) });
}

function quoted(value: unknown): string {
  if (Array.isArray(value)) return value.map(quoted).join(" ");
  const text = String(value);
  if (process.platform === "win32") return `"${text.replaceAll('"', '""')}"`;
  return /^[\w./:=@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
