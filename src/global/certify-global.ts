/** The proof of how far a fit is from the global minimum ({@link certifyGlobal}). */
import type { ProgressListener } from "../display/progress";
import { throttledProgress } from "../display/progress-display";
import { mustBe, noDataAtHand } from "../errors";
import { type FittedProblem, solvedProblemOf } from "../estimators/fit/fitter";
import type { FitMaker, GlobalRunOptions } from "../estimators/fit/penalty-spec";
import { checkGlobal } from "../estimators/options/global-options";
import { checkListening, type GlobalOptions, type GlobalRun } from "../estimators/options/run-options";
import type { AnyFit } from "../estimators/results/fit-of";
import {
  type GlobalStatus,
  type GlobalTraceRow,
  globalProof,
  proofByDualityGap,
} from "../estimators/results/global-proof";
import { MultiResponseFit } from "../estimators/results/multi-response-fit";
import { SparseLinearFit } from "../estimators/results/sparse-linear-fit";
import { norm } from "../linalg/vector";
import { checkKeys } from "../options";
import { isGroupwise, isSeparable, type Penalty, type SeparablePenalty } from "../penalties";
import { hasConstantHessian, type SparseProblem, saturatedLoss } from "../problem/problem";
import { PenaltyTerms } from "./envelopes";
import { GlobalCertificate } from "./global-certificate";
import { type GlobalEnd, searchGlobally } from "./global-search";
import { profiledLossOf } from "./profiled-loss";
import { quadraticLossOf } from "./quadratic-loss";
import type { SearchState } from "./tree";

/** Options of {@link certifyGlobal}. */
export interface CertifyGlobalOptions extends GlobalOptions {
  /** Told the gap and the number of nodes, at most ten times a second: `progressBar()`, or a function of your own. */
  readonly onProgress?: ProgressListener;
  /** Asked before each node; once it is aborted the search ends with the bound that it has. */
  readonly signal?: { readonly aborted: boolean };
}

/**
 * Proves how far a fit is from the global minimum of its objective, by branch and bound, and returns the better fit where it finds one.
 *
 * The objective is that of the fit, `f(X b) + sum_j p(|b_j|)` or `f(X b) + sum_g p(||b_g||)`, with the weights of its rows and all it does not
 * penalize. The loss `f` is a squared error, or convex and states its `selfConcordance`: `logistic`, `binomial`, `poisson`, `gamma`, `tweedie`,
 * `logCosh`, and `negativeBinomial` with a given `theta`. The penalty `p` is any that states its `concaveRange`: `lq`, `logSum`, `mcp`, `scad` and
 * what `concavePenalty` makes, with weights, signs and bounds; of groups `groupLq`, `groupMcp` and `groupScad`, and any that states its `radial`.
 * For every `b` with coefficients or norms in boxes a lower bound follows from a dual point of the loss and the terms of the penalty; boxes are split
 * until all bounds reach the best objective. A fit with a convex penalty is answered by its duality gap. What is proved holds with rounding:
 * each bound is lowered by what rounding may have added to it.
 *
 * MCP and SCAD are constant far out. Where then nothing bounds the coefficients, as with more features than rows or with classes that some
 * combination of features separates, the proof holds for those within `box`, three times the largest one found; beyond it the objective may be lower,
 * and need not have a minimum.
 *
 * @param fit of one response, with its data at hand.
 * @param options `timeLimit`: seconds, default 60; `gap`: relative, default 1e-6; `onProgress`; `signal`.
 * @returns the objective, its lower bound, and the better fit.
 * @throws InputError for a fit without its data, of several responses, of a loss that is neither a squared error nor states its
 * `selfConcordance` or has a parameter to estimate, or with a penalty that neither states its `concaveRange` nor has a `radial` that does.
 * @see Land and Doig, An automatic method of solving discrete programming problems (1960)
 * @example
 * ```ts
 * const X = [[1, 0], [0, 1], [1, 1], [2, 1], [0, 3]];
 * const fit = new SparseLinearModel({ penalty: lq({ q: 0.5 }), lambda: 0.1 }).fit(X, [1, 0, 1, 2, 1]);
 * certifyGlobal(fit).status; // "optimal"
 * ```
 */
export function certifyGlobal(fit: SparseLinearFit, options: CertifyGlobalOptions = {}): GlobalCertificate {
  const where = "certifyGlobal";
  checkKeys(where, options, ["timeLimit", "gap", "onProgress", "signal"]);
  checkListening(where, options);
  const { timeLimit, gap } = options;
  checkGlobal(where, { timeLimit, gap });
  return proveGlobal(where, fit, options);
}

