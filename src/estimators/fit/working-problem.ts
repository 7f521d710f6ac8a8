/**
 * Makes the problem that the solvers minimise from data, a penalty and options ({@link workingProblem}), and takes
 * their solution back to the scale of `X`.
 */
import type { Datafit } from "../../datafits";
import type { DesignMatrix } from "../../design/design-matrix";
import { columnOf } from "../../design/design-matrix";
import { stackResponses } from "../../design/stacked-responses";
import { formatNumber } from "../../display/formatting";
import { mustBe } from "../../errors";
import { maxAbs, mean, sum } from "../../linalg/vector";
import { isSeparable } from "../../penalties";
import { offsetDatafit } from "../../problem/offset-datafit";
import { profileAt, type SparseProblem } from "../../problem/problem";
import { UnpenalizedColumns } from "../../problem/unpenalized-columns";
import { distinctNotes, type Note } from "../notes";
import { clampTo, forEachCoefficient, withBounds } from "../options/coefficient-options";
import type { ModelData, SampleColumns } from "../options/model-data";
import { countedLoss, notesOnClasses } from "../options/model-data";
import type { CheckedOptions } from "../options/model-options";
import { keepIdentifiablePart } from "./identifiability";
import { fitNullModel, type NullModel } from "./null-model";
import type { PenaltySpec } from "./penalty-spec";
import { CoefficientDivisors, type ColumnRoles, columnRoles, scaledColumns } from "./working-columns";

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
  /** Names of the penalized columns of one response. */
  readonly columnNames: readonly string[];
  /** The data, a dense design seen from the working columns, which may lie where it was. */
  readonly data: ModelData;
  /** Numbers that the penalty multiplies the coefficients of the features by: the deviations of their columns, or 1. */
  readonly scales: Float64Array;
  /** Notes on the data that a reader of the fit should see. */
  readonly notes: readonly Note[];
  /** Names a coefficient by its feature, in quotes, and with several responses also by its response. */
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
  penaltySpec: PenaltySpec,
  options: CheckedOptions,
): WorkingProblem {
  const { design, target, samples, responseNames } = data;
  const { penalty: unbounded, bounds, factors, notes: known = [] } = penaltySpec;
  const { nSamples, nFeatures, featureNames } = design;
  const { fitIntercept, datafit: loss } = options;
  const { nResponses } = loss;
  const { weights, nCounted } = samples;
  const observed = observedLoss(target, samples, loss);
  observed.datafit.checkTarget(where, target);
  const roles = columnRoles(where, design, factors, weights, options);
  checkResponses(where, target, nSamples);
  checkCoefficients(where, design, roles, options.standardize !== false, sizeOfPredictor(loss, target));
  const { unpenalized, centers, scales } = roles;
  const freeDesign = design.standardizedColumns(
    Int32Array.from(unpenalized),
    Float64Array.from(unpenalized, (j) => centers[j]),
    Float64Array.from(unpenalized, (j) => scales[j]),
  );
  const freeColumns = unpenalized.map((_, k) => columnOf(freeDesign, k));
  const columns = penaltySpec.columns
    ? { ...penaltySpec.columns, table: design }
    : scaledColumns(data, roles, !penaltySpec.interchangeable);
  const { places } = columns;
  const divisors = new CoefficientDivisors(penaltySpec.multiples, places, nFeatures);
  const limits = (end: 0 | 1): Float64Array => {
    const own = columns.fromFeatures(Float64Array.from(bounds!, (bound) => bound[end]));
    return divisors.fromShared(forEachCoefficient(own, nResponses));
  };
  const penalty = bounds && isSeparable(unbounded) ? withBounds(unbounded, limits(0), limits(1)) : unbounded;
  const ownNotes = nCounted === 1 ? singleRowNotes(roles) : roles.notes;
  const notes = distinctNotes([...notesOnClasses(data), ...known, ...ownNotes, ...columns.notes]);

  if (fitIntercept) freeColumns.unshift(new Float64Array(nSamples).fill(1));
  for (const column of freeColumns) keepIdentifiablePart(column, 1, weights);

  const freeResponses = new FreeResponses(nResponses, loss.shiftInvariant === true);
  const free = new UnpenalizedColumns(target.length, freeResponses.spread(freeColumns));
  const stacked = nResponses === 1 ? columns.design : stackResponses(columns.design, nResponses);
  const problem: SparseProblem = {
    design: divisors.divided(stacked),
    free,
    ...observed,
    penalty,
  };
  const programs = penaltySpec.linearPrograms?.();
  if (loss.terms && !programs) {
    throw mustBe(where, "datafit", "smooth", loss.name, "take QuantileLasso");
  }
  const shift = shiftTarget(problem, loss);
  for (let k = 0; k < freeColumns.length; k++) {
    if (free.kept.includes(k)) continue;
    const j = unpenalized[fitIntercept ? k - 1 : k];
    notes.push({ code: "dependent-unpenalized-column", column: featureNames[j] });
  }

  const nameOfColumn = (k: number): string => `column ${JSON.stringify(featureNames[places[k]])}, as scaled`;
  checkColumns(where, nameOfColumn, problem.design, places.length);
  const nullModel = programs ? programs.nullModel(problem, target) : fitNullModel(where, problem, target);

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
          ? "single-row"
          : "no-penalized-feature-varies",
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

/** Returns one note in place of one a column. */
function singleRowNotes({ notes }: ColumnRoles): Note[] {
  return notes.length === 0 ? [] : [{ code: "single-row" }];
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

/**
 * Takes off the target what the unpenalized part explains, a mean say, where the datafit sees `y - eta` only: residuals keep
 * all their digits so, and the way to a fit does not depend on the origin of the response.
 *
 * @param loss the datafit without its weights.
 * @returns the coefficients of what was taken off.
 */
function shiftTarget(problem: SparseProblem, loss: Datafit): Float64Array {
  const { free, target, datafit } = problem;
  if (!loss.dependsOnResidual || free.size === 0) return new Float64Array(free.size);
  if (loss.quadratic) {
    const shift = free.projectOut(target);
    // With weights the projection is another one; what it differs by is as small as the residuals.
    return datafit.quadratic ? shift : subtractNullModel(problem, shift, new Float64Array(free.size));
  }
  const levels = subtractLevels(problem);
  if (loss.terms) return levels;
  const projected = target.slice();
  const projection = free.projectOut(projected);
  const zeros = new Float64Array(target.length);
  const lossOf = (y: Float64Array): number => datafit.valueAndGradient(y, zeros, zeros.slice());
  // Outliers that the loss hardly sees may draw a projection far away.
  const start = lossOf(projected) < lossOf(target) ? projection : new Float64Array(free.size);
  return subtractNullModel(problem, levels, start);
}

/** Takes the model without penalized columns off the target; returns its coefficients added to those of `before`. */
function subtractNullModel(problem: SparseProblem, before: Float64Array, start: Float64Array): Float64Array {
  const { design, free, target } = problem;
  const { psi } = profileAt(problem, new Float64Array(design.nFeatures), start);
  free.addTo(
    target,
    psi.map((entry) => -entry),
  );
  return before.map((entry, k) => entry + psi[k]);
}

/**
 * Takes off each response the value of it at which the loss of a constant predictor begins to rise: a median, or a quantile.
 * A difference to one of the values themselves is exact where they are close.
 *
 * @returns the coefficients of these constants; zeros where the unpenalized part has no intercept.
 */
function subtractLevels({ free, target, datafit }: SparseProblem): Float64Array {
  const nSamples = target.length / datafit.nResponses;
  const total = new Float64Array(free.size);
  for (let from = 0; from < target.length; from += nSamples) {
    const to = from + nSamples;
    const unexplained = new Float64Array(target.length).fill(1, from, to);
    const constant = free.projectOut(unexplained);
    if (maxAbs(unexplained) > 1e-12) continue;
    const eta = new Float64Array(target.length);
    const gradient = new Float64Array(target.length);
    const rises = (value: number): boolean => {
      eta.fill(value, from, to);
      datafit.valueAndGradient(target, eta, gradient);
      return sum(gradient.subarray(from, to)) >= 0;
    };
    const values = target.slice(from, to).sort();
    let [first, last] = [0, nSamples - 1];
    while (first < last) {
      const middle = (first + last) >> 1;
      if (rises(values[middle])) last = middle;
      else first = middle + 1;
    }
    const level = values[first];
    for (let i = from; i < to; i++) target[i] -= level;
    for (let k = 0; k < total.length; k++) total[k] += level * constant[k];
  }
  return total;
}

/** @throws InputError where the deviations of a response are so large or small that squares of them overflow or vanish. */
function checkResponses(where: string, target: Float64Array, nSamples: number): void {
  for (let from = 0; from < target.length; from += nSamples) {
    checkScale(where, () => "y", largestDistance(target.subarray(from, from + nSamples)));
  }
}

/**
 * Does the same with columns, in a function of its own: a loop within a long one has V8 compile all of that anew.
 *
 * @param what names a column.
 * @param count how many of them, from the first on.
 */
function checkColumns(where: string, what: (k: number) => string, design: DesignMatrix, count: number): void {
  for (let k = 0; k < count; k++) checkScale(where, what, design.largestEntry(k), k);
}

/** Largest ratio of a predictor and a column: it leaves sixteen digits for coefficients of columns that nearly cancel. */
const largestCoefficient = 1e292;

/** @throws InputError where a column is so small that its coefficient would overflow. */
function checkCoefficients(
  where: string,
  design: DesignMatrix,
  { penalized, unpenalized, scales }: ColumnRoles,
  standardize: boolean,
  predictor: number,
): void {
  const smallest = predictor / largestCoefficient;
  for (const j of [...penalized, ...unpenalized]) {
    const size = standardize ? scales[j] : design.largestEntry(j);
    if (size >= smallest || size === 0) continue;
    const rule = `of a size above ${formatNumber(smallest, 3)}, or its coefficient is beyond 64-bit floats`;
    throw mustBe(where, `column ${JSON.stringify(design.featureNames[j])}`, rule, size, "rescale it");
  }
}

/** The size of linear predictors: that of the response, or about 1 where they are logarithms. */
function sizeOfPredictor({ response }: Datafit, target: Float64Array): number {
  return response === "numbers" ? Math.max(1, largestDistance(target)) : 1;
}

/** Every number after squares that overflow or vanish would be wrong. */
function checkScale(where: string, what: (k: number) => string, largest: number, k = 0): void {
  if (largest === 0 || (largest > 1e-140 && largest < 1e140)) return;
  throw mustBe(where, what(k), "of a size between 1e-140 and 1e140", largest, "rescale it");
}

/** `max |a_i - a_0|` */
function largestDistance(a: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - a[0]));
  return largest;
}

