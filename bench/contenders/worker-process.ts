import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { RESULT, type Ready, type Solved, type SolveRequest } from "./messages";

/** How a worker is started. */
export interface WorkerCommand {
  readonly program: string;
  readonly arguments: readonly string[];
}

/** A contender with a problem in memory, in a process of its own. */
export interface Session {
  readonly ready: Ready;
  /** @throws Error when the worker fails, or is at it for longer than the limit; it is ended then. */
  solve(request: SolveRequest, limitSeconds: number): Promise<Solved>;
  /** The largest resident memory since it was ready and that when it was, in MB; undefined where the system does not tell. */
  memory(): { readonly peak: number; readonly loaded: number } | undefined;
  close(): void;
}

/** A solve that took longer than it may. */
export class TooSlow extends Error {}

/** Starts a worker that may use so many threads, and waits until it has the problem in memory. */
export async function startWorker(
  command: WorkerCommand,
  threads: number,
  limitSeconds: number,
): Promise<Session> {
  const { program, arguments: args } = pinned(command, threads);
  const child = spawn(program, args, { env: environment(threads), stdio: ["pipe", "pipe", "pipe"] });
  const answers = answersOf(child);
  const ready = (await answers(limitSeconds)) as unknown as Ready;
  const { pid } = ready;
  // Reading the problem takes copies that solving does not.
  const loaded = clearPeak(pid) ? residentOf(pid, "VmRSS") : undefined;
  return {
    ready,
    async solve(request, limit) {
      const answer = answers(limit);
      child.stdin.write(`${JSON.stringify(request)}\n`);
      return (await answer) as unknown as Solved;
    },
    memory() {
      const peak = residentOf(pid, "VmHWM");
      return peak === undefined || loaded === undefined ? undefined : { peak, loaded };
    },
    close: () => void child.kill("SIGKILL"),
  };
}

/** Gives what the worker says next, each time it is called. */
function answersOf(child: ChildProcess): (limitSeconds: number) => Promise<object> {
  let settle: { resolve(value: object): void; reject(reason: Error): void } | undefined;
  let complaint = "";
  let ended: Error | undefined;
  child.stderr!.on("data", (text) => {
    complaint = (complaint + text).slice(-10_000);
  });
  const end = (reason: string): void => {
    const lines = complaint.trim().split("\n");
    // The line that says what is wrong, not the last of a stack.
    ended = new Error(`${reason}: ${lines.findLast((line) => /error\b/i.test(line)) ?? lines.at(-1)}`);
    settle?.reject(ended);
  };
  child.on("error", ({ message }) => end(message));
  child.stdin!.on("error", () => {}); // it is told by the end of the process
  child.on("close", (code, signal) => end(`the worker ended with ${code ?? signal}`));
  createInterface({ input: child.stdout! }).on("line", (line) => {
    if (line.startsWith(RESULT)) settle?.resolve(JSON.parse(line.slice(RESULT.length)));
  });
  return (limitSeconds) =>
    new Promise((resolve, reject) => {
      if (ended) return reject(ended);
      const timer = setTimeout(() => {
        settle = undefined;
        child.kill("SIGKILL");
        reject(new TooSlow(`more than ${limitSeconds} s`));
      }, limitSeconds * 1000);
      const done = (): void => {
        clearTimeout(timer);
        settle = undefined;
      };
      settle = {
        resolve(value) {
          done();
          resolve(value);
        },
        reject(reason) {
          done();
          reject(reason);
        },
      };
    });
}

/** Every library is told how many threads it may use; what else it starts shares the same processors, see {@link pinned}. */
export function environment(threads: number): NodeJS.ProcessEnv {
  const names = ["OPENBLAS", "OMP", "MKL", "NUMBA", "VECLIB_MAXIMUM"].map((name) => `${name}_NUM_THREADS`);
  const counts = Object.fromEntries(names.map((name) => [name, String(threads)]));
  // So that OpenBLAS uses the kernels of this processor.
  const { OPENBLAS_CORETYPE: _, OPENBLAS_L2_SIZE: __, ...rest } = process.env;
  return { ...rest, ...counts };
}

/** Whether workers can be held to as many processors as they may use threads. */
export const canPin: boolean = spawnSync("taskset", ["--version"]).status === 0;

function pinned({ program, arguments: args }: WorkerCommand, threads: number): WorkerCommand {
  if (!canPin) return { program, arguments: args };
  return { program: "taskset", arguments: ["--cpu-list", `0-${threads - 1}`, program, ...args] };
}

function clearPeak(pid: number): boolean {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, "5");
    return true;
  } catch {
    return false;
  }
}

function residentOf(pid: number, field: "VmRSS" | "VmHWM"): number | undefined {
  try {
    const found = new RegExp(`${field}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return found ? Number(found[1]) / 1024 : undefined;
  } catch {
    return undefined;
  }
}
