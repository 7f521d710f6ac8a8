/** The first section of a report ({@link resultSection}): what came out, in sentences that need nothing of what follows. */
import { counted, formatNumber, isOrAre } from "../../display/formatting";
import type { Section } from "./blocks";
import { type Measures, measuresOf } from "./measures";
import type { Subject } from "./subject";
import { EVALUATED_ROWS, type LossInWords, statusInWords } from "./wording";
import { capital, inWords, named, paragraph } from "./writing";

/** The number of features that are named as those of the largest effects. */
const LARGEST_EFFECTS = 5;
/** The number of columns whose missing values are counted. */
const FILLED_COLUMNS = 8;

/** What missing values are filled by, by the rule for them. */
const FILLED_BY: Readonly<Record<string, string>> = {
  mean: " by the mean of their column, of levels by the shares of these",
  median: " by the median of their column, of levels by the shares of these",
  level: " and marked by a feature of their own",
};

/** Returns the section on the result. @param loss undefined for a loss of the caller's own. */
export function resultSection(subject: Subject, loss: LossInWords | undefined): Section {
  const { fit, filled, nSamples } = subject;
  const shown = filled.slice(0, FILLED_COLUMNS).map(({ name, count }) => `${count} of ${named(name)}`);
  const nOthers = filled.length - shown.length;
  const others = nOthers > 0 ? [`some of ${counted(nOthers, "other column")}`] : [];
  const ofRows = nSamples === undefined ? "" : `, in ${counted(nSamples, "row")}`;
  return {
    heading: "Result",
    blocks: [
      paragraph(
        fit.status === "converged"
          ? ""
          : `The fit ${statusInWords(fit.status)}: what follows may change once it has.`,
        predictionInWords(subject),
        sparsityInWords(subject),
        effectsInWords(subject, loss),
      ),
      { kind: "facts", facts: factsOf(subject) },
      ...(shown.length > 0
        ? [
            paragraph(
              `Missing values were filled${FILLED_BY[subject.missing ?? ""] ?? ""}: ${inWords([...shown, ...others])}${ofRows}.`,
            ),
          ]
        : []),
    ],
  };
}

/** How well rows are predicted, beside a model without features; empty where that is not known. */
function predictionInWords({ fit, evaluation, evaluatedOn, responses }: Subject): string {
  const measures = measuresOf(evaluation);
  const rows = evaluatedOn === undefined ? "In the rows evaluated" : EVALUATED_ROWS[evaluatedOn].beginning;
  const response = responses.length === 1 ? named(responses[0]) : "the response";
  const accuracy = measures.get("accuracy");
  if (accuracy !== undefined) {
    const own = responses.length === 1 ? response : "the class";
    return classesInWords(rows, own, accuracy, mostFrequent(fit, evaluation));
  }
  const concordance = measures.get("concordance");
  if (concordance !== undefined)
    return `${rows}, the one of two with the higher predicted risk has the event first in ${percent(concordance.value)} of pairs; 50\u00a0% is chance.`;
  const error = measures.get("mean absolute error");
  if (error === undefined) return "";
  const [name, explained] = (["R²", "D²"] as const)
    .map((each) => [each, measures.get(each)?.value] as const)
    .find(([, value]) => value !== undefined) ?? ["R²", undefined];
  const base =
    error.without === undefined
      ? ""
      : `, and a model without features to within ${formatNumber(error.without, 3)}`;
  const what = name === "R²" ? "variance" : "deviance";
  const share =
    explained === undefined
      ? ""
      : explained > 0
        ? ` The model explains ${percent(explained)} of its ${what} (${name}).`
        : ` The model predicts it no better than its mean does (${name} is ${formatNumber(explained, 2)}).`;
  return `${rows}, ${response} is predicted to within ${formatNumber(error.value, 3)} on average (mean absolute error)${base}.${share}`;
}

