/** Writes the sections of a report ({@link sectionsOf}): sentences, tables and charts of what is known of a fit. */
import { counted, formatNumber, isOrAre, shorten } from "../../display/formatting";
import { Table, type TableOptions } from "../../display/table";
import { calibrationPlot } from "../charts/calibration-plot";
import { coefficientPlot } from "../charts/coefficient-plot";
import { crossValidationPlot } from "../charts/cross-validation-plot";
import { groupPlot } from "../charts/group-plot";
import { type PathPlotData, pathPlot } from "../charts/path-plot";
import { residualPlot } from "../charts/residual-plot";
import { rocPlot } from "../charts/roc-plot";
import type { Block, Section } from "./blocks";
import type { EvaluatedOn, ReportedEvaluation, ReportedPath, Subject } from "./subject";
import { type LossInWords, lossInWords, penaltyInWords, statusInWords } from "./wording";

/** Rows of a table of coefficients that are shown at once, and those that can be unfolded. */
const FIRST_ROWS = 25;
const MOST_ROWS = 1000;
/** Characters of a name in a table or a sentence. */
const NAME_LENGTH = 48;

type Row = TableOptions["rows"][number];

const paragraph = (...sentences: readonly string[]): Block => ({
  kind: "paragraph",
  text: sentences.filter((sentence) => sentence !== "").join(" "),
});

/** A name in a sentence. */
const named = (name: unknown): string => `\`${shorten(String(name).replaceAll("`", "'"), NAME_LENGTH)}\``;

/** Returns the title of a report, where none is given. */
export function titleOf({ title, fit, responses, path }: Subject): string {
  if (title !== undefined) return title;
  const names = responses.length > 0 ? responses : fit.classes ? [] : (path?.responseNames ?? []);
  const of = names.map((name) => shorten(name, NAME_LENGTH));
  if (of.length === 0) return `A fit of ${fit.estimator}`;
  return `${of.slice(0, 3).join(", ")}${of.length > 3 ? ` and ${of.length - 3} more` : ""}, by ${fit.estimator}`;
}

/** Returns the sections of what is given, in the order of reading. */
export function sectionsOf(subject: Subject): Section[] {
  const loss = lossOf(subject);
  const sections: (Section | undefined)[] = [
    modelSection(subject, loss),
    pathSection(subject),
    validationSection(subject),
    coefficientSection(subject, loss),
    predictionSection(subject),
    diagnosisSection(subject),
    certificateSection(subject),
    subject.code === undefined
      ? undefined
      : { heading: "Code", blocks: [{ kind: "code", text: subject.code }] },
  ];
  return sections.filter((section) => section !== undefined);
}

/** What is said of the loss; undefined for a loss of the caller's own. */
function lossOf({ fit }: Subject): LossInWords | undefined {
  try {
    const { $made } = Object(fit.toJSON().datafit) as { readonly $made?: string };
    return lossInWords($made, fit.classes ?? []);
  } catch {
    // Only losses of the library can be written as JSON, and only those are known here.
    return undefined;
  }
}

function modelSection(subject: Subject, loss: LossInWords | undefined): Section {
  const { fit, nSamples, responses, description, columns } = subject;
  const of = responses.length === 1 ? ` of ${named(responses[0])}` : "";
  const rows = nSamples === undefined ? "" : `${counted(nSamples, "row")} and `;
  const penalty = penaltyInWords(fit.estimator);
  const params = paramsInWords(subject.params);
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
        penalty && fit.lambda > 0 ? `The penalty is ${penalty}; it sets coefficients to exactly zero.` : "",
        params.length > 0 ? `Its other options are ${inWords(params)}.` : "",
      ),
      paragraph(choiceInWords(subject), sparsityInWords(subject)),
      { kind: "facts", facts: factsOf(subject) },
      ...notesOf(fit.notes),
      ...(columns ? [{ kind: "table", table: columnTable(columns), isFolded: true } as const] : []),
    ],
  };
}

/** Notes that are shown at once; data of many constant columns have one for each. */
const FIRST_NOTES = 5;

