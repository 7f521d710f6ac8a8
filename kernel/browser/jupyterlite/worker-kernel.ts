/**
 * The kernel as JupyterLite knows kernels: it answers Jupyter's messages by what a Web Worker answers to those of `messages.ts`.
 *
 * JupyterLite hands over one message, waits until it is dealt with, and then hands over the next.
 */
import type { Header } from "../../transport/wire";
import {
  type Answer,
  type CompletionsMessage,
  type DoneMessage,
  type InspectionMessage,
  pointsBefore,
  type Request,
  type Unnumbered,
  unitsBefore,
} from "../messages";

/** The options that JupyterLite gives a new kernel. */
export interface KernelOptions {
  readonly id: string;
  readonly name: string;
  readonly location: string;
  readonly sendMessage: (message: JupyterMessage) => void;
}

/** A message of Jupyter's protocol. */
export interface JupyterMessage {
  readonly channel: "shell" | "iopub" | "stdin" | "control";
  readonly header: Header;
  readonly parent_header: Header | Record<string, never>;
  readonly metadata: object;
  readonly content: Content;
  readonly buffers: readonly unknown[];
}

type Content = Readonly<Record<string, unknown>>;

/** The members of a Web Worker that the kernel uses. */
export interface KernelWorker {
  onmessage: ((event: { readonly data: Answer }) => void) | null;
  onerror: ((event: { readonly message?: string }) => void) | null;
  postMessage(request: Request): void;
  terminate(): void;
}

/** Tells listeners of an event, as a `Signal` of Lumino does. */
export interface Emitter {
  emit(args: undefined): void;
}

/** The last answer to a request; or why there is none. */
type Outcome =
  | DoneMessage
  | CompletionsMessage
  | InspectionMessage
  | { readonly type: "ended"; readonly name: string; readonly message: string };

/** The version of the package, which the build fills in. */
declare const VERSION: string;

/** The language, as the kernel on Node states it. */
const LANGUAGE = {
  name: "typescript",
  version: "5.9",
  mimetype: "text/typescript",
  file_extension: ".ts",
  pygments_lexer: "typescript",
  codemirror_mode: "typescript",
  nbconvert_exporter: "script",
};

/** A kernel of JupyterLite whose cells run in a Web Worker. */
export class WorkerKernel<Signal extends Emitter> {
  readonly id: string;
  readonly name: string;
  readonly location: string;
  /** Messages are taken at once, and answered when the worker has started. */
  readonly ready: Promise<void> = Promise.resolve();
  readonly disposed: Signal;
  readonly #send: (message: JupyterMessage) => void;
  readonly #startWorker: () => KernelWorker;
  #worker: KernelWorker;
  /** Is settled when the worker has started or has failed to; the text says why. */
  #started: Promise<string | undefined>;
  #isDisposed = false;
  #nRequests = 0;
  #settle: ((outcome: Outcome) => void) | undefined;
  /** The header of the cell that outputs belong to, also those that come after it has ended; none where it is silent. */
  #cell: Header | undefined;
  #count = 0;
  /** The error of the cell that failed last, which its reply has too. */
  #lastError: Content = {};
  readonly #history: [session: number, line: number, code: string][] = [];

  constructor(
    { id, name, location, sendMessage }: KernelOptions,
    startWorker: () => KernelWorker,
    signalOf: (sender: unknown) => Signal,
  ) {
    this.id = id;
    this.name = name;
    this.location = location;
    this.disposed = signalOf(this);
    this.#send = sendMessage;
    this.#startWorker = startWorker;
    [this.#worker, this.#started] = this.#start();
  }

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#worker.terminate();
    this.#settle?.({ type: "ended", name: "KernelEnded", message: "the kernel was shut down" });
    this.disposed.emit(undefined);
  }

