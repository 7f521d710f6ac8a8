/** A process that computes tasks, one after the other, as `task-pool.ts` asks for them. */
import { Worker } from "node:worker_threads";
import { studies } from "../studies";
import type { Task } from "../studies/study";
import type { Answer, Question } from "./task-pool";

process.on("message", (question: Question) => void answer(question));
// The pool is gone, and with it everybody who waits for a result.
process.on("disconnect", () => process.exit());
// A task that computes for long hears of no disconnection, so a thread looks whether the pool's process is still the parent.
const watcher = new Worker(
  `const { workerData } = require("node:worker_threads");
  setInterval(() => { if (process.ppid !== workerData) process.kill(process.pid, "SIGKILL"); }, 500);`,
  { eval: true, workerData: Number(process.argv[2]) },
);
watcher.unref();
// Ctrl-C in a terminal reaches this process too; the pool ends it.
process.on("SIGINT", () => undefined);

async function answer({ study, task }: Question): Promise<void> {
  const started = performance.now();
  try {
    const result = await studyNamed(study).run(task as Task);
    send({ result, seconds: (performance.now() - started) / 1000 });
  } catch (error) {
    send({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

function studyNamed(name: string): (typeof studies)[number] {
  const study = studies.find((candidate) => candidate.name === name);
  if (!study) throw new Error(`there is no study ${name}`);
  return study;
}

function send(answer: Answer): void {
  process.send?.(answer);
}
