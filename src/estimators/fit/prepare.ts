/** The first step of a fit, from a model and its data to a {@link PreparedProblem}, which any lambda is solved on. */

import { isWeight } from "../options/coefficient-options";
import { checkClassesCount, lossFor, type ModelData } from "../options/model-data";
import type { CheckedOptions } from "../options/model-options";
import type { PenaltySpec, PenaltySpecOf, SolverChoice } from "./penalty-spec";
import { nullModelSolver, solverFor } from "./solver-choice";
import { type WorkingProblem, workingProblem } from "./working-problem";

/** A model and its data, standardized once, with the solvers that suit them. */
export interface PreparedProblem {
  /** With the loss as the data have it. */
  readonly options: CheckedOptions;
  readonly data: ModelData;
  readonly penaltySpec: PenaltySpec;
  readonly working: WorkingProblem;
  readonly solvers: SolverChoice;
}

/** @throws InputError when the data are outside the domain of the datafit, or do not fit the options. */
export function prepare(
  where: string,
  specOf: PenaltySpecOf,
  given: CheckedOptions,
  data: ModelData,
  signal?: { readonly aborted: boolean },
): PreparedProblem {
  const options = { ...given, datafit: lossFor(given.datafit, data) };
  checkClassesCount(where, data, data.samples.weights);
  const penaltySpec = specOf(where, data, signal);
  const working = workingProblem(where, data, penaltySpec, options);
  const problem = { ...working.problem, design: fullDataSize(data, penaltySpec) };
  const choice = solverFor(where, penaltySpec, options, problem);
  const solvers = working.lambdaMax === 0 ? { solver: nullModelSolver } : choice;
  return { options, data: working.data, penaltySpec, working, solvers };
}

/**
 * The rows and penalized columns of the data that these are all or some of, so that folds are solved as the whole is,
 * be they smaller and some of their columns constant.
 */
function fullDataSize(
  { design, chosenFrom = design.nSamples, responseNames: { length: nResponses } }: ModelData,
  { factors }: PenaltySpec,
): { nSamples: number; nFeatures: number } {
  return { nSamples: chosenFrom * nResponses, nFeatures: factors.filter(isWeight).length * nResponses };
}
