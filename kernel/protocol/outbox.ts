/**
 * Sends the messages of the kernel, each with the request that it belongs to.
 *
 * Printed text is joined into few messages and limited to an amount that a front end can show; the rest goes to a file.
 */
import { appendFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonText } from "../transport/thread-port";
import type { Header, JsonObject, Message, MessageExtras, Wire } from "../transport/wire";

export type SendingChannel = "shell" | "control" | "stdin" | "iopub";

/** Encodes and sends messages on all channels. */
export class Outbox {
  readonly #wire: Wire;
  readonly #sendFrames: (channel: SendingChannel, frames: Uint8Array[]) => void;
  readonly #streams: StreamGatherer;
  readonly #limit: OutputLimit = new OutputLimit(outputLimit());
  /** The request that output belongs to, also after its cell has ended. */
  #outputParent: Header | JsonObject = {};
  /** The request that output belongs to again when the handlers of a comm have returned. */
  #overriddenParent: (Header | JsonObject) | undefined;
  #isSilent = false;

  constructor(wire: Wire, sendFrames: (channel: SendingChannel, frames: Uint8Array[]) => void) {
    this.#wire = wire;
    this.#sendFrames = sendFrames;
    this.#streams = new StreamGatherer((stream) => this.#sendStream(stream));
  }

  get outputParent(): Header | JsonObject {
    return this.#outputParent;
  }

  /** Makes output belong to a request from now on. */
  setOutputParent(parent: Header): void {
    this.#streams.flush();
    this.#limit.reset();
    this.#outputParent = parent;
    this.#overriddenParent = undefined;
  }

  /** Makes output belong to a message until `restoreOutputParent`. */
  overrideOutputParent(parent: Header): void {
    this.#streams.flush();
    this.#overriddenParent ??= this.#outputParent;
    this.#outputParent = parent;
  }

  restoreOutputParent(): void {
    if (this.#overriddenParent === undefined) return;
    this.#streams.flush();
    this.#outputParent = this.#overriddenParent;
    this.#overriddenParent = undefined;
  }

  /** Drops output from now on. */
  startSilence(): void {
    this.#streams.flush();
    this.#isSilent = true;
  }

  /** Publishes output again, which belongs to earlier cells. */
  endSilence(): void {
    this.#isSilent = false;
  }

  stream(name: "stdout" | "stderr", text: string): void {
    if (this.#isSilent) return;
    const { shown, notice } = this.#limit.admit(text);
    if (shown !== "") this.#streams.add(name, shown);
    if (notice !== undefined) this.#streams.add("stderr", notice);
  }

  /** Sends the printed text that waits to be joined. */
  flush(): void {
    this.#streams.flush();
  }

  /** Publishes a message of user code. */
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

  /** Sends a message after the printed text that waits, so that it does not overtake it. */
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

/** Maximum number of characters that a cell may print: a browser is slow with them, but survives. */
const DEFAULT_LIMIT = 100_000_000;
/** Maximum number of characters in the file. */
const FILE_LIMIT = 10 * DEFAULT_LIMIT;

/** Returns the limit in characters; the environment variable `SMOOTH_EDGES_OUTPUT_LIMIT` sets it. */
function outputLimit(env: NodeJS.ProcessEnv = process.env): number {
  const limit = Number(env.SMOOTH_EDGES_OUTPUT_LIMIT ?? DEFAULT_LIMIT);
  return limit >= 0 ? limit : DEFAULT_LIMIT;
}

/** Limits the printed text of a cell, and writes the rest to a file. */
class OutputLimit {
  readonly #limit: number;
  #printed = 0;
  #file: string | undefined;
  #isFull = false;

  /** @param limit in characters */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Starts a new cell, which may print up to the limit. */
  reset(): void {
    this.#printed = 0;
    this.#file = undefined;
    this.#isFull = false;
  }

  /** @returns the part of a text to show, and a notice where text is held back for the first time */
  admit(text: string): { readonly shown: string; readonly notice?: string } {
    const room = Math.max(0, this.#limit - this.#printed);
    this.#printed += text.length;
    if (text.length <= room) return { shown: text };
    const shown = text.slice(0, room);
    const notice = this.#writeRest(text.slice(room));
    return notice === undefined ? { shown } : { shown, notice };
  }

  #writeRest(text: string): string | undefined {
    if (this.#isFull) return undefined;
    const isFirst = this.#file === undefined;
    try {
      this.#file ??= join(mkdtempSync(join(tmpdir(), "smooth-edges-output-")), "output.txt");
      this.#isFull = this.#printed > this.#limit + FILE_LIMIT;
      if (this.#isFull)
        return `${NOTICE_PREFIX} the file of the rest must stay below ${FILE_LIMIT}; the rest is lost\n`;
      appendFileSync(this.#file, text, { mode: 0o600 });
    } catch (error) {
      this.#isFull = true;
      return `${NOTICE_PREFIX} the rest must be written to a file, got ${(error as Error).message}; it is lost\n`;
    }
    if (!isFirst) return undefined;
    return `\n${NOTICE_PREFIX} a cell must print at most ${this.#limit} characters here, got more; the rest is in ${this.#file}\n`;
  }
}

const NOTICE_PREFIX = "output:";

/** Joined text of one stream. */
export interface GatheredStream {
  readonly name: "stdout" | "stderr";
  readonly text: string;
}

/** Time that text waits at most; a person does not notice it. */
const MAX_WAIT_MS = 20;
/** Number of characters at which text is sent at once. */
const MAX_LENGTH = 1024 * 1024;

/**
 * Joins printed text into few messages, because one message for each line would overrun slow readers. A change of the stream or of the
 * cell sends the text that waits.
 */
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

  /** Sends the text that waits; called before any other message is sent. */
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
