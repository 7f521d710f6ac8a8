// The kernel of the playground: a Web Worker with the messages of kernel/browser/messages.ts.
import kernelUrl from "./kernel.mjs?url";

/** Says why there is no kernel; a page that forbids its worker and a file that is not there look the same from here. */
const NO_WORKER =
  "The kernel did not start: the page must let its worker run, by worker-src 'self' and script-src 'self' 'unsafe-eval' where it has a " +
  "Content-Security-Policy, and the server must send the file of the kernel.";

const LAST = ["done", "completions", "inspection"];

/** Stops what waits for a kernel that was ended. */
export class StoppedError extends Error {}

export class KernelClient {
  #worker;
  #ready;
  #nextId = 1;
  /** The type of each request, and what to call with its answers, or with the reason where none comes, by its number. */
  #pending = new Map();
  #fail;

  constructor() {
    this.start();
  }

  /** Resolves when the kernel has started. @throws Error that says why it has not */
  get ready() {
    return this.#ready;
  }

  /** Whether a cell is being run, behind which other requests wait. */
  get isRunning() {
    return [...this.#pending.values()].some(({ type }) => type === "execute");
  }

  start() {
    this.#ready = new Promise((resolve, reject) => {
      this.#fail = reject;
      const refuse = () => reject(new Error(NO_WORKER));
      try {
        const worker = new Worker(kernelUrl, { type: "module" });
        this.#worker = worker;
        worker.onerror = refuse;
        worker.onmessage = ({ data }) => (data.type === "ready" ? resolve() : this.#take(data));
      } catch {
        refuse();
      }
    });
    // Whoever waits gets the error.
    this.#ready.catch(() => {});
  }

  /** Ends the kernel, with all variables, whatever it does, and starts another. */
  stop() {
    const error = new StoppedError("stopped");
    this.#worker?.terminate();
    this.#fail(error);
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
    this.start();
  }

  /** Ends the kernel for good. */
  terminate() {
    this.#worker?.terminate();
  }

  /** Sends a request. @returns its last answer @param onAnswer gets those before */
  async request(request, onAnswer = () => {}) {
    await this.#ready;
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { type: request.type, resolve, reject, onAnswer });
      this.#worker.postMessage({ ...request, id });
    });
  }

  #take(answer) {
    const waiting = this.#pending.get(answer.id);
    if (!waiting) return;
    if (!LAST.includes(answer.type)) return waiting.onAnswer(answer);
    this.#pending.delete(answer.id);
    waiting.resolve(answer);
  }
}
