/**
 * Implements the messaging protocol of Jupyter: it decides which message is answered by which, and in what order.
 *
 * It uses neither sockets nor the compiler: frames come in through `receive` and go out through `ServerPorts`, and code is
 * passed to the main thread.
 */

import { KernelError, messageTooDeep } from "../errors";
import type { CellScript, Question, SharedState, ToMain, ToSocketThread } from "../transport/thread-port";
import {
  type JsonObject,
  MAX_DEPTH,
  type Message,
  PROTOCOL_VERSION,
  textOf,
  type Wire,
} from "../transport/wire";
import { CommRouter } from "./comm-router";
import { answerHistory, type HistoryStore } from "./history-store";
import { InputRequests } from "./input-requests";
import type { Acknowledgement } from "./interrupter";
import { Outbox, type SendingChannel } from "./outbox";
import { CodeRequests, ExecuteRequests, type PendingCell, RequestQueue } from "./shell-requests";

/** The functions of the socket thread that the server calls. */
export interface ServerPorts {
  send(channel: SendingChannel, frames: Uint8Array[]): void;
  toMain(message: ToMain): void;
  /** Answers a question of the main thread; null where the input was closed. */
  answerInput(question: Question, text: string | null): void;
  /** Answers a request to the debugger; never rejects. */
  debug(request: JsonObject): Promise<JsonObject>;
  /** Tells the debugger that a cell is about to run. */
  addScript(script: CellScript): void;
  /** Interrupts the main thread; `job` is the running cell, 0 where none runs. */
  interrupt(job: number): void;
  /** Notes that the main thread answered a job or a ping. */
  acknowledge(acknowledgement: Acknowledgement): void;
  /** Calls `action` once no earlier interrupt can hit a new job of the main thread. */
  afterTermination(action: () => void): void;
  /** Logs an error about a message that could not be handled. */
  logError(error: Error): void;
  /** Ends the process once all messages have been sent. */
  end(): void;
}

const SUBSHELL = /^(?:create|delete|list)_subshell_request$/;

/** Receives the messages of all channels and answers them. */
export class KernelServer {
  readonly #wire: Wire;
  readonly #ports: ServerPorts;
  readonly #shared: SharedState;
  readonly #version: string;
  readonly #history: HistoryStore;
  readonly #queue: RequestQueue = new RequestQueue((request) => this.#start(request));
  readonly #outbox: Outbox;
  readonly #cells: ExecuteRequests;
  readonly #code: CodeRequests;
  readonly #comms: CommRouter;
  readonly #input: InputRequests;
  #lastJob = 0;
  /** The job of a cell that waits until no earlier interrupt can hit it; 0 where none waits. */
  #heldJob = 0;
  #hasShellMessage = false;
  /** Date of an interrupt that arrived before any message on the shell channel; it counts for the first cell only. */
  #earlyInterrupt: number = Number.NEGATIVE_INFINITY;

