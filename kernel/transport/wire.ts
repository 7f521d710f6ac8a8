/**
 * Encodes Jupyter messages as ZeroMQ frames and decodes them: identities, delimiter, signature, four JSON parts, binary buffers.
 *
 * @see https://jupyter-client.readthedocs.io/en/stable/messaging.html#the-wire-protocol
 */
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

/** The version of the messaging protocol that the kernel speaks. */
export const PROTOCOL_VERSION = "5.4";

export interface Header {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
  readonly username: string;
  readonly date: string;
  readonly version: string;
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** A message that arrived. */
export interface Message {
  /** Routing prefix, sent back with the reply. */
  readonly identities: readonly Uint8Array[];
  readonly header: Header;
  readonly parent: JsonObject;
  readonly metadata: JsonObject;
  readonly content: JsonObject;
  readonly buffers: readonly Uint8Array[];
  /** True where parts were nested too deep and were replaced by `{}`. */
  readonly isTooDeep?: boolean;
}

/** Optional parts of a message. */
export interface MessageExtras {
  /** The metadata as JSON. */
  readonly metadata?: string;
  readonly buffers?: readonly Uint8Array[];
}

/**
 * Maximum depth of nested arrays and objects in a part. Serialization to JSON or to another thread is recursive and overflows the stack
 * at some thousands; Python's own reader stops at a thousand.
 */
export const MAX_DEPTH = 1000;

const DELIMITER = Buffer.from("<IDS|MSG>");

/** Signs, writes and reads the messages of one kernel. */
export class Wire {
  readonly #key: string;
  readonly #hash: string;
  readonly #session: string = randomUUID();

  /** @param key signing key; empty for unsigned messages */
  constructor(key: string, hash: string) {
    this.#key = key;
    this.#hash = hash;
  }

  /**
   * Reads the frames of a message; undefined where they are no message of this kernel's front ends: no
   * delimiter, a wrong signature, parts that are not JSON objects.
   */
  decode(frames: readonly Uint8Array[]): Message | undefined {
    const at = frames.findIndex((frame) => DELIMITER.equals(frame));
    const [signature, ...rest] = frames.slice(at + 1);
    if (at < 0 || !signature || rest.length < 4) return undefined;
    const parts = rest.slice(0, 4);
    if (!this.#isSigned(signature, parts)) return undefined;
    const tooDeep = parts.map(isTooDeep);
    // A message with a too deep header cannot be answered, because its header cannot be sent back.
    if (tooDeep[0] || tooDeep[1]) return undefined;
    const [header, parent, metadata, content] = parts.map((part, at) =>
      tooDeep[at] ? {} : parseObject(part),
    );
    if (!header || !parent || !metadata || !content) return undefined;
    if (typeof header.msg_type !== "string" || typeof header.msg_id !== "string") return undefined;
    return {
      identities: frames.slice(0, at),
      header: header as unknown as Header,
      parent,
      metadata,
      content,
      buffers: rest.slice(4),
      ...(tooDeep.includes(true) && { isTooDeep: true }),
    };
  }

  /**
   * The frames of a message from the kernel.
   *
   * @param parent header of the request that the message answers; `{}` for none
   * @param contentJson the content, already JSON
   */
  encode(
    identities: readonly Uint8Array[],
    type: string,
    parent: Header | JsonObject,
    contentJson: string,
    { metadata = "{}", buffers = [] }: MessageExtras = {},
  ): Uint8Array[] {
    const header: Header = {
      msg_id: randomUUID(),
      msg_type: type,
      session: this.#session,
      username: "kernel",
      date: new Date().toISOString(),
      version: PROTOCOL_VERSION,
    };
    const parts = [
      JSON.stringify(header),
      wellFormed(JSON.stringify(parent)),
      wellFormed(metadata),
      wellFormed(contentJson),
    ].map((part) => Buffer.from(part));
    return [...identities, DELIMITER, Buffer.from(this.#sign(parts)), ...parts, ...buffers];
  }

  #sign(parts: readonly Uint8Array[]): string {
    if (this.#key === "") return "";
    const hmac = createHmac(this.#hash, this.#key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  }

  #isSigned(signature: Uint8Array, parts: readonly Uint8Array[]): boolean {
    if (this.#key === "") return true;
    const expected = Buffer.from(this.#sign(parts));
    return signature.length === expected.length && timingSafeEqual(signature, expected);
  }
}

/** Returns a text, or an empty one for any other value: `String` throws for some of them. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Measures the depth of JSON on its bytes, because a parsed value so deep cannot be traversed. */
function isTooDeep(json: Uint8Array): boolean {
  if (json.length <= MAX_DEPTH) return false;
  let depth = 0;
  let isText = false;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at];
    if (isText) {
      if (byte === 0x5c) at++;
      else if (byte === 0x22) isText = false;
    } else if (byte === 0x22) isText = true;
    else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > MAX_DEPTH) return true;
    } else if (byte === 0x5d || byte === 0x7d) depth--;
  }
  return false;
}

function parseObject(frame: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(frame).toString("utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // The caller drops a message whose parts are not JSON.
  }
  return undefined;
}

/**
 * Replaces lone surrogates, which `JSON.stringify` leaves as escapes: a front end that decodes them gets a
 * string that it cannot save.
 */
function wellFormed(json: string): string {
  return json.replace(/\\\\|\\ud[89a-f][0-9a-f]{2}/g, (found) => (found === "\\\\" ? found : "\ufffd"));
}
