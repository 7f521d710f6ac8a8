import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { describeEnd } from "../../kernel/process-group";
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
 * @throws what `onAnswer` throws, which ends the workers too.
 */
export async function computeTasks(
  study: string,
  tasks: readonly Task[],
  workers: number,
  onAnswer: (task: Task, answer: Answer) => void,
  signal: AbortSignal,
): Promise<void> {
  const waiting = [...tasks];
  const failure = new AbortController();
  const ended = AbortSignal.any([signal, failure.signal]);
  const work = async (): Promise<void> => {
    let worker: TaskWorker | undefined;
    const stop = (): void => worker?.kill();
    ended.addEventListener("abort", stop);
    try {
      for (let task = waiting.shift(); task && !ended.aborted; task = waiting.shift()) {
        if (!worker?.isAlive) worker = new TaskWorker();
        const answer = await worker.ask({ study, task });
        if (ended.aborted) return;
        onAnswer(task, answer);
        // A worker that failed is replaced: it may be dead or out of memory, and the other tasks need not fail.
        if ("error" in answer) {
          worker.kill();
          worker = undefined;
        }
      }
    } catch (error) {
      failure.abort();
      throw error;
    } finally {
      ended.removeEventListener("abort", stop);
      worker?.kill();
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: Math.min(workers, tasks.length) }, work));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}

/** Number of characters of what a worker writes to its standard error that are kept, to be shown if it dies. */
const KEPT_CHARACTERS = 2000;

/** Milliseconds in which the output of a worker that died is complete, and in which its death is known where it hears nothing. */
const DEATH_GRACE = 500;

/** A process that computes tasks, and what it says. */
class TaskWorker {
  readonly #process: ChildProcess;
  #lastOutput = "";
  #hasEnded = false;
  #settle: ((answer: Answer) => void) | undefined;

  constructor() {
    // The worker ends with the process whose number it is given, also where that is killed.
    this.#process = fork(join(__dirname, "task-worker.js"), [String(process.pid)], {
      serialization: "json",
      stdio: ["ignore", "inherit", "pipe", "ipc"],
    });
    this.#process.stderr?.setEncoding("utf8").on("data", (text: string) => {
      process.stderr.write(text);
      this.#lastOutput = (this.#lastOutput + text).slice(-KEPT_CHARACTERS);
    });
    this.#process.on("message", (answer: Answer) => this.#settle?.(answer));
    this.#process.once("error", (error) => this.#end(error.message));
    this.#process.once("exit", (code, signal) => {
      const how = describeEnd(code, signal);
      // The output is complete at "close", which never comes while a process of the worker's own holds the pipe.
      setTimeout(() => this.#end(how), DEATH_GRACE).unref();
      this.#process.once("close", () => this.#end(how));
    });
  }

  get isAlive(): boolean {
    return this.#process.connected && !this.#hasEnded;
  }

  kill(): void {
    this.#process.kill("SIGKILL");
  }

  ask(question: Question): Promise<Answer> {
    return new Promise((resolve) => {
      this.#settle = resolve;
      this.#process.send(question, (error) => {
        if (error) setTimeout(resolve, 2 * DEATH_GRACE, { error: error.message });
      });
    });
  }

  #end(how: string): void {
    this.#hasEnded = true;
    const words = this.#lastOutput.trim();
    this.#settle?.({ error: `its process ended with ${how}${words && `; its last words were:\n${words}`}` });
  }
}
