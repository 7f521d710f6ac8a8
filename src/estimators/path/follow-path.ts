import { type AnyFit, coefsOf } from "../fit/fit-of";
import type { Fitter, ScoredFit } from "../fit/fitter";
import type { SparseLinearFit } from "../results/sparse-linear-fit";
import type { PathStatus } from "./path-fits";
import { refinePath } from "./refine-path";

/** How a path is followed. */
export interface FollowOptions<Fit extends AnyFit = SparseLinearFit> {
  /** Where the first lambda starts from, one vector a response. */
  readonly init?: readonly Float64Array[];
  readonly signal?: { readonly aborted: boolean };
  /** Whether to end with the fits so far. */
  readonly isEnough?: (fits: readonly ScoredFit<Fit>[]) => boolean;
  /** Told of each fit when it is there, but of the last of `lambdas` once the path is whole. */
  readonly onFit?: (fit: Fit, count: number) => void;
}

/** The fits of a path, and whether they are all that were asked for. */
export interface Followed<Fit extends AnyFit> {
  readonly fits: ScoredFit<Fit>[];
  readonly status: PathStatus;
}

/** Fits at each lambda from the fit before; once enough or aborted, ends with the fits it has, at least one. */
export function followPath<Fit extends AnyFit = SparseLinearFit>(
  where: string,
  model: Fitter<Fit>,
  lambdas: Float64Array,
  { init, signal, isEnough, onFit }: FollowOptions<Fit>,
): Followed<Fit> {
  const fits: ScoredFit<Fit>[] = [];
  let ended = false;
  for (const lambda of lambdas) {
    if (signal?.aborted && fits.length > 0) break;
    const last = fits.at(-1);
    const scored = model.solve(where, lambda, last ? coefsOf(last.fit) : init, { signal, onPath: true });
    fits.push(scored);
    if (fits.length < lambdas.length) onFit?.(scored.fit, fits.length);
    ended = fits.length === lambdas.length || isEnough?.(fits) === true;
    if (ended) break;
  }
  if (model.gainsFromNeighbours) ended = refinePath(where, model, fits, signal) && ended;
  const isWhole = ended && fits.every(({ fit }) => fit.status !== "interrupted");
  if (isWhole && fits.length === lambdas.length) onFit?.(fits[fits.length - 1].fit, fits.length);
  return { fits, status: isWhole ? "complete" : "interrupted" };
}
