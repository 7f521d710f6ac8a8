import type { JsonObject } from "./chart-spec";
import { numberAxis, shorten } from "./labels";
import { spread } from "./spread";
import { CAPTION, CATEGORIES, INK, MUTED } from "./theme";

/** Size of the frame, in pixels. */
export const PATH_WIDTH: number = 380;
export const PATH_HEIGHT: number = 290;
const LABEL_GAP = 15;
const LABEL_LENGTH = 22;

/** One lambda of a path. */
export interface Step {
  readonly lambda: number;
  readonly coef: ArrayLike<number>;
}

/** One feature of a path, with its extremes over all lambdas. */
export interface RankedFeature {
  readonly index: number;
  readonly name: string;
  readonly lowest: number;
  readonly highest: number;
  readonly peak: number;
  /** At the smallest lambda. */
  readonly last: number;
}

function lambdaChannel(steps: readonly Step[], axis: JsonObject): JsonObject {
  const domain = [round(steps[steps.length - 1].lambda), round(steps[0].lambda)];
  return {
    field: "lambda",
    type: "quantitative",
    scale: { type: "log", domain, nice: false, reverse: true },
    axis: { grid: false, ...axis },
  };
}

/** Powers of ten, or 1-2-5 steps where they are too few. */
function logTicks(low: number, high: number): number[] {
  const powers = Array.from({ length: 640 }, (_, i) => 10 ** (i - 320));
  const within = (digits: readonly number[]): number[] =>
    powers
      .flatMap((power) => digits.map((digit) => digit * power))
      .filter((tick) => tick >= low && tick <= high);
  const decades = within([1]);
  if (decades.length > 8) return decades.filter((_, i) => i % Math.ceil(decades.length / 8) === 0);
  return decades.length >= 3 ? decades : within([1, 2, 5]);
}

function valueChannel(field: string, domain: readonly [number, number]): JsonObject {
  return {
    field,
    type: "quantitative",
    title: "coefficient β\u0302",
    scale: { domain, nice: false },
    axis: numberAxis(Math.max(-domain[0], domain[1])),
  };
}

/** The line at zero; its axis, above the frame, counts the coefficients that are not zero, as glmnet does. */
export function zeroLine(steps: readonly Step[], domain: readonly [number, number]): JsonObject {
  const counted = thinOut(steps, 6);
  const sizes = counted.map(({ lambda, coef }) => [
    round(lambda),
    Array.from(coef).filter((b) => b !== 0).length,
  ]);
  const topAxis = {
    orient: "top",
    title: "coefficients not zero",
    titleFontSize: 12,
    titleColor: CAPTION,
    labelColor: CAPTION,
    domain: false,
    ticks: false,
    values: sizes.map(([lambda]) => lambda!),
    labelExpr: `(${JSON.stringify(Object.fromEntries(sizes))})[datum.value]`,
  };
  return {
    data: {
      values: [{ value: 0, lambda: round(steps[0].lambda), end: round(steps[steps.length - 1].lambda) }],
    },
    mark: { type: "rule", color: CAPTION },
    encoding: { x: lambdaChannel(steps, topAxis), x2: { field: "end" }, y: valueChannel("value", domain) },
  };
}

/** One row a lambda with one generated key a feature: feature names may hold dots and brackets, and may repeat. */
export function pathLines(
  steps: readonly Step[],
  lines: readonly RankedFeature[],
  nNamed: number,
  domain: readonly [number, number],
): JsonObject {
  const keys = lines.map((_, rank) => `b${rank}`);
  const looks = lines.map(({ name, last }, rank) => ({
    key: keys[rank],
    name,
    last: round(last),
    named: rank < nNamed,
    color: rank < nNamed ? lineColor(rank) : MUTED,
    // The second round through the colours.
    dashed: rank < nNamed && rank >= CATEGORIES.length,
  }));
  return {
    data: {
      values: steps.map(({ lambda, coef }) => ({
        lambda: round(lambda),
        ...Object.fromEntries(lines.map(({ index }, rank) => [keys[rank], round(coef[index])])),
      })),
    },
    // The wheel and dragging move along lambda; nothing of this is in a still picture.
    params: [{ name: "zoom", select: { type: "interval", encodings: ["x"] }, bind: "scales" }],
    transform: [
      // Later lines are painted over earlier ones: the largest come last.
      { fold: [...keys].reverse(), as: ["key", "value"] },
      {
        lookup: "key",
        from: {
          data: { values: looks },
          key: "key",
          fields: ["name", "last", "named", "color", "dashed"],
        },
      },
    ],
    mark: { type: "line", clip: true, strokeJoin: "round", aria: false },
    encoding: {
      x: lambdaChannel(steps, {
        title: "λ (log scale, falling)",
        values: logTicks(steps[steps.length - 1].lambda, steps[0].lambda),
        format: ".3~g",
      }),
      y: valueChannel("value", domain),
      detail: { field: "key" },
      color: { field: "color", type: "nominal", scale: null },
      strokeWidth: { condition: { test: "datum.named", value: 2 }, value: 1 },
      strokeDash: { condition: { test: "datum.dashed", value: [6, 3] }, value: [1, 0] },
      tooltip: [
        { field: "name", title: "feature" },
        { field: "last", title: "β\u0302 at the smallest λ" },
      ],
    },
  };
}

function lineColor(rank: number): string {
  return CATEGORIES[rank % CATEGORIES.length];
}

/** Names to the right of the line ends, moved apart, each joined to its line. */
export function endLabels(labels: readonly RankedFeature[], domain: readonly [number, number]): JsonObject[] {
  const toPixel = (value: number): number => (PATH_HEIGHT * (domain[1] - value)) / (domain[1] - domain[0]);
  const places = spread(
    labels.map(({ last }) => toPixel(last)),
    LABEL_GAP,
    0,
    PATH_HEIGHT,
  );
  return labels.flatMap(({ name, last }, rank): JsonObject[] => [
    fixedMark(
      { type: "rule", color: lineColor(rank), strokeWidth: 1, strokeDash: [2, 2] },
      { x: PATH_WIDTH + 1, x2: PATH_WIDTH + 16, y: toPixel(last), y2: places[rank] },
    ),
    fixedMark(
      { type: "text", text: shorten(name, LABEL_LENGTH), align: "left", baseline: "middle", color: INK },
      { x: PATH_WIDTH + 20, y: places[rank] },
    ),
  ]);
}

/** A mark at pixels, outside of the frame, where zooming would clip it. */
function fixedMark(mark: JsonObject, pixels: Readonly<Record<string, number>>): JsonObject {
  return {
    data: { values: [{}] },
    mark: { ...mark, clip: false },
    encoding: Object.fromEntries(Object.entries(pixels).map(([channel, value]) => [channel, { value }])),
  };
}

/** At most `count` elements, evenly spaced, the first and the last among them. */
export function thinOut<T>(items: readonly T[], count: number): readonly T[] {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, i) => items[Math.round((i * (items.length - 1)) / (count - 1))]);
}

/** Six significant digits: far below a pixel, and light. */
function round(value: number): number {
  return Number(value.toPrecision(6));
}
