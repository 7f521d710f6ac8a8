import type { Json, JsonObject } from "./chart-spec";

/** DejaVu Sans in files; Verdana has nearly its widths and is what most browsers have. */
export const FONT: string = "DejaVu Sans, Verdana, sans-serif";

/** Text, axes and marks that carry no category. */
export const INK: string = "#222222";
/** What is present but not the subject. */
export const MUTED: string = "#b3b3b3";
/** A part of the ground set apart. */
export const BAND: string = "#f3f1ea";
/** Text that explains. */
export const CAPTION: string = "#555555";
export const POSITIVE: string = "#0072b2";
export const NEGATIVE: string = "#d55e00";

/**
 * Seven hues told apart in every kind of colour blindness.
 *
 * @see Okabe and Ito (2008), https://jfly.uni-koeln.de/color/, without black and with yellow darkened
 */
export const CATEGORIES: readonly string[] = [
  "#0072b2",
  "#d55e00",
  "#009e73",
  "#cc79a7",
  "#e69f00",
  "#56b4e9",
  "#8c6d1f",
];

/** From low to high, monotone in lightness, so that it survives grey printing. */
export const RAMP: readonly string[] = [
  "#ffffff",
  "#e3eef6",
  "#b7d4e8",
  "#7fb2d5",
  "#4689b9",
  "#1f5f93",
  "#123a66",
];

/** Labels at most this wide, in pixels; what is cut stays in the tooltip. */
export const LABEL_LIMIT: number = 170;

const axis: JsonObject = {
  domainColor: "#888888",
  tickColor: "#888888",
  gridColor: "#e6e6e6",
  labelColor: INK,
  titleColor: INK,
  labelFontSize: 12,
  titleFontSize: 13,
  titleFontWeight: "normal",
  labelLimit: LABEL_LIMIT,
  titlePadding: 8,
};

/** The one look of every chart, as a Vega-Lite `config`: legible on a slide and at a width of 320 pixels. */
export const THEME: Json = {
  background: "white",
  font: FONT,
  padding: 10,
  view: { stroke: null },
  axis,
  title: {
    anchor: "start",
    frame: "bounds",
    color: INK,
    fontSize: 15,
    fontWeight: "bold",
    subtitleColor: CAPTION,
    subtitleFontSize: 12,
    subtitlePadding: 5,
    offset: 12,
  },
  legend: {
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: "normal",
    labelColor: INK,
    titleColor: INK,
  },
  text: { fontSize: 12, color: INK },
  range: { category: CATEGORIES, ramp: RAMP, heatmap: RAMP },
};
