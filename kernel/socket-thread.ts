/**
 * Entry of the worker thread that owns the ZeroMQ sockets, so that they answer while user code runs on the main thread.
 *
 * It connects the sockets with the kernel's server, the interrupter and the debugger, ends the process, and watches the heap of the
 * main thread.
 */
import { randomUUID } from "node:crypto";
import { writeSync } from "node:fs";
import { Session } from "node:inspector";
import { setTimeout as sleep } from "node:timers/promises";
import { workerData } from "node:worker_threads";
import type { Debugger } from "./debugger/debugger";
import { heapNearlyFull, KernelError, socketFailed } from "./errors";
import { signalGroup } from "./process-group";
import { HistoryStore, historyPath } from "./protocol/history-store";
import { Interrupter, terminateMainThread } from "./protocol/interrupter";
import { KernelServer } from "./protocol/kernel-server";
import type { SendingChannel } from "./protocol/outbox";
import { BackpressurePublisher } from "./transport/backpressure-publisher";
import { bound, sockets } from "./transport/bound-sockets";
import type { Channel } from "./transport/connection";
import {
  SharedState,
  type SocketThreadData,
  type ToMain,
  type ToSocketThread,
} from "./transport/thread-port";
import { onInterruptSignal } from "./transport/thread-signals";
import { Wire } from "./transport/wire";

// The sockets are bound while the rest loads, so this comes first.
const data = workerData as SocketThreadData;
const main = data.messages;

// A ZeroMQ socket allows one send at a time, so each send waits for the one before.
const sends: Record<Exclude<SendingChannel, "iopub">, Promise<void>> = {
  shell: Promise.resolve(),
  control: Promise.resolve(),
  stdin: Promise.resolve(),
};
const publisher = new BackpressurePublisher(sockets.iopub, (seconds) => {
  writeSync(
    2,
    `kernel: a front end that read nothing for ${seconds} s is left behind; it will miss output\n`,
  );
});

function send(channel: SendingChannel, frames: Uint8Array[]): void {
  if (channel === "iopub") publish(frames);
  else reply(channel, frames);
}

/** Publishes a message and counts its bytes until they are read, so that the main thread waits for slow readers. */
function publish(frames: Uint8Array[]): void {
  const bytes = frames.reduce((sum, { length }) => sum + length, 0);
  shared.countBytes(bytes);
  void publisher
    .send(frames)
    .catch(logSendFailure)
    .finally(() => shared.removeBytes(bytes));
}

function reply(channel: keyof typeof sends, frames: Uint8Array[]): void {
  const socket = sockets[channel];
  sends[channel] = sends[channel]
    // Output of a cell that arrives while the kernel ends is dropped.
    .then(() => (socket.closed ? undefined : socket.send(frames)))
    .catch(logSendFailure);
}

function logSendFailure(error: Error): void {
  // The console of a worker goes through the main thread, which may be busy.
  writeSync(2, `kernel: a message could not be sent (${error.message})\n`);
}

/** Writes an error to the log; no error ends the thread, since other channels still have to be answered. */
function logFailure(error: Error): void {
  const isKnown = error instanceof KernelError;
  writeSync(
    2,
    isKnown ? `${error.message}\n` : `kernel: a message failed (${error.stack ?? error.message})\n`,
  );
}
process.on("uncaughtException", logFailure);

function toMain(message: ToMain): void {
  main.postMessage(message);
}

const shared = new SharedState(data.shared);
const history = new HistoryStore(historyPath(), randomUUID(), ({ message }) => {
  writeSync(2, `kernel: the history is kept for this session only (${message})\n`);
});
const interrupter = new Interrupter(shared, toMain, () => server.answerTerminated());
let loadedDebugger: Debugger | undefined;

/** Returns the debugger, which is loaded after the sockets are read, so that the first requests do not wait for it. */
function debug(): Debugger {
  if (loadedDebugger) return loadedDebugger;
  const { Debugger } = require("./debugger/debugger") as typeof import("./debugger/debugger");
  loadedDebugger = new Debugger({
    emit: (event) => server.publishDebugEvent(event),
    release: (job) => toMain({ kind: "released", job }),
    setActive: (active) => {
      shared.isDebugged = active;
    },
  });
  return loadedDebugger;
}

const server: KernelServer = new KernelServer(
  new Wire(data.connection.key, data.connection.hash),
  {
    send,
    toMain,
    answerInput: ({ question }, text) => {
      if (question === 0) data.input.postMessage(text);
      else toMain({ kind: "input", question, text });
    },
    debug: (request) => debug().answer(request),
    addScript: (script) => void debug().addScript(script).catch(logFailure),
    interrupt: (job) => {
      debug().interrupt();
      interrupter.interrupt(job);
    },
    acknowledge: (sign) => interrupter.acknowledge(sign),
    afterTermination: (action) => interrupter.afterTermination(action),
    logError: logFailure,
    end: () => void end(),
  },
  shared,
  { version: data.version, history },
);

async function readRequests(channel: "shell" | "control" | "stdin"): Promise<void> {
  for await (const frames of sockets[channel]) server.receive(channel, frames);
}

