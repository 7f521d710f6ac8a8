/** Writes the sections of a report ({@link sectionsOf}): sentences, tables and charts of what is known of a fit. */
import { counted, formatNumber } from "../../display/formatting";
import { Table, type TableOptions } from "../../display/table";
import { calibrationPlot } from "../charts/calibration-plot";
import { coefficientPlot } from "../charts/coefficient-plot";
import { groupPlot } from "../charts/group-plot";
import { residualPlot } from "../charts/residual-plot";
import { rocPlot } from "../charts/roc-plot";
import type { Block, Section } from "./blocks";
import { pathSection, validationSection } from "./choice-sections";
import { distinctMeasures } from "./measures";
import { modelSection } from "./model-section";
import { type PenaltyInWords, penaltyInWords } from "./penalty-wording";
import { resultSection } from "./result-section";
import type { ReportedEvaluation, Subject } from "./subject";
import { EVALUATED_ROWS, type LossInWords, lossInWords, statusInWords } from "./wording";
import { capital, MOST_ROWS, paragraph, shortNames, tableOf } from "./writing";

/** Rows of a table of coefficients that are shown at once. */
const FIRST_ROWS = 25;

type Row = TableOptions["rows"][number];

/** Returns the sections of what is given, in the order of reading. */
export function sectionsOf(subject: Subject): Section[] {
  const loss = lossOf(subject);
  const { fit, params } = subject;
  const penalty = fit.lambda > 0 ? penaltyInWords(fit.estimator, params) : undefined;
  const sections: (Section | undefined)[] = [
    resultSection(subject, loss),
    coefficientSection(subject, loss, penalty),
    predictionSection(subject),
    modelSection(subject, loss, penalty),
    pathSection(subject),
    validationSection(subject),
    diagnosisSection(subject),
    certificateSection(subject),
    subject.code === undefined
      ? undefined
      : { heading: "Code", blocks: [{ kind: "code", text: subject.code }] },
  ];
  return sections.filter((section) => section !== undefined);
}

/** What is said of the loss; undefined for a loss of the caller's own. */
function lossOf({ fit, record: { datafit } }: Subject): LossInWords | undefined {
  return lossInWords({
    factory: datafit?.$made,
    args: datafit?.args ?? [],
    classes: fit.classes ?? [],
    isPenalized: fit.lambda > 0,
    hasTasks: "coefs" in fit && fit.classes === undefined,
  });
}

/** Returns warnings for a reader of coefficients that the data chose. */
function cautionOf({ fit }: Subject, penalty: PenaltyInWords | undefined): string {
  const isSome = fit.support.length < fit.featureNames.length;
  const optimistic = "Tests and intervals that take the choice as given are too optimistic";
  if (fit.lambda === 0) {
    const isRefit = fit.notes.some((note) => note.startsWith("refitted without a penalty"));
    return isRefit && isSome ? `The features were chosen by the same data. ${optimistic}.` : "";
  }
  const shrinks = penalty?.shrinks !== false;
  if (isSome && penalty?.zeros !== "none")
    return `The data chose which coefficients are not zero${shrinks ? ", and the penalty changes their size" : ""}: read no significance into them. ${optimistic}, those of a refit too.`;
  return shrinks ? "The penalty changes the size of coefficients: read no significance into it." : "";
}

/** The largest change of a ratio per unit of a feature that says something to a reader. */
const LARGEST_RATIO = 1000;

/** What the exponentials of coefficients are called, and whether they are of standardized ones; undefined where they say nothing. */
function ratioOf(
  { fit }: Subject,
  loss: LossInWords | undefined,
): { readonly name: string; readonly isStandardized: boolean } | undefined {
  if (!("coef" in fit) || loss?.ratio === undefined) return undefined;
  const isStandardized = fit.coef.some((value) => Math.abs(value) > Math.log(LARGEST_RATIO));
  return { name: isStandardized ? `${loss.ratio} per sd` : loss.ratio, isStandardized };
}

