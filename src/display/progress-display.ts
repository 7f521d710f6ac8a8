/**
 * How long work shows its progress: in a notebook's output, in the last line of a terminal, or as milestones
 * in a log.
 */

import { processId, progressStream } from "#platform";
import { mustBe, printable } from "../errors";
import { checkKeys } from "../options";
import type { TextStream } from "../platform/platform";
import { escapeHtml, formatNumber } from "./formatting";
import type { MimeBundle } from "./mime-bundle";
import type { ProgressEvent, ProgressListener } from "./progress";

/** Minimum time between two updates, in milliseconds: more are not seen. */
const MIN_INTERVAL = 100;

/** The display of one task, from its first event to its last. */
export class ProgressDisplay {
  readonly #started: number;
  readonly #doneAtStart: number;
  readonly #delay: number;
  #place: ProgressOutput | undefined;
  #shown: number = Number.NEGATIVE_INFINITY;
  #share = 0;
  #last: ProgressState | undefined;
  /** Whether units tell how much of the work is done. */
  #byUnits = true;

  /**
   * @param started time of the start, by the clock of `performance.now()`.
   * @param doneAtStart number of units done at the start.
   * @param delay milliseconds that the task must take before it is shown.
   */
  constructor(started: number, doneAtStart: number, delay: number) {
    this.#started = started;
    this.#doneAtStart = doneAtStart;
    this.#delay = delay;
  }

