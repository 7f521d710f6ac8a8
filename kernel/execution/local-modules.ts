/**
 * Loads the modules beside the notebook, and loads them again where they or their imports changed.
 *
 * `LocalModules` runs those that the converter compiled, as CommonJS; `ChangedFiles` makes Node itself reload the others.
 */
import { statSync } from "node:fs";
import Module, { isBuiltin } from "node:module";
import { dirname } from "node:path";
import { isRelative } from "../compiler/local-source";
import type { LocalModule } from "../compiler/types";

/** Finds and loads the imports of local modules. */
export interface ImportsOfModules {
  /** Returns the source of another local module; undefined for other imports. */
  find(specifier: string, folder: string): string | undefined;
  load(specifier: string, folder: string): unknown;
  /** Loads in advance a module that `load` alone cannot load. */
  preload(specifier: string, folder: string, ancestors: ReadonlySet<string>): Promise<void>;
}

/** A module with Node's internal method of running it. */
type CompilableModule = Module & {
  paths: string[];
  /** Set by the code of a module with a top-level await. */
  done?: Promise<void>;
  _compile(code: string, fileName: string): void;
};

interface RunningModule {
  readonly module: CompilableModule;
  /** Settles when a module with a top-level await has run. */
  readonly done: Promise<void> | undefined;
}

/** Matches the imports in the code of a compiled module. */
const REQUIRED = /\brequire\("([^"\\]+)"\)/g;

/** Runs the modules that the converter compiled. */
export class LocalModules {
  readonly #imports: ImportsOfModules;
  /** Compiled modules by the path of their source, which is the key of the other maps too. */
  readonly #compiled: Map<string, LocalModule> = new Map();
  /** Time and size of the sources when they were compiled. */
  readonly #stamps: Map<string, string> = new Map();
  readonly #running: Map<string, RunningModule> = new Map();
  /** The local modules that imported a local module. */
  readonly #importersOf: Map<string, Set<string>> = new Map();
  readonly #preloading: Map<string, Promise<void>> = new Map();

  constructor(imports: ImportsOfModules) {
    this.#imports = imports;
  }

  get isEmpty(): boolean {
    return this.#compiled.size === 0;
  }

  has(source: string): boolean {
    return this.#compiled.has(source);
  }

  /** Takes recompiled modules, which are loaded again, as are those that import them. */
  update(modules: readonly LocalModule[]): void {
    for (const module of modules) {
      this.#compiled.set(module.source, module);
      this.#stamps.set(module.source, stampOf(module.source));
      this.#forget(module.source);
    }
  }

