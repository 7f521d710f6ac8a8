/**
 * danfojs-node without the packages that it loads for a few of its methods, until one of these is called.
 *
 * Of the processor time that loading it takes, mathjs is three fifths, for five functions, and TensorFlow.js, a reader of spreadsheets
 * and two of web pages are another three tenths. It does not change what any of its methods does.
 */
import { readFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The version whose use of these packages while it loads was examined. */
const VERSION = "1.2.0";
const ENTRY = /\/danfojs-node\/dist\/danfojs-node\/src\/index\.js$/;
const TENSORFLOW = "@tensorflow/tfjs-node";
/** The packages, and whether each calls itself a compiled ES module, which is asked while danfojs-node loads. */
const POSTPONED: ReadonlyMap<string, boolean> = new Map([
  ["mathjs", true],
  ["xlsx", false],
  ["request", false],
  ["node-fetch", true],
  [TENSORFLOW, true],
]);

type Loaded = Record<PropertyKey, unknown>;

/** Whether a file is danfojs-node, in a version that can be loaded so, and was not loaded yet. */
export function isFreshDanfojs(file: string): boolean {
  if (!ENTRY.test(file.replace(/\\/g, "/")) || require.cache[file]) return false;
  const packageFile = join(dirname(file), "../../../package.json");
  return (JSON.parse(readFileSync(packageFile, "utf8")) as { version?: string }).version === VERSION;
}

/** Loads danfojs-node with stand-ins for the packages that are not loaded yet. */
export function loadDanfojs(file: string): unknown {
  const requireThere = createRequire(file);
  const standIns = Array.from(POSTPONED, ([name, isEsModule]) => standInFor(requireThere, name, isEsModule));
  try {
    const loaded: unknown = requireThere(file);
    const tensorflow = standIns.find((standIn) => standIn?.name === TENSORFLOW);
    if (tensorflow) offer(requireThere("../../danfojs-base") as object, tensorflow.load);
    return loaded;
  } finally {
    for (const standIn of standIns) standIn?.withdraw();
  }
}

interface StandIn {
  readonly name: string;
  load(): Loaded;
  /** Has whoever else requires the package load it. */
  withdraw(): void;
}

/** Puts a module into the cache that loads the package when it is used; undefined where that is loaded, or not there. */
function standInFor(requireThere: NodeJS.Require, name: string, isEsModule: boolean): StandIn | undefined {
  const file = resolved(requireThere, name);
  if (file === undefined || require.cache[file]) return undefined;
  // Not marked as loaded: an interrupt has such modules forgotten.
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
    // For danfojs-node to tell.
    return undefined;
  }
}

/** Each frame asks whether its data are a tensor; this is what TensorFlow.js calls one. */
const AnyTensor = {
  [Symbol.hasInstance](
    value: { dataId?: unknown; shape?: unknown; dtype?: unknown } | undefined | null,
  ): boolean {
    return Boolean(value) && value?.dataId != null && value.shape != null && value.dtype != null;
  },
};

/** Cells see TensorFlow.js itself. */
function offer(base: object, load: () => Loaded): void {
  Object.defineProperty(base, "tensorflow", { configurable: true, enumerable: true, get: load });
}
