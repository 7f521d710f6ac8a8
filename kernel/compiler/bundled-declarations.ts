/**
 * Declaration files put together into one.
 *
 * Every cell makes a program, which looks at each of its files, and a type checker, which merges what they declare: for the 180
 * files of the language and of Node that was half of a small cell's time.
 */
import ts from "typescript";

/** Whether the text of a declaration file makes it a module, as a single `export` at its top does: its names are then no globals. */
export function isModule(text: string): boolean {
  return /^(?:import|export)\b/m.test(text);
}

export class BundledDeclarations {
  readonly path: string;
  readonly #parts: ReadonlySet<string>;
  readonly #more: string;

  /**
   * @param path where it would lie on the disk
   * @param parts paths of what it is made of: none that is a module of its own
   * @param more what it holds beside them
   */
  constructor(path: string, parts: readonly string[], more = "") {
    this.path = path;
    this.#parts = new Set(parts);
    this.#more = more;
  }

  /** Whether a file's text is found in this one, so that it counts as empty itself. */
  holds(path: string): boolean {
    return this.#parts.has(path);
  }

  read(): string {
    const texts = [...this.#parts].map((path) => ts.sys.readFile(path) ?? "");
    return [...texts, this.#more].join("\n").replace(/^\/\/\/ *<reference .*$/gm, "");
  }
}
