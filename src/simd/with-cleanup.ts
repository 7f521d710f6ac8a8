/** What is to be tidied up after work that is not over, outermost first. */
const pending: (() => void)[] = [];

/**
 * Does work, and tidies up once it is over: at the end of the event loop's turn where not even `finally` runs, as of a cell that is
 * ended from outside. Work within work is tidied up after first.
 */
export function withCleanup<T>(work: () => T, tidy: () => void): T {
  const depth = pending.push(tidy) - 1;
  const tidyUp = (): void => {
    while (pending.length > depth) pending.pop()!();
  };
  const overdue = setImmediate(tidyUp);
  try {
    return work();
  } finally {
    clearImmediate(overdue);
    tidyUp();
  }
}
