/** Main thread: asks the person at the front end for input, for `prompt` and `input` of cells. */

import { InterruptError, inputNotAllowed, inputWithoutCell } from "../errors";
import type { InputOptions } from "../notebook-kernel";
import type { SharedState, ToSocketThread } from "../transport/thread-port";
import type { RunningCell } from "./running-cell";

/** Sends questions to the front end and waits for the answers. */
export class Questions {
  readonly #post: (message: ToSocketThread) => void;
  readonly #shared: SharedState;
  readonly #readAnswer: () => string | null | undefined;
  readonly #runningCell: () => RunningCell | undefined;
  readonly #awaited: Map<number, (text: string | null) => void> = new Map();
  /** The last question of a cell; the next one waits for its answer, because a front end shows one at a time. */
  #last: { readonly cell: RunningCell; answered: Promise<unknown> } | undefined;
  #count = 0;

  /** @param readAnswer returns an answer to `prompt` that has arrived; undefined where there is none */
  constructor(
    post: (message: ToSocketThread) => void,
    shared: SharedState,
    readAnswer: () => string | null | undefined,
    runningCell: () => RunningCell | undefined,
  ) {
    this.#post = post;
    this.#shared = shared;
    this.#readAnswer = readAnswer;
    this.#runningCell = runningCell;
  }

  prompt(message = ""): string | null {
    this.#cellThatMayAsk("prompt");
    // Answers that an interrupt left unread are dropped.
    while (this.#readAnswer() !== undefined);
    this.#shared.expectInput();
    this.#post({ kind: "ask", question: 0, prompt: String(message), password: false });
    if (!this.#shared.waitForInput()) throw new InterruptError();
    return this.#readAnswer() ?? null;
  }

  async input(message = "", { password = false }: InputOptions = {}): Promise<string | null> {
    const cell = this.#cellThatMayAsk("input");
    const before = this.#last?.cell === cell ? this.#last.answered : undefined;
    const question = ++this.#count;
    const answer = (async () => {
      await before;
      if (cell.answered) throw new InterruptError();
      return new Promise<string | null>((resolve) => {
        this.#awaited.set(question, resolve);
        this.#post({ kind: "ask", question, prompt: String(message), password });
      });
    })();
    this.#last = { cell, answered: answer.catch(() => {}) };
    return cell.race(answer);
  }

  /** Passes on the answer to an awaited question. */
  answered(question: number, text: string | null): void {
    this.#awaited.get(question)?.(text);
    this.#awaited.delete(question);
  }

  #cellThatMayAsk(where: string): RunningCell {
    const cell = this.#runningCell();
    if (!cell) throw inputWithoutCell(where);
    if (!cell.job.allowStdin) throw inputNotAllowed(where);
    return cell;
  }
}
