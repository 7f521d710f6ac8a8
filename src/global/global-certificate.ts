/** The result of a proof of global optimality ({@link GlobalCertificate}). */
import { formatNumber } from "../display/formatting";
import { INSPECT } from "../display/mime-bundle";
import { Table, TableResult } from "../display/table";
import type { GlobalProof, GlobalStatus, GlobalTraceRow } from "../estimators/results/global-proof";
import type { SparseLinearFit } from "../estimators/results/sparse-linear-fit";

/** How far a fit is from the global minimum of its objective, and the better fit where one was found. */
export class GlobalCertificate extends TableResult implements GlobalProof {
  /** The fit that was given, or a better one. */
  readonly fit: SparseLinearFit;
  /** The objective of `fit`, as in its certificate. */
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
   * The largest magnitude of each coefficient of `fit.coef` that was considered, infinite where all were, as without a penalty, and 0 where
   * the feature is excluded; undefined where the problem itself bounds all of them.
   */
  readonly box: Float64Array | undefined;
  /** How bound and objective neared each other. */
  readonly trace: readonly GlobalTraceRow[];
  /** Says in one sentence what is proved. */
  readonly claim: string;

  constructor(fit: SparseLinearFit, proof: GlobalProof) {
    super();
    this.fit = fit;
    this.objective = proof.objective;
    this.lowerBound = proof.lowerBound;
    this.gap = proof.gap;
    this.nodes = proof.nodes;
    this.status = proof.status;
    this.seconds = proof.seconds;
    this.box = proof.box;
    this.trace = proof.trace;
    this.claim = proof.claim;
  }

  /** Says in one sentence what is proved. */
  override toString(): string {
    return this.claim;
  }

  /** The claim with its numbers, without the trace. */
  summary(): Table {
    const { objective, lowerBound, gap, nodes, seconds, fit } = this;
    return new Table({
      title: `${fit.estimator}, lambda = ${formatNumber(fit.lambda)}: ${this.claim}`,
      columns: ["objective", "lower bound", "gap", "nodes", "seconds"],
      rows: [[objective, lowerBound, gap, nodes, seconds]],
      digits: 7,
    });
  }
}

// As text it is one sentence; Node's console shows the table, as notebooks do.
Object.defineProperty(GlobalCertificate.prototype, INSPECT, {
  value(this: GlobalCertificate): string {
    return String(this.summary());
  },
});
