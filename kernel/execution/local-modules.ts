/** Modules beside the notebook that the converter compiled: they run as CommonJS, and anew where they or what they import changed. */

import { statSync } from "node:fs";
import Module, { isBuiltin } from "node:module";
import { dirname } from "node:path";
import { isRelative } from "../compiler/module-resolution";
import type { LocalModule } from "../compiler/types";

/** How the imports of local modules are found and loaded. */
export interface ImportsOfModules {
  /** The source of another local module; undefined for all else. */
  find(specifier: string, folder: string): string | undefined;
  load(specifier: string, folder: string): unknown;
  /** Has at hand what `load` alone cannot load. */
  preload(specifier: string, folder: string, ancestors: ReadonlySet<string>): Promise<void>;
}

/** A module with Node's own way of running it. */
type CompilableModule = Module & {
  paths: string[];
  /** Set by the code of a module that awaits at its top. */
  done?: Promise<void>;
  _compile(code: string, fileName: string): void;
};

interface RunningModule {
  readonly module: CompilableModule;
  /** The end of a module that awaits at its top. */
  readonly done: Promise<void> | undefined;
}

/** What the code of a compiled module requires. */
const REQUIRED = /\brequire\("([^"\\]+)"\)/g;

export class LocalModules {
  readonly #imports: ImportsOfModules;
  /** What the converter compiled, by the path of its source, as in the other maps. */
  readonly #compiled: Map<string, LocalModule> = new Map();
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

  /** Modules that were compiled anew are loaded anew, and so are those that import them. */
  update(modules: readonly LocalModule[]): void {
    for (const module of modules) {
      this.#compiled.set(module.source, module);
      this.#forget(module.source);
    }
  }

  /** What a module exports; it runs where it has not, up to its first await. */
  exportsOf(source: string): unknown {
    const { module } = this.#running.get(source) ?? this.#run(source);
    return module.exports;
  }

  /**
   * Loads what a module cannot require, and runs the module itself where it awaits at its top.
   *
   * @param ancestors that wait for this one, since modules can import each other in a circle
   */
  async preload(source: string, ancestors: ReadonlySet<string>): Promise<void> {
    if (ancestors.has(source)) return;
    const running = this.#running.get(source);
    if (running) return running.done;
    const preloading = this.#preloading.get(source);
    // Within another module, to wait could be to wait for each other.
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
    // One of a circle may have been started by another.
    if (hasTopLevelAwait) await (this.#running.get(source) ?? this.#run(source)).done;
  }

  /** Forgets modules whose loading was cut off by an interrupt. */
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
    // Taken out first: local modules can import each other in a circle.
    this.#importersOf.delete(source);
    for (const importer of importers) this.#forget(importer);
  }
}

// Has Node load files beside the notebook anew that changed on the disk since it loaded them.

export class ChangedFiles {
  /** Time and size of files when Node loaded them. */
  readonly #stamps: Map<string, string> = new Map();

  /** Has `require` load a file anew that changed, or of which another one changed that it requires. */
  forget(file: string): void {
    const loaded = require.cache[file];
    if (!loaded || isOfPackage(file)) return;
    const modules = new Set([loaded]);
    for (const { children } of modules) {
      for (const child of children) if (!isOfPackage(child.filename)) modules.add(child);
    }
    const old = new Set([...modules].filter((module) => this.#isOld(module)));
    // Modules may require each other in a circle.
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

  /** Whether the file of a module changed, or was loaded anew for another one that requires it. */
  #isOld(module: NodeModule): boolean {
    const { filename } = module;
    if (require.cache[filename] !== module) return true;
    return this.#stamps.has(filename) && this.#stamps.get(filename) !== stampOf(filename);
  }

  /** Notes that `require` loaded a file, and the others that it requires. */
  note(file: string): void {
    const loaded = require.cache[file];
    if (!loaded || this.#stamps.has(file) || isOfPackage(file)) return;
    this.#stamps.set(file, stampOf(file));
    for (const { filename } of loaded.children) this.note(filename);
  }

  /** What `import` appends to the name of a file, which Node then takes for another one, where it changed since the first time. */
  query(file: string): string {
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