async function greetSubscribers(): Promise<void> {
  for await (const [frame] of sockets.iopub) {
    if (frame?.[0] === 1) server.welcome(frame.subarray(1));
  }
}

/** Number of times that a socket is read again after a failure. */
const MAX_FAILURES = 10;
const RETRY_MS = 100;

/** Reads a socket until the kernel ends; ends a kernel whose channel fails, because its heartbeat would make it look alive. */
async function keepReading(channel: Channel, read: () => Promise<void>): Promise<void> {
  let reason = "it closed";
  for (let failures = 0; failures < MAX_FAILURES && !sockets[channel].closed; failures++) {
    try {
      await read();
    } catch (error) {
      reason = (error as Error).message;
      await sleep(RETRY_MS);
    }
  }
  if (ending) return;
  logFailure(socketFailed(channel, reason));
  void end();
}

async function echoHeartbeats(): Promise<void> {
  for await (const frames of sockets.hb) await sockets.hb.send(frames);
}

let ending = false;
const LAST_PING = -1;

/** Ends the kernel: sends waiting messages, asks the main thread to exit, and kills it where it does not answer. */
async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  // A main thread that the debugger has stopped would receive no message.
  void loadedDebugger?.detach();
  await Promise.all([...Object.values(sends), publisher.finish(), history.flushed()]);
  for (const channel of Object.keys(sockets) as Channel[]) sockets[channel].close();
  shared.endInput(false);
  // Node waits for an attached inspector on exit, so the main thread is either asked or terminated, not both.
  const force = setTimeout(() => {
    main.off("message", ask);
    // A compiler that loads or works is not waited for.
    if (shared.uninterruptible) kill();
    // The termination can end the handler of the message instead, so the message is repeated.
    else terminateMainThread(() => setInterval(() => toMain({ kind: "exit" }), 50));
  }, 200);
  function ask(message: ToSocketThread): void {
    if (message.kind !== "pong" || message.ping !== LAST_PING) return;
    clearTimeout(force);
    toMain({ kind: "exit" });
  }
  main.on("message", ask);
  toMain({ kind: "ping", ping: LAST_PING });
  setTimeout(kill, 2000);
}

/** Kills the process and its children, by SIGKILL because a cell may handle SIGTERM. */
function kill(): void {
  if (!signalGroup("SIGKILL")) process.kill(process.pid, "SIGKILL");
}

/**
 * Ends the kernel when its front end has died and so cannot ask for a shutdown. Where it died before this call, the parent is
 * process 1.
 */
function watchParent(): void {
  const { JPY_PARENT_PID: frontEnd } = process.env;
  if (!frontEnd) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent || (parent === 1 && frontEnd !== "1")) void end();
  }, 1000);
}

bound.then(
  () => {
    main.on("message", (message: ToSocketThread) => server.fromMain(message));
    server.announce();
    for (const channel of ["shell", "control", "stdin"] as const)
      void keepReading(channel, () => readRequests(channel));
    void keepReading("iopub", greetSubscribers);
    void keepReading("hb", echoHeartbeats);
    watchParent();
    shared.socketThreadHandlesSignals = onInterruptSignal(() => {
      if (!shared.takeOwnSignal()) server.fromMain({ kind: "signalled" });
    });
    new HeapWatch(
      data.heapLimit,
      () => server.isBusy,
      (used, limit) => server.warn(heapNearlyFull(used, limit)),
    );
    setImmediate(debug);
  },
  (error: Error) => toMain({ kind: "failed", message: error.message }),
);

/** Time between two measurements; a heap grows by some gigabytes a second at most. */
const INTERVAL_MS = 100;
/** Part of the heap limit above which the user is warned. */
const NEARLY_FULL = 0.85;
/** Part of the heap limit below which the next excess is warned of again. */
const RECOVERED = 0.6;

/**
 * Warns while a cell runs that the heap of the main thread is nearly full. Where it is full, V8 ends the process at once, and nobody
 * could say why afterwards.
 */
class HeapWatch {
  readonly #limit: number;
  readonly #warn: (usedBytes: number, limitBytes: number) => void;
  readonly #isBusy: () => boolean;
  #isMeasuring = false;
  #hasWarned = false;

  /**
   * @param limit of the heap, in bytes
   * @param isBusy whether a cell runs
   */
  constructor(limit: number, isBusy: () => boolean, warn: (usedBytes: number, limitBytes: number) => void) {
    this.#limit = limit;
    this.#isBusy = isBusy;
    this.#warn = warn;
    setInterval(() => this.#measure(), INTERVAL_MS).unref();
  }

  #measure(): void {
    if (this.#isMeasuring || !this.#isBusy()) return;
    this.#isMeasuring = true;
    const session = new Session();
    session.connectToMainThread();
    session.post("Runtime.getHeapUsage", (error, usage) => {
      session.disconnect();
      this.#isMeasuring = false;
      if (!error) this.#onUsage((usage as { readonly usedSize: number }).usedSize);
    });
  }

  #onUsage(used: number): void {
    if (used < RECOVERED * this.#limit) this.#hasWarned = false;
    if (this.#hasWarned || used < NEARLY_FULL * this.#limit) return;
    this.#hasWarned = true;
    this.#warn(used, this.#limit);
  }
}
