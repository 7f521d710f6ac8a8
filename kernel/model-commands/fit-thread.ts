/** The thread that fits, so that the main thread can hear signals: it gets a plan, tells of its progress and sends what is to be written. */
import { parentPort, workerData } from "node:worker_threads";
import type { ProgressEvent } from "smooth-edges";
import { UsageError } from "../errors";
import type { FitPlan } from "./fit-plan";
import { modelText } from "./model-file";
import { evaluationTable, runPlan } from "./run-plan";

/** The thread is given the plan and a flag that stops it. */
export interface FitJob {
  readonly plan: FitPlan;
  /** Not 0 once the work is to end with what it has. */
  readonly interrupted: SharedArrayBuffer;
}

/** The thread tells its progress, its notes and how it ended. */
export type FitMessage =
  | { readonly kind: "progress"; readonly event: ProgressEvent }
  | { readonly kind: "warning"; readonly text: string }
  | { readonly kind: "refused"; readonly text: string; readonly isInterrupted: boolean }
  | {
      readonly kind: "done";
      /** The tables to print. */
      readonly text: string;
      /** The text of the file of the model. */
      readonly model: string;
      readonly isInterrupted: boolean;
    };

function work({ plan, interrupted }: FitJob, tell: (message: FitMessage) => void): void {
  const flag = new Int32Array(interrupted);
  const isAborted = (): boolean => Atomics.load(flag, 0) !== 0;
  const signal = {
    get aborted(): boolean {
      return isAborted();
    },
  };
  process.removeAllListeners("warning");
  process.on("warning", ({ message }) => tell({ kind: "warning", text: message }));
  try {
    const fitted = runPlan(plan, { signal, onProgress: (event) => tell({ kind: "progress", event }) });
    const { fit, validation, isInterrupted } = fitted;
    const tables = [validation, fit, evaluationTable(fitted)].filter((table) => table !== undefined);
    tell({ kind: "done", text: tables.join("\n\n"), model: modelText(plan, fitted), isInterrupted });
  } catch (error) {
    const { name, message } = error as Error;
    if (name !== "InputError" && name !== "ColumnError" && !(error instanceof UsageError)) throw error;
    tell({ kind: "refused", text: message, isInterrupted: isAborted() });
  }
}

if (parentPort) {
  const port = parentPort;
  work(workerData as FitJob, (message) => port.postMessage(message));
}
