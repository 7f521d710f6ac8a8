/** `smooth-edges new`: writes a notebook that reads a CSV file and explains one of its columns by a certified fit. */
import { existsSync } from "node:fs";
import { dirname, extname, relative, resolve, sep } from "node:path";
import type { FileColumns } from "smooth-edges/data";
import { dataTooFew } from "../data-errors";
import { codeOf, notebookExists, notebookNameInvalid, notebookNotWritable } from "../errors";
import { KERNEL_NAME } from "../kernelspec/kernelspec";
import { type Cell, type Notebook, writeNotebook } from "../runner/notebook";
import { importOf, literal, readCsvCode } from "./code-text";
import { named } from "./column-roles";
import { hasTexts, type ReadingOptions } from "./csv-reading";
import { inFormula, type LossChoice, type ResponseLoss } from "./response-loss";
import { emptiestOf, MIN_ROWS, remarksOnLeftOut, tableRoles } from "./table-roles";

const where = "smooth-edges new";

/** How a column that is left out becomes a feature: by the cell that reads the data. */
const REMEDIES = {
  keep: "take it out of `exclude` to keep it",
  levels: "move it from `exclude` to `categorical`",
};

/**
 * Writes the notebook and returns the text to print.
 *
 * The notebook's first cell and the returned text name the columns that {@link tableRoles} leaves out, with the reasons.
 *
 * @param path of the notebook, which ends in `.ipynb` and must not exist
 * @param data path of a CSV file with a line of names
 * @param response the column to explain
 * @param given options for reading the file; the others are found from its columns
 * @param choice the loss, and the column of events of a survival; else they are chosen by the values
 * @throws {UsageError} when the data cannot be read, lack the response or have too few rows or columns, when the response has one value
 * or is neither numeric nor of classes, and when the notebook exists or cannot be written
 */
export function newNotebookCommand(
  path: string,
  data: string,
  response: string,
  given: ReadingOptions = {},
  choice: LossChoice = {},
): string {
  if (extname(path) !== ".ipynb") throw notebookNameInvalid(where, path);
  if (existsSync(path)) throw notebookExists(where, path);
  const { reading, method, responses, features, leftOut, categorical, subject, remarks } = tableRoles(
    where,
    data,
    response,
    { given, choice, remedies: REMEDIES },
  );
  const { columns, options } = reading;
  const used = [...responses, ...features];
  const nComplete = completeRows(used.map((name) => columns[name]));
  const nRows = columns[response].length;
  const fills =
    nComplete < Math.max(nRows / 2, MIN_ROWS) && !responses.some((name) => columns[name].includes(null));
  if (features.length === 0 || (fills ? nRows : nComplete) < MIN_ROWS) {
    const reasons = [...emptiestOf(used, columns), ...remarksOnLeftOut(leftOut).slice(0, 3)];
    throw dataTooFew(
      where,
      data,
      "rows without missing values",
      nComplete,
      MIN_ROWS,
      features.length,
      reasons,
    );
  }
  const filling = `${nComplete} of ${nRows} rows have a value in all, so what is missing is filled by the column's mean`;
  const doubt = method.doubt === undefined ? [] : [`of ${named(response)}, ${method.doubt}`];
  const allRemarks = [...doubt, ...remarks, ...(fills ? [filling] : [])];
  const place = relative(dirname(resolve(path)), resolve(data));
  const notebook = newNotebook({
    data: place.split(sep).join("/"),
    options,
    response,
    method,
    leftOut: [...leftOut.keys()],
    remarks: allRemarks,
    categorical,
    fills,
    subject,
    hasTexts: features.some((name) => hasTexts(columns[name])),
  });
  try {
    writeNotebook(path, notebook);
  } catch (error) {
    throw notebookNotWritable(where, path, codeOf(error));
  }
  return [
    `Wrote ${path}; open it in JupyterLab or VS Code, or run it with`,
    `  npx smooth-edges run ${quoted(path)}`,
    ...allRemarks.map((remark) => `Note: ${remark}`),
    "",
  ].join("\n");
}

function completeRows(columns: readonly FileColumns[string][]): number {
  return columns[0].filter((_, i) => columns.every((values) => values[i] !== null)).length;
}

