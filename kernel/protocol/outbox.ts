/** Messages on their way out, and what they are answers to. */

import { appendFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonText } from "../transport/thread-port";
import type { Header, JsonObject, Message, MessageExtras, Wire } from "../transport/wire";

export type SendingChannel = "shell" | "control" | "stdin" | "iopub";

export class Outbox {
  readonly #wire: Wire;
  readonly #sendFrames: (channel: SendingChannel, frames: Uint8Array[]) => void;
  readonly #streams: StreamGatherer;
  readonly #limit: OutputLimit = new OutputLimit(outputLimit());
  /** Request that output belongs to, also after its cell has ended. */
  #outputParent: Header | JsonObject = {};
  /** To whom output belongs again when the handlers of a comm have returned. */
  #lender: (Header | JsonObject) | undefined;
  #isSilent = false;

  constructor(wire: Wire, sendFrames: (channel: SendingChannel, frames: Uint8Array[]) => void) {
    this.#wire = wire;
    this.#sendFrames = sendFrames;
    this.#streams = new StreamGatherer((stream) => this.#sendStream(stream));
  }

  get outputParent(): Header | JsonObject {
    return this.#outputParent;
  }

  /** Output from here on belongs to this request. */
  directOutput(parent: Header): void {
    this.#streams.flush();
    this.#limit.reset();
    this.#outputParent = parent;
    this.#lender = undefined;
  }

  /** Output belongs to this message until `returnOutput`. */
  lendOutput(parent: Header): void {
    this.#streams.flush();
    this.#lender ??= this.#outputParent;
    this.#outputParent = parent;
  }

  returnOutput(): void {
    if (this.#lender === undefined) return;
    this.#streams.flush();
    this.#outputParent = this.#lender;
    this.#lender = undefined;
  }

  /** Drops output from here on. */
  beSilent(): void {
    this.#streams.flush();
    this.#isSilent = true;
  }

  /** What still comes of earlier cells is theirs again. */
  endSilence(): void {
    this.#isSilent = false;
  }

  stream(name: "stdout" | "stderr", text: string): void {
    if (this.#isSilent) return;
    const { shown, notice } = this.#limit.pass(text);
    if (shown !== "") this.#streams.add(name, shown);
    if (notice !== undefined) this.#streams.add("stderr", notice);
  }

  /** Sends what waits to be joined. */
  flush(): void {
    this.#streams.flush();
  }

  /** What user code publishes. */
  output(type: string, content: JsonText, executionCount: number): void {
    if (this.#isSilent) return;
    const isResult = type === "execute_result";
    const counted = isResult ? `{"execution_count":${executionCount},${content.slice(1)}` : content;
    this.send("iopub", [Buffer.from(type)], type, this.#outputParent, counted);
  }

  busy(request: Message): void {
    this.publish("status", request.header, { execution_state: "busy" });
  }

  idle(request: Message): void {
    this.publish("status", request.header, { execution_state: "idle" });
  }

  reply(channel: "shell" | "control", request: Message, content: JsonObject): void {
    const type = request.header.msg_type.replace(/_request$/, "_reply");
    this.send(channel, request.identities, type, request.header, JSON.stringify(content));
  }

  publish(type: string, parent: Header | JsonObject, content: JsonObject): void {
    this.send("iopub", [Buffer.from(type)], type, parent, JSON.stringify(content));
  }

  /** Sends what is waiting of the streams first: nothing overtakes printed text. */
  send(
    channel: SendingChannel,
    identities: readonly Uint8Array[],
    type: string,
    parent: Header | JsonObject,
    json: JsonText,
    extras: MessageExtras = {},
  ): void {
    this.#streams.flush();
    this.#sendFrames(channel, this.#wire.encode(identities, type, parent, json, extras));
  }

  #sendStream(stream: GatheredStream): void {
    const frames = this.#wire.encode(
      [Buffer.from("stream")],
      "stream",
      this.#outputParent,
      JSON.stringify(stream),
    );
    this.#sendFrames("iopub", frames);
  }
}

// Keeps what one cell prints to what a front end can show; the rest goes to a file.

/** Characters that a cell may print; more than a browser shows without trouble, less than what ends it. */
const DEFAULT_LIMIT = 100_000_000;
/** Characters that are kept in the file. */
const FILE_LIMIT = 10 * DEFAULT_LIMIT;

/** The limit that the environment sets by `SMOOTH_EDGES_OUTPUT_LIMIT`, in characters. */
function outputLimit(env: NodeJS.ProcessEnv = process.env): number {
  const limit = Number(env.SMOOTH_EDGES_OUTPUT_LIMIT ?? DEFAULT_LIMIT);
  return limit >= 0 ? limit : DEFAULT_LIMIT;
}

class OutputLimit {
  readonly #limit: number;
  #printed = 0;
  #file: string | undefined;
  #isFull = false;

  /** @param limit in characters */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** A new cell may print as much again. */
  reset(): void {
    this.#printed = 0;
    this.#file = undefined;
    this.#isFull = false;
  }

  /** @returns what of a text is to be shown, and a sentence to add where that is not all for the first time */
  pass(text: string): { readonly shown: string; readonly notice?: string } {
    const room = Math.max(0, this.#limit - this.#printed);
    this.#printed += text.length;
    if (text.length <= room) return { shown: text };
    const shown = text.slice(0, room);
    const notice = this.#keep(text.slice(room));
    return notice === undefined ? { shown } : { shown, notice };
  }

  #keep(text: string): string | undefined {
    if (this.#isFull) return undefined;
    const isFirst = this.#file === undefined;
    try {
      this.#file ??= join(mkdtempSync(join(tmpdir(), "smooth-edges-output-")), "output.txt");
      this.#isFull = this.#printed > this.#limit + FILE_LIMIT;
      if (this.#isFull)
        return `${OVER} the file of the rest must stay below ${FILE_LIMIT}; the rest is lost\n`;
      appendFileSync(this.#file, text, { mode: 0o600 });
    } catch (error) {
      this.#isFull = true;
      return `${OVER} the rest must be written to a file, got ${(error as Error).message}; it is lost\n`;
    }
    if (!isFirst) return undefined;
    return `\n${OVER} a cell must print at most ${this.#limit} characters here, got more; the rest is in ${this.#file}\n`;
  }
}

const OVER = "output:";

/**
 * Joins printed text into few messages: a message a line would overrun slow readers.
 *
 * Text waits at most 20 ms or until a megabyte is there; a change of stream or of cell sends what is waiting.
 */
export interface GatheredStream {
  readonly name: "stdout" | "stderr";
  readonly text: string;
}

const MAX_WAIT_MS = 20;
const MAX_LENGTH = 1024 * 1024;

export class StreamGatherer {
  readonly #send: (stream: GatheredStream) => void;
  #name: "stdout" | "stderr" = "stdout";
  #chunks: string[] = [];
  #length = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(send: (stream: GatheredStream) => void) {
    this.#send = send;
  }

  add(name: "stdout" | "stderr", text: string): void {
    if (name !== this.#name) this.flush();
    this.#name = name;
    this.#chunks.push(text);
    this.#length += text.length;
    if (this.#length >= MAX_LENGTH) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), MAX_WAIT_MS);
  }

  /** Sends what is waiting; called before any other message goes out. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#length === 0) return;
    const text = this.#chunks.join("");
    this.#chunks = [];
    this.#length = 0;
    this.#send({ name: this.#name, text });
  }
}
