/** `smooth-edges new`: a notebook that starts with the data of a CSV file and ends with a certified fit. */
import { existsSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";
import { readCsv } from "smooth-edges/data";
import { dataUnreadable, notebookExists, notebookNotWritable, responseUnknown } from "./errors";
import { KERNEL_NAME } from "./kernelspec";
import type { Cell, Notebook } from "./notebook";
import { writeNotebook } from "./notebook-format";

const where = "smooth-edges new";

/**
 * Writes the notebook and returns what to tell about it.
 *
 * @param path of the notebook, which must not exist
 * @param data path of a CSV file with a line of names
 * @param response the column to explain
 * @throws {UsageError} when the data cannot be read, have no such column, or the notebook is there or cannot be written
 */
export function newNotebookCommand(path: string, data: string, response: string): string {
  if (existsSync(path)) throw notebookExists(where, path);
  const columns = columnsOf(data);
  if (!Object.hasOwn(columns, response)) throw responseUnknown(where, response, Object.keys(columns), data);
  const place = relative(dirname(resolve(path)), resolve(data))
    .split(sep)
    .join("/");
  const notebook = notebookOf(place, response, columns[response]);
  try {
    writeNotebook(path, notebook);
  } catch (error) {
    throw notebookNotWritable(where, path, (error as NodeJS.ErrnoException).code ?? String(error));
  }
  return `Wrote ${path}; open it in JupyterLab or VS Code, or run it with\n  npx smooth-edges run ${path}\n`;
}

function columnsOf(data: string): ReturnType<typeof readCsv> {
  try {
    return readCsv(data);
  } catch (error) {
    throw dataUnreadable(where, data, (error as Error).message);
  }
}

/** How a response is explained, by its values. */
interface Question {
  /** The loss as code, undefined where it is the estimator's own. */
  readonly datafit?: "logistic" | "multinomial";
  readonly text: string;
}

function questionOf(values: readonly (number | string | null)[]): Question {
  const distinct = new Set(values.filter((value) => value !== null));
  const isText = [...distinct].some((value) => typeof value === "string");
  if (distinct.size === 2)
    return { datafit: "logistic", text: "has two values: a logistic regression tells them apart" };
  if (isText)
    return {
      datafit: "multinomial",
      text: `has ${distinct.size} classes: a multinomial regression tells them apart`,
    };
  return { text: "is a number: least squares explain it" };
}

function notebookOf(data: string, response: string, values: readonly (number | string | null)[]): Notebook {
  const { datafit, text } = questionOf(values);
  const column = JSON.stringify(response);
  const path = JSON.stringify(data);
  const options = datafit === undefined ? "" : `{ datafit: ${datafit}() }`;
  const imports = ["SmoothLasso", ...(datafit === undefined ? [] : [datafit])].sort(byLetters).join(", ");
  const isMultinomial = datafit === "multinomial";
  const cells: Cell[] = [
    markdown(
      "title",
      `# What explains ${response}?\n\nThe data are in \`${data}\`. The lasso picks few columns that explain \`${response}\`, and proves how close to optimal its answer is.`,
    ),
    code(
      "data",
      `import { ${imports} } from "smooth-edges";\nimport { readCsv } from "smooth-edges/data";\nimport { fromFrame } from "smooth-edges/frame";\nimport { ${isMultinomial ? "crossValidationPlot" : "coefficientPlot, crossValidationPlot, pathPlot"} } from "smooth-edges/plot";\n\nconst columns = readCsv(${path});\nconst { X, y, featureNames, rows } = fromFrame(columns, { response: ${column}, missing: "drop" });\nconsole.log(\`\${rows.length} rows, \${featureNames.length} features\`);`,
    ),
    markdown(
      "model-text",
      `## The model\n\n\`${response}\` ${text}. Texts have become one column for each of their values, and rows with missing values are left out; \`missing: "mean"\` fills them instead. Ten folds choose \`lambda\`: the largest whose score is within one standard error of the best gives the sparser model.`,
    ),
    code(
      "choose",
      `const chosen = new SmoothLasso(${options}).crossValidate(X, y);\ncrossValidationPlot(chosen)`,
    ),
    code("fit", "const fit = chosen.oneStandardError;\nfit"),
    ...(isMultinomial
      ? []
      : [
          code("coefficients", "coefficientPlot(fit)"),
          markdown(
            "path-text",
            "## How the columns enter\n\nFrom the largest `lambda`, where all coefficients are zero, to a hundredth of it or less.",
          ),
          code("path", "pathPlot(chosen.path)"),
        ]),
    markdown(
      "next-text",
      "## What next\n\n`SmoothBridge` picks fewer columns and shrinks large coefficients less; `SmoothGroupLasso({ groups })` keeps or drops the columns of one text together; `stabilitySelection` says which choices would come again with other rows.",
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

function markdown(id: string, source: string): Cell {
  return { cell_type: "markdown", ...identified(id), source, metadata: {} };
}

function code(id: string, source: string): Cell {
  return { cell_type: "code", ...identified(id), source, metadata: {}, execution_count: null, outputs: [] };
}

/** What notebooks of version 4.5 have and the runner passes on unread. */
function identified(id: string): { readonly id: string } {
  return { id };
}

function byLetters(a: string, b: string): number {
  return a < b ? -1 : 1;
}
