/**
 * Spreads the folds of a cross-validation over worker threads and the caller's own ({@link foldsInThreads}). The
 * supervisor thread watches the workers.
 */
import { threadsFor } from "#platform";
import type { ThreadPort } from "../../platform/platform";
import { withCleanup } from "../../simd/web-assembly";
import {
  type FoldProgress,
  type FoldResult,
  type FoldRun,
  type FoldsOfModel,
  foldsInTurn,
} from "../cross-validation/fit-folds";
import type { ValidationPlan } from "../cross-validation/validation-plan";
import type { FitRunner } from "../path/fit-runner";
import type { AnyFit } from "../results/fit-of";
import { endThread, pollInterval, type StartedThread, sendJob, takeSupervisor } from "./kept-threads";
import {
  aborted,
  type FoldsJob,
  type Job,
  type JobRun,
  messageCount,
  type ProgressOf,
  readMessage,
  receivedError,
  type SentError,
  type TakenFolds,
  type ThreadMessage,
  type ValueOf,
} from "./messages";
import { sharedData } from "./shared-data";

/**
 * Fits folds side by side, here and in as many threads more as the plan says, which begin to start at once.
 *
 * A further thread looks after those, as only one that does no work is told when another one is lost.
 *
 * @returns what fits the folds of a model.
 */
export function foldsInThreads(
  plan: Omit<ValidationPlan, "measure">,
): (runner: FitRunner<AnyFit>, lambdas: Float64Array, run: FoldRun) => (FoldResult | undefined)[] {
  const { where, folds, bySample, gammas, workers } = plan;
  const threads = Math.min(workers, folds.ids.length) - 1;
  new SupervisedJob({ kind: "ready", threads }, {}).end();
  const data = sharedData(plan.data);
  return (runner, lambdas, { signal, onProgress }) => {
    if (signal?.aborted) return folds.ids.map(() => undefined); // else it would be waited until threads have started
    const next = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const estimator = runner.describe(where);
    const job: FoldsJob = { kind: "folds", where, estimator, data, folds, lambdas, bySample, gammas, next };
    const others = new SupervisedJob({ kind: "spread", job, threads }, { signal, onProgress });
    let stop: { readonly error: unknown } | undefined;
    const listened = (progress: FoldProgress): void => {
      try {
        others.readMessages();
        onProgress?.(progress);
      } catch (error) {
        stop = { error };
        throw error;
      }
    };
    const work = (): (FoldResult | undefined)[] => {
      const here = takeFolds(runner, { ...plan, lambdas }, next, { signal, onProgress: listened });
      if (stop) throw stop.error;
      // Threads may not even have started; but one that has may yet fail at an earlier fold.
      const isAll = here.failed ? here.failed.fold === 0 : !here.results.includes(undefined);
      return joined(here, isAll ? [] : others.wait());
    };
    return withCleanup(work, () => others.end()); // else the job of a call that was ended would hold up all others
  };
}

/** @throws the error of the first fold that failed. */
function joined(here: TakenFolds, others: readonly TakenFolds<SentError>[]): (FoldResult | undefined)[] {
  const failures = others.flatMap(({ failed }) =>
    failed ? [{ fold: failed.fold, error: receivedError(failed.error) as unknown }] : [],
  );
  if (here.failed) failures.push(here.failed);
  if (failures.length > 0) throw failures.reduce((first, one) => (one.fold < first.fold ? one : first)).error;
  return here.results.map((own, f) => own ?? others.find(({ results }) => results[f])?.results[f]);
}

/** Looks without progress after which the supervisor is asked for a sign of life, 1 s, and after which it is given up, 30 s. */
const ASKED = 1000 / pollInterval;
const LOST = 30_000 / pollInterval;

/**
 * A job of the supervisor for a thread that works itself, or stands still, and so cannot be told that another one is lost.
 *
 * Nor that the supervisor is. But that does no work, so it answers soon, or never. Looks are counted in place of time, as who looks
 * may have been stopped itself, or starved.
 */
export class SupervisedJob<J extends Job> {
  readonly #supervisor: StartedThread = takeSupervisor();
  readonly #port: ThreadPort;
  readonly #flags: Int32Array;
  readonly #run: JobRun<J["kind"]>;
  #countRead = 0;
  #result: { readonly value: ValueOf[J["kind"]] } | undefined;

  constructor(job: J, run: JobRun<J["kind"]>) {
    const { port, flags } = sendJob(this.#supervisor, job, run);
    [this.#port, this.#flags, this.#run] = [port, flags, run];
  }

  /** Reads the messages that have come: progress goes to the listener, the result is kept. @throws the job's error, and the listener's. */
  readMessages(): void {
    const count = Atomics.load(this.#flags, messageCount);
    if (count === this.#countRead) return;
    this.#countRead = count;
    const { receiveMessageOnPort } = threadsFor("worker threads");
    for (;;) {
      const received = receiveMessageOnPort(this.#port);
      if (received === undefined) return;
      this.#result ??= readMessage<ProgressOf[J["kind"]], ValueOf[J["kind"]]>(
        received.message as ThreadMessage,
        this.#run.onProgress,
      );
    }
  }

  /** Stands still until it is done. @throws as {@link readMessage}, and where the supervisor is lost. */
  wait(): ValueOf[J["kind"]] {
    for (let noProgress = 1; ; noProgress++) {
      if (this.#run.signal?.aborted) this.#abort();
      this.readMessages();
      if (this.#result) return this.#result.value;
      if (Atomics.wait(this.#flags, messageCount, this.#countRead, pollInterval) !== "timed-out")
        noProgress = 0;
      else if (noProgress === LOST) this.#giveUp();
      else if (noProgress % ASKED === 0) this.#port.postMessage(undefined);
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

/**
 * Fits one fold after the other that no other thread has taken. Once one has failed no thread begins a further one, so that the
 * first fold that fails is the same as in one thread.
 *
 * @param next at 0 the number of the next fold, which all threads see.
 */
export function takeFolds(
  runner: FitRunner<AnyFit>,
  task: FoldsOfModel,
  next: Int32Array,
  run: FoldRun,
): TakenFolds {
  let fold = 0;
  const take = (): number => {
    fold = Atomics.add(next, 0, 1);
    return fold;
  };
  try {
    return { results: foldsInTurn(runner, task, run, take), failed: undefined };
  } catch (error) {
    Atomics.store(next, 0, task.folds.ids.length);
    return { results: [], failed: { fold, error } };
  }
}
