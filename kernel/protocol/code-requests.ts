/** Questions about code, which the compiler on the main thread answers. */

import type { CodeJob, JsonText, ToMain } from "../transport/thread-port";
import { type Message, textOf } from "../transport/wire";
import { INTERRUPTED_REPLY } from "./execute-requests";
import type { Outbox } from "./outbox";

export class CodeRequests {
  readonly #outbox: Outbox;
  readonly #toMain: (message: ToMain) => void;
  readonly #onDone: () => void;
  #given: { readonly job: number; readonly request: Message } | undefined;

  constructor(outbox: Outbox, toMain: (message: ToMain) => void, onDone: () => void) {
    this.#outbox = outbox;
    this.#toMain = toMain;
    this.#onDone = onDone;
  }

  static takes(type: string): boolean {
    return ["complete_request", "inspect_request", "is_complete_request"].includes(type);
  }

  start(request: Message, job: number): void {
    const { content, header } = request;
    const kind = header.msg_type.replace(/_request$/, "") as CodeJob["kind"];
    const code = textOf(content.code);
    const cursor = typeof content.cursor_pos === "number" ? content.cursor_pos : [...code].length;
    this.#given = { job, request };
    this.#outbox.busy(request);
    this.#toMain({ kind, job, code, cursor, withDeclaration: content.detail_level === 1 });
  }

  end(job: number, json: JsonText): void {
    if (this.#given?.job !== job) return;
    const { request } = this.#given;
    this.#given = undefined;
    const type = request.header.msg_type.replace(/_request$/, "_reply");
    this.#outbox.send("shell", request.identities, type, request.header, json);
    this.#outbox.idle(request);
    this.#onDone();
  }

  /** The main thread never will answer, as an interrupt ended it. */
  answerLost(): void {
    if (this.#given) this.end(this.#given.job, JSON.stringify(INTERRUPTED_REPLY));
  }
}
