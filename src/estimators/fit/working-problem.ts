/**
 * Makes the problem that the solvers minimise from data, a penalty and options ({@link workingProblem}), and takes
 * their solution back to the scale of `X`.
 */
import type { Datafit } from "../../datafits";
import { stackResponses } from "../../design/stacked-responses";
import { mustBe } from "../../errors";
import { isGroupwise, isSeparable, type Penalty } from "../../penalties";
import { offsetDatafit } from "../../problem/offset-datafit";
import type { SparseProblem } from "../../problem/problem";
import { distinctNotes, type Note, type PathObstacle } from "../notes";
import { forEachCoefficient, withBounds } from "../options/coefficient-options";
import { checkInducedPenalty } from "../options/induced-penalty";
import type { ModelData, SampleColumns } from "../options/model-data";
import { coefficientCount, countedLoss, notesOnClasses } from "../options/model-data";
import { type CheckedOptions, factorRemedy } from "../options/model-options";
import { type CoefficientScales, coefficientScales } from "./coefficient-scales";
import { FreePart } from "./free-part";
import { fitNullModel, type NullModel } from "./null-model";
import type { PenaltySpec } from "./penalty-spec";
import { shiftTarget } from "./response-shift";
import { checkCoefficients, checkColumns, checkResponses } from "./size-checks";
import {
  CoefficientDivisors,
  type ColumnRoles,
  columnRoles,
  type ScaledWorkingColumns,
  scaledColumns,
} from "./working-columns";

/**
 * The problem as the solvers see it: penalized columns centred and scaled so that every penalty weight is one.
 *
 * A penalized column is `(x_j - m_j) / (s_j w_j)` with mean `m_j` (0 without intercept), standard deviation `s_j` (1
 * unless standardized) and penalty factor `w_j`, since `lambda s_j w_j |beta_j|` is the penalty of its coefficient; or its
 * group is orthonormalised.
 * Features with factor 0 join the intercept in the unpenalized part; excluded and constant features drop out. Means and
 * deviations are weighted as the samples are, and `problem.datafit` is the loss with its weights and offset.
 *
 * Several responses share their columns, and each has coefficients of its own for all of them: one response after the
 * other, in predictors and coefficients.
 */
export interface WorkingProblem extends NullModel, CoefficientScales {
  readonly problem: SparseProblem;
  /** Names of the penalized columns of one response. */
  readonly columnNames: readonly string[];
  /** The data, a dense design seen from the working columns, which may lie where it was. */
  readonly data: ModelData;
  /** Numbers that the penalty multiplies the coefficients of the features by: the deviations of their columns, or 1. */
  readonly scales: Float64Array;
  /** Features without a penalty, ascending. */
  readonly unpenalized: readonly number[];
  /** Notes on the data that a reader of the fit should see. */
  readonly notes: readonly Note[];
  /** Names a coefficient by its feature, in quotes, and with several responses also by its response. */
  nameOf(coefficient: number): string;
}

/**
 * @throws InputError when the data or the penalty factors are outside their domain, or the caller's parametrization induces another
 * penalty.
 */
