/** A kernel process and a small front end on real ZeroMQ sockets. */
import { type ChildProcess, spawn } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Dealer, Request, Subscriber } from "zeromq";
import { ownKernelSpec } from "../../kernel/kernelspec/kernelspec";
import { freePorts } from "../../kernel/runner/kernel-client";

export type Json = Record<string, unknown>;

export interface Received {
  readonly type: string;
  readonly header: Json;
  readonly parent: Json;
  readonly metadata: Json;
  readonly content: Json;
  readonly buffers: readonly Buffer[];
}

/** What one request brought: its reply, and its messages on iopub up to idle, both included. */
export interface Exchange {
  readonly reply: Received;
  readonly iopub: readonly Received[];
}

export const MAIN: string = join(__dirname, "..", "..", "kernel", "main.js");
const CHANNELS = ["shell", "iopub", "stdin", "control", "hb"] as const;

/** How many times messages are waited for, up to 50 ms each, after the kernel has ended. */
const maxWaitsAfterEnd = 100;

export interface KernelOptions {
  /** Folder that the kernel runs in; a fresh empty one by default. */
  readonly folder?: string;
  readonly key?: string;
  readonly transport?: "tcp" | "ipc";
  readonly env?: NodeJS.ProcessEnv;
  /** The command line as a specification has it; by default that of a kernel without a cache. */
  readonly argv?: readonly string[];
}

/** Writes a connection file; returns its path and content. */
export async function writeConnection(
  folder: string,
  key: string,
  transport: "tcp" | "ipc" = "tcp",
): Promise<{ path: string; connection: Json & Record<`${(typeof CHANNELS)[number]}_port`, number> }> {
  const ports = await freePorts(CHANNELS.length);
  const connection = {
    transport,
    ip: transport === "tcp" ? "127.0.0.1" : join(folder, "kernel"),
    key,
    signature_scheme: "hmac-sha256",
    ...(Object.fromEntries(CHANNELS.map((channel, at) => [`${channel}_port`, ports[at]])) as Record<
      `${(typeof CHANNELS)[number]}_port`,
      number
    >),
  };
  const path = join(folder, "connection.json");
  writeFileSync(path, JSON.stringify(connection));
  return { path, connection };
}

export class TestKernel {
  readonly folder: string;
  readonly key: string;
  readonly shell: Dealer = new Dealer({ linger: 0 });
  readonly control: Dealer = new Dealer({ linger: 0 });
  readonly stdin: Dealer = new Dealer({ linger: 0 });
  readonly iopub: Subscriber = new Subscriber({ receiveHighWaterMark: 0, linger: 0 });
  readonly heart: Request = new Request({ linger: 0 });
  /** What the process wrote to its standard error. */
  stderr = "";
  /** Every message on iopub, in order of arrival. */
  readonly published: Received[] = [];
  /** Every message on shell and control. */
  readonly replies: Received[] = [];
  readonly session: string = randomUUID();
  readonly #ownFolder: string;
  readonly #start: () => ChildProcess;
  #process!: ChildProcess;
  #exited!: Promise<number | null>;
  #wake: () => void = () => {};
  readonly #onInput: ((prompt: Json) => string | undefined)[] = [];

  /** Starts a kernel and waits until it sends what it publishes; starts again where others took one of its ports meanwhile. */
  static async start(options: KernelOptions = {}, starts = 3): Promise<TestKernel> {
    const kernel = await TestKernel.launch(options);
    try {
      await kernel.until(() => kernel.published.some(({ type }) => type === "iopub_welcome"));
      return kernel;
    } catch (error) {
      await kernel.stop();
      if (starts === 1 || !/address already in use/i.test(kernel.stderr)) throw error;
      return TestKernel.start(options, starts - 1);
    }
  }

  /** The same without waiting: what is sent waits for the kernel, which may answer before anyone subscribes. */
  static async launch(options: KernelOptions = {}): Promise<TestKernel> {
    const own = mkdtempSync(join(tmpdir(), "smooth-edges-kernel-"));
    const key = options.key ?? "secret";
    const { path, connection } = await writeConnection(own, key, options.transport);
    const kernel = new TestKernel(own, path, key, options);
    const at = (channel: (typeof CHANNELS)[number]): string =>
      options.transport === "ipc"
        ? `ipc://${connection.ip}-${connection[`${channel}_port`]}`
        : `tcp://127.0.0.1:${connection[`${channel}_port`]}`;
    const identity = randomUUID();
    for (const channel of ["shell", "control", "stdin"] as const) {
      kernel[channel].routingId = identity;
      kernel[channel].connect(at(channel));
    }
    kernel.iopub.subscribe();
    kernel.iopub.connect(at("iopub"));
    kernel.heart.connect(at("hb"));
    kernel.#read(kernel.shell, (message) => kernel.replies.push(message));
    kernel.#read(kernel.control, (message) => kernel.replies.push(message));
    kernel.#read(kernel.iopub, (message) => kernel.published.push(message));
    kernel.#read(kernel.stdin, (message) => kernel.#answerInput(message));
    return kernel;
  }

  private constructor(own: string, path: string, key: string, options: KernelOptions) {
    this.#ownFolder = own;
    this.folder = options.folder ?? own;
    this.key = key;
    // A group of its own, as Jupyter starts kernels: interrupts reach the kernel's children and not the tests.
    const { argv = ownKernelSpec().argv } = options;
    const [program, ...args] = argv.map((part) => part.replace("{connection_file}", path));
    this.#start = () =>
      spawn(program as string, args, {
        cwd: this.folder,
        detached: true,
        // As Jupyter does it: a kernel whose tests were cut off ends by itself.
        env: {
          ...process.env,
          JPY_PARENT_PID: String(process.pid),
          SMOOTH_EDGES_HISTORY: join(own, "history.jsonl"),
          ...options.env,
        },
        stdio: ["ignore", "ignore", "pipe"],
      });
    this.#spawn();
  }

