import type { JsonObject } from "./chart-spec";
import { numberAxis, shorten } from "./labels";
import { countAxis, lambdaAxis, lambdaChannel, PATH_HEIGHT, PATH_WIDTH, round } from "./lambda-axis";
import { spread } from "./spread";
import { BAND, CAPTION, CATEGORIES, INK, MUTED } from "./theme";

const LABEL_GAP = 15;
const LABEL_LENGTH = 22;

/** One lambda of a path. */
export interface Step {
  readonly lambda: number;
  readonly coef: ArrayLike<number>;
  /** Whether the objective is locally convex there. Default: true. */
  readonly convex?: boolean;
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
  const lambdas = steps.map(({ lambda }) => lambda);
  const counts = steps.map(({ lambda, coef }) => ({
    lambda,
    count: Array.from(coef).filter((b) => b !== 0).length,
  }));
  return {
    data: {
      values: [{ value: 0, lambda: round(steps[0].lambda), end: round(steps[steps.length - 1].lambda) }],
    },
    mark: { type: "rule", color: CAPTION },
    encoding: {
      x: lambdaChannel(lambdas, countAxis(counts)),
      x2: { field: "end" },
      y: valueChannel("value", domain),
    },
  };
}

/** Where the objective ceases to be locally convex: between the last lambda at which it is and the next. */
export function bandStart(steps: readonly Step[]): number | undefined {
  const first = steps.findIndex(({ convex }) => convex === false);
  if (first < 0) return undefined;
  return first === 0 ? steps[0].lambda : Math.sqrt(steps[first - 1].lambda * steps[first].lambda);
}

/** The ground from there on, with its name at the upper edge. */
export function nonConvexBand(steps: readonly Step[], domain: readonly [number, number]): JsonObject[] {
  const start = bandStart(steps);
  if (start === undefined) return [];
  const last = steps[steps.length - 1].lambda;
  const data = {
    values: [{ start: round(start), end: round(last), bottom: round(domain[0]), top: round(domain[1]) }],
  };
  const lambdas = steps.map(({ lambda }) => lambda);
  const x = { ...lambdaChannel(lambdas, null), field: "start" };
  const y = valueChannel("bottom", domain);
  const share = Math.log(start / last) / Math.log(steps[0].lambda / last);
  const narrow = share * PATH_WIDTH < 110;
  return [
    {
      data,
      mark: { type: "rect", color: BAND, clip: true },
      encoding: { x, x2: { field: "end" }, y, y2: { field: "top" } },
    },
    {
      data,
      mark: {
        type: "text",
        text: "not locally convex",
        align: narrow ? "right" : "left",
        baseline: "top",
        dx: narrow ? -4 : 4,
        dy: 4,
        color: CAPTION,
        clip: false,
      },
      encoding: { x, y: { ...y, field: "top" } },
    },
  ];
}

/** One row a lambda with one generated key a feature: feature names may hold dots and brackets, and may repeat. */
export function pathLines(
  steps: readonly Step[],
  lines: readonly RankedFeature[],
  nNamed: number,
  domain: readonly [number, number],
): JsonObject {
  const lambdas = steps.map(({ lambda }) => lambda);
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
      x: lambdaChannel(lambdas, lambdaAxis(lambdas)),
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
