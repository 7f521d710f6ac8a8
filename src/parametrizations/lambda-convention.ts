import { checkChoice } from "../options";
import { scaledPenalty } from "../penalties/scaled-penalty";
import type { ConventionOptions, Parametrization } from "./parametrization";

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
