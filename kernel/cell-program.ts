/**
 * The program of a notebook: what tslab's converter asks of TypeScript's watch mode, without its costs.
 *
 * A watch program makes two programs, two type checkers and a graph of all files for every cell, and watches each
 * file on the disk. Here a program is made only when something asks for types, files other than cells are parsed once
 * and looked at again only by a cell with imports (types and values of a local module so change together), and
 * nothing is watched.
 */
import { dirname } from "node:path";
import ts from "typescript";
import type { CompilerRecord } from "./compiler-record";
import { emitWithDeclarations } from "./forced-declarations";
import { resolveModuleForCell } from "./module-resolution";
import type { SourceFiles } from "./source-files";

/** What the converter sets up. */
export interface CellHost {
  readonly roots: readonly string[];
  readonly options: ts.CompilerOptions;
  /** The converter's view of the disk, which holds the cell and the declarations of earlier ones. */
  readonly system: ts.System;
  /** Takes each new program. */
  afterProgramCreate?: (builder: CellBuilder) => void;
}

/** What the converter calls a builder. */
export interface CellBuilder {
  getSourceFile(path: string): ts.SourceFile | undefined;
  getProgram(): ts.Program;
  /** The cell and the local modules that it imports, directly or not. */
  getAllDependencies(file: ts.SourceFile): string[];
  emit: ts.Program["emit"];
}

// Internals of stock TypeScript that the public declarations leave out.
interface Internals {
  bindSourceFile(file: ts.SourceFile, options: ts.CompilerOptions): void;
}
interface InternalProgram extends ts.Program {
  getResolvedModule(
    file: ts.SourceFile,
    name: string,
    mode: ts.ResolutionMode,
  ): { readonly resolvedModule?: ts.ResolvedModuleFull | undefined } | undefined;
  getResolvedModuleFromModuleSpecifier(
    literal: ts.StringLiteralLike,
    file: ts.SourceFile,
  ): ts.ResolvedModuleWithFailedLookupLocations | undefined;
}
const internals = ts as unknown as Internals;

/** Files that the converter makes up: the cell, and the declarations that earlier cells left. */
export const CELL = "/__tslab__.ts";
const EARLIER_CELLS = "/__prev__.d.ts";
const OLDER_CELLS = /\/__prev(\d+)__\.d\.ts$/;

/**
 * Where a cell may be about globals that are not the language's and no error tells that they are missing: it reads files that are,
 * looks at the global scope, keeps quiet about errors, or is about what Node adds to the language's own types.
 */
const BEYOND_LANGUAGE =
  /@ts-|\b(?:import|require|reference|module|global|globalThis|ImportMeta|\w*Error\w*)\b/;

