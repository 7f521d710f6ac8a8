import type { ModelData } from "../fit/model-data";
import { sampleColumns } from "./sample-options";

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
