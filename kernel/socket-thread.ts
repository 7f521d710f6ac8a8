/** Entry of the worker thread that owns the ZeroMQ sockets, which so answer while user code runs. */
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

// First of what is loaded here: the sockets are bound while the rest loads.
const data = workerData as SocketThreadData;
const main = data.messages;

// ZeroMQ allows one send at a time for each socket; the next one has to wait for it.
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

/** Counts what waits for readers, so that the main thread waits for them too. */
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
    // What a cell still says while the kernel ends has nowhere to go.
    .then(() => (socket.closed ? undefined : socket.send(frames)))
    .catch(logSendFailure);
}

function logSendFailure(error: Error): void {
  // The console of a worker goes through the main thread, which may be busy.
  writeSync(2, `kernel: a message could not be sent (${error.message})\n`);
}

/** Nothing that goes wrong here ends the thread: whoever waits on another channel still gets an answer. */
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
const interrupter = new Interrupter(shared, toMain, () => server.answerLost());
let loadedDebugger: Debugger | undefined;

/** The debugger, which is loaded when the sockets are read, or asked for it: what a front end asks first does not wait for it. */
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
    whenCalm: (action) => interrupter.whenCalm(action),
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

/** The most often that a socket is read anew after a failure. */
const MAX_FAILURES = 10;
const RETRY_MS = 100;

/** Reads a socket until the end; a kernel that no longer hears one channel, but whose heart beats, would look alive. */
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

/** Lets what was sent leave, then has the main thread exit; a main thread that does not listen is ended. */
async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  // A stopped main thread would hear nothing.
  void loadedDebugger?.detach();
  await Promise.all([...Object.values(sends), publisher.finish(), history.flushed()]);
  for (const channel of Object.keys(sockets) as Channel[]) sockets[channel].close();
  shared.endInput(false);
  // Exiting while the inspector is attached would make Node wait for it: either way, not both.
  let forced = false;
  setTimeout(() => {
    forced = true;
    // A compiler that is loading or busy leaves nothing worth waiting for.
    if (shared.uninterruptible) kill();
    // The termination can hit the message instead, so it is sent until it is heard.
    else terminateMainThread(() => setInterval(() => toMain({ kind: "exit" }), 50));
  }, 200);
  main.on("message", (message: ToSocketThread) => {
    if (message.kind === "pong" && message.ping === LAST_PING && !forced) toMain({ kind: "exit" });
  });
  toMain({ kind: "ping", ping: LAST_PING });
  setTimeout(kill, 2000);
}

/** Not by SIGTERM, which a cell may have taken over. */
function kill(): void {
  if (!signalGroup("SIGKILL")) process.kill(process.pid, "SIGKILL");
}

/** A front end that died cannot ask for a shutdown; it may have died before this was reached, which leaves process 1 as parent. */
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
    shared.socketsHearSignals = onInterruptSignal(() => {
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

// Looks from the thread of the sockets at how full the heap of the main thread is while a cell runs: where it is full, V8 ends
// the process at once, and nobody could say why afterwards.

/** A heap fills by some gigabytes a second at most. */
const INTERVAL_MS = 100;
/** The part of the limit from which on it is told, and below which it is told anew the next time. */
const NEARLY_FULL = 0.85;
const CALM = 0.6;

class HeapWatch {
  readonly #limit: number;
  readonly #tell: (usedBytes: number, limitBytes: number) => void;
  readonly #isBusy: () => boolean;
  #isAsking = false;
  #isTold = false;

  /**
   * @param limit of the heap, in bytes
   * @param isBusy whether a cell runs
   */
  constructor(limit: number, isBusy: () => boolean, tell: (usedBytes: number, limitBytes: number) => void) {
    this.#limit = limit;
    this.#isBusy = isBusy;
    this.#tell = tell;
    setInterval(() => this.#look(), INTERVAL_MS).unref();
  }

  #look(): void {
    if (this.#isAsking || !this.#isBusy()) return;
    this.#isAsking = true;
    const session = new Session();
    session.connectToMainThread();
    session.post("Runtime.getHeapUsage", (error, usage) => {
      session.disconnect();
      this.#isAsking = false;
      if (!error) this.#hear((usage as { readonly usedSize: number }).usedSize);
    });
  }

  #hear(used: number): void {
    if (used < CALM * this.#limit) this.#isTold = false;
    if (this.#isTold || used < NEARLY_FULL * this.#limit) return;
    this.#isTold = true;
    this.#tell(used, this.#limit);
  }
}
