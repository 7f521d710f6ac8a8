/** The kernels of others in a Python environment: ipykernel, and Deno's, which `pip` installs too. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { KernelSpec } from "./front-end";

/** What is there to compare with, and of the others why not. */
export interface PeerKernels {
  readonly specs: readonly KernelSpec[];
  /** Sentences. */
  readonly missing: readonly string[];
}

/** @param python a Python program; the kernels are looked for in its environment */
export function peerKernels(python: string): PeerKernels {
  const specs: KernelSpec[] = [];
  const missing: string[] = [];
  const ipykernel = versionOf(python, ["-c", "import ipykernel; print(ipykernel.__version__)"]);
  if (ipykernel === undefined) missing.push(`ipykernel is left out: ${python} cannot import it.`);
  else {
    const argv = [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"];
    specs.push({ argv, display_name: `ipykernel ${ipykernel}`, language: "python" });
  }
  const beside = join(dirname(python), "deno");
  const deno = existsSync(beside) ? beside : "deno";
  const version = versionOf(deno, ["--version"])?.split(" ")[1];
  if (version === undefined) missing.push(`Deno is left out: neither ${beside} nor a deno of the PATH runs.`);
  else {
    const argv = [deno, "jupyter", "--kernel", "--conn", "{connection_file}"];
    specs.push({ argv, display_name: `Deno ${version}`, language: "typescript" });
  }
  return { specs, missing };
}

function versionOf(program: string, args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync(program, args, { encoding: "utf8" });
  return status === 0 ? stdout.split("\n")[0] : undefined;
}