export function workingProblem(
  where: string,
  data: ModelData,
  penaltySpec: PenaltySpec,
  options: CheckedOptions,
): WorkingProblem {
  const { design, target, samples } = data;
  const { factors, bounds } = penaltySpec;
  const { fitIntercept, datafit: loss, parametrization } = options;
  if (parametrization) {
    const remedy = penaltySpec.isGiven ? undefined : factorRemedy;
    checkInducedPenalty(where, penaltySpec.penalty, parametrization, coefficientCount(data), remedy);
  }
  const { nResponses, shiftInvariant = false } = loss;
  const { weights } = samples;
  const observed = observedLoss(target, samples, loss);
  observed.datafit.checkTarget(where, target);
  const roles = columnRoles(where, design, factors, weights, options);
  checkResponses(where, target, design.nSamples);
  checkCoefficients(where, design, roles, options, target);
  const free = new FreePart(design, roles, weights, options);
  const columns: ScaledWorkingColumns = penaltySpec.columns
    ? { ...penaltySpec.columns, table: design }
    : scaledColumns(data, roles, !penaltySpec.interchangeable);
  const divisors = new CoefficientDivisors(penaltySpec.multiples, columns.places, design.nFeatures);
  const penalty = boundedPenalty(penaltySpec, columns, divisors, nResponses);
  const stacked = nResponses === 1 ? columns.design : stackResponses(columns.design, nResponses);
  const problem: SparseProblem = {
    design: divisors.divided(stacked),
    free: free.basis,
    ...observed,
    penalty,
  };
  const programs = penaltySpec.linearPrograms?.();
  if (loss.terms && !programs) {
    throw mustBe(where, "datafit", "smooth", loss.name, "take QuantileLasso");
  }
  const shift = shiftTarget(problem, loss);
  const featureOf = (k: number): string => JSON.stringify(design.featureNames[columns.places[k]]);
  checkColumns(where, (k) => `column ${featureOf(k)}, as scaled`, problem.design, columns.places.length);
  const nullModel = programs ? programs.nullModel(problem, target) : fitNullModel(where, problem, target);
  const { deviations = roles.deviations } = data;
  return {
    ...nullModel,
    problem,
    columnNames: columns.design.featureNames,
    data: { ...data, design: columns.table, ownsDesign: false, deviations },
    scales: roles.scales,
    unpenalized: roles.unpenalized,
    obstacle: obstacleOf(roles, data) ?? nullModel.obstacle,
    notes: [...notesOn(data, penaltySpec, roles, columns), ...free.notes, ...nullModel.notes],

    nameOf(coefficient) {
      const { length } = columns.places;
      const feature = featureOf(coefficient % length);
      const response = data.responseNames[Math.floor(coefficient / length)];
      return nResponses === 1 ? feature : `${feature} of ${JSON.stringify(response)}`;
    },

    ...coefficientScales({
      nResponses,
      columns,
      divisors,
      free,
      shift,
      centers: roles.centers,
      bounds,
      hasIntercept: fitIntercept,
      shiftInvariant,
    }),
  };
}

/** Returns the penalty with its bounds, if it has any, on the scale of the columns. */
function boundedPenalty(
  { penalty, bounds }: PenaltySpec,
  columns: ScaledWorkingColumns,
  divisors: CoefficientDivisors,
  nResponses: number,
): Penalty {
  if (bounds === undefined || !isSeparable(penalty)) return penalty;
  const limits = (end: 0 | 1): Float64Array => {
    const own = columns.fromFeatures(Float64Array.from(bounds, (bound) => bound[end]));
    return divisors.fromShared(forEachCoefficient(own, nResponses));
  };
  return withBounds(penalty, limits(0), limits(1));
}

/** Returns the notes on data and penalty that a reader of the fit should see, that on a single row in place of one a column. */
function notesOn(
  data: ModelData,
  penaltySpec: PenaltySpec,
  roles: ColumnRoles,
  columns: ScaledWorkingColumns,
): Note[] {
  const { notes = noteOnDomain(data, penaltySpec) } = penaltySpec;
  const isSingle = data.samples.nCounted === 1 && roles.notes.length > 0;
  const onColumns: readonly Note[] = isSingle ? [{ code: "single-row" }] : roles.notes;
  return distinctNotes([...notesOnClasses(data), ...notes, ...onColumns, ...columns.notes]);
}

/** Returns the note that features without penalty are not bound to the domain of the penalty. */
function noteOnDomain({ design }: ModelData, { penalty, factors }: PenaltySpec): readonly Note[] {
  const domain = isSeparable(penalty) || isGroupwise(penalty) ? penalty.domain : undefined;
  if (domain === undefined) return [];
  const isOutside = (j: number): boolean => factors[j] === 0 && domain(j).some(Number.isFinite);
  const unpenalized = design.featureNames.filter((_, j) => isOutside(j));
  return unpenalized.length > 0 ? [{ code: "bounded", unpenalized }] : [];
}

/** Returns why no feature can enter a path, where none is penalized that varies. */
function obstacleOf({ penalized }: ColumnRoles, { samples }: ModelData): PathObstacle | undefined {
  if (penalized.length > 0) return undefined;
  return samples.nCounted === 1 ? "single-row" : "no-penalized-feature-varies";
}

/** The loss as the samples are observed: each with its weight, and with the known part of its predictor. */
function observedLoss(
  y: Float64Array,
  samples: SampleColumns,
  given: Datafit,
): Pick<SparseProblem, "target" | "datafit"> {
  const { offset } = samples;
  const datafit = countedLoss(given, samples);
  if (offset === undefined) return { target: y.slice(), datafit };
  // A loss of y - eta may as well take the offset off y.
  if (given.dependsOnResidual) return { target: y.map((entry, i) => entry - offset[i]), datafit };
  return { target: y.slice(), datafit: offsetDatafit(datafit, offset) };
}
