/**
 * Divides Node's declarations: the globals are one file for every cell, and the modules are read when something needs their types.
 *
 * Most cells use no more of Node than `console` and `process`, and the modules are two thirds of the text. A module that also
 * declares globals is split: `crypto.d.ts`, for example, declares one global beside a third of all text in files with globals. The
 * part with the globals imports the names that it uses from the rest, so the rest is read when something needs their types.
 */
import { dirname, join } from "node:path";
import ts from "typescript";
import { BundledDeclarations, isModule } from "./typescript-libs";

/** Node's declarations, divided when they are first needed. */
export class NodeDeclarations {
  readonly #folder: string;
  readonly #index: string;
  #scanned: ScannedFiles | undefined;

  /** @param typeRoot the folder `@types` that holds them */
  constructor(typeRoot: string) {
    this.#folder = join(typeRoot, "node").replace(/\\/g, "/");
    this.#index = `${this.#folder}/index.d.ts`;
  }

  /** The file with all globals. */
  get globals(): BundledDeclarations {
    return this.#files.globals;
  }

  /** Files beside `globals` that are modules of their own and declare globals too. */
  get globalModules(): readonly string[] {
    return this.#files.globalModules;
  }

  /** Whether a file belongs to these declarations. */
  includes(path: string): boolean {
    return path.startsWith(`${this.#folder}/`);
  }

  /** Whether a file counts as empty, because its text is among the globals or is read when something needs it. */
  isEmptied(path: string): boolean {
    return this.includes(path) && (path === this.#index || this.globals.contains(path));
  }

  /** Returns the text of a module without its globals; undefined for a file that was not split. */
  textWithoutGlobals(path: string): string | undefined {
    return this.includes(path) ? this.#files.split.get(path)?.rest : undefined;
  }

  /** The names of all modules that are read when something needs them. */
  get moduleNames(): Iterable<string> {
    return this.#files.modules.keys();
  }

  /** Returns the file to read for a module; undefined where there is none, or its text is among the globals. */
  fileOf(module: string): string | undefined {
    return this.#files.modules.get(module);
  }

  /** Postpones reading a package that Node's declarations import until something needs its types. */
  postpone(module: string, path: string): void {
    this.#files.modules.set(module, path);
  }

  /** The files, scanned on first use. */
  get #files(): ScannedFiles {
    this.#scanned ??= this.#scan();
    return this.#scanned;
  }

  #scan(): ScannedFiles {
    const joined: string[] = [];
    const globalModules: string[] = [];
    const modules = new Map<string, string>();
    const split = new Map<string, SplitModule>();
    for (const [path, text] of filesOf(this.#index)) {
      if (path === this.#index) continue;
      const names = Array.from(text.matchAll(DECLARED_MODULE), ([, name]) => name as string);
      if (isModule(text)) globalModules.push(path);
      else if (names.length === 0) joined.push(path);
      else {
        // The plain search first, because the regular expression tries every line.
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
    return { globals, globalModules, modules, split };
  }
}

interface ScannedFiles {
  readonly globals: BundledDeclarations;
  readonly globalModules: readonly string[];
  /** The files of the modules that are not among the globals, by the modules' names. */
  readonly modules: Map<string, string>;
  /** The modules that were split, by their files. */
  readonly split: ReadonlyMap<string, SplitModule>;
}

const DECLARED_MODULE = /^declare module ["']([^"']+)["']/gm;
const DECLARES_GLOBALS = /^[ \t]*global \{/m;
const REFERENCE = /^\/\/\/ *<reference path=["']([^"']+)["']/gm;

/** Lists a file after the files that it refers to, with their texts. */
function filesOf(path: string): [path: string, text: string][] {
  const text = ts.sys.readFile(path) ?? "";
  const references = Array.from(text.matchAll(REFERENCE), ([, name]) => join(dirname(path), name as string));
  return [...references.flatMap((reference) => filesOf(reference.replace(/\\/g, "/"))), [path, text]];
}

/** The two parts of a module's file. */
interface SplitModule {
  /** A module of another name that adds the globals. */
  readonly globals: string;
  /** The file without them. */
  readonly rest: string;
}

/** Begins the names of modules that hold the globals of another module. */
export const GLOBALS_PREFIX = "globals of ";

/**
 * Splits a file into the globals of its module and the rest.
 *
 * @returns undefined where the file is not formatted as expected, or its globals may use names that the module does not export
 */
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
  return { globals: `declare module "${GLOBALS_PREFIX}${name}" {\n${imports.join("\n")}\n${block}}\n`, rest };
}

/** Finds the one `global` block of a file by plain search, since a regular expression would try each of thousands of lines. */
function globalBlock(text: string): string | undefined {
  const start = text.indexOf(GLOBAL_START) + 1;
  const end = text.indexOf(GLOBAL_END, start);
  const isOnly = text.indexOf(GLOBAL_START, start) < 0;
  return start > 0 && end > 0 && isOnly ? text.slice(start, end + GLOBAL_END.length) : undefined;
}

/** Returns the name of the module around a block, and its text without the block. */
function moduleAround(text: string, block: string): [name: string, body: string] | undefined {
  for (const [whole, name, body] of text.matchAll(MODULE)) {
    if (whole.includes(block)) return [name as string, (body as string).replace(block, "")];
  }
  return undefined;
}

// Published declarations are formatted by one program, so indentation shows where blocks end.
const MODULE = /^declare module ["']([^"']+)["'] \{\n([\s\S]*?)^\}/gm;
const GLOBAL_START = "\n    global {\n";
const GLOBAL_END = "\n    }\n";
const IMPORT = /^ {4}import [^;]*;/gm;
/** Matches a declaration that other modules can import: all of them, unless the module has a list of exports. */
const DECLARATION =
  /^ {4}(export )?(?:abstract )?(?:class|interface|type|namespace|const|let|var|function|enum) ([\w$]+)/gm;
const EXPORTS_SOME = /^ {4}export \{/m;
const EXPORTS_ONE = /^ {4}export (?:=|default\b)/m;
