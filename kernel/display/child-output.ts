/**
 * What child processes print, shown below the cell.
 *
 * A child that inherits the kernel's standard output writes to a descriptor that no notebook shows. `inherit` is
 * therefore turned into a pipe that is read here; everything else about starting children stays as it is.
 */
import childProcess, { type ChildProcess, type SpawnSyncReturns } from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import { StringDecoder } from "node:string_decoder";
import type { Outputs, StreamName } from "./outputs";

type Options = Record<string, unknown> & { stdio?: unknown };
type Start = (...args: unknown[]) => unknown;

/** Descriptors of a child that a notebook shows. */
const STREAMS: readonly (readonly [1 | 2, StreamName])[] = [
  [1, "stdout"],
  [2, "stderr"],
];

/** Replaces the functions of `node:child_process` that can hand descriptors on. */
export function captureChildOutput(outputs: Outputs): void {
  const replaced = childProcess as unknown as Record<string, Start>;
  const replace = (
    name: string,
    defaultStdio: unknown,
    forward: Forward,
    adapt: Adapt = (stdio) => stdio,
  ): void => {
    const original = replaced[name] as Start;
    replaced[name] = (...args) => {
      const at = optionsPosition(args);
      const options = (args[at] ?? {}) as Options;
      const { stdio, inherited } = withoutInheriting(options.stdio ?? defaultStdio);
      if (inherited.length === 0) return original(...args);
      const call = [
        ...args.slice(0, at),
        // What a child inherits has no limit, a pipe has one of a megabyte.
        {
          ...(options.stdio !== undefined && { maxBuffer: Infinity }),
          ...options,
          stdio: adapt(stdio, inherited),
        },
        ...args.slice(at + 1),
      ];
      return forward(() => original(...call), inherited, outputs);
    };
  };
  replace("spawn", "pipe", forwardLater);
  replace("fork", ["inherit", "inherit", "inherit", "ipc"], forwardLater);
  replace("spawnSync", "pipe", forwardResult);
  // Without a setting these two write a child's errors to our own, and they do not return them.
  const leaveErrors: Adapt = (stdio, inherited) => (inherited.includes("stderr") ? undefined : stdio);
  replace("execSync", "pipe", forwardReturned, leaveErrors);
  replace("execFileSync", "pipe", forwardReturned, leaveErrors);
  syncBuiltinESMExports();
}

type Forward = (start: () => unknown, inherited: readonly StreamName[], outputs: Outputs) => unknown;

type Adapt = (stdio: unknown, inherited: readonly StreamName[]) => unknown;

/** Options follow the command and, where there are any, its arguments. */
function optionsPosition(args: readonly unknown[]): number {
  return Array.isArray(args[1]) || args[1] === undefined ? 2 : 1;
}

function withoutInheriting(stdio: unknown): { stdio: unknown; inherited: StreamName[] } {
  const list = Array.isArray(stdio) ? [...stdio] : [stdio, stdio, stdio];
  const inherited: StreamName[] = [];
  for (const [descriptor, name] of STREAMS) {
    const target: unknown = list[descriptor];
    if (target === "inherit" || target === descriptor || target === process[name]) {
      list[descriptor] = "pipe";
      inherited.push(name);
    }
  }
  return { stdio: list, inherited };
}

const forwardLater: Forward = (start, inherited, outputs) => {
  const child = start() as ChildProcess;
  for (const name of inherited) {
    const decoder = new StringDecoder("utf8");
    child[name]?.on("data", (chunk: Buffer) => outputs.stream(name, decoder.write(chunk)));
  }
  return child;
};

const forwardResult: Forward = (start, inherited, outputs) => {
  const result = start() as SpawnSyncReturns<Buffer | string>;
  for (const name of inherited) outputs.stream(name, String(result[name] ?? ""));
  return result;
};

const forwardReturned: Forward = (start, inherited, outputs) => {
  const forward = (stdout: unknown): void => {
    if (inherited.includes("stdout")) outputs.stream("stdout", String(stdout ?? ""));
  };
  try {
    const stdout = start();
    forward(stdout);
    return stdout;
  } catch (error) {
    forward((error as { stdout?: unknown }).stdout);
    throw error;
  }
};
