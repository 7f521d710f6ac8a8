/** The files that cells are compiled with, each parsed once until it changes on the disk. */
import { type Stats, statSync } from "node:fs";
import ts from "typescript";
import { NodeDeclarations } from "./node-declarations";
import {
  type BundledDeclarations,
  languageLibrary,
  typedArraysOf,
  withoutTypedArrays,
} from "./typescript-libs";

interface KeptFile {
  readonly file: ts.SourceFile;
  /** Time and size on the disk when it was parsed. */
  readonly stamp: string;
}

/** The compiler's own declarations and Node's, which do not change under it. */
const SETTLED = /\/node_modules\/(?:typescript\/lib|@types\/node|undici-types)\//;

const DECLARATIONS = /\.d\.[cm]?ts$/;

export class SourceFiles {
  /** The files whose comments were left out, until somebody asks for one. */
  readonly #undocumented: WeakSet<ts.SourceFile> = new WeakSet();
  readonly #documented: WeakMap<ts.SourceFile, WeakMap<ts.Node, ts.Node>> = new WeakMap();
  readonly #kept: Map<string, KeptFile> = new Map();
  readonly #settled: Map<string, ts.SourceFile> = new Map();
  readonly #watchers: Map<string, ts.FileWatcherCallback> = new Map();
  readonly #language: BundledDeclarations = languageLibrary().joined;
  readonly node: NodeDeclarations;
  /** The file of the language's typed arrays, which cells that know the language alone are compiled without. */
  readonly typedArrays: string = this.#language.path.replace(/\.d\.ts$/, ".typed-arrays.d.ts");

  /** @param typeRoot the folder `@types` that holds Node's declarations */
  constructor(typeRoot: string) {
    this.node = new NodeDeclarations(typeRoot);
  }

  /** @param read the text of a file, undefined where there is none */
  get(
    path: string,
    options: ts.ScriptTarget | ts.CreateSourceFileOptions,
    read: (path: string) => string | undefined,
  ): ts.SourceFile | undefined {
    const known = this.#settled.get(path) ?? this.#kept.get(path)?.file;
    if (known) return known;
    const stamp = stampOf(path);
    const text = this.#readSettled(path) ?? read(path);
    if (text === undefined) return undefined;
    const file = DECLARATIONS.test(path)
      ? this.#parseUndocumented(path, text, options)
      : ts.createSourceFile(path, text, options);
    if (SETTLED.test(path)) this.#settled.set(path, file);
    else this.#kept.set(path, { file, stamp });
    return file;
  }

