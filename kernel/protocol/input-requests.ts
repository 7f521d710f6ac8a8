/** Questions of cells to the person at the front end. */

import type { Question, SharedState } from "../transport/thread-port";
import { type Message, textOf } from "../transport/wire";
import type { Outbox } from "./outbox";

/** What front ends send for Ctrl-D. */
const END_OF_INPUT = "\x04";

export class InputRequests {
  readonly #outbox: Outbox;
  readonly #shared: SharedState;
  readonly #answer: (question: Question, text: string | null) => void;
  /** The cell waits for an answer to it. */
  #open: Question | undefined;

  /** @param answer hands an answer on; null where the input was closed */
  constructor(
    outbox: Outbox,
    shared: SharedState,
    answer: (question: Question, text: string | null) => void,
  ) {
    this.#outbox = outbox;
    this.#shared = shared;
    this.#answer = answer;
  }

  /** @param request of the cell that asks; undefined where it has ended meanwhile */
  ask(question: Question, request: Message | undefined): void {
    if (!request) {
      this.#shared.endInput(false);
      return;
    }
    this.#open = question;
    const { prompt, password } = question;
    const content = JSON.stringify({ prompt, password });
    this.#outbox.send("stdin", request.identities, "input_request", request.header, content);
  }

  receive(message: Message): void {
    const question = this.#open;
    // An answer to a question that was given up would be taken for that to the next one.
    if (message.header.msg_type !== "input_reply" || !question) return;
    this.#open = undefined;
    const text = textOf(message.content.value);
    this.#answer(question, text === END_OF_INPUT ? null : text);
    this.#shared.endInput(true);
  }

  /** Wakes a cell that waits. */
  giveUp(): void {
    this.#open = undefined;
    this.#shared.endInput(false);
  }
}
