/**
 * Publishes at the pace of the slowest reader, as long as it reads.
 *
 * ZeroMQ alone either keeps all that a reader has not taken, without a bound, or drops for it what exceeds one.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { XPublisher } from "zeromq";

/** Messages that wait for a reader inside ZeroMQ, as many as for ipykernel's. */
export const WAITING_MESSAGES = 1000;
/** How long a reader may take nothing before it is left behind, in milliseconds. */
const PATIENCE_MS = 10_000;
const RETRY_MS = 2;

export class BackpressurePublisher {
  readonly #socket: XPublisher;
  readonly #onLoss: (seconds: number) => void;
  #patience: number;
  /** ZeroMQ allows one send at a time; the next one has to wait for it. */
  #sends: Promise<void> = Promise.resolve();

  /**
   * @param socket with a high water mark
   * @param onLoss told when a reader is left behind
   * @param patience in milliseconds
   */
  constructor(socket: XPublisher, onLoss: (seconds: number) => void, patience: number = PATIENCE_MS) {
    this.#socket = socket;
    this.#onLoss = onLoss;
    this.#patience = patience;
    setNoDrop(socket, true);
  }

  /** Fulfilled when ZeroMQ has taken the message; rejected where it cannot be sent at all. */
  send(frames: Uint8Array[]): Promise<void> {
    const sent = this.#sends.then(() => this.#send(frames));
    this.#sends = sent.catch(() => {});
    return sent;
  }

  /** Waits for nobody from here on; fulfilled when all is sent. */
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
      // Lost only to who does not read, and ZeroMQ leaves it out until it has read half of what waits for it.
      setNoDrop(this.#socket, false);
      await this.#offer(frames);
      setNoDrop(this.#socket, true);
      if (this.#patience > 0) this.#onLoss(this.#patience / 1000);
      return;
    }
  }

  /** @returns whether there was room for it with every reader */
  async #offer(frames: Uint8Array[]): Promise<boolean> {
    // What a cell still says while the kernel ends has nowhere to go.
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

/** libzmq obeys at once; ZeroMQ.js, which does not know that, warns. */
function setNoDrop(socket: XPublisher, value: boolean): void {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    socket.noDrop = value;
  } finally {
    process.emitWarning = emitWarning;
  }
}
