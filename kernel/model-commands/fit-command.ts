/** `smooth-edges fit`: fits a sparse model to a CSV file and writes it ({@link fitCommand}). */
import { accessSync, constants, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Worker } from "node:worker_threads";
import { progressBar } from "smooth-edges";
import { checkReplaceable, writeFileAtomically, writeInTemporaryFolder } from "../../src/file-writing";
import { placeNotWritable } from "../data-errors";
import { resultElsewhere, UsageError } from "../errors";
import { type FitRequest, fitPlan, planInWords } from "./fit-plan";
import type { FitJob, FitMessage } from "./fit-thread";
import { checkIsOurs, MODEL_MARK } from "./model-file";

/** Milliseconds that a fit must take before its progress is shown. */
const PROGRESS_DELAY = 500;

/** Where results go, and how the command is stopped. */
export interface FitPlaces {
  /** The file of the model. */
  readonly output: string;
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
  const { output, out, err, signal } = places;
  const where = "smooth-edges fit";
  checkPlace(where, "--output", output, MODEL_MARK);
  const plan = fitPlan(request);
  for (const sentence of planInWords(plan)) err(`${sentence}.\n`);
  const interrupted = new SharedArrayBuffer(4);
  const done = await inThread({ plan, interrupted }, err, signal);
  if (done.kind === "refused") {
    if (done.isInterrupted) {
      err(`${done.text}\n`);
      return 130;
    }
    throw new UsageError(done.text);
  }
  out(`${done.text}\n`);
  const isWritten = writeSomewhere(output, done.model, err);
  err(`${done.isInterrupted ? "Interrupted; what was fitted before is written. " : ""}Wrote ${output}.\n`);
  return done.isInterrupted ? 130 : isWritten ? 0 : 1;
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
      if (message.kind === "progress") show(message.event);
      else if (message.kind === "warning") err(`Note: ${message.text}\n`);
      else resolve(message);
    });
    worker.on("error", reject);
    worker.on("exit", (code) => reject(new Error(`the thread of the fit ended with code ${code}`)));
  });
}

/** @throws {UsageError} where a file could not be written, or something else is there, before an hour's work is lost. */
function checkPlace(where: string, option: string, path: string, mark: string): void {
  checkIsOurs(where, option, path, mark);
  try {
    accessSync(dirname(path), constants.W_OK | constants.X_OK);
    checkReplaceable(path);
  } catch (error) {
    throw placeNotWritable(where, option, path, (error as NodeJS.ErrnoException).code ?? String(error));
  }
}

/** Writes a file to its place or, where that fails, to a folder for temporary files. @returns whether it is in its place. */
function writeSomewhere(path: string, text: string, err: (text: string) => void): boolean {
  try {
    writeFileAtomically(path, text);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    let kept: string | undefined;
    try {
      kept = writeInTemporaryFolder("smooth-edges-result-", (folder) => {
        const place = join(folder, basename(path));
        writeFileSync(place, text, { flush: true });
        return place;
      });
    } catch {
      // The message says that it is lost.
    }
    err(`${resultElsewhere(path, code, kept)}\n`);
    return false;
  }
}
