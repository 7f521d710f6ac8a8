/**
 * Copies the data of a run into memory that all threads see ({@link sharedData}), and reads them there
 * ({@link readShared}).
 */
import { DenseBlock } from "../../design/dense-block";
import { DenseDesign, type KnownColumns } from "../../design/dense-design";
import type { TableDesign } from "../../design/design-matrix";
import { SparseBlock } from "../../design/sparse-block";
import { SparseDesign } from "../../design/sparse-design";
import { type ColumnOrigins, StandardizedTable } from "../../design/standardized-table";
import { InternalError } from "../../errors";
import type { ModelData } from "../options/model-data";

/** The data of a run in memory that all threads see; nobody writes to them. */
export interface SharedData extends Omit<ModelData, "design"> {
  readonly design: SharedDesign;
}

type SharedDesign = Pick<TableDesign, "nSamples" | "featureNames"> &
  (
    | { readonly values: Float64Array }
    | Pick<SparseDesign, "stored">
    | (Pick<StandardizedTable, "isNamed" | "moments"> & {
        readonly standardized: Float64Array;
        readonly known: KnownColumns | undefined;
        readonly origins: ColumnOrigins;
      })
  );

/** Where columns were copied from that nobody writes to: who shares them again needs no further copy. */
const sharedFrom = new WeakMap<TableDesign, SharedDesign>();

/** Copies what is not shared yet. */
export function sharedData(data: ModelData): SharedData {
  const { design, samples } = data;
  const { riskSets } = samples;
  return {
    ...data,
    design: sharedDesign(design),
    ownsDesign: false,
    target: shared(data.target),
    samples: {
      ...samples,
      weights: samples.weights && shared(samples.weights),
      offset: samples.offset && shared(samples.offset),
      riskSets: riskSets && {
        start: riskSets.start && shared(riskSets.start),
        strata: riskSets.strata && shared(riskSets.strata),
      },
    },
  };
}

/**
 * The data as every model takes them.
 *
 * @param forRows whether models see rows of them only, each of which is copied anyhow. Default: false.
 */
export function readShared({ design, ...rest }: SharedData, forRows = false): ModelData {
  const { nSamples, featureNames } = design;
  if ("values" in design) {
    const block = new DenseBlock(nSamples, featureNames.length, design.values);
    return { ...rest, design: new DenseDesign(block, featureNames) };
  }
  if ("standardized" in design) {
    const nFeatures = design.standardized.length / nSamples;
    const block = new DenseBlock(nSamples, nFeatures, forRows ? design.standardized : undefined);
    if (!forRows) block.values.set(design.standardized); // models work on it as it is, where the kernels are fast
    const columns = new DenseDesign(block, featureNames, design.known);
    const table = new StandardizedTable(columns, design.origins, featureNames, design);
    sharedFrom.set(table, design);
    return { ...rest, design: table };
  }
  const block = SparseBlock.of(nSamples, design.stored);
  return { ...rest, design: new SparseDesign(block, featureNames) };
}

function sharedDesign(design: TableDesign): SharedDesign {
  const { nSamples, featureNames } = design;
  if (design instanceof DenseDesign) return { nSamples, featureNames, values: shared(design.values) };
  if (design instanceof StandardizedTable) {
    const origin = sharedFrom.get(design);
    if (origin) return origin;
    const { isNamed, moments, origins } = design;
    return {
      nSamples,
      featureNames,
      isNamed,
      moments,
      origins,
      known: design.standardized.known,
      standardized: shared(design.standardized.values),
    };
  }
  if (design instanceof SparseDesign) {
    const { starts, rows, values } = design.stored;
    const stored = { starts: shared(starts), rows: shared(rows), values: shared(values) };
    return { nSamples, featureNames, stored };
  }
  throw new InternalError("a design of data must be dense or sparse");
}

function shared<T extends Float64Array | Int32Array>(values: T): T {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  const Class = values.constructor as new (buffer: SharedArrayBuffer) => T;
  const copy = new Class(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}
