/** The global `interruptSignal` of cells. */
import { InterruptError } from "../errors";
import type { SharedState } from "../transport/thread-port";
import type { RunningCell } from "./running-cell";

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
