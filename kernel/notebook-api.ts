/**
 * What code in a notebook can ask of the kernel, by `import { display } from "smooth-edges/kernel"`.
 *
 * The functions find the kernel through a well-known symbol: the copy of this package that a notebook imports
 * need not be the one that the kernel runs from.
 */
import { randomUUID } from "node:crypto";
import type { MimeBundle } from "../src/display/mime-bundle";
import { bundleOf, DISPLAY } from "./display";
import { noKernel } from "./errors";

/** How the kernel is reached. */
export interface NotebookOutputs {
  display(data: MimeBundle, id: string | undefined, update: boolean): void;
  clear(wait: boolean): void;
}

const KERNEL = Symbol.for("smooth-edges.kernel");

/** Makes the kernel reachable for the functions below, in whatever copy of this package. */
export function offerOutputs(outputs: NotebookOutputs): void {
  Object.defineProperty(globalThis, KERNEL, { value: outputs });
}

/** Something shown that can be replaced in place. */
export interface Shown {
  /** Replaces what is shown; resolves when it is under way. */
  update(value: unknown): Promise<void>;
}

/**
 * Shows a value below the cell as if it were the cell's last expression.
 *
 * @returns a handle that replaces what is shown, e.g. for progress
 * @throws KernelError outside a notebook
 * @example
 * const progress = await display("0 %");
 * await progress.update("100 %");
 */
export async function display(value: unknown): Promise<Shown> {
  const outputs = kernelOutputs("display");
  const id = randomUUID();
  outputs.display(await shownBundle(value), id, false);
  const shown: Shown = {
    async update(next) {
      outputs.display(await shownBundle(next), id, true);
    },
  };
  // As the last expression of a cell the handle itself shows nothing.
  return Object.defineProperty(shown, DISPLAY, { value: () => ({}) });
}

/** Text that is shown on purpose needs no quotes. */
function shownBundle(value: unknown): MimeBundle | Promise<MimeBundle> {
  return typeof value === "string" ? { "text/plain": value } : bundleOf(value);
}

/**
 * Removes what the cell has put out so far.
 *
 * @param options `wait` (default false) keeps the old output until there is a new one, which avoids flicker
 * @throws KernelError outside a notebook
 */
export function clearOutput(options: { readonly wait?: boolean } = {}): void {
  kernelOutputs("clearOutput").clear(options.wait ?? false);
}

function kernelOutputs(where: string): NotebookOutputs {
  const outputs = (globalThis as Record<symbol, unknown>)[KERNEL] as NotebookOutputs | undefined;
  if (!outputs) throw noKernel(where);
  return outputs;
}
