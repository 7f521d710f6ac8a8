/**
 * The kernel's process: `node --no-force-async-hooks-checks --disable-warning=ExperimentalWarning main.js FILE CACHE`.
 *
 * User code runs on this thread; the sockets are on another one. The first flag keeps Node from aborting when an
 * interrupt ends a callback of a timer.
 */
import { writeSync } from "node:fs";
import { join } from "node:path";
import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";
import { leaveOutAsyncHookChecks } from "./async-hook-checks";
import { readConnectionFile } from "./connection";
import { exitFromCell, KernelError, missingConnectionFile } from "./errors";
import { restoreArenas } from "./malloc-arenas";
import { keepModuleCode } from "./module-code";
import { signalGroup } from "./process-group";
import { SharedState, type SocketThreadData, type ToMain, type ToSocketThread } from "./thread-port";

const exit: (code: number) => never = process.exit.bind(process);

function fail(error: Error): never {
  // An error of this kernel is told in its one sentence; anything else keeps its stack.
  writeSync(2, `${error instanceof KernelError ? error.message : (error.stack ?? error.message)}\n`);
  exit(1);
}

/** Starts the sockets at once; the compiler, which takes most of a second, loads beside them. */
function start(path: string | undefined): void {
  if (path === undefined) throw missingConnectionFile();
  const connection = readConnectionFile(path);
  const shared = new SharedState();
  // An interrupt or a shutdown that comes while the compiler loads must let it finish.
  shared.uninterruptible = true;
  const input = new MessageChannel();
  const { version } = require("../../package.json") as { version: string };
  const data: SocketThreadData = { connection, shared: shared.buffer, input: input.port1, version };
  const sockets = new Worker(join(__dirname, "socket-thread.js"), {
    workerData: data,
    transferList: [input.port1],
  });
  sockets.once("error", fail);
  const post = (message: ToSocketThread): void => sockets.postMessage(message);
  restoreArenas();
  leaveOutAsyncHookChecks();
  // Before the compiler loads: an interrupt meanwhile would end the process.
  process.on("SIGINT", () => {
    if (!shared.takeOwnSignal()) post({ kind: "signalled" });
  });
  const handle = createHandler(post, shared, () => receiveMessageOnPort(input.port2)?.message);
  shared.uninterruptible = false;
  sockets.on("message", handle);
}

function createHandler(
  post: (message: ToSocketThread) => void,
  shared: SharedState,
  readInput: () => string | null | undefined,
): (message: ToMain) => void {
  // Loaded when the thread of the sockets has been started, which it would hold up.
  const { loadCachedCompiler } = require("./compiler-cache") as typeof import("./compiler-cache");
  loadCachedCompiler(process.argv[3]);
  keepModuleCode();
  const { createSession } = require("./session") as typeof import("./session");
  const { executor, comms, questions, debugGate, tellStray, warmUp } = createSession(post, shared, readInput);
  process.on("unhandledRejection", tellStray);
  process.on("uncaughtException", tellStray);
  process.exit = ((code?: number) => {
    throw exitFromCell(code);
  }) as typeof process.exit;
  const warming = warmUp();

  return (message) => {
    switch (message.kind) {
      case "execute":
        warming.pause();
        executor.execute(message, (outcome) => {
          post({ kind: "executed", job: message.job, outcome });
          warming.resume();
        });
        return;
      case "comm":
        comms.receive(message);
        return;
      case "input":
        questions.answered(message.question, message.text);
        return;
      case "released":
        debugGate.release(message.job);
        return;
      case "abort":
        if (executor.cell?.job.job === message.job) executor.cell.abort();
        return;
      case "interrupt":
        executor.interrupt(message.job);
        return;
      case "terminated":
        executor.terminated();
        post({ kind: "pong", ping: message.ping });
        return;
      case "ping":
        post({ kind: "pong", ping: message.ping });
        return;
      case "failed":
        fail(new KernelError(message.message));
        break;
      case "exit":
        // Children end with the kernel; the signal reaches the kernel too.
        process.on("SIGTERM", () => {});
        signalGroup("SIGTERM");
        exit(0);
        break;
      default:
        post({ kind: "answered", job: message.job, content: JSON.stringify(executor.answer(message)) });
    }
  };
}

try {
  start(process.argv[2]);
} catch (error) {
  fail(error as Error);
}
