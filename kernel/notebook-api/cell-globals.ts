/** The globals that the kernel adds to every cell; the compiler reads the emitted declarations of this file. */
import type * as api from "./index";

declare global {
  /**
   * Tells whether the running cell was interrupted; `aborted` is true at once, even inside a loop that never
   * returns to the event loop. Pass it to long work: `model.fit(X, y, { signal: interruptSignal })`.
   */
  var interruptSignal: AbortSignal;

  /** Shows a value below the cell; `update` of the result replaces it. */
  var display: typeof api.display;
  /** Removes the output of the cell so far. */
  var clearOutput: typeof api.clearOutput;
  /** Asks the person at the front end for a line and blocks until it arrives; null where the input was closed. */
  var prompt: typeof api.prompt;
  /** Asks the person at the front end for a line while timers and widgets go on: `await input("Name? ")`. */
  var input: typeof api.input;
  /** Passes on the elements of an iterable, with a bar that shows how many were taken. */
  var progress: typeof api.progress;
  /** Runs a command by the system's shell with live output: ``await sh`ls -l` ``. */
  var sh: typeof api.sh;
  /** The kernel itself: `kernel.help()` lists the globals of cells. */
  var kernel: typeof api.kernel;
  /** Channels of messages to front ends. */
  var comm: typeof api.comm;
  /** Makes one of Jupyter's interactive widgets by its name. */
  var widget: typeof api.widget;
}
