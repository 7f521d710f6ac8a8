/**
 * The two options that product parametrizations share: their depth, and the convention by which lambda is measured.
 */
import { mustBe } from "../errors";
import { checkChoice } from "../options";
import {
  type GroupLabels,
  type GroupPenalty,
  groupL2,
  groupLq,
  l1,
  lq,
  type SeparablePenalty,
} from "../penalties";
import { scaledPenalty } from "../penalties/scaled-penalty";
import type {
  ConventionOptions,
  GroupParametrizationOptions,
  Parametrization,
  ParametrizationOptions,
} from "./parametrization";

/** The remedy where a depth was given in place of the options that hold it. */
export const depthRemedy = "write { depth: 3 } for the depth 3";

/** Maximum number of factors, since each is an array; beyond a few the penalty counts coefficients that are not zero. */
const MOST_FACTORS = 1000;

/** @throws InputError unless `depth` is an integer from 2 to {@link MOST_FACTORS}. */
export function checkDepth(where: string, depth: number): void {
  if (!Number.isInteger(depth) || depth < 2) throw mustBe(where, "depth", "an integer >= 2", depth);
  if (depth > MOST_FACTORS) throw mustBe(where, "depth", `an integer of at most ${MOST_FACTORS}`, depth);
}

/** @throws InputError unless `depth` is a finite number above 2; `product` is what to take at exactly 2. */
export function checkRealDepth(where: string, depth: number, product: string): void {
  if (depth > 2 && depth < Number.POSITIVE_INFINITY) return;
  const remedy = depth === 2 ? `take ${product}, which has no kink` : undefined;
  throw mustBe(where, "depth", "a finite number > 2", depth, remedy);
}

/** How often `|v|^power` is continuously differentiable, for `power > 1`; fractional values are Hölder exponents. */
export function smoothnessOfPower(power: number): number {
  if (power % 2 === 0) return Number.POSITIVE_INFINITY;
  return power % 2 === 1 ? power - 1 : power;
}

/** The penalty `sum_j w_j |beta_j|^(2/depth)` that depth-`depth` products induce. */
export function penaltyOfDepth(depth: number, { weights }: ParametrizationOptions): SeparablePenalty {
  return depth === 2 ? l1({ weights }) : lq({ q: 2 / depth, weights });
}

/** The penalty `sum_g w_g ||beta_g||_2^(2/depth)` that `depth` factors induce, all but one of them gates of groups. */
export function groupPenaltyOfDepth(
  groups: GroupLabels,
  depth: number,
  { weights }: GroupParametrizationOptions,
): GroupPenalty {
  return depth === 2 ? groupL2(groups, { weights }) : groupLq(groups, { q: 2 / depth, weights });
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
