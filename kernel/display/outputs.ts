/** Everything a cell puts out, on its way from the main thread to the socket thread. */
import { StringDecoder } from "node:string_decoder";
import type { MimeBundle } from "../../src/display/mime-bundle";
import { stringify, withBuiltIns } from "../built-ins";
import type { PublishedType, SharedState, ToSocketThread } from "../transport/thread-port";

export type StreamName = "stdout" | "stderr";

export class Outputs {
  readonly #post: (message: ToSocketThread) => void;
  readonly #shared: SharedState;
  #held: Promise<unknown>[] = [];
  /** What is to stay of each work that has not ended, where its cell is interrupted. */
  readonly #unfinished: Map<string, MimeBundle> = new Map();

  constructor(post: (message: ToSocketThread) => void, shared: SharedState) {
    this.#post = post;
    this.#shared = shared;
  }

  stream(name: StreamName, text: string): void {
    if (text === "") return;
    this.#post({ kind: "stream", name, text });
    this.#shared.addBytes(text.length);
  }

  /** The running cell ends after this, and fails where it is rejected. */
  hold(work: Promise<unknown>): void {
    // The rejection is told by the cell.
    work.catch(() => {});
    this.#held.push(work);
  }

  /** What an interrupted cell left is nothing to the next one. */
  forgetHeld(): void {
    this.#held = [];
  }

  /** Fulfilled when everything held has come to an end. */
  async settled(): Promise<void> {
    while (this.#held.length > 0) await this.#held.shift();
  }

  /** A value with an empty bundle has nothing to show. */
  result(data: MimeBundle): void {
    if (withBuiltIns(() => Object.keys(data).length) === 0) return;
    this.#publish("execute_result", { data, metadata: {} });
  }

  /** @param id names the output, so that a later call with `update` replaces it */
  display(data: MimeBundle, id: string | undefined, update: boolean): void {
    const content = { data, metadata: {}, transient: id === undefined ? {} : { display_id: id } };
    this.#publish(update ? "update_display_data" : "display_data", content);
  }

  /**
   * How work goes: a display that is of no use once it is over, and so marked for who writes notebooks.
   *
   * @param ifInterrupted shown instead where the cell is interrupted before the next call; undefined at the end of the work
   */
  progress(data: MimeBundle, id: string, isFirst: boolean, ifInterrupted: MimeBundle | undefined): void {
    if (ifInterrupted === undefined) this.#unfinished.delete(id);
    else this.#unfinished.set(id, ifInterrupted);
    const content = { data, metadata: {}, transient: { display_id: id, progress: true } };
    this.#publish(isFirst ? "display_data" : "update_display_data", content);
  }

  /** The cell is over; work that an interrupt ended tells nothing any more. */
  endProgress(wasInterrupted: boolean): void {
    const left = [...this.#unfinished];
    this.#unfinished.clear();
    if (wasInterrupted) for (const [id, data] of left) this.progress(data, id, false, undefined);
  }

  /** @param wait keeps the old output until there is a new one */
  clear(wait: boolean): void {
    this.#publish("clear_output", { wait });
  }

  #publish(type: PublishedType, content: object): void {
    const json = withBuiltIns(() => stringify(content));
    this.#post({ kind: "publish", type, content: json });
    this.#shared.addBytes(json.length);
  }
}

/** Sends what is written to the process's standard streams to the notebook. */
export function captureStandardStreams(outputs: Outputs): void {
  for (const name of ["stdout", "stderr"] as const) {
    const stream = process[name];
    const decoder = new StringDecoder("utf8");
    // A terminal that the server was started from would otherwise turn on colours.
    Object.defineProperty(stream, "isTTY", { value: false });
    stream.write = (
      chunk: string | Uint8Array,
      encoding?: BufferEncoding | ((error?: Error | null) => void),
      callback?: (error?: Error | null) => void,
    ): boolean => {
      const done = typeof encoding === "function" ? encoding : callback;
      outputs.stream(name, typeof chunk === "string" ? chunk : decoder.write(Buffer.from(chunk)));
      if (done) process.nextTick(done);
      return true;
    };
  }
}