function notesOf(notes: readonly string[]): Block[] {
  const said = notes.map((note) => `Note: ${note}.`);
  const rest = said.slice(FIRST_NOTES).map((note) => [note]);
  const title = counted(rest.length, "more note");
  return [
    ...(said.length > 0 ? [{ kind: "list", items: said.slice(0, FIRST_NOTES) } as const] : []),
    ...(rest.length > 0
      ? [
          {
            kind: "table",
            table: new Table({ title, columns: [""], rows: rest, maxRows: MOST_ROWS }),
            isFolded: true,
            hasSentences: true,
          } as const,
        ]
      : []),
  ];
}

function columnTable(columns: Table): Table {
  return shortNames(columns, { title: `How columns are read: ${columns.title}`, maxRows: MOST_ROWS });
}

/** `a, b and c` */
function inWords(parts: readonly string[]): string {
  return parts.length < 2
    ? parts.join("")
    : `${parts.slice(0, -1).join(", ")} and ${parts[parts.length - 1]}`;
}

/** The options whose values can be said in a few letters. */
function paramsInWords(params: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(params).flatMap(([name, value]) => {
    if (name === "lambda" || name === "datafit") return [];
    if (typeof value === "number") return [`\`${name}: ${formatNumber(value)}\``];
    if (typeof value === "string" || typeof value === "boolean")
      return [`\`${name}: ${JSON.stringify(value)}\``];
    const own: unknown = Object(value).name;
    return typeof own === "string" && own !== "" ? [`\`${name}: ${shorten(own, NAME_LENGTH)}\``] : [];
  });
}

function choiceInWords({ fit, crossValidation: cv, path }: Subject): string {
  const lambda = `λ = ${formatNumber(fit.lambda)}`;
  if (fit.lambda === 0) return "The coefficients are not penalized: λ is 0.";
  if (cv !== undefined) {
    const isBest = fit.lambda === cv.lambdaMin;
    const is1se = fit.lambda === cv.lambda1se;
    if (!isBest && !is1se)
      return `${lambda} is neither the one of the best score of the cross-validation nor the largest within one standard error of it.`;
    const reason = !is1se
      ? "it has the best mean score"
      : isBest
        ? "it has the best mean score, and no larger λ is within one standard error of it"
        : "it is the largest one whose mean score is within one standard error of the best";
    const options = paramsInWords((is1se ? cv.params1se : cv.params) ?? {});
    const compared =
      options.length > 0 ? ` Of the options that were compared, ${inWords(options)} is that of the fit.` : "";
    return `${lambda} was chosen by cross-validation: ${reason}.${compared}`;
  }
  if (path === undefined) return `The model was fitted at ${lambda}.`;
  const { best } = Object(path) as { best?: (criterion: string) => { readonly lambda: number } };
  const criteria =
    typeof best === "function"
      ? ["aic", "bic", "ebic"].filter((criterion) => best.call(path, criterion).lambda === fit.lambda)
      : [];
  const least =
    criteria.length > 0
      ? `, at which ${inWords(criteria.map((each) => each.toUpperCase()))} ${criteria.length > 1 ? "choose" : "chooses"} the fit`
      : "";
  return `The model is the fit at ${lambda} of a path of ${counted(path.lambdas.length, "value")} of λ${least}.`;
}

function sparsityInWords({ fit }: Subject): string {
  const [n, p] = [fit.support.length, fit.featureNames.length];
  if (n === 0) return "No feature is in the model: every coefficient is exactly zero.";
  const others = p - n === 1 ? "coefficient of the other is" : `coefficients of the other ${p - n} are`;
  return `${n} of ${counted(p, "feature")} ${isOrAre(n)} in the model${p === n ? "" : `; the ${others} exactly zero`}.`;
}

/** The measures that say most of a model, one a kind of response. */
const HEADLINES = ["R²", "D²", "AUC", "accuracy", "concordance"];

