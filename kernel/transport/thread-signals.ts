/** Receives SIGINT on the socket thread, while the main thread is busy; Node itself delivers signals to main threads only. */

/** The internal class of Node that receives a signal. */
interface SignalWrap {
  onsignal: (signal: number) => void;
  start(signal: number): number;
  unref(): void;
}
type SignalBinding = { readonly Signal?: new () => SignalWrap };

const SIGINT = 2;

/** @returns whether SIGINT is received here; where Node gives no access, the main thread receives it between two cells */
export function onInterruptSignal(listener: () => void): boolean {
  const { Signal } = signalBinding();
  if (!Signal) return false;
  const signal = new Signal();
  signal.onsignal = listener;
  signal.unref();
  return signal.start(SIGINT) === 0;
}

/** Returns Node's internals from `process.binding`, or else from the modules that `--expose-internals` exposes. */
function signalBinding(): SignalBinding {
  const { binding } = process as unknown as { binding?: (name: string) => SignalBinding };
  const { emitWarning, noDeprecation } = process;
  // Both are deprecated, but nothing else gives access.
  if (!noDeprecation) process.noDeprecation = true; // With --no-deprecation it cannot be written.
  process.emitWarning = () => {};
  try {
    return binding?.("signal_wrap") ?? {};
  } catch {
    return exposedBinding();
  } finally {
    if (!noDeprecation) process.noDeprecation = noDeprecation;
    process.emitWarning = emitWarning;
  }
}

function exposedBinding(): SignalBinding {
  try {
    const { internalBinding } = require("internal/test/binding") as {
      internalBinding(name: string): SignalBinding;
    };
    return internalBinding("signal_wrap");
  } catch {
    return {};
  }
}
