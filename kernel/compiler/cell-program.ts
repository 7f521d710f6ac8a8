/**
 * The program of a notebook: it replaces TypeScript's watch mode, which tslab's converter expects, without its costs.
 *
 * A watch program makes two programs, two type checkers and a graph of all files for every cell, and watches each
 * file on the disk. Here a program is made only when something asks for types, files other than cells are parsed once
 * and looked at again only by a cell with imports (types and values of a local module so change together), and
 * nothing is watched.
 */
import { dirname } from "node:path";
import ts from "typescript";
import { emitWithDeclarations } from "./cell-emit";
import { STRICT_OPTIONS } from "./cell-options";
import type { CompilerRecord } from "./compiler-record";
import { resolveModuleForCell } from "./module-resolution";
import type { SourceFiles } from "./source-files";
import { CELL, isVirtualFile, VirtualFiles } from "./virtual-files";

/** The compiler host that the converter sets up. */
export interface CellHost {
  readonly roots: readonly string[];
  readonly options: ts.CompilerOptions;
  /** The converter's view of the disk, which holds the cell and the declarations of earlier ones. */
  readonly system: ts.System;
  /** Receives each new program. */
  afterProgramCreate?: (builder: CellBuilder) => void;
}

/** A program as the converter expects it, called a builder there. */
export interface CellBuilder {
  getSourceFile(path: string): ts.SourceFile | undefined;
  getProgram(): ts.Program;
  /** Returns the cell and the local modules that it imports, directly or not. */
  getAllDependencies(file: ts.SourceFile): string[];
  emit: ts.Program["emit"];
}

// Internals of stock TypeScript that the public declarations leave out.
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

/**
 * Matches cells that are compiled with Node's globals from the start. For other cells, an error about a missing name tells that the
 * globals are needed. None comes where a cell imports files, inspects the global scope, suppresses errors, or uses a type of the
 * language to which Node adds members.
 */
const BEYOND_LANGUAGE =
  /@ts-|\b(?:import|require|reference|module|global|globalThis|ImportMeta|\w*Error\w*)\b/;

/** Matches a quoted word of a cell, which may be the name of a module. */
const QUOTED = /["']([\w:/]+)["']/g;

/** Suffix for paths of modules that the converter would ignore, because it accepts `.ts` and `.js` only. */
const CONVERTER_SUFFIX = "#.ts";

/** Returns the path under which the converter knows a local module. */
function converterPath(path: string): string {
  return /\.(?:[cm][jt]s|[jt]sx)$/.test(path) ? path + CONVERTER_SUFFIX : path;
}

/** Returns the path of a local module from the one that the converter knows. */
export function ownPath(path: string): string {
  return path.endsWith(CONVERTER_SUFFIX) ? path.slice(0, -CONVERTER_SUFFIX.length) : path;
}

/** Replaces `ts.createWatchProgram`: provides a first program at once, and another one whenever the cell has changed. */
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
  for (const path of host.roots.filter(isVirtualFile)) system.watchFile?.(path, changed);
  return { close() {} };
}

class CellProgram {
  readonly #roots: readonly string[];
  readonly #options: ts.CompilerOptions;
  readonly #system: ts.System;
  readonly #sources: SourceFiles;
  readonly #record: CompilerRecord;
  readonly #host: ts.CompilerHost;
  readonly #virtualFiles: VirtualFiles;
  /** Files of Node's modules whose types some cell has needed. */
  readonly #requestedFiles: Set<string> = new Set();
  /** Whether names of versions of local modules may mean other files than in the last program. */
  #areModulesNew = false;
  /** The last program; the next one reuses its unchanged parts. */
  #last: ts.Program | undefined;

  constructor({ roots, options, system }: CellHost, sources: SourceFiles, record: CompilerRecord) {
    this.#roots = roots;
    this.#options = options;
    this.#system = system;
    this.#sources = sources;
    this.#record = record;
    this.#virtualFiles = new VirtualFiles(system, record);
    this.#host = this.#createHost();
  }