function classesInWords(
  rows: string,
  response: string,
  { value, without }: { readonly value: number; readonly without?: number | undefined },
  frequent: string,
): string {
  const first = `${rows}, ${response} is predicted right in ${percent(value)}`;
  if (without === undefined) return `${first}.`;
  const better = value > without ? "" : ": by this measure the model is no better";
  return `${first} of them; always predicting ${frequent} is right in ${percent(without)}${better}.`;
}

/** The most frequent class, as far as it is known. */
function mostFrequent({ classes = [] }: Subject["fit"], evaluation: Subject["evaluation"]): string {
  const { confusion } = Object(evaluation) as { readonly confusion?: readonly (readonly number[])[] };
  if (confusion === undefined) return "the most frequent class";
  const weights = confusion.map((row) => row.reduce((sum, count) => sum + count, 0));
  return named(classes[weights.indexOf(Math.max(...weights))]);
}

function percent(share: number): string {
  return `${formatNumber(100 * share, 3)}\u00a0%`;
}

/** The number of features in the model. */
function sparsityInWords({ fit, place, crossValidation: cv }: Subject): string {
  const [n, p] = [fit.support.length, fit.featureNames.length];
  if (n === 0) {
    const nBest =
      place?.is1se && !place.isBest && cv ? cv.df[Array.from(cv.lambdas).indexOf(cv.lambdaMin)] : 0;
    const ofBest =
      nBest > 0 ? ` The fit of the best mean score, \`cv.best\`, has ${counted(nBest, "feature")}.` : "";
    return `No feature is in the model: every coefficient is exactly zero.${ofBest}`;
  }
  const others = p - n === 1 ? "coefficient of the other is" : `coefficients of the other ${p - n} are`;
  return `${n} of ${counted(p, "feature")} ${isOrAre(n)} in the model${p === n ? "" : `; the ${others} exactly zero`}.`;
}

/** The features of the largest effects, with their signs where there is one response. */
function effectsInWords({ fit }: Subject, loss: LossInWords | undefined): string {
  const rows = fit.summary().rows.filter((row) => row[row.length - 1] !== null);
  if (rows.length === 0 || fit.support.length === 0) return "";
  const isOne = "coef" in fit;
  const shown = rows.slice(0, LARGEST_EFFECTS).map((row) => {
    const size = Number(row[row.length - 1]);
    return isOne ? `${named(row[0])} (${size > 0 ? "+" : ""}${formatNumber(size, 3)})` : named(row[0]);
  });
  const are = shown.length === 1 ? "effect is that" : "effects are those";
  const on = isOne && loss?.effectOn !== undefined ? ` on ${loss.effectOn}` : "";
  return `The largest ${are} of ${inWords(shown)}${isOne ? `, per standard deviation of the feature${on}` : ""}.`;
}

/** The measures that say most of a model, one a kind of response. */
const HEADLINES = ["R²", "D²", "AUC", "accuracy", "concordance"];

function factsOf({ fit, nSamples, evaluation, evaluatedOn }: Subject): (readonly [string, string])[] {
  const measures: Measures = measuresOf(evaluation);
  const headline = HEADLINES.find((name) => measures.has(name));
  const rows = evaluatedOn === undefined ? "" : `, ${EVALUATED_ROWS[evaluatedOn].name}`;
  return [
    ...(nSamples === undefined ? [] : [["Rows", String(nSamples)] as const]),
    ["Features in the model", `${fit.support.length} of ${fit.featureNames.length}`],
    ...(headline === undefined
      ? []
      : [[`${capital(headline)}${rows}`, formatNumber(measures.get(headline)!.value)] as const]),
    ...(headline === "accuracy" && measures.get(headline)?.without !== undefined
      ? [["Without features", formatNumber(Number(measures.get(headline)?.without))] as const]
      : []),
    ...(fit.status === "converged" ? [] : [["Status", fit.status] as const]),
  ];
}
