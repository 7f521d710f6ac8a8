/**
 * The kernel's process: `node --no-force-async-hooks-checks --disable-warning=ExperimentalWarning main.js FILE CACHE`.
 *
 * User code runs on this thread; the sockets are on another one. The first flag keeps Node from aborting when an
 * interrupt ends a callback of a timer.
 */

import { createHook } from "node:async_hooks";
import { writeSync } from "node:fs";
import { join } from "node:path";
import { getHeapStatistics } from "node:v8";
import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";
import { stringify, withBuiltIns } from "./built-ins";
import { exitFromCell, KernelError, missingConnectionFile } from "./errors";
import { nodeInternals } from "./node-internals";
import { signalGroup } from "./process-group";
import { readConnectionFile } from "./transport/connection";
import {
  type CodeJob,
  type CommMessage,
  type ExecuteJob,
  SharedState,
  type SocketThreadData,
  type ToMain,
  type ToSocketThread,
} from "./transport/thread-port";

/** Bytes of a semi-space, as the kernel's flag sets it. */
const MAX_SEMI_SPACE = 32 * 2 ** 20;

type Stop = Extract<ToMain, { readonly kind: "abort" | "interrupt" | "terminated" }>;

type Listener = (error: unknown) => void;

const exit: (code: number) => never = process.exit.bind(process);

function fail(error: Error): never {
  // An error of this kernel is one sentence; other errors keep their stack.
  writeSync(2, `${error instanceof KernelError ? error.message : (error.stack ?? error.message)}\n`);
  exit(1);
}

/** Starts the socket thread at once; the compiler, which takes most of a second, loads meanwhile. */
function start(path: string | undefined): void {
  if (path === undefined) throw missingConnectionFile();
  const connection = readConnectionFile(path);
  const shared = new SharedState();
  // An interrupt or a shutdown must not end the loading of the compiler.
  shared.uninterruptible = true;
  const messages = new MessageChannel();
  const input = new MessageChannel();
  const { version } = require("../../package.json") as { version: string };
  // Only old objects fill the heap; V8's limit includes three semi-spaces for young ones.
  const heapLimit = getHeapStatistics().heap_size_limit - 3 * MAX_SEMI_SPACE;
  const ports = { messages: messages.port1, input: input.port1 };
  const data: SocketThreadData = { connection, shared: shared.buffer, ...ports, version, heapLimit };
  const sockets = new Worker(join(__dirname, "socket-thread.js"), {
    workerData: data,
    transferList: Object.values(ports),
  });
  sockets.once("error", fail);
  // The method is bound here, because a cell can replace the methods that all ports and emitters share.
  const post: (message: ToSocketThread) => void = messages.port2.postMessage.bind(messages.port2);
  disableAsyncHookChecks();
  // The listener comes before the compiler, because an interrupt meanwhile would end the process.
  listen("SIGINT", () => {
    if (!shared.socketThreadHandlesSignals && !shared.takeOwnSignal()) post({ kind: "signalled" });
  });
  const handle = createHandler(post, shared, () => receiveMessageOnPort(input.port2)?.message);
  shared.uninterruptible = false;
  messages.port2.on("message", handle);
}

