/** Receives SIGINT on the socket thread, while the main thread is busy; Node itself delivers signals to main threads only. */
import { nodeInternals } from "../node-internals";

/** The internal class of Node that receives a signal. */
interface SignalWrap {
  onsignal: (signal: number) => void;
  start(signal: number): number;
  unref(): void;
}
interface SignalBinding {
  readonly Signal: new () => SignalWrap;
}

const SIGINT = 2;

/** @returns whether SIGINT is received here; where Node gives no access, the main thread receives it between two cells */
export function onInterruptSignal(listener: () => void): boolean {
  const { Signal } = nodeInternals<SignalBinding>("signal_wrap");
  if (!Signal) return false;
  const signal = new Signal();
  signal.onsignal = listener;
  signal.unref();
  return signal.start(SIGINT) === 0;
}
