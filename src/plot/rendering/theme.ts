import type { Json, JsonObject } from "./chart-spec";

/** DejaVu Sans in files; Verdana has nearly its widths and is what most browsers have. */
const FONT: string = "DejaVu Sans, Verdana, sans-serif";

/** The colours of a chart. */
export interface Palette {
  readonly background: string;
  /** Text, and marks without a category. */
  readonly foreground: string;
  /** Captions. */
  readonly caption: string;
  /** Marks that are not the subject of the chart. */
  readonly muted: string;
  /** A shaded part of the background. */
  readonly band: string;
  readonly grid: string;
  readonly axis: string;
  /** Seven hues that are distinct in every kind of colour blindness; the first two denote positive and negative. */
  readonly categories: readonly string[];
  /** Colours from low to high, monotone in lightness, so that they remain ordered in greyscale. */
  readonly ramp: readonly string[];
}

/** @see Okabe and Ito (2008), https://jfly.uni-koeln.de/color/, without black and with yellow darkened */
export const LIGHT: Palette = {
  background: "white",
  foreground: "#222222",
  caption: "#555555",
  muted: "#b3b3b3",
  band: "#f3f1ea",
  grid: "#e6e6e6",
  axis: "#888888",
  categories: ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c6d1f"],
  ramp: ["#ffffff", "#e3eef6", "#b7d4e8", "#7fb2d5", "#4689b9", "#1f5f93", "#123a66"],
};

/** The palette for JupyterLab's dark theme: the same hues, and a ramp from dark to light. */
export const DARK: Palette = {
  background: "#111111",
  foreground: "#e8e8e8",
  caption: "#b4b4b4",
  muted: "#666666",
  band: "#26251f",
  grid: "#2e2e2e",
  axis: "#8a8a8a",
  categories: ["#3d9be0", "#f07b3a", "#1fb58c", "#dd94bd", "#f2b632", "#9ad6fa", "#8a6d2a"],
  ramp: ["#14202b", "#16344d", "#1b4c74", "#2a6c9f", "#4d93c8", "#86bde6", "#cfe6f8"],
};

export const FOREGROUND: string = LIGHT.foreground;
export const MUTED: string = LIGHT.muted;
export const BAND: string = LIGHT.band;
export const CAPTION: string = LIGHT.caption;
export const BACKGROUND: string = LIGHT.background;
export const CATEGORIES: readonly string[] = LIGHT.categories;
export const RAMP: readonly string[] = LIGHT.ramp;
export const POSITIVE: string = CATEGORIES[0];
export const NEGATIVE: string = CATEGORIES[1];

/** Maximum width of labels in pixels; tooltips show whole names. */
export const LABEL_LIMIT: number = 170;

/** Sizes of text, in pixels. */
export const TITLE_SIZE: number = 15;
export const SUBTITLE_SIZE: number = 12;
export const AXIS_TITLE_SIZE: number = 13;

const axis: JsonObject = {
  domainColor: LIGHT.axis,
  tickColor: LIGHT.axis,
  gridColor: LIGHT.grid,
  labelColor: FOREGROUND,
  titleColor: FOREGROUND,
  labelFontSize: 12,
  titleFontSize: AXIS_TITLE_SIZE,
  titleFontWeight: "normal",
  labelLimit: LABEL_LIMIT,
  titlePadding: 8,
  titleLimit: 300,
};

/**
 * The Vega-Lite `config` of every chart, legible on a slide and at a width of 320 pixels. It has a colour for all that Vega would draw black,
 * which cannot be seen on a dark ground.
 */
export const THEME: Json = {
  background: BACKGROUND,
  font: FONT,
  padding: 10,
  view: { stroke: null },
  axis,
  // Otherwise the labels at both ends would not be centred at their ticks.
  axisX: { labelFlush: false },
  title: {
    anchor: "start",
    frame: "bounds",
    color: FOREGROUND,
    fontSize: TITLE_SIZE,
    fontWeight: "bold",
    subtitleColor: CAPTION,
    subtitleFontSize: SUBTITLE_SIZE,
    subtitlePadding: 5,
    offset: 12,
  },
  legend: {
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: "normal",
    labelColor: FOREGROUND,
    titleColor: FOREGROUND,
    symbolBaseFillColor: FOREGROUND,
    symbolBaseStrokeColor: FOREGROUND,
  },
  header: { labelColor: FOREGROUND, titleColor: FOREGROUND },
  rule: { color: FOREGROUND },
  text: { fontSize: 12, color: FOREGROUND },
  range: { category: CATEGORIES, ramp: RAMP, heatmap: RAMP },
};
