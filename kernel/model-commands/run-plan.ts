/** Carries out the plan of a fit ({@link runPlan}): reads the file, fits, and judges what was fitted. */
import * as library from "smooth-edges";
import {
  type CrossValidation,
  type CrossValidationOptions,
  type Diagnosis,
  diagnose,
  type Evaluation,
  evaluate,
  type MultiResponseFit,
  type RunOptions,
  type SparseLinearFit,
} from "smooth-edges";
import { type FileColumns, readCsv } from "smooth-edges/data";
import { type FrameData, type PipelineFit, type PipelineValidation, pipeline } from "smooth-edges/frame";
import { interruptedEarly } from "../data-errors";
import { type FitPlan, offsetColumn } from "./fit-plan";

/** A fit of one response, or one a class. */
export type AnyFit = SparseLinearFit | MultiResponseFit;

type Estimator = InstanceType<typeof library.SmoothLasso>;

/** The fit and its cross-validation. */
export interface FittedPlan {
  /** The model. */
  readonly fit: PipelineFit<AnyFit>;
  /** Undefined where `lambda` was given. */
  readonly validation: PipelineValidation<CrossValidation<AnyFit>> | undefined;
  /** How well rows are predicted that were held out, or without a cross-validation the rows of the fit; undefined where it was interrupted. */
  readonly evaluation: Evaluation | undefined;
  readonly diagnosis: Diagnosis;
  readonly isInterrupted: boolean;
}

/** An estimator class of the library by its name. */
function estimatorClass(name: string): new (options: object) => Estimator {
  return (library as unknown as Record<string, new (options: object) => Estimator>)[name];
}

/** The names of the estimators of one response, those of `smooth-edges` that need no parts of the library to be made. */
export const ESTIMATORS: readonly string[] = Object.entries(library)
  .filter(([, value]) => typeof Object(Object(value).prototype).crossValidate === "function")
  .map(([name]) => name)
  // Several responses, and a penalty that is a part of the library.
  .filter((name) => name !== "MultiTaskLasso" && name !== "SparseLinearModel")
  .sort();

/**
 * Fits a plan.
 *
 * @param run told of the progress, and asked whether to end early.
 * @throws InputError of the library, and {@link UsageError} when it was interrupted before anything could be chosen.
 */
export function runPlan(plan: FitPlan, run: Pick<RunOptions, "onProgress" | "signal">): FittedPlan {
  const frame = frameOf(plan);
  const model = pipeline(plan.columns, (data: FrameData) => estimatorOf(plan, data));
  // With missing values left out, fewer rows are read.
  const read = plan.columns.missing === "drop" ? model.read(frame).data.rows : undefined;
  const ofRows = <T>(values: readonly T[]): T[] => (read ? Array.from(read, (i) => values[i]) : [...values]);
  const samples = sampleOptions(plan, frame, ofRows);
  if (plan.validation === null) {
    const fit = model.fit(frame, { ...run, ...samples }) as PipelineFit<AnyFit>;
    const isInterrupted = fit.fit.status === "interrupted";
    return {
      fit,
      validation: undefined,
      evaluation: evaluate(fit, frame, samples),
      diagnosis: diagnose(fit),
      isInterrupted,
    };
  }
  const validation = model.crossValidate(frame, {
    ...plan.validation,
    ...(plan.subject !== null && { sampleGroups: ofRows(frame[plan.subject] as string[]) }),
    ...samples,
    keep: true,
    ...run,
  } as CrossValidationOptions) as PipelineValidation<CrossValidation<AnyFit>>;
  const { cv } = validation;
  if (cv.folds.length === 0) throw interruptedEarly();
  const fit = validation[plan.choose];
  const isInterrupted = cv.status === "interrupted";
  const linearPredictor = isInterrupted ? undefined : heldOutPredictor(cv, fit.fit, plan.choose);
  return {
    fit,
    validation,
    evaluation: linearPredictor && evaluate(fit, frame, { ...samples, linearPredictor }),
    diagnosis: diagnose(fit),
    isInterrupted,
  };
}

/** The weights and the offset of the rows that are read. */
function sampleOptions(
  { sampleWeight, offset }: FitPlan,
  frame: FileColumns,
  ofRows: <T>(values: readonly T[]) => T[],
): Pick<RunOptions, "sampleWeight" | "offset"> {
  return {
    ...(sampleWeight !== null && { sampleWeight: ofRows(frame[sampleWeight] as number[]) }),
    ...(offset !== null && { offset: ofRows(offsetValues(offset, frame)) }),
  };
}

/** The numbers of an offset. */
export function offsetValues(offset: string, columns: FileColumns): number[] {
  const { name, isLog } = offsetColumn(offset, Object.keys(columns));
  return columns[name].map((value) => (isLog ? Math.log(Number(value)) : Number(value)));
}

/** How well rows are predicted, and in which rows; undefined where that is not known. */
export function evaluationTable({ evaluation, validation }: FittedPlan): library.Table | undefined {
  if (evaluation === undefined) return undefined;
  const { columns, rows, notes } = evaluation.summary();
  const title =
    validation === undefined
      ? `The fit's predictions of the ${evaluation.nSamples} rows that it was fitted to`
      : `Predictions of ${evaluation.nSamples} rows, each by a fit that has not seen it`;
  return new library.Table({ title, columns, rows, notes });
}

/** The columns of the file by name, in the rows that have a response. */
function frameOf({ data, reading, responses, nWithout }: FitPlan): FileColumns {
  const { "": _unnamed, ...columns } = readCsv(data, reading);
  if (nWithout === 0) return columns;
  const isComplete = (i: number): boolean => responses.every((name) => columns[name][i] !== null);
  return Object.fromEntries(
    Object.entries(columns).map(([name, values]) => [name, values.filter((_, i) => isComplete(i))]),
  );
}

function estimatorOf(
  { estimator, loss, options, groups, penaltyFactors }: FitPlan,
  { groupNames }: FrameData,
): Estimator {
  const Class = estimatorClass(estimator);
  const lossOf = (name: string): unknown =>
    (library as unknown as Record<string, (options?: object) => unknown>)[name](
      name === "negativeBinomial" ? { theta: "estimate" } : undefined,
    );
  return new Class({
    ...(groups && { groups: groupNames }),
    ...(Object.keys(penaltyFactors).length > 0 && {
      penaltyFactors: groupNames.map((name) => penaltyFactors[name] ?? 1),
    }),
    ...(loss !== null && loss !== "squaredError" && { datafit: lossOf(loss) }),
    ...options,
  });
}

/** The linear predictors of the rows by fits that have not seen them, at the lambda of the fit that was chosen; undefined where a row was never held out. */
function heldOutPredictor(
  cv: CrossValidation<AnyFit>,
  { lambda }: AnyFit,
  choose: FitPlan["choose"],
): ArrayLike<number> | readonly ArrayLike<number>[] | undefined {
  const params = JSON.stringify(choose === "best" ? cv.params : cv.params1se);
  const member = cv.members.find((each) => JSON.stringify(each.params) === params) ?? cv;
  const predictors = member.outOfFold?.[member.lambdas.indexOf(lambda)];
  if (predictors === undefined) return undefined;
  const isKnown = (entry: number | ArrayLike<number>): boolean =>
    !Number.isNaN(typeof entry === "number" ? entry : entry[0]);
  return Array.from(predictors as ArrayLike<number>).every(isKnown) ? predictors : undefined;
}
