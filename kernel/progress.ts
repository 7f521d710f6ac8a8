/** A bar for loops. */

import { escapeHtml } from "../src/display/escape-html";
import { DISPLAY } from "./display";
import { display, type Shown } from "./shown";

export interface ProgressOptions {
  /** What is done, shown before the bar. */
  readonly label?: string;
  /** How many steps there are; by default `length` or `size` of the iterable, where it has one. */
  readonly total?: number;
}

/**
 * Passes on the elements of an iterable, and shows below the cell how many of them were taken.
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
  const bar = new Bar(label, total);
  return Symbol.asyncIterator in iterable ? stepsLater(iterable, bar) : steps(iterable, bar);
}

function* steps<T>(iterable: Iterable<T>, bar: Bar): IterableIterator<T> {
  try {
    bar.show();
    for (const value of iterable) {
      yield value;
      bar.advance();
    }
    bar.finish();
  } finally {
    bar.show();
  }
}

async function* stepsLater<T>(iterable: AsyncIterable<T>, bar: Bar): AsyncIterableIterator<T> {
  try {
    bar.show();
    for await (const value of iterable) {
      yield value;
      bar.advance();
    }
    bar.finish();
  } finally {
    bar.show();
  }
}

const MS_BETWEEN_UPDATES = 100;

class Bar {
  readonly #label: string;
  #total: number | undefined;
  #done = 0;
  #shown: Shown | undefined;
  readonly #start: number = performance.now();
  #lastShown = 0;

  constructor(label: string, total: number | undefined) {
    this.#label = label;
    this.#total = total;
  }

  advance(): void {
    this.#done++;
    if (performance.now() - this.#lastShown >= MS_BETWEEN_UPDATES) this.show();
  }

  /** All steps are taken, however many were announced. */
  finish(): void {
    this.#total = this.#done;
  }

  show(): void {
    this.#lastShown = performance.now();
    if (this.#shown) this.#shown.update(this);
    else this.#shown = display(this);
  }

  [DISPLAY](): Record<string, string> {
    const seconds = (performance.now() - this.#start) / 1000;
    const total = this.#total;
    const count = total === undefined ? `${this.#done}` : `${this.#done}/${total}`;
    const isOver = total !== undefined && this.#done >= total;
    const left = total === undefined || isOver || this.#done === 0 ? undefined : total / this.#done - 1;
    const times = [`${clock(seconds)} gone`, left === undefined ? "" : `${clock(seconds * left)} left`];
    const words = [this.#label, count, times.filter(Boolean).join(", ")].filter(Boolean).join("  ");
    const value = total === undefined ? "" : ` max="${total || 1}" value="${total === 0 ? 1 : this.#done}"`;
    return {
      "text/plain": total === undefined ? words : `${blocks(total === 0 ? 1 : this.#done / total)} ${words}`,
      "text/html": `<progress${value} style="vertical-align: middle"></progress> <span>${escapeHtml(words)}</span>`,
    };
  }
}

function sizeOf(iterable: object): number | undefined {
  const { length, size } = iterable as { readonly length?: unknown; readonly size?: unknown };
  if (typeof length === "number") return length;
  return typeof size === "number" ? size : undefined;
}

/** `75` to `1:15`. */
function clock(seconds: number): string {
  const whole = Math.round(seconds);
  const [minutes, rest] = [Math.floor(whole / 60), String(whole % 60).padStart(2, "0")];
  return minutes < 60
    ? `${minutes}:${rest}`
    : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${rest}`;
}

function blocks(share: number): string {
  const full = Math.round(20 * Math.min(1, share));
  return `${"█".repeat(full)}${"░".repeat(20 - full)}`;
}
