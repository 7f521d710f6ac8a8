/** Has Node load files beside the notebook anew that changed on the disk since it loaded them. */
import { statSync } from "node:fs";

export class ChangedFiles {
  /** Time and size of files when Node loaded them. */
  readonly #stamps: Map<string, string> = new Map();

  /** Has `require` load a file anew that changed, or of which another one changed that it requires. */
  forget(file: string, seen: Set<string> = new Set()): boolean {
    const loaded = require.cache[file];
    if (!loaded || seen.has(file) || isOfPackage(file)) return false;
    seen.add(file);
    let hasChanged = this.#stamps.has(file) && this.#stamps.get(file) !== stampOf(file);
    for (const { filename } of loaded.children) hasChanged = this.forget(filename, seen) || hasChanged;
    if (hasChanged) {
      delete require.cache[file];
      this.#stamps.delete(file);
    }
    return hasChanged;
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
