/**
 * Does work, and tidies up once it is over: at the end of the event loop's turn where not even `finally` runs, as of a cell that is
 * ended from outside.
 */
export function tidied<T>(work: () => T, tidy: () => void): T {
  const overdue = setImmediate(tidy);
  try {
    return work();
  } finally {
    clearImmediate(overdue);
    tidy();
  }
}