  #parseUndocumented(
    path: string,
    text: string,
    options: ts.ScriptTarget | ts.CreateSourceFileOptions,
  ): ts.SourceFile {
    const given = typeof options === "object" ? options : { languageVersion: options };
    const file = parseUndocumented(path, text, given);
    this.#undocumented.add(file);
    return file;
  }

  /** The text of a file where that is another one than on the disk. */
  #readSettled(path: string): string | undefined {
    if (this.#language.holds(path) || this.node.replaces(path)) return "";
    if (path === this.#language.path) return withoutTypedArrays(this.#language.read());
    if (path === this.typedArrays) return typedArraysOf(this.#language.read());
    if (!this.node.includes(path)) return undefined;
    return path === this.node.globals.path ? this.node.globals.read() : this.node.textWithoutGlobals(path);
  }

  /**
   * Has the comments of a declaration's file at hand.
   *
   * @returns the declaration as it is written there, with its comments
   */
  document(declaration: ts.Node): ts.Node {
    const file = declaration.getSourceFile();
    if (this.#undocumented.delete(file)) {
      const text = this.#readSettled(file.fileName) ?? ts.sys.readFile(file.fileName);
      if (text !== undefined) this.#documented.set(file, document(file, text));
    }
    return this.#documented.get(file)?.get(declaration) ?? declaration;
  }

  /** Forgets files that changed, and tells who watches them. */
  refresh(): void {
    for (const [path, { stamp }] of this.#kept) {
      if (stampOf(path) === stamp) continue;
      this.#kept.delete(path);
      this.#watchers.get(path)?.(path, ts.FileWatcherEventKind.Changed);
    }
  }

  /** Has `callback` told of a change that `refresh` finds. */
  watch(path: string, callback: ts.FileWatcherCallback): ts.FileWatcher {
    this.#watchers.set(path, callback);
    return { close: () => void this.#watchers.delete(path) };
  }
}

function stampOf(path: string): string {
  const stats: Stats | undefined = statSync(path, { throwIfNoEntry: false });
  return stats ? `${stats.mtimeMs} ${stats.size} ${stats.ino}` : "none";
}

// Declarations without their doc comments, which are read again when somebody asks for one.
//
// Of the language's and Node's declarations the comments are two thirds of the text and, parsed, a third of what is kept of
// them.

/** Where TypeScript keeps the doc comments in front of a node, and whether one says that it is deprecated. */
type Documented = { -readonly [key in keyof ts.Node]: ts.Node[key] } & { jsDoc?: ts.JSDoc[] };

/** A declaration file as TypeScript reads it, but for its comments, in half of the time. */
export function parseUndocumented(
  path: string,
  whole: string,
  options: ts.CreateSourceFileOptions,
): ts.SourceFile {
  const text = withoutComments(whole);
  const { ParseNone: jsDocParsingMode } = ts.JSDocParsingMode;
  const file = ts.createSourceFile(path, text, { ...options, jsDocParsingMode });
  // Completion ranks what is deprecated last.
  for (const { index } of text.matchAll(/@deprecated\b/g)) deprecate(file, index, file);
  return file;
}

/** Marks the outermost node that a place in a comment stands before. */
function deprecate(node: ts.Node, place: number, file: ts.SourceFile): void {
  ts.forEachChild(node, (child) => {
    if (place < child.pos || place >= child.end) return;
    if (place >= child.getStart(file)) deprecate(child, place, file);
    else (child as Documented).flags |= DEPRECATED;
  });
}

// An internal of stock TypeScript that the public declarations leave out.
const { Deprecated: DEPRECATED } = ts.NodeFlags as unknown as { Deprecated: ts.NodeFlags };

/**
 * Gives a file that was parsed undocumented its comments back.
 *
 * They stay part of the text that they were read from, so that the names and links in them are found there.
 *
 * @param whole its text with comments
 * @returns the nodes with comments in their text, by those without
 */
export function document(file: ts.SourceFile, whole: string): WeakMap<ts.Node, ts.Node> {
  const documented = new WeakMap<ts.Node, ts.Node>();
  const original = ts.createSourceFile(file.fileName, whole, file.languageVersion, true);
  alongside(file, original, (node, counterpart) => {
    documented.set(node, counterpart);
    if (counterpart.jsDoc) node.jsDoc = counterpart.jsDoc;
  });
  return documented;
}

/** The same text without comments, but for those that name other files and the word that something is deprecated. */
export function withoutComments(text: string): string {
  const bare = text.replace(STRING_OR_COMMENT, (part) => {
    if (!part.startsWith("/") || part.startsWith("///")) return part;
    if (/@deprecated\b/.test(part)) return "/*@deprecated*/";
    return part.includes("\n") ? "\n" : "";
  });
  return bare.replace(/\s*\n\s*/g, "\n");
}

const STRING_OR_COMMENT =
  /`(?:[^`\\]|\\[\s\S])*`|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/\*[\s\S]*?\*\/|\/\/.*/g;

/** Visits the nodes of two trees that differ by comments alone. */
function alongside(
  node: ts.Node,
  other: ts.Node,
  visit: (node: Documented, other: Documented) => void,
): void {
  // The file may have changed on the disk since.
  if (node.kind !== other.kind) return;
  visit(node, other);
  const others = childrenOf(other);
  for (const [at, child] of childrenOf(node).entries()) {
    const counterpart = others[at];
    if (counterpart) alongside(child, counterpart, visit);
  }
}

function childrenOf(node: ts.Node): ts.Node[] {
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  return children;
}
