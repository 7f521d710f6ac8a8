/** A Jupyter kernel as a process, and the least of a front end that can time it. */
import { type ChildProcess, spawn } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Dealer, Request, Subscriber } from "zeromq";

/** What Jupyter's kernel.json says, as far as it matters here. */
export interface KernelSpec {
  readonly argv: readonly string[];
  readonly display_name: string;
  readonly language: string;
  readonly env?: Readonly<Record<string, string>>;
}

const CHANNELS = ["shell", "iopub", "stdin", "control", "hb"] as const;
const KEY = "bench";

interface Message {
  readonly type: string;
  readonly content: Record<string, unknown>;
}

/** What a request brought, and how long it took until both its reply and idle were there. */
export interface Answer {
  readonly ms: number;
  readonly messages: readonly Message[];
}

export class FrontEnd {
  readonly #folder: string;
  readonly #process: ChildProcess;
  readonly #shell: Dealer = new Dealer({ linger: 0 });
  readonly #control: Dealer = new Dealer({ linger: 0 });
  readonly #iopub: Subscriber = new Subscriber({ receiveHighWaterMark: 0, linger: 0 });
  readonly #heart: Request = new Request({ linger: 0 });
  readonly #started: number = performance.now();
  readonly #onMessage: Map<string, (message: Message) => void> = new Map();

  private constructor(folder: string, process: ChildProcess, ports: readonly number[]) {
    this.#folder = folder;
    this.#process = process;
    const address = (channel: (typeof CHANNELS)[number]): string =>
      `tcp://127.0.0.1:${ports[CHANNELS.indexOf(channel)]}`;
    this.#shell.connect(address("shell"));
    this.#control.connect(address("control"));
    this.#heart.connect(address("hb"));
    this.#iopub.connect(address("iopub"));
    this.#iopub.subscribe();
    void this.#read(this.#shell);
    void this.#read(this.#control);
    void this.#read(this.#iopub);
  }

  static async start(spec: KernelSpec): Promise<FrontEnd> {
    const folder = mkdtempSync(join(tmpdir(), "kernel-bench-"));
    const ports = await freePorts(CHANNELS.length);
    const file = join(folder, "connection.json");
    const named = Object.fromEntries(CHANNELS.map((channel, at) => [`${channel}_port`, ports[at]]));
    const connection = {
      transport: "tcp",
      ip: "127.0.0.1",
      key: KEY,
      signature_scheme: "hmac-sha256",
      ...named,
    };
    writeFileSync(file, JSON.stringify(connection));
    const [program, ...args] = spec.argv.map((part) => part.replace("{connection_file}", file));
    const env: NodeJS.ProcessEnv = { ...process.env, ...spec.env };
    // Where it is set, Node reads certificates at every start, which says nothing about kernels.
    delete env.NODE_EXTRA_CA_CERTS;
    const child = spawn(program as string, args, { cwd: folder, env, detached: true, stdio: "ignore" });
    return new FrontEnd(folder, child, ports);
  }

  /** Milliseconds since the process was started. */
  get age(): number {
    return performance.now() - this.#started;
  }

  /** Resolves when both the reply and idle are there; on the control channel the reply is all one waits for. */
  async request(type: string, content: object = {}, channel: "shell" | "control" = "shell"): Promise<Answer> {
    const start = performance.now();
    const messages = await this.#ask(type, content, channel, channel === "shell");
    return { ms: performance.now() - start, messages };
  }

  execute(code: string): Promise<Answer> {
    return this.request("execute_request", {
      code,
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: false,
      stop_on_error: true,
    });
  }

  /** Until iopub delivers: a subscription takes effect some time after it was made. */
  async ready(): Promise<void> {
    // On a loaded machine the answer to an earlier one may come when later ones have been asked.
    const asked: Promise<boolean>[] = [];
    do asked.push(this.request("kernel_info_request").then(() => true));
    while (!(await Promise.race([...asked, new Promise<boolean>((r) => setTimeout(r, 300, false))])));
  }

  /** One reply on shell, however early, whether or not iopub delivers yet. */
  async firstReply(type: string, content: object): Promise<void> {
    await this.#ask(type, content, "shell", false);
  }

  async heartbeat(): Promise<number> {
    const start = performance.now();
    await this.#heart.send("ping");
    await this.#heart.receive();
    return performance.now() - start;
  }

  /** Resident memory in MB and processor time in ms of the process and what it started. */
  usage(): { memory: number; cpu: number } {
    const all = processes().filter(({ group }) => group === this.#process.pid);
    const sum = (key: "memory" | "cpu"): number => all.reduce((total, each) => total + each[key], 0);
    return { memory: sum("memory"), cpu: sum("cpu") };
  }

  async stop(): Promise<void> {
    for (const socket of [this.#shell, this.#control, this.#iopub, this.#heart]) socket.close();
    const ended = once(this.#process, "exit");
    process.kill(-(this.#process.pid as number), "SIGKILL");
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #ask(
    type: string,
    content: object,
    channel: "shell" | "control",
    awaitsIdle: boolean,
  ): Promise<readonly Message[]> {
    const id = randomUUID();
    const messages: Message[] = [];
    let replied = false;
    let idle = !awaitsIdle;
    const done = new Promise<void>((resolve) => {
      this.#onMessage.set(id, (message) => {
        messages.push(message);
        replied ||= message.type.endsWith("_reply");
        idle ||= message.type === "status" && message.content.execution_state === "idle";
        if (replied && idle) resolve();
      });
    });
    await (channel === "shell" ? this.#shell : this.#control).send(frames(type, id, content));
    await done;
    this.#onMessage.delete(id);
    return messages;
  }

  async #read(socket: Dealer | Subscriber): Promise<void> {
    for await (const parts of socket) {
      const at = parts.findIndex((part) => String(part) === "<IDS|MSG>");
      const [header, parent, , content] = parts
        .slice(at + 2, at + 6)
        .map((part) => JSON.parse(String(part)) as Record<string, unknown>);
      if (!header || !parent || !content) continue;
      this.#onMessage.get(String(parent.msg_id))?.({ type: String(header.msg_type), content });
    }
  }
}

function frames(type: string, id: string, content: object): Buffer[] {
  const header = {
    msg_id: id,
    msg_type: type,
    session: KEY,
    username: "",
    date: new Date().toISOString(),
    version: "5.3",
  };
  const parts = [header, {}, {}, content].map((part) => Buffer.from(JSON.stringify(part)));
  const hmac = createHmac("sha256", KEY);
  for (const part of parts) hmac.update(part);
  return [Buffer.from("<IDS|MSG>"), Buffer.from(hmac.digest("hex")), ...parts];
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}

/** From Linux's /proc; elsewhere there are none. */
function processes(): { group: number; memory: number; cpu: number }[] {
  let ids: string[] = [];
  try {
    ids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
  return ids.flatMap((id) => {
    try {
      const fields = readFileSync(`/proc/${id}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ")
        .map(Number);
      const [group = 0, user = 0, system = 0, pages = 0] = [fields[2], fields[11], fields[12], fields[21]];
      return [{ group, memory: (pages * 4096) / 1e6, cpu: (user + system) * 10 }];
    } catch {
      return [];
    }
  });
}
