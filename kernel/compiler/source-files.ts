/**
 * The files that cells are compiled with, each parsed once until it changes on the disk.
 *
 * Declaration files are parsed without their comments, which are read again when a name is explained. In the language's and Node's
 * declarations, comments are two thirds of the text and, once parsed, a third of the memory.
 */
import { type Stats, statSync } from "node:fs";
import ts from "typescript";
import type { ModuleVersions } from "./declarations/module-versions";
import { NodeDeclarations } from "./node-declarations";
import {
  type BundledDeclarations,
  typedArraysOf,
  typescriptLibs,
  withoutTypedArrays,
} from "./typescript-libs";

interface ParsedFile {
  readonly file: ts.SourceFile;
  /** Time and size of the file when it was parsed. */
  readonly stamp: string;
}

/** Matches the declarations of the language and of Node, which do not change while the kernel runs. */
const IMMUTABLE = /\/node_modules\/(?:typescript\/lib|@types(?:-\d+)?\/node|undici-types)\//;

const DECLARATIONS = /\.d\.[cm]?ts$/;

/** The parsed files of all programs. */
export class SourceFiles {
  /** Files whose comments have not been restored. */
  readonly #withoutComments: WeakSet<ts.SourceFile> = new WeakSet();
  readonly #documented: WeakMap<ts.SourceFile, WeakMap<ts.Node, ts.Node>> = new WeakMap();
  readonly #parsed: Map<string, ParsedFile> = new Map();
  readonly #immutable: Map<string, ts.SourceFile> = new Map();
  readonly #watchers: Map<string, ts.FileWatcherCallback> = new Map();
  readonly #language: BundledDeclarations = typescriptLibs().bundle;
  readonly #modules: ModuleVersions;
  readonly node: NodeDeclarations;
  /** The file of the language's typed arrays; cells that use only the language are compiled without it. */
  readonly typedArrays: string = this.#language.path.replace(/\.d\.ts$/, ".typed-arrays.d.ts");

  /**
   * @param typeRoot the folder `@types` that holds Node's declarations
   * @param modules versions of local modules, whose declarations are not on the disk
   */
  constructor(typeRoot: string, modules: ModuleVersions) {
    this.node = new NodeDeclarations(typeRoot);
    this.#modules = modules;
  }

  /** @param read returns the text of a file, undefined where there is none */
  get(
    path: string,
    options: ts.ScriptTarget | ts.CreateSourceFileOptions,
    read: (path: string) => string | undefined,
  ): ts.SourceFile | undefined {
    const known = this.#immutable.get(path) ?? this.#parsed.get(path)?.file;
    if (known) return known;
    const stamp = stampOf(path);
    const text = this.#readReplaced(path) ?? read(path);
    if (text === undefined) return undefined;
    const file = DECLARATIONS.test(path)
      ? this.#parseWithoutComments(path, text, options)
      : ts.createSourceFile(path, text, options);
    if (IMMUTABLE.test(path)) this.#immutable.set(path, file);
    else this.#parsed.set(path, { file, stamp });
    return file;
  }

  #parseWithoutComments(
    path: string,
    text: string,
    options: ts.ScriptTarget | ts.CreateSourceFileOptions,
  ): ts.SourceFile {
    const given = typeof options === "object" ? options : { languageVersion: options };
    const file = parseWithoutComments(path, text, given);
    this.#withoutComments.add(file);
    return file;
  }

  /** Returns the text of a file where it differs from the disk. */
  #readReplaced(path: string): string | undefined {
    if (this.#language.contains(path) || this.node.isEmptied(path)) return "";
    if (path === this.#language.path) return withoutTypedArrays(this.#language.read());
    if (path === this.typedArrays) return typedArraysOf(this.#language.read());
    if (!this.node.includes(path)) return this.#modules.read(path);
    return path === this.node.globals.path ? this.node.globals.read() : this.node.textWithoutGlobals(path);
  }

  /**
   * Restores the comments of a declaration's file.
   *
   * @returns the declaration in the text with comments
   */
  withComments(declaration: ts.Node): ts.Node {
    const file = declaration.getSourceFile();
    if (this.#withoutComments.delete(file)) {
      const text = this.#readReplaced(file.fileName) ?? ts.sys.readFile(file.fileName);
      if (text !== undefined) this.#documented.set(file, restoreComments(file, text));
    }
    return this.#documented.get(file)?.get(declaration) ?? declaration;
  }

  /** Forgets files that changed, and notifies their watchers. @returns the paths of these files */
  refresh(): ReadonlySet<string> {
    const changed = new Set<string>();
    for (const [path, { stamp }] of this.#parsed) {
      if (stampOf(path) === stamp) continue;
      this.#parsed.delete(path);
      changed.add(path);
      this.#watchers.get(path)?.(path, ts.FileWatcherEventKind.Changed);
    }
    return changed;
  }

  /** Calls `callback` for a change that `refresh` finds. */
  watch(path: string, callback: ts.FileWatcherCallback): ts.FileWatcher {
    this.#watchers.set(path, callback);
    return { close: () => void this.#watchers.delete(path) };
  }
}

function stampOf(path: string): string {
  const stats: Stats | undefined = statSync(path, { throwIfNoEntry: false });
  return stats ? `${stats.mtimeMs} ${stats.size} ${stats.ino}` : "none";
}

/** A node with the fields in which TypeScript keeps its doc comments and whether it is deprecated. */
type Documented = { -readonly [key in keyof ts.Node]: ts.Node[key] } & { jsDoc?: ts.JSDoc[] };

/** Parses a declaration file without its comments, in half of the time. */
export function parseWithoutComments(
  path: string,
  whole: string,
  options: ts.CreateSourceFileOptions,
): ts.SourceFile {
  const text = withoutComments(whole);
  const { ParseNone: jsDocParsingMode } = ts.JSDocParsingMode;
  const file = ts.createSourceFile(path, text, { ...options, jsDocParsingMode });
  // Completion ranks deprecated names last.
  for (const { index } of text.matchAll(/@deprecated\b/g)) deprecate(file, index, file);
  return file;
}

/** Marks the outermost node after a position in a comment as deprecated. */
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
 * Restores the comments of a file that was parsed without them.
 *
 * The comments stay nodes of the text that they were read from, so that their names and links are found there.
 *
 * @param whole the text with comments
 * @returns the nodes of the text with comments, by those without
 */
export function restoreComments(file: ts.SourceFile, whole: string): WeakMap<ts.Node, ts.Node> {
  const documented = new WeakMap<ts.Node, ts.Node>();
  const original = ts.createSourceFile(file.fileName, whole, file.languageVersion, true);
  visitTogether(file, original, (node, counterpart) => {
    documented.set(node, counterpart);
    if (counterpart.jsDoc) node.jsDoc = counterpart.jsDoc;
  });
  return documented;
}

/** Removes comments from a text, except references to other files and the mark `@deprecated`. */
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

/** Visits the nodes of two trees that differ only in comments. */
function visitTogether(
  node: ts.Node,
  other: ts.Node,
  visit: (node: Documented, other: Documented) => void,
): void {
  // The file may have changed on the disk since it was parsed.
  if (node.kind !== other.kind) return;
  visit(node, other);
  const others = childrenOf(other);
  for (const [at, child] of childrenOf(node).entries()) {
    const counterpart = others[at];
    if (counterpart) visitTogether(child, counterpart, visit);
  }
}

function childrenOf(node: ts.Node): ts.Node[] {
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  return children;
}