/** {@link certifyGlobal} with options that are checked. */
function proveGlobal(where: string, fit: AnyFit, options: CertifyGlobalOptions): GlobalCertificate {
  const { timeLimit = 60, gap = 1e-6, signal, onProgress } = options;
  if (fit instanceof MultiResponseFit) throw mustBe(where, "fit", "of one response", "one of several");
  if (!(fit instanceof SparseLinearFit)) throw mustBe(where, "fit", "the fit of an estimator", fit);
  const solved = solvedProblemOf(fit);
  if (solved === undefined) throw noDataAtHand(where);
  if (!(fit.lambda > 0)) throw mustBe(where, "lambda", "above 0", fit.lambda);
  const start = performance.now();
  const seconds = (): number => (performance.now() - start) / 1000;
  const { penalty } = solved.working.problem;
  if (penalty.convex) {
    const least = saturatedLoss(solved.working.problem);
    const proof = proofByDualityGap(fit.certificate, least, gap, seconds());
    return new GlobalCertificate(fit, proof);
  }
  checkProblem(where, solved.working.problem);
  const tell = throttledProgress(where, 1, onProgress);
  const trace: GlobalTraceRow[] = [];
  const control = {
    gap: 0.98 * gap,
    reasonToEnd: () =>
      signal?.aborted
        ? ("interrupted" as const)
        : seconds() >= timeLimit
          ? ("timeLimit" as const)
          : undefined,
    onNode(state: SearchState): void {
      const relative = relativeGap(state.objective, state.lowerBound);
      const last = trace.at(-1);
      const isNew = last?.lowerBound !== state.lowerBound || last.objective !== state.objective;
      if (isNew && trace.length < MOST_TRACED) {
        trace.push({ seconds: seconds(), ...state });
      }
      tell(0, () => `gap ${relative.toExponential(1)}, ${state.nodes} nodes`, {
        share: Math.min(seconds() / timeLimit, 0.999),
      });
    },
  };
  const end = search(solved, penalty, control);
  tell(1, () => `gap ${relativeGap(end.objective, end.lowerBound).toExponential(1)}, ${end.nodes} nodes`);
  return certificateOf(fit, solved, end, { gap, seconds: seconds(), trace });
}

/** Rows of the course of a search that are kept. */
const MOST_TRACED = 10_000;

/**
 * Checks a proof that a fit is asked for before the fit is made.
 *
 * @param lambdas those of the fits to be proved.
 * @throws InputError for a problem that there is no bound for, a `lambda` of 0, or options outside their domain.
 */
export function checkProvable(
  where: string,
  problem: SparseProblem,
  global: GlobalRun["global"],
  lambdas: ArrayLike<number> = [],
): void {
  if (Array.from(lambdas).includes(0)) throw mustBe(where, "lambda", "above 0 with a proof", 0);
  if (typeof global !== "boolean") checkGlobal(where, global);
  if (!problem.penalty.convex) checkProblem(where, problem);
}

/** A fit of an estimator with a proof, or the better one that the proof finds. */
export function proved<Scored>(
  where: string,
  maker: FitMaker<Scored>,
  fit: AnyFit,
  options: GlobalRunOptions,
): Scored {
  const { fit: best, ...global } = proveGlobal(where, fit, options);
  return maker.withProof(best, global);
}

/** @throws InputError for a problem that there is no bound for. */
function checkProblem(where: string, { datafit, penalty }: SparseProblem): void {
  if (datafit.estimated) throw mustBe(where, "datafit", "one without a parameter to estimate", datafit.name);
  if (!isSquaredError({ datafit }) && datafit.selfConcordance === undefined) {
    const rule =
      "a squared error, or a loss that states its selfConcordance, such as logistic or poisson, where the penalty is not convex";
    throw mustBe(where, "datafit", rule, datafit.name);
  }
  if (hasEnvelopes(penalty)) return;
  throw mustBe(
    where,
    "penalty",
    "a sum over coefficients or norms of groups that states concaveRange, as lq, mcp, scad and groupMcp do",
    penalty.name,
    remedyFor(penalty),
  );
}

/** The member that a penalty lacks for a proof; undefined where none would do. */
function remedyFor(penalty: Penalty): string | undefined {
  if (isSeparable(penalty)) return `write its ${evenTermsOf(penalty) ? "concaveRange" : "withoutBounds"}`;
  if (!isGroupwise(penalty) || !penalty.isRadial || penalty.domain) return undefined;
  return `write its ${penalty.radial ? "radial.concaveRange" : "radial"}`;
}

function isSquaredError({ datafit }: Pick<SparseProblem, "datafit">): boolean {
  return datafit.dependsOnResidual && hasConstantHessian({ datafit }) && datafit.hasDiagonalHessian;
}

