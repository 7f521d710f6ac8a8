/** A client of the protocol that starts a kernel, runs code in it, and ends it with everything that it started. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Dealer, Subscriber } from "zeromq";
import { writeInTemporaryFolder } from "../../src/file-writing";
import {
  connectionFileNotWritten,
  kernelEnded,
  kernelEndedWhileStarting,
  kernelTooSlowToStart,
} from "../errors";
import type { KernelSpec } from "../kernelspec/kernelspec";
import { describeEnd } from "../process-group";
import { addressOf, CHANNELS, type Channel, type Connection } from "../transport/connection";
import { type JsonObject, type Message, Wire } from "../transport/wire";

/** Seconds that a kernel may take from its start to its first answer, on a slow disk and a busy machine. */
const START_SECONDS = 120;
/** Milliseconds that a kernel may take to shut down before it is killed. */
const SHUTDOWN_GRACE = 3000;
/** Number of times that a kernel is started whose ports another process took between their choice and its start. */
const STARTS = 3;

/** A request that is done when its reply has come and, on the shell channel, the kernel is idle again. */
interface Pending {
  readonly onOutput: (message: Message) => void;
  readonly done: (reply: Message) => void;
  readonly failed: (error: Error) => void;
  reply?: Message;
  idle: boolean;
}

/** A running kernel and the sockets to speak to it. */
export class KernelClient {
  readonly #process: KernelProcess;
  readonly #interruptMode: "message" | "signal";
  readonly #wire: Wire;
  readonly #folder: string;
  readonly #shell = new Dealer({ linger: 0 });
  readonly #control = new Dealer({ linger: 0 });
  // The number of waiting messages has no limit, because a cell may print faster than its output is parsed.
  readonly #iopub = new Subscriber({ linger: 0, receiveHighWaterMark: 0 });
  readonly #pending = new Map<string, Pending>();
  /** The end of the chain of sends of each socket, because a ZeroMQ.js socket takes one send at a time. */
  readonly #sends = new Map<Dealer, Promise<void>>();
  #ended: string | undefined;
  #info: JsonObject = {};

