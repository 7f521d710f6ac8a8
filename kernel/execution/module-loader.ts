/**
 * Loads the modules that cells import and require: first from the notebook's folder, then from the package that holds the kernel.
 */
import { realpathSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";
import { isRelative, localSource } from "../compiler/local-source";
import { INSIDE_PACKAGE } from "../compiler/module-resolution";
import type { LocalModule } from "../compiler/types";
import { isFreshDanfojs, loadDanfojs } from "./danfojs-loading";
import { noteImported } from "./load-times";
import { ChangedFiles, LocalModules } from "./local-modules";

/** Codes of the errors of `require` for modules that only `import` can load. */
const NEEDS_IMPORT = new Set([
  "ERR_REQUIRE_ESM",
  "ERR_PACKAGE_PATH_NOT_EXPORTED",
  "ERR_REQUIRE_ASYNC_MODULE",
]);
const NOT_FOUND = new Set(["MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND"]);

type LoadedModule = Record<string, unknown>;

/** Implements `require`, `import` and `import()` of cells. */
export class ModuleLoader {
  /** Compiles TypeScript by its path, for cells that name it only as they run, or that have edited it since. */
  compile: (source: string) => void = () => {};
  /** The file name of cells for module resolution. */
  readonly place: string;
  readonly #folder: string;
  readonly #builtIn: ReadonlyMap<string, unknown>;
  readonly #requires: Map<string, NodeJS.Require> = new Map();
  readonly #importers: readonly ((specifier: string, options?: ImportCallOptions) => Promise<LoadedModule>)[];
  /** Modules that only `import` could load, in the form that TypeScript's import helpers expect. */
  readonly #imported: Map<string, LoadedModule> = new Map();
  readonly #localModules: LocalModules = new LocalModules({
    find: (specifier, folder) => this.#localPath(specifier, folder),
    load: (specifier, folder) => this.#load(specifier, folder),
    preload: (specifier, folder, ancestors) => this.preload(specifier, folder, ancestors),
  });
  /** The files beside the notebook that Node itself loads. */
  readonly #changedFiles: ChangedFiles = new ChangedFiles();

  /**
   * @param folder of the notebook
   * @param builtIn modules that the kernel provides, by name
   */
  constructor(folder: string, builtIn: ReadonlyMap<string, unknown>) {
    this.#folder = folder;
    this.place = join(folder, "cell.js");
    this.#builtIn = builtIn;
    this.#importers = [this.place, INSIDE_PACKAGE].map((place) =>
      vm.runInThisContext("(specifier, options) => import(specifier, options)", {
        filename: place,
        importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
      }),
    );
  }

  /** The `require` of cells. */
  get require(): NodeJS.Require {
    const require = ((specifier: string) => {
      this.#compileChanged(specifier, this.#folder);
      return this.#load(specifier, this.#folder);
    }) as NodeJS.Require;
    return Object.assign(require, this.#requireFrom(this.place));
  }

  /** Takes recompiled local modules, which are loaded again, as are those that import them. */
  updateLocalModules(modules: readonly LocalModule[]): void {
    this.#localModules.update(modules);
  }

  /** Loads in advance a module that `require` cannot load; other failures occur again on the cell's own line. */
  async preload(
    specifier: string,
    folder: string = this.#folder,
    ancestors: ReadonlySet<string> = new Set(),
  ): Promise<void> {
    if (this.#imported.has(specifier)) return;
    const local = this.#localPath(specifier, folder);
    if (local) return this.#localModules.preload(local, ancestors);
    try {
      this.#load(specifier, folder);
    } catch (error) {
      if (!NEEDS_IMPORT.has(codeOf(error))) return;
      const namespace = await this.importModule(specifier).catch((failure: unknown) => {
        if (NEEDS_IMPORT.has(codeOf(failure)) || NOT_FOUND.has(codeOf(failure))) return undefined;
        throw failure;
      });
      if (namespace) this.#imported.set(specifier, withDefaultMark(namespace));
    }
  }

  /** The `import()` of cells, and of the local modules in a folder. */
  async importModule(
    specifier: string,
    options?: ImportCallOptions,
    folder: string = this.#folder,
  ): Promise<LoadedModule> {
    this.#compileChanged(specifier, folder);
    const local = this.#localPath(specifier, folder);
    if (local) await this.#localModules.preload(local, new Set());
    if (local || this.#builtIn.has(specifier) || isLocalJson(specifier)) {
      const loaded = this.#load(specifier, folder) as LoadedModule;
      // The exports of a module of ECMAScript change as it runs; a copy would not.
      return loaded.__esModule ? loaded : { default: loaded, ...loaded };
    }
    const name = isRelative(specifier) ? this.#urlOf(specifier, folder) : specifier;
    let failure: unknown;
    for (const importer of this.#importers) {
      try {
        const loaded = await importer(name, options);
        // Files beside the notebook are reloaded on change, so their load times are not needed.
        if (!isRelative(specifier)) this.#noteImported(specifier);
        return loaded;
      } catch (error) {
        failure ??= error;
        if (isRelative(specifier) || !isMissing(error, specifier)) throw error;
      }
    }
    throw failure;
  }

  #urlOf(specifier: string, folder: string): string {
    const { href } = new URL(specifier, pathToFileURL(join(folder, "cell.js")));
    return href + this.#changedFiles.importQuery(resolve(folder, specifier));
  }

  #noteImported(specifier: string): void {
    try {
      const { file } = this.#resolve(specifier, this.#folder);
      if (!isBuiltin(file)) noteImported(file);
    } catch {
      // A module that only the conditions of `import` resolve is not checked for changes.
    }
  }

  /** Returns the URL of the module that a cell would load by a name. */
  resolve(specifier: string): string {
    const { file } = this.#resolve(specifier, this.#folder);
    return isBuiltin(file) ? `node:${file.replace(/^node:/, "")}` : pathToFileURL(file).href;
  }

  /** Forgets modules whose loading was interrupted. */
  dropUnfinished(): void {
    for (const [file, loaded] of Object.entries(require.cache)) {
      if (loaded && !loaded.loaded && loaded !== require.main) delete require.cache[file];
    }
    this.#localModules.dropUnfinished();
  }

  #load(specifier: string, folder: string): unknown {
    if (this.#builtIn.has(specifier)) return this.#builtIn.get(specifier);
    const local = this.#localPath(specifier, folder);
    if (local) return this.#localModules.exportsOf(local);
    const imported = this.#imported.get(specifier);
    if (imported) return imported;
    const { require, file } = this.#resolve(specifier, folder);
    if (!isRelative(specifier)) return isFreshDanfojs(file) ? loadDanfojs(file) : require(file);
    // Changed JavaScript beside the notebook is reloaded, as TypeScript is.
    this.#changedFiles.forget(file);
    const loaded: unknown = require(file);
    this.#changedFiles.note(file);
    return loaded;
  }

  /** Compiles the local module that is named, where it is TypeScript or was compiled before, and is not the compiled one. */
  #compileChanged(specifier: string, folder: string): void {
    if (!isRelative(specifier)) return;
    const found = localSource(resolve(folder, specifier).replace(/\\/g, "/"));
    const source = found && realpathSync(found);
    if (!source || this.#localModules.isCurrent(source)) return;
    // Other JavaScript is loaded by Node itself.
    if (/\.[cm]?tsx?$/.test(source) || this.#localModules.has(source)) this.compile(source);
  }

  #resolve(specifier: string, folder: string): { require: NodeJS.Require; file: string } {
    const places = [join(folder, "cell.js"), ...(isRelative(specifier) ? [] : [INSIDE_PACKAGE])];
    let failure: unknown;
    for (const require of places.map((place) => this.#requireFrom(place))) {
      try {
        return { require, file: require.resolve(specifier) };
      } catch (error) {
        failure ??= error;
        if (!isMissing(error, specifier)) throw error;
      }
    }
    throw failure;
  }

  #requireFrom(place: string): NodeJS.Require {
    const require = this.#requires.get(place) ?? createRequire(place);
    this.#requires.set(place, require);
    return require;
  }

  /** Returns the source of a local module that the converter compiled. */
  #localPath(specifier: string, folder: string): string | undefined {
    if (!isRelative(specifier)) return this.#linkedPath(specifier, folder);
    const found = localSource(resolve(folder, specifier).replace(/\\/g, "/"));
    const source = found && realpathSync(found);
    return source && this.#localModules.has(source) ? source : undefined;
  }

  /** Returns the TypeScript source of a linked package that the converter compiled. */
  #linkedPath(specifier: string, folder: string): string | undefined {
    if (this.#localModules.isEmpty || this.#builtIn.has(specifier) || isBuiltin(specifier)) return undefined;
    try {
      const { file } = this.#resolve(specifier, folder);
      return this.#localModules.has(file) ? file : undefined;
    } catch {
      // Loading the module reports why it cannot be resolved.
      return undefined;
    }
  }
}

function isLocalJson(specifier: string): boolean {
  return isRelative(specifier) && specifier.endsWith(".json");
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException | undefined)?.code);
}

/** Whether the module itself was not found, and not one that it imports. */
function isMissing(error: unknown, specifier: string): boolean {
  return NOT_FOUND.has(codeOf(error)) && String((error as Error).message).includes(`'${nameOf(specifier)}`);
}

function nameOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

/** Copies a namespace with the mark by which TypeScript's import helpers use its own `default`. */
function withDefaultMark(namespace: LoadedModule): LoadedModule {
  const marked: LoadedModule = {};
  for (const name of Object.keys(namespace)) {
    Object.defineProperty(marked, name, { enumerable: true, get: () => namespace[name] });
  }
  return Object.defineProperty(marked, "__esModule", { value: true });
}
