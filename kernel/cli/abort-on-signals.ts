/** Turns requests to end this process into an abort of what it does. */
export interface SignalAbort {
  readonly signal: AbortSignal;
  /** Lets signals end the process again, as work that cannot be aborted should be ended. */
  release(): void;
}

/**
 * Aborts when the user or the system asks this process to end.
 *
 * The first request is for an orderly end, by whoever holds the signal; a second one ends the process at once.
 */
export function abortOnSignals(): SignalAbort {
  const controller = new AbortController();
  const names = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const abort = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  for (const name of names) process.on(name, abort);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of names) process.removeListener(name, abort);
    },
  };
}
