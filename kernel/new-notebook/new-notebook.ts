import { KERNEL_NAME } from "../kernelspec/kernelspec";
import type { Cell, Notebook } from "../runner/notebook";
import type { ReadingOptions } from "./csv-reading";

/** What a new notebook is about. */
export interface Question {
  /** Path of the CSV file as seen from the notebook. */
  readonly data: string;
  /** How `readCsv` reads it. */
  readonly options: ReadingOptions;
  readonly response: string;
  /** The different values of the response. */
  readonly values: ReadonlySet<number | string | null>;
  /** Columns that are no features. */
  readonly leftOut: readonly string[];
  /** Sentences, without a point, about columns that are left out or may be read otherwise. */
  readonly remarks: readonly string[];
  /** Features whose texts are levels although some of them are numbers. */
  readonly categorical: readonly string[];
  /** Whether missing values are filled, not their rows left out. */
  readonly fills: boolean;
  /** Whether features are texts. */
  readonly hasTexts: boolean;
}

/** A notebook that reads a CSV file, chooses a lasso by cross-validation and shows it. */
export function newNotebook({
  data,
  options: reader,
  response,
  values,
  leftOut,
  remarks,
  categorical,
  fills,
  hasTexts,
}: Question): Notebook {
  const { datafit, text } = methodFor(values);
  const options = datafit === undefined ? "" : `{ datafit: ${datafit}() }`;
  const imports = ["SmoothLasso", ...(datafit === undefined ? [] : [datafit])].sort(byLetters).join(", ");
  // What has no name cannot be named in `exclude`.
  const reading = leftOut.includes("") ? `{ "": unnamed, ...columns }` : "columns";
  const lists = { exclude: leftOut.filter((name) => name !== ""), categorical };
  const roles = Object.entries(lists).flatMap(([role, names]) =>
    names.length === 0 ? [] : `${role}: ${listed(names)}, `,
  );
  const cells: Cell[] = [
    markdown(
      "title",
      `# What explains ${response}?`,
      "",
      `The data are in \`${data}\`. The lasso picks few columns that explain \`${response}\`, and proves how close to optimal its answer is.`,
      ...(remarks.length > 0 ? ["", "Of the columns,", "", ...remarks.map((remark) => `- ${remark}`)] : []),
    ),
    code(
      "data",
      `import { ${imports} } from "smooth-edges";`,
      `import { readCsv } from "smooth-edges/data";`,
      `import { fromFrame } from "smooth-edges/frame";`,
      `import { coefficientPlot, crossValidationPlot, pathPlot } from "smooth-edges/plot";`,
      "",
      `const ${reading} = readCsv(${[quoted(data), ...optionsText(reader)].join(", ")});`,
      `const { X, y, featureNames, rows } = fromFrame(columns, { response: ${quoted(response)}, ${roles.join("")}missing: "${fills ? "mean" : "drop"}" });`,
      ...(fills
        ? [`\`rows: \${rows.length}; features: \${featureNames.length}\``]
        : [
            `const nRows = columns[${quoted(response)}].length;`,
            `\`\${rows.length} of \${nRows} rows have no missing value; features: \${featureNames.length}\``,
          ]),
    ),
    markdown(
      "model-text",
      "## The model",
      "",
      `\`${response}\` ${text}.`,
      ...(hasTexts ? ["Texts have become one column for each of their values."] : []),
      `${fills ? 'Missing values are filled by the mean of their column; `missing: "drop"` leaves their rows out instead.' : 'Rows with missing values are left out; `missing: "mean"` fills them instead.'} Ten folds choose \`lambda\`: the largest whose score is within one standard error of the best gives the sparser model.`,
    ),
    code(
      "choose",
      `const chosen = new SmoothLasso(${options}).crossValidate(X, y);`,
      "crossValidationPlot(chosen)",
    ),
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

/** How a response is explained, by its values; `datafit` is undefined where it is the estimator's own. */
function methodFor(values: Question["values"]): { datafit?: "logistic" | "multinomial"; text: string } {
  const isText = [...values].some((value) => typeof value === "string");
  if (values.size === 2)
    return { datafit: "logistic", text: "has two values: a logistic regression tells them apart" };
  if (isText)
    return {
      datafit: "multinomial",
      text: `has ${values.size} classes: a multinomial regression tells them apart`,
    };
  const counts = [...values].every((value) => Number.isInteger(value) && Number(value) >= 0);
  return {
    text: `is a number: least squares explain it${counts ? "; where it counts something, `datafit: poisson()` may do better" : ""}`,
  };
}

function optionsText(options: Question["options"]): string[] {
  const fields = Object.entries(options).map(
    ([name, value]) => `${name}: ${Array.isArray(value) ? listed(value) : JSON.stringify(value)}`,
  );
  return fields.length === 0 ? [] : [`{ ${fields.join(", ")} }`];
}

function listed(names: readonly string[]): string {
  return `[${names.map(quoted).join(", ")}]`;
}

function quoted(name: string): string {
  return JSON.stringify(name);
}

function markdown(id: string, ...lines: string[]): Cell {
  return { cell_type: "markdown", ...identified(id), source: lines.join("\n"), metadata: {} };
}

function code(id: string, ...lines: string[]): Cell {
  const source = lines.join("\n");
  return { cell_type: "code", ...identified(id), source, metadata: {}, execution_count: null, outputs: [] };
}

/** What notebooks of version 4.5 have and the runner passes on unread. */
function identified(id: string): { readonly id: string } {
  return { id };
}

function byLetters(a: string, b: string): number {
  return a < b ? -1 : 1;
}
