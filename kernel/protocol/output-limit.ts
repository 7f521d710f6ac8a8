/** Keeps what one cell prints to what a front end can show; the rest goes to a file. */
import { appendFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Characters that a cell may print; more than a browser shows without trouble, less than what ends it. */
const DEFAULT_LIMIT = 100_000_000;
/** Characters that are kept in the file. */
const FILE_LIMIT = 10 * DEFAULT_LIMIT;

/** The limit that the environment sets by `SMOOTH_EDGES_OUTPUT_LIMIT`, in characters. */
export function outputLimit(env: NodeJS.ProcessEnv = process.env): number {
  const limit = Number(env.SMOOTH_EDGES_OUTPUT_LIMIT ?? DEFAULT_LIMIT);
  return limit >= 0 ? limit : DEFAULT_LIMIT;
}

export class OutputLimit {
  readonly #limit: number;
  #printed = 0;
  #file: string | undefined;
  #isFull = false;

  /** @param limit in characters */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** A new cell may print as much again. */
  reset(): void {
    this.#printed = 0;
    this.#file = undefined;
    this.#isFull = false;
  }

  /** @returns what of a text is to be shown, and a sentence to add where that is not all for the first time */
  pass(text: string): { readonly shown: string; readonly notice?: string } {
    const room = Math.max(0, this.#limit - this.#printed);
    this.#printed += text.length;
    if (text.length <= room) return { shown: text };
    const shown = text.slice(0, room);
    const notice = this.#keep(text.slice(room));
    return notice === undefined ? { shown } : { shown, notice };
  }

  #keep(text: string): string | undefined {
    if (this.#isFull) return undefined;
    const isFirst = this.#file === undefined;
    try {
      this.#file ??= join(mkdtempSync(join(tmpdir(), "smooth-edges-output-")), "output.txt");
      this.#isFull = this.#printed > this.#limit + FILE_LIMIT;
      if (this.#isFull)
        return `${OVER} the file of the rest must stay below ${FILE_LIMIT}; the rest is lost\n`;
      appendFileSync(this.#file, text, { mode: 0o600 });
    } catch (error) {
      this.#isFull = true;
      return `${OVER} the rest must be written to a file, got ${(error as Error).message}; it is lost\n`;
    }
    if (!isFirst) return undefined;
    return `\n${OVER} a cell must print at most ${this.#limit} characters here, got more; the rest is in ${this.#file}\n`;
  }
}

const OVER = "output:";
