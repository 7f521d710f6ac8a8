/** Main thread: announces each cell to the debugger before it runs, and waits until its breakpoints are set. */
import type { PositionMap } from "../cell-positions";
import type { SharedState, ToSocketThread } from "../transport/thread-port";

/** Delays cells until the debugger has set their breakpoints. */
export class DebugGate {
  readonly #post: (message: ToSocketThread) => void;
  readonly #shared: SharedState;
  readonly #waiting: Map<number, () => void> = new Map();

  constructor(post: (message: ToSocketThread) => void, shared: SharedState) {
    this.#post = post;
    this.#shared = shared;
  }

  /** @returns a promise where a debugger is attached */
  announceCell(job: number, label: string, code: string, { maps }: PositionMap): Promise<void> | undefined {
    const mustWait = this.#shared.isDebugged;
    this.#post({ kind: "script", job, label, code, maps, mustWait });
    return mustWait ? new Promise((resolve) => this.#waiting.set(job, resolve)) : undefined;
  }

  release(job: number): void {
    this.#waiting.get(job)?.();
    this.#waiting.delete(job);
  }
}
