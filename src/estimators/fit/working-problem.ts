import type { Datafit } from "../../datafits";
import { columnOf } from "../../design/design-matrix";
import { stackResponses } from "../../design/stacked-responses";
import { mean } from "../../linalg/vector";
import { isSeparable } from "../../penalties";
import { offsetDatafit } from "../../problem/offset-datafit";
import { profileAt, type SparseProblem } from "../../problem/problem";
import { UnpenalizedColumns } from "../../problem/unpenalized-columns";
import type { PenaltySpec } from "../named/penalty-spec";
import { checkColumns, checkResponses } from "../options/check-scales";
import { clampTo, withBounds } from "../options/coefficient-bounds";
import { CoefficientDivisors } from "../options/coefficient-divisors";
import { type ColumnRoles, columnRoles } from "../options/column-roles";
import type { CheckedOptions } from "../options/model-options";
import { forEachCoefficient } from "../options/penalty-factors";
import { notesOnClasses } from "../options/read-target";
import type { SampleColumns } from "../options/sample-options";
import { FreeResponses } from "./free-responses";
import { keepIdentifiablePart } from "./identifiable-part";
import type { ModelData } from "./model-data";
import { fitNullModel, type NullModel } from "./null-model";
import { scaledColumns } from "./working-columns";

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
export interface WorkingProblem extends NullModel {
  readonly problem: SparseProblem;
  /** What the penalized columns of one response are called. */
  readonly columnNames: readonly string[];
  /** The data, a dense design seen from the working columns, which may lie where it was. */
  readonly data: ModelData;
  /** What the penalty multiplies each coefficient of the features by: the deviation of its column, or 1. */
  readonly scales: Float64Array;
  /** Sentences about the data that a reader of the fit should know. */
  readonly notes: readonly string[];
  /** What a coefficient is called: its feature, in quotes, and of several responses which of them it belongs to. */
  nameOf(coefficient: number): string;
  /** Coefficients on the original scale, a vector and an intercept a response. */
  toOriginal(beta: Float64Array, psi: Float64Array): { coefs: Float64Array[]; intercepts: Float64Array };
  /** Penalized coefficients on the working scale, from those of each response. */
  toWorking(coefs: readonly Float64Array[]): Float64Array;
}