/** What is said of the rows that a fit is evaluated on. */
const EVALUATED_ROWS: Readonly<Record<EvaluatedOn, { readonly name: string; readonly sentence: string }>> = {
  fit: {
    name: "rows of the fit",
    sentence: "The rows are those that the model was fitted to: new rows will be predicted worse.",
  },
  folds: {
    name: "rows held out",
    sentence:
      "Each row was predicted by a fit that has not seen it. λ was chosen by such predictions too, so that new rows may be predicted a little worse.",
  },
  test: {
    name: "test rows",
    sentence: "The rows had no part in the fit and in the choice of λ.",
  },
};

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

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The table of a part that shows itself as one. */
function tableOf(part: Table | { summary(): Table }): Table {
  return "summary" in part ? part.summary() : part;
}

/** The same table with texts and names of columns short enough for a page. */
function shortNames(table: Table, changes: Partial<TableOptions> = {}): Table {
  return new Table({
    ...table,
    columns: table.columns.map((name) => shorten(name, NAME_LENGTH)),
    rows: table.rows.map((row) =>
      row.map((cell) => (typeof cell === "string" ? shorten(cell, NAME_LENGTH) : cell)),
    ),
    ...changes,
  });
}

/** The number of features that are named as the first ones of a path. */
const FIRST_FEATURES = 5;

function pathSection({ path, crossValidation: cv, fit }: Subject): Section | undefined {
  if (path === undefined) return undefined;
  const lambdas = Array.from(path.lambdas);
  const [highest, lowest] = [Math.max(...lambdas), Math.min(...lambdas)];
  const first = firstFeatures(path);
  const isOnPath =
    cv !== undefined && [cv.lambdaMin, cv.lambda1se].every((at) => at >= lowest && at <= highest);
  const marks = isOnPath ? { lambdaMin: cv.lambdaMin, lambda1se: cv.lambda1se } : {};
  return {
    heading: "Regularization path",
    blocks: [
      paragraph(
        `The coefficients are followed over ${counted(lambdas.length, "value")} of λ from ${formatNumber(highest)} down to ${formatNumber(lowest)}; features enter the model as λ falls.`,
        first.length > 0
          ? `The first to enter ${first.length === 1 ? "is" : "are"} ${inWords(first.map(named))}.`
          : "",
        isOnPath ? "" : `The model of this report is at λ = ${formatNumber(fit.lambda)}.`,
      ),
      { kind: "chart", draw: (width) => pathPlot(path as PathPlotData, { width, ...marks }) },
    ],
  };
}

/** The features in the order in which they get a coefficient, of equal ones that of the columns. */
function firstFeatures({ lambdas, coefs, featureNames }: ReportedPath): string[] {
  const order = [...Array.from(lambdas).keys()].sort((a, b) => lambdas[b] - lambdas[a]);
  const entered = new Set<number>();
  for (const l of order) {
    const each = coefs[l];
    const vectors =
      typeof each[0] === "number"
        ? [each as ArrayLike<number>]
        : Array.from(each as ArrayLike<ArrayLike<number>>);
    for (let j = 0; j < featureNames.length && entered.size < FIRST_FEATURES; j++)
      if (vectors.some((coef) => coef[j] !== 0)) entered.add(j);
    if (entered.size >= FIRST_FEATURES) break;
  }
  return [...entered].map((j) => featureNames[j]);
}

