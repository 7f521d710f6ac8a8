/** A process that computes tasks, one after the other, as {@link TaskPool} asks for them. */
import { studies } from "../studies";
import type { Task } from "../studies/study";
import type { Answer, Question } from "./task-pool";

process.on("message", (question: Question) => void answer(question));
// The pool is gone, and with it everybody who waits for a result.
process.on("disconnect", () => process.exit());
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
