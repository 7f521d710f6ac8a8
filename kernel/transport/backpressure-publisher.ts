/**
 * Publishes messages as fast as the slowest reader takes them, as long as it reads.
 *
 * ZeroMQ alone either queues messages for a slow reader without a bound, or drops those above a bound.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { XPublisher } from "zeromq";

/** Maximum number of messages that wait for a reader inside ZeroMQ; ipykernel has the same. */
export const WAITING_MESSAGES = 1000;
/** Milliseconds that a reader may take no message before messages for it are dropped. */
const PATIENCE_MS = 10_000;
/** Milliseconds between two attempts to send a message. */
const RETRY_MS = 2;

/** Publishes on one socket. */
export class BackpressurePublisher {
  readonly #socket: XPublisher;
  readonly #onLoss: (seconds: number) => void;
  #patience: number;
  /** The last send; ZeroMQ allows one at a time, so the next one waits for it. */
  #sends: Promise<void> = Promise.resolve();

  /**
   * @param socket with a high water mark
   * @param onLoss called when a message is dropped for a reader
   * @param patience in milliseconds
   */
  constructor(socket: XPublisher, onLoss: (seconds: number) => void, patience: number = PATIENCE_MS) {
    this.#socket = socket;
    this.#onLoss = onLoss;
    this.#patience = patience;
    setNoDrop(socket, true);
  }

  /** Sends a message; fulfilled when ZeroMQ has taken it, rejected where it cannot be sent at all. */
  send(frames: Uint8Array[]): Promise<void> {
    const sent = this.#sends.then(() => this.#send(frames));
    this.#sends = sent.catch(() => {});
    return sent;
  }

  /** Waits for no reader from now on; fulfilled when all messages are sent. */
  finish(): Promise<void> {
    this.#patience = 0;
    return this.#sends;
  }

  async #send(frames: Uint8Array[]): Promise<void> {
    const start = performance.now();
    while (!(await this.#offer(frames))) {
      if (performance.now() - start < this.#patience) {
        await sleep(RETRY_MS);
        continue;
      }
      // Only readers that do not read lose the message; ZeroMQ skips them until they have read half of their waiting messages.
      setNoDrop(this.#socket, false);
      await this.#offer(frames);
      setNoDrop(this.#socket, true);
      if (this.#patience > 0) this.#onLoss(this.#patience / 1000);
      return;
    }
  }

  /** @returns whether the queue of every reader had room for the message */
  async #offer(frames: Uint8Array[]): Promise<boolean> {
    // Output of a cell that arrives while the kernel ends is dropped.
    if (this.#socket.closed) return true;
    try {
      await this.#socket.send(frames);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EAGAIN") return false;
      throw error;
    }
  }
}

/** Sets the option; ZeroMQ.js warns that it takes effect later, which is wrong for libzmq, so the warning is suppressed. */
function setNoDrop(socket: XPublisher, value: boolean): void {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    socket.noDrop = value;
  } finally {
    process.emitWarning = emitWarning;
  }
}
