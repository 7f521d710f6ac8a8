/** The proof of how far a fit is from the global minimum ({@link certifyGlobal}). */
import type { ProgressListener } from "../display/progress";
import { throttledProgress } from "../display/progress-display";
import { mustBe, noDataAtHand } from "../errors";
import { type FittedProblem, solvedProblemOf } from "../estimators/fit/fitter";
import { checkListening } from "../estimators/options/run-options";
import { MultiResponseFit } from "../estimators/results/multi-response-fit";
import { SparseLinearFit } from "../estimators/results/sparse-linear-fit";
import { checkKeys } from "../options";
import { isSeparable, type Penalty, type SeparablePenalty } from "../penalties";
import { hasConstantHessian } from "../problem/problem";
import { PenaltyTerms } from "./envelopes";
import { GlobalCertificate, type GlobalStatus } from "./global-certificate";
import { type GlobalEnd, searchGlobally } from "./global-search";
import { quadraticLossOf } from "./quadratic-loss";

/** Options of {@link certifyGlobal}. */
export interface CertifyGlobalOptions {
  /** Seconds after which the search ends with the bound that it has; 0 gives that of the root. Default: 60. */
  readonly timeLimit?: number;
  /** The gap, relative to the objective, at which a fit counts as global; from 1e-9 on, below 1. Default: 1e-6. */
  readonly gap?: number;
  /** Told the gap and the number of nodes, at most ten times a second: `progressBar()`, or a function of your own. */
  readonly onProgress?: ProgressListener;
  /** Asked before each node; once it is aborted the search ends with the bound that it has. */
  readonly signal?: { readonly aborted: boolean };
}

const WHERE = "certifyGlobal";

/**
 * Proves how far a fit is from the global minimum of its objective, by branch and bound, and returns the better fit where it finds one.
 *
 * The objective is that of the fit, `||y - X b||^2 / (2n) + sum_j p(|b_j|)` with the weights of its rows and all it does not penalize, and
 * `p` any penalty that states its `concaveRange`: `lq`, `logSum`, `mcp`, `scad` and what `concavePenalty` makes, with weights, signs and bounds.
 * For every `b` with coefficients in boxes a lower bound follows from convex envelopes of the terms of the penalty; boxes are split until all
 * bounds reach the best objective. A fit with a convex penalty is answered by its duality gap. What is proved holds with rounding: each bound
 * is lowered by what rounding may have added to it.
 *
 * MCP and SCAD are constant far out. With more features than rows nothing then bounds the coefficients, and the proof holds for those within
 * `box`, three times the largest one found.
 *
 * @param fit of one response, with its data at hand.
 * @param options `timeLimit`: seconds, default 60; `gap`: relative, default 1e-6; `onProgress`; `signal`.
 * @returns the objective, its lower bound, and the better fit.
 * @throws InputError for a fit without its data, of several responses or a loss that is not a squared error, or with a penalty that does not
 * state its `concaveRange`.
 * @see Land and Doig, An automatic method of solving discrete programming problems (1960)
 * @example
 * ```ts
 * const X = [[1, 0], [0, 1], [1, 1], [2, 1], [0, 3]];
 * const fit = new SparseLinearModel({ penalty: lq({ q: 0.5 }), lambda: 0.1 }).fit(X, [1, 0, 1, 2, 1]);
 * certifyGlobal(fit).status; // "optimal"
 * ```
 */
export function certifyGlobal(fit: SparseLinearFit, options: CertifyGlobalOptions = {}): GlobalCertificate {
  checkOptions(options);
  const { timeLimit = 60, gap = 1e-6, signal, onProgress } = options;
  if (fit instanceof MultiResponseFit) throw mustBe(WHERE, "fit", "of one response", "one of several");
  if (!(fit instanceof SparseLinearFit)) throw mustBe(WHERE, "fit", "the fit of an estimator", fit);
  const solved = solvedProblemOf(fit);
  if (solved === undefined) throw noDataAtHand(WHERE);
  if (!(fit.lambda > 0)) throw mustBe(WHERE, "lambda", "above 0", fit.lambda);
  const start = performance.now();
  const seconds = (): number => (performance.now() - start) / 1000;
  const { penalty } = solved.working.problem;
  if (penalty.convex) return convexCertificate(fit, seconds());
  checkProblem(solved);
  const tell = throttledProgress(WHERE, 1, onProgress);
  const trace: { seconds: number; lowerBound: number; objective: number }[] = [];
  const control = {
    gap: 0.98 * gap,
    reasonToEnd: () =>
      signal?.aborted
        ? ("interrupted" as const)
        : seconds() >= timeLimit
          ? ("timeLimit" as const)
          : undefined,
    onNode(state: { readonly nodes: number; readonly lowerBound: number; readonly objective: number }): void {
      const relative = relativeGap(state.objective, state.lowerBound);
      const last = trace.at(-1);
      const isNew = last?.lowerBound !== state.lowerBound || last.objective !== state.objective;
      if (isNew && trace.length < MOST_TRACED) {
        trace.push({ seconds: seconds(), lowerBound: state.lowerBound, objective: state.objective });
      }
      tell(0, () => `gap ${relative.toExponential(1)}, ${state.nodes} nodes`, {
        share: Math.min(seconds() / timeLimit, 0.999),
      });
    },
  };
  const end = search(solved, penalty as SeparablePenalty, control);
  tell(1, () => `gap ${relativeGap(end.objective, end.lowerBound).toExponential(1)}, ${end.nodes} nodes`);
  return certificateOf(fit, solved, end, { gap, seconds: seconds(), trace });
}

