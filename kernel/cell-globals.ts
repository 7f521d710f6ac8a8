/** The globals that the kernel adds to every cell; the compiler reads the emitted declarations of this file. */
export {};

declare global {
  /**
   * Tells whether the running cell was interrupted; `aborted` is true at once, even inside a loop that never
   * returns to the event loop. Pass it to long work: `model.fit(X, y, { signal: interruptSignal })`.
   */
  var interruptSignal: AbortSignal;

  /** Asks the person at the front end for a line and waits for it; null where the input was closed. */
  function prompt(message?: string): string | null;
}
