/** Puts together what runs cells on the main thread. */
import { createCellConverter } from "../compiler/cell-converter";
import { DebugGate } from "../debugger/debug-gate";
import { captureChildOutput } from "../display/child-output";
import { captureStandardStreams, Outputs } from "../display/outputs";
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
import { type WarmUp, warmUp } from "./warm-up";

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
