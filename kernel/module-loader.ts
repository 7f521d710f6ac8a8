/**
 * What `import` and `require` in a cell load: first from the notebook's folder, then from the folder of the package
 * that holds the kernel.
 */
import Module, { createRequire, isBuiltin } from "node:module";
import { dirname, extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";
import type { LocalModule } from "./cell-converter";
import { INSIDE_PACKAGE } from "./module-resolution";

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
  _compile(code: string, fileName: string): void;
};

export class ModuleLoader {
  /** The file that cells count as in what they load. */
  readonly place: string;
  readonly #folder: string;
  readonly #builtIn: ReadonlyMap<string, unknown>;
  readonly #requires: Map<string, NodeJS.Require> = new Map();
  readonly #importers: readonly ((specifier: string) => Promise<LoadedModule>)[];
  /** Modules that only `import` could load, as TypeScript's import helpers want them. */
  readonly #imported: Map<string, LoadedModule> = new Map();
  readonly #localCode: Map<string, string> = new Map();
  readonly #localModules: Map<string, Module> = new Map();
  /** The local modules that imported a local module, by its path. */
  readonly #importersOf: Map<string, Set<string>> = new Map();

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
    for (const { path, code } of modules) {
      this.#localCode.set(path, code);
      this.#forgetLocal(path);
    }
  }

  /** Loads what `require` cannot, so that it can hand it out; other failures are left to the cell's own line. */
  async preload(specifier: string): Promise<void> {
    if (this.#imported.has(specifier)) return;
    try {
      this.#load(specifier, this.#folder);
    } catch (error) {
      if (!NEEDS_IMPORT.has(codeOf(error))) return;
      const namespace = await this.importModule(specifier).catch((failure: unknown) => {
        if (NEEDS_IMPORT.has(codeOf(failure)) || NOT_FOUND.has(codeOf(failure))) return undefined;
        throw failure;
      });
      if (namespace) this.#imported.set(specifier, withDefaultMark(namespace));
    }
  }

  /** The `import()` of cells. */
  async importModule(specifier: string): Promise<LoadedModule> {
    if (this.#builtIn.has(specifier) || this.#localPath(specifier, this.#folder)) {
      const loaded = this.#load(specifier, this.#folder) as LoadedModule;
      return { default: loaded, ...loaded };
    }
    let failure: unknown;
    for (const importer of this.#importers) {
      try {
        return await importer(specifier);
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
    for (const [path, { loaded }] of this.#localModules) if (!loaded) this.#localModules.delete(path);
  }

  #load(specifier: string, folder: string): unknown {
    if (this.#builtIn.has(specifier)) return this.#builtIn.get(specifier);
    const local = this.#localPath(specifier, folder);
    if (local) return this.#loadLocal(local);
    const imported = this.#imported.get(specifier);
    if (imported) return imported;
    const { require, file } = this.#resolve(specifier, folder);
    // Data beside the notebook are read anew, as TypeScript beside it is.
    if (isRelative(specifier) && file.endsWith(".json")) delete require.cache[file];
    return require(file);
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

  #localPath(specifier: string, folder: string): string | undefined {
    if (!isRelative(specifier)) return undefined;
    const path = join(folder, specifier).replace(/\\/g, "/");
    const candidates = [path, path.replace(/\.tsx?$/, ".js"), `${path}.js`, `${path}/index.js`];
    return candidates.find((candidate) => extname(candidate) !== "" && this.#localCode.has(candidate));
  }

  #loadLocal(path: string): unknown {
    const cached = this.#localModules.get(path);
    if (cached) return cached.exports;
    const local = new Module(path) as CompilableModule;
    local.filename = path;
    local.paths = (Module as unknown as { _nodeModulePaths(folder: string): string[] })._nodeModulePaths(
      dirname(path),
    );
    local.require = ((specifier: string) => {
      const imported = this.#localPath(specifier, dirname(path));
      if (imported) this.#noteImport(imported, path);
      return this.#load(specifier, dirname(path));
    }) as NodeJS.Require;
    this.#localModules.set(path, local);
    try {
      local._compile(this.#localCode.get(path) as string, path);
      local.loaded = true;
    } catch (error) {
      this.#localModules.delete(path);
      throw error;
    }
    return local.exports;
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
}

function isRelative(specifier: string): boolean {
  return /^\.{0,2}\//.test(specifier);
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
