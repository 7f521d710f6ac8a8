import { checkChoice } from "../options";
import { scaledPenalty } from "../penalties/scaled-penalty";
import type { Parametrization } from "./parametrization";

/**
 * What `lambda` multiplies, with `S(xi)` the sum of squares of the factors:
 *
 * - `"normalized"`: `S / c`, so that the induced penalty has coefficient one;
 * - `"raw"`: `S`, as a Keras regularizer `l2(lambda)` on every factor; the induced penalty has coefficient `c`;
 * - `"weight-decay"`: `S / 2`, as the option `weight_decay` of a PyTorch optimizer, which adds `lambda xi` to the
 *   gradient; the coefficient is `c / 2`.
 *
 * `c` is `k` for a product of `k` factors, `k (k-1)^((1-k)/k)` if `k - 1` of them are shared plainly, and 1 for a difference,
 * a single power or a square. In the sum a factor that stands for `k - 1` counts `k - 1` times unless shared plainly.
 */
export type LambdaConvention = "normalized" | "raw" | "weight-decay";

/** Options that every parametrization takes. */
export interface ConventionOptions {
  /** The sum of squares that `lambda` multiplies. Default: `"normalized"`. */
  readonly lambdaConvention?: LambdaConvention;
}

const shareOfRaw = { raw: 1, "weight-decay": 1 / 2 };

/**
 * A normalized parametrization in the convention of the options: `R_xi` and the penalty it induces times one factor.
 *
 * @param constant coefficient `c` of the penalty that the plain sum of squares induces, `R_xi = S / c`.
 * @throws InputError when the convention is unknown.
 */
export function inConvention(
  where: string,
  { lambdaConvention = "normalized" }: ConventionOptions,
  constant: number,
  normalized: Parametrization,
): Parametrization {
  if (lambdaConvention === "normalized") return normalized;
  checkChoice(where, "lambdaConvention", lambdaConvention, ["normalized", ...Object.keys(shareOfRaw)]);
  const factor = constant * shareOfRaw[lambdaConvention];
  return {
    ...normalized,
    name: `${normalized.name} in the ${lambdaConvention} convention`,
    inducedPenalty: scaledPenalty(normalized.inducedPenalty, factor),
    surrogatePenalty: (xi) => factor * normalized.surrogatePenalty(xi),
    addSurrogateGradient: (xi, scale, out) => normalized.addSurrogateGradient(xi, factor * scale, out),
    ...(normalized.misalignment && {
      misalignment: (xi: Float64Array) => factor * normalized.misalignment!(xi),
    }),
  };
}
