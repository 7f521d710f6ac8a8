import { formatNumber } from "../../display/formatting";
import type { CheckedOptions } from "../options/model-options";
import { type CertifiedFit, evidenceOf } from "./certificate-words";
import { failureReasonsIn } from "./failure-reasons";

/** How a fit ended. */
export interface EndedFit extends CertifiedFit {
  readonly notes: readonly string[];
}

/**
 * One warning for a whole run: not converging is a status, but must not pass unseen. It tells of the first such fit, and of
 * others the reasons that they know, each once.
 */
export function warnUnlessConverged(
  where: string,
  fits: readonly EndedFit[],
  { tol, maxIter }: Pick<CheckedOptions, "tol" | "maxIter">,
): void {
  const failed = fits.filter(({ status }) => status === "max-iter" || status === "stalled");
  if (failed.length === 0) return;
  const [{ lambda, status, notes }] = failed;
  const own = failureReasonsIn(notes);
  const others = new Set(failed.flatMap((fit) => failureReasonsIn(fit.notes)));
  for (const note of own) others.delete(note);
  if (own.length === 0) {
    own.push(
      status === "max-iter"
        ? `raise maxIter (${maxIter}) or tol (${tol})`
        : `no further progress is possible; raise tol (${tol})`,
    );
  }
  const advice = [...own, ...Array.from(others, (note) => `of other fits, ${note}`)].join("; ");
  const which = fits.length > 1 ? `${failed.length} of ${fits.length} fits, first at` : "the fit at";
  process.emitWarning(
    `${where}: ${which} lambda ${formatNumber(lambda, 3)} did not converge, ${evidenceOf(failed[0])}; ${advice}`,
    "ConvergenceWarning",
  );
}
