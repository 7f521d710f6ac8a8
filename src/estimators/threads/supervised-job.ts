import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import type { Job, JobRun, ProgressOf, ValueOf } from "./job";
import { endThread, sendJob, takeSupervisor } from "./kept-threads";
import { hear } from "./on-thread-message";
import { pollInterval, type StartedThread } from "./start-thread";
import { aborted, bell } from "./thread-messages";

/** After how many looks at a supervisor that is silent it is asked for a sign of life, and after how many it is given up: 1 s and 30 s. */
const ASKED = 50;
const LOST = 1500;

/**
 * A job of the supervisor for a thread that works itself, or stands still, and so cannot be told that another one is lost.
 *
 * Nor that the supervisor is. But that does no work, so it answers soon, or never. Looks are counted in place of time, as who looks
 * may have been stopped itself, or starved.
 */
export class SupervisedJob<J extends Job> {
  readonly #supervisor: StartedThread = takeSupervisor();
  readonly #port: MessagePort;
  readonly #flags: Int32Array;
  readonly #run: JobRun<J["kind"]>;
  #heard = 0;
  #told: { readonly value: ValueOf[J["kind"]] } | undefined;

  constructor(job: J, run: JobRun<J["kind"]>) {
    const { port, flags } = sendJob(this.#supervisor, job, run);
    [this.#port, this.#flags, this.#run] = [port, flags, run];
  }

  /** Passes on what it has told by now. @throws what it throws, and what the listener throws. */
  hear(): void {
    const rung = Atomics.load(this.#flags, bell);
    if (rung === this.#heard) return;
    this.#heard = rung;
    for (;;) {
      const received = receiveMessageOnPort(this.#port);
      if (received === undefined) return;
      this.#told ??= hear<ProgressOf[J["kind"]], ValueOf[J["kind"]]>(received.message, this.#run.onProgress);
    }
  }

  /** Stands still until it is done. @throws as {@link hear}, and where the supervisor is lost. */
  wait(): ValueOf[J["kind"]] {
    for (let silent = 1; ; silent++) {
      if (this.#run.signal?.aborted) this.#abort();
      this.hear();
      if (this.#told) return this.#told.value;
      if (Atomics.wait(this.#flags, bell, this.#heard, pollInterval) !== "timed-out") silent = 0;
      else if (silent === LOST) this.#giveUp();
      else if (silent % ASKED === 0) this.#port.postMessage(undefined);
    }
  }

  /** Asks it to stop if it is not done, and hears no more of it. */
  end(): void {
    this.#abort();
    this.#port.close();
  }

  #giveUp(): never {
    void endThread(this.#supervisor); // and the threads that it started
    throw new Error(
      "the thread that looks after the worker threads is lost; call again, with workers: 1 if that is lost too",
    );
  }

  #abort(): void {
    Atomics.store(this.#flags, aborted, 1);
  }
}
