/**
 * The protocol side of the kernel: which message is answered with which, in what order.
 *
 * It knows neither sockets nor TypeScript: frames come in through `receive`, go out through `ServerPorts`, and code is
 * handed to the main thread.
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
import { CommTraffic } from "./comm-traffic";
import { CodeRequests, ExecuteRequests, type GivenCell, RequestQueue } from "./execute-requests";
import { answerHistory, type HistoryStore } from "./history-store";
import { InputRequests } from "./input-requests";
import type { Sign } from "./interrupter";
import { Outbox, type SendingChannel } from "./outbox";

/** What the server needs of the world. */
export interface ServerPorts {
  send(channel: SendingChannel, frames: Uint8Array[]): void;
  toMain(message: ToMain): void;
  /** Answers a question of the main thread; null where the input was closed. */
  answerInput(question: Question, text: string | null): void;
  /** Answers a request to the debugger; never rejects. */
  debug(request: JsonObject): Promise<JsonObject>;
  /** A cell is about to run. */
  addScript(script: CellScript): void;
  /** Stops what the main thread does; `job` is the running cell, 0 where none runs. */
  interrupt(job: number): void;
  /** The main thread answered a job or a ping. */
  acknowledge(sign: Sign): void;
  /** Calls `action` once the main thread can be given something to do without an interrupt hitting it. */
  whenCalm(action: () => void): void;
  /** Tells whoever started the kernel of a message that could not be dealt with. */
  logError(error: Error): void;
  /** Ends the process once everything sent has left. */
  end(): void;
}

const SUBSHELL = /^(?:create|delete|list)_subshell_request$/;

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
  readonly #comms: CommTraffic;
  readonly #input: InputRequests;
  #lastJob = 0;
  /** The cell that waits until no interrupt from before can hit it; 0 where none does. */
  #heldJob = 0;
  #hasHeardShell = false;
  /** When an interrupt was sent that arrived before anything on the shell channel; the first cell uses it up. */
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
      this.#leaveCell(cell, failed);
      next();
    });
    this.#code = new CodeRequests(this.#outbox, toMain, next);
    this.#comms = new CommTraffic(this.#outbox, toMain);
    this.#input = new InputRequests(this.#outbox, shared, (question, text) =>
      ports.answerInput(question, text),
    );
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

  /** Whether a cell runs. */
  get isBusy(): boolean {
    return this.#cells.cell !== undefined;
  }

  warn(sentence: string): void {
    this.#outbox.stream("stderr", `${sentence}\n`);
    this.#outbox.flush();
  }

  /** Tells front ends of what the debugger came to. */
  publishDebugEvent(event: JsonObject): void {
    this.#outbox.publish("debug_event", {}, event);
  }

  receive(channel: "shell" | "control" | "stdin", frames: readonly Uint8Array[]): void {
    const message = this.#wire.decode(frames);
    if (!message) return;
    if (channel === "shell" && !CommTraffic.takes(message.header.msg_type)) {
      this.#hasHeardShell = true;
      this.#queue.add(message);
    } else this.#attempt(channel, message, () => this.#take(channel, message));
  }

  /** What does not wait in the queue. */
  #take(channel: "shell" | "control" | "stdin", message: Message): void {
    if (channel === "stdin") this.#input.receive(message);
    else if (CommTraffic.takes(message.header.msg_type)) this.#comms.receive(message, ++this.#lastJob);
    else this.#answer("control", message);
  }

  /** Answers a message; one that fails is told so, and those after it are answered all the same. */
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
      this.#hear(message);
    } catch (error) {
      this.#ports.logError(error as Error);
    }
  }

  #hear(message: ToSocketThread): void {
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
        // The last state is what a front end shows.
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
    const isForMain = type === "execute_request" || CodeRequests.takes(type);
    this.#attempt("shell", request, () => {
      if (!isForMain) this.#answer("shell", request);
      else if (type === "execute_request") this.#startCell(request);
      else this.#whenCalm(request, () => this.#code.start(request, ++this.#lastJob));
    });
    if (!isForMain && this.#queue.running === request) this.#queue.finish();
  }

  #whenCalm(request: Message, action: () => void): void {
    this.#ports.whenCalm(() => this.#attempt("shell", request, action));
  }

  #startCell(request: Message): void {
    const job = ++this.#lastJob;
    this.#heldJob = job;
    this.#whenCalm(request, () => {
      this.#heldJob = 0;
      const sent = dateOf(request);
      const wasInterrupted = sent <= this.#earlyInterrupt;
      this.#earlyInterrupt = Number.NEGATIVE_INFINITY;
      this.#cells.start(request, job);
      if (wasInterrupted) this.#interrupt(sent);
    });
  }

  /** Requests that this thread answers by itself. */
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

  /** Answers what the main thread was given and never will answer, as an interrupt ended it. */
  answerLost(): void {
    this.#cells.answerLost();
    this.#code.answerLost();
    this.#comms.answerLost();
  }

  #leaveCell(cell: GivenCell, failed: boolean): void {
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
   * @param sent when it was: a front end's sockets find those of a fresh kernel one after the other, 0.1 s apart, so that a
   *   cell can arrive after the interrupt that was meant for it
   */
  #interrupt(sent: number): void {
    if (!this.#hasHeardShell) this.#earlyInterrupt = sent;
    const job = this.#cells.cell?.job ?? 0;
    // The main thread looks at this before it runs a cell.
    if (job > 0 || this.#heldJob > 0) this.#shared.interruptedJob = job || this.#heldJob;
    this.#input.giveUp();
    this.#ports.interrupt(job);
  }
}

/** In ms; not a number where a front end gives none. */
function dateOf({ header }: Message): number {
  return Date.parse(textOf(header.date));
}

// Replies that depend on nothing but the kernel itself.

/** The content of a `kernel_info_reply`. */
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

/** The content of the reply to a front end that asks for a subshell without having looked at the supported features. */
function noSubshells(request: string): JsonObject {
  const evalue = `${request}: the kernel must support "kernel subshells", which this one does not; see supported_features`;
  return { status: "error", ename: "NotSupportedError", evalue, traceback: [] };
}
