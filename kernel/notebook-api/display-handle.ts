/** Showing values before a cell ends, and replacing what is shown. */
import { randomUUID } from "node:crypto";
import type { MimeBundle } from "../../src/display/mime-bundle";
import { bundleOf, DISPLAY } from "../display/display";
import { notebookKernel } from "../notebook-kernel";

/** Options of {@link display}. */
export interface DisplayOptions {
  /** Names the output, so that `update` of any display with this id replaces it; default a fresh one. */
  readonly id?: string;
}

/** Something shown that can be replaced in place. */
export interface DisplayHandle {
  /** Of the output, by which it can be replaced. */
  readonly id: string;
  /** Replaces what is shown, in every output with this id. */
  update(value: unknown): void;
}

/**
 * Shows a value below the cell as if it were the cell's last expression.
 *
 * A value whose display method gives a promise is shown when that is fulfilled; the cell ends after it.
 *
 * @returns a handle that replaces what is shown, e.g. for progress
 * @throws KernelError outside a notebook
 * @throws CellError where the value's own display method gives no bundle
 * @example
 * const state = display("0 %", { id: "state" });
 * state.update("100 %");
 */
export function display(value: unknown, { id = randomUUID() }: DisplayOptions = {}): DisplayHandle {
  show(value, id, false);
  const shown: DisplayHandle = { id, update: (next) => show(next, id, true) };
  // As the last expression of a cell the handle itself shows nothing.
  return Object.defineProperty(shown, DISPLAY, { value: () => ({}) });
}

function show(value: unknown, id: string, update: boolean): void {
  const kernel = notebookKernel("display");
  // Text that is shown on purpose needs no quotes.
  const bundle = typeof value === "string" ? { "text/plain": value } : bundleOf(value);
  const publish = (data: MimeBundle): void => kernel.display(data, id, update);
  if (bundle instanceof Promise) kernel.holdCell(bundle.then(publish));
  else publish(bundle);
}

/**
 * Removes what the cell has put out so far.
 *
 * @param options `wait` (default false) keeps the old output until there is a new one, which avoids flicker
 * @throws KernelError outside a notebook
 */
export function clearOutput(options: { readonly wait?: boolean } = {}): void {
  notebookKernel("clearOutput").clear(options.wait ?? false);
}