function validationSection({ crossValidation: cv }: Subject): Section | undefined {
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

function coefficientSection({ fit }: Subject, loss: LossInWords | undefined): Section {
  const { support } = fit;
  const { columns, rows } = fit.summary();
  const ratio = "coef" in fit ? loss?.ratio : undefined;
  const isPenalized = fit.lambda > 0;
  const withRatio = (row: Row): Row => {
    const [name, coefficient, ...others] = row;
    const cell = name === "(intercept)" && others[0] === null ? null : Math.exp(Number(coefficient));
    return ratio === undefined ? row : [name, coefficient, cell, ...others];
  };
  const table = (from: number, to: number): Table =>
    shortNames(
      new Table({
        columns: ratio === undefined ? columns : [...columns.slice(0, 2), ratio, ...columns.slice(2)],
        rows: rows.slice(from, to).map(withRatio),
        maxRows: MOST_ROWS,
      }),
    );
  const nRest = rows.length - FIRST_ROWS;
  const rest = table(FIRST_ROWS, FIRST_ROWS + MOST_ROWS);
  const folded = new Table({
    ...rest,
    title: `The next ${counted(rest.rows.length, "row")}`,
    notes: nRest > MOST_ROWS ? [`${nRest - MOST_ROWS} smaller ones are not shown.`] : [],
  });
  return {
    heading: "Coefficients",
    blocks: [
      paragraph(
        loss?.meaning ?? "A coefficient is the change of the linear predictor per unit of its feature.",
        support.length > 0
          ? "A standardized coefficient is that per standard deviation of the feature, whatever its unit; the largest is first."
          : "",
        isPenalized && support.length > 0
          ? "The data chose which coefficients there are, and the penalty changes their size: read no significance into them."
          : "",
      ),
      { kind: "chart", draw: (width) => coefficientPlot(fit, { width, maxBars: 20 }) },
      { kind: "table", table: table(0, FIRST_ROWS) },
      ...(nRest > 0 ? [{ kind: "table", table: folded, isFolded: true } as const] : []),
      ...(fit.groupNorms !== undefined && support.length > 0
        ? [{ kind: "chart", draw: (width: number) => groupPlot(fit, { width }) } as const]
        : []),
    ],
  };
}

function predictionSection({ evaluation, evaluatedOn }: Subject): Section | undefined {
  if (evaluation === undefined) return undefined;
  const said = evaluatedOn === undefined ? [] : [EVALUATED_ROWS[evaluatedOn].sentence];
  const isTable = !("summary" in evaluation);
  const table = isTable ? evaluation : new Table({ ...evaluation.summary(), title: undefined, notes: [] });
  const rows = isTable ? [] : [`The measures are of ${counted(evaluation.nSamples, "row")}.`];
  return {
    heading: "Predictions",
    blocks: [
      ...(rows.length + said.length > 0 ? [paragraph(...rows, ...said)] : []),
      { kind: "table", table },
      ...(isTable ? [] : predictionCharts(evaluation)),
    ],
  };
}

/** Residuals and calibration of numbers, calibration and the ROC curve of two classes, and the table of confusion of classes. */
function predictionCharts(evaluation: ReportedEvaluation): Block[] {
  const { classes, observed, predicted, roc } = evaluation;
  const hasRows = observed !== undefined && predicted !== undefined;
  return [
    ...(classes ? [{ kind: "table", table: shortNames(evaluation.confusionTable()) } as const] : []),
    ...(hasRows && !classes
      ? [{ kind: "chart", draw: (width: number) => residualPlot(evaluation, { width }) } as const]
      : []),
    ...(hasRows
      ? [{ kind: "chart", draw: (width: number) => calibrationPlot(evaluation, { width }) } as const]
      : []),
    ...(roc ? [{ kind: "chart", draw: (width: number) => rocPlot(evaluation, { width }) } as const] : []),
  ];
}

function diagnosisSection({ diagnosis }: Subject): Section | undefined {
  if (diagnosis === undefined) return undefined;
  const table = tableOf(diagnosis);
  return {
    heading: "Diagnosis",
    blocks: [{ kind: "table", table, hasSentences: true }],
  };
}

function certificateSection({ fit }: Subject): Section {
  const { certificate, nIter, trace, starts } = fit;
  const { lights } = fit.summary();
  const method = trace.at(-1)?.method;
  return {
    heading: "Certificate",
    blocks: [
      paragraph(
        `The fit ${statusInWords(fit.status)}: ${counted(nIter, "iteration")}${method === undefined ? "" : ` of \`${method}\``}.`,
        starts.length > 1 ? `It is the best of ${starts.length} starts.` : "",
        `The objective, loss and penalty, is ${formatNumber(certificate.objective, 6)}.`,
        certificate.dualityGap === undefined
          ? "No duality gap is known for this problem; the violation says how far the coefficients are from a stationary point."
          : `No coefficients have an objective that is lower by more than the duality gap, ${formatNumber(certificate.dualityGap, 2)}.`,
        fit.hasNoMinimizer
          ? "No finite coefficients are best, since the loss falls without end: read nothing into their size."
          : "",
      ),
      { kind: "lights", lights },
    ],
  };
}