  constructor(
    wire: Wire,
    ports: ServerPorts,
    shared: SharedState,
    { version, history }: { readonly version: string; readonly history: HistoryStore },
  ) {
    this.#wire = wire;
    this.#ports = ports;
    this.#shared = shared;
    this.#version = version;
    this.#history = history;
    const toMain = ports.toMain.bind(ports);
    const next = (): void => this.#queue.finish();
    this.#outbox = new Outbox(wire, (channel, frames) => ports.send(channel, frames));
    this.#cells = new ExecuteRequests(this.#outbox, toMain, (cell, failed) => {
      this.#onCellEnd(cell, failed);
      next();
    });
    this.#code = new CodeRequests(this.#outbox, toMain, next);
    this.#comms = new CommRouter(this.#outbox, toMain);
    this.#input = new InputRequests(this.#outbox, shared, (question, text) =>
      ports.answerInput(question, text),
    );
  }

  /** Announces that the sockets are bound. */
  announce(): void {
    this.#outbox.publish("status", {}, { execution_state: "starting" });
  }

  /** Welcomes a new subscriber, which then knows that it receives every later message. */
  welcome(topic: Uint8Array): void {
    const content = JSON.stringify({ subscription: Buffer.from(topic).toString("utf8") });
    this.#outbox.send("iopub", [topic], "iopub_welcome", {}, content);
  }

  /** Whether a cell runs. */
  get isBusy(): boolean {
    return this.#cells.cell !== undefined;
  }

  warn(sentence: string): void {
    this.#outbox.stream("stderr", `${sentence}\n`);
    this.#outbox.flush();
  }

  /** Publishes an event of the debugger. */
  publishDebugEvent(event: JsonObject): void {
    this.#outbox.publish("debug_event", {}, event);
  }

  receive(channel: "shell" | "control" | "stdin", frames: readonly Uint8Array[]): void {
    const message = this.#wire.decode(frames);
    if (!message) return;
    if (channel === "shell" && !CommRouter.accepts(message.header.msg_type)) {
      this.#hasShellMessage = true;
      this.#queue.add(message);
    } else this.#attempt(channel, message, () => this.#receiveUnqueued(channel, message));
  }

  /** Handles a message that does not wait in the queue. */
  #receiveUnqueued(channel: "shell" | "control" | "stdin", message: Message): void {
    if (channel === "stdin") this.#input.receive(message);
    else if (CommRouter.accepts(message.header.msg_type)) this.#comms.receive(message, ++this.#lastJob);
    else this.#answer("control", message);
  }

  /** Answers a message; where that fails, the reply is an error, so that later messages are still answered. */
  #attempt(channel: "shell" | "control" | "stdin", message: Message, answer: () => void): void {
    try {
      if (message.isTooDeep) throw messageTooDeep(MAX_DEPTH);
      answer();
    } catch (error) {
      const type = message.header.msg_type;
      const hasReply = channel !== "stdin" && type.endsWith("_request");
      if (!hasReply || !(error instanceof KernelError)) this.#ports.logError(error as Error);
      if (!hasReply) return;
      const { name: ename, message: evalue } = error as Error;
      const content = { ename, evalue, traceback: [`${ename}: ${evalue}`] };
      this.#outbox.busy(message);
      if (type === "execute_request") this.#outbox.publish("error", message.header, content);
      this.#outbox.reply(channel, message, { status: "error", ...content });
      this.#outbox.idle(message);
      if (this.#queue.running === message) this.#queue.finish();
    }
  }

  fromMain(message: ToSocketThread): void {
    try {
      this.#onMainMessage(message);
    } catch (error) {
      this.#ports.logError(error as Error);
    }
  }

  #onMainMessage(message: ToSocketThread): void {
    switch (message.kind) {
      case "stream":
        this.#shared.removeBytes(message.text.length);
        this.#outbox.stream(message.name, message.text);
        return;
      case "publish":
        this.#shared.removeBytes(message.content.length);
        this.#cells.output(message.type, message.content);
        return;
      case "comm":
        this.#comms.publish(message, this.#outbox.outputParent);
        return;
      case "handling":
        this.#comms.handle(message.job);
        return;
      case "handled":
        this.#comms.finish(message.job);
        // A front end shows the last state, which is that of the running cell.
        if (this.#cells.cell) this.#outbox.busy(this.#cells.cell.request);
        return;
      case "executed":
        this.#ports.acknowledge({ job: message.job });
        this.#cells.end(message.job, message.outcome);
        return;
      case "answered":
        this.#code.end(message.job, message.content);
        return;
      case "script":
        this.#ports.addScript(message);
        return;
      case "ask":
        this.#input.ask(message, this.#cells.cell?.request);
        return;
      case "pong":
        this.#ports.acknowledge({ ping: message.ping });
        return;
      case "signalled":
        this.#interrupt(Date.now());
        return;
    }
  }

  #start(request: Message): void {
    const type = request.header.msg_type;
    const isForMain = type === "execute_request" || CodeRequests.accepts(type);
    this.#attempt("shell", request, () => {
      if (!isForMain) this.#answer("shell", request);
      else if (type === "execute_request") this.#startCell(request);
      else this.#afterTermination(request, () => this.#code.start(request, ++this.#lastJob));
    });
    if (!isForMain && this.#queue.running === request) this.#queue.finish();
  }

  #afterTermination(request: Message, action: () => void): void {
    this.#ports.afterTermination(() => this.#attempt("shell", request, action));
  }

  #startCell(request: Message): void {
    const job = ++this.#lastJob;
    this.#heldJob = job;
    this.#afterTermination(request, () => {
      this.#heldJob = 0;
      const sent = dateOf(request);
      const wasInterrupted = sent <= this.#earlyInterrupt;
      this.#earlyInterrupt = Number.NEGATIVE_INFINITY;
      this.#cells.start(request, job);
      if (wasInterrupted) this.#interrupt(sent);
    });
  }

  /** Answers a request that does not need the main thread. */
  #answer(channel: "shell" | "control", request: Message): void {
    this.#outbox.busy(request);
    const reply = (content: JsonObject): void => this.#outbox.reply(channel, request, content);
    const type = request.header.msg_type;
    if (type === "kernel_info_request") reply(kernelInfo(this.#version));
    else if (type === "comm_info_request") reply(this.#comms.info(request));
    else if (type === "history_request") {
      const { entries, session } = this.#history.read();
      reply({ status: "ok", history: answerHistory(entries, session, request.content) });
    } else if (type === "interrupt_request") {
      this.#interrupt(dateOf(request));
      reply({ status: "ok" });
    } else if (SUBSHELL.test(type)) {
      reply(noSubshells(type));
    } else if (type === "debug_request") {
      void this.#ports.debug(request.content).then((content) =>
        this.#attempt(channel, request, () => {
          reply(content);
          this.#outbox.idle(request);
        }),
      );
      return;
    } else if (type === "shutdown_request") {
      const content = { status: "ok", restart: request.content.restart === true };
      reply(content);
      this.#outbox.publish("shutdown_reply", request.header, content);
    }
    this.#outbox.idle(request);
    if (type === "shutdown_request") this.#ports.end();
  }

  /** Answers the requests that an interrupt terminated on the main thread. */
  answerTerminated(): void {
    this.#cells.answerTerminated();
    this.#code.answerTerminated();
    this.#comms.answerTerminated();
  }

  #onCellEnd(cell: PendingCell, failed: boolean): void {
    if (cell.stored) this.#history.add(cell.count, cell.code, cell.resultText);
    if (failed && cell.stopOnError) this.#abortCells();
  }

  #abortCells(): void {
    for (const request of this.#queue.takeCells()) {
      this.#outbox.busy(request);
      this.#outbox.reply("shell", request, { status: "aborted" });
      this.#outbox.idle(request);
    }
  }

  /**
   * Interrupts the main thread.
   *
   * @param sent date of the interrupt. A front end's sockets connect to a fresh kernel one after the other, 0.1 s apart, so a
   *   cell can arrive after the interrupt that was meant for it.
   */
  #interrupt(sent: number): void {
    if (!this.#hasShellMessage) this.#earlyInterrupt = sent;
    const job = this.#cells.cell?.job ?? 0;
    // The main thread checks this before it runs a cell.
    if (job > 0 || this.#heldJob > 0) this.#shared.interruptedJob = job || this.#heldJob;
    this.#input.giveUp();
    this.#ports.interrupt(job);
  }
}

/** Returns the date of a message in milliseconds; NaN where it has none. */
function dateOf({ header }: Message): number {
  return Date.parse(textOf(header.date));
}

/** Returns the content of a `kernel_info_reply`. */
function kernelInfo(version: string): JsonObject {
  return {
    status: "ok",
    protocol_version: PROTOCOL_VERSION,
    implementation: "smooth-edges",
    implementation_version: version,
    language_info: {
      name: "typescript",
      version: process.version.slice(1),
      mimetype: "text/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      codemirror_mode: "typescript",
      nbconvert_exporter: "script",
    },
    banner: `smooth-edges ${version}: TypeScript on Node.js ${process.version}`,
    help_links: [
      { text: "TypeScript", url: "https://www.typescriptlang.org/docs/" },
      { text: "Node.js", url: "https://nodejs.org/docs/latest-v20.x/api/" },
    ],
    debugger: true,
    supported_features: ["debugger"],
  };
}

/** Returns the reply to a request for a subshell, which is not among the supported features. */
function noSubshells(request: string): JsonObject {
  const evalue = `${request}: the kernel must support "kernel subshells", which this one does not; see supported_features`;
  return { status: "error", ename: "NotSupportedError", evalue, traceback: [] };
}
