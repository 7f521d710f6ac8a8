/** Chooses the fastest backend of TensorFlow.js that loads and computes a gradient right. */
import util from "node:util";
import type * as TensorFlow from "@tensorflow/tfjs";
import { mustBe } from "../errors";
import { checkKeys } from "../options";
import { tensorFlow } from "./tensorflow";
import { registerWasmKernels } from "./wasm";

/** TensorFlow.js's own names of its backends, the fastest first. */
export type BackendName = "tensorflow" | "wasm" | "cpu";

/** How a backend is loaded. */
export interface BackendCandidate {
  readonly name: BackendName;
  /** Registers the backend, and may return where it is from, for the announcement; throws if its package is absent or does not load. */
  load(): unknown;
  /** Called once the backend is set, before it is tested. */
  prepare?(): void;
}

/** The backend in use, where it is from, and why each faster one is not in use. */
export interface BackendChoice {
  readonly name: BackendName;
  /** Where a native backend is from, as the announcement ends: `from @tensorflow/tfjs-node`. */
  readonly origin?: string;
  /** The milliseconds that the trial took on each backend that works, the quickest first. */
  readonly measured?: readonly { readonly name: BackendName; readonly milliseconds: number }[];
  readonly rejected: readonly { readonly name: BackendName; readonly reason: string }[];
}

/** The backends that `useBestBackend` tries, the fastest first. */
export const BACKENDS: readonly BackendCandidate[] = [
  {
    name: "tensorflow",
    load: loadNativeTensorFlow,
  },
  {
    name: "wasm",
    load: () => require("@tensorflow/tfjs-backend-wasm"),
    prepare: () => registerWasmKernels(tensorFlow(WHERE)),
  },
  { name: "cpu", load: () => {} },
];

const TITLES: Record<BackendName, string> = {
  tensorflow: "native TensorFlow",
  wasm: "WebAssembly",
  cpu: "plain JavaScript",
};

const WHERE = "useBestBackend";

/** What {@link useBestBackend} goes by. */
export interface BackendOptions {
  /**
   * A step of what is to be computed, such as one of training. It runs seven times on each backend that works but plain JavaScript, and
   * the one with the smallest median is taken. Default: native before WebAssembly, without a measurement.
   */
  readonly trial?: () => unknown;
}

let running: Promise<BackendName> | undefined;

/**
 * Sets the fastest TensorFlow.js backend that works on this machine: native, then WebAssembly, then plain JavaScript.
 *
 * The native one is a backend `tensorflow` that the program has registered, or else that of `@tensorflow/tfjs-node` or
 * `@tensorflow/tfjs-node-gpu`, where the project has it. Each backend is tried with one small gradient before it is taken. The first
 * call says in one line on stderr which backend is in use and why; later calls only answer. Products of factors are one pass over the
 * weights on WebAssembly and several on the native backend, so a `trial` may show that WebAssembly is the faster one; a call with a trial
 * always measures.
 *
 * @returns TensorFlow.js's name of the backend.
 * @throws InputError if `@tensorflow/tfjs` is not installed, or `trial` is not a function.
 *
 * @example
 * ```ts
 * const backend = await useBestBackend(); // "wasm"
 * ```
 */
export function useBestBackend(options: BackendOptions = {}): Promise<BackendName> {
  checkKeys(WHERE, options, ["trial"]);
  const { trial } = options;
  if (trial !== undefined && typeof trial !== "function") {
    throw mustBe(WHERE, "trial", "a function", trial);
  }
  if (trial || !running) {
    running = start(trial).catch((error: unknown) => {
      running = undefined; // so that a package installed meanwhile is found
      throw error;
    });
  }
  return running;
}

async function start(trial: BackendOptions["trial"]): Promise<BackendName> {
  tensorFlow(WHERE); // Without it no backend works, which is one sentence and not one for each.
  const choice = trial ? await measureBackends(BACKENDS, trial) : await chooseBackend(BACKENDS);
  process.stderr.write(`${announcement(choice)}\n`);
  return choice.name;
}

/**
 * Sets the first backend that loads and passes a gradient test.
 *
 * @throws InputError if `@tensorflow/tfjs` is not installed.
 */
export async function chooseBackend(candidates: readonly BackendCandidate[]): Promise<BackendChoice> {
  const rejected: Rejected[] = [];
  for (const candidate of candidates) {
    try {
      const origin = await setBackend(candidate);
      return { name: candidate.name, ...(origin && { origin }), rejected };
    } catch (error) {
      rejected.push(rejectionOf(candidate, error));
    }
  }
  throw new Error(`${WHERE}: no backend works: ${reasons(rejected)}`);
}

/** Number of runs of a trial on a backend, the first of which compile and allocate and do not count. */
const [nRuns, nFirst] = [7, 2];

/**
 * Sets the backend on which a trial takes the least time; a later one is tried only where it may be faster than those that work.
 *
 * @param now the time in milliseconds.
 */
export async function measureBackends(
  candidates: readonly BackendCandidate[],
  trial: () => unknown,
  now: () => number = () => performance.now(),
): Promise<BackendChoice> {
  const measured: { name: BackendName; milliseconds: number; origin?: string }[] = [];
  const rejected: Rejected[] = [];
  for (const candidate of candidates) {
    if (candidate.name === "cpu" && measured.length > 0) continue;
    try {
      const origin = await setBackend(candidate);
      const times: number[] = [];
      for (let run = 0; run < nRuns; run++) {
        const before = now();
        await trial();
        if (run >= nFirst) times.push(now() - before);
      }
      measured.push({
        name: candidate.name,
        milliseconds: times.sort((a, b) => a - b)[times.length >> 1],
        ...(origin && { origin }),
      });
    } catch (error) {
      rejected.push(rejectionOf(candidate, error));
    }
  }
  measured.sort((a, b) => a.milliseconds - b.milliseconds);
  if (measured.length === 0) throw new Error(`${WHERE}: no backend works: ${reasons(rejected)}`);
  const [{ name, origin }] = measured;
  await tensorFlow(WHERE).setBackend(name);
  return { name, ...(origin && { origin }), measured, rejected };
}

