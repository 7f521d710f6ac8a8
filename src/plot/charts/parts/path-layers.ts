/**
 * The layers of charts over lambda: lines of features with names, the line at zero, and the band where the
 * objective is not convex.
 */

import { shorten } from "../../../display/formatting";
import { countAxis, lambdaAxis, lambdaChannel, numberAxis, round } from "../../layout/axes";
import { hoverRuleLayer, lineColor, lineDash, namedLineEnds } from "../../layout/lines";
import type { JsonObject } from "../../rendering/chart-spec";
import { BAND, CAPTION, MUTED } from "../../rendering/theme";

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
  /** Rank among the features, 0 for the largest, which determines the colour. */
  readonly rank: number;
  readonly lowest: number;
  readonly highest: number;
  readonly peak: number;
  /** Coefficient at the smallest lambda. */
  readonly last: number;
}

/** The frame of a path. */
export interface PathFrame {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** From the largest to the smallest. */
  readonly lambdas: readonly number[];
  /** Range of the vertical axis. */
  readonly domain: readonly [number, number];
  /** Title of the vertical axis, and its symbol. */
  readonly title: string;
  readonly symbol: string;
  /** Whether no line is in it or any other frame, so that only zero has a place on the vertical axis. Default: false. */
  readonly isEmpty?: boolean;
  /** Among several frames with one axis of lambda: its key, and whether it is in the uppermost or the lowest row. Default: alone. */
  readonly panel?: { readonly key: string; readonly isTop: boolean; readonly isBottom: boolean };
}

function valueChannel(field: string, { domain, title, isEmpty }: PathFrame): JsonObject {
  return {
    field,
    type: "quantitative",
    title,
    scale: { domain, nice: false },
    axis: { ...numberAxis(Math.max(-domain[0], domain[1])), ...(isEmpty && { values: [0] }) },
  };
}

/** The line at zero; its axis, above the frame, counts the coefficients that are not zero, as glmnet does. */
export function zeroLine(steps: readonly Step[], frame: PathFrame): JsonObject {
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
      x: lambdaChannel(frame.lambdas, {
        ...countAxis(counts, "coefficients", frame.width),
        ...(frame.panel?.isTop === false && { title: null }),
      }),
      x2: { field: "end" },
      y: valueChannel("value", frame),
    },
  };
}

/** The channel of lambda with the axis below the frame, or below the lowest of several. */
function lambdaBelow({ lambdas, panel }: PathFrame): JsonObject {
  const axis = lambdaAxis(lambdas);
  return lambdaChannel(lambdas, panel?.isBottom === false ? { ...axis, labels: false, title: null } : axis);
}

/** Writes above the line at zero that every coefficient is zero. */
export function emptyPathLabel(frame: PathFrame): JsonObject {
  const { lambdas } = frame;
  const middle = Math.sqrt(lambdas[0] * lambdas[lambdas.length - 1]);
  return {
    data: { values: [{ lambda: round(middle), value: 0 }] },
    mark: { type: "text", text: "every coefficient is zero", baseline: "bottom", dy: -5, color: CAPTION },
    encoding: { x: lambdaBelow(frame), y: valueChannel("value", frame) },
  };
}

/** Returns the lambda between the last one at which the objective is locally convex and the next. */
export function bandStart(steps: readonly Step[]): number | undefined {
  const first = steps.findIndex(({ convex }) => convex === false);
  if (first < 0) return undefined;
  return first === 0 ? steps[0].lambda : Math.sqrt(steps[first - 1].lambda * steps[first].lambda);
}

/** Shades the lambdas at which the objective is not locally convex, with a label at the upper edge. */
export function nonConvexBand(steps: readonly Step[], frame: PathFrame): JsonObject[] {
  const start = bandStart(steps);
  if (start === undefined) return [];
  const { domain, lambdas } = frame;
  const last = steps[steps.length - 1].lambda;
  const data = {
    values: [{ start: round(start), end: round(last), bottom: round(domain[0]), top: round(domain[1]) }],
  };
  const x = { ...lambdaChannel(lambdas, null), field: "start" };
  const y = valueChannel("bottom", frame);
  const share = Math.log(start / last) / Math.log(steps[0].lambda / last);
  const narrow = share * frame.width < 120;
  const band: JsonObject = {
    data,
    mark: { type: "rect", color: BAND, clip: true },
    encoding: { x, x2: { field: "end" }, y, y2: { field: "top" } },
  };
  if (frame.panel?.isTop === false) return [band];
  return [
    band,
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
      encoding: { x: narrow ? { value: frame.width } : x, y: { ...y, field: "top" } },
    },
  ];
}

/**
 * Draws lines, and a rule at the lambda under the pointer with the values there.
 *
 * Data have one row a lambda and one generated key a feature, since feature names may repeat or contain dots and brackets.
 */
export function pathLines(
  steps: readonly Step[],
  lines: readonly RankedFeature[],
  nNamed: number,
  frame: PathFrame,
): JsonObject {
  const { symbol, panel } = frame;
  const keys = lines.map((_, k) => `b${k}`);
  const looks = lines.map(({ name, last, rank }, k) => ({
    key: keys[k],
    name: shorten(name, 80),
    last: round(last),
    named: k < nNamed,
    color: k < nNamed ? lineColor(rank) : MUTED,
    dashed: k < nNamed && lineDash(rank)[1] > 0,
  }));
  const x = lambdaBelow(frame);
  return {
    data: {
      values: steps.map(({ lambda, coef }) => ({
        lambda: round(lambda),
        ...Object.fromEntries(lines.map(({ index }, k) => [keys[k], round(coef[index])])),
      })),
    },
    layer: [
      {
        // The wheel and dragging zoom along lambda, but not in several panels with a common axis; still pictures ignore it.
        ...(panel === undefined && {
          params: [{ name: "zoom", select: { type: "interval", encodings: ["x"] }, bind: "scales" }],
        }),
        transform: [
          // Later lines cover earlier ones, so the largest come last.
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
          x,
          y: valueChannel("value", frame),
          detail: { field: "key" },
          color: { field: "color", type: "nominal", scale: null },
          strokeWidth: { condition: { test: "datum.named", value: 2 }, value: 1 },
          strokeDash: { condition: { test: "datum.dashed", value: [6, 3] }, value: [1, 0] },
          tooltip: [
            { field: "name", title: "feature" },
            { field: "last", title: `${symbol} at the smallest λ` },
          ],
        },
      },
      hoverRuleLayer({
        name: `lambda${panel?.key ?? ""}`,
        x,
        zooms: true,
        position: { field: "lambda", title: "λ" },
        values: lines.slice(0, nNamed).map(({ name }, k) => ({ field: keys[k], name })),
      }),
    ],
  };
}

/**
 * Writes names to the right of the line ends.
 *
 * @param room for a name, in pixels.
 */
export function endLabels(labels: readonly RankedFeature[], frame: PathFrame, room: number): JsonObject[] {
  const { domain, height } = frame;
  const ends = labels.map(({ name, last, rank }) => ({
    name,
    rank,
    y: (height * (domain[1] - last)) / (domain[1] - domain[0]),
  }));
  return namedLineEnds(ends, frame, room);
}
