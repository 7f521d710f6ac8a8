/**
 * The requests of the shell channel that the main thread answers: cells, and requests about code.
 *
 * `RequestQueue` passes on one request at a time. `ExecuteRequests` and `CodeRequests` send it to the main thread, and answer it
 * exactly once, also where an interrupt has terminated it there.
 */
import { InterruptError } from "../errors";
import type { CodeJob, ExecuteOutcome, JsonText, ToMain } from "../transport/thread-port";
import { type JsonObject, type Message, textOf } from "../transport/wire";
import type { Outbox } from "./outbox";

/** A cell that was sent to the main thread. */
export interface PendingCell {
  readonly job: number;
  readonly request: Message;
  readonly code: string;
  readonly count: number;
  readonly silent: boolean;
  readonly stored: boolean;
  readonly allowStdin: boolean;
  readonly stopOnError: boolean;
  /** The `text/plain` of its result, for the history. */
  resultText: string | null;
  outcome?: ExecuteOutcome;
}

const { name, message } = new InterruptError();
const INTERRUPTED: ExecuteOutcome & { status: "error" } = {
  status: "error",
  error: { ename: name, evalue: message, traceback: [`${name}: ${message}`] },
};

/** The content of the reply to a request about code that an interrupt terminated. */
const INTERRUPTED_REPLY: JsonObject = { status: "error", ...INTERRUPTED.error };

/** Runs the cells of execute requests: sends them to the main thread, publishes their output, and replies. */
export class ExecuteRequests {
  readonly #outbox: Outbox;
  readonly #toMain: (message: ToMain) => void;
  readonly #onDone: (cell: PendingCell, failed: boolean) => void;
  #count = 0;
  #cell: PendingCell | undefined;

  /** @param onDone called after each cell was answered */
  constructor(
    outbox: Outbox,
    toMain: (message: ToMain) => void,
    onDone: (cell: PendingCell, failed: boolean) => void,
  ) {
    this.#outbox = outbox;
    this.#toMain = toMain;
    this.#onDone = onDone;
  }

  /** The cell that runs, if one does. */
  get cell(): PendingCell | undefined {
    return this.#cell;
  }

  start(request: Message, job: number): void {
    const { content } = request;
    const silent = content.silent === true;
    const stored = !silent && content.store_history !== false;
    if (stored) this.#count++;
    const cell: PendingCell = {
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
    if (silent) this.#outbox.startSilence();
    else this.#outbox.setOutputParent(request.header);
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

  /** Publishes a message of user code; results carry the execution count. */
  output(type: string, content: string): void {
    if (type === "execute_result" && this.#cell?.stored) this.#cell.resultText = plainTextOf(content);
    this.#outbox.output(type, content, this.#count);
  }

  /** Ends a cell that the main thread has answered; a second outcome of the same cell is ignored. */
  end(job: number, outcome: ExecuteOutcome): void {
    if (job !== this.#cell?.job) return;
    this.#cell.outcome = outcome;
    // Cells that were sent before this reply, and may have to be aborted, can still be on their way to the queue.
    setImmediate(() => this.#finish(job));
  }

  /** Answers the cell that an interrupt terminated on the main thread. */
  answerTerminated(): void {
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

/** The queue of the shell channel: starts one request at a time, in order. */
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

  /** Notes that the running request was answered, and starts the next one. */
  finish(): void {
    this.#running = undefined;
    this.#next();
  }

  /** Removes and returns the waiting cells, in order; other requests stay. */
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

/** Sends completions, inspections and checks for completeness to the compiler on the main thread. */
export class CodeRequests {
  readonly #outbox: Outbox;
  readonly #toMain: (message: ToMain) => void;
  readonly #onDone: () => void;
  #pending: { readonly job: number; readonly request: Message } | undefined;

  constructor(outbox: Outbox, toMain: (message: ToMain) => void, onDone: () => void) {
    this.#outbox = outbox;
    this.#toMain = toMain;
    this.#onDone = onDone;
  }

  static accepts(type: string): boolean {
    return ["complete_request", "inspect_request", "is_complete_request"].includes(type);
  }

  start(request: Message, job: number): void {
    const { content, header } = request;
    const kind = header.msg_type.replace(/_request$/, "") as CodeJob["kind"];
    const code = textOf(content.code);
    const cursor = typeof content.cursor_pos === "number" ? content.cursor_pos : [...code].length;
    this.#pending = { job, request };
    this.#outbox.busy(request);
    this.#toMain({ kind, job, code, cursor, withDeclaration: content.detail_level === 1 });
  }

  end(job: number, json: JsonText): void {
    if (this.#pending?.job !== job) return;
    const { request } = this.#pending;
    this.#pending = undefined;
    const type = request.header.msg_type.replace(/_request$/, "_reply");
    this.#outbox.send("shell", request.identities, type, request.header, json);
    this.#outbox.idle(request);
    this.#onDone();
  }

  /** Answers the request that an interrupt terminated on the main thread. */
  answerTerminated(): void {
    if (this.#pending) this.end(this.#pending.job, JSON.stringify(INTERRUPTED_REPLY));
  }
}

/** Length of a result in JSON above which it is not parsed for the history; such results are pictures. */
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
