import { type AnyFit, coefsOf, interceptsOf } from "../fit/fit-of";
import type { FitOutcome, ScoredFit } from "../fit/fitter";
import type { PathStatus } from "../path/path-fits";

/** A fit as plain numbers, which another thread can be sent; the data stay where they are. */
export interface SentFit extends Omit<ScoredFit, "fit"> {
  readonly outcome: FitOutcome;
}

/** The fits of a path, or one fit as a path of its own. */
export interface SentPath {
  readonly fits: readonly SentFit[];
  readonly status: PathStatus;
}

export function sentPath(scored: readonly ScoredFit<AnyFit>[], status: PathStatus): SentPath {
  return { fits: scored.map(sentFit), status };
}

function sentFit({ fit, unexplained, devianceRatio }: ScoredFit<AnyFit>): SentFit {
  const { lambda, nIter, status, certificate, nullDeviance, trace, starts, notes, hasNoMinimizer } = fit;
  const [coefs, intercepts] = [coefsOf(fit), interceptsOf(fit)];
  const ended = {
    lambda,
    nIter,
    status,
    certificate,
    nullDeviance,
    trace,
    starts,
    notes,
    hasNoMinimizer: hasNoMinimizer,
  };
  return { outcome: { coefs, intercepts, ...ended }, unexplained, devianceRatio };
}
