/**
 * Joins printed text into few messages: a message a line would overrun slow readers.
 *
 * Text waits at most 20 ms or until a megabyte is there; a change of stream or of cell sends what is waiting.
 */
export interface GatheredStream {
  readonly name: "stdout" | "stderr";
  readonly text: string;
}

const MAX_WAIT_MS = 20;
const MAX_LENGTH = 1024 * 1024;

export class StreamGatherer {
  readonly #send: (stream: GatheredStream) => void;
  #name: "stdout" | "stderr" = "stdout";
  #chunks: string[] = [];
  #length = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(send: (stream: GatheredStream) => void) {
    this.#send = send;
  }

  add(name: "stdout" | "stderr", text: string): void {
    if (name !== this.#name) this.flush();
    this.#name = name;
    this.#chunks.push(text);
    this.#length += text.length;
    if (this.#length >= MAX_LENGTH) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), MAX_WAIT_MS);
  }

  /** Sends what is waiting; called before any other message goes out. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#length === 0) return;
    const text = this.#chunks.join("");
    this.#chunks = [];
    this.#length = 0;
    this.#send({ name: this.#name, text });
  }
}
