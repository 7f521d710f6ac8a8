/** The section of a report on the model ({@link modelSection}): what was fitted to what, and how `lambda` was chosen. */
import { counted, formatNumber, shorten } from "../../display/formatting";
import type { Table } from "../../display/table";
import type { Section } from "./blocks";
import { type PenaltyInWords, penaltySentences } from "./penalty-wording";
import type { ReportedPath, ReportedValidation } from "./reported-parts";
import type { Subject } from "./subject";
import type { LossInWords } from "./wording";
import { capital, inWords, MOST_ROWS, NAME_LENGTH, named, notesOf, paragraph, shortNames } from "./writing";

/**
 * Returns the section on the model.
 *
 * @param loss undefined for a loss of the caller's own.
 * @param penalty undefined for one of the caller's own, and where there is none.
 */
export function modelSection(
  subject: Subject,
  loss: LossInWords | undefined,
  penalty: PenaltyInWords | undefined,
): Section {
  const { fit, nSamples, responses, description, columns, params, record } = subject;
  const of = responses.length === 1 ? `predict ${named(responses[0])} from ` : "";
  const rows = nSamples === undefined ? "" : ` of ${counted(nSamples, "row")}`;
  const features = counted(fit.featureNames.length, "feature");
  const others = paramsInWords(params ?? {});
  const classes = fit.classes?.map(named) ?? [];
  const shown = classes.length > 8 ? [...classes.slice(0, 7), `${classes.length - 7} more`] : classes;
  return {
    heading: "Model",
    blocks: [
      ...(description.length > 0 ? [paragraph(...description.map(capital))] : []),
      paragraph(
        `\`${fit.estimator}\` was fitted to ${of}${features}${rows}.`,
        shown.length > 0 ? `The classes are ${inWords(shown)}.` : "",
        loss ? `The loss is ${loss.loss}.` : "",
        ...(fit.lambda > 0 ? penaltySentences(penalty, params) : []),
        record.usesWeights ? "Rows count by their weights." : "",
        record.usesOffset ? "An offset is part of the linear predictor, without a coefficient." : "",
        others.length > 0 ? `Its other options are ${inWords(others)}.` : "",
      ),
      paragraph(choiceInWords(subject), lambdaInFull(fit.lambda)),
      ...notesOf(fit.notes),
      ...(columns ? [{ kind: "table", table: columnTable(columns), isFolded: true } as const] : []),
    ],
  };
}

/** The lambda with all of its digits, for who repeats the fit elsewhere. */
function lambdaInFull(lambda: number): string {
  return Number(formatNumber(lambda)) === lambda ? "" : `In full, λ is ${lambda}.`;
}

function columnTable(columns: Table): Table {
  return shortNames(columns, { title: `How columns are read: ${columns.title}`, maxRows: MOST_ROWS });
}

/** The options, but for the loss and lambda, with values that can be said in a few letters, and lists by their lengths. */
function paramsInWords(params: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(params).flatMap(([name, value]) => {
    if (name === "lambda" || name === "datafit") return [];
    if (typeof value === "number") return [`\`${name}: ${formatNumber(value)}\``];
    if (typeof value === "string" || typeof value === "boolean")
      return [`\`${name}: ${JSON.stringify(value)}\``];
    const { length, name: own } = Object(value) as { readonly length?: unknown; readonly name?: unknown };
    if (typeof length === "number" && typeof value !== "function")
      return [`\`${name}\`, a list of ${length}`];
    return typeof own === "string" && own !== "" ? [`\`${name}: ${shorten(own, NAME_LENGTH)}\``] : [];
  });
}

function choiceInWords(subject: Subject): string {
  const { fit, crossValidation, path } = subject;
  if (fit.lambda === 0) return "The coefficients are not penalized: λ is 0.";
  if (crossValidation !== undefined) return validationInWords(subject, crossValidation);
  return path === undefined
    ? `The model was fitted at λ = ${formatNumber(fit.lambda)}.`
    : pathInWords(subject, path);
}

function validationInWords({ fit, place }: Subject, cv: ReportedValidation): string {
  const lambda = `λ = ${formatNumber(fit.lambda)}`;
  if (place === undefined) return `The model, at ${lambda}, is none of the fits that were cross-validated.`;
  if (cv.folds.length === 0) return `The model is the fit at ${lambda}, which no score chose.`;
  const { isBest, is1se } = place;
  if (!isBest && !is1se)
    return `The model, at ${lambda}, is neither the fit of the best score of the cross-validation nor the one within one standard error of it.`;
  const reason = !is1se
    ? "it has the best mean score"
    : isBest
      ? "it has the best mean score, and no larger λ is within one standard error of it"
      : "it is the largest one whose mean score is within one standard error of the best";
  const options = paramsInWords(place.params);
  const compared =
    options.length > 0 ? ` Of the options that were compared, ${inWords(options)} is that of the fit.` : "";
  return `${lambda} was chosen by cross-validation: ${reason}.${compared}`;
}

function pathInWords({ fit, isOnPath }: Subject, path: ReportedPath): string {
  const lambda = `λ = ${formatNumber(fit.lambda)}`;
  const lambdas = Array.from(path.lambdas);
  const values = counted(lambdas.length, "value");
  if (!isOnPath)
    return lambdas.includes(fit.lambda)
      ? `The model was fitted at ${lambda}, where the path has another fit.`
      : `The model was fitted at ${lambda}, which is none of the ${values} of λ of the path.`;
  const { best } = Object(path) as { best?: (criterion: string) => { readonly lambda: number } };
  const criteria =
    typeof best === "function"
      ? ["aic", "bic", "ebic"].filter((criterion) => best.call(path, criterion).lambda === fit.lambda)
      : [];
  const names = inWords(criteria.map((each) => each.toUpperCase()));
  const least =
    criteria.length > 0 ? `, at which ${names} ${criteria.length > 1 ? "choose" : "chooses"} the fit` : "";
  const isLast = criteria.length > 0 && lambdas.length > 1 && fit.lambda === Math.min(...lambdas);
  const beyond = isLast ? " It is the smallest of them: a smaller one may be better by that criterion." : "";
  return `The model is the fit at ${lambda} of a path of ${values} of λ${least}.${beyond}`;
}