  private constructor(spec: KernelSpec, connection: Connection, cwd: string) {
    const { folder, path } = writeConnectionFile(connection);
    this.#folder = folder;
    this.#interruptMode = spec.interrupt_mode ?? "signal";
    this.#wire = new Wire(connection.key, connection.hash);
    this.#iopub.connect(addressOf(connection, "iopub"));
    this.#iopub.subscribe();
    this.#shell.connect(addressOf(connection, "shell"));
    this.#control.connect(addressOf(connection, "control"));
    this.#process = new KernelProcess(spec, path, cwd);
    for (const socket of [this.#shell, this.#control, this.#iopub]) void this.#listen(socket);
    void this.#process.ended.then((how) => {
      this.#ended = how;
      for (const { failed } of this.#pending.values()) failed(kernelEnded(how, this.#process.lastOutput));
      this.#pending.clear();
    });
  }

  /**
   * Starts a kernel in a folder and waits until it answers on all channels.
   *
   * @throws {KernelDiedError} when it ends or stays silent instead.
   */
  static async launch(spec: KernelSpec, cwd: string, signal?: AbortSignal): Promise<KernelClient> {
    for (let starts = 1; ; starts++) {
      const client = new KernelClient(spec, await newConnection(), cwd);
      try {
        await client.#waitUntilReady(signal);
        // The kernel has read the file, which would stay where this process is killed.
        client.#removeConnectionFile();
        return client;
      } catch (error) {
        // The kernel has no data yet and may not answer a shutdown, so it is killed.
        client.#process.signal("SIGKILL");
        await client.shutdown();
        const lostPort = /address already in use/i.test(client.#process.lastOutput);
        if (!lostPort || starts === STARTS) throw error;
      }
    }
  }

  /** The content of the kernel's answer to `kernel_info_request`. */
  get info(): JsonObject {
    return this.#info;
  }

  /**
   * Runs code and fulfils with the content of the reply once all its output has been handed to `onOutput`.
   *
   * @throws {KernelDiedError} when the kernel ends before.
   */
  async execute(code: string, onOutput: (message: Message) => void): Promise<JsonObject> {
    return (await this.#execute(code, { silent: false, store_history: true }, onOutput)).content;
  }

  /** Asks the kernel to end the cell that runs. */
  interrupt(): void {
    if (this.#interruptMode === "signal") this.#process.signal("SIGINT");
    else this.#request(this.#control, "interrupt_request", {}).catch(() => {});
  }

  /** Ends the kernel, first by a request, and everything that it started; may be called at any time and more than once. */
  async shutdown(): Promise<void> {
    if (this.#ended === undefined) {
      this.#request(this.#control, "shutdown_request", { restart: false }).catch(() => {});
      await Promise.race([this.#process.ended, sleep(SHUTDOWN_GRACE, undefined, { ref: false })]);
      this.#process.signal("SIGKILL");
      await this.#process.ended;
    }
    for (const socket of [this.#shell, this.#control, this.#iopub]) socket.close();
    this.#removeConnectionFile();
  }

  #removeConnectionFile(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Repeats a request until it is answered on shell and iopub, because a subscription takes effect with a delay. */
  async #waitUntilReady(signal?: AbortSignal): Promise<void> {
    const deadline = performance.now() + START_SECONDS * 1000;
    let asked: Promise<Message>;
    do {
      asked = this.#request(this.#shell, "kernel_info_request", {});
    } while (!(await this.#settlesWithin(asked, 500, signal)) && performance.now() < deadline);
    // A kernel answers before its compiler is loaded; an empty cell waits for it, so that the time is not the first cell's.
    const warmedUp = this.#execute("", { silent: true, store_history: false });
    if (!(await this.#settlesWithin(warmedUp, deadline - performance.now(), signal)))
      throw kernelTooSlowToStart(START_SECONDS, this.#process.lastOutput);
    this.#info = (await asked).content;
  }

  /** Whether an answer comes within a time in milliseconds. */
  async #settlesWithin(answer: Promise<unknown>, time: number, signal?: AbortSignal): Promise<boolean> {
    const inTime = new AbortController();
    const timer = sleep(Math.max(time, 0), false, {
      signal: AbortSignal.any([inTime.signal, ...(signal ? [signal] : [])]),
    });
    try {
      return await Promise.race([answer.then(() => true), timer]);
    } catch (error) {
      if (this.#ended !== undefined) throw kernelEndedWhileStarting(this.#ended, this.#process.lastOutput);
      throw error;
    } finally {
      inTime.abort();
      timer.catch(() => {});
    }
  }

  #execute(
    code: string,
    options: { readonly silent: boolean; readonly store_history: boolean },
    onOutput?: (message: Message) => void,
  ): Promise<Message> {
    // Input is not allowed, as there is nobody to ask.
    const content = { code, ...options, user_expressions: {}, allow_stdin: false, stop_on_error: true };
    return this.#request(this.#shell, "execute_request", content, onOutput);
  }

  #request(
    socket: Dealer,
    type: string,
    content: object,
    onOutput: Pending["onOutput"] = () => {},
  ): Promise<Message> {
    if (this.#ended !== undefined) {
      return Promise.reject(kernelEnded(this.#ended, this.#process.lastOutput));
    }
    const frames = this.#wire.encode([], type, {}, JSON.stringify(content));
    const id = this.#wire.decode(frames)?.header.msg_id ?? "";
    return new Promise((done, failed) => {
      // On the control channel only the reply is awaited.
      this.#pending.set(id, { onOutput, done, failed, idle: socket === this.#control });
      const sent = (this.#sends.get(socket) ?? Promise.resolve()).then(() => socket.send([...frames]));
      sent.catch(failed);
      this.#sends.set(
        socket,
        sent.catch(() => {}),
      );
    });
  }

  async #listen(socket: Dealer | Subscriber): Promise<void> {
    for await (const frames of socket) {
      const message = this.#wire.decode(frames);
      const parentId = String(message?.parent.msg_id);
      const pending = this.#pending.get(parentId);
      if (!message || !pending) continue;
      if (socket !== this.#iopub) pending.reply = message;
      else if (message.header.msg_type !== "status") pending.onOutput(message);
      else if (message.content.execution_state === "idle") pending.idle = true;
      if (pending.reply && pending.idle) {
        this.#pending.delete(parentId);
        pending.done(pending.reply);
      }
    }
  }
}

/** Makes a connection for a new kernel: free local ports and a fresh key. */
export async function newConnection(): Promise<Connection> {
  const free = await freePorts(CHANNELS.length);
  const ports = Object.fromEntries(CHANNELS.map((channel, index) => [channel, free[index]]));
  return {
    transport: "tcp",
    ip: "127.0.0.1",
    ports: ports as Record<Channel, number>,
    key: randomUUID(),
    hash: "sha256",
  };
}

/**
 * Writes a connection file into a new temporary folder that nobody else can enter.
 *
 * Anyone who reads the key in it can run code.
 *
 * @throws {KernelDiedError} where no folder for temporary files can be written to.
 * @see readConnectionFile
 */
export function writeConnectionFile(connection: Connection): { folder: string; path: string } {
  const { transport, ip, ports, key, hash } = connection;
  const fields = {
    transport,
    ip,
    key,
    signature_scheme: `hmac-${hash}`,
    ...Object.fromEntries(CHANNELS.map((channel) => [`${channel}_port`, ports[channel]])),
  };
  try {
    return writeInTemporaryFolder("smooth-edges-", (folder) => {
      const path = join(folder, "connection.json");
      writeFileSync(path, JSON.stringify(fields), { mode: 0o600 });
      return { folder, path };
    });
  } catch (error) {
    throw connectionFileNotWritten(error as NodeJS.ErrnoException);
  }
}

/** Returns free ports; all are held open until the last one is found, so that none occurs twice. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listenOnFreePort));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}

function listenOnFreePort(): Promise<Server> {
  return new Promise((listening, failed) => {
    const server = createServer();
    server.once("error", failed);
    server.listen(0, "127.0.0.1", () => listening(server));
  });
}

/** Number of characters of a kernel process's own output that are kept, to be shown if it dies. */
const KEPT_CHARACTERS = 4000;

/** The process of a kernel, which ends with the current process at the latest. */
export class KernelProcess {
  /** Fulfils with a phrase such as `"exit code 1"` or `"signal SIGKILL"` when the process has ended. */
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;
  #lastOutput = "";
  #hasEnded = false;
  readonly #killAtExit = (): void => this.signal("SIGKILL");

  constructor(spec: KernelSpec, connectionFile: string, cwd: string) {
    const [command, ...args] = spec.argv.map((part) => part.replace("{connection_file}", connectionFile));
    this.#child = spawn(command ?? "", args, {
      cwd,
      // Nobody has typed the cells that a command runs, so they are not added to the history.
      env: {
        ...process.env,
        SMOOTH_EDGES_HISTORY: "",
        ...withReferences(spec.env),
        JPY_PARENT_PID: String(process.pid),
      },
      // In a group of its own, the kernel does not receive the terminal's Ctrl-C, and its children end with it.
      detached: process.platform !== "win32",
      windowsHide: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#lastOutput = (this.#lastOutput + text).slice(-KEPT_CHARACTERS);
      });
    }
    process.once("exit", this.#killAtExit);
    this.ended = new Promise((resolve) => {
      const end = (how: string): void => {
        this.#hasEnded = true;
        process.removeListener("exit", this.#killAtExit);
        resolve(how);
      };
      this.#child.once("error", (error) => end(error.message));
      this.#child.once("exit", (code, signal) => {
        // Processes that the kernel started may still run in its group.
        this.signal("SIGKILL");
        const how = describeEnd(code, signal);
        // The output is complete at "close", which never comes while a process outside the group holds the pipe.
        setTimeout(end, 500, how).unref();
        this.#child.once("close", () => end(how));
      });
    });
  }

  /** The end of the text that the process itself wrote to its standard output and error. */
  get lastOutput(): string {
    return this.#lastOutput.trim();
  }

  /** Sends a signal to the process and all that it started; does nothing where they have ended. */
  signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined || this.#hasEnded) return;
    try {
      if (process.platform === "win32") this.#child.kill(signal);
      else process.kill(-pid, signal);
    } catch (error) {
      // The process has ended (ESRCH) or is a zombie, for which macOS gives EPERM.
      if (!["ESRCH", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    }
  }
}

/** Replaces references to environment variables as Jupyter does; a reference to a missing variable stays as it is. */
function withReferences(env: KernelSpec["env"] = {}): Record<string, string> {
  const fill = (text: string): string =>
    text.replace(/\$\{(\w+)\}/g, (reference, name) => process.env[name] ?? reference);
  return Object.fromEntries(Object.entries(env).map(([name, text]) => [name, fill(text)]));
}
