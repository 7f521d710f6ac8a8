/** The thread that fits, so that the main thread can hear signals: it gets a plan, tells of its progress and sends what is to be written. */
import { parentPort, workerData } from "node:worker_threads";
import type { ProgressEvent } from "smooth-edges";
import { UsageError } from "../errors";
import type { FitPlan } from "./fit-plan";
import { modelText } from "./model-file";
import { modelReport } from "./model-report";
import { evaluationTable, type FittedPlan, runPlan } from "./run-plan";

/** The thread is given the plan and a flag that stops it. */
export interface FitJob {
  readonly plan: FitPlan;
  /** Not 0 once the work is to end with what it has. */
  readonly interrupted: SharedArrayBuffer;
  /** Whether a report is written. */
  readonly hasReport: boolean;
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
      /** The page of the report; undefined where none is asked for, or none can be drawn, as a warning has said. */
      readonly report: string | undefined;
      readonly isInterrupted: boolean;
    };

type Tell = (message: FitMessage) => void;

async function work({ plan, interrupted, hasReport }: FitJob, tell: Tell): Promise<void> {
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
    const tables = [validation, fit, ...remarksOnFit(plan, fitted), evaluationTable(fitted)].filter(
      (table) => table !== undefined,
    );
    const model = modelText(plan, fitted);
    const report = hasReport ? await reportOrReason(plan, fitted, tell) : undefined;
    tell({ kind: "done", text: tables.join("\n\n"), model, report, isInterrupted });
  } catch (error) {
    const { name, message } = error as Error;
    if (name !== "InputError" && name !== "ColumnError" && !(error instanceof UsageError)) throw error;
    tell({ kind: "refused", text: message, isInterrupted: isAborted() });
  }
}

/** Sentences on the chosen fit: which class its coefficients are of, and that it has no features. */
function remarksOnFit({ choose }: FitPlan, { fit, validation }: FittedPlan): string[] {
  const { classes, support } = fit.fit;
  const ofClass =
    classes?.length === 2 ? [`Coefficients above 0 make class ${JSON.stringify(classes[1])} likelier.`] : [];
  if (support.length > 0 || validation === undefined) return ofClass;
  const nBest = validation.best.fit.support.length;
  return [
    choose === "best" || nBest === 0
      ? "The chosen fit has no features."
      : `The chosen fit has no features; that of the best score has ${nBest}: say --choose best.`,
  ];
}

/** The page of the report. Whatever keeps it from being drawn, the model must not be lost: a warning says what it was. */
async function reportOrReason(plan: FitPlan, fitted: FittedPlan, tell: Tell): Promise<string | undefined> {
  try {
    return await modelReport(plan, fitted);
  } catch (error) {
    tell({ kind: "warning", text: `there is no report: ${(error as Error).message}` });
    return undefined;
  }
}

if (parentPort) {
  const port = parentPort;
  // What is not refused ends the thread, which the command hears.
  void work(workerData as FitJob, (message) => port.postMessage(message));
}
