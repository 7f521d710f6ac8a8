import { type AnyFit, coefsOf } from "../fit/fit-of";
import type { Fitter, ScoredFit } from "../fit/fitter";

/** Passes over a path after which it is left as it is; nearly all need fewer. */
const maxPasses = 20;

/** A lower objective that counts, relative to it. */
const improvement = 1e-9;

/**
 * Goes along a path of fits again, towards the larger lambdas and back, each fit tried as the start of the next one, until
 * nothing improves.
 *
 * Where the penalty is not convex the best way to a fit may come from either side: from larger lambdas features enter,
 * from smaller ones, where zero holds nothing back, they leave. No fit gets worse, or loses its convergence.
 *
 * @param fits by decreasing lambda; improved ones take their place.
 * @returns false when aborted before its end.
 */
export function refinePath<Fit extends AnyFit>(
  where: string,
  model: Fitter<Fit>,
  fits: ScoredFit<Fit>[],
  signal?: { readonly aborted: boolean },
): boolean {
  // Where the neighbour has not changed since the last try, another one would end as that did.
  // The last fit has only one neighbour, which is tried on the way back.
  const changed = { up: fits.map(() => true), down: fits.map((_, k) => k === fits.length - 2) };
  for (let pass = 0; pass < maxPasses; pass++) {
    const [towards, untried] = pass % 2 === 0 ? [-1, changed.up] : [1, changed.down];
    let improved = false;
    for (let i = 1; i < fits.length; i++) {
      const k = towards < 0 ? fits.length - 1 - i : i;
      const from = k - towards;
      if (!untried[from]) continue;
      if (signal?.aborted) return false;
      untried[from] = false;
      const before = fits[k].fit;
      const next = model.solve(where, before.lambda, coefsOf(fits[from].fit), { signal, incumbent: before });
      const { objective } = before.certificate;
      const gain = objective - next.fit.certificate.objective;
      fits[k] = next;
      // Nobody knows what a try that was cut would have found, be it the last one.
      if (signal?.aborted) return false;
      if (!(gain > improvement * Math.abs(objective))) continue;
      improved = true;
      changed.up[k] = true;
      changed.down[k] = true;
    }
    if (!improved && pass > 0) break;
  }
  return true;
}
