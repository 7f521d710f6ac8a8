/** `smooth-edges fit`: fits a sparse model to a CSV file and writes it ({@link fitCommand}). */
import { join, resolve } from "node:path";
import { Worker } from "node:worker_threads";
import { progressBar } from "smooth-edges";
import { placeTwice } from "../data-errors";
import { UsageError } from "../errors";
import { type FitRequest, fitPlan, planInWords } from "./fit-plan";
import type { FitJob, FitMessage } from "./fit-thread";
import { MODEL_MARK } from "./model-file";
import { checkPlace, checkReportPlace, writeResult } from "./result-places";

/** Milliseconds that a fit must take before its progress is shown. */
const PROGRESS_DELAY = 500;

/** Where results go, and how the command is stopped. */
export interface FitPlaces {
  /** The file of the model. */
  readonly output: string;
  /** The file of the report; left out where none is asked for. */
  readonly report?: string | undefined;
  /** Told of results. */
  readonly out: (text: string) => void;
  /** Told of progress, notes and failures. */
  readonly err: (text: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Fits what is asked for, prints the tables and writes the files.
 *
 * @returns the exit code: 0, 1 where a file is not in its place, or 130 where the fit was interrupted; what it had is written then
 * @throws {UsageError} when the file cannot be fitted as it was asked for, or nothing could be written, before anything runs.
 */
export async function fitCommand(request: FitRequest, places: FitPlaces): Promise<number> {
  const { output, report, out, err, signal } = places;
  const where = "smooth-edges fit";
  checkPlace(where, "--output", output, MODEL_MARK);
  if (report !== undefined) {
    if (resolve(report) === resolve(output)) throw placeTwice(where, report);
    checkReportPlace(where, report);
  }
  const plan = fitPlan(request);
  for (const sentence of planInWords(plan)) err(`${sentence}.\n`);
  const interrupted = new SharedArrayBuffer(4);
  const done = await inThread({ plan, interrupted, hasReport: report !== undefined }, err, signal);
  if (done.kind === "refused") {
    if (done.isInterrupted) {
      err(`${done.text}\n`);
      return 130;
    }
    throw new UsageError(done.text);
  }
  out(`${done.text}\n`);
  // A table of many lines may have moved this remark out of sight.
  if (plan.doubt !== null) err(`Note: ${plan.doubt}.\n`);
  const results =
    report === undefined ? { [output]: done.model } : { [output]: done.model, [report]: done.report };
  const written = Object.entries(results).filter(
    ([path, text]) => text !== undefined && writeResult(path, text, err),
  );
  const said = [
    ...(done.isInterrupted ? ["Interrupted; what was fitted before is written."] : []),
    ...(written.length > 0 ? [`Wrote ${written.map(([path]) => path).join(" and ")}.`] : []),
  ];
  if (said.length > 0) err(`${said.join(" ")}\n`);
  return done.isInterrupted ? 130 : written.length === Object.keys(results).length ? 0 : 1;
}

type Ending = Exclude<FitMessage, { readonly kind: "progress" | "warning" }>;

/** Runs the work in a thread of its own: a signal is heard here while it computes there. */
function inThread(job: FitJob, err: (text: string) => void, signal: AbortSignal): Promise<Ending> {
  const show = progressBar({ delay: PROGRESS_DELAY });
  const worker = new Worker(join(__dirname, "fit-thread.js"), { workerData: job });
  const stop = (): void => void Atomics.store(new Int32Array(job.interrupted), 0, 1);
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop);
  return new Promise((resolve, reject) => {
    worker.on("message", (message: FitMessage) => {
      // The message goes on with what a numerical analyst asks for.
      if (message.kind === "progress")
        show({ ...message.event, message: message.event.message.split(",")[0] });
      else if (message.kind === "warning") err(`Note: ${message.text}\n`);
      else resolve(message);
    });
    worker.on("error", reject);
    worker.on("exit", (code) => reject(new Error(`the thread of the fit ended with code ${code}`)));
  });
}
