import { stripVTControlCharacters } from "node:util";
import type { RunProgress } from "../runner/run-notebook";

/** Where progress is written: `process.stderr`, or a test's stand-in. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** How often the line in a terminal is redrawn, in milliseconds: the seconds go on even when nothing happens. */
const REDRAW_INTERVAL = 200;

/** Shows how the run of one notebook goes: one refreshed line in a terminal, a plain line a cell elsewhere. */
export class TerminalProgress {
  readonly #stream: ProgressStream;
  readonly #name: string;
  readonly #started: number = performance.now();
  #cellStarted: number = performance.now();
  #progress: RunProgress = { cell: 0, cells: 0, state: "starting" };
  #printed = "";
  #timer: NodeJS.Timeout | undefined;

  constructor(stream: ProgressStream, name: string) {
    this.#stream = stream;
    this.#name = name;
    if (stream.isTTY) this.#timer = setInterval(() => this.#redraw(), REDRAW_INTERVAL);
  }

  /** Takes one progress event of `runNotebook`. */
  update(progress: RunProgress): void {
    if (progress.cell !== this.#progress.cell) {
      this.#cellStarted = performance.now();
      this.#printed = "";
    }
    this.#progress = progress;
    if (progress.printed?.trim()) this.#printed = progress.printed;
    if (progress.state === "done" && !this.#stream.isTTY) this.#writePlain(progress);
  }

  /** Removes the refreshed line, so that what follows begins on a clean one. */
  finish(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#stream.write("\r\u001b[2K");
  }

  /** Seconds since the notebook was begun. */
  get seconds(): number {
    return (performance.now() - this.#started) / 1000;
  }

  #writePlain({ cell, cells }: RunProgress): void {
    const seconds = (performance.now() - this.#cellStarted) / 1000;
    this.#stream.write(`${this.#name}: cell ${cell}/${cells}, ${seconds.toFixed(1)} s\n`);
  }

  #redraw(): void {
    const { cell, cells, state } = this.#progress;
    const place = state === "starting" ? "starting the kernel" : `cell ${cell}/${cells}`;
    const line = `${this.#name}  ${place}  ${Math.floor(this.seconds)} s  ${lastLine(this.#printed)}`;
    // One column short of the edge, where some terminals break the line.
    this.#stream.write(`\r\u001b[2K${fitColumns(line, (this.#stream.columns ?? 80) - 1)}`);
  }
}

/** The last line of a text that is not blank, without control codes. */
export function lastLine(text: string): string {
  const lines = stripVTControlCharacters(text.slice(-2000)).split(/[\r\n]+/);
  return lines.map((line) => line.replace(/[\s\p{Cc}]+/gu, " ").trim()).findLast((line) => line !== "") ?? "";
}

/** As much of a line as fits into a number of terminal columns; East Asian characters and emoji take two. */
export function fitColumns(line: string, columns: number): string {
  let width = 0;
  let fitting = "";
  for (const character of line) {
    width += isWide(character) ? 2 : 1;
    if (width > columns) return fitting;
    fitting += character;
  }
  return fitting;
}

function isWide(character: string): boolean {
  return /[\p{Emoji_Presentation}\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60]/u.test(
    character,
  );
}
