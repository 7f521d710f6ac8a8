/** Reads data once for methods that fit an estimator many times. */
import type { RiskSetColumns } from "../datafits";
import type { CscMatrix, DesignInput, RowMajorMatrix, TargetInput } from "../design/design-input";
import type { DesignMatrix } from "../design/design-matrix";
import { columnMoments, columnOf } from "../design/design-matrix";
import { SparseDesign } from "../design/sparse-design";
import type { AnyEstimator, ModelOptions, SampleOptions } from "../estimators";
import {
  factorsInGroups,
  type GroupOptions,
  groupChoice,
  partitionOf,
} from "../estimators/named/group-options";
import { featureFactors } from "../estimators/options/coefficient-options";
import { classNumbers, type ModelData, readData } from "../estimators/options/model-data";
import { responseRows } from "../estimators/results/fitted-model";
import { checkMethods } from "../options";

/** Data read once, to be fitted many times. */
export interface SelectionData {
  readonly design: DesignMatrix;
  /** The design as a table that estimators read fast. */
  readonly X: RowMajorMatrix | CscMatrix;
  /** The response as numbers: 0 and 1 for two classes, signed times for survival, several responses one after the other. */
  readonly target: Float64Array;
  /** The response in a form that estimators read. */
  readonly y: TargetInput;
  /** One a row, of mean one. */
  readonly weights: Float64Array;
  /** Times of entry and strata, as of {@link ModelData}. */
  readonly riskSets: RiskSetColumns | undefined;
  readonly offset: Float64Array | readonly Float64Array[] | undefined;
  /**
   * Features that the estimator may or may not select, ascending: neither free nor excluded nor, among the rows that
   * count, constant.
   */
  readonly candidates: Int32Array;
  /** Standard deviation of each column, with the weights. */
  readonly deviations: Float64Array;
}

/**
 * @param estimator its options say which features are free or excluded.
 * @throws InputError when the data are not n finite rows and n responses, or do not fit the options.
 */
export function readSelectionData(
  where: string,
  X: DesignInput,
  y: TargetInput,
  { datafit, params }: Pick<AnyEstimator, "datafit" | "params">,
  options: SampleOptions,
): SelectionData {
  const data = readData(where, X, y, datafit, options);
  const { design, target, samples, responseNames } = data;
  const { weights, offset, riskSets } = samples;
  const asGiven = (long: Float64Array): Float64Array | Float64Array[] =>
    datafit.responses ? responseRows(long, responseNames.length) : long;
  const factors = factorsOf(where, params, design);
  const { deviations } = columnMoments(design, weights);
  return {
    design,
    X: tableOf(design),
    target,
    y: datafit.responses === "classes" ? labelsOf(data) : datafit.response === "times" ? y : asGiven(target),
    weights: weights ?? new Float64Array(design.nSamples).fill(1),
    riskSets,
    offset: offset && asGiven(offset),
    deviations,
    candidates: Int32Array.from(factors.keys()).filter(
      (j) => factors[j] > 0 && factors[j] < Infinity && deviations[j] > 0,
    ),
  };
}

/** @throws InputError unless `estimator` is one. */
export function checkEstimator(where: string, estimator: unknown): void {
  checkMethods(where, "estimator", estimator, ["fit", "path"], "one such as new SmoothLasso()");
}

function labelsOf({ target, classes, design: { nSamples } }: ModelData): TargetInput {
  return Array.from(classNumbers(target, nSamples), (place) => classes![place - 1]) as TargetInput;
}

/** The penalty factor of each feature, for groups 1 unless its group is free or excluded. */
function factorsOf(
  where: string,
  params: Readonly<ModelOptions> & Partial<Pick<GroupOptions, "groups">>,
  design: DesignMatrix,
): Float64Array {
  if (params.groups === undefined) return featureFactors(where, params, design);
  const partition = partitionOf(where, groupChoice(where, params.groups), design);
  return factorsInGroups(where, params, partition, design).factors;
}

/** A design as estimators take it, sparse if it is. */
function tableOf(design: DesignMatrix): RowMajorMatrix | CscMatrix {
  const { nSamples, nFeatures, featureNames } = design;
  if (design instanceof SparseDesign) {
    const { values: data, rows: indices, starts: indptr } = design.stored;
    return { format: "csc", data, indices, indptr, nSamples, nFeatures, featureNames };
  }
  const data = new Float64Array(nSamples * nFeatures);
  for (let j = 0; j < nFeatures; j++) {
    const column = columnOf(design, j);
    for (let i = 0; i < nSamples; i++) data[i * nFeatures + j] = column[i];
  }
  return { data, nSamples, nFeatures, featureNames };
}
