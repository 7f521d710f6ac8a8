/** The report of a model as a page of HTML ({@link modelReport}), which `smooth-edges fit` and `explain` write. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CrossValidation, Diagnosis, Evaluation, Table } from "smooth-edges";
import type { PipelineFit, PipelineValidation } from "smooth-edges/frame";
import { type FitPlan, planInWords } from "./fit-plan";
import { planCode } from "./plan-code";
import type { AnyFit } from "./run-plan";

/** The parts of a report: what was fitted, or what a file has of it. */
export interface ReportedModel {
  readonly fit: PipelineFit<AnyFit>;
  readonly validation: PipelineValidation<CrossValidation<AnyFit>> | undefined;
  /** A table in place of the predictions, of which no charts can be drawn. */
  readonly evaluation: Evaluation | Table | undefined;
  readonly diagnosis: Diagnosis | Table;
}

/** The page of a model: one file with charts, for a browser. @throws InputError where npm was told to leave out what draws charts. */
export async function modelReport(plan: FitPlan, model: ReportedModel): Promise<string> {
  // Charts are loaded where they are asked for.
  const { report } = await import("smooth-edges/plot");
  const { fit, validation, evaluation, diagnosis } = model;
  const made = report(fit, {
    provenance: provenanceOf(plan),
    description: planInWords(plan).map((sentence) => `${sentence}.`),
    params: plan.options,
    ...(validation && { crossValidation: validation }),
    ...(evaluation && { evaluation, evaluatedOn: validation === undefined ? "fit" : "folds" }),
    diagnosis,
    code: planCode(plan),
  });
  return made.toHTML();
}

/** The day on which the report is made, the version of the package, and the seed that drew the folds. */
function provenanceOf({ validation }: FitPlan): string {
  const { version } = JSON.parse(readFileSync(join(__dirname, "../../../package.json"), "utf8")) as {
    readonly version: string;
  };
  const hasSeed = validation !== null && validation.timeOrdered !== true && validation.foldId === undefined;
  const day = new Date().toISOString().slice(0, 10);
  return [day, `smooth-edges ${version}`, ...(hasSeed ? [`seed ${validation.seed ?? 1}`] : [])].join(" · ");
}

/** The page of a report begins with this text, by which the commands know their own files. */
export const REPORT_MARK = '<meta name="generator" content="smooth-edges report">';
