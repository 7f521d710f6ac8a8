/**
 * Compiles small cells while nothing else is to do, since a compiler that has compiled some is twice as fast.
 *
 * One at a time, with pauses, so that what arrives meanwhile waits for some milliseconds at most.
 */
import type { CellConverter } from "./cell-converter";

/** A kernel that is asked something right after its start is left alone. */
const DELAY_MS = 200;
const PAUSE_MS = 15;
const ROUNDS = 10;
const CELLS = ["1 + 1", "const numbers = [1, 2].map((x) => x * x);\nconsole.log(numbers.length);"];

/** @param isIdle whether no cell runs */
export function warmUp(converter: CellConverter, isIdle: () => boolean): void {
  let left = ROUNDS * CELLS.length;
  const compile = (): void => {
    if (isIdle()) {
      left--;
      try {
        converter.convert("declare const earlier: number;", CELLS[left % CELLS.length] as string, 0);
      } catch {
        // What is wrong, with the folder say, is for the first cell to tell.
        return;
      }
    }
    if (left > 0) setTimeout(compile, PAUSE_MS).unref();
  };
  setTimeout(compile, DELAY_MS).unref();
}
