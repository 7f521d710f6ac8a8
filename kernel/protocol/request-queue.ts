/** The requests of the shell channel, one at a time and in order. */
import type { Message } from "../transport/wire";

export class RequestQueue {
  readonly #start: (request: Message) => void;
  #waiting: Message[] = [];
  #running: Message | undefined;

  /** @param start begins to answer a request; `finish` must follow, at once or later */
  constructor(start: (request: Message) => void) {
    this.#start = start;
  }

  get running(): Message | undefined {
    return this.#running;
  }

  add(request: Message): void {
    this.#waiting.push(request);
    this.#next();
  }

  /** The running request has been answered. */
  finish(): void {
    this.#running = undefined;
    this.#next();
  }

  /** Takes out the waiting cells, in order; other requests stay. */
  takeCells(): Message[] {
    const isCell = (request: Message): boolean => request.header.msg_type === "execute_request";
    const cells = this.#waiting.filter(isCell);
    this.#waiting = this.#waiting.filter((request) => !isCell(request));
    return cells;
  }

  #next(): void {
    while (!this.#running) {
      const request = this.#waiting.shift();
      if (!request) return;
      this.#running = request;
      this.#start(request);
    }
  }
}
