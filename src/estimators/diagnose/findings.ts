/** Finds what may be wrong with a fit, and says for each topic what to do about it. */
import { formatNumber, isOrAre } from "../../display/formatting";
import { supportOf } from "../../linalg/vector";
import { isSeparable } from "../../penalties";
import { columnCurvature } from "../../problem/problem";
import { convexityOf, solvedProblemOf } from "../fit/fitter";
import type { SolvedProblem } from "../fit/solve";
import { failureReasonsIn, isProvenance, sentenceOf } from "../notes";
import type { AnyFit } from "../results/fit-of";
import { coefsOf, notesOf } from "../results/fitted-model";
import { Diagnosis, type DiagnosisItem, type DiagnosisTopic } from "./diagnosis";
import { activeColumns, conditionNumber, copiesOutside, suboptimalZeros } from "./measurements";
import { supportRecovery, type Truth } from "./support-recovery";

/** An active column within this of another one, by `1 - |cosine|`, is nearly a copy of it. */
const copyDistance = 1e-3;

/** A condition number from which on half of the digits of a coefficient are lost. */
const illConditioned = 1 / Math.sqrt(Number.EPSILON);

/**
 * Finds what may be wrong with a fit, topic by topic.
 *
 * @throws InputError when the truth does not fit it.
 */
export function diagnosisOf(fit: AnyFit, truth: Truth | undefined): Diagnosis {
  const solved = solvedProblemOf(fit);
  const recovery = truth === undefined ? undefined : supportRecovery(fit, truth);
  const items = [
    convergence(fit),
    ...(solved ? fromData(fit, solved) : withoutData(fit)),
    ...spreadOverStarts(fit, solved),
    data(fit, solved),
    ...(recovery
      ? [
          look(
            "support recovery",
            recovery.f1,
            recovery.f1 === 1,
            "every feature that matters is selected, and no other one",
            `precision ${formatNumber(recovery.precision, 3)} and recall ${formatNumber(recovery.recall, 3)}: try other lambdas, a greater depth against false features, or stability selection`,
          ),
        ]
      : []),
  ];
  return new Diagnosis(`${fit.estimator}, lambda = ${formatNumber(fit.lambda, 4)}`, items, recovery);
}

function look(
  topic: DiagnosisTopic,
  value: number | undefined,
  fine: boolean,
  good: string,
  bad: string,
): DiagnosisItem {
  return { topic, value, verdict: fine ? "fine" : "look", advice: fine ? good : bad };
}

function convergence(fit: AnyFit): DiagnosisItem {
  const { status, certificate, lambda, nullDeviance } = fit;
  const [reason] = failureReasonsIn(notesOf(fit));
  const { dualityGap, violation } = certificate;
  const [measure, value] =
    dualityGap === undefined
      ? ["the stationarity violation", violation / (lambda || 1)]
      : ["the duality gap", dualityGap / (nullDeviance || 1)];
  const advice = {
    converged: `${measure} meets the tolerance`,
    "max-iter": `maxIter was used up before ${measure} met the tolerance: raise maxIter, or tol if this is enough`,
    interrupted: "the run was interrupted: fit again with init: this fit to go on from here",
    stalled: reason
      ? sentenceOf(reason)
      : 'the method could make no further progress: try solver "auto", or raise tol if this is enough',
  }[status];
  return look("convergence", value, status === "converged", advice, advice);
}

function withoutData({ support }: AnyFit): DiagnosisItem[] {
  const topics: DiagnosisTopic[] = ["basin of zero", "local convexity", "finite-time misalignment"];
  if (support.length > 0) topics.push("conditioning of the active columns");
  return topics.map((topic) => ({
    topic,
    value: undefined,
    verdict: "needs the data",
    advice: "the fit came without its data: fit again, or diagnose it before it is written",
  }));
}

function fromData(fit: AnyFit, solved: SolvedProblem): DiagnosisItem[] {
  const { penalty, datafit } = solved.working.problem;
  return [
    ...(penalty.convex ? [] : [basinOfZero(solved), localConvexity(fit)]),
    ...(datafit.terms ? [] : conditioning(solved)), // it is one of second derivatives
    ...misalignment(fit, solved),
    ...minimumMagnitude(solved),
  ];
}

function basinOfZero(solved: SolvedProblem): DiagnosisItem {
  const { working, tol } = solved;
  // Where there is nothing to explain, all that a step gains is rounding.
  const { columns, decrease } = suboptimalZeros(solved, tol * working.nullDeviance || Infinity);
  const share = formatNumber((100 * decrease) / working.nullDeviance, 2);
  return look(
    "basin of zero",
    columns.length,
    columns.length === 0,
    "no zero would do better alone, so none is held back by the basin of zero only",
    `${counted(columns, solved)} stuck in the basin of zero, and one step out of it would gain ${share} % of the null deviance: try solver "auto", or init with a fit of the lasso or of a smaller lambda`,
  );
}

function localConvexity(fit: AnyFit): DiagnosisItem {
  const convex = convexityOf(fit);
  return look(
    "local convexity",
    convex === undefined ? undefined : Number(convex),
    convex !== false,
    convex === undefined
      ? "the penalty has no second derivatives to tell by"
      : "among models of these features the objective is convex here",
    'the objective is not convex even among models of these features, so other solutions may be as good: compare with search: "thorough", or take a larger lambda',
  );
}

