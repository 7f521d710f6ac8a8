/** Sends the outputs of cells to the page, with text that is printed joined to few messages. */
import type { MimeBundle } from "../../src/display/mime-bundle";
import { type NotebookKernel, registerKernel } from "../notebook-kernel";
import type { Answer, Unnumbered } from "./messages";
import { formatWithOptions, inspect } from "./node-modules";
import * as notebookApi from "./notebook-api";
import { process } from "./process";

type StreamName = "stdout" | "stderr";

/** Printed text is sent at once so many times in a window; more of it is joined until the next window or so many characters. */
const WINDOW_MS = 50;
const MAX_AT_ONCE = 20;
const MAX_CHARACTERS = 8192;

/** Text that was printed and not yet sent. */
interface Printed {
  readonly name: StreamName;
  text: string;
}

/** The outputs of one cell after the other. */
export class Outputs {
  readonly #post: (answer: Answer) => void;
  #id = 0;
  #printed: Printed | undefined;
  #windowStart = 0;
  #nSent = 0;
  #held: Promise<unknown>[] = [];

  constructor(post: (answer: Answer) => void) {
    this.#post = post;
  }

  /** Begins the outputs of a request. */
  begin(id: number): void {
    this.flush();
    this.#id = id;
    this.#held = [];
  }

  /** Sends an answer to the request that runs, after all that was printed before. */
  send(answer: Unnumbered<Answer>): void {
    this.flush();
    this.#post({ ...answer, id: this.#id } as Answer);
  }

  print(name: StreamName, text: string): void {
    if (this.#printed?.name !== name) {
      this.flush();
      this.#printed = { name, text: "" };
      queueMicrotask(() => this.flush());
    }
    this.#printed.text += text;
    const now = performance.now();
    if (now - this.#windowStart > WINDOW_MS) {
      this.#windowStart = now;
      this.#nSent = 0;
    }
    if (++this.#nSent <= MAX_AT_ONCE || this.#printed.text.length > MAX_CHARACTERS) this.flush();
  }

  /** Sends what was printed. */
  flush(): void {
    const printed = this.#printed;
    this.#printed = undefined;
    if (printed) this.#post({ id: this.#id, type: "stream", name: printed.name, text: printed.text });
  }

  display(data: MimeBundle, displayId: string | undefined, update: boolean): void {
    this.send({ type: "display", data, metadata: {}, displayId, update });
  }

  /** Makes the running cell end only after `work`, and fail where it is rejected. */
  hold(work: Promise<unknown>): void {
    // The cell reports the rejection.
    work.catch(() => {});
    this.#held.push(work);
  }

  /** Waits until all held work has ended. */
  async settled(): Promise<void> {
    while (this.#held.length > 0) await this.#held.shift();
  }

  /** Gives cells their globals, and has the console print here. */
  install(): void {
    // A page stops a cell by ending the worker, so that nothing is ever told that it was interrupted.
    const { signal } = new AbortController();
    const kernel: Pick<NotebookKernel, "clear" | "display" | "holdCell" | "progress" | "signal"> = {
      display: (data, id, update) => this.display(data, id, update),
      clear: (wait) => this.send({ type: "clear", wait }),
      progress: (data, id, isFirst) => this.display(data, id, !isFirst),
      holdCell: (work) => this.hold(work),
      signal,
    };
    // The rest serves functions that cells have in Jupyter alone.
    registerKernel(kernel as NotebookKernel);
    const globals = { ...notebookApi, interruptSignal: signal, process };
    for (const [name, value] of Object.entries(globals))
      Object.defineProperty(globalThis, name, { configurable: true, writable: true, value });
    const printer =
      (name: StreamName) =>
      (...values: unknown[]): void =>
        this.print(name, `${formatWithOptions({ colors: false }, ...values)}\n`);
    const [out, error] = [printer("stdout"), printer("stderr")];
    const dir = (value: unknown, options: object = {}): void =>
      this.print("stdout", `${inspect(value, options)}\n`);
    Object.assign(console, {
      debug: out,
      dir,
      error,
      info: out,
      log: out,
      table: out,
      trace: error,
      warn: error,
    });
  }
}