/** What a cell names in quotes, such as a module. */
const QUOTED = /["']([\w:/]+)["']/g;

/** Whether a file is the cell or holds declarations of earlier cells. */
function isMadeUp(path: string): boolean {
  return path.endsWith(CELL) || holdsEarlierCells(path);
}

/** Whether a file holds declarations of earlier cells. */
export function holdsEarlierCells(path: string): boolean {
  return path.endsWith(EARLIER_CELLS) || OLDER_CELLS.test(path);
}

/** Stands for `ts.createWatchProgram`: offers a first program at once, and others when the cell changed. */
export function createCellProgram(
  host: CellHost,
  sources: SourceFiles,
  record: CompilerRecord,
): { close(): void } {
  const { system } = host;
  const program = new CellProgram(host, sources, record);
  const offer = (): void => host.afterProgramCreate?.(program.next());
  offer();
  let pending: unknown;
  const changed = (): void => {
    if (pending !== undefined) system.clearTimeout?.(pending);
    pending = system.setTimeout?.(() => {
      pending = undefined;
      offer();
    }, 0);
  };
  for (const path of host.roots.filter(isMadeUp)) system.watchFile?.(path, changed);
  return { close() {} };
}

class CellProgram {
  readonly #roots: readonly string[];
  readonly #options: ts.CompilerOptions;
  readonly #system: ts.System;
  readonly #sources: SourceFiles;
  readonly #record: CompilerRecord;
  readonly #host: ts.CompilerHost;
  readonly #madeUp: Map<string, ts.SourceFile> = new Map();
  /** Files of Node's modules that something has asked for. */
  readonly #asked: Set<string> = new Set();
  #emitted = false;
  /** The next program takes from the last one what did not change. */
  #last: ts.Program | undefined;

  constructor({ roots, options, system }: CellHost, sources: SourceFiles, record: CompilerRecord) {
    this.#roots = roots;
    this.#options = options;
    this.#system = system;
    this.#sources = sources;
    this.#record = record;
    this.#host = this.#createHost();
  }

  /** The program of what the cell is now. */
  next(): CellBuilder {
    for (const [path, file] of this.#madeUp) {
      // The converter takes the newest declarations apart when it emits.
      const isTakenApart = this.#emitted && !OLDER_CELLS.test(path);
      if (isTakenApart || file.text !== this.#read(path)) this.#madeUp.delete(path);
    }
    this.#emitted = false;
    let made: ts.Program | undefined;
    const getProgram = (): ts.Program => {
      made ??= this.#create();
      return made;
    };
    return {
      getProgram,
      getSourceFile: (path) =>
        made === undefined && isMadeUp(path) ? this.#bound(path) : getProgram().getSourceFile(path),
      getAllDependencies: (file) => this.#dependencies(getProgram() as InternalProgram, file),
      emit: (file, write, _cancellation, _onlyDeclarations, transformers) => {
        this.#emitted = true;
        return emitWithDeclarations(this.#record, getProgram(), file, write, transformers);
      },
    };
  }

  #create(): ts.Program {
    const cell = this.#system.readFile(this.#roots.find((path) => path.endsWith(CELL)) ?? "") ?? "";
    if (/\b(?:import|require)\b/.test(cell)) this.#sources.refresh();
    // Where nothing is checked, no error tells that globals are missing, and their types would be lost.
    if (BEYOND_LANGUAGE.test(cell) || this.#record.typeChecking === "off") this.#record.knowsGlobals = true;
    const older = this.#olderCells();
    const oldProgram = this.#last;
    this.#last = undefined;
    this.#last = ts.createProgram({
      rootNames: [...this.#declarations(cell), ...this.#roots.filter(isMadeUp), ...older],
      options: this.#options,
      host: this.#host,
      ...(oldProgram && { oldProgram }),
    });
    this.#watchForModules(this.#last as InternalProgram);
    // Names are looked up from the cell outwards; the converter puts its newest declarations around the cell.
    const places = [...older, this.#roots.find((path) => path.endsWith(EARLIER_CELLS)) ?? ""];
    const files = places.map((path) => this.#madeUp.get(path));
    files.forEach((file, at) => {
      if (file && at > 0) (file as { parent: ts.Node | undefined }).parent = files[at - 1];
    });
    return this.#last;
  }

  /** The files of globals, and of what the cell names in quotes. */
  #declarations(cell: string): string[] {
    if (!this.#record.knowsGlobals) return [];
    for (const [, name] of cell.matchAll(QUOTED)) this.#ask(name as string);
    const { globals, more } = this.#sources.node;
    const own = this.#roots.filter((path) => !isMadeUp(path));
    return [globals.path, ...more, ...this.#asked, ...own];
  }

  /** @returns whether there is a file to read that had not been asked for */
  #ask(module: string): boolean {
    const path = this.#sources.node.fileOf(module);
    if (path === undefined || this.#asked.has(path)) return false;
    this.#asked.add(path);
    return true;
  }

  /** Finds out which modules of Node the types of a program lead to. */
  #watchForModules(program: InternalProgram): void {
    const { getResolvedModule } = program;
    program.getResolvedModule = (file, name, mode) => {
      const found = getResolvedModule(file, name, mode);
      if (found?.resolvedModule || program !== this.#last) return found;
      if (this.#ask(name)) this.#record.isIncomplete = true;
      const path = this.#sources.node.includes(file.fileName) && this.#sources.node.fileOf(name);
      if (!path || !program.getSourceFile(path)) return found;
      // A package that was postponed.
      return {
        resolvedModule: {
          resolvedFileName: path,
          extension: ts.Extension.Dts,
          isExternalLibraryImport: true,
          resolvedUsingTsExtension: false,
        },
      };
    };
  }

  #olderCells(): string[] {
    const folder = this.#system.getCurrentDirectory().replace(/\\/g, "/");
    return this.#record.older.map((_, at) => `${folder}/__prev${at}__.d.ts`);
  }

  #read(path: string): string | undefined {
    const at = OLDER_CELLS.exec(path)?.[1];
    if (at === undefined) return this.#system.readFile(path);
    const text = this.#record.older[Number(at)];
    return text === undefined ? undefined : `export {};\n${text}`;
  }

  /** The converter wants to know the names of a cell before there is anything to check. */
  #bound(path: string): ts.SourceFile | undefined {
    const file = this.#host.getSourceFile(path, ts.ScriptTarget.Latest);
    if (!file) return undefined;
    internals.bindSourceFile(file, this.#options);
    const { locals } = file as { locals?: Map<ts.__String, unknown> };
    // What a cell adds to the global scope is no name that it exports.
    locals?.delete("__global" as ts.__String);
    if (locals && path.endsWith(CELL)) {
      // The converter exports the keys as they are, and TypeScript's of names with two underscores have a third one.
      locals.forEach = (take) => {
        for (const [key, symbol] of locals)
          take(symbol, ts.unescapeLeadingUnderscores(key) as ts.__String, locals);
      };
    }
    return file;
  }

  #dependencies(program: InternalProgram, file: ts.SourceFile): string[] {
    const found = new Set([file.fileName]);
    for (const path of found) {
      const source = program.getSourceFile(path) as ts.SourceFile & { imports?: ts.StringLiteralLike[] };
      for (const literal of source.imports ?? []) {
        const resolved = program.getResolvedModuleFromModuleSpecifier(literal, source)?.resolvedModule;
        if (!resolved || resolved.isExternalLibraryImport) continue;
        if (program.getSourceFile(resolved.resolvedFileName)) found.add(resolved.resolvedFileName);
      }
    }
    return [...found];
  }

  #createHost(): ts.CompilerHost {
    const system = this.#system;
    const sameName = (name: string): string => name;
    const cache = ts.createModuleResolutionCache(system.getCurrentDirectory(), sameName, this.#options);
    const libFolder = dirname(ts.getDefaultLibFilePath(this.#options));
    return {
      getSourceFile: (path, options) => this.#sourceFile(path, options),
      getDefaultLibFileName: () => `${libFolder}/lib.esnext.d.ts`,
      getDefaultLibLocation: () => libFolder,
      getCurrentDirectory: () => system.getCurrentDirectory(),
      getCanonicalFileName: sameName,
      useCaseSensitiveFileNames: () => true,
      getNewLine: () => "\n",
      writeFile: () => {},
      readFile: (path) => system.readFile(path),
      fileExists: (path) => system.fileExists(path),
      directoryExists: (path) => system.directoryExists(path),
      getDirectories: (path) => system.getDirectories(path),
      ...(system.realpath && { realpath: system.realpath }),
      resolveModuleNameLiterals: resolveModuleForCell(system, cache, isMadeUp, this.#sources.node),
      // Without it TypeScript would read the package.json files around a cell from the disk for each cell.
      getModuleResolutionCache: () => cache,
      // What a local module could not import may be there by now.
      hasInvalidatedResolutions: (path) => this.#isLocal(path),
    };
  }

  #isLocal(path: string): boolean {
    return !isMadeUp(path) && !path.endsWith(".d.ts") && !path.includes("/node_modules/");
  }

  #sourceFile(
    path: string,
    options: ts.ScriptTarget | ts.CreateSourceFileOptions,
  ): ts.SourceFile | undefined {
    if (isMadeUp(path)) {
      const known = this.#madeUp.get(path);
      if (known) return known;
      // A cell is no module of a package, wherever the notebook lies.
      const { impliedNodeFormat: _, ...kept } =
        typeof options === "object" ? options : { languageVersion: options };
      const file = ts.createSourceFile(path, this.#read(path) ?? "", kept);
      this.#madeUp.set(path, file);
      return file;
    }
    if (this.#isLocal(path)) this.#system.watchFile?.(path, () => {});
    return this.#sources.get(path, options, (name) => this.#system.readFile(name));
  }
}
