/**
 * TypeScript's declarations of the language, as far as the running Node supports them, as one bundled file.
 *
 * Every cell makes a program, which examines each of its files, and a type checker, which merges their declarations: for the 180
 * files of the language and of Node, that took half of a small cell's time. Typed arrays, two fifths of the text, are a file of
 * their own: the rest does not name them, so a cell that does not name one either has the same types without them.
 */
import { dirname } from "node:path";
import ts from "typescript";

// Internals of stock TypeScript that the public declarations leave out.
interface Internals {
  /** The names of the library's parts in dependency order. */
  readonly libs: readonly string[];
  readonly libMap: ReadonlyMap<string, string>;
}
const internals = ts as unknown as Internals;

/** The library of one version of Node. */
export interface TypeScriptLibs {
  /** The parts that are scripts, bundled as a file in TypeScript's own folder. */
  readonly bundle: BundledDeclarations;
  /** The files for the compiler option `lib`: the bundle, and each part that is a module, which no script can contain. */
  readonly files: readonly string[];
}

/**
 * Returns the declarations of the language.
 *
 * @param node the major version of the Node that runs cells
 */
export function typescriptLibs(node: number = Number(process.versions.node.split(".")[0])): TypeScriptLibs {
  const made = libraries.get(node) ?? makeLibrary(node);
  libraries.set(node, made);
  return made;
}

/** Declaration files that are read as one. */
export class BundledDeclarations {
  readonly path: string;
  readonly #parts: ReadonlySet<string>;
  readonly #more: string;

  /**
   * @param path of the bundle, at which no file need exist
   * @param parts paths of the bundled files, none of which may be a module
   * @param more declarations to append
   */
  constructor(path: string, parts: readonly string[], more = "") {
    this.path = path;
    this.#parts = new Set(parts);
    this.#more = more;
  }

  /** Whether the bundle contains the text of a file, which then counts as empty itself. */
  contains(path: string): boolean {
    return this.#parts.has(path);
  }

  read(): string {
    const texts = [...this.#parts].map((path) => ts.sys.readFile(path) ?? "");
    return [...texts, this.#more].join("\n").replace(/^\/\/\/ *<reference .*$/gm, "");
  }
}

/** Whether a declaration file is a module, which one `export` at its top makes it: its names are then no globals. */
export function isModule(text: string): boolean {
  return /^(?:import|export)\b/m.test(text);
}

/** Removes the declarations of typed arrays from declarations of the language. */
export function withoutTypedArrays(text: string): string {
  return text.replace(TYPED_ARRAY_DECLARATIONS, "");
}

/** Returns the declarations of typed arrays among declarations of the language. */
export function typedArraysOf(text: string): string {
  return (text.match(TYPED_ARRAY_DECLARATIONS) ?? []).join("\n");
}

const libraries: Map<number, TypeScriptLibs> = new Map();

function makeLibrary(node: number): TypeScriptLibs {
  const folder = dirname(ts.getDefaultLibFilePath({})).replace(/\\/g, "/");
  const names = new Set(partsFor(node));
  const modules = new Set<string>();
  for (const name of names) {
    const text = ts.sys.readFile(`${folder}/${internals.libMap.get(name)}`) ?? "";
    if (isModule(text)) modules.add(name);
    for (const [, other] of text.matchAll(REFERENCE)) names.add(other as string);
  }
  const fileOf = (name: string): string => internals.libMap.get(name) as string;
  // The order of the parts decides between overloads, so it is that of a program.
  const scripts = internals.libs.filter((name) => names.has(name) && !modules.has(name));
  return {
    bundle: new BundledDeclarations(
      `${folder}/${BUNDLE_NAME}`,
      scripts.map((name) => `${folder}/${fileOf(name)}`),
      node >= 24 ? REGEXP_ESCAPE : "",
    ),
    files: [BUNDLE_NAME, ...Array.from(modules, fileOf)],
  };
}

/** A function of ECMAScript 2025 that TypeScript 5.9 does not declare. */
const REGEXP_ESCAPE = `interface RegExpConstructor {
  /** Returns the text with its special characters escaped, so that a pattern made of it matches the text itself. */
  escape(text: string): string;
}
`;

const BUNDLE_NAME = "lib.cells.d.ts";

/** Returns the library parts that a version of Node supports, so that no cell is offered undefined functions. */
function partsFor(node: number): string[] {
  if (node >= 24) return ["esnext"];
  const since22 = ["es2024", "esnext.array", "esnext.collection", "esnext.iterator"];
  return [...(node >= 22 ? since22 : ["es2023"]), "esnext.disposable", "esnext.decorators"];
}

const REFERENCE = /^\/\/\/ *<reference lib=["']([^"']+)["']/gm;

const TYPED_ARRAY_NAMES = "(?:(?:Big)?(?:Ui|I)nt\\d+|Uint8Clamped|Float\\d+)Array(?:Constructor)?|Atomics";
/** Matches the declarations of typed arrays; only declarations begin and end at the start of a line. */
const TYPED_ARRAY_DECLARATIONS = new RegExp(
  `^(?:interface (?:${TYPED_ARRAY_NAMES})\\b[^{]*\\{[\\s\\S]*?^\\}|declare var (?:${TYPED_ARRAY_NAMES}): .*;)$`,
  "gm",
);