/** @throws InputError when the data or the penalty factors are outside their domain. */
export function workingProblem(
  where: string,
  data: ModelData,
  family: PenaltySpec,
  options: CheckedOptions,
): WorkingProblem {
  const { design, target, samples, responseNames } = data;
  const { penalty: unbounded, bounds, factors, notes: known = [] } = family;
  const { nSamples, nFeatures, featureNames } = design;
  const { fitIntercept, datafit: loss } = options;
  const { nResponses } = loss;
  const { weights, nCounted } = samples;
  const observed = observedLoss(target, samples, loss);
  observed.datafit.checkTarget(where, target);
  const roles = columnRoles(where, design, factors, weights, options);
  const { unpenalized, centers, scales } = roles;
  const freeDesign = design.standardizedColumns(
    Int32Array.from(unpenalized),
    Float64Array.from(unpenalized, (j) => centers[j]),
    Float64Array.from(unpenalized, (j) => scales[j]),
  );
  const freeColumns = unpenalized.map((_, k) => columnOf(freeDesign, k));
  const columns = family.columns
    ? { ...family.columns, table: design }
    : scaledColumns(data, roles, !family.interchangeable);
  const { places } = columns;
  const divisors = new CoefficientDivisors(family.multiples, places, nFeatures);
  const limits = (end: 0 | 1): Float64Array => {
    const own = columns.fromFeatures(Float64Array.from(bounds!, (bound) => bound[end]));
    return divisors.fromShared(forEachCoefficient(own, nResponses));
  };
  const penalty = bounds && isSeparable(unbounded) ? withBounds(unbounded, limits(0), limits(1)) : unbounded;
  const ownNotes = nCounted === 1 ? singleRowNotes(roles) : roles.notes;
  const notes = [...new Set([...notesOnClasses(data), ...known, ...ownNotes, ...columns.notes])];

  if (fitIntercept) freeColumns.unshift(new Float64Array(nSamples).fill(1));
  for (const column of freeColumns) keepIdentifiablePart(column, 1, weights);

  const freeResponses = new FreeResponses(nResponses, loss.shiftInvariant === true);
  const free = new UnpenalizedColumns(target.length, freeResponses.spread(freeColumns));
  const problem: SparseProblem = {
    design: divisors.divided(stackResponses(columns.design, nResponses)),
    free,
    ...observed,
    penalty,
  };
  const shift = loss.quadratic ? shiftTarget(problem) : new Float64Array(free.size);
  for (let k = 0; k < freeColumns.length; k++) {
    if (free.kept.includes(k)) continue;
    const j = unpenalized[fitIntercept ? k - 1 : k];
    notes.push(
      `unpenalized column ${JSON.stringify(featureNames[j])} depends on the others, so its coefficient is set to 0`,
    );
  }

  checkResponses(where, target, nSamples);
  const nameOfColumn = (k: number): string => `column ${JSON.stringify(featureNames[places[k]])}, as scaled`;
  checkColumns(where, nameOfColumn, problem.design, places.length);
  const nullModel = fitNullModel(where, problem, target);

  return {
    ...nullModel,
    problem,
    columnNames: columns.design.featureNames,
    data: {
      ...data,
      design: columns.table,
      ownsDesign: false,
      deviations: data.deviations ?? roles.deviations,
    },
    scales,
    obstacle:
      roles.penalized.length > 0
        ? nullModel.obstacle
        : nCounted === 1
          ? "X has a single row, in which no feature varies"
          : "no feature that varies is penalized",
    notes: [...notes, ...nullModel.notes],

    nameOf(coefficient) {
      const feature = JSON.stringify(featureNames[places[coefficient % places.length]]);
      const response = responseNames[Math.floor(coefficient / places.length)];
      return nResponses === 1 ? feature : `${feature} of ${JSON.stringify(response)}`;
    },

    toOriginal(beta, psi) {
      const total = psi.map((value, k) => value + shift[k]);
      const spread = free.coefficients(total, freeResponses.count(freeColumns.length));
      const first = fitIntercept ? 1 : 0;
      const intercepts = new Float64Array(nResponses);
      const shared = divisors.toShared(beta);
      const coefs: Float64Array[] = [];
      for (let r = 0; r < nResponses; r++) {
        const coef = new Float64Array(nFeatures);
        columns.toFeatures(shared.subarray(r * places.length, (r + 1) * places.length), coef);
        if (bounds) clampTo(bounds, coef);
        const own = freeResponses.coefficientsOf(r, spread, freeColumns.length);
        unpenalized.forEach((j, k) => {
          coef[j] = own[k + first] / scales[j];
        });
        intercepts[r] = fitIntercept ? own[0] : 0;
        if (fitIntercept) for (let j = 0; j < nFeatures; j++) intercepts[r] -= centers[j] * coef[j];
        coefs.push(coef);
      }
      const common = loss.shiftInvariant ? mean(intercepts) : 0; // no prediction sees it
      for (let r = 0; r < nResponses; r++) intercepts[r] -= common;
      return { coefs, intercepts };
    },

    toWorking(coefs) {
      const own = coefs.map((coef) => columns.fromFeatures(coef));
      if (nResponses === 1) return divisors.fromShared(own[0]);
      const beta = new Float64Array(places.length * nResponses);
      own.forEach((part, r) => {
        beta.set(part, r * places.length);
      });
      return divisors.fromShared(beta);
    },
  };
}

/** One sentence in place of one a column. */
function singleRowNotes({ notes }: ColumnRoles): string[] {
  return notes.length === 0
    ? []
    : ["columns of a single row are constant, so their coefficients are set to 0"];
}

/** The loss as the samples are observed: each with its weight, and with the known part of its predictor. */
function observedLoss(
  y: Float64Array,
  { weights, offset }: SampleColumns,
  given: Datafit,
): Pick<SparseProblem, "target" | "datafit"> {
  const datafit = weights ? given.weighted(weights) : given;
  if (offset === undefined) return { target: y.slice(), datafit };
  // A loss of y - eta may as well take the offset off y.
  if (given.quadratic) return { target: y.map((entry, i) => entry - offset[i]), datafit };
  return { target: y.slice(), datafit: offsetDatafit(datafit, offset) };
}

/**
 * Takes off the target what the unpenalized part explains, a mean say: a quadratic datafit sees `y - eta` only, and the
 * residuals keep all their digits so.
 *
 * @returns the coefficients of what was taken off.
 */
function shiftTarget(problem: SparseProblem): Float64Array {
  const { design, free, target, datafit } = problem;
  const shift = free.projectOut(target);
  if (datafit.quadratic) return shift;
  // With weights the projection is another one; what it differs by is as small as the residuals.
  const { psi } = profileAt(problem, new Float64Array(design.nFeatures), new Float64Array(free.size));
  free.addTo(
    target,
    psi.map((entry) => -entry),
  );
  return shift.map((entry, k) => entry + psi[k]);
}
