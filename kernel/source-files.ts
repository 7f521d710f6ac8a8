/** The files that cells are compiled with, each parsed once until it changes on the disk. */
import { type Stats, statSync } from "node:fs";
import * as ts from "typescript";

interface KeptFile {
  readonly file: ts.SourceFile;
  /** Time and size on the disk when it was parsed. */
  readonly stamp: string;
}

/** The compiler's own declarations and Node's, which do not change under it. */
const SETTLED = /\/node_modules\/(?:typescript\/lib|@types\/node|undici-types)\//;

export class SourceFiles {
  readonly #kept: Map<string, KeptFile> = new Map();
  readonly #settled: Map<string, ts.SourceFile> = new Map();
  readonly #watchers: Map<string, ts.FileWatcherCallback> = new Map();

  /** @param read the text of a file, undefined where there is none */
  get(
    path: string,
    options: ts.ScriptTarget | ts.CreateSourceFileOptions,
    read: (path: string) => string | undefined,
  ): ts.SourceFile | undefined {
    const known = this.#settled.get(path) ?? this.#kept.get(path)?.file;
    if (known) return known;
    const stamp = stampOf(path);
    const text = read(path);
    if (text === undefined) return undefined;
    const file = ts.createSourceFile(path, text, options);
    if (SETTLED.test(path)) this.#settled.set(path, file);
    else this.#kept.set(path, { file, stamp });
    return file;
  }

  /** Forgets files that changed, and tells who watches them. */
  refresh(): void {
    for (const [path, { stamp }] of this.#kept) {
      if (stampOf(path) === stamp) continue;
      this.#kept.delete(path);
      this.#watchers.get(path)?.(path, ts.FileWatcherEventKind.Changed);
    }
  }

  /** Has `callback` told of a change that `refresh` finds. */
  watch(path: string, callback: ts.FileWatcherCallback): ts.FileWatcher {
    this.#watchers.set(path, callback);
    return { close: () => void this.#watchers.delete(path) };
  }
}

function stampOf(path: string): string {
  const stats: Stats | undefined = statSync(path, { throwIfNoEntry: false });
  return stats ? `${stats.mtimeMs} ${stats.size} ${stats.ino}` : "none";
}
