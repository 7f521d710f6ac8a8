/** TypeScript's declarations of the language, as far as the running Node has them. */
import { dirname } from "node:path";
import ts from "typescript";

// Internals of stock TypeScript that the public declarations leave out.
interface Internals {
  /** The names of the library's parts, those first that others build on. */
  readonly libs: readonly string[];
  readonly libMap: ReadonlyMap<string, string>;
}
const internals = ts as unknown as Internals;

export interface LanguageLibrary {
  /** The parts that are scripts, as one file in the folder of TypeScript's own. */
  readonly joined: BundledDeclarations;
  /** What the option `lib` names: the joined file, and each part that is a module, which can be no part of a script. */
  readonly files: readonly string[];
}

/** @param node the major version of the Node that runs cells */
export function languageLibrary(node: number = Number(process.versions.node.split(".")[0])): LanguageLibrary {
  const made = libraries.get(node) ?? makeLibrary(node);
  libraries.set(node, made);
  return made;
}

const libraries: Map<number, LanguageLibrary> = new Map();

function makeLibrary(node: number): LanguageLibrary {
  const folder = dirname(ts.getDefaultLibFilePath({})).replace(/\\/g, "/");
  const names = new Set(partsFor(node));
  const modules = new Set<string>();
  for (const name of names) {
    const text = ts.sys.readFile(`${folder}/${internals.libMap.get(name)}`) ?? "";
    if (isModule(text)) modules.add(name);
    for (const [, other] of text.matchAll(REFERENCE)) names.add(other as string);
  }
  const fileOf = (name: string): string => internals.libMap.get(name) as string;
  // In the order in which a program has them, which decides between overloads.
  const scripts = internals.libs.filter((name) => names.has(name) && !modules.has(name));
  return {
    joined: new BundledDeclarations(
      `${folder}/${JOINED}`,
      scripts.map((name) => `${folder}/${fileOf(name)}`),
    ),
    files: [JOINED, ...Array.from(modules, fileOf)],
  };
}

const JOINED = "lib.cells.d.ts";

/** What a Node has of the language, so that a cell is not offered what then is undefined. */
function partsFor(node: number): string[] {
  if (node >= 24) return ["esnext"];
  const since22 = ["es2024", "esnext.array", "esnext.collection", "esnext.iterator"];
  return [...(node >= 22 ? since22 : ["es2023"]), "esnext.disposable", "esnext.decorators"];
}

const REFERENCE = /^\/\/\/ *<reference lib=["']([^"']+)["']/gm;

// The declarations of typed arrays apart from the rest of the language's, of which they are two fifths.
//
// What is left names none of them, so a cell that names none either has the same types without them.

const NAMES = "(?:(?:Big)?(?:Ui|I)nt\\d+|Uint8Clamped|Float\\d+)Array(?:Constructor)?|Atomics";
/** Declarations begin and end at the start of a line, where nothing else does. */
const DECLARATIONS = new RegExp(
  `^(?:interface (?:${NAMES})\\b[^{]*\\{[\\s\\S]*?^\\}|declare var (?:${NAMES}): .*;)$`,
  "gm",
);

/** @param text of declarations of the language */
export function withoutTypedArrays(text: string): string {
  return text.replace(DECLARATIONS, "");
}

export function typedArraysOf(text: string): string {
  return (text.match(DECLARATIONS) ?? []).join("\n");
}

// Declaration files put together into one.
//
// Every cell makes a program, which looks at each of its files, and a type checker, which merges what they declare: for the 180
// files of the language and of Node that was half of a small cell's time.

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
