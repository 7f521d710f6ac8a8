/** Functions for output while a cell runs: `display`, whose handle replaces the shown value, `clearOutput`, and `progress`. */
import { randomUUID } from "node:crypto";
import type { MimeBundle } from "../../src/display/mime-bundle";
import { ProgressDisplay } from "../../src/display/progress-display";
import { bundleOf, DISPLAY } from "../display/display";
import { notebookKernel } from "../notebook-kernel";

/** Options of {@link display}: the name by which a later call replaces what it shows. */
export interface DisplayOptions {
  /** Names the output, so that `update` of any display with this id replaces it; default a fresh one. */
  readonly id?: string;
}

/** A handle of a shown value that can be replaced in place. */
export interface DisplayHandle {
  /** The id of the output, by which it can be replaced. */
  readonly id: string;
  /** Replaces the shown value in every output with this id. */
  update(value: unknown): void;
}

/**
 * Shows a value below the cell as if it were the cell's last expression.
 *
 * A value whose display method gives a promise is shown when that is fulfilled; the cell ends after it.
 *
 * @returns a handle that replaces the shown value, e.g. for progress
 * @throws KernelError outside a notebook
 * @throws CellError where the value's own display method gives no bundle
 * @example
 * const state = display("0 %", { id: "state" });
 * state.update("100 %");
 */
export function display(value: unknown, { id = randomUUID() }: DisplayOptions = {}): DisplayHandle {
  show(value, id, false);
  const shown: DisplayHandle = { id, update: (next) => show(next, id, true) };
  // The handle shows nothing itself where it is the last expression of a cell.
  return Object.defineProperty(shown, DISPLAY, { value: () => ({}) });
}

function show(value: unknown, id: string, update: boolean): void {
  const kernel = notebookKernel("display");
  // A string is shown without quotes.
  const bundle = typeof value === "string" ? { "text/plain": value } : bundleOf(value);
  const publish = (data: MimeBundle): void => kernel.display(data, id, update);
  if (bundle instanceof Promise) kernel.holdCell(bundle.then(publish));
  else publish(bundle);
}

/**
 * Removes the output of the cell so far.
 *
 * @param options `wait` (default false) keeps the old output until there is a new one, which avoids flicker
 * @throws KernelError outside a notebook
 */
export function clearOutput(options: { readonly wait?: boolean } = {}): void {
  notebookKernel("clearOutput").clear(options.wait ?? false);
}

/** Options of {@link progress}: the text beside the bar, and the number of steps. */
export interface ProgressOptions {
  /** A name of the work, shown before the bar. */
  readonly label?: string;
  /** The number of steps; by default `length` or `size` of the iterable, where it has one. */
  readonly total?: number;
}

/**
 * Passes on the elements of an iterable, and shows below the cell how many of them were taken, at which rate and how long the
 * rest will take; outside of a notebook in the last line of the terminal. A loop that is left before its end says "stopped", one
 * that was interrupted "interrupted". As all progress it is left out of notebooks that `smooth-edges run` writes.
 *
 * @param iterable an array, a set, a generator, or an asynchronous one for `for await`
 * @example
 * for (const seed of progress([1, 2, 3], { label: "seeds" })) console.log(seed);
 */
export function progress<T>(iterable: Iterable<T>, options?: ProgressOptions): IterableIterator<T>;
export function progress<T>(iterable: AsyncIterable<T>, options?: ProgressOptions): AsyncIterableIterator<T>;
export function progress<T>(
  iterable: Iterable<T> | AsyncIterable<T>,
  { label = "", total = sizeOf(iterable) }: ProgressOptions = {},
): IterableIterator<T> | AsyncIterableIterator<T> {
  const steps = new Steps(label, total);
  return Symbol.asyncIterator in iterable ? passAsynchronously(iterable, steps) : pass(iterable, steps);
}

function* pass<T>(iterable: Iterable<T>, steps: Steps): IterableIterator<T> {
  try {
    steps.begin();
    for (const value of iterable) {
      yield value;
      steps.advance();
    }
    steps.finish();
  } finally {
    steps.leave();
  }
}

async function* passAsynchronously<T>(iterable: AsyncIterable<T>, steps: Steps): AsyncIterableIterator<T> {
  try {
    steps.begin();
    for await (const value of iterable) {
      yield value;
      steps.advance();
    }
    steps.finish();
  } finally {
    steps.leave();
  }
}

/** Counts the steps of a loop and shows them. */
class Steps {
  readonly #label: string;
  readonly #total: number;
  #done = 0;
  #work: ProgressDisplay | undefined;

  constructor(label: string, total: number) {
    this.#label = label;
    this.#total = total;
  }

  begin(): void {
    this.#work = new ProgressDisplay(performance.now(), 0, 0);
    if (this.#total > 0) this.#show(this.#total);
  }

  advance(): void {
    this.#done++;
    // `finish` shows the last step. With more steps than announced the total is unknown.
    if (this.#done < this.#total) this.#show(this.#total);
    else if (this.#done > this.#total) this.#show(Number.POSITIVE_INFINITY);
  }

  /** Shows that all steps are done, however many were announced. */
  finish(): void {
    this.#show(this.#done);
  }

  leave(): void {
    this.#work?.stop();
  }

  #show(total: number): void {
    const event = { task: this.#label, done: this.#done, total, message: "" };
    this.#work?.update(event, performance.now());
  }
}

function sizeOf(iterable: object): number {
  const { length, size } = iterable as { readonly length?: unknown; readonly size?: unknown };
  if (typeof length === "number") return length;
  return typeof size === "number" ? size : Number.POSITIVE_INFINITY;
}
