/** The comms of a notebook: channels that each connect an object in a cell with one in a front end. */
import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import { stringify, withBuiltIns } from "../built-ins";
import { commBuffersInvalid } from "../errors";
import type { CommMessage, CommType, ToSocketThread } from "../transport/thread-port";
import type { JsonObject } from "../transport/wire";

export type { JsonObject } from "../transport/wire";

/** Optional parts of a message. */
export interface CommExtras {
  /** Metadata of the message. */
  readonly metadata?: JsonObject;
  /** Binary buffers, which are sent unchanged. */
  readonly buffers?: readonly Uint8Array[];
}

/** Handles a message of the other end. */
export type CommHandler = (data: JsonObject, buffers: readonly Uint8Array[]) => unknown;

/** The kernel's end of a channel of messages; the other end is in a front end. */
export interface Comm {
  /** The id of the channel, equal at both ends. */
  readonly id: string;
  /** The name under which the other end is registered. */
  readonly target: string;
  /** Sends a message to the other end. */
  send(data: JsonObject, extras?: CommExtras): void;
  /** Tells the other end that nothing more comes; closing twice does nothing. */
  close(data?: JsonObject): void;
  /** Calls `handler` with each message of the other end. */
  onMessage(handler: CommHandler): void;
  /** Calls `handler` when the other end is closed. */
  onClose(handler: CommHandler): void;
}

/** Handles a channel that a front end opens. */
export type TargetHandler = (comm: Comm, data: JsonObject, buffers: readonly Uint8Array[]) => unknown;

interface OpenComm {
  readonly comm: Comm;
  readonly handlers: { readonly message: CommHandler[]; readonly close: CommHandler[] };
}

/** Opens the channels of a notebook and delivers their messages. */
export class CommHub {
  readonly #post: (message: ToSocketThread) => void;
  readonly #reportError: (error: unknown) => void;
  readonly #open: Map<string, OpenComm> = new Map();
  readonly #targets: Map<string, TargetHandler> = new Map();

  /** @param reportError called with the errors of handlers */
  constructor(post: (message: ToSocketThread) => void, reportError: (error: unknown) => void) {
    this.#post = post;
    this.#reportError = reportError;
  }

  open(target: string, data: JsonObject = {}, extras: CommExtras = {}, id: string = randomUUID()): Comm {
    this.#send("comm_open", id, { data, target_name: target }, extras);
    return this.#create(id, target).comm;
  }

  onTarget(name: string, handler: TargetHandler): void {
    this.#targets.set(name, handler);
  }

  /** Handles a message from a front end; output of its handlers is published as output of that message. */
  receive(message: CommMessage): void {
    this.#post({ kind: "handling", job: message.job });
    try {
      this.#handle(message);
    } catch (error) {
      this.#reportError(error);
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

  /** Serializes and posts a message; data that cannot be serialized must fail in the cell that sends them. */
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
