/** The cells: one at a time on the main thread, each answered once. */
import { InterruptError } from "../errors";
import type { ExecuteOutcome, ToMain } from "../transport/thread-port";
import { type JsonObject, type Message, textOf } from "../transport/wire";
import type { Outbox } from "./outbox";

/** A cell that the main thread was given. */
export interface GivenCell {
  readonly job: number;
  readonly request: Message;
  readonly code: string;
  readonly count: number;
  readonly silent: boolean;
  readonly stored: boolean;
  readonly allowStdin: boolean;
  readonly stopOnError: boolean;
  /** `text/plain` of its result. */
  resultText: string | null;
  outcome?: ExecuteOutcome;
}

const { name, message } = new InterruptError();
const INTERRUPTED: ExecuteOutcome & { status: "error" } = {
  status: "error",
  error: { ename: name, evalue: message, traceback: [`${name}: ${message}`] },
};

/** What the reply to a request about code says whose answer an interrupt took. */
export const INTERRUPTED_REPLY: JsonObject = { status: "error", ...INTERRUPTED.error };

export class ExecuteRequests {
  readonly #outbox: Outbox;
  readonly #toMain: (message: ToMain) => void;
  readonly #onDone: (cell: GivenCell, failed: boolean) => void;
  #count = 0;
  #cell: GivenCell | undefined;

  /** @param onDone told of each cell that was answered */
  constructor(
    outbox: Outbox,
    toMain: (message: ToMain) => void,
    onDone: (cell: GivenCell, failed: boolean) => void,
  ) {
    this.#outbox = outbox;
    this.#toMain = toMain;
    this.#onDone = onDone;
  }

  /** The cell that runs, if one does. */
  get cell(): GivenCell | undefined {
    return this.#cell;
  }

  start(request: Message, job: number): void {
    const { content } = request;
    const silent = content.silent === true;
    const stored = !silent && content.store_history !== false;
    if (stored) this.#count++;
    const cell: GivenCell = {
      job,
      request,
      code: textOf(content.code),
      count: this.#count,
      silent,
      stored,
      allowStdin: content.allow_stdin === true,
      stopOnError: content.stop_on_error !== false,
      resultText: null,
    };
    this.#cell = cell;
    this.#outbox.busy(request);
    if (silent) this.#outbox.beSilent();
    else this.#outbox.directOutput(request.header);
    const { code, count } = cell;
    if (!silent) this.#outbox.publish("execute_input", request.header, { code, execution_count: count });
    this.#toMain({
      kind: "execute",
      job,
      code,
      silent,
      label: stored ? `Cell [${count}]` : "Cell [-]",
      allowStdin: cell.allowStdin,
      userExpressions: stringsOf(content.user_expressions),
    });
  }

  /** What user code publishes, with the count that results carry. */
  output(type: string, content: string): void {
    if (type === "execute_result" && this.#cell?.stored) this.#cell.resultText = plainTextOf(content);
    this.#outbox.output(type, content, this.#count);
  }

  /** The main thread is done with a cell; the second outcome of one counts for nothing. */
  end(job: number, outcome: ExecuteOutcome): void {
    if (job !== this.#cell?.job) return;
    this.#cell.outcome = outcome;
    // What was sent before this reply may still be on its way from the socket to the queue.
    setImmediate(() => this.#finish(job));
  }

  /** The main thread never will answer, as an interrupt ended it. */
  answerLost(): void {
    if (!this.#cell) return;
    this.#cell.outcome ??= INTERRUPTED;
    this.#finish(this.#cell.job);
  }

  #finish(job: number): void {
    const cell = this.#cell;
    const outcome = cell?.outcome;
    if (!outcome || cell.job !== job) return;
    this.#cell = undefined;
    const { request, silent } = cell;
    const failed = outcome.status === "error";
    if (failed && !silent) this.#outbox.publish("error", request.header, { ...outcome.error });
    this.#outbox.reply("shell", request, {
      ...(failed
        ? { status: "error", ...outcome.error, user_expressions: {} }
        : { status: "ok", user_expressions: JSON.parse(outcome.userExpressions) as JsonObject }),
      execution_count: cell.count,
      payload: [],
    });
    this.#outbox.idle(request);
    if (silent) this.#outbox.endSilence();
    this.#onDone(cell, failed);
  }
}

/** Results that are long, such as pictures, are not worth their parsing. */
const MAX_KEPT_RESULT = 100_000;

function plainTextOf(json: string): string | null {
  if (json.length > MAX_KEPT_RESULT) return null;
  const { data } = JSON.parse(json) as { data?: Record<string, unknown> };
  const text = data?.["text/plain"];
  return typeof text === "string" ? text : null;
}

function stringsOf(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter(([, expression]) => typeof expression === "string"));
}
