/**
 * The protocol side of the kernel: which message is answered with which, in what order.
 *
 * It knows neither sockets nor TypeScript: frames come in through `receive`, go out through `ServerPorts`, and code is
 * handed to the main thread.
 */
import { InterruptError } from "./errors";
import { kernelInfo, refuseDebugging } from "./fixed-replies";
import type { Sign } from "./interrupter";
import { Outbox, type SendingChannel } from "./outbox";
import { RequestQueue } from "./request-queue";
import type { ExecuteOutcome, JsonText, SharedState, ToMain, ToSocketThread } from "./thread-port";
import type { JsonObject, Message, Wire } from "./wire";

/** What the server needs of the world. */
export interface ServerPorts {
  send(channel: SendingChannel, frames: Uint8Array[]): void;
  toMain(message: ToMain): void;
  /** Answers the main thread, which sleeps until then. */
  answerInput(text: string): void;
  /** Stops what the main thread does; `job` is the running cell, 0 where none runs. */
  interrupt(job: number): void;
  /** The main thread answered a job or a ping. */
  acknowledge(sign: Sign): void;
  /** Calls `action` once the main thread can be given something to do without an interrupt hitting it. */
  whenCalm(action: () => void): void;
  /** Ends the process once everything sent has left. */
  end(): void;
}

interface RunningCell {
  readonly job: number;
  readonly request: Message;
  readonly count: number;
  readonly silent: boolean;
  readonly allowStdin: boolean;
  readonly stopOnError: boolean;
  outcome?: ExecuteOutcome;
}

const { name, message } = new InterruptError();
const INTERRUPTED: ExecuteOutcome & { status: "error" } = {
  status: "error",
  error: { ename: name, evalue: message, traceback: [`${name}: ${message}`] },
};

export class KernelServer {
  readonly #wire: Wire;
  readonly #ports: ServerPorts;
  readonly #shared: SharedState;
  readonly #version: string;
  readonly #queue: RequestQueue = new RequestQueue((request) => this.#start(request));
  readonly #outbox: Outbox;
  #lastJob = 0;
  #count = 0;
  #cell: RunningCell | undefined;
  /** The main thread waits for an answer to its question. */
  #isAsking = false;

  constructor(wire: Wire, ports: ServerPorts, shared: SharedState, version: string) {
    this.#wire = wire;
    this.#ports = ports;
    this.#shared = shared;
    this.#version = version;
    this.#outbox = new Outbox(wire, (channel, frames) => ports.send(channel, frames));
  }

  /** The sockets are bound. */
  announce(): void {
    this.#outbox.publish("status", {}, { execution_state: "starting" });
  }

  /** Greets a new subscriber, which knows then that it misses nothing from here on. */
  welcome(topic: Uint8Array): void {
    const content = JSON.stringify({ subscription: Buffer.from(topic).toString("utf8") });
    this.#outbox.send("iopub", [topic], "iopub_welcome", {}, content);
  }

  receive(channel: "shell" | "control" | "stdin", frames: readonly Uint8Array[]): void {
    const message = this.#wire.decode(frames);
    if (!message) return;
    if (channel === "shell") this.#queue.add(message);
    else if (channel === "control") this.#answer("control", message);
    else this.#receiveInput(message);
  }

