/** The files of a notebook's program that do not exist on the disk: the cell, and the declarations of earlier cells. */
import ts from "typescript";

// Internals of stock TypeScript that the public declarations leave out.
const internals = ts as unknown as {
  bindSourceFile(file: ts.SourceFile, options: ts.CompilerOptions): void;
};

/** The ends of the paths of the cell, and of the newest and the older declarations. */
export const CELL = "/__tslab__.ts";
const EARLIER_CELLS = "/__prev__.d.ts";
const OLDER_CELLS = /\/__prev(\d+)__\.d\.ts$/;

/** Whether a file is the cell or holds declarations of earlier cells. */
export function isVirtualFile(path: string): boolean {
  return path.endsWith(CELL) || holdsEarlierCells(path);
}

/** Whether a file holds declarations of earlier cells. */
export function holdsEarlierCells(path: string): boolean {
  return path.endsWith(EARLIER_CELLS) || OLDER_CELLS.test(path);
}

/** The declarations of earlier cells that the converter is not shown. */
interface OlderCells {
  /** Oldest first; other ones with each cell. */
  readonly older: readonly string[];
}

/** The parsed virtual files of the current cell. */
export class VirtualFiles {
  readonly #system: ts.System;
  readonly #cells: OlderCells;
  readonly #parsed: Map<string, ts.SourceFile> = new Map();
  /** Whether the converter has emitted, which modifies the tree of the newest declarations. */
  wereEmitted = false;

  /** @param system the converter's view of the disk, which holds the cell and the newest declarations */
  constructor(system: ts.System, cells: OlderCells) {
    this.#system = system;
    this.#cells = cells;
  }

  /** Forgets the files that changed. */
  refresh(): void {
    for (const [path, file] of this.#parsed) {
      const isTakenApart = this.wereEmitted && !OLDER_CELLS.test(path);
      if (isTakenApart || file.text !== this.#read(path)) this.#parsed.delete(path);
    }
    this.wereEmitted = false;
  }

  get(path: string, options: ts.ScriptTarget | ts.CreateSourceFileOptions): ts.SourceFile {
    const known = this.#parsed.get(path);
    if (known) return known;
    // A cell belongs to no package, wherever the notebook lies.
    const { impliedNodeFormat: _, ...kept } =
      typeof options === "object" ? options : { languageVersion: options };
    const file = ts.createSourceFile(path, this.#read(path) ?? "", kept);
    this.#parsed.set(path, file);
    return file;
  }

  /** Returns a file with its names bound, which the converter reads before anything is checked. */
  getBound(path: string, options: ts.CompilerOptions): ts.SourceFile {
    const file = this.get(path, ts.ScriptTarget.Latest);
    internals.bindSourceFile(file, options);
    const { locals } = file as { locals?: Map<ts.__String, unknown> };
    // Additions to the global scope are not among the names that a cell exports.
    locals?.delete("__global" as ts.__String);
    if (locals && path.endsWith(CELL)) {
      // The converter exports the keys as they are, but TypeScript adds an underscore to keys that begin with two.
      locals.forEach = (take) => {
        for (const [key, symbol] of locals)
          take(symbol, ts.unescapeLeadingUnderscores(key) as ts.__String, locals);
      };
    }
    return file;
  }

  /** The paths of older declarations, which the converter does not know, oldest first. */
  get olderCells(): string[] {
    const folder = this.#system.getCurrentDirectory().replace(/\\/g, "/");
    return this.#cells.older.map((_, at) => `${folder}/__prev${at}__.d.ts`);
  }

  /** Nests the scopes: names are looked up in the cell, then in the newest declarations, then in older ones. */
  nestScopes(): void {
    const newest = [...this.#parsed.keys()].find((path) => path.endsWith(EARLIER_CELLS)) ?? "";
    const files = [...this.olderCells, newest].map((path) => this.#parsed.get(path));
    files.forEach((file, at) => {
      if (file && at > 0) (file as { parent: ts.Node | undefined }).parent = files[at - 1];
    });
  }

  #read(path: string): string | undefined {
    const at = OLDER_CELLS.exec(path)?.[1];
    if (at === undefined) return this.#system.readFile(path);
    const text = this.#cells.older[Number(at)];
    return text === undefined ? undefined : `export {};\n${text}`;
  }
}
