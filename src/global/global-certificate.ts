/** The result of a proof of global optimality ({@link GlobalCertificate}). */
import { formatNumber } from "../display/formatting";
import type { SparseLinearFit } from "../estimators/results/sparse-linear-fit";

/**
 * How a proof ended: with the gap that was asked for, at its limit of time, by its signal, or, as the fit of a convex penalty that did not
 * converge, short of it.
 */
export type GlobalStatus = "optimal" | "timeLimit" | "interrupted" | "gap";

/** The bound and the best objective at one time of a search. */
export interface GlobalTraceRow {
  /** Since the search began. */
  readonly seconds: number;
  /** The bound that was proved by then. */
  readonly lowerBound: number;
  /** The objective of the best point by then. */
  readonly objective: number;
}

/** The fields of a {@link GlobalCertificate}. */
export type GlobalCertificateFields = Omit<GlobalCertificate, "gap" | "toString">;

/** How far a fit is from the global minimum of its objective, and the better fit where one was found. */
export class GlobalCertificate {
  /** The fit that was given, or a better one. */
  readonly fit: SparseLinearFit;
  /** The objective of `fit`, as in its certificate. */
  readonly objective: number;
  /** No coefficients, within `box` where there is one, have an objective below it. */
  readonly lowerBound: number;
  /** Number of boxes that were bounded; 0 for a convex penalty. */
  readonly nodes: number;
  /** Whether the gap was closed, or else why the search ended. */
  readonly status: GlobalStatus;
  /** The time that the search took. */
  readonly seconds: number;
  /**
   * The largest magnitude of each coefficient of `fit.coef` that was considered, infinite where all were; undefined where the problem itself
   * bounds all of them.
   */
  readonly box: Float64Array | undefined;
  /** How bound and objective neared each other. */
  readonly trace: readonly GlobalTraceRow[];

  constructor(fields: GlobalCertificateFields) {
    this.fit = fields.fit;
    this.objective = fields.objective;
    this.lowerBound = fields.lowerBound;
    this.nodes = fields.nodes;
    this.status = fields.status;
    this.seconds = fields.seconds;
    this.box = fields.box;
    this.trace = fields.trace;
  }

  /** `(objective - lowerBound) / objective` */
  get gap(): number {
    const distance = this.objective - this.lowerBound;
    return distance > 0 ? distance / Math.abs(this.objective) : 0;
  }

  /** What is proved, in one sentence. */
  toString(): string {
    const claim =
      this.status === "optimal"
        ? `global minimum, proved to ${formatNumber(Math.max(this.gap, 1e-9), 1)} of the objective`
        : `the global minimum is at most ${formatNumber(100 * this.gap, 2)} % lower`;
    return this.box ? `${claim} among coefficients within the box` : claim;
  }
}
