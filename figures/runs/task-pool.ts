import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { Result, Task } from "../studies/study";

/** What a worker process is asked for. */
export interface Question {
  readonly study: string;
  readonly task: Task;
}

/** What it says: the result of a task, or why there is none. */
export type Answer = { readonly result: Result; readonly seconds: number } | { readonly error: string };

/**
 * Computes tasks in worker processes, as many at a time as there are workers.
 *
 * @param workers processes, at least 1.
 * @param onAnswer called as each task ends, in whatever order they do.
 * @param signal its abort ends the workers; the promise then resolves without the tasks that were under way.
 */
export async function computeTasks(
  study: string,
  tasks: readonly Task[],
  workers: number,
  onAnswer: (task: Task, answer: Answer) => void,
  signal: AbortSignal,
): Promise<void> {
  const waiting = [...tasks];
  const work = async (): Promise<void> => {
    let process: ChildProcess | undefined;
    const stop = (): void => void process?.kill("SIGKILL");
    signal.addEventListener("abort", stop);
    try {
      for (let task = waiting.shift(); task && !signal.aborted; task = waiting.shift()) {
        process ??= fork(join(__dirname, "task-worker.js"), { serialization: "json" });
        const answer = await ask(process, { study, task });
        if (signal.aborted) return;
        onAnswer(task, answer);
        // A worker that failed is replaced: it may be dead or out of memory, and the other tasks need not fail.
        if ("error" in answer) {
          process.kill("SIGKILL");
          process = undefined;
        }
      }
    } finally {
      signal.removeEventListener("abort", stop);
      process?.kill("SIGKILL");
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, tasks.length) }, work));
}

function ask(process: ChildProcess, question: Question): Promise<Answer> {
  return new Promise((resolve) => {
    const settle = (answer: Answer): void => {
      process.removeListener("message", settle);
      process.removeListener("exit", died);
      resolve(answer);
    };
    const died = (code: number | null, name: string | null): void =>
      settle({ error: `its process ended with ${name ?? `exit code ${code}`}` });
    process.on("message", settle);
    process.on("exit", died);
    process.send(question, (error) => {
      if (error) settle({ error: error.message });
    });
  });
}