  fromMain(message: ToSocketThread): void {
    switch (message.kind) {
      case "stream":
        this.#shared.removeBytes(message.text.length);
        this.#outbox.stream(message.name, message.text);
        return;
      case "publish":
        this.#shared.removeBytes(message.content.length);
        this.#outbox.output(message.type, message.content, this.#count);
        return;
      case "executed":
        this.#ports.acknowledge({ job: message.job });
        if (message.job !== this.#cell?.job) return;
        this.#cell.outcome = message.outcome;
        // What was sent before this reply may still be on its way from the socket to the queue.
        setImmediate(() => this.#finishCell(message.job));
        return;
      case "answered":
        if (this.#codeJob?.job === message.job) this.#codeJob.done(message.content);
        return;
      case "ask":
        this.#ask(message.prompt);
        return;
      case "pong":
        this.#ports.acknowledge({ ping: message.ping });
        return;
      case "signalled":
        this.#interrupt();
        return;
    }
  }

  #codeJob: { readonly job: number; readonly done: (content: JsonText) => void } | undefined;

  #start(request: Message): void {
    switch (request.header.msg_type) {
      case "execute_request":
        this.#startCell(request);
        return;
      case "complete_request":
      case "inspect_request":
      case "is_complete_request":
        this.#startCodeJob(request);
        return;
      default:
        this.#answer("shell", request);
        this.#queue.finish();
    }
  }

  /** Requests that this thread answers by itself. */
  #answer(channel: "shell" | "control", request: Message): void {
    this.#outbox.busy(request);
    const reply = (content: JsonObject): void => this.#outbox.reply(channel, request, content);
    const type = request.header.msg_type;
    if (type === "kernel_info_request") reply(kernelInfo(this.#version));
    else if (type === "comm_info_request") reply({ status: "ok", comms: {} });
    else if (type === "history_request") reply({ status: "ok", history: [] });
    else if (type === "interrupt_request") {
      this.#interrupt();
      reply({ status: "ok" });
    } else if (type === "debug_request") reply(refuseDebugging(request));
    else if (type === "comm_open") {
      // No targets are registered: the protocol asks to close what cannot be opened.
      this.#outbox.publish("comm_close", request.header, {
        comm_id: request.content.comm_id ?? "",
        data: {},
      });
    } else if (type === "shutdown_request") {
      const content = { status: "ok", restart: request.content.restart === true };
      reply(content);
      this.#outbox.publish("shutdown_reply", request.header, content);
    }
    this.#outbox.idle(request);
    if (type === "shutdown_request") this.#ports.end();
  }

  #startCell(request: Message): void {
    const { content } = request;
    const silent = content.silent === true;
    const stored = !silent && content.store_history !== false;
    if (stored) this.#count++;
    const code = textOf(content.code);
    const cell: RunningCell = {
      job: ++this.#lastJob,
      request,
      count: this.#count,
      silent,
      allowStdin: content.allow_stdin === true,
      stopOnError: content.stop_on_error !== false,
    };
    this.#cell = cell;
    this.#outbox.busy(request);
    if (silent) this.#outbox.beSilent();
    else this.#outbox.directOutput(request.header);
    if (!silent) this.#outbox.publish("execute_input", request.header, { code, execution_count: cell.count });
    this.#ports.toMain({
      kind: "execute",
      job: cell.job,
      code,
      silent,
      label: stored ? `Cell [${cell.count}]` : "Cell [-]",
      allowStdin: cell.allowStdin,
      userExpressions: stringsOf(content.user_expressions),
    });
  }

  /** Answers what the main thread was given and never will answer, as an interrupt ended it. */
  answerLost(): void {
    if (this.#cell) {
      this.#cell.outcome ??= INTERRUPTED;
      this.#finishCell(this.#cell.job);
    }
    this.#codeJob?.done(JSON.stringify({ status: "error", ...INTERRUPTED.error }));
  }

  #finishCell(job: number): void {
    const cell = this.#cell;
    const outcome = cell?.outcome;
    if (!outcome || cell.job !== job) return;
    this.#cell = undefined;
    const count = { execution_count: cell.count };
    if (outcome.status === "ok") {
      const userExpressions = JSON.parse(outcome.userExpressions) as JsonObject;
      this.#outbox.reply("shell", cell.request, {
        status: "ok",
        ...count,
        payload: [],
        user_expressions: userExpressions,
      });
    } else {
      if (!cell.silent) this.#outbox.publish("error", cell.request.header, { ...outcome.error });
      this.#outbox.reply("shell", cell.request, {
        status: "error",
        ...outcome.error,
        ...count,
        payload: [],
        user_expressions: {},
      });
    }
    this.#outbox.idle(cell.request);
    if (cell.silent) this.#outbox.endSilence();
    if (outcome.status === "error" && cell.stopOnError) this.#abortCells();
    this.#ports.whenCalm(() => this.#queue.finish());
  }

  #abortCells(): void {
    for (const request of this.#queue.takeCells()) {
      this.#outbox.busy(request);
      this.#outbox.reply("shell", request, { status: "aborted" });
      this.#outbox.idle(request);
    }
  }

  #startCodeJob(request: Message): void {
    const { content } = request;
    const kind = request.header.msg_type.replace(/_request$/, "") as "complete" | "inspect" | "is_complete";
    const code = textOf(content.code);
    const cursor = typeof content.cursor_pos === "number" ? content.cursor_pos : [...code].length;
    const job = ++this.#lastJob;
    this.#outbox.busy(request);
    this.#codeJob = {
      job,
      done: (json) => {
        this.#codeJob = undefined;
        this.#outbox.send("shell", request.identities, `${kind}_reply`, request.header, json);
        this.#outbox.idle(request);
        this.#ports.whenCalm(() => this.#queue.finish());
      },
    };
    this.#ports.toMain({ kind, job, code, cursor });
  }

  #interrupt(): void {
    const job = this.#cell?.job ?? 0;
    if (job > 0) this.#shared.interruptedJob = job;
    this.#isAsking = false;
    this.#shared.endInput(false);
    this.#ports.interrupt(job);
  }

  #ask(prompt: string): void {
    const cell = this.#cell;
    if (!cell) {
      this.#shared.endInput(false);
      return;
    }
    this.#isAsking = true;
    const content = JSON.stringify({ prompt, password: false });
    this.#outbox.send("stdin", cell.request.identities, "input_request", cell.request.header, content);
  }

  #receiveInput(message: Message): void {
    // An answer to a question that was given up would be taken for that to the next one.
    if (message.header.msg_type !== "input_reply" || !this.#isAsking) return;
    this.#isAsking = false;
    this.#ports.answerInput(textOf(message.content.value));
    this.#shared.endInput(true);
  }
}

/** Front ends send text; anything else is as good as none, and some of it `String` cannot convert. */
function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function stringsOf(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter(([, expression]) => typeof expression === "string"));
}
