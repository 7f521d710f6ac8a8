import { mustBe } from "../errors";

/** Options that every penalty with one weight a coordinate takes. */
export interface WeightOptions {
  /** One positive finite weight a coordinate. Default: 1 each. */
  readonly weights?: ArrayLike<number>;
}

/** Checks the weights once and returns how to read them. */
export function weightReader(where: string, options: WeightOptions): (j: number) => number {
  if (options.weights === undefined) return () => 1;
  const weights = Float64Array.from(options.weights);
  weights.forEach((weight, j) => {
    if (!(weight > 0 && weight < Number.POSITIVE_INFINITY)) {
      throw mustBe(where, `weights[${j}]`, "a positive finite number", weight);
    }
  });
  return (j) => weights[j];
}
