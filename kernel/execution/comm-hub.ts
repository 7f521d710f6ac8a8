/** The comms of a notebook: pairs of an object in a cell and its twin in a front end. */
import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import { stringify, withBuiltIns } from "../built-ins";
import { commBuffersInvalid } from "../errors";
import type { CommMessage, CommType, ToSocketThread } from "../transport/thread-port";
import type { JsonObject } from "../transport/wire";

export type { JsonObject } from "../transport/wire";

/** What few messages carry beside their data. */
export interface CommExtras {
  /** Of the message, beside its data. */
  readonly metadata?: JsonObject;
  /** Bytes that go beside it, as they are. */
  readonly buffers?: readonly Uint8Array[];
}

export type CommHandler = (data: JsonObject, buffers: readonly Uint8Array[]) => unknown;

/** One end of a channel of messages, the other end of which is in a front end. */
export interface Comm {
  /** The same at both ends. */
  readonly id: string;
  /** The name under which the other end was found. */
  readonly target: string;
  /** Sends a message to the other end. */
  send(data: JsonObject, extras?: CommExtras): void;
  /** Tells the other end that nothing more comes; closing twice does nothing. */
  close(data?: JsonObject): void;
  /** Calls `handler` with each message of the other end. */
  onMessage(handler: CommHandler): void;
  /** Called when the other end is closed. */
  onClose(handler: CommHandler): void;
}

export type TargetHandler = (comm: Comm, data: JsonObject, buffers: readonly Uint8Array[]) => unknown;

interface OpenComm {
  readonly comm: Comm;
  readonly handlers: { readonly message: CommHandler[]; readonly close: CommHandler[] };
}

export class CommHub {
  readonly #post: (message: ToSocketThread) => void;
  readonly #tellError: (error: unknown) => void;
  readonly #open: Map<string, OpenComm> = new Map();
  readonly #targets: Map<string, TargetHandler> = new Map();

  /** @param tellError told of what handlers throw */
  constructor(post: (message: ToSocketThread) => void, tellError: (error: unknown) => void) {
    this.#post = post;
    this.#tellError = tellError;
  }

  open(target: string, data: JsonObject = {}, extras: CommExtras = {}, id: string = randomUUID()): Comm {
    this.#send("comm_open", id, { data, target_name: target }, extras);
    return this.#create(id, target).comm;
  }

  onTarget(name: string, handler: TargetHandler): void {
    this.#targets.set(name, handler);
  }

  /** A message from a front end; what its handlers print is told as printed by it. */
  receive(message: CommMessage): void {
    this.#post({ kind: "handling", job: message.job });
    try {
      this.#handle(message);
    } catch (error) {
      this.#tellError(error);
    } finally {
      this.#post({ kind: "handled", job: message.job });
    }
  }

  #handle({ type, content, buffers }: CommMessage): void {
    const id = String(content.comm_id);
    const data = isObject(content.data) ? content.data : {};
    if (type === "comm_open") {
      const target = String(content.target_name);
      const handler = this.#targets.get(target);
      // The protocol asks to close what cannot be opened.
      if (!handler) this.#send("comm_close", id, { data: {} });
      else handler(this.#create(id, target).comm, data, buffers);
      return;
    }
    const handlers = this.#open.get(id)?.handlers;
    if (type === "comm_close") this.#open.delete(id);
    for (const handler of handlers?.[type === "comm_msg" ? "message" : "close"] ?? []) {
      handler(data, buffers);
    }
  }

  #create(id: string, target: string): OpenComm {
    const handlers: OpenComm["handlers"] = { message: [], close: [] };
    const comm: Comm = {
      id,
      target,
      send: (data, extras) => this.#send("comm_msg", id, { data }, extras),
      close: (data = {}) => {
        if (this.#open.delete(id)) this.#send("comm_close", id, { data });
      },
      onMessage: (handler) => void handlers.message.push(handler),
      onClose: (handler) => void handlers.close.push(handler),
    };
    const opened = { comm, handlers };
    this.#open.set(id, opened);
    return opened;
  }

  /** As JSON and bytes already here: what cannot be written must fail in the cell that sends it. */
  #send(
    type: CommType,
    id: string,
    { data, target_name: target }: { readonly data: JsonObject; readonly target_name?: string },
    { metadata = {}, buffers = [] }: CommExtras = {},
  ): void {
    const message = withBuiltIns(() => ({
      content: stringify({ comm_id: id, target_name: target, data }),
      metadata: isObject(metadata) ? stringify(metadata) : "{}",
      buffers: bytesOf(buffers),
    }));
    this.#post({ kind: "comm", type, id, target, ...message });
  }
}

function bytesOf(buffers: readonly unknown[]): Uint8Array[] {
  if (!Array.isArray(buffers) || !buffers.every((buffer) => ArrayBuffer.isView(buffer)))
    throw commBuffersInvalid(inspect(buffers));
  return buffers.map(
    ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength),
  );
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
