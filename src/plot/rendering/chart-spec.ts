/** A JSON value: a chart's specification contains no functions, dates or typed arrays. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [property: string]: Json;
}

/** A Vega-Lite specification with its alternative text. */
export interface ChartSpec extends JsonObject {
  /** The picture in words, for readers who cannot see it. */
  readonly description: string;
}

/** Whether a specification is one of Vega, the grammar to which Vega-Lite compiles. */
export function isVega({ $schema }: JsonObject): boolean {
  return /\/schema\/vega\/v\d/.test(String($schema));
}

/** The version of Vega-Lite that JupyterLab, Notebook and VS Code draw. */
export const VEGA_LITE_SCHEMA: string = "https://vega.github.io/schema/vega-lite/v5.json";
