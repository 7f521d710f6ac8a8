import type { PreparedModel, ScoredFit } from "./prepared-model";
import type { SparseLinearFit } from "./sparse-linear-fit";
import { sweepPath } from "./sweep-path";

/** How a path is followed. */
export interface FollowOptions {
  /** Where the first lambda starts from. */
  readonly init?: SparseLinearFit;
  readonly signal?: { readonly aborted: boolean };
  /** Whether to end with the fits so far. */
  readonly isEnough?: (fits: readonly ScoredFit[]) => boolean;
  readonly onFit?: (fit: SparseLinearFit, count: number) => void;
}

/** Fits at each lambda from the fit before; once enough or aborted, ends with the fits it has, at least one. */
export function followPath(
  where: string,
  model: PreparedModel,
  lambdas: Float64Array,
  { init, signal, isEnough, onFit }: FollowOptions,
): ScoredFit[] {
  const fits: ScoredFit[] = [];
  for (const lambda of lambdas) {
    if (signal?.aborted && fits.length > 0) break;
    const scored = model.solve(where, lambda, fits.at(-1)?.fit ?? init, { signal });
    fits.push(scored);
    onFit?.(scored.fit, fits.length);
    if (isEnough?.(fits)) break;
  }
  if (model.gainsFromNeighbours) sweepPath(where, model, fits, signal);
  return fits;
}
