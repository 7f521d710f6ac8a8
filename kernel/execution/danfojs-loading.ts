/**
 * Loads danfojs-node without some packages that only a few of its methods use, until one of these is called.
 *
 * mathjs, used by five functions, takes three fifths of the time that danfojs-node needs to load; TensorFlow.js, a reader of
 * spreadsheets and two web clients take three tenths. The behaviour of its methods does not change.
 */
import { readFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The version that was examined for how it uses these packages while it loads. */
const VERSION = "1.2.0";
const ENTRY = /\/danfojs-node\/dist\/danfojs-node\/src\/index\.js$/;
const TENSORFLOW = "@tensorflow/tfjs-node";
/** The postponed packages, and whether each is marked as a compiled ES module; danfojs-node reads that mark while it loads. */
const POSTPONED: ReadonlyMap<string, boolean> = new Map([
  ["mathjs", true],
  ["xlsx", false],
  ["request", false],
  ["node-fetch", true],
  [TENSORFLOW, true],
]);

type Loaded = Record<PropertyKey, unknown>;

/** Whether a file is danfojs-node in the examined version and has not been loaded. */
export function isFreshDanfojs(file: string): boolean {
  if (!ENTRY.test(file.replace(/\\/g, "/")) || require.cache[file]) return false;
  const packageFile = join(dirname(file), "../../../package.json");
  return (JSON.parse(readFileSync(packageFile, "utf8")) as { version?: string }).version === VERSION;
}

/** Loads danfojs-node with stand-ins for the packages that have not been loaded. */
export function loadDanfojs(file: string): unknown {
  const requireThere = createRequire(file);
  const standIns = Array.from(POSTPONED, ([name, isEsModule]) => standInFor(requireThere, name, isEsModule));
  try {
    const loaded: unknown = requireThere(file);
    const tensorflow = standIns.find((standIn) => standIn?.name === TENSORFLOW);
    if (tensorflow) exportTensorflow(requireThere("../../danfojs-base") as object, tensorflow.load);
    return loaded;
  } finally {
    for (const standIn of standIns) standIn?.withdraw();
  }
}

interface StandIn {
  readonly name: string;
  load(): Loaded;
  /** Removes the stand-in from the cache, so that other modules that require the package load it. */
  withdraw(): void;
}

/** Puts a stand-in into the module cache, which loads the package on first use; undefined where it is loaded or missing. */
function standInFor(requireThere: NodeJS.Require, name: string, isEsModule: boolean): StandIn | undefined {
  const file = resolved(requireThere, name);
  if (file === undefined || require.cache[file]) return undefined;
  // The stand-in is not marked as loaded, so an interrupt removes it from the cache.
  const module = new Module(file) as NodeJS.Module;
  const withdraw = (): void => {
    if (require.cache[file] === module) delete require.cache[file];
  };
  let loaded: Loaded | undefined;
  const load = (): Loaded => {
    withdraw();
    loaded ??= requireThere(file) as Loaded;
    return loaded;
  };
  module.exports = new Proxy(function standIn() {}, {
    get(_target, key) {
      if (key === "__esModule") return isEsModule;
      if (name === TENSORFLOW && key === "Tensor" && loaded === undefined) return AnyTensor;
      return load()[key];
    },
    apply: (_target, self, args) => Reflect.apply(load() as unknown as () => unknown, self, args),
  });
  require.cache[file] = module;
  return { name, load, withdraw };
}

function resolved(requireThere: NodeJS.Require, name: string): string | undefined {
  try {
    return requireThere.resolve(name);
  } catch {
    // danfojs-node reports the missing package itself.
    return undefined;
  }
}

/** Stands for the class `Tensor`, for the `instanceof` of each new frame; the test is that of TensorFlow.js. */
const AnyTensor = {
  [Symbol.hasInstance](
    value: { dataId?: unknown; shape?: unknown; dtype?: unknown } | undefined | null,
  ): boolean {
    return Boolean(value) && value?.dataId != null && value.shape != null && value.dtype != null;
  },
};

/** Exports TensorFlow.js itself to cells, loaded on first use. */
function exportTensorflow(base: object, load: () => Loaded): void {
  Object.defineProperty(base, "tensorflow", { configurable: true, enumerable: true, get: load });
}
