/**
 * Assembles the parts that run cells on the main thread, and warms up the compiler while no cell runs.
 *
 * A compiler that has compiled some cells is twice as fast. The warm-up compiles small cells, one at a time and with pauses, so that
 * a request waits for one of them at most: some milliseconds, or, for the first two, the time that the first completion or cell
 * would take anyway. Then it makes V8 release the memory that this and the start have used.
 */
import { getHeapStatistics } from "node:v8";
import { own, withBuiltIns } from "../built-ins";
import { createCellConverter } from "../compiler/cell-converter";
import type { CellConverter } from "../compiler/types";
import { DebugGate } from "../debugger/debug-gate";
import { captureChildOutput, captureStandardStreams, Outputs } from "../display/outputs";
import { isInterrupt } from "../errors";
import { startsStrict } from "../kernelspec/strictness";
import * as notebookApi from "../notebook-api";
import { registerKernel } from "../notebook-kernel";
import type { SharedState, ToSocketThread } from "../transport/thread-port";
import { CommHub } from "./comm-hub";
import { Executor } from "./executor";
import { loadTimes, noteRequired } from "./load-times";
import { ModuleLoader } from "./module-loader";
import { Questions } from "./questions";
import { createTslabApi } from "./tslab-api";

/** The parts of a session that the main thread calls. */
export interface Session {
  readonly executor: Executor;
  readonly comms: CommHub;
  readonly questions: Questions;
  readonly debugGate: DebugGate;
  /** Prints an error that no cell waits for. */
  reportUncaught(error: unknown): void;
  /** Starts to warm up the compiler. */
  warmUp(): WarmUp;
}

/**
 * Makes a notebook session in the current folder.
 *
 * @param readAnswer returns an answer to `prompt` that has arrived; undefined where there is none
 */
export function createSession(
  post: (message: ToSocketThread) => void,
  shared: SharedState,
  readAnswer: () => string | null | undefined,
): Session {
  noteRequired();
  const converter = createCellConverter();
  converter.strict = startsStrict(process.env);
  const outputs = new Outputs(post, shared);
  captureStandardStreams(outputs);
  captureChildOutput(outputs);
  const { version } = require("tslab/package.json") as { version: string };
  const loader = new ModuleLoader(process.cwd(), new Map([["tslab", createTslabApi(outputs, version)]]));
  const debugGate = new DebugGate(post, shared);
  const executor = new Executor(converter, loader, outputs, shared, debugGate);
  const reportUncaught = (error: unknown): void => {
    if (isInterrupt(error)) return;
    outputs.stream("stderr", `${executor.describeUncaught(error).traceback.join("\n")}\n`);
  };
  const comms = new CommHub((message) => {
    post(message);
    shared.waitForReaders();
  }, reportUncaught);
  const questions = new Questions(post, shared, readAnswer, () => executor.cell);
  registerKernel({
    display: (data, id, update) => outputs.display(data, id, update),
    clear: (wait) => outputs.clear(wait),
    progress: (...args) => outputs.progress(...args),
    holdCell: (work) => outputs.hold(work),
    get signal() {
      return executor.cell?.signal;
    },
    comms,
    control: { settings: executor.settings, reset: () => executor.reset(), loadTimes: loadTimes() },
    prompt: (message) => questions.prompt(message),
    input: (message, options) => questions.input(message, options),
  });
  // Every cell has these functions as globals, so a notebook need not install or import this package.
  for (const [name, value] of Object.entries(notebookApi)) {
    Object.defineProperty(globalThis, name, { configurable: true, writable: true, value });
  }
  return {
    executor,
    comms,
    questions,
    debugGate,
    reportUncaught,
    warmUp: () => warmUp(converter, shared),
  };
}

/** Delay after the start and after each cell, so that a cell that comes soon after finds the thread free. */
const DELAY_MS = 200;
/** Pause between two steps, in which requests are handled. */
const PAUSE_MS = 15;
/** Number of times that each small cell is compiled, after which the compiler is fast. */
const ROUNDS = 10;
/**
 * The small cells. The steps run from the last to the first, so `1 + 1`, which reads only the language, comes before the cell that
 * needs Node's globals.
 */
const SMALL_CELLS = ["const numbers = [1, 2].map((x) => x * x);\nconsole.log(numbers.length);", "1 + 1"];
/** Bytes of a heap above which no memory is released: most of it belongs to cells, and a collection would delay the next cell. */
const SMALL_HEAP = 150e6;

/** Work that goes on while the thread is free. */
export interface WarmUp {
  /** Stops the work, because a cell starts. */
  pause(): void;
  /** Continues the work, because the cell has ended. */
  resume(): void;
}

/** Starts the warm-up; see the head of this file. */
export function warmUp(converter: CellConverter, shared: SharedState): WarmUp {
  const steps: (() => void)[] = [
    releaseMemory,
    () => converter.complete(PREVIOUS_DECLARATIONS, COMPLETED_CODE, COMPLETED_CODE.length),
    ...new Array<string[]>(ROUNDS)
      .fill(SMALL_CELLS)
      .flatMap((cells) => cells.map((code) => () => void converter.convert(PREVIOUS_DECLARATIONS, code, 0))),
  ];
  let timer: NodeJS.Timeout | undefined;
  const goOn = (delay: number): void => {
    if (steps.length > 0) timer = own.setTimeout(takeStep, delay).unref();
  };
  const takeStep = (): void => {
    const step = steps.pop() as () => void;
    try {
      withBuiltIns(() => shared.compiling(step));
    } catch {
      // The first cell reports the error, for example a fault of the folder.
      steps.length = 0;
    }
    goOn(PAUSE_MS);
  };
  goOn(DELAY_MS);
  return { pause: () => own.clearTimeout(timer), resume: () => goOn(DELAY_MS) };
}

const PREVIOUS_DECLARATIONS = "declare const earlier: number;";
const COMPLETED_CODE = "earlier.to";

/** Makes V8 release memory, by the inspector, because no function of Node does so. */
function releaseMemory(): void {
  if (getHeapStatistics().used_heap_size > SMALL_HEAP) return;
  const { Session } = require("node:inspector") as typeof import("node:inspector");
  const session = new Session();
  session.connect();
  // The session cannot be closed within its callback.
  session.post("HeapProfiler.collectGarbage", () => own.setImmediate(() => session.disconnect()));
}
