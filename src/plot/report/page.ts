/** Writes a report as one HTML page that needs no other file, no script and nothing from the network ({@link pageOf}). */
import { escapeHtml } from "../../display/formatting";
import { Table } from "../../display/table";
import { lightsHTML, type TrafficLight } from "../../display/traffic-light";
import { InputError, printable, UnavailableError } from "../../errors";
import type { Chart } from "../rendering/chart";
import type { Block, Section } from "./blocks";
import { STYLE } from "./style";

/** Widths at which each chart is drawn, in pixels, for screens and paper, and for phones; the style sheet shows one of them. */
const WIDTHS = { wide: 680, narrow: 330 } as const;

/** Returns the page; drawing its charts takes a second or two. @throws InputError where npm was told to leave out Vega. */
export async function pageOf(title: string, byline: string, sections: readonly Section[]): Promise<string> {
  const written: string[] = [];
  let nCharts = 0;
  for (const { heading, blocks } of sections) {
    const parts: string[] = [];
    for (const block of blocks)
      parts.push(block.kind === "chart" ? await chartHTML(block.draw, nCharts++) : blockHTML(block));
    written.push(`<section>\n<h2>${plain(heading)}</h2>\n${parts.join("\n")}\n</section>`);
  }
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="generator" content="smooth-edges report">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${plain(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${plain(title)}</h1>
${byline === "" ? "" : `<p class="aside">${plain(byline)}</p>\n`}${written.join("\n")}
</main>
</body>
</html>
`;
}

/** A text as HTML: without what the page or a terminal would obey. HTML has no way to write half of a surrogate pair. */
function plain(text: string): string {
  return escapeHtml(printable(text).replace(/\p{Surrogate}/gu, "\ufffd"));
}

/** A sentence, in which what stands between backticks is code. */
function sentence(text: string): string {
  return plain(text).replace(/`([^`]+)`/g, "<code>$1</code>");
}

function blockHTML(block: Exclude<Block, { readonly kind: "chart" }>): string {
  switch (block.kind) {
    case "paragraph":
      return `<p>${sentence(block.text)}</p>`;
    case "list":
      return `<ul>${block.items.map((item) => `<li>${sentence(item)}</li>`).join("")}</ul>`;
    case "facts":
      return `<dl>${block.facts.map(([name, value]) => `<div><dt>${plain(name)}</dt><dd>${plain(value)}</dd></div>`).join("")}</dl>`;
    case "lights":
      return `<ul class="lights">${block.lights.map(lightItem).join("")}</ul>`;
    case "code":
      return `<pre><code>${plain(block.text.trimEnd())}</code></pre>`;
    case "folded":
      return `<details><summary>${plain(block.title)}</summary>${block.blocks.map(blockHTML).join("\n")}</details>`;
    case "table":
      return tableBlock(block.table, block.hasSentences === true, block.isFolded === true);
  }
}

function lightItem(light: TrafficLight): string {
  const { meaning, ...badge } = light;
  return `<li>${lightsHTML([badge])}${meaning === undefined ? "" : `: ${plain(meaning)}`}</li>`;
}

function tableBlock(table: Table, hasSentences: boolean, isFolded: boolean): string {
  const shown = isFolded ? new Table({ ...table, title: undefined }) : table;
  const html = String(shown.toMimeBundle()["text/html"]).replace(/\p{Surrogate}/gu, "\ufffd");
  const scrolled = `<div class="${hasSentences ? "table sentences" : "table"}" tabindex="0">${html}</div>`;
  return isFolded
    ? `<details><summary>${plain(table.title ?? "More")}</summary>${scrolled}</details>`
    : scrolled;
}

/** A chart at both widths. Where it cannot be drawn of these numbers, the reason stands in its place. */
async function chartHTML(draw: (width: number) => Chart, place: number): Promise<string> {
  try {
    const drawn: string[] = [];
    for (const [name, width] of Object.entries(WIDTHS))
      drawn.push(
        `<div class="${name}">${inPage(await draw(width).toSVG(), `c${place}${name.charAt(0)}-`)}</div>`,
      );
    return `<figure>${drawn.join("")}</figure>`;
  } catch (error) {
    if (!(error instanceof InputError) || error instanceof UnavailableError) throw error;
    return `<p class="aside">A chart is left out. ${plain(error.message)}.</p>`;
  }
}

/**
 * A picture as a part of a page: its names become those of the page, which must not meet those of other pictures, and what it says to readers who
 * cannot see it is the description alone, not each of its marks.
 */
function inPage(svg: string, prefix: string): string {
  const end = svg.indexOf(">");
  const marks = svg
    .slice(end)
    .replace(/ (?:aria-[a-z]+|role|class)="[^"]*"/g, "")
    .replace(/ id="/g, ` id="${prefix}`)
    .replace(/url\(#/g, `url(#${prefix}`);
  return svg.slice(0, end).replace(/ (?:xmlns(?::xlink)?|version|class)="[^"]*"/g, "") + marks;
}
