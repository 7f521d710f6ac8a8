/** Turns a notebook with its committed outputs into a page of Markdown and the pictures that it shows. */
import { basename } from "node:path";
import { Chart } from "smooth-edges/plot";
import { darkTwin } from "../../figures/light-and-dark";
import { type CellOutput, joinLines, type Notebook, sourceOf } from "../../kernel/runner/notebook";
import { escapeHtml } from "../../src/display/formatting";
import { imageTag } from "./pages";

/** A page and the pictures beside it, by their names. */
export interface NotebookPage {
  readonly markdown: string;
  readonly pictures: ReadonlyMap<string, Uint8Array>;
}

/** Where a page lies and how its links are written. */
export interface NotebookPageOptions {
  /** The notebook's path in this repository, which the page names. */
  readonly path: string;
  /** The address of the folder that the site has the pictures in. */
  readonly folder: string;
  /** Makes links of the notebook's Markdown links of the site. */
  readonly rewriteLinks: (markdown: string) => string;
}

const VEGA_LITE = "application/vnd.vegalite.v5+json";

/** Pixels per unit of the charts that a kernel draws into a notebook. */
const CHART_SCALE = 1.5;

/** Writes the page of a notebook. A chart is shown as the committed picture and, for a dark ground, drawn from its specification. */
export async function notebookPage(notebook: Notebook, options: NotebookPageOptions): Promise<NotebookPage> {
  const { path, folder, rewriteLinks } = options;
  const pictures = new Map<string, Uint8Array>();
  const outputs = { pictures, folder, rewriteLinks };
  const blocks: string[] = [];
  for (const cell of notebook.cells) {
    if (cell.cell_type === "code") {
      blocks.push(fenced(sourceOf(cell)));
      for (const output of cell.outputs) blocks.push(await outputBlock(output, outputs));
    } else blocks.push(rewriteLinks(sourceOf(cell)));
  }
  const command = `npx smooth-edges run ${path}`;
  const origin = `This page shows \`${path}\` with its committed outputs. In a clone, \`${command}\` runs it again. [Open it in the playground](/playground?open=${basename(path, ".ipynb")}).`;
  return { markdown: `${[...blocks, `::: info\n${origin}\n:::`].join("\n\n")}\n`, pictures };
}

/** Code between fences that are longer than any fence in it. */
function fenced(code: string): string {
  const fence = "`".repeat(Math.max(3, ...[...code.matchAll(/`+/g)].map(([ticks]) => ticks.length + 1)));
  return `${fence}ts\n${code}\n${fence}`;
}

/** An output in the richest of its formats that a page can show. */
async function outputBlock(
  output: CellOutput,
  {
    pictures,
    folder,
    rewriteLinks,
  }: Omit<NotebookPageOptions, "path"> & { pictures: Map<string, Uint8Array> },
): Promise<string> {
  if (output.output_type === "stream") return textBlock(joinLines(output.text));
  if (output.output_type === "error") return textBlock(`${output.ename}: ${output.evalue}`);
  const textOf = (type: string): string | undefined =>
    type in output.data ? joinLines(output.data[type] as string | string[]) : undefined;
  const text = textOf("text/plain") ?? "";
  const words = escapeHtml(text);
  const png = textOf("image/png");
  if (png !== undefined) {
    const name = nextName(pictures);
    const shown = Buffer.from(png, "base64");
    pictures.set(`${name}.png`, shown);
    const images = [imageTag(`${folder}/${name}.png`, { picture: shown, scale: CHART_SCALE, words })];
    const spec = output.data[VEGA_LITE];
    if (spec !== undefined) {
      const dark = await new Chart(spec as Chart["spec"]).dark().toPNG({ scale: CHART_SCALE });
      pictures.set(darkTwin(`${name}.png`), dark);
      images.push(
        imageTag(`${folder}/${darkTwin(`${name}.png`)}`, { picture: dark, scale: CHART_SCALE, words }),
      );
    }
    return outputOf("chart", images.join(""));
  }
  const svg = textOf("image/svg+xml");
  if (svg !== undefined) {
    const name = nextName(pictures);
    pictures.set(`${name}.svg`, Buffer.from(svg));
    return outputOf(
      "chart",
      imageTag(`${folder}/${name}.svg`, { picture: Buffer.from(svg), scale: CHART_SCALE, words }),
    );
  }
  const html = textOf("text/html");
  if (html !== undefined) return outputOf("html", withoutBlankLines(html));
  const markdown = textOf("text/markdown");
  if (markdown !== undefined)
    return `<div class="output">\n\n${rewriteLinks(markdown)}\n\n</div>\n<!-- end of output -->`;
  return textBlock(text);
}

/** Names pictures in their order; the dark twin of one is not counted. */
function nextName(pictures: ReadonlyMap<string, Uint8Array>): string {
  return `chart-${[...pictures.keys()].filter((name) => !name.endsWith("-dark.png")).length + 1}`;
}

function textBlock(text: string): string {
  return outputOf("text", `<pre>${withoutBlankLines(escapeHtml(text.trimEnd()))}</pre>`);
}

/** HTML that Markdown and Vue leave as it is; the comment lets the search leave it out. */
function outputOf(kind: string, html: string): string {
  return `<div class="output ${kind}" v-pre>${html}</div>\n<!-- end of output -->`;
}

/** A block of HTML in Markdown ends at a blank line. */
function withoutBlankLines(html: string): string {
  return html.replace(/\n(?=\s*\n)/g, "&#10;");
}
