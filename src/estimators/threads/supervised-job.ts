import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { hear } from "./hear";
import type { Job, JobRun, ProgressOf, ValueOf } from "./job";
import { sendJob, takeSupervisor } from "./kept-threads";
import { pollInterval } from "./start-thread";
import { aborted, bell } from "./thread-messages";

/**
 * A job of the supervisor for a thread that works itself, or stands still, and so cannot be told that another one is lost.
 */
export class SupervisedJob<J extends Job> {
  readonly #port: MessagePort;
  readonly #flags: Int32Array;
  readonly #run: JobRun<J["kind"]>;
  #heard = 0;
  #told: { readonly value: ValueOf[J["kind"]] } | undefined;

  constructor(job: J, run: JobRun<J["kind"]>) {
    const { port, flags } = sendJob(takeSupervisor(), job, run);
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

  /** Stands still until it is done. @throws as {@link hear}. */
  wait(): ValueOf[J["kind"]] {
    for (;;) {
      if (this.#run.signal?.aborted) this.#abort();
      this.hear();
      if (this.#told) return this.#told.value;
      Atomics.wait(this.#flags, bell, this.#heard, pollInterval);
    }
  }

  /** Asks it to stop if it is not done, and hears no more of it. */
  end(): void {
    this.#abort();
    this.#port.close();
  }

  #abort(): void {
    Atomics.store(this.#flags, aborted, 1);
  }
}
