import { formatNumber } from "../display/format-number";
import { endlessNoteIn } from "./endless-note";
import { evidenceOf, type FittedModel } from "./fitted-model";
import type { CheckedOptions } from "./model-options";

/** How a fit ended. */
export type EndedFit = Pick<FittedModel, "lambda" | "status" | "certificate" | "notes">;

/** One warning for a whole run: not converging is a status, but must not pass unseen. */
export function warnUnlessConverged(
  where: string,
  fits: readonly EndedFit[],
  { tol, maxIter }: CheckedOptions,
): void {
  const failed = fits.filter(({ status }) => status === "max-iter" || status === "stalled");
  if (failed.length === 0) return;
  const [{ lambda, status }] = failed;
  const advice =
    status === "max-iter"
      ? `raise maxIter (${maxIter}) or tol (${tol})`
      : (endlessNoteIn(failed[0].notes) ?? `no further progress is possible; raise tol (${tol})`);
  const which = fits.length > 1 ? `${failed.length} of ${fits.length} fits, first at` : "the fit at";
  process.emitWarning(
    `${where}: ${which} lambda ${formatNumber(lambda, 3)} did not converge, ${evidenceOf(failed[0])}; ${advice}`,
    "ConvergenceWarning",
  );
}
