/** The sections on how `lambda` was chosen: the path ({@link pathSection}) and the cross-validation ({@link validationSection}). */
import { counted, formatNumber, isOrAre } from "../../display/formatting";
import { crossValidationPlot } from "../charts/cross-validation-plot";
import { type PathPlotData, pathPlot } from "../charts/path-plot";
import type { Section } from "./blocks";
import { coefVectors } from "./chosen-fit";
import type { ReportedPath } from "./reported-parts";
import type { Subject } from "./subject";
import { inWords, named, notesOf, paragraph, shortNames } from "./writing";

/** The number of features that are named as the first ones of a path. */
const FIRST_FEATURES = 5;

/** Returns the section on the path; undefined where there is none. */
export function pathSection({ path, crossValidation: cv, fit, isOnPath }: Subject): Section | undefined {
  if (path === undefined) return undefined;
  const lambdas = Array.from(path.lambdas);
  const [highest, lowest] = [Math.max(...lambdas), Math.min(...lambdas)];
  const isMarked =
    cv !== undefined && [cv.lambdaMin, cv.lambda1se].every((at) => at >= lowest && at <= highest);
  const marks = isMarked ? { lambdaMin: cv.lambdaMin, lambda1se: cv.lambda1se } : {};
  const lambda = formatNumber(fit.lambda);
  return {
    heading: "Regularization path",
    blocks: [
      paragraph(
        `The coefficients are followed over ${counted(lambdas.length, "value")} of λ from ${formatNumber(highest)} down to ${formatNumber(lowest)}.`,
        ...entriesInWords(path),
        isOnPath ? "" : `The model of this report, at λ = ${lambda}, is not on it.`,
        isOnPath && !isMarked ? `The model of this report is at λ = ${lambda}.` : "",
      ),
      { kind: "chart", draw: (width) => pathPlot(path as PathPlotData, { width, ...marks }) },
    ],
  };
}

/** Which features are in the model at the largest lambda, and which enter next, in the order in which they do. */
function entriesInWords(path: ReportedPath): string[] {
  const nFeatures = path.featureNames.length;
  const [atOnce, ...later] = entriesOf(path);
  const isEvery = atOnce.length === nFeatures;
  const there = isEvery
    ? "Every feature is"
    : `${atOnce.length} of ${counted(nFeatures, "feature")} ${isOrAre(atOnce.length)}`;
  const first = atOnce.length > 0 ? [`${there} in the model at the largest already.`] : [];
  const steps: string[] = [];
  let nNamed = 0;
  for (const names of later) {
    if (names.length === 0) continue;
    if (nNamed >= FIRST_FEATURES) break;
    const shown = names.slice(0, FIRST_FEATURES - nNamed).map(named);
    const rest = names.length - shown.length;
    steps.push(inWords(rest > 0 ? [...shown, `${rest} more`] : shown));
    nNamed += shown.length;
  }
  if (steps.length === 0) return first;
  const isOne = nNamed === 1;
  return [...first, `The first to enter ${isOne ? "is" : "are"} ${steps.join(", then ")}.`];
}

/** Returns the features that get a coefficient at each lambda and had none at a larger one, from the largest lambda on. */
function entriesOf({ lambdas, coefs, featureNames }: ReportedPath): string[][] {
  const order = [...Array.from(lambdas).keys()].sort((a, b) => lambdas[b] - lambdas[a]);
  const entered = new Set<number>();
  return order.map((l) => {
    const vectors = coefVectors(coefs[l]);
    const fresh = [...featureNames.keys()].filter(
      (j) => !entered.has(j) && vectors.some((coef) => coef[j] !== 0),
    );
    for (const j of fresh) entered.add(j);
    return fresh.map((j) => featureNames[j]);
  });
}

/** Returns the section on the cross-validation; undefined where there is none. */
export function validationSection({ crossValidation: cv }: Subject): Section | undefined {
  if (cv === undefined) return undefined;
  const hasScores = cv.folds.length > 0;
  return {
    heading: "Cross-validation",
    blocks: [
      paragraph(
        hasScores
          ? `The rows were divided into folds, each of which was predicted by a fit to ${cv.timeOrdered ? "those before it" : "the others"}. The score is the ${cv.measure}; ${cv.higherIsBetter ? "higher" : "lower"} is better.`
          : "It was interrupted before the first fold was done, so that there are no scores.",
        hasScores
          ? "`lambdaMin` is the λ of the best mean score, and `lambda1se` the largest λ whose mean score is within one standard error of it."
          : "",
      ),
      ...(hasScores
        ? [{ kind: "chart", draw: (width: number) => crossValidationPlot(cv, { width }) } as const]
        : []),
      // The curve of letters that the table has below is drawn above.
      { kind: "table", table: shortNames(cv.summary(), { notes: [] }) },
      ...notesOf(cv.notes),
    ],
  };
}