  /** Whether a module was compiled, and neither it nor an import of it was edited since. */
  isCurrent(source: string, seen: Set<string> = new Set()): boolean {
    if (seen.has(source)) return true;
    seen.add(source);
    if (this.#stamps.get(source) !== stampOf(source)) return false;
    const { code } = this.#compiled.get(source) as LocalModule;
    for (const [, specifier = ""] of code.matchAll(REQUIRED)) {
      const imported = isRelative(specifier) ? this.#imports.find(specifier, dirname(source)) : undefined;
      if (imported && !this.isCurrent(imported, seen)) return false;
    }
    return true;
  }

  /** Returns the exports of a module, after running it, up to its first await, where it has not run. */
  exportsOf(source: string): unknown {
    const { module } = this.#running.get(source) ?? this.#run(source);
    return module.exports;
  }

  /**
   * Loads the imports that a module cannot require, and runs the module itself where it has a top-level await.
   *
   * @param ancestors modules that wait for this one, since imports can be circular
   */
  async preload(source: string, ancestors: ReadonlySet<string>): Promise<void> {
    if (ancestors.has(source)) return;
    const running = this.#running.get(source);
    if (running) return running.done;
    const preloading = this.#preloading.get(source);
    // Inside another module, two modules could wait for each other.
    if (preloading) return ancestors.size === 0 ? preloading : undefined;
    const started = this.#preloadAnew(source, new Set([...ancestors, source]));
    this.#preloading.set(source, started);
    try {
      await started;
    } finally {
      this.#preloading.delete(source);
    }
  }

  async #preloadAnew(source: string, ancestors: ReadonlySet<string>): Promise<void> {
    const { code, hasTopLevelAwait } = this.#compiled.get(source) as LocalModule;
    for (const [, specifier = ""] of code.matchAll(REQUIRED)) {
      const isOwn = isRelative(specifier) && this.#imports.find(specifier, dirname(source)) !== undefined;
      if (isOwn || !(isRelative(specifier) || isBuiltin(specifier)))
        await this.#imports.preload(specifier, dirname(source), ancestors);
    }
    // Another module of a circle may have started this one.
    if (hasTopLevelAwait) await (this.#running.get(source) ?? this.#run(source)).done;
  }

  /** Forgets modules whose loading was interrupted. */
  dropUnfinished(): void {
    for (const [source, { module }] of this.#running) if (!module.loaded) this.#running.delete(source);
    this.#preloading.clear();
  }

  #run(source: string): RunningModule {
    const { path, code, hasTopLevelAwait } = this.#compiled.get(source) as LocalModule;
    const module = new Module(path) as CompilableModule;
    module.filename = path;
    module.paths = (Module as unknown as { _nodeModulePaths(folder: string): string[] })._nodeModulePaths(
      dirname(path),
    );
    module.require = ((specifier: string) => {
      const imported = this.#imports.find(specifier, dirname(source));
      if (imported) this.#noteImport(imported, source);
      return this.#imports.load(specifier, dirname(source));
    }) as NodeJS.Require;
    this.#running.set(source, { module, done: undefined });
    try {
      module._compile(hasTopLevelAwait ? `module.done = (async () => { ${code}\n})()` : code, path);
      module.loaded = !hasTopLevelAwait;
    } catch (error) {
      this.#running.delete(source);
      throw error;
    }
    const running = { module, done: module.done && this.#finish(module, source, module.done) };
    this.#running.set(source, running);
    return running;
  }

  async #finish(module: Module, source: string, done: Promise<void>): Promise<void> {
    try {
      await done;
      module.loaded = true;
    } catch (error) {
      if (this.#running.get(source)?.module === module) this.#running.delete(source);
      throw error;
    }
  }

  #noteImport(imported: string, importer: string): void {
    const importers = this.#importersOf.get(imported) ?? new Set();
    this.#importersOf.set(imported, importers.add(importer));
  }

  #forget(source: string): void {
    this.#running.delete(source);
    const importers = this.#importersOf.get(source) ?? [];
    // The importers are removed first, since imports can be circular.
    this.#importersOf.delete(source);
    for (const importer of importers) this.#forget(importer);
  }
}

/** Makes Node reload the files beside the notebook that have changed on the disk since it loaded them. */
export class ChangedFiles {
  /** Time and size of the files when Node loaded them. */
  readonly #stamps: Map<string, string> = new Map();

  /** Makes `require` reload a file that changed, or that requires a changed file. */
  forget(file: string): void {
    const loaded = require.cache[file];
    if (!loaded || isOfPackage(file)) return;
    const modules = new Set([loaded]);
    for (const { children } of modules) {
      for (const child of children) if (!isOfPackage(child.filename)) modules.add(child);
    }
    const old = new Set([...modules].filter((module) => this.#isOld(module)));
    // Imports can be circular, so the search repeats until it finds nothing more.
    for (let known = -1; known < old.size; ) {
      known = old.size;
      for (const module of modules) if (module.children.some((child) => old.has(child))) old.add(module);
    }
    for (const module of old) {
      const { filename } = module;
      if (require.cache[filename] !== module) continue;
      delete require.cache[filename];
      this.#stamps.delete(filename);
    }
  }

  /** Whether the file of a module changed, or was reloaded for another module that requires it. */
  #isOld(module: NodeModule): boolean {
    const { filename } = module;
    if (require.cache[filename] !== module) return true;
    return this.#stamps.has(filename) && this.#stamps.get(filename) !== stampOf(filename);
  }

  /** Notes that `require` loaded a file, and the files that it requires. */
  note(file: string): void {
    const loaded = require.cache[file];
    if (!loaded || this.#stamps.has(file) || isOfPackage(file)) return;
    this.#stamps.set(file, stampOf(file));
    for (const { filename } of loaded.children) this.note(filename);
  }

  /** Returns the query to append to the name of a file that changed since its first import, so that Node imports it again. */
  importQuery(file: string): string {
    const stamp = stampOf(file);
    const first = this.#stamps.get(file) ?? stamp;
    this.#stamps.set(file, first);
    return first === stamp ? "" : `?${stamp}`;
  }
}

function isOfPackage(file: string): boolean {
  return /[\\/]node_modules[\\/]/.test(file);
}

function stampOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats ? `${stats.mtimeMs}-${stats.size}` : "none";
}
