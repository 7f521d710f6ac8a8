import type { Datafit } from "../datafits";
import { asDesignMatrix } from "../design/as-design-matrix";
import type { DesignInput, TargetInput } from "../design/design-input";
import type { TableDesign } from "../design/table-design";
import { rowCountMismatch } from "../errors";
import { type ReadTarget, readTarget } from "./read-target";
import { type SampleColumns, type SampleOptions, sampleColumns } from "./sample-options";

/** The data of a run, read and checked: what a model is prepared from. */
export interface ModelData extends ReadTarget {
  readonly design: TableDesign;
  readonly samples: SampleColumns;
}

/** @throws InputError when a value is not a finite number, or `X`, `y` and the columns beside them differ in length. */
export function readData(
  where: string,
  X: DesignInput,
  y: TargetInput,
  datafit: Datafit,
  options: SampleOptions,
): ModelData {
  const design = asDesignMatrix(where, X);
  const read = readTarget(where, y, datafit);
  const { length } = read.target;
  if (length !== design.nSamples) throw rowCountMismatch(where, design.nSamples, length);
  return { design, ...read, samples: sampleColumns(where, options, design.nSamples) };
}