  /** Returns the program of the current cell, which is made when something asks for types. */
  next(): CellBuilder {
    this.#virtualFiles.refresh();
    let made: ts.Program | undefined;
    const getProgram = (): ts.Program => {
      made ??= this.#create();
      return made;
    };
    return {
      getProgram,
      getSourceFile: (path) =>
        made === undefined && isVirtualFile(path)
          ? this.#virtualFiles.getBound(path, this.#options)
          : getProgram().getSourceFile(ownPath(path)),
      getAllDependencies: (file) =>
        this.#dependencies(getProgram() as InternalProgram, file).map(converterPath),
      emit: (file, write, _cancellation, _onlyDeclarations, transformers) => {
        this.#virtualFiles.wereEmitted = true;
        return emitWithDeclarations(this.#record, getProgram(), file, write, transformers);
      },
    };
  }

  #create(): ts.Program {
    const cell = this.#system.readFile(this.#roots.find((path) => path.endsWith(CELL)) ?? "") ?? "";
    const edited = /\b(?:import|require)\b/.test(cell) ? this.#sources.refresh() : new Set<string>();
    // Without checks no error reports missing globals, and their types would be lost.
    if (BEYOND_LANGUAGE.test(cell) || this.#record.typeChecking === "off")
      this.#record.includesGlobals = true;
    const oldProgram = this.#last;
    this.#last = undefined;
    this.#last = ts.createProgram({
      rootNames: [
        ...this.#declarations(cell),
        ...this.#roots.filter(isVirtualFile),
        ...this.#virtualFiles.olderCells,
      ],
      // Files stay parsed, so a change of strictness costs no more than a cell.
      options: this.#record.strict ? { ...this.#options, ...STRICT_OPTIONS } : this.#options,
      host: this.#host,
      ...(oldProgram && { oldProgram }),
    });
    this.#detectUnreadModules(this.#last as InternalProgram);
    this.#updateModules(this.#last as InternalProgram, edited);
    this.#virtualFiles.nestScopes();
    return this.#last;
  }

  /** Lists the files of typed arrays, of globals, and of modules that the cell names in quotes. */
  #declarations(cell: string): string[] {
    if (!this.#record.includesGlobals) return [];
    for (const [, name] of cell.matchAll(QUOTED)) this.#request(name as string);
    const { globals, globalModules } = this.#sources.node;
    const own = this.#roots.filter((path) => !isVirtualFile(path));
    return [this.#sources.typedArrays, globals.path, ...globalModules, ...this.#requestedFiles, ...own];
  }

  /** @returns whether the module has a file that had not been requested before */
  #request(module: string): boolean {
    const path = this.#sources.node.fileOf(module);
    if (path === undefined || this.#requestedFiles.has(path)) return false;
    this.#requestedFiles.add(path);
    return true;
  }

  /** Has the job run again where local modules were edited, since declarations of cells mean their older versions from now on. */
  #updateModules(program: InternalProgram, edited: ReadonlySet<string>): void {
    const isOutdated = (source: string): boolean => {
      const file = program.getSourceFile(source);
      if (!file) return true;
      return edited.size > 0 && this.#dependencies(program, file).some((path) => edited.has(path));
    };
    this.#record.hasNewModules = this.#record.modules.update(program, isOutdated);
    this.#areModulesNew = this.#record.hasNewModules;
  }

  /** Has the program request modules of Node that its types refer to and that have not been read. */
  #detectUnreadModules(program: InternalProgram): void {
    const { getResolvedModule } = program;
    program.getResolvedModule = (file, name, mode) => {
      // Cells are emitted as CommonJS, by whose options the import of an unchecked cell is first resolved.
      const found =
        getResolvedModule(file, name, mode) ?? getResolvedModule(file, name, ts.ModuleKind.ESNext);
      if (found?.resolvedModule || program !== this.#last) return found;
      if (this.#request(name)) this.#record.isIncomplete = true;
      const path = this.#sources.node.includes(file.fileName) && this.#sources.node.fileOf(name);
      if (!path || !program.getSourceFile(path)) return found;
      // The module is a package whose types were postponed.
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
      resolveModuleNameLiterals: resolveModuleForCell(
        system,
        cache,
        this.#sources.node,
        this.#record.modules,
      ),
      // Without the cache TypeScript would read the package.json files around a cell from the disk for each cell.
      getModuleResolutionCache: () => cache,
      // A module that a local module could not import before may exist by now.
      hasInvalidatedResolutions: (path) => this.#areModulesNew || this.#isLocal(path),
    };
  }

  #isLocal(path: string): boolean {
    return !isVirtualFile(path) && !path.endsWith(".d.ts") && !path.includes("/node_modules/");
  }

  #sourceFile(
    path: string,
    options: ts.ScriptTarget | ts.CreateSourceFileOptions,
  ): ts.SourceFile | undefined {
    if (isVirtualFile(path)) return this.#virtualFiles.get(path, options);
    if (this.#isLocal(path)) this.#system.watchFile?.(converterPath(path), () => {});
    return this.#sources.get(path, options, (name) => this.#system.readFile(name));
  }
}
