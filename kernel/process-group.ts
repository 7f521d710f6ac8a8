/** The processes that cells started: they are in the group that the kernel leads where Jupyter or our runner started it. */

/** Sends a signal to the kernel and its children; false where another process leads the group, whose business it is. */
export function signalGroup(signal: NodeJS.Signals): boolean {
  if (process.platform === "win32") return false;
  try {
    return process.kill(-process.pid, signal);
  } catch {
    return false;
  }
}
