/**
 * Node's declarations: the globals as one file that every cell is compiled with, the modules when something asks for their types.
 *
 * Most cells know of Node no more than `console` and `process`, and the modules are two thirds of the text.
 */
import { dirname, join } from "node:path";
import ts from "typescript";
import { JoinedFile } from "./joined-file";

export class NodeDeclarations {
  /** What no module is needed for. */
  readonly globals: JoinedFile;
  /** Files beside `globals` that are modules of their own and declare globals too. */
  readonly more: readonly string[];
  readonly #folder: string;
  readonly #index: string;
  /** The files of the modules that are not among the globals, by the modules' names. */
  readonly #modules: Map<string, string> = new Map();

  /** @param typeRoot the folder `@types` that holds them */
  constructor(typeRoot: string) {
    this.#folder = join(typeRoot, "node").replace(/\\/g, "/");
    this.#index = `${this.#folder}/index.d.ts`;
    const joined: string[] = [];
    const more: string[] = [];
    for (const [path, text] of filesOf(this.#index)) {
      if (path === this.#index) continue;
      const modules = Array.from(text.matchAll(DECLARED_MODULE), ([, name]) => name as string);
      if (IS_MODULE.test(text)) more.push(path);
      else if (modules.length === 0 || DECLARES_GLOBALS.test(text)) joined.push(path);
      else for (const name of modules) this.#modules.set(name, path);
    }
    this.globals = new JoinedFile(`${this.#folder}/globals-of-cells.d.ts`, joined);
    this.more = more;
  }

  /** Whether a file belongs to these declarations. */
  includes(path: string): boolean {
    return path.startsWith(`${this.#folder}/`);
  }

  /** Whether a file counts as empty: what it says is among the globals, or is read when something asks for it. */
  replaces(path: string): boolean {
    return path === this.#index || this.globals.holds(path);
  }

  /** The names of all modules that are read when something asks for them. */
  get moduleNames(): Iterable<string> {
    return this.#modules.keys();
  }

  /** The file that is to be read for a module; undefined where there is none, or no need. */
  fileOf(module: string): string | undefined {
    return this.#modules.get(module);
  }

  /** Has a package that Node's own declarations import wait until something asks for its types. */
  postpone(module: string, path: string): void {
    this.#modules.set(module, path);
  }
}

const DECLARED_MODULE = /^declare module ["']([^"']+)["']/gm;
const DECLARES_GLOBALS = /^\s*global\s*\{/m;
const REFERENCE = /^\/\/\/ *<reference path=["']([^"']+)["']/gm;
const IS_MODULE = /^(?:import|export)\b/m;

/** A file after those that it refers to, with their texts. */
function filesOf(path: string): [path: string, text: string][] {
  const text = ts.sys.readFile(path) ?? "";
  const references = Array.from(text.matchAll(REFERENCE), ([, name]) => join(dirname(path), name as string));
  return [...references.flatMap((reference) => filesOf(reference.replace(/\\/g, "/"))), [path, text]];
}
