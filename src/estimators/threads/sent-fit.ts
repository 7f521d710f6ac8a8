import { type AnyFit, coefsOf, interceptsOf } from "../fit-of";
import type { FitOutcome, ScoredFit } from "../prepared-model";

/** A fit as plain numbers, which another thread can be sent; the data stay where they are. */
export interface SentFit extends Omit<ScoredFit, "fit"> {
  readonly outcome: FitOutcome;
}

export function sentFit({ fit, unexplained, devianceRatio }: ScoredFit<AnyFit>): SentFit {
  const { lambda, nIter, status, certificate, trace, starts, notes } = fit;
  const [coefs, intercepts] = [coefsOf(fit), interceptsOf(fit)];
  const outcome = { coefs, intercepts, lambda, nIter, status, certificate, trace, starts, notes };
  return { outcome, unexplained, devianceRatio };
}
