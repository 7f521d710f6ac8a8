import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

/** A message of the Jupyter protocol as a client sees it. */
export interface ClientMessage {
  /** Of the header, e.g. `"execute_reply"`. */
  readonly type: string;
  /** The `msg_id` of the request that this message answers. */
  readonly parentId: string | undefined;
  readonly content: Readonly<Record<string, unknown>>;
}

/** Signs and packs a client's requests and checks and unpacks what comes back. */
export class ClientCodec {
  readonly #key: string;
  readonly #session: string = randomUUID();

  constructor(key: string) {
    this.#key = key;
  }

  /** A request as the frames to send, and the id by which its answers are known. */
  request(type: string, content: object): { id: string; frames: (string | Buffer)[] } {
    const id = randomUUID();
    const header = {
      msg_id: id,
      msg_type: type,
      session: this.#session,
      username: "smooth-edges",
      date: new Date().toISOString(),
      version: "5.4",
    };
    const parts = [header, {}, {}, content].map((part) => JSON.stringify(part));
    return { id, frames: ["<IDS|MSG>", this.#sign(parts), ...parts] };
  }

  /** The message that frames hold, or undefined where they are not signed with the key. */
  parse(frames: readonly Buffer[]): ClientMessage | undefined {
    const start = frames.findIndex((frame) => frame.toString() === "<IDS|MSG>");
    const [signature, header, parent, metadata, content] = frames.slice(start + 1);
    if (start < 0 || !signature || !header || !parent || !metadata || !content) return undefined;
    const expected = Buffer.from(this.#sign([header, parent, metadata, content]));
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) return undefined;
    return {
      type: JSON.parse(header.toString()).msg_type,
      parentId: JSON.parse(parent.toString()).msg_id,
      content: JSON.parse(content.toString()),
    };
  }

  #sign(parts: readonly (string | Buffer)[]): string {
    const hmac = createHmac("sha256", this.#key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  }
}