function hasEnvelopes(penalty: Penalty): boolean {
  return typeof magnitudeTermsOf(penalty)?.concaveRange === "function";
}

/** The penalty of the magnitudes of coefficients, or the norms of groups, that a penalty is a sum of terms of. */
function magnitudeTermsOf(penalty: Penalty): SeparablePenalty | undefined {
  if (isSeparable(penalty)) return evenTermsOf(penalty);
  return isGroupwise(penalty) && !penalty.domain ? penalty.radial : undefined;
}

/** The penalty whose terms are those of magnitudes: bounds, which need not be symmetric, are left to the boxes. */
function evenTermsOf(penalty: SeparablePenalty): SeparablePenalty | undefined {
  return penalty.domain ? penalty.withoutBounds : penalty;
}

function search(
  { working, lambda, solution }: FittedProblem,
  penalty: Penalty,
  control: Parameters<typeof searchGlobally>[3],
): GlobalEnd {
  const { problem } = working;
  const loss = isSquaredError(problem) ? quadraticLossOf(problem) : profiledLossOf(problem);
  const blocks = isGroupwise(penalty) ? penalty.groups.members : undefined;
  const coordinates = Int32Array.from({ length: blocks?.length ?? loss.size }, (_, j) => j);
  const terms = new PenaltyTerms(magnitudeTermsOf(penalty)!, lambda, coordinates);
  const domain = isSeparable(penalty) ? penalty.domain : undefined;
  const end = (which: 0 | 1): Float64Array =>
    Float64Array.from(
      { length: loss.size },
      (_, j) => domain?.(j)[which] ?? (which === 0 ? -Infinity : Infinity),
    );
  const objective = { loss, terms, ...(blocks && { blocks }) };
  return searchGlobally(objective, [solution.beta], { low: end(0), high: end(1) }, control);
}

function certificateOf(
  fit: SparseLinearFit,
  solved: FittedProblem,
  end: GlobalEnd,
  { gap, ...rest }: Pick<GlobalCertificate, "seconds" | "trace"> & { readonly gap: number },
): GlobalCertificate {
  const better = isLower(end.objective, fit.certificate.objective) ? betterFit(solved, end) : undefined;
  const chosen = better && better.certificate.objective < fit.certificate.objective ? better : fit;
  const { objective } = chosen.certificate;
  const lowerBound = Math.min(end.lowerBound, objective);
  const closed = relativeGap(objective, lowerBound) <= gap;
  const status: GlobalStatus = closed ? "optimal" : (end.reason ?? "gap");
  const box = end.declared === undefined ? undefined : boxOf(solved, end.declared);
  const proof = globalProof({ objective, lowerBound, nodes: end.nodes, status, box, ...rest });
  return new GlobalCertificate(chosen, proof);
}

/**
 * The largest magnitudes on the original scale: of coefficients up to `declared` on that of the solver, or such that the norm of a group there
 * is at most `declared` times its size, whatever the signs.
 */
function boxOf({ working, solution }: FittedProblem, declared: number): Float64Array {
  const { penalty } = working.problem;
  const box = isGroupwise(penalty)
    ? groupBoxOf(working, declared)
    : ownBoxOf({ working, solution }, declared);
  for (const j of working.unpenalized) box[j] = Number.POSITIVE_INFINITY;
  return box;
}

function ownBoxOf(
  { working, solution }: Pick<FittedProblem, "working" | "solution">,
  declared: number,
): Float64Array {
  const ends = [-declared, declared].map((end) => {
    const beta = new Float64Array(solution.beta.length).fill(end);
    return working.toOriginal(beta, solution.profile.psi).coefs[0];
  });
  return ends[0].map((low, j) => Math.max(Math.abs(low), Math.abs(ends[1][j])));
}

/** The norm on the solver's scale is at most the sum of those of single coefficients. */
function groupBoxOf(working: FittedProblem["working"], declared: number): Float64Array {
  return Float64Array.from(working.scales, (_, j) => {
    const unit = new Float64Array(working.scales.length);
    unit[j] = 1;
    const size = norm(working.toWorking([unit]));
    return size > 0 ? declared / size : 0;
  });
}

function betterFit({ working, solution, descendFrom }: FittedProblem, end: GlobalEnd): SparseLinearFit {
  return descendFrom(working.toOriginal(end.best, solution.profile.psi).coefs) as SparseLinearFit;
}

/** Whether an objective is lower by more than rounding. */
function isLower(objective: number, other: number): boolean {
  return objective < other - 1e-10 * Math.abs(other);
}

/** `(U - LB) / |U|` */
function relativeGap(objective: number, lowerBound: number): number {
  return objective > lowerBound ? (objective - lowerBound) / Math.abs(objective) : 0;
}
