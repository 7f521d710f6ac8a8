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
import { modelSection } from "./model-section";
import type { ReportedEvaluation, Subject } from "./subject";
import { EVALUATED_ROWS, type LossInWords, lossInWords, statusInWords } from "./wording";
import { MOST_ROWS, paragraph, shortNames, tableOf } from "./writing";

/** Rows of a table of coefficients that are shown at once. */
const FIRST_ROWS = 25;

type Row = TableOptions["rows"][number];

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