/**
 * How unpenalized columns enter the predictors of several responses.
 *
 * Each response has coefficients of its own for them. Where a loss sees differences between responses only, a
 * coefficient shared by all would change nothing, so that the matrix of Newton's method would be singular: there the
 * coefficients of a column sum to zero over responses.
 */
export class FreeResponses {
  readonly nResponses: number;
  /** Orthonormal vectors of one entry a response, whose span the coefficients of a column lie in. */
  readonly #directions: readonly Float64Array[];

  constructor(nResponses: number, shiftInvariant: boolean) {
    this.nResponses = nResponses;
    this.#directions = shiftInvariant ? contrasts(nResponses) : unitVectors(nResponses);
  }

  /** The columns as they stand for all responses, one response after the other: for each direction, all of them. */
  spread(columns: readonly Float64Array[]): Float64Array[] {
    return this.#directions.flatMap((direction) =>
      columns.map((column) => {
        const long = new Float64Array(this.nResponses * column.length);
        direction.forEach((share, r) => {
          if (share !== 0) {
            long.set(
              column.map((entry) => share * entry),
              r * column.length,
            );
          }
        });
        return long;
      }),
    );
  }

  /** Number of columns that {@link spread} makes of `nColumns`. */
  count(nColumns: number): number {
    return this.#directions.length * nColumns;
  }

  /** The coefficients of the columns in response `r`, from those of what they were spread to. */
  coefficientsOf(r: number, spread: Float64Array, nColumns: number): Float64Array {
    const own = new Float64Array(nColumns);
    this.#directions.forEach((direction, d) => {
      for (let k = 0; k < nColumns; k++) own[k] += direction[r] * spread[d * nColumns + k];
    });
    return own;
  }
}

function unitVectors(size: number): Float64Array[] {
  return Array.from({ length: size }, (_, r) =>
    Float64Array.from({ length: size }, (_, s) => Number(r === s)),
  );
}

/** Helmert's orthonormal basis of the vectors that sum to zero. */
function contrasts(size: number): Float64Array[] {
  return Array.from({ length: size - 1 }, (_, d) => {
    const scale = 1 / Math.sqrt((d + 1) * (d + 2));
    return Float64Array.from({ length: size }, (_, r) =>
      r <= d ? scale : r === d + 1 ? -(d + 1) * scale : 0,
    );
  });
}
