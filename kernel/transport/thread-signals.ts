/** SIGINT on the thread of the sockets, which hears it while the main thread is busy; Node itself tells main threads only. */
interface SignalWrap {
  onsignal: (signal: number) => void;
  start(signal: number): number;
  unref(): void;
}
type SignalBinding = { readonly Signal?: new () => SignalWrap };

const SIGINT = 2;

/** @returns whether the signal is heard here; if not, Node does not let out what it needs, and the main thread hears it between two cells */
export function onInterruptSignal(listener: () => void): boolean {
  const { Signal } = signalBinding();
  if (!Signal) return false;
  const signal = new Signal();
  signal.onsignal = listener;
  signal.unref();
  return signal.start(SIGINT) === 0;
}

/** By `process.binding`, where Node has it there, or else by what `--expose-internals` lets out. */
function signalBinding(): SignalBinding {
  const { binding } = process as unknown as { binding?: (name: string) => SignalBinding };
  const { emitWarning, noDeprecation } = process;
  // Node asks not to use either, and no other way leads there.
  process.noDeprecation = true;
  process.emitWarning = () => {};
  try {
    return binding?.("signal_wrap") ?? {};
  } catch {
    return exposedBinding();
  } finally {
    process.noDeprecation = noDeprecation;
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
