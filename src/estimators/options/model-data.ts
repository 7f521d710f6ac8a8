import type { Datafit } from "../../datafits";
import { columnMoments } from "../../design/column-moments";
import type { DesignInput, MomentMatrix, TargetInput } from "../../design/design-input";
import type { TableDesign } from "../../design/design-matrix";
import { asDesignMatrix } from "../../design/sources/as-design-matrix";
import { registeredDesign } from "../../design/sparse-design";
import { rowCountMismatch } from "../../errors";
import { type ReadTarget, readTarget } from "./read-target";
import { type SampleColumns, type SampleOptions, sampleColumns } from "./sample-options";

/** The data of a run, read and checked: what a model is prepared from. */
export interface ModelData extends ReadTarget {
  readonly design: TableDesign;
  /** Whether nobody else has the design, so that a model may use its memory and give back another one. */
  readonly ownsDesign: boolean;
  readonly samples: SampleColumns;
  /** Of how many samples these were chosen, as in a fold; left out where these are all. */
  readonly chosenFrom?: number;
  /** The standard deviation of each feature, where a model has looked at it. */
  readonly deviations?: Float64Array | undefined;
}

/**
 * @param isShared whether other threads will read the data too. Default: false.
 * @throws InputError when a value is not a finite number, or `X`, `y` and the columns beside them differ in length.
 */
export function readData(
  where: string,
  X: DesignInput,
  y: TargetInput,
  datafit: Datafit,
  options: SampleOptions,
  isShared = false,
): ModelData {
  const design = asDesignMatrix(where, X, isShared);
  const read = readTarget(where, y, datafit);
  const nResponses = read.responseNames.length;
  const nTargets = read.target.length / nResponses;
  if (nTargets !== design.nSamples) throw rowCountMismatch(where, design.nSamples, nTargets);
  const samples = sampleColumns(where, options, design.nSamples, datafit.responses && nResponses);
  const { nRepresented } = X as Partial<MomentMatrix>;
  const nCounted = typeof nRepresented === "number" ? nRepresented : samples.nCounted;
  const ownsDesign = !isShared && !Object.is(design, X) && !registeredDesign(X);
  return { design, ownsDesign, ...read, samples: { ...samples, nCounted } };
}

const looked = new WeakMap<ModelData, Float64Array>();

/** The standard deviation of each feature (divisor n, weights counted), 0 of one that is constant. */
export function featureDeviations(data: ModelData): Float64Array {
  const deviations =
    data.deviations ?? looked.get(data) ?? columnMoments(data.design, data.samples.weights).deviations;
  looked.set(data, deviations);
  return deviations;
}

/** How many coefficients the penalty is of: one a feature and response. */
export function coefficientCount({ design, responseNames }: ModelData): number {
  return design.nFeatures * responseNames.length;
}

/**
 * The data of some samples only, as if there were no others.
 *
 * @param rows ascending and distinct.
 * @throws InputError when all their weights are 0.
 */
export function selectSamples(where: string, data: ModelData, rows: Int32Array): ModelData {
  const { weights, offset } = data.samples;
  const of = (column: Float64Array | undefined): Float64Array | undefined =>
    column && entriesOf(column, rows, data.design.nSamples);
  return {
    ...data,
    chosenFrom: data.chosenFrom ?? data.design.nSamples,
    deviations: undefined,
    design: data.design.selectRows(rows),
    ownsDesign: true,
    target: entriesOf(data.target, rows, data.design.nSamples),
    samples: {
      ...sampleColumns(where, { sampleWeight: of(weights) }, rows.length),
      offset: of(offset),
    },
  };
}

/** The entries of some samples, of a vector that holds one response after the other. */
export function entriesOf(values: Float64Array, rows: Int32Array, nSamples: number): Float64Array {
  const nResponses = values.length / nSamples;
  const own = new Float64Array(rows.length * nResponses);
  for (let r = 0; r < nResponses; r++) {
    rows.forEach((row, k) => {
      own[r * rows.length + k] = values[r * nSamples + row];
    });
  }
  return own;
}
