/** Asks the person at the front end for input. */

import type { InputOptions } from "../notebook-kernel";
import { notebookKernel } from "../notebook-kernel";

/**
 * Asks for a line and blocks until it arrives; no other code of the notebook runs meanwhile.
 *
 * @returns the line; null where the input was closed
 * @throws CellError where the front end does not allow input, as when a notebook is run by a command
 * @example
 * const name = prompt("Your name? ");
 */
export function prompt(message?: string): string | null {
  return notebookKernel("prompt").prompt(message);
}

/**
 * Asks for a line while timers, widgets and other work of the notebook go on.
 *
 * @param options `password` (default false) hides the typed text
 * @returns the line; null where the input was closed
 * @throws CellError where the front end does not allow input, or no cell runs
 * @example
 * const key = await input("Key? ", { password: true });
 */
export function input(message?: string, options?: InputOptions): Promise<string | null> {
  return notebookKernel("input").input(message, options);
}
