/** Messages on their way out, and what they are answers to. */

import type { JsonText } from "../transport/thread-port";
import type { Header, JsonObject, Message, MessageExtras, Wire } from "../transport/wire";
import { OutputLimit, outputLimit } from "./output-limit";
import { type GatheredStream, StreamGatherer } from "./stream-gatherer";

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
