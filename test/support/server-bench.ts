import { setImmediate as nextTurn } from "node:timers/promises";
import { HistoryStore } from "../../kernel/protocol/history-store";
import { KernelServer } from "../../kernel/protocol/kernel-server";
import { SharedState, type ToMain } from "../../kernel/transport/thread-port";
import { type Message, Wire } from "../../kernel/transport/wire";

export const OK: { readonly status: "ok"; readonly userExpressions: string } = {
  status: "ok",
  userExpressions: "{}",
};
export const FAILED = { status: "error", error: { ename: "E", evalue: "e", traceback: ["E: e"] } } as const;

/** A server between two ends that only take things down. */
export class Bench {
  readonly wire: Wire = new Wire("", "sha256");
  readonly sent: { channel: string; message: Message }[] = [];
  readonly toMain: ToMain[] = [];
  readonly interrupts: number[] = [];
  readonly answers: (string | null)[] = [];
  /** Whether no interrupt is under way. */
  isCalm = true;
  readonly held: (() => void)[] = [];
  ended = 0;
  readonly shared: SharedState = new SharedState();
  readonly history: HistoryStore = new HistoryStore(undefined, "bench", () => {});
  readonly server: KernelServer = new KernelServer(
    this.wire,
    {
      send: (channel, frames) => {
        this.sent.push({ channel, message: this.wire.decode(frames) as Message });
      },
      toMain: (message) => this.toMain.push(message),
      answerInput: (_question, text) => this.answers.push(text),
      debug: async (request) => ({ success: true, request_seq: request.seq }),
      addScript: () => {},
      interrupt: (job) => this.interrupts.push(job),
      acknowledge: () => {},
      afterTermination: (action) => {
        if (this.isCalm) action();
        else this.held.push(action);
      },
      logError: (error) => {
        throw error;
      },
      end: () => {
        this.ended++;
      },
    },
    this.shared,
    { version: "1.2.3", history: this.history },
  );
  #lastId = 0;

  request(channel: "shell" | "control" | "stdin", type: string, content: object = {}): string {
    const id = String(++this.#lastId);
    const header = { msg_id: id, msg_type: type, session: "s", username: "u", date: "", version: "5.4" };
    const frames = [header, {}, {}, content].map((part) => Buffer.from(JSON.stringify(part)));
    this.server.receive(channel, [
      Buffer.from("front"),
      Buffer.from("<IDS|MSG>"),
      Buffer.from(""),
      ...frames,
    ]);
    return id;
  }

  cell(code: string, more: object = {}): string {
    return this.request("shell", "execute_request", { code, ...more });
  }

  /** Finishes the cell that the main thread was given last. */
  async finish(outcome: typeof OK | typeof FAILED = OK): Promise<void> {
    const job = this.toMain.findLast((message) => message.kind === "execute")?.job as number;
    this.server.fromMain({ kind: "executed", job, outcome });
    await nextTurn();
  }

  /** What went out for a request, as `channel type detail`. */
  log(id: string): string[] {
    return this.sent
      .filter(({ message }) => message.parent.msg_id === id)
      .map(({ channel, message: { header, content } }) => {
        const detail =
          content.execution_state ?? content.status ?? content.text ?? content.execution_count ?? "";
        return `${channel} ${header.msg_type} ${String(detail)}`.trimEnd();
      });
  }

  codes(): string[] {
    return this.toMain.flatMap((message) => (message.kind === "execute" ? [message.code] : []));
  }
}
