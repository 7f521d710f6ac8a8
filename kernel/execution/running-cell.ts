/** One cell while it runs: what it waits for, and how it is stopped. */
import { OwnPromise, OwnSet, withBuiltIns } from "../built-ins";
import type { RenamedTypes } from "../compiler/older-types";
import { InterruptError } from "../errors";
import type { ExecuteJob, ExecuteOutcome, SharedState } from "../transport/thread-port";

/** What a cell awaits. */
interface Pending {
  /** How much that the cell awaited had ended when it began to await this. */
  readonly ended: number;
  readonly reject: (error: unknown) => void;
}

export class RunningCell {
  readonly job: ExecuteJob;
  /** Declarations that the cell leaves when it runs to its end; undefined until it is compiled. */
  left: RenamedTypes | undefined;
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
  }

  /** Cells can be answered twice, by their own end and by a termination; the first one counts. */
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

  /** The signal of `interruptSignal`. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Tells code that watches the signal, and nothing else. */
  abort(): void {
    this.#controller.abort(new InterruptError());
  }

  /** Rejects everything the cell awaits. */
  stop(): void {
    this.#stopped = true;
    this.abort();
    withBuiltIns(() => {
      // One error for all: the first, which is the innermost await, notes its place. A function that goes on after an await
      // was called before; of those that were called since then the innermost one awaits first.
      const error = new InterruptError();
      const innermostFirst = [...this.#pending].sort((a, b) => b.ended - a.ended);
      for (const { reject } of innermostFirst) reject(error);
      this.#pending.clear();
    });
  }

  /**
   * The promise of `value`, which is rejected when the cell is stopped first. Not a race: reactions on one
   * long-lived promise would pile up in a loop of many awaits.
   *
   * @param onError told of the error that the promise is rejected with
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
        // A loop that caught the interrupt would otherwise run on beside later cells.
        if (!this.#stopped || !this.#answered) finish();
      };
      // By `await` and not by `then`, which a cell can replace.
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

// The global `interruptSignal` of cells.

const getterOf = (name: "aborted" | "reason"): ((this: AbortSignal) => unknown) =>
  Object.getOwnPropertyDescriptor(AbortSignal.prototype, name)?.get as (this: AbortSignal) => unknown;
const aborted = getterOf("aborted");
const reason = getterOf("reason");

/**
 * The running cell's signal. Its `aborted` also sees an interrupt that this thread was not told of yet, because
 * it has not returned to the event loop since.
 *
 * @returns a signal that is never aborted where no cell runs
 */
export function interruptSignalOf(cell: RunningCell | undefined, shared: SharedState): AbortSignal {
  if (!cell) return new AbortController().signal;
  const { signal } = cell;
  const job = cell.job.job;
  const isAborted = (): boolean => shared.interruptedJob >= job || aborted.call(signal) === true;
  Object.defineProperties(signal, {
    aborted: { configurable: true, get: isAborted },
    reason: {
      configurable: true,
      get: () => reason.call(signal) ?? (isAborted() ? new InterruptError() : undefined),
    },
  });
  shared.cooperativeJob = job;
  return signal;
}