/** Sets a backend and tests it; returns where it is from, if it says so. */
async function setBackend({ name, load, prepare }: BackendCandidate): Promise<string | undefined> {
  const tf = tensorFlow(WHERE);
  let origin: unknown;
  const isSet = await withoutFatalHandlers(() => {
    origin = load();
    return tf.setBackend(name);
  });
  if (!isSet) throw new Error("it did not start");
  prepare?.();
  checkGradient(tf);
  return typeof origin === "string" ? origin : undefined;
}

type Rejected = BackendChoice["rejected"][number];

function rejectionOf({ name }: BackendCandidate, error: unknown): Rejected {
  return { name, reason: isMissingModule(error) ? "is not installed" : `failed (${firstLine(error)})` };
}

/** One sentence: which backend is in use, and why no faster one. */
export function announcement({ name, origin, measured, rejected }: BackendChoice): string {
  const parts = [`smooth-edges: networks run on the ${TITLES[name]} backend of TensorFlow.js`];
  if (measured) parts.push(timesOf(measured));
  else if (origin && rejected.length === 0) parts.push(origin);
  if (rejected.length > 0) parts.push(`because ${reasons(rejected)}`);
  return `${parts.join(", ")}.`;
}

function timesOf([best, ...slower]: NonNullable<BackendChoice["measured"]>): string {
  const time = (milliseconds: number): string => `${Number(milliseconds.toPrecision(2))} ms`;
  const others = slower.map(({ name, milliseconds }) => ` and ${time(milliseconds)} on ${TITLES[name]}`);
  return `where the trial took ${time(best.milliseconds)}${others.join("")}`;
}

function reasons(rejected: BackendChoice["rejected"]): string {
  return rejected.map(({ name, reason }) => `${TITLES[name]} ${reason}`).join(" and ");
}

/** The gradient of `sum(W A)` by `W` for 2 x 2 matrices of ones: an unregistered kernel shows here, not in a training run. */
function checkGradient(tf: typeof TensorFlow): void {
  const quiet = tf.env().getBool("IS_TEST");
  tf.env().set("IS_TEST", true); // This suppresses four lines about speed that the plain backend prints.
  try {
    const gradient = tf.tidy(() =>
      tf
        .grad((w) => tf.sum(tf.matMul(w, tf.ones([2, 2]))))(tf.ones([2, 2]))
        .dataSync(),
    );
    if (!gradient.every((value) => value === 2)) throw new Error(`a gradient of 2 came out as ${gradient}`);
  } finally {
    tf.env().set("IS_TEST", quiet);
  }
}

/** The packages with native TensorFlow, of which a project has one. */
const NATIVE_PACKAGES = ["@tensorflow/tfjs-node", "@tensorflow/tfjs-node-gpu"];

/**
 * Has native TensorFlow registered with TensorFlow.js, and returns where it is from.
 *
 * @throws an error with the code MODULE_NOT_FOUND if no package has it; what a package throws that cannot start.
 */
function loadNativeTensorFlow(): string {
  supplyRemovedFunctions();
  if (tensorFlow(WHERE).findBackendFactory("tensorflow")) return "which this program registered";
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "1"; // Errors only: by default the package also describes the processor on stderr.
  let failure: unknown = Object.assign(new Error("no native package"), { code: "MODULE_NOT_FOUND" });
  for (const name of NATIVE_PACKAGES.filter(isInstalled)) {
    try {
      require(name);
      return `from ${name}`;
    } catch (error) {
      // A module that the package lacks makes it broken, not absent.
      failure = new Error(firstLine(error), { cause: error });
    }
  }
  throw failure;
}

/** Whether a package is there by its own name: where danfojs-node is used, `@tensorflow/tfjs-node` is often TensorFlow.js by an override. */
function isInstalled(name: string): boolean {
  try {
    return (require(`${name}/package.json`) as { readonly name: string }).name === name;
  } catch {
    return false;
  }
}

/** Functions of `util` that `@tensorflow/tfjs-node` 4.22 calls, and that Node removes: `isNullOrUndefined` in version 23. */
const REMOVED_FUNCTIONS = {
  isArray: Array.isArray,
  isNullOrUndefined: (value: unknown) => value === null || value === undefined,
};

function supplyRemovedFunctions(): void {
  const functions: Record<string, unknown> = util as never;
  for (const [name, removed] of Object.entries(REMOVED_FUNCTIONS)) functions[name] ??= removed;
}

function isMissingModule(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND";
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split("\n")[0];
}

const EVENTS = ["uncaughtException", "unhandledRejection"] as const;

/**
 * Calls `start` and removes the handlers of uncaught errors that it installs.
 *
 * Emscripten's code in the WebAssembly backend rethrows uncaught errors, which ends the process: one forgotten rejection in a
 * notebook would end its kernel, hours after a network was created.
 */
export async function withoutFatalHandlers<T>(start: () => Promise<T>): Promise<T> {
  const before = new Set(EVENTS.flatMap((event) => process.rawListeners(event)));
  try {
    return await start();
  } finally {
    for (const event of EVENTS) {
      for (const handler of process.rawListeners(event)) {
        if (!before.has(handler)) process.removeListener(event, handler as () => void);
      }
    }
  }
}
