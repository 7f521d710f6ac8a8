/** The first section of a report ({@link modelSection}): what was fitted to what, how `lambda` was chosen, and what came out. */
import { counted, formatNumber, isOrAre, shorten } from "../../display/formatting";
import type { Table } from "../../display/table";
import type { Section } from "./blocks";
import { type PenaltyInWords, penaltySentences } from "./penalty-wording";
import type { ReportedPath, ReportedValidation } from "./reported-parts";
import type { Subject } from "./subject";
import { EVALUATED_ROWS, type LossInWords } from "./wording";
import {
  capital,
  inWords,
  MOST_ROWS,
  NAME_LENGTH,
  named,
  notesOf,
  paragraph,
  shortNames,
  tableOf,
} from "./writing";

/** Returns the title of a report, where none is given. */
export function titleOf({ title, fit, responses, path }: Subject): string {
  if (title !== undefined) return title;
  const names = responses.length > 0 ? responses : fit.classes ? [] : (path?.responseNames ?? []);
  const of = names.map((name) => shorten(name, NAME_LENGTH));
  if (of.length === 0) return `A fit of ${fit.estimator}`;
  return `${of.slice(0, 3).join(", ")}${of.length > 3 ? ` and ${of.length - 3} more` : ""}, by ${fit.estimator}`;
}

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
  const of = responses.length === 1 ? ` of ${named(responses[0])}` : "";
  const rows = nSamples === undefined ? "" : `${counted(nSamples, "row")} and `;
  const others = paramsInWords(params ?? {});
  const classes = fit.classes?.map(named) ?? [];
  const shown = classes.length > 8 ? [...classes.slice(0, 7), `${classes.length - 7} more`] : classes;
  return {
    heading: "Model",
    blocks: [
      ...(description.length > 0 ? [paragraph(...description)] : []),
      paragraph(
        `\`${fit.estimator}\` was fitted to ${rows}${counted(fit.featureNames.length, "feature")}${of}.`,
        shown.length > 0 ? `The classes are ${inWords(shown)}.` : "",
        loss ? `The loss is ${loss.loss}.` : "",
        ...(fit.lambda > 0 ? penaltySentences(penalty, params) : []),
        record.usesOffset ? "An offset is part of the linear predictor, without a coefficient." : "",
        others.length > 0 ? `Its other options are ${inWords(others)}.` : "",
      ),
      paragraph(choiceInWords(subject), sparsityInWords(subject)),
      { kind: "facts", facts: factsOf(subject) },
      ...notesOf(fit.notes),
      ...(columns ? [{ kind: "table", table: columnTable(columns), isFolded: true } as const] : []),
    ],
  };
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

function sparsityInWords({ fit }: Subject): string {
  const [n, p] = [fit.support.length, fit.featureNames.length];
  if (n === 0) return "No feature is in the model: every coefficient is exactly zero.";
  const others = p - n === 1 ? "coefficient of the other is" : `coefficients of the other ${p - n} are`;
  return `${n} of ${counted(p, "feature")} ${isOrAre(n)} in the model${p === n ? "" : `; the ${others} exactly zero`}.`;
}

/** The measures that say most of a model, one a kind of response. */
const HEADLINES = ["R²", "D²", "AUC", "accuracy", "concordance"];

function factsOf({ fit, nSamples, evaluation, evaluatedOn }: Subject): (readonly [string, string])[] {
  const measures = evaluation === undefined ? [] : tableOf(evaluation).rows;
  const found = HEADLINES.map((name) => measures.find(([measure]) => measure === name)).find(
    (row) => typeof row?.[1] === "number",
  );
  const rows = evaluatedOn === undefined ? "" : `, ${EVALUATED_ROWS[evaluatedOn].name}`;
  return [
    ...(nSamples === undefined ? [] : [["Rows", String(nSamples)] as const]),
    ["Features in the model", `${fit.support.length} of ${fit.featureNames.length}`],
    ["λ", formatNumber(fit.lambda)],
    ...(found ? [[`${capital(String(found[0]))}${rows}`, formatNumber(Number(found[1]))] as const] : []),
    ["Status", fit.status],
  ];
}
