/** What is proved of a fit: how far it is from the global minimum of its objective at most ({@link GlobalProof}). */
import { formatNumber } from "../../display/formatting";
import type { Certificate } from "../../problem/certificate";

/**
 * How a proof ended: with the gap that was asked for, at its limit of time, by its signal, or, as a fit of a convex penalty whose
 * duality gap is larger, short of it.
 */
export type GlobalStatus = "optimal" | "timeLimit" | "interrupted" | "gap";

/** The bound and the best objective at one time of a search. */
export interface GlobalTraceRow {
  /** Since the search began. */
  readonly seconds: number;
  /** Number of boxes that were bounded by then. */
  readonly nodes: number;
  /** The bound that was proved by then. */
  readonly lowerBound: number;
  /** The objective of the best point by then. */
  readonly objective: number;
}

/** How far a fit is from the global minimum of its objective. */
export interface GlobalProof {
  /** The objective of the fit, as in its certificate. */
  readonly objective: number;
  /** No coefficients, within `box` where there is one, have an objective below it. */
  readonly lowerBound: number;
  /** `(objective - lowerBound) / objective` */
  readonly gap: number;
  /** Number of boxes that were bounded; 0 for a convex penalty. */
  readonly nodes: number;
  /** Whether the gap was closed, or else why the search ended. */
  readonly status: GlobalStatus;
  /** The time that the search took. */
  readonly seconds: number;
  /**
   * The largest magnitude of each coefficient of `coef` that was considered, infinite where all were; undefined where the problem itself
   * bounds all of them.
   */
  readonly box: Float64Array | undefined;
  /** How bound and objective neared each other. */
  readonly trace: readonly GlobalTraceRow[];
  /** The proof in one sentence. */
  readonly claim: string;
}

/** Completes a proof by its gap and its sentence. */
export function globalProof(proof: Omit<GlobalProof, "gap" | "claim">): GlobalProof {
  const { objective, lowerBound, status, box } = proof;
  const gap = objective > lowerBound ? (objective - lowerBound) / Math.abs(objective) : 0;
  const distance =
    status === "optimal"
      ? `global minimum, proved to ${formatNumber(roundedUp(Math.max(gap, 1e-9), 1), 1)} of the objective`
      : `the global minimum is at most ${formatNumber(roundedUp(100 * gap, 2), 2)} % lower`;
  return { ...proof, gap, claim: box ? `${distance} among coefficients within the box` : distance };
}

/** The next number of some digits that is not below a positive one, so that what a sentence says is proved. */
function roundedUp(value: number, digits: number): number {
  const unit = 10 ** (Math.floor(Math.log10(value)) - digits + 1);
  return unit * Math.ceil(value / unit - 1e-9);
}

/**
 * The proof of a fit whose local minima are all global: its duality gap.
 *
 * @param wanted the gap, relative to the objective, at which it counts as global.
 * @param least a bound on the objective for where there is no gap, such as the loss of the saturated model.
 */
export function proofByDualityGap(
  { objective, dualityGap = Infinity }: Certificate,
  least: number,
  wanted = 1e-6,
  seconds = 0,
): GlobalProof {
  const lowerBound = Math.max(objective - dualityGap, least);
  const status = objective - lowerBound <= wanted * Math.abs(objective) ? "optimal" : "gap";
  const trace = [{ seconds, nodes: 0, lowerBound, objective }];
  return globalProof({ objective, lowerBound, nodes: 0, status, seconds, box: undefined, trace });
}
