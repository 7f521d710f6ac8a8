/** Writes a chart as a page that needs no other file and nothing from the network: Vega, Vega-Lite and the specification are in it. */
import { packageText } from "#drawing";
import { escapeHtml } from "../../display/formatting";
import type { ChartSpec } from "./chart-spec";

/** Draws the specification in the page, with the sliders, menus, tooltips and selections that it has. */
const DRAW = `
const spec = JSON.parse(document.getElementById("spec").textContent);
const compiled = vegaLite.compile(spec).spec;
new vega.View(vega.parse(compiled), { container: "#chart", renderer: "svg", hover: true }).runAsync();
`;

/**
 * Returns the page of a chart. Its title is the description.
 *
 * @throws InputError where npm was told to leave out Vega.
 */
export function htmlPage(spec: ChartSpec): string {
  const read = (name: LibraryName, file: string): string => packageText("Chart.save", name, file);
  const title = escapeHtml(spec.description);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<script>
/* Vega and Vega-Lite:

${read("vega-lite", "LICENSE")}*/
${inPage(read("vega", "build/vega.min.js"))}
${inPage(read("vega-lite", "build/vega-lite.min.js"))}
</script>
</head>
<body>
<div id="chart"></div>
<noscript>${title}</noscript>
<script type="application/json" id="spec">${JSON.stringify(spec).replaceAll("<", "\\u003c")}</script>
<script>${DRAW}</script>
</body>
</html>
`;
}

type LibraryName = "vega" | "vega-lite";

/** Takes from a library the name of its source map, which is not in the page, and what would end the script. */
function inPage(library: string): string {
  return library.replace(/\/\/# sourceMappingURL=.*\s*$/, "").replaceAll("</script", "<\\/script");
}
