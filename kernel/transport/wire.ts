/**
 * Jupyter messages as ZeroMQ frames: identities, delimiter, signature, four JSON parts, binary buffers.
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
  /** True where parts are nested so deep that they were left out; `{}` stands for them. */
  readonly isTooDeep?: boolean;
}

/** What few messages carry. */
export interface MessageExtras {
  /** Already JSON. */
  readonly metadata?: string;
  readonly buffers?: readonly Uint8Array[];
}

/**
 * Arrays and objects that a part may have inside each other. What writes JSON or hands it to another thread calls itself for each, and
 * runs out of stack at some thousands; Python's own reader stops at a thousand.
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
    // Whoever sent a header that cannot be sent back cannot be answered.
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

/** Front ends send text; anything else is as good as none, and some of it `String` cannot convert. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Looks at the bytes, as a value so deep is nothing to walk through. */
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
    // Not JSON: the caller drops the message.
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
