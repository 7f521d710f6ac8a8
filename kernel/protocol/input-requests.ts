/** Sends the questions of cells to the front end, and the answers of the person there to the main thread. */

import type { Question, SharedState } from "../transport/thread-port";
import { type Message, textOf } from "../transport/wire";
import type { Outbox } from "./outbox";

/** The text that front ends send for Ctrl-D. */
const END_OF_INPUT = "\x04";

/** Handles one question at a time. */
export class InputRequests {
  readonly #outbox: Outbox;
  readonly #shared: SharedState;
  readonly #answer: (question: Question, text: string | null) => void;
  /** The question for whose answer a cell waits. */
  #open: Question | undefined;

  /** @param answer passes an answer on; null where the input was closed */
  constructor(
    outbox: Outbox,
    shared: SharedState,
    answer: (question: Question, text: string | null) => void,
  ) {
    this.#outbox = outbox;
    this.#shared = shared;
    this.#answer = answer;
  }

  /** @param request that runs the cell; undefined where the cell has ended meanwhile */
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
    // An answer to an abandoned question must not answer the next one.
    if (message.header.msg_type !== "input_reply" || !question) return;
    this.#open = undefined;
    const text = textOf(message.content.value);
    this.#answer(question, text === END_OF_INPUT ? null : text);
    this.#shared.endInput(true);
  }

  /** Abandons the question and wakes the cell that waits. */
  giveUp(): void {
    this.#open = undefined;
    this.#shared.endInput(false);
  }
}
