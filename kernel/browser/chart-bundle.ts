/** Makes the MIME bundle of a chart in a browser, where the page draws it: stands in for `display/chart-bundle.ts`. */
import type { MimeBundle } from "../../src/display/mime-bundle";
import type { JsonObject } from "../../src/plot/rendering/chart-spec";

/**
 * Returns the bundle of a specification of Vega-Lite or Vega; undefined where its `$schema` is not that of a chart.
 *
 * @param text stands for the chart where nothing draws it
 */
export function chartBundle(spec: JsonObject, text: string): MimeBundle | undefined {
  const [, grammar, version] = /\/schema\/(vega|vega-lite)\/v(\d+)/.exec(String(spec.$schema)) ?? [];
  if (grammar === undefined) return undefined;
  return { [`application/vnd.${grammar.replace("-", "")}.v${version}+json`]: spec, "text/plain": text };
}
