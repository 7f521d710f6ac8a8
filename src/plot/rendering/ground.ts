/** The colours of a chart for a light or a dark ground, and for the one that a front end has. */
import type { ChartSpec, Json, JsonObject } from "./chart-spec";
import { DARK, LIGHT } from "./theme";

/** Properties whose text is a colour; a feature may be called `#222222`. */
const COLORED = /color$|^(fill|stroke|background|range|category|ramp|heatmap|value)$/i;

/** The colours of the dark palette by those of the light one. */
const COUNTERPARTS: ReadonlyMap<string, string> = new Map(
  Object.values(LIGHT)
    .flat()
    .map((color: string, k) => [color, Object.values(DARK).flat()[k]]),
);

/** The luminance below which a ground is dark: that of mid-grey is 0.2. JupyterLab's dark theme gives charts `#333`, of 0.03. */
const DARKEST_LIGHT = 0.2;

/** An expression of Vega: a colour of the light palette, or its counterpart where the ground is dark. */
const byGround = (light: string): string =>
  `luminance(background) < ${DARKEST_LIGHT} ? '${COUNTERPARTS.get(light)}' : '${light}'`;

/** The colours of the dark palette by the expressions of {@link byGround}. */
const DARK_OF: ReadonlyMap<string, string> = new Map(
  [...COUNTERPARTS].map(([light, dark]) => [byGround(light), dark]),
);

const configOf = (spec: JsonObject): JsonObject => Object(spec.config);

/** Whether a chart is drawn on the light ground of the library. */
export function isLight(spec: ChartSpec): boolean {
  return configOf(spec).background === LIGHT.background;
}

/** Style rules by which pictures of the light palette, drawn as SVG within a page, have the colours of the dark one. */
export function paletteRules(): string {
  return [...COUNTERPARTS]
    .flatMap(([light, dark]) =>
      ["fill", "stroke"].map((property) => `svg [${property}="${light}"] { ${property}: ${dark}; }`),
    )
    .join("\n");
}

/** Replaces each colour of the light palette by its counterpart in the dark one. */
export function withDarkPalette(spec: ChartSpec): ChartSpec {
  const dark = visit(spec, "", (color) => COUNTERPARTS.get(color)) as ChartSpec;
  return configOf(dark).background === undefined && configOf(dark).font !== undefined
    ? { ...dark, config: { background: DARK.background, ...configOf(dark) } }
    : dark;
}

/**
 * Leaves the ground to the front end, and has each colour of the palette follow it. JupyterLab sets the ground of Vega's dark theme where its
 * own theme is dark; where nothing sets it, it is white.
 */
export function followingGround(spec: ChartSpec): ChartSpec {
  const { background: _ground, ...config } = configOf(spec);
  const followed = visit({ ...spec, config }, "", (color, place) => {
    if (place === "data" || !COUNTERPARTS.has(color)) return undefined;
    return { [place === "range" ? "signal" : "expr"]: byGround(color) };
  });
  return withScalesOfColors(followed) as ChartSpec;
}

/** The scale from the colours of data to those of the ground; data of a dark chart have dark ones. */
const SCALE_OF_COLORS: JsonObject = {
  type: "ordinal",
  domain: [...COUNTERPARTS].flat(),
  range: [...COUNTERPARTS].flatMap(([light, dark]) => [{ expr: byGround(light) }, dark]),
};

/** Gives channels that show the colours of data as they are a scale. */
function withScalesOfColors(value: Json): Json {
  if (Array.isArray(value)) return value.map(withScalesOfColors);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => {
      if (key === "data" || key === "datasets") return [key, part];
      const { scale } = Object(part);
      const showsColors = /^(color|fill|stroke)$/.test(key) && scale === null;
      return [
        key,
        showsColors ? { ...Object(part), scale: SCALE_OF_COLORS, legend: null } : withScalesOfColors(part),
      ];
    }),
  );
}

/** Where a colour is: in data, which have no expressions; in a configured range, which Vega-Lite hands to Vega as it is; or elsewhere. */
type Place = "data" | "range" | "view";

/** Replaces colours, where `colorFor` gives another. */
function visit(
  value: Json,
  property: string,
  colorFor: (color: string, place: Place) => Json | undefined,
  place: Place = "view",
): Json {
  if (typeof value === "string") return COLORED.test(property) ? (colorFor(value, place) ?? value) : value;
  if (Array.isArray(value)) return value.map((item) => visit(item, property, colorFor, place));
  if (typeof value !== "object" || value === null) return value;
  const { expr, signal = expr } = value as JsonObject;
  const dark = DARK_OF.get(String(signal));
  if (dark !== undefined) return dark;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => {
      const isData = place === "data" || key === "data" || key === "datasets";
      const isRange = place === "range" || (property === "config" && key === "range");
      return [key, visit(part, key, colorFor, isData ? "data" : isRange ? "range" : place)];
    }),
  );
}