/** Rows of the course of a search that are kept. */
const MOST_TRACED = 10_000;

function checkOptions(options: CertifyGlobalOptions): void {
  checkKeys(WHERE, options, ["timeLimit", "gap", "onProgress", "signal"]);
  checkListening(WHERE, options);
  const { timeLimit = 60, gap = 1e-6 } = options;
  if (!(typeof timeLimit === "number" && timeLimit >= 0))
    throw mustBe(WHERE, "timeLimit", "a number of seconds >= 0", timeLimit);
  if (!(typeof gap === "number" && gap >= 1e-9 && gap < 1))
    throw mustBe(WHERE, "gap", "a number from 1e-9 on, below 1", gap);
}

/** @throws InputError for a problem that there is no bound for. */
function checkProblem({ working }: FittedProblem): void {
  const { datafit, penalty } = working.problem;
  const isSquare = datafit.dependsOnResidual && hasConstantHessian({ datafit }) && datafit.hasDiagonalHessian;
  if (!isSquare) {
    throw mustBe(WHERE, "datafit", "a squared error where the penalty is not convex", datafit.name);
  }
  if (hasEnvelopes(penalty)) return;
  throw mustBe(
    WHERE,
    "penalty",
    "a sum over coefficients that states concaveRange, the magnitudes between which a term is concave",
    penalty.name,
    isSeparable(penalty) ? "write its concaveRange" : undefined,
  );
}

function hasEnvelopes(penalty: Penalty): penalty is SeparablePenalty {
  return isSeparable(penalty) && typeof penalty.concaveRange === "function";
}

function search(
  { working, lambda, solution }: FittedProblem,
  penalty: SeparablePenalty,
  control: Parameters<typeof searchGlobally>[4],
): GlobalEnd {
  const loss = quadraticLossOf(working.problem);
  const terms = new PenaltyTerms(
    penalty,
    lambda,
    Int32Array.from({ length: loss.size }, (_, j) => j),
  );
  const end = (which: 0 | 1): Float64Array =>
    Float64Array.from(
      { length: loss.size },
      (_, j) => penalty.domain?.(j)[which] ?? (which === 0 ? -Infinity : Infinity),
    );
  return searchGlobally(loss, terms, [solution.beta], { low: end(0), high: end(1) }, control);
}

/** The answer where every local minimum is global. */
function convexCertificate(fit: SparseLinearFit, seconds: number): GlobalCertificate {
  const { objective, dualityGap } = fit.certificate;
  if (dualityGap === undefined) {
    throw mustBe(WHERE, "fit", "one with a duality gap where its penalty is convex", "none", fit.notes[0]);
  }
  const lowerBound = objective - dualityGap;
  const status = fit.status === "converged" ? "optimal" : "gap";
  return new GlobalCertificate({
    fit,
    objective,
    lowerBound,
    nodes: 0,
    status,
    seconds,
    box: undefined,
    trace: [{ seconds, lowerBound, objective }],
  });
}

function certificateOf(
  fit: SparseLinearFit,
  solved: FittedProblem,
  end: GlobalEnd,
  { gap, ...rest }: Pick<GlobalCertificate, "seconds" | "trace"> & { readonly gap: number },
): GlobalCertificate {
  const { working, solution } = solved;
  const better = end.objective < fit.certificate.objective * (1 - 1e-10) ? betterFit(solved, end) : undefined;
  const chosen = better && better.certificate.objective < fit.certificate.objective ? better : fit;
  const { objective } = chosen.certificate;
  const lowerBound = Math.min(end.lowerBound, objective);
  const closed = relativeGap(objective, lowerBound) <= gap;
  const status: GlobalStatus = closed ? "optimal" : (end.reason ?? "gap");
  let box: Float64Array | undefined;
  if (end.declared !== undefined) {
    const limits = new Float64Array(solution.beta.length).fill(end.declared);
    const { coefs } = working.toOriginal(limits, new Float64Array(working.nullProfile.psi.length));
    box = coefs[0].map((limit) => (limit === 0 ? Number.POSITIVE_INFINITY : Math.abs(limit)));
  }
  return new GlobalCertificate({
    fit: chosen,
    objective,
    lowerBound,
    nodes: end.nodes,
    status,
    box,
    ...rest,
  });
}

function betterFit({ working, solution, descendFrom }: FittedProblem, end: GlobalEnd): SparseLinearFit {
  return descendFrom(working.toOriginal(end.best, solution.profile.psi).coefs) as SparseLinearFit;
}

/** `(U - LB) / U` */
function relativeGap(objective: number, lowerBound: number): number {
  return objective > lowerBound ? (objective - lowerBound) / Math.abs(objective) : 0;
}