  /** Ends the running request, and the worker with it, whose loops nothing else stops. */
  interrupt(): void {
    if (!this.#settle) return;
    this.#worker.terminate();
    [this.#worker, this.#started] = this.#start();
    this.#count = 0; // as the new worker counts
    const message = "the cell was stopped, and the kernel with it; run the cells above again";
    this.#settle({ type: "ended", name: "InterruptError", message });
  }

  /** Deals with a request of the front end. */
  async handleMessage(request: JupyterMessage): Promise<void> {
    const { header } = request;
    this.#publish("status", { execution_state: "busy" }, header);
    const content = await this.#reply(request);
    if (content) this.#post("shell", header.msg_type.replace("_request", "_reply"), content, header);
    this.#publish("status", { execution_state: "idle" }, header);
  }

  #reply({ header, content }: JupyterMessage): Promise<Content> | Content | undefined {
    const code = String(content.code);
    switch (header.msg_type) {
      case "kernel_info_request":
        return {
          status: "ok",
          protocol_version: "5.3",
          implementation: "smooth-edges",
          implementation_version: VERSION,
          language_info: LANGUAGE,
          banner: `smooth-edges ${VERSION}: TypeScript in this browser`,
          help_links: [{ text: "TypeScript", url: "https://www.typescriptlang.org/docs/" }],
        };
      case "execute_request":
        return this.#execute(code, content, header);
      case "complete_request":
        return this.#complete(code, unitsBefore(code, Number(content.cursor_pos)));
      case "inspect_request":
        return this.#inspect(code, unitsBefore(code, Number(content.cursor_pos)));
      case "is_complete_request":
        return { status: "unknown" };
      case "history_request":
        return { status: "ok", history: this.#history };
      case "comm_info_request":
        return { status: "ok", comms: {} };
      default:
        return undefined;
    }
  }

  async #execute(code: string, { silent, store_history }: Content, header: Header): Promise<Content> {
    this.#cell = silent ? undefined : header;
    if (!silent && store_history !== false) {
      this.#count++;
      this.#history.push([0, this.#count, code]);
    }
    this.#output("execute_input", { code, execution_count: this.#count });
    const outcome = await this.#ask({ type: "execute", code });
    const reply = { execution_count: this.#count, user_expressions: {}, payload: [] };
    if (outcome.type === "done" && outcome.status === "ok") return { ...reply, status: "ok" };
    if (outcome.type !== "ended") return { ...reply, status: "error", ...this.#lastError };
    const { name: ename, message: evalue } = outcome;
    const error = { ename, evalue, traceback: [`\u001b[31m${ename}\u001b[39m: ${evalue}`] };
    this.#output("error", error);
    return { ...reply, status: "error", ...error };
  }

  async #complete(code: string, cursor: number): Promise<Content> {
    const outcome = await this.#ask({ type: "complete", code, cursor });
    const found = outcome.type === "completions" ? outcome : { matches: [], start: cursor, end: cursor };
    return {
      status: "ok",
      matches: found.matches,
      cursor_start: pointsBefore(code, found.start),
      cursor_end: pointsBefore(code, found.end),
      metadata: {},
    };
  }

  async #inspect(code: string, cursor: number): Promise<Content> {
    const outcome = await this.#ask({ type: "inspect", code, cursor });
    const { data, found } = outcome.type === "inspection" ? outcome : { data: {}, found: false };
    return { status: "ok", found, data, metadata: {} };
  }

  /** Asks the worker, and waits for its last answer. */
  async #ask(request: Unnumbered<Request>): Promise<Outcome> {
    const answered = new Promise<Outcome>((resolve) => {
      this.#settle = resolve;
    });
    const worker = this.#worker;
    void this.#started.then((failure) => {
      if (failure !== undefined) this.#settle?.({ type: "ended", name: "KernelError", message: failure });
      else worker.postMessage({ ...request, id: ++this.#nRequests } as Request);
    });
    try {
      return await answered;
    } finally {
      this.#settle = undefined;
    }
  }

  #start(): [KernelWorker, Promise<string | undefined>] {
    const worker = this.#startWorker();
    const started = new Promise<string | undefined>((resolve) => {
      worker.onmessage = ({ data }) => {
        if (data.type === "ready") resolve(undefined);
        else this.#receive(data);
      };
      worker.onerror = ({ message }) =>
        resolve(
          `the kernel's Web Worker did not start${message ? ` (${message})` : ""}; the server must have kernel.mjs, and a Content-Security-Policy must allow workers from it`,
        );
    });
    return [worker, started];
  }

  /** Hands an answer of the worker on, as outputs of the cell or as the end of the request. */
  #receive(answer: Answer): void {
    if (answer.type === "stream") this.#output("stream", { name: answer.name, text: answer.text });
    else if (answer.type === "clear") this.#output("clear_output", { wait: answer.wait });
    else if (answer.type === "display") {
      const { data, metadata, displayId, update } = answer;
      const transient = displayId === undefined ? {} : { display_id: displayId };
      this.#output(update ? "update_display_data" : "display_data", { data, metadata, transient });
    } else if (answer.type === "result")
      this.#output("execute_result", {
        data: answer.data,
        metadata: answer.metadata,
        execution_count: this.#count,
      });
    else if (answer.type === "error") {
      this.#lastError = { ename: answer.name, evalue: answer.message, traceback: answer.traceback };
      this.#output("error", this.#lastError);
    } else if (answer.type !== "ready") this.#settle?.(answer);
  }

  #output(type: string, content: Content): void {
    if (this.#cell) this.#publish(type, content, this.#cell);
  }

  #publish(type: string, content: Content, parent: Header): void {
    this.#post("iopub", type, content, parent);
  }

  #post(channel: JupyterMessage["channel"], type: string, content: Content, parent: Header): void {
    const header: Header = {
      msg_id: crypto.randomUUID(),
      msg_type: type,
      // JupyterLite finds the client that a reply is for by its session.
      session: parent.session,
      username: "",
      date: new Date().toISOString(),
      version: "5.3",
    };
    this.#send({ channel, header, parent_header: parent, metadata: {}, content, buffers: [] });
  }
}
