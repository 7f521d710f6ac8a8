import type { Datafit } from "../../datafits";
import type { AnyFit } from "../fit/fit-of";
import type { ScoredFit } from "../fit/fitter";

/** Fewest lambdas of a path, unless fewer are asked for. */
const fewest = 5;

/** The share of the deviance above which nothing is worth explaining any more. */
export const almostAll = 0.999;

/**
 * Whether a path may end before its grid does, by the shares of deviance explained so far: above 0.999, or where the last
 * step added less than 1e-5; a share of it for squared errors, and for counts and survival over the last four steps.
 *
 * These are glmnet's rules. They take a convex penalty: with another one, and with losses whose solutions do not move
 * between kinks, a step may add nothing and the next one much, so that only the first of them holds. So it is after a fit
 * that did not converge.
 *
 * @see glmnet.control, `fdev`, `devmax` and `mnlam`
 */
export function explainsEnough(
  fits: readonly ScoredFit<AnyFit>[],
  nLambdas: number,
  datafit: Datafit,
  convex: boolean,
): boolean {
  const count = fits.length;
  const least = Math.min(fewest, nLambdas);
  if (count < least) return false;
  const { fit, devianceRatio: last } = fits[count - 1];
  if (last > almostAll) return true;
  if (!convex || count < 2 || fit.status !== "converged") return false;
  const gainOver = (steps: number): number => last - fits[count - 1 - steps].devianceRatio;
  switch (datafit.kind) {
    case "regression":
      return datafit.quadratic && gainOver(1) < 1e-5 * last;
    case "classes":
    case "margins":
      return gainOver(1) < 1e-5;
    default:
      return gainOver(least - 1) < 1e-5 * last;
  }
}