  get process(): ChildProcess {
    return this.#process;
  }

  get exited(): Promise<number | null> {
    return this.#exited;
  }

  #spawn(): void {
    this.#process = this.#start();
    this.#process.stderr?.on("data", (data) => {
      this.stderr += String(data);
    });
    this.#exited = once(this.#process, "exit").then(([code]) => code as number | null);
  }

  /** As Jupyter restarts: asks the kernel to end, then starts another one on the same connection file. */
  async restart(): Promise<void> {
    await this.send("control", "shutdown_request", { restart: true });
    await this.exited;
    const isWelcome = ({ type }: Received): boolean => type === "iopub_welcome";
    const before = this.published.filter(isWelcome).length;
    this.#spawn();
    await this.until(() => this.published.filter(isWelcome).length > before);
  }

  async stop(): Promise<void> {
    for (const socket of [this.shell, this.control, this.stdin, this.iopub, this.heart]) socket.close();
    this.process.kill("SIGKILL");
    await this.exited;
    rmSync(this.#ownFolder, { recursive: true, force: true });
  }

  frames(type: string, content: Json, id: string = randomUUID(), parent: Json = {}): Buffer[] {
    const sender = { session: this.session, username: "test", version: "5.4" };
    const header = { msg_id: id, msg_type: type, date: new Date().toISOString(), ...sender };
    return this.signed([header, parent, {}, content].map((part) => JSON.stringify(part)));
  }

  /** The frames of a message whose header, parent, metadata and content are the given texts, whatever they are. */
  signed(texts: readonly string[]): Buffer[] {
    const parts = texts.map((text) => Buffer.from(text));
    const hmac = createHmac("sha256", this.key || "unused");
    for (const part of parts) hmac.update(part);
    return [Buffer.from("<IDS|MSG>"), Buffer.from(this.key === "" ? "" : hmac.digest("hex")), ...parts];
  }

  /** Sends a request and returns its id. */
  async send(
    channel: "shell" | "control",
    type: string,
    content: Json = {},
    buffers: readonly Buffer[] = [],
  ): Promise<string> {
    const id = randomUUID();
    await this[channel].send([...this.frames(type, content, id), ...buffers]);
    return id;
  }

  /** Sends a message that gets no reply and waits until the kernel has dealt with it. */
  async tell(type: string, content: Json, buffers: readonly Buffer[] = []): Promise<Received[]> {
    const id = await this.send("shell", type, content, buffers);
    await this.until(() => this.isIdle(id));
    return this.of(id);
  }

  /** The reply and the iopub messages of a request that was sent; waits for both the reply and idle. */
  async finish(id: string): Promise<Exchange> {
    let reply: Received | undefined;
    await this.until(() => {
      reply = this.replies.find(({ parent }) => parent.msg_id === id);
      return reply !== undefined && this.isIdle(id);
    });
    return { reply: reply as Received, iopub: this.of(id) };
  }

  async request(channel: "shell" | "control", type: string, content: Json = {}): Promise<Exchange> {
    return this.finish(await this.send(channel, type, content));
  }

  sendCell(code: string, more: Json = {}): Promise<string> {
    return this.send("shell", "execute_request", {
      code,
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: true,
      stop_on_error: true,
      ...more,
    });
  }

  async execute(code: string, more: Json = {}): Promise<Exchange> {
    return this.finish(await this.sendCell(code, more));
  }

  /** Messages on iopub that belong to a request. */
  of(id: string): Received[] {
    return this.published.filter(({ parent }) => parent.msg_id === id);
  }

  isIdle(id: string): boolean {
    return this.of(id).some(({ type, content }) => type === "status" && content.execution_state === "idle");
  }

  /** Answers the next request for input; undefined leaves it unanswered. */
  onInput(answer: (content: Json) => string | undefined): void {
    this.#onInput.push(answer);
  }

  /** Waits until `condition` holds; looked at after every message. */
  async until(condition: () => boolean): Promise<void> {
    for (let waitsAfterEnd = 0; !condition(); ) {
      const ended = this.process.exitCode !== null || this.process.signalCode !== null;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 50);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      // What it sent before its end may arrive after it, on a busy machine by seconds.
      if (ended && !condition() && ++waitsAfterEnd > maxWaitsAfterEnd)
        throw new Error(
          `the kernel ended (${this.process.signalCode ?? this.process.exitCode}): ${this.stderr}`,
        );
    }
  }

  async #read(socket: Dealer | Subscriber, take: (message: Received) => void): Promise<void> {
    for await (const frames of socket) {
      const at = frames.findIndex((frame) => String(frame) === "<IDS|MSG>");
      const [header, parent, metadata, content] = frames
        .slice(at + 2, at + 6)
        .map((frame) => JSON.parse(String(frame)) as Json);
      if (!header || !parent || !metadata || !content) {
        throw new Error("the kernel sent an incomplete message");
      }
      const buffers = frames.slice(at + 6);
      take({ type: String(header.msg_type), header, parent, metadata, content, buffers });
      this.#wake();
    }
  }

  #answerInput(message: Received): void {
    const value = this.#onInput.shift()?.(message.content);
    if (value !== undefined) {
      void this.stdin.send(this.frames("input_reply", { status: "ok", value }, undefined, message.header));
    }
  }
}
