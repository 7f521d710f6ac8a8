/** States how far a fit is from the global minimum of its objective at most ({@link GlobalProof}). */
import { formatNumber } from "../../display/formatting";
import type { Certificate } from "../../problem/certificate";

/**
 * How a proof ended: with the gap that was asked for, at its limit of time, by its signal, or, as a fit of a convex penalty whose
 * duality gap is larger or not known, short of it.
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
  /** `(objective - lowerBound) / |objective|` */
  readonly gap: number;
  /** Number of boxes that were bounded; 0 for a convex penalty. */
  readonly nodes: number;
  /** Whether the gap was closed, or else why the search ended. */
  readonly status: GlobalStatus;
  /** The time that the search took. */
  readonly seconds: number;
  /**
   * The largest magnitude of each coefficient of `coef` that was considered, infinite where all were, as without a penalty, and 0 where
   * the feature is excluded; undefined where the problem itself bounds all of them.
   */
  readonly box: Float64Array | undefined;
  /** How bound and objective neared each other. */
  readonly trace: readonly GlobalTraceRow[];
  /** The proof in one sentence. */
  readonly claim: string;
}

/** Completes a proof by its gap and its sentence. */
export function globalProof(proof: Omit<GlobalProof, "gap" | "claim">): GlobalProof {
  const { objective, lowerBound } = proof;
  const gap = objective <= lowerBound ? 0 : (objective - lowerBound) / Math.abs(objective);
  return { ...proof, gap, claim: claimOf(proof, gap) };
}

/** The sentence of a proof, whose numbers are rounded to the side on which they are proved. */
function claimOf(
  { objective, lowerBound, status, box }: Omit<GlobalProof, "gap" | "claim">,
  gap: number,
): string {
  const where = box ? " among coefficients within the box" : "";
  if (status === "optimal") {
    const digit = rounded(Math.max(gap, 1e-9), 1, Math.ceil);
    return `global minimum, proved to ${formatNumber(digit, 1)} of the objective${where}`;
  }
  // A share says nothing of a bound on the other side of zero, as the loss of a perfect fit is for some losses.
  if (gap < 1)
    return `the global minimum is at most ${formatNumber(rounded(100 * gap, 2, Math.ceil), 2)} % lower${where}`;
  if (!Number.isFinite(lowerBound)) return "no lower bound of the global minimum is known";
  const [least, most] = [rounded(lowerBound, 3, Math.floor), rounded(objective, 3, Math.ceil)];
  return `the global minimum${where} is between ${formatNumber(least, 3)} and ${formatNumber(most, 3)}`;
}

/** The next number of some digits that is not below, or not above, another. */
function rounded(value: number, digits: number, round: (value: number) => number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(value))) - digits + 1);
  const [nearest, exact] = [Math.round(value / unit), value / unit];
  return unit * (Math.abs(nearest - exact) < 1e-9 ? nearest : round(exact));
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
