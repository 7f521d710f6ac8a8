/** One cell while it runs: its answer, the promises that it awaits, how it is stopped, and its `interruptSignal`. */
import { OwnPromise, OwnSet, own, withBuiltIns } from "../built-ins";
import type { RenamedTypes } from "../compiler/declarations/older-types";
import { InterruptError } from "../errors";
import type { ExecuteJob, ExecuteOutcome, SharedState } from "../transport/thread-port";

/** A promise that a cell awaits. */
interface Pending {
  /** Number of awaits of the cell that had ended when it began this one. */
  readonly ended: number;
  readonly reject: (error: unknown) => void;
}

let resumed: RunningCell | undefined;

/**
 * The cell whose asynchronous work goes on behind an await, after its end; undefined where anything else called the running code.
 *
 * An interrupt stops the work of the running cell and not that of earlier ones. `AsyncLocalStorage` would know more, but where an
 * interrupt ends a callback, Node 20 aborts once its hooks are on.
 */
export function resumedCell(): RunningCell | undefined {
  return resumed;
}

/** Sets `resumed` in a microtask; a cell can replace `queueMicrotask`. */
async function resumeSoon(cell: RunningCell | undefined): Promise<void> {
  await undefined;
  resumed = cell;
}

/** A cell that runs, or whose work goes on after its end. */
export class RunningCell {
  readonly job: ExecuteJob;
  /** The declarations that the cell leaves when it runs to its end; undefined until it is compiled. */
  compiled: RenamedTypes | undefined;
  /** Variables that got a value while the cell ran. */
  readonly assigned: Set<string> = new OwnSet();
  readonly #onAnswer: (outcome: ExecuteOutcome) => void;
  readonly #pending: Set<Pending> = new OwnSet();
  #ended = 0;
  readonly #controller: AbortController = new AbortController();
  #answered = false;
  #stopped = false;

  /** @param onAnswer called exactly once */
  constructor(job: ExecuteJob, onAnswer: (outcome: ExecuteOutcome) => void) {
    this.job = job;
    this.#onAnswer = onAnswer;
    // An interrupt drops the microtasks that wait.
    resumed = undefined;
  }

  /** Answers the cell; of two answers, by its own end and by a termination, the first one counts. */
  answer(outcome: ExecuteOutcome): void {
    if (this.#answered) return;
    this.#answered = true;
    this.#onAnswer(outcome);
  }

  get answered(): boolean {
    return this.#answered;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** The signal behind `interruptSignal`. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Aborts the signal, and stops nothing else. */
  abort(): void {
    this.#controller.abort(new InterruptError());
  }

  /** Rejects every promise that the cell awaits. */
  stop(): void {
    this.#stopped = true;
    resumed = undefined;
    this.abort();
    withBuiltIns(() => {
      // All rejections share one error, on which the first one, of the innermost await, notes its place. An await that began
      // after more others had ended is further in; of awaits that began at the same count, the innermost began first.
      const error = new InterruptError();
      const innermostFirst = [...this.#pending].sort((a, b) => b.ended - a.ended);
      for (const { reject } of innermostFirst) reject(error);
      this.#pending.clear();
    });
  }

  /**
   * Returns a promise of `value` that is rejected when the cell is stopped first. `Promise.race` would not do: reactions on one
   * long-lived promise would accumulate in a loop of many awaits.
   *
   * @param onError called with the error that rejects the promise
   */
  race<T>(value: T | PromiseLike<T>, onError?: (error: unknown) => void): Promise<T> {
    return new OwnPromise((resolve, reject) => {
      const fail = (error: unknown): void => {
        withBuiltIns(() => onError?.(error));
        reject(error);
      };
      const pending = { ended: this.#ended, reject: fail };
      this.#pending.add(pending);
      const settle = (finish: () => void): void => {
        this.#pending.delete(pending);
        this.#ended++;
        if (!this.#answered) finish();
        // Otherwise a loop that caught the interrupt would run on beside later cells.
        else if (!this.#stopped) {
          // The code behind the await is the microtask that `finish` adds.
          void resumeSoon(this);
          finish();
          void resumeSoon(undefined);
        }
      };
      // A cell can replace `then`, so this uses `await`.
      const wait = async (): Promise<void> => {
        try {
          const result = await value;
          settle(() => resolve(result));
        } catch (error) {
          settle(() => fail(error));
        }
      };
      void wait();
    });
  }
}

/**
 * Returns the running cell's signal, the global `interruptSignal`. Its `aborted` also reflects an interrupt of which this thread has
 * received no message, because it has not returned to the event loop.
 *
 * @returns a signal that is never aborted where no cell runs
 */
export function interruptSignalOf(cell: RunningCell | undefined, shared: SharedState): AbortSignal {
  if (!cell) return new AbortController().signal;
  const { signal } = cell;
  const job = cell.job.job;
  const isAborted = (): boolean => shared.interruptedJob >= job || own.isAborted(signal);
  Object.defineProperties(signal, {
    aborted: { configurable: true, get: isAborted },
    reason: {
      configurable: true,
      get: () => own.reasonOf(signal) ?? (isAborted() ? new InterruptError() : undefined),
    },
  });
  shared.cooperativeJob = job;
  return signal;
}