function conditioning(solved: SolvedProblem): DiagnosisItem[] {
  const { nameOf, problem } = solved.working;
  const { support, gram, nShared, closest } = activeColumns(solved);
  if (support.length === 0) return [];
  const condition = conditionNumber(gram, new Float64Array(support.length).fill(1), nShared);
  const copies = closest !== undefined && 1 - closest.cosine <= copyDistance ? closest : undefined;
  const [a, b] = copies?.pair ?? [0, 0];
  const items = [
    look(
      "conditioning of the active columns",
      condition,
      condition < illConditioned && copies === undefined,
      "the active columns determine their coefficients well",
      copies
        ? `${nameOf(a)} and ${nameOf(b)} are nearly copies, so which of them has which coefficient is arbitrary: group them or drop one`
        : "some active columns nearly depend on others, so their coefficients are not well determined: raise lambda, or add a ridge part with SmoothElasticNet",
    ),
  ];
  // Depth 2 on the balanced set: beta = u * v with |u| = |v| = sqrt|beta|.
  if (problem.penalty.quadraticOnOrthants) {
    const roots = Float64Array.from(support, (j) => 2 * Math.sqrt(Math.abs(solved.solution.beta[j])));
    const surrogate = conditionNumber(gram, roots, nShared);
    items.push(
      look(
        "conditioning of the surrogate",
        surrogate,
        surrogate < illConditioned,
        "the surrogate of depth 2 is well-conditioned on the support",
        'small coefficients make the surrogate ill-conditioned, so that first-order methods on it are slow: use solver "auto", which ends with Newton\'s method on the support',
      ),
    );
  }
  return items;
}

function misalignment({ certificate, status }: AnyFit, solved: SolvedProblem): DiagnosisItem[] {
  const { working, lambda, solution } = solved;
  const penalty = lambda > 0 ? working.problem.penalty.value(solution.beta, lambda) / lambda : 0;
  if (certificate.misalignment === 0 || penalty === 0) return [];
  const share = certificate.misalignment / penalty;
  return [
    look(
      "finite-time misalignment",
      share,
      status === "converged" || share <= 1e-3,
      share <= 1e-3
        ? "the surrogate point is balanced: it charges what the penalty does"
        : "the factors are not balanced, but the certificate holds for the coefficients whatever the factors",
      "the run ended before its factors were balanced, so it is not yet the penalized solution: raise maxIter or the step size, since imbalance falls with lambda times the total step size",
    ),
  ];
}

function minimumMagnitude(solved: SolvedProblem): DiagnosisItem[] {
  const { working, lambda, solution } = solved;
  const { problem, nameOf } = working;
  const { penalty } = problem;
  if (!isSeparable(penalty) || !penalty.smallestMagnitude || lambda === 0) return [];
  const curvature = columnCurvature(problem, solution.profile.eta);
  let [closest, smallest] = [-1, Number.POSITIVE_INFINITY];
  for (const j of supportOf(solution.beta)) {
    const ratio = Math.abs(solution.beta[j]) / penalty.smallestMagnitude(j, curvature[j], lambda);
    if (ratio < smallest) [closest, smallest] = [j, ratio];
  }
  // Where the smallest magnitude is 0 nothing is near it.
  if (smallest === Number.POSITIVE_INFINITY) return [];
  return [
    look(
      "minimum magnitude",
      smallest,
      smallest > 1.05,
      "every coefficient is clear of the smallest magnitude that a local minimum can have",
      `${nameOf(closest)} is at the smallest magnitude that a local minimum can have: a little more lambda, or other data, and it is zero`,
    ),
  ];
}

function spreadOverStarts({ starts }: AnyFit, solved: SolvedProblem | undefined): DiagnosisItem[] {
  if (starts.length < 2) return [];
  const ends = starts.map(({ objective }) => objective);
  const best = ends.reduce((least, each) => Math.min(least, each));
  const spread = ends.reduce((most, each) => Math.max(most, each)) - best;
  const nBest = ends.filter((end) => end - best <= 1e-6 * Math.abs(best)).length;
  const scale = solved?.working.nullDeviance;
  const apart = scale
    ? `${formatNumber((100 * spread) / scale, 2)} % of the null deviance`
    : formatNumber(spread, 2);
  return [
    look(
      "spread over starts",
      spread,
      nBest === ends.length,
      `all ${ends.length} starts end alike`,
      `${nBest} of ${ends.length} starts end here and others up to ${apart} higher: there are several local minima, so compare the supports at neighbouring lambdas before reading much into one`,
    ),
  ];
}

function data(fit: AnyFit, solved: SolvedProblem | undefined): DiagnosisItem {
  const { support, featureNames } = fit;
  const notes = notesOf(fit);
  const ofMaking = notes.filter(isProvenance).map(sentenceOf);
  const coefs = coefsOf(fit);
  const nSamples = (solved?.working.problem.design.nSamples ?? Number.POSITIVE_INFINITY) / coefs.length;
  const amiss = notes.filter((note) => !isProvenance(note)).map(sentenceOf);
  if (coefs.some((coef) => supportOf(coef).length >= nSamples)) {
    const many = coefs.length === 1 ? "there are" : "a response has";
    amiss.push(
      `${many} as many coefficients as samples (${nSamples}), so that the fit follows noise: raise lambda`,
    );
  }
  if (solved && coefs.length === 1) amiss.push(...copiesOutside(solved));
  const { length } = support;
  const what =
    coefs.length === 1
      ? `coefficients ${isOrAre(length)} not zero`
      : `features ${length === 1 ? "has" : "have"} coefficients`;
  const count = `${length} of ${featureNames.length} ${what}`;
  const found = amiss.length === 0 ? [`${count}, and nothing about the data stands out`] : amiss;
  const sentences = [...found, ...ofMaking].join("; ");
  return look("data", length, amiss.length === 0, sentences, sentences);
}

function counted(columns: readonly number[], { working }: SolvedProblem): string {
  const first = working.nameOf(columns[0]);
  return columns.length === 1 ? `${first} is` : `${columns.length} zeros, ${first} the first, are`;
}
