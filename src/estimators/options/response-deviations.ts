import type { ModelData } from "./model-data";

/**
 * The standard deviation of each response less its offset, with divisor n and weights counted; without an intercept its root mean square,
 * and 1 for a response that does not vary.
 */
export function responseDeviations(
  { target, samples: { weights, offset }, responseNames, design: { nSamples } }: ModelData,
  fitIntercept: boolean,
): Float64Array {
  const y = offset ? target.map((value, i) => value - offset[i]) : target;
  return Float64Array.from(responseNames, (_, r) => {
    const meanOf = (value: (entry: number) => number): number => {
      let sum = 0;
      for (let i = 0; i < nSamples; i++) sum += (weights?.[i] ?? 1) * value(y[r * nSamples + i]);
      return sum / nSamples;
    };
    const center = fitIntercept ? meanOf((entry) => entry) : 0;
    const deviation = Math.sqrt(meanOf((entry) => (entry - center) ** 2));
    const varies = deviation > 1e-14 * Math.abs(center) && deviation < Infinity;
    return varies ? deviation : 1;
  });
}