  /** Shows an event. @param event has a `total` of Infinity where the amount of work is unknown. */
  update(event: ProgressEvent, now: number): void {
    const state = this.#stateOf(event, (now - this.#started) / 1000);
    const isLast = state.status !== "running";
    this.#last = state;
    // A task that ended before the delay is not shown at its end either.
    const isTooShort = now - this.#started < this.#delay || (isLast && this.#delay > 0);
    if (this.#place === undefined && isTooShort) return;
    if (now - this.#shown < MIN_INTERVAL && !isLast) return;
    this.#shown = now;
    this.#place ??= notebookOutput() ?? streamOutput(progressStream());
    this.#place.show(state);
  }

  /** Shows that the task was stopped before its end. */
  stop(): void {
    if (this.#last?.status === "running") this.#place?.show({ ...this.#last, status: "stopped" });
  }

  #stateOf(
    { task, done, total, share, interrupted, message }: ProgressEvent,
    elapsed: number,
  ): ProgressState {
    const isLast = done >= total;
    const isCounted = total < Number.POSITIVE_INFINITY;
    // Estimates may fall; a bar that goes back tells nothing.
    this.#share = isLast ? 1 : Math.max(this.#share, Math.min(share ?? done / total, 1));
    if (share !== undefined) this.#byUnits = false;
    // The last event counts the maximal number of units, so it tells no rate where units are only a bound.
    const rate = isLast && !this.#byUnits ? Number.NaN : (done - this.#doneAtStart) / elapsed;
    const remaining = (elapsed * (1 - this.#share)) / this.#share;
    return {
      task,
      units: !this.#byUnits ? undefined : isCounted ? `${done} of ${total}` : `${done}`,
      share: isCounted ? this.#share : undefined,
      elapsed,
      rate,
      remaining,
      message,
      status: interrupted ? "interrupted" : isLast ? "done" : "running",
    };
  }
}

/** The state of a task: `stopped` means that it was abandoned before its end. */
export type ProgressStatus = "running" | "done" | "stopped" | "interrupted";

/** The numbers and texts that a progress display shows. */
export interface ProgressState {
  /** The name of the task; empty if it has none. */
  readonly task: string;
  /** The count of units, `62 of 100`; undefined where it is no measure of progress. */
  readonly units: string | undefined;
  /** The share that is done, from 0 to 1; undefined where the amount of work is unknown. */
  readonly share: number | undefined;
  /** In seconds. */
  readonly elapsed: number;
  /** Units a second. */
  readonly rate: number;
  /** In seconds; Infinity or NaN where it cannot be told. */
  readonly remaining: number;
  readonly message: string;
  readonly status: ProgressStatus;
}

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
const CELLS = 20;
const COLOURS: Readonly<Record<ProgressStatus, string>> = {
  running: "#2b7bba",
  done: "#1a7f37",
  stopped: "#9a6700",
  interrupted: "#9a6700",
};

/** Renders progress as one line of text: `SmoothLasso.path  62 % ████████████▍        62 of 100, 5.2/s, 12 s, 7 s to go, lambda 0.031`. */
export function progressLine(state: ProgressState, columns: number): string {
  const { task, share } = state;
  const eighths = Math.floor(8 * CELLS * (share ?? 0));
  const bar = ("█".repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8]).padEnd(CELLS);
  const front = [
    ...(task === "" ? [] : [task]),
    ...(share === undefined ? [] : [`${percent(share).padStart(4)} ${bar}`]),
  ];
  const line = front.length === 0 ? progressDetails(state) : `${front.join("  ")} ${progressDetails(state)}`;
  return [...printable(line)].slice(0, Math.max(columns, 0)).join("");
}

/** Renders progress as HTML for a notebook. */
export function progressHTML(state: ProgressState): string {
  const words = `<span style="opacity: 0.8">${escapeHtml(progressDetails(state))}</span>`;
  if (state.share === undefined) return `<div>${escapeHtml(state.task)} ${words}</div>`;
  const filled = `<span style="display: inline-block; height: 12px; width: ${Math.round(200 * state.share)}px; background-color: ${COLOURS[state.status]}"></span>`;
  const track = `<span style="display: inline-block; height: 12px; width: 200px; line-height: 12px; background-color: rgba(128, 128, 128, 0.3)">${filled}</span>`;
  return `<div>${escapeHtml(state.task)} ${track} ${percent(state.share)} ${words}</div>`;
}

/** Renders progress as one line of a log. */
function milestoneLine(state: ProgressState): string {
  const share = state.share === undefined ? "" : `${percent(state.share)}, `;
  return `${state.task === "" ? "" : `${state.task}: `}${share}${progressDetails(state)}\n`;
}

function percent(share: number): string {
  return `${Math.floor(100 * share)} %`;
}

function progressDetails({ units, elapsed, rate, remaining, message, status }: ProgressState): string {
  return [
    ...(units === undefined ? [] : [units]),
    ...(rate > 0 ? [rateText(rate)] : []),
    durationText(elapsed),
    ...(remaining < Number.POSITIVE_INFINITY && status === "running"
      ? [`${durationText(remaining)} to go`]
      : []),
    ...(message === "" ? [] : [message]),
    ...((status === "stopped" || status === "interrupted") && !message.startsWith(status) ? [status] : []),
  ].join(", ");
}

function rateText(rate: number): string {
  return rate >= 1 ? `${formatNumber(rate, 2)}/s` : `${formatNumber(1 / rate, 2)} s each`;
}

/** `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`. */
export function durationText(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** An output that shows progress. */
export interface ProgressOutput {
  /** Shows a state in place of the last one. */
  show(state: ProgressState): void;
}

/** Characters of a line of text in a notebook. */
const notebookColumns = 120;

let count = 0;

/** Returns an output below the running cell; undefined outside of our kernel. */
function notebookOutput(): ProgressOutput | undefined {
  const host = notebookHost();
  if (typeof host?.progress !== "function") return undefined;
  const { signal } = host;
  const id = `smooth-edges-progress-${processId}-${count++}`;
  let isFirst = true;
  return {
    show(state) {
      if (isFirst && signal?.aborted) return; // The output would appear below a later cell.
      const isDone = state.status === "done";
      host.progress?.(
        bundle(state),
        id,
        isFirst,
        isDone ? undefined : bundle({ ...state, status: "interrupted" }),
      );
      isFirst = false;
    },
  };
}

function bundle(state: ProgressState): MimeBundle {
  return { "text/html": progressHTML(state), "text/plain": progressLine(state, notebookColumns) };
}

/** Returns an output to the last line of a terminal, or to a log file: one line for each quarter of the work and one at its end. */
export function streamOutput(stream: TextStream): ProgressOutput {
  let quarters = 0;
  return {
    show(state) {
      const isOver = state.status !== "running";
      if (stream.isTTY) {
        // One column short of the edge, where some terminals break the line.
        const line = progressLine(state, (stream.columns ?? 80) - 1);
        stream.write(`\r\u001b[2K${line}${isOver ? "\n" : ""}`);
        return;
      }
      const reached = Math.floor(4 * (state.share ?? 0));
      if (reached <= quarters && !isOver) return;
      quarters = reached;
      stream.write(milestoneLine(state));
    },
  };
}

/** The functions that the notebook kernel offers to the library. */
interface NotebookHost {
  /**
   * A display that `smooth-edges run` does not write into notebooks.
   *
   * @param ifInterrupted what is to stay where the cell is interrupted next; undefined at the end of the work
   */
  progress(data: MimeBundle, id: string, isFirst: boolean, ifInterrupted: MimeBundle | undefined): void;
  /** Aborted when the running cell is interrupted; undefined where none runs. */
  readonly signal: AbortSignal | undefined;
}

/** The kernel that this code runs in; undefined outside of ours. */
function notebookHost(): Partial<NotebookHost> | undefined {
  // By a well-known symbol: the copy of this package that a notebook imports need not be the one that its kernel runs from.
  return Reflect.get(globalThis, Symbol.for("smooth-edges.kernel")) as Partial<NotebookHost> | undefined;
}

/**
 * The signal of asynchronous work that was given none: an interrupt ends what the running cell awaits, and the work would go on
 * beside later cells. Undefined outside of our kernel.
 */
export function notebookSignal(): AbortSignal | undefined {
  return notebookHost()?.signal;
}

/** How a {@link progressBar} shows itself. */
export interface ProgressBarOptions {
  /** Milliseconds that work must take before it is shown. Default: 0. */
  readonly delay?: number;
}

/**
 * A bar that moves while work goes on, with rate, remaining time and the certificate of what was found last: pass it as
 * `onProgress`.
 *
 * In our kernel it is an output of the cell, which `smooth-edges run` does not write into notebooks, in a terminal the last
 * line, and in a log file one line a quarter of the work. In our kernel work of more than two seconds shows one by itself.
 *
 * @returns a listener; the same one may follow several works, one after the other.
 * @throws InputError when `delay` is not a number of at least 0.
 * @example
 * ```ts
 * new SmoothLasso().path([[1, 0], [0, 1], [1, 1], [2, 1]], [1, 0, 1, 2], { nLambdas: 5, onProgress: progressBar({ delay: 500 }) });
 * ```
 */
export function progressBar(options: ProgressBarOptions = {}): ProgressListener {
  checkKeys("progressBar", options, ["delay"]);
  const { delay = 0 } = options;
  if (!(typeof delay === "number" && delay >= 0)) {
    throw mustBe("progressBar", "delay", "a number >= 0", delay);
  }
  let work = new ProgressDisplay(performance.now(), 0, delay);
  let task: string | undefined;
  return (event) => {
    const now = performance.now();
    if (task !== undefined && task !== event.task) work = new ProgressDisplay(now, event.done, delay);
    task = event.task;
    work.update(event, now);
    if (event.done < event.total && !event.interrupted) return;
    work = new ProgressDisplay(now, 0, delay);
    task = undefined;
  };
}

/** Milliseconds that work must take before a bar appears that was not requested. */
const AUTOMATIC_DELAY = 2000;

/** Returns the listener of work that has none: in our kernel a bar that appears after two seconds, elsewhere undefined. */
export function automaticProgress(): ProgressListener | undefined {
  return notebookOutput() && progressBar({ delay: AUTOMATIC_DELAY });
}

/** A listener that shows nothing, for work that is part of other work with a bar of its own. */
export const noProgress: ProgressListener = () => {};

/** Minimum time between two events, in milliseconds, which bounds the cost of listeners. */
const MIN_REDRAW_INTERVAL = 100;

/** Reports how many units are done; `message` is called only if the event reaches a listener. */
export type ProgressReporter = (
  done: number,
  message: () => string,
  more?: Pick<ProgressEvent, "share" | "interrupted">,
) => void;

/**
 * Wraps a listener so that it receives at most ten events a second, and always the last one.
 *
 * @param listener Default: the bar that our kernel shows after two seconds.
 */
export function throttledProgress(
  task: string,
  total: number,
  listener: ProgressListener | undefined = automaticProgress(),
): ProgressReporter {
  if (listener === undefined) return () => {};
  let last = Number.NEGATIVE_INFINITY;
  return (done, message, more) => {
    const now = performance.now();
    if (now - last < MIN_REDRAW_INTERVAL && done < total && !more?.interrupted) return;
    last = now;
    listener({ task, done, total, message: message(), ...more });
  };
}
