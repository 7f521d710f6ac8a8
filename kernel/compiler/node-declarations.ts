/**
 * Node's declarations: the globals as one file that every cell is compiled with, the modules when something asks for their types.
 *
 * Most cells know of Node no more than `console` and `process`, and the modules are two thirds of the text.
 */
import { dirname, join } from "node:path";
import ts from "typescript";
import { BundledDeclarations, isModule } from "./typescript-libs";

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

// The globals that a module of Node's declarations adds, apart from the module.
//
// `crypto.d.ts` declares one global beside a third of all that is declared in files with globals, so cells would read all of
// the module for it. Apart, the globals name what they use of the module by imports, and the module is read when something asks
// for their types.

/** A file cut in two. */
interface SplitModule {
  /** A module of another name that adds the globals. */
  readonly globals: string;
  /** The file without them. */
  readonly rest: string;
}

/** How the names of modules begin that stand for the globals of another one. */
export const GLOBALS_OF = "globals of ";

/** @returns undefined where the file is not written as this wants it, or may use what others cannot import */
function splitModule(text: string): SplitModule | undefined {
  const block = globalBlock(text);
  if (block === undefined || block.length > text.length / 2) return undefined;
  const rest = text.replace(block, "");
  const [name, body] = moduleAround(text, block) ?? [];
  if (name === undefined || body === undefined || EXPORTS_ONE.test(body)) return undefined;
  const words = new Set(block.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu));
  const used = new Set<string>();
  for (const [, exported, declared] of body.matchAll(DECLARATION)) {
    if (!words.has(declared as string)) continue;
    if (!exported && EXPORTS_SOME.test(body)) return undefined;
    used.add(declared as string);
  }
  const imports = [
    ...(body.match(IMPORT) ?? []),
    ...(used.size > 0 ? [`    import { ${[...used].join(", ")} } from "${name}";`] : []),
  ];
  return { globals: `declare module "${GLOBALS_OF}${name}" {\n${imports.join("\n")}\n${block}}\n`, rest };
}

/** The block of the one `global` that a file holds, found by places: an expression would try each of its thousands of lines. */
function globalBlock(text: string): string | undefined {
  const start = text.indexOf(GLOBAL_START) + 1;
  const end = text.indexOf(GLOBAL_END, start);
  const isOnly = text.indexOf(GLOBAL_START, start) < 0;
  return start > 0 && end > 0 && isOnly ? text.slice(start, end + GLOBAL_END.length) : undefined;
}

/** The module that a block stands in, without the block. */
function moduleAround(text: string, block: string): [name: string, body: string] | undefined {
  for (const [whole, name, body] of text.matchAll(MODULE)) {
    if (whole.includes(block)) return [name as string, (body as string).replace(block, "")];
  }
  return undefined;
}

// Published declarations are formatted by one program, so indentation tells where blocks end.
const MODULE = /^declare module ["']([^"']+)["'] \{\n([\s\S]*?)^\}/gm;
const GLOBAL_START = "\n    global {\n";
const GLOBAL_END = "\n    }\n";
const IMPORT = /^ {4}import [^;]*;/gm;
/** What other modules can import: all that there is, unless the module says of some that it exports them. */
const DECLARATION =
  /^ {4}(export )?(?:abstract )?(?:class|interface|type|namespace|const|let|var|function|enum) ([\w$]+)/gm;
const EXPORTS_SOME = /^ {4}export \{/m;
const EXPORTS_ONE = /^ {4}export (?:=|default\b)/m;