function createHandler(
  post: (message: ToSocketThread) => void,
  shared: SharedState,
  readInput: () => string | null | undefined,
): (message: ToMain) => void {
  // The compiler is loaded after the start of the socket thread, which it would delay.
  const { loadCachedCompiler, enableModuleCache } =
    require("./compiler/compiler-cache") as typeof import("./compiler/compiler-cache");
  loadCachedCompiler(process.argv[3]);
  enableModuleCache();
  const { createSession } = require("./execution/session") as typeof import("./execution/session");
  const { executor, comms, questions, debugGate, reportUncaught, warmUp } = createSession(
    post,
    shared,
    readInput,
  );
  listen("unhandledRejection", reportUncaught);
  listen("uncaughtException", reportUncaught);
  process.exit = ((code?: number) => {
    throw exitFromCell(code);
  }) as typeof process.exit;
  const warming = warmUp();

  /** Handles the messages that run no code of cells. */
  const handle = (message: Exclude<ToMain, ExecuteJob | CommMessage | Stop>): void => {
    switch (message.kind) {
      case "input":
        questions.answered(message.question, message.text);
        return;
      case "released":
        debugGate.release(message.job);
        return;
      case "ping":
        post({ kind: "pong", ping: message.ping });
        return;
      case "failed":
        fail(new KernelError(message.message));
        break;
      case "exit":
        // The children end with the kernel; the signal also reaches the kernel, which ignores it.
        on("SIGTERM", () => {});
        signalGroup("SIGTERM");
        exit(0);
        break;
      default:
        post({ kind: "answered", job: message.job, content: stringify(executor.answer(message)) });
    }
  };
  /** Stops the running cell; this calls the cell's listeners of its signal. */
  const stop = (message: Stop): void => {
    if (message.kind === "interrupt") executor.interrupt(message.job);
    else if (message.kind === "terminated") {
      executor.terminated(message.stack);
      post({ kind: "pong", ping: message.ping });
    } else if (executor.cell?.job.job === message.job) executor.cell.abort();
  };
  return (message) => {
    try {
      if (message.kind === "execute") {
        warming.pause();
        executor.execute(message, (outcome) => {
          post({ kind: "executed", job: message.job, outcome });
          warming.resume();
        });
      } else if (message.kind === "comm") comms.receive(message);
      else if (isStop(message)) stop(message);
      else withBuiltIns(() => handle(message));
    } catch (error) {
      // A request is answered even where handling it failed.
      const failure = executor.describeUncaught(error);
      if (message.kind === "execute")
        post({ kind: "executed", job: message.job, outcome: { status: "error", error: failure } });
      else if (isCodeJob(message))
        post({ kind: "answered", job: message.job, content: stringify({ status: "error", ...failure }) });
      else reportUncaught(error);
    }
  };
}

function isStop(message: ToMain): message is Stop {
  return message.kind === "abort" || message.kind === "interrupt" || message.kind === "terminated";
}

function isCodeJob(message: ToMain): message is CodeJob {
  return message.kind === "complete" || message.kind === "inspect" || message.kind === "is_complete";
}

const on: (event: string, listener: Listener) => unknown = process.on.bind(process);
const listenersOf = process.listeners.bind(process) as (event: string) => Listener[];
/** The listeners to keep. Node's own two switch signals on and off. */
const LISTENERS: { readonly event: string; readonly listener: Listener }[] = [
  "newListener",
  "removeListener",
].flatMap((event) => listenersOf(event).map((listener) => ({ event, listener })));
const removeAll: (event?: string) => unknown = process.removeAllListeners.bind(process);
// Without the kernel's listeners, a signal or an error in a timer would end the process.
process.removeAllListeners = ((...args: [string?]) => {
  removeAll(...args);
  keepListening();
  return process;
}) as typeof process.removeAllListeners;

function listen(event: string, listener: Listener): void {
  // Node calls listeners by their `apply`, which a cell can replace.
  Object.defineProperty(listener, "apply", { value: Function.prototype.apply });
  LISTENERS.push({ event, listener });
  on(event, listener);
}

/** Adds the kernel's listeners again that a cell has removed. */
function keepListening(): void {
  withBuiltIns(() => {
    for (const { event, listener } of LISTENERS)
      if (!listenersOf(event).includes(listener)) on(event, listener);
  });
}

interface AsyncWrap {
  readonly async_hook_fields: Uint32Array;
  readonly constants: { readonly kCheck: number };
}

/**
 * Keeps Node from aborting when an interrupt ends a callback, for example of a timer, before it has left the asynchronous stack.
 *
 * `--no-force-async-hooks-checks` omits the checks only until a hook is enabled, which the first use of `AsyncLocalStorage` does in
 * older versions of Node. Where this version keeps its checks elsewhere, this function does nothing.
 */
function disableAsyncHookChecks(): void {
  const { async_hook_fields: fields, constants } = nodeInternals<AsyncWrap>("async_wrap");
  if (!fields || constants?.kCheck === undefined) return;
  const { kCheck } = constants;
  fields[kCheck] = 0;
  const prototype = Object.getPrototypeOf(createHook({})) as Record<"enable" | "disable", () => unknown>;
  for (const name of ["enable", "disable"] as const) {
    const original = prototype[name];
    prototype[name] = function (this: unknown) {
      const result = original.call(this);
      fields[kCheck] = 0;
      return result;
    };
  }
}

try {
  start(process.argv[2]);
} catch (error) {
  fail(error as Error);
}
