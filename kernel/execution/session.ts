/** Puts together what runs cells on the main thread. */

import { getHeapStatistics } from "node:v8";
import { withBuiltIns } from "../built-ins";
import { createCellConverter } from "../compiler/cell-converter";
import type { CellConverter } from "../compiler/types";
import { DebugGate } from "../debugger/debug-gate";
import { captureChildOutput, captureStandardStreams, Outputs } from "../display/outputs";
import { isInterrupt } from "../errors";
import { startsStrict } from "../kernelspec/strictness";
import * as notebookApi from "../notebook-api";
import { offerKernel } from "../notebook-kernel";
import type { SharedState, ToSocketThread } from "../transport/thread-port";
import { CommHub } from "./comm-hub";
import { Executor } from "./executor";
import { loadTimes, noteRequired } from "./load-times";
import { ModuleLoader } from "./module-loader";
import { Questions } from "./questions";
import { createTslabApi } from "./tslab-api";

export interface Session {
  readonly executor: Executor;
  readonly comms: CommHub;
  readonly questions: Questions;
  readonly debugGate: DebugGate;
  /** Tells of an error that no cell waits for. */
  tellStray(error: unknown): void;
  /** Has the compiler become fast while no cell runs. */
  warmUp(): WarmUp;
}

/**
 * A fresh notebook session in the current folder.
 *
 * @param readAnswer takes an answer to `prompt` that has arrived; undefined where there is none
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
  const tellStray = (error: unknown): void => {
    if (isInterrupt(error)) return;
    outputs.stream("stderr", `${executor.describeStray(error).traceback.join("\n")}\n`);
  };
  const comms = new CommHub((message) => {
    post(message);
    shared.waitForReaders();
  }, tellStray);
  const questions = new Questions(post, shared, readAnswer, () => executor.cell);
  offerKernel({
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
  // A notebook need not install this package, nor import it, to use what the kernel can do.
  for (const [name, value] of Object.entries(notebookApi)) {
    Object.defineProperty(globalThis, name, { configurable: true, writable: true, value });
  }
  return {
    executor,
    comms,
    questions,
    debugGate,
    tellStray,
    warmUp: () => warmUp(converter, shared),
  };
}

// Compiles small cells while nobody waits, since a compiler that has compiled some is twice as fast, and then has V8 give back
// the memory that this and the start have left.
//
// One at a time, with pauses, so that what arrives meanwhile waits for one of them at most: some milliseconds, or, for the
// first two, what the first completion or cell would have to wait for anyway.

/** A cell that comes right after the start, or after another cell, finds the thread free. */
const DELAY_MS = 200;
const PAUSE_MS = 15;
const ROUNDS = 10;
/**
 * The steps run from the last to the first, so `1 + 1`, which reads the language alone, comes before the cell that needs Node's
 * globals.
 */
const CELLS = ["const numbers = [1, 2].map((x) => x * x);\nconsole.log(numbers.length);", "1 + 1"];
/** Of a heap with more in it, cells have made most, and to go through it would hold up the next one. */
const SMALL_HEAP = 150e6;

/** What goes on when the thread is free. */
export interface WarmUp {
  /** A cell comes, and is not to be slowed down. */
  pause(): void;
  /** The cell has ended. */
  resume(): void;
}

// Cells may put others in their place.
const { setTimeout, clearTimeout, setImmediate } = globalThis;

export function warmUp(converter: CellConverter, shared: SharedState): WarmUp {
  const steps: (() => void)[] = [
    giveBackMemory,
    () => converter.complete(EARLIER, COMPLETED, COMPLETED.length),
    ...new Array<string[]>(ROUNDS)
      .fill(CELLS)
      .flatMap((cells) => cells.map((code) => () => void converter.convert(EARLIER, code, 0))),
  ];
  let timer: NodeJS.Timeout | undefined;
  const goOn = (delay: number): void => {
    if (steps.length > 0) timer = setTimeout(takeStep, delay).unref();
  };
  const takeStep = (): void => {
    const step = steps.pop() as () => void;
    try {
      withBuiltIns(() => shared.compiling(step));
    } catch {
      // What is wrong, with the folder say, is for the first cell to tell.
      steps.length = 0;
    }
    goOn(PAUSE_MS);
  };
  goOn(DELAY_MS);
  return { pause: () => clearTimeout(timer), resume: () => goOn(DELAY_MS) };
}

const EARLIER = "declare const earlier: number;";
const COMPLETED = "earlier.to";

/** As the inspector does it, which no function of Node does. */
function giveBackMemory(): void {
  if (getHeapStatistics().used_heap_size > SMALL_HEAP) return;
  const { Session } = require("node:inspector") as typeof import("node:inspector");
  const session = new Session();
  session.connect();
  // Within the callback the session is busy.
  session.post("HeapProfiler.collectGarbage", () => setImmediate(() => session.disconnect()));
}
