/**
 * Messages between objects of a cell and their twins in a front end, such as widgets.
 *
 * They do not wait in the queue of the cells: a cell that awaits the answer of a person would never get it.
 */

import type { CommOutput, CommType, ToMain } from "../transport/thread-port";
import type { Header, JsonObject, Message } from "../transport/wire";
import type { Outbox } from "./outbox";

export class CommTraffic {
  readonly #outbox: Outbox;
  readonly #toMain: (message: ToMain) => void;
  /** Target names of the open comms. */
  readonly #targets: Map<string, string> = new Map();
  /** Messages that the main thread has not dealt with yet. */
  readonly #given: Map<number, Message> = new Map();

  constructor(outbox: Outbox, toMain: (message: ToMain) => void) {
    this.#outbox = outbox;
    this.#toMain = toMain;
  }

  static takes(type: string): type is CommType {
    return type === "comm_open" || type === "comm_msg" || type === "comm_close";
  }

  /** From a front end. */
  receive(message: Message, job: number): void {
    const { content, buffers } = message;
    const type = message.header.msg_type as CommType;
    const { comm_id: id, target_name: target } = content;
    if (typeof id !== "string") return;
    this.#note(type, id, typeof target === "string" ? target : "");
    this.#given.set(job, message);
    this.#outbox.busy(message);
    this.#toMain({ kind: "comm", job, type, content, buffers });
  }

  /** From a cell. */
  publish({ type, id, target, content, metadata, buffers }: CommOutput, parent: Header | JsonObject): void {
    this.#note(type, id, target ?? "");
    this.#outbox.send("iopub", [Buffer.from(type)], type, parent, content, { metadata, buffers });
  }

  /** The handlers of a message start: output from here on is theirs. */
  handle(job: number): void {
    const message = this.#given.get(job);
    if (message) this.#outbox.lendOutput(message.header);
  }

  /** The handlers have returned. */
  finish(job: number): void {
    const message = this.#given.get(job);
    if (!message) return;
    this.#given.delete(job);
    this.#outbox.returnOutput();
    this.#outbox.idle(message);
  }

  /** An interrupt ended the main thread, which never will say that it is done. */
  answerLost(): void {
    for (const job of [...this.#given.keys()]) this.finish(job);
  }

  /** The content of a `comm_info_reply`. */
  info(request: Message): JsonObject {
    const wanted = request.content.target_name;
    const comms = [...this.#targets]
      .filter(([, target]) => typeof wanted !== "string" || target === wanted)
      .map(([id, target_name]) => [id, { target_name }]);
    return { status: "ok", comms: Object.fromEntries(comms) };
  }

  #note(type: CommType, id: string, target: string): void {
    if (type === "comm_open") this.#targets.set(id, target);
    else if (type === "comm_close") this.#targets.delete(id);
  }
}
