/** Has Node load files beside the notebook anew that changed on the disk since it loaded them. */
import { statSync } from "node:fs";

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
