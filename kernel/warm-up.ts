/**
 * Compiles small cells before the first one comes, since a compiler that has compiled some is twice as fast.
 *
 * One at a time, with pauses, so that what arrives meanwhile waits for one of them at most: some milliseconds, or,
 * for the first two, what the first completion or cell would have to wait for anyway.
 */
import type { CellConverter } from "./cell-converter";
import type { SharedState } from "./thread-port";

/** A cell that comes right after the start finds the thread free. */
const DELAY_MS = 200;
const PAUSE_MS = 15;
const ROUNDS = 10;
/** From the last to the first: what the language is read for comes before what Node's globals are. */
const CELLS = ["const numbers = [1, 2].map((x) => x * x);\nconsole.log(numbers.length);", "1 + 1"];

/** @returns what ends it for good: cells that run warm the compiler themselves, and are not to be slowed down */
export function warmUp(converter: CellConverter, shared: SharedState): () => void {
  let left = ROUNDS * CELLS.length;
  const compile = (): void => {
    left--;
    const code = CELLS[left % CELLS.length] as string;
    try {
      shared.compiling(() => converter.convert("declare const earlier: number;", code, 0));
    } catch {
      // What is wrong, with the folder say, is for the first cell to tell.
      return;
    }
    if (left > 0) timer = setTimeout(compile, PAUSE_MS).unref();
  };
  let timer = setTimeout(compile, DELAY_MS).unref();
  return () => clearTimeout(timer);
}
