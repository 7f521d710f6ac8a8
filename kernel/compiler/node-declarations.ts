/**
 * Node's declarations: the globals as one file that every cell is compiled with, the modules when something asks for their types.
 *
 * Most cells know of Node no more than `console` and `process`, and the modules are two thirds of the text.
 */
import { dirname, join } from "node:path";
import ts from "typescript";
import { BundledDeclarations, isModule } from "./bundled-declarations";
import { type SplitModule, splitModule } from "./split-module";

/** The `@types` folder with Node's declarations: the kernel's own, wherever the notebook lies. */
export function nodeTypeRoot(): string {
  const tslabFolder = dirname(require.resolve("tslab/package.json"));
  const nodeTypes = require.resolve("@types/node/package.json", { paths: [__dirname, tslabFolder] });
  return dirname(dirname(nodeTypes));
}

export class NodeDeclarations {
  readonly #folder: string;
  readonly #index: string;
  #read: Read | undefined;

  /** @param typeRoot the folder `@types` that holds them */
  constructor(typeRoot: string) {
    this.#folder = join(typeRoot, "node").replace(/\\/g, "/");
    this.#index = `${this.#folder}/index.d.ts`;
  }

  /** What no module is needed for. */
  get globals(): BundledDeclarations {
    return this.#files.globals;
  }

  /** Files beside `globals` that are modules of their own and declare globals too. */
  get more(): readonly string[] {
    return this.#files.more;
  }

  /** Whether a file belongs to these declarations. */
  includes(path: string): boolean {
    return path.startsWith(`${this.#folder}/`);
  }

  /** Whether a file counts as empty: what it says is among the globals, or is read when something asks for it. */
  replaces(path: string): boolean {
    return this.includes(path) && (path === this.#index || this.globals.holds(path));
  }

  /** The text of the file of a module whose globals are read apart from it; undefined for other files. */
  textWithoutGlobals(path: string): string | undefined {
    return this.includes(path) ? this.#files.split.get(path)?.rest : undefined;
  }

  /** The names of all modules that are read when something asks for them. */
  get moduleNames(): Iterable<string> {
    return this.#files.modules.keys();
  }

  /** The file that is to be read for a module; undefined where there is none, or no need. */
  fileOf(module: string): string | undefined {
    return this.#files.modules.get(module);
  }

  /** Has a package that Node's own declarations import wait until something asks for its types. */
  postpone(module: string, path: string): void {
    this.#files.modules.set(module, path);
  }

  /** Looked through when something asks for the first time. */
  get #files(): Read {
    this.#read ??= this.#lookThrough();
    return this.#read;
  }

  #lookThrough(): Read {
    const joined: string[] = [];
    const more: string[] = [];
    const modules = new Map<string, string>();
    const split = new Map<string, SplitModule>();
    for (const [path, text] of filesOf(this.#index)) {
      if (path === this.#index) continue;
      const names = Array.from(text.matchAll(DECLARED_MODULE), ([, name]) => name as string);
      if (isModule(text)) more.push(path);
      else if (names.length === 0) joined.push(path);
      else {
        // An expression alone would try every line.
        const declaresGlobals = text.includes("global {") && DECLARES_GLOBALS.test(text);
        const parts = declaresGlobals ? splitModule(text) : undefined;
        if (parts) split.set(path, parts);
        if (declaresGlobals && !parts) joined.push(path);
        else for (const name of names) modules.set(name, path);
      }
    }
    const apart = Array.from(split.values(), ({ globals }) => globals);
    const globals = new BundledDeclarations(
      `${this.#folder}/globals-of-cells.d.ts`,
      joined,
      apart.join("\n"),
    );
    return { globals, more, modules, split };
  }
}

interface Read {
  readonly globals: BundledDeclarations;
  readonly more: readonly string[];
  /** The files of the modules that are not among the globals, by the modules' names. */
  readonly modules: Map<string, string>;
  /** The modules whose globals are in `globals` without the rest of them, by their files. */
  readonly split: ReadonlyMap<string, SplitModule>;
}

const DECLARED_MODULE = /^declare module ["']([^"']+)["']/gm;
const DECLARES_GLOBALS = /^[ \t]*global \{/m;
const REFERENCE = /^\/\/\/ *<reference path=["']([^"']+)["']/gm;

/** A file after those that it refers to, with their texts. */
function filesOf(path: string): [path: string, text: string][] {
  const text = ts.sys.readFile(path) ?? "";
  const references = Array.from(text.matchAll(REFERENCE), ([, name]) => join(dirname(path), name as string));
  return [...references.flatMap((reference) => filesOf(reference.replace(/\\/g, "/"))), [path, text]];
}
