/**
 * What `import` and `require` in a cell load: first from the notebook's folder, then from the folder of the package
 * that holds the kernel.
 */
import { realpathSync, statSync } from "node:fs";
import Module, { createRequire, isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";
import type { LocalModule } from "./cell-converter";
import { INSIDE_PACKAGE, isRelative, localSource } from "./module-resolution";

/** Errors of `require` for modules that only `import` can load. */
const NEEDS_IMPORT = new Set([
  "ERR_REQUIRE_ESM",
  "ERR_PACKAGE_PATH_NOT_EXPORTED",
  "ERR_REQUIRE_ASYNC_MODULE",
]);
const NOT_FOUND = new Set(["MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND"]);

type LoadedModule = Record<string, unknown>;

/** A local module that the converter compiled, with Node's own way of running it. */
type CompilableModule = Module & {
  paths: string[];
  /** Set by the code of a module that awaits at its top. */
  done?: Promise<void>;
  _compile(code: string, fileName: string): void;
};

interface LoadedLocal {
  readonly module: CompilableModule;
  /** The end of a module that awaits at its top. */
  done: Promise<void> | undefined;
}

export class ModuleLoader {
  /** The file that cells count as in what they load. */
  readonly place: string;
  readonly #folder: string;
  readonly #builtIn: ReadonlyMap<string, unknown>;
  readonly #requires: Map<string, NodeJS.Require> = new Map();
  readonly #importers: readonly ((specifier: string) => Promise<LoadedModule>)[];
  /** Modules that only `import` could load, as TypeScript's import helpers want them. */
  readonly #imported: Map<string, LoadedModule> = new Map();
  /** What the converter compiled, by the path of its source. */
  readonly #compiled: Map<string, LocalModule> = new Map();
  readonly #localModules: Map<string, LoadedLocal> = new Map();
  /** The local modules that imported a local module, by the paths of their sources. */
  readonly #importersOf: Map<string, Set<string>> = new Map();
  /** Time and size of the local files that Node itself loaded, when it did. */
  readonly #stamps: Map<string, string> = new Map();
  /** Local modules whose imports are being loaded, since modules can import each other in a circle. */
  readonly #preloading: Set<string> = new Set();

  /**
   * @param folder of the notebook
   * @param builtIn modules that the kernel itself provides, by name
   */
  constructor(folder: string, builtIn: ReadonlyMap<string, unknown>) {
    this.#folder = folder;
    this.place = join(folder, "cell.js");
    this.#builtIn = builtIn;
    this.#importers = [this.place, INSIDE_PACKAGE].map((place) =>
      vm.runInThisContext("(specifier) => import(specifier)", {
        filename: place,
        importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
      }),
    );
  }

  /** The `require` of cells. */
  get require(): NodeJS.Require {
    const require = ((specifier: string) => this.#load(specifier, this.#folder)) as NodeJS.Require;
    return Object.assign(require, this.#requireFrom(this.place));
  }

  /** Local modules that were compiled anew are loaded anew, and so are those that import them. */
  updateLocalModules(modules: readonly LocalModule[]): void {
    for (const module of modules) {
      this.#compiled.set(module.source, module);
      this.#forgetLocal(module.source);
    }
  }

  /** Loads what `require` cannot, so that it can hand it out; other failures are left to the cell's own line. */
  async preload(specifier: string, folder: string = this.#folder): Promise<void> {
    if (this.#imported.has(specifier)) return;
    const local = this.#localPath(specifier, folder);
    if (local) return this.#preloadLocal(local);
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

  /** Loads what a local module cannot require, and then the module itself where it awaits at its top. */
  async #preloadLocal(path: string): Promise<void> {
    if (this.#localModules.has(path) || this.#preloading.has(path)) return;
    const { code, hasTopLevelAwait } = this.#compiled.get(path) as LocalModule;
    this.#preloading.add(path);
    try {
      for (const [, specifier] of code.matchAll(REQUIRED)) {
        if (specifier && isRelative(specifier)) await this.preload(specifier, dirname(path));
        else if (specifier && !isBuiltin(specifier)) await this.preload(specifier);
      }
    } finally {
      this.#preloading.delete(path);
    }
    if (hasTopLevelAwait) await this.#startLocal(path).done;
  }

  /** The `import()` of cells. */
  async importModule(specifier: string): Promise<LoadedModule> {
    const local = this.#localPath(specifier, this.#folder);
    if (local) await this.#preloadLocal(local);
    if (local || this.#builtIn.has(specifier) || isLocalJson(specifier)) {
      const loaded = this.#load(specifier, this.#folder) as LoadedModule;
      return { default: loaded, ...loaded };
    }
    const current = isRelative(specifier) ? this.#withChange(specifier) : specifier;
    let failure: unknown;
    for (const importer of this.#importers) {
      try {
        return await importer(current);
      } catch (error) {
        failure ??= error;
        if (isRelative(specifier) || !isMissing(error, specifier)) throw error;
      }
    }
    throw failure;
  }

  /** The URL of what a cell would load by a name. */
  resolve(specifier: string): string {
    const { file } = this.#resolve(specifier, this.#folder);
    return isBuiltin(file) ? `node:${file.replace(/^node:/, "")}` : pathToFileURL(file).href;
  }

  /** Forgets modules whose loading was cut off by an interrupt. */
  dropUnfinished(): void {
    for (const [file, loaded] of Object.entries(require.cache)) {
      if (loaded && !loaded.loaded && loaded !== require.main) delete require.cache[file];
    }
    for (const [path, { module }] of this.#localModules) if (!module.loaded) this.#localModules.delete(path);
  }

  #load(specifier: string, folder: string): unknown {
    if (this.#builtIn.has(specifier)) return this.#builtIn.get(specifier);
    const local = this.#localPath(specifier, folder);
    if (local) return this.#loadLocal(local);
    const imported = this.#imported.get(specifier);
    if (imported) return imported;
    const { require, file } = this.#resolve(specifier, folder);
    if (!isRelative(specifier)) return require(file);
    // Files beside the notebook are loaded anew where they changed, as TypeScript beside it is.
    this.#forgetChanged(file, new Set());
    const loaded: unknown = require(file);
    this.#noteStamps(file);
    return loaded;
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

  /** The source of a local module that the converter compiled. */
  #localPath(specifier: string, folder: string): string | undefined {
    if (!isRelative(specifier)) return this.#linkedPath(specifier, folder);
    const found = localSource(join(folder, specifier).replace(/\\/g, "/"));
    const source = found && realpathSync(found);
    return source && this.#compiled.has(source) ? source : undefined;
  }

  /** The TypeScript of a package that is linked from elsewhere. */
  #linkedPath(specifier: string, folder: string): string | undefined {
    if (this.#compiled.size === 0 || this.#builtIn.has(specifier) || isBuiltin(specifier)) return undefined;
    try {
      const { file } = this.#resolve(specifier, folder);
      return this.#compiled.has(file) ? file : undefined;
    } catch {
      // Whoever loads it tells why it is not there.
      return undefined;
    }
  }

  #loadLocal(path: string): unknown {
    const { module } = this.#localModules.get(path) ?? this.#startLocal(path);
    return module.exports;
  }

  /** Runs a local module, up to its first await. */
  #startLocal(source: string): LoadedLocal {
    const { path, code, hasTopLevelAwait } = this.#compiled.get(source) as LocalModule;
    const module = new Module(path) as CompilableModule;
    module.filename = path;
    module.paths = (Module as unknown as { _nodeModulePaths(folder: string): string[] })._nodeModulePaths(
      dirname(path),
    );
    module.require = ((specifier: string) => {
      const imported = this.#localPath(specifier, dirname(source));
      if (imported) this.#noteImport(imported, source);
      return this.#load(specifier, dirname(source));
    }) as NodeJS.Require;
    const started: LoadedLocal = { module, done: undefined };
    this.#localModules.set(source, started);
    try {
      if (hasTopLevelAwait) {
        module._compile(`module.done = (async () => { ${code}\n})()`, path);
        started.done = module.done?.then(
          () => {
            module.loaded = true;
          },
          (error: unknown) => {
            this.#localModules.delete(source);
            throw error;
          },
        );
      } else {
        module._compile(code, path);
        module.loaded = true;
      }
    } catch (error) {
      this.#localModules.delete(source);
      throw error;
    }
    return started;
  }

  #noteImport(imported: string, importer: string): void {
    const importers = this.#importersOf.get(imported) ?? new Set();
    this.#importersOf.set(imported, importers.add(importer));
  }

  #forgetLocal(path: string): void {
    this.#localModules.delete(path);
    const importers = this.#importersOf.get(path) ?? [];
    // Taken out first: local modules can import each other in a circle.
    this.#importersOf.delete(path);
    for (const importer of importers) this.#forgetLocal(importer);
  }

  /** Forgets a local file that Node itself loaded where it changed on the disk, or another one that it loads. */
  #forgetChanged(file: string, seen: Set<string>): boolean {
    const loaded = require.cache[file];
    if (!loaded || seen.has(file) || isOfPackage(file)) return false;
    seen.add(file);
    let hasChanged = this.#stamps.has(file) && this.#stamps.get(file) !== stampOf(file);
    for (const { filename } of loaded.children)
      hasChanged = this.#forgetChanged(filename, seen) || hasChanged;
    if (hasChanged) {
      delete require.cache[file];
      this.#stamps.delete(file);
    }
    return hasChanged;
  }

  #noteStamps(file: string): void {
    const loaded = require.cache[file];
    if (!loaded || this.#stamps.has(file) || isOfPackage(file)) return;
    this.#stamps.set(file, stampOf(file));
    for (const { filename } of loaded.children) this.#noteStamps(filename);
  }

  /** The name under which Node loads a file anew that changed since it was imported first. */
  #withChange(specifier: string): string {
    const file = join(this.#folder, specifier);
    const stamp = stampOf(file);
    const first = this.#stamps.get(file) ?? stamp;
    this.#stamps.set(file, first);
    return first === stamp ? specifier : `${specifier}?${stamp}`;
  }
}

/** What the code of a compiled module requires. */
const REQUIRED = /\brequire\("([^"\\]+)"\)/g;

function isOfPackage(file: string): boolean {
  return /[\\/]node_modules[\\/]/.test(file);
}

function stampOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats ? `${stats.mtimeMs}-${stats.size}` : "none";
}

function isLocalJson(specifier: string): boolean {
  return isRelative(specifier) && specifier.endsWith(".json");
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException | undefined)?.code);
}

/** Whether the module itself was not found, rather than one that it imports. */
function isMissing(error: unknown, specifier: string): boolean {
  return NOT_FOUND.has(codeOf(error)) && String((error as Error).message).includes(`'${nameOf(specifier)}`);
}

function nameOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

/** TypeScript's import helpers take `default` from modules that carry this mark. */
function withDefaultMark(namespace: LoadedModule): LoadedModule {
  const marked: LoadedModule = {};
  for (const name of Object.keys(namespace)) {
    Object.defineProperty(marked, name, { enumerable: true, get: () => namespace[name] });
  }
  return Object.defineProperty(marked, "__esModule", { value: true });
}
