import { asDesignMatrix } from "../design/as-design-matrix";
import { asTarget } from "../design/as-target";
import type { DesignInput, TargetInput } from "../design/design-input";
import type { DesignMatrix } from "../design/design-matrix";
import { rowCountMismatch } from "../errors";
import { type SampleColumns, type SampleOptions, sampleColumns } from "./sample-options";

/** The data of a run, read and checked: what a model is prepared from. */
export interface ModelData {
  readonly design: DesignMatrix;
  /** One number a sample. */
  readonly target: Float64Array;
  readonly samples: SampleColumns;
}

/** @throws InputError when a value is not a finite number, or `X`, `y` and the columns beside them differ in length. */
export function readData(where: string, X: DesignInput, y: TargetInput, options: SampleOptions): ModelData {
  const design = asDesignMatrix(where, X);
  const target = asTarget(where, y);
  if (target.length !== design.nSamples) throw rowCountMismatch(where, design.nSamples, target.length);
  return { design, target, samples: sampleColumns(where, options, design.nSamples) };
}