function coefficientSection(
  subject: Subject,
  loss: LossInWords | undefined,
  penalty: PenaltyInWords | undefined,
): Section {
  const { fit } = subject;
  const { support } = fit;
  const { columns, rows } = fit.summary();
  const ratio = ratioOf(subject, loss);
  const withRatio = (row: Row): Row => {
    const [name, coefficient, standardized, ...others] = row;
    if (ratio === undefined) return row;
    const exponent = ratio.isStandardized ? standardized : coefficient;
    const isEmpty = exponent === null || (name === "(intercept)" && standardized === null);
    return [name, coefficient, isEmpty ? null : Math.exp(Number(exponent)), standardized, ...others];
  };
  const table = (from: number, to: number): Table =>
    shortNames(
      new Table({
        columns: ratio === undefined ? columns : [...columns.slice(0, 2), ratio.name, ...columns.slice(2)],
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
          ? `${"coef" in fit ? "A standardized coefficient is that" : "The standardized norm is that of its coefficients"} per standard deviation of the feature, whatever its unit; the largest is first.`
          : "",
        ratio?.isStandardized
          ? `Per unit the ${loss?.ratio} of some feature is beyond a factor of a thousand, so that it is given per standard deviation.`
          : "",
        subject.hasLevels && support.length > 0
          ? "A feature such as `column=level` is 1 in rows of that level and 0 in others, so that its coefficient compares the level with those that have no coefficient."
          : "",
        support.length > 0 ? cautionOf(subject, penalty) : "",
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

function predictionSection({ evaluation, evaluatedOn, crossValidation }: Subject): Section | undefined {
  if (evaluation === undefined) return undefined;
  const said = evaluatedOn === undefined ? [] : [EVALUATED_ROWS[evaluatedOn].sentence];
  const isTable = !("summary" in evaluation);
  const table = distinctMeasures(evaluation, crossValidation?.measure);
  const constant = table.columns.includes("without features")
    ? ["Without features, each row would be predicted by the same constant, the best one for these rows."]
    : [];
  const hasResiduals = !isTable && evaluation.observed !== undefined && !evaluation.classes;
  const residual = hasResiduals ? ["A residual is the observed value minus the predicted one."] : [];
  const rows = isTable ? [] : [`The measures are of ${counted(evaluation.nSamples, "row")}.`];
  return {
    heading: "Predictions",
    blocks: [
      paragraph(...rows, ...said, ...constant, ...residual),
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

/** The findings to look at, and folded those that are fine. */
function diagnosisSection({ diagnosis }: Subject): Section | undefined {
  if (diagnosis === undefined) return undefined;
  const table = tableOf(diagnosis);
  const verdict = table.columns.indexOf("verdict");
  const isFine = (row: Row): boolean => row[verdict] === "fine";
  const of = (rows: readonly Row[]): Table => new Table({ columns: table.columns, rows, maxRows: MOST_ROWS });
  const [fine, others] = [table.rows.filter(isFine), table.rows.filter((row) => !isFine(row))];
  return {
    heading: "Diagnosis",
    blocks: [
      others.length === 0
        ? paragraph("No numerical problem was found. That says nothing of how well the model predicts.")
        : { kind: "table", table: of(others), hasSentences: true },
      ...(fine.length > 0
        ? [
            {
              kind: "folded",
              title: `${counted(fine.length, "check")} without a finding`,
              blocks: [{ kind: "table", table: of(fine), hasSentences: true }],
            } as const,
          ]
        : []),
    ],
  };
}

function certificateSection({ fit, isOnPath }: Subject): Section {
  const { certificate, nIter, trace, starts, global: proof } = fit;
  const { lights } = fit.summary();
  const method = trace.at(-1)?.method;
  const from = isOnPath && nIter > 0 ? ", which began at the fit before it on the path" : "";
  return {
    heading: "Certificate",
    blocks: [
      paragraph(
        `The fit ${statusInWords(fit.status)}.`,
        proof === undefined ? "" : `${capital(proof.claim)}.`,
        fit.hasNoMinimizer
          ? "No finite coefficients are best, since the loss falls without end: read nothing into their size."
          : "",
      ),
      {
        kind: "folded",
        title: "How near the coefficients are to the best ones",
        blocks: [
          paragraph(
            `It took ${counted(nIter, "iteration")}${method === undefined ? "" : ` of \`${method}\``}${from}.`,
            starts.length > 1 ? `It is the best of ${starts.length} starts.` : "",
            `The objective, loss and penalty, is ${formatNumber(certificate.objective, 6)}.`,
            certificate.dualityGap === undefined
              ? "No duality gap is known for this problem; the violation says how far the coefficients are from a stationary point."
              : `No coefficients have an objective that is lower by more than the duality gap, ${formatNumber(certificate.dualityGap, 2)}.`,
          ),
          { kind: "lights", lights },
        ],
      },
    ],
  };
}
