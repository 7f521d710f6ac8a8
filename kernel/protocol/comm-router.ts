/**
 * Routes the messages of comms, which connect objects of cells with objects in a front end, such as widgets.
 *
 * They do not wait in the queue of the cells, because a cell that awaits the answer of a person would never get it.
 */

import type { CommOutput, CommType, ToMain } from "../transport/thread-port";
import type { Header, JsonObject, Message } from "../transport/wire";
import type { Outbox } from "./outbox";

/** Routes messages of open comms in both directions. */
export class CommRouter {
  readonly #outbox: Outbox;
  readonly #toMain: (message: ToMain) => void;
  /** Target names of the open comms. */
  readonly #targets: Map<string, string> = new Map();
  /** Messages of front ends that the main thread has not handled yet, by job. */
  readonly #pending: Map<number, Message> = new Map();

  constructor(outbox: Outbox, toMain: (message: ToMain) => void) {
    this.#outbox = outbox;
    this.#toMain = toMain;
  }

  static accepts(type: string): type is CommType {
    return type === "comm_open" || type === "comm_msg" || type === "comm_close";
  }

  /** Passes a message of a front end to the main thread. */
  receive(message: Message, job: number): void {
    const { content, buffers } = message;
    const type = message.header.msg_type as CommType;
    const { comm_id: id, target_name: target } = content;
    if (typeof id !== "string") return;
    this.#note(type, id, typeof target === "string" ? target : "");
    this.#pending.set(job, message);
    this.#outbox.busy(message);
    this.#toMain({ kind: "comm", job, type, content, buffers });
  }

  /** Publishes a message of a cell. */
  publish({ type, id, target, content, metadata, buffers }: CommOutput, parent: Header | JsonObject): void {
    this.#note(type, id, target ?? "");
    this.#outbox.send("iopub", [Buffer.from(type)], type, parent, content, { metadata, buffers });
  }

  /** Notes that the handlers of a message start; output belongs to that message until they return. */
  handle(job: number): void {
    const message = this.#pending.get(job);
    if (message) this.#outbox.overrideOutputParent(message.header);
  }

  /** Notes that the handlers of a message have returned. */
  finish(job: number): void {
    const message = this.#pending.get(job);
    if (!message) return;
    this.#pending.delete(job);
    this.#outbox.restoreOutputParent();
    this.#outbox.idle(message);
  }

  /** Finishes all messages whose handling an interrupt terminated. */
  answerTerminated(): void {
    for (const job of [...this.#pending.keys()]) this.finish(job);
  }

  /** Returns the content of a `comm_info_reply`. */
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
