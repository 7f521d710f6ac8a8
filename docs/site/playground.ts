/** What the playground of the site offers: examples of the guides, and the cells of notebooks as texts. */
import { basename, join } from "node:path";
import { exhibits } from "../../figures/gallery/exhibits";
import { readNotebook, sourceOf } from "../../kernel/runner/notebook";
import { chartCodes } from "./chart-code";
import { ROOT, textOf } from "./repository";

/** A text that can be chosen. */
export interface Choice {
  /** Names it in addresses. */
  readonly name: string;
  readonly title: string;
  readonly code: string;
}

/** A notebook as one text. */
export interface NotebookChoice extends Choice {
  /** Says why its last cell cannot run in a browser; empty where all can. */
  readonly needs: string;
}

/** A code block of a guide, and the cell that shows what it found. */
interface Example {
  readonly source: string;
  /** The heading above the block; undefined stands for the first block of the file. */
  readonly heading?: string;
  readonly title: string;
  /** What is appended to the block. */
  readonly more?: string;
}

/** Shows a fit as a table and as a picture. */
const TABLE_AND_PICTURE = `
// %% The fit
fit

// %% Its coefficients
import { coefficientPlot } from "smooth-edges/plot";
coefficientPlot(fit)
`;

const EXAMPLES: readonly Example[] = [
  {
    source: "README.md",
    title: "A lasso path",
    more: `
// %% The fits of the path
new SmoothLasso().path(columns, response)
`,
  },
  {
    source: "docs/examples.md",
    heading: "Gene selection",
    title: "Gene selection",
    more: `${TABLE_AND_PICTURE}
// %% The path of pathways
import { pathPlot } from "smooth-edges/plot";
pathPlot(path)
`,
  },
  {
    source: "docs/examples.md",
    heading: "Spectral deconvolution",
    title: "Spectral deconvolution",
    more: TABLE_AND_PICTURE,
  },
  {
    source: "docs/examples.md",
    heading: "Text classification",
    title: "Text classification",
    more: `${TABLE_AND_PICTURE}
// %% How lambda was chosen
import { crossValidationPlot } from "smooth-edges/plot";
crossValidationPlot(cv)
`,
  },
  {
    source: "docs/examples.md",
    heading: "Sparse additive model",
    title: "A sparse additive model",
    more: TABLE_AND_PICTURE,
  },
  {
    source: "docs/examples.md",
    heading: "Compressed sensing",
    title: "Compressed sensing",
    more: `
// %% The lasso's error, and the bridge's after a refit
const lasso = new SmoothLasso(options).fit(sensed.X, sensed.y);
const bridge = new SmoothBridge({ ...options, q: 0.5 }).fit(sensed.X, sensed.y);
[
  { method: "lasso", support: lasso.support.length, error: error(lasso.coef) },
  { method: "bridge", support: bridge.support.length, error: error(bridge.refit().coef) },
]

// %% The bridge's coefficients
import { coefficientPlot } from "smooth-edges/plot";
coefficientPlot(bridge)
`,
  },
  {
    source: "docs/examples.md",
    heading: "Columns of dates",
    title: "Columns of dates",
    more: `
// %% How each column was read
data
`,
  },
  {
    source: "docs/examples.md",
    heading: "Missing values",
    title: "Missing values",
    more: `
// %% A fit to what was marked
import { SmoothLasso } from "smooth-edges";
const fit = new SmoothLasso({ lambda: 0.1 }).fit(data.X, data.y);
fit
`,
  },
];

/** Returns the examples. @throws Error where a guide has lost one. */
export function examples(): Choice[] {
  return EXAMPLES.map(({ source, heading, title, more = "" }) => {
    const text = textOf(source);
    const start = heading === undefined ? 0 : text.search(new RegExp(`^#+ ${heading}$`, "m"));
    const block = start < 0 ? undefined : /^```ts\n([\s\S]*?)^```$/m.exec(text.slice(start))?.[1];
    if (block === undefined) throw new Error(`${source}: there must be code below "${heading}", got none`);
    const name = title.toLowerCase().replaceAll(" ", "-");
    return { name, title, code: `${block.trim()}\n${more}` };
  });
}

/** Returns the charts of the gallery. */
export function chartChoices(): Choice[] {
  const codes = chartCodes();
  return exhibits.map(({ name, call }) => ({
    name: `chart-${name}`,
    title: `${drawingFunction(call)}: ${name.replaceAll("-", " ")}`,
    code: codes.get(name) as string,
  }));
}

/** The name of the function in a call. */
export function drawingFunction(call: string): string {
  return call.slice(0, call.indexOf("("));
}

const ROUNDING =
  "it compares with records of Node.js what depends on the last digit of exponentials and roots, and a browser computes other last digits";

/** Why the last cell of a notebook ends in an error in a browser; of the other notebooks all cells run there. */
export const LAST_CELL_FAILS: ReadonlyMap<string, string> = new Map([
  ["08-why-direct-optimization-fails", ROUNDING],
  ["16-non-smooth-losses", ROUNDING],
  ["17-large-p", "it starts processes, whose memory it measures"],
  ["20-feature-and-modality-selection", ROUNDING],
  ["22-flows-losses-and-overlaps", ROUNDING],
  ["23-factors-elsewhere", ROUNDING],
]);

/** Why no cell of a notebook runs in a browser. */
export const NOTHING_RUNS: ReadonlyMap<string, string> = new Map([
  ["26-data-beyond-memory", "DuckDB, which reads its files, is not there"],
]);

/**
 * Returns a notebook as one text: the cells of code, each below a mark with the heading that stands above it in the notebook.
 *
 * @param source path in this repository
 * @param title of its page
 */
export function notebookChoice(source: string, title: string): NotebookChoice {
  let heading = "";
  let code = "";
  for (const cell of readNotebook(join(ROOT, source)).cells) {
    const text = sourceOf(cell);
    if (cell.cell_type === "code") {
      code += `// %% ${heading}\n`.replace(/ +\n/, "\n");
      code += `${text}\n\n`;
      heading = "";
    } else
      heading =
        text
          .match(/^#+ .+$/gm)
          ?.at(-1)
          ?.replace(/^#+ /, "") ?? heading;
  }
  const name = basename(source, ".ipynb");
  const [reason, nothing] = [LAST_CELL_FAILS.get(name), NOTHING_RUNS.get(name)];
  const elsewhere = `in Jupyter, or by npx smooth-edges run ${source} in a clone, all cells run.`;
  const needs = nothing
    ? `The cells of this notebook end in errors in a browser, because ${nothing}; ${elsewhere}`
    : reason === undefined
      ? ""
      : `The last cell of this notebook ends in an error in a browser, because ${reason}; ${elsewhere}`;
  return { name, title, code, needs };
}
