/** When each module was loaded, so that one can tell whether its file has changed since. */
import Module from "node:module";

const times: Map<string, number> = new Map();

function now(): number {
  return performance.timeOrigin + performance.now();
}

/** Notes what `require` has loaded, and what it loads from here on. */
export function noteRequired(): void {
  for (const file of Object.keys(require.cache)) times.set(file, now());
  const { _extensions: loaders } = Module as unknown as {
    readonly _extensions: Record<string, (module: Module, file: string) => unknown>;
  };
  for (const [extension, load] of Object.entries(loaders)) {
    loaders[extension] = (module, file) => {
      times.set(file, now());
      return load(module, file);
    };
  }
}

/** Notes a file that `import` has loaded. */
export function noteImported(file: string): void {
  if (!times.has(file)) times.set(file, now());
}

/** The files that were loaded, with the time of it in milliseconds. */
export function loadTimes(): ReadonlyMap<string, number> {
  return times;
}
