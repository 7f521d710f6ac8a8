/** Notes when each module was loaded, so that a later change of its file can be detected. */
import Module from "node:module";

const times: Map<string, number> = new Map();

function now(): number {
  return performance.timeOrigin + performance.now();
}

/** Notes the modules that `require` has loaded, and those that it loads from now on. */
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

/** Returns the loaded files with the times of their loading in milliseconds. */
export function loadTimes(): ReadonlyMap<string, number> {
  return times;
}