/** Quotes a path for a shell. */
function quoted(path: string): string {
  return /^[\w./\\:-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}

/** The contents of a new notebook. */
interface NotebookPlan {
  /** Path of the CSV file as seen from the notebook. */
  readonly data: string;
  /** The options by which `readCsv` reads it. */
  readonly options: ReadingOptions;
  readonly response: string;
  readonly method: ResponseLoss;
  /** Columns that are no features. */
  readonly leftOut: readonly string[];
  /** Sentences, without a full stop, about columns that are left out or may be read differently. */
  readonly remarks: readonly string[];
  /** Features whose texts are levels although some of them are numbers. */
  readonly categorical: readonly string[];
  /** Whether missing values are filled; otherwise their rows are left out. */
  readonly fills: boolean;
  /** The column of identifiers of which several rows are; undefined where there is none. */
  readonly subject: string | undefined;
  /** Whether some features are texts. */
  readonly hasTexts: boolean;
}

/** Makes a notebook that reads a CSV file, chooses a lasso by cross-validation and shows it. */
function newNotebook(plan: NotebookPlan): Notebook {
  const { data, response, remarks, hasTexts } = plan;
  const cells: Cell[] = [
    markdown(
      "title",
      `# What explains ${response}?`,
      "",
      `The data are in \`${data}\`. The lasso picks few columns that explain \`${response}\`, and proves how close to optimal its answer is.`,
      ...(remarks.length > 0 ? ["", "Of the columns,", "", ...remarks.map((remark) => `- ${remark}`)] : []),
    ),
    code("data", ...readingCode(plan)),
    markdown("model-text", "## The model", "", ...modelText(plan)),
    code("choose", ...choosingCode(plan)),
    code("fit", "const fit = chosen.oneStandardError;", "fit"),
    code("coefficients", "coefficientPlot(fit)"),
    markdown(
      "path-text",
      "## How the columns enter",
      "",
      "From the largest `lambda`, where all coefficients are zero, to a hundredth of it or less.",
    ),
    code("path", "pathPlot(chosen.path)"),
    markdown(
      "next-text",
      "## What next",
      "",
      "`SmoothBridge` picks fewer columns and shrinks large coefficients less; `stabilitySelection` says which choices would come again with other rows.",
      ...(hasTexts
        ? [
            "`fromFrame` gives `groups` too: `SmoothGroupLasso({ groups })` keeps or drops the columns of one text together.",
          ]
        : []),
    ),
  ];
  return {
    cells,
    metadata: {
      kernelspec: { display_name: "TypeScript (smooth-edges)", language: "typescript", name: KERNEL_NAME },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
}

/** The loss as the library names it; undefined for the default. */
function datafitOf({ loss }: ResponseLoss): string | undefined {
  return loss === "squaredError" ? undefined : loss;
}

/** Reads the file and makes features of its columns. */
function readingCode({
  data,
  options,
  response,
  method,
  leftOut,
  categorical,
  fills,
}: NotebookPlan): string[] {
  const datafit = datafitOf(method);
  // `exclude` cannot name a column without a name.
  const excluded = leftOut.filter((name) => name !== "");
  const lists = { ...(method.formula === undefined && { exclude: excluded }), categorical };
  const roles = Object.entries(lists).flatMap(([role, names]) =>
    names.length === 0 ? [] : `${role}: ${literal(names)}, `,
  );
  const rules = `${roles.join("")}missing: "${fills ? "mean" : "drop"}"`;
  const formula = `${method.formula} ~ ${[".", ...excluded.map(inFormula)].join(" - ")}`;
  return [
    importOf(["SmoothLasso", ...(datafit === undefined ? [] : [datafit])], "smooth-edges"),
    `import { readCsv } from "smooth-edges/data";`,
    `import { ${method.formula === undefined ? "fromFrame" : "fromFormula"} } from "smooth-edges/frame";`,
    `import { coefficientPlot, crossValidationPlot, pathPlot } from "smooth-edges/plot";`,
    "",
    readCsvCode(data, options, leftOut.includes("")),
    method.formula === undefined
      ? `const { X, y, featureNames, rows } = fromFrame(columns, { response: ${literal(response)}, ${rules} });`
      : `const { X, y, featureNames, rows } = fromFormula(${literal(formula)}, columns, { ${rules} });`,
    ...(fills
      ? [`\`rows: \${rows.length}; features: \${featureNames.length}\``]
      : [
          `const nRows = columns[${literal(response)}].length;`,
          `\`\${rows.length} of \${nRows} rows have no missing value; features: \${featureNames.length}\``,
        ]),
  ];
}

/** Says what the loss is, what becomes of texts and missing values, and how lambda is chosen. */
function modelText({ response, method, fills, subject, hasTexts }: NotebookPlan): string[] {
  return [
    `\`${response}\` ${method.why}.`,
    ...(hasTexts ? ["Texts have become one column for each of their values."] : []),
    `${fills ? 'Missing values are filled by the mean of their column; `missing: "drop"` leaves their rows out instead.' : 'Rows with missing values are left out; `missing: "mean"` fills them instead.'} Ten folds choose \`lambda\`: the largest whose score is within one standard error of the best gives the sparser model; where it has no columns, \`chosen.best\` may.${subject === undefined ? "" : ` The rows of one ${named(subject)} are in one fold.`}`,
  ];
}

/** Chooses lambda by cross-validation, the rows of one subject in one fold. */
function choosingCode({ method, subject }: NotebookPlan): string[] {
  const datafit = datafitOf(method);
  const argument = datafit === "negativeBinomial" ? '{ theta: "estimate" }' : "";
  const options = datafit === undefined ? "" : `{ datafit: ${datafit}(${argument}) }`;
  return [
    ...(subject === undefined
      ? [`const chosen = new SmoothLasso(${options}).crossValidate(X, y);`]
      : [
          `const sampleGroups = Array.from(rows, (i) => columns[${literal(subject)}][i]);`,
          `const chosen = new SmoothLasso(${options}).crossValidate(X, y, { sampleGroups });`,
        ]),
    "crossValidationPlot(chosen)",
  ];
}

function markdown(id: string, ...lines: string[]): Cell {
  return { cell_type: "markdown", ...withId(id), source: lines.join("\n"), metadata: {} };
}

function code(id: string, ...lines: string[]): Cell {
  const source = lines.join("\n");
  return { cell_type: "code", ...withId(id), source, metadata: {}, execution_count: null, outputs: [] };
}

/** The id of a cell, a field of notebooks of version 4.5 that the runner ignores and keeps. */
function withId(id: string): { readonly id: string } {
  return { id };
}
