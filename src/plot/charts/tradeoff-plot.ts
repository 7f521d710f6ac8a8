import { counted } from "../../display/formatting";
import { mustBe } from "../../errors";
import { checkKeys } from "../../options";
import { logAxis, numberAxis, round, thinOut } from "../layout/axes";
import { axisTitle, heading, shortNumber } from "../layout/labels";
import { LABEL_INDENT, lineColor, lineDash, namedLineEnds } from "../layout/lines";
import {
  AXIS_ROOM,
  checkWidth,
  MARGINS,
  NARROW_WIDTH,
  nameRoom,
  type PictureOptions,
  widestName,
} from "../layout/picture-width";
import { Chart } from "../rendering/chart";
import type { JsonObject } from "../rendering/chart-spec";

/** One setting of a method, with its cost and its benefit. */
export interface TradeoffPoint {
  /** The horizontal quantity, such as the compression ratio. */
  readonly x: number;
  /** The vertical quantity, such as the accuracy. */
  readonly y: number;
  /** Standard error of `y`, drawn as a band around the curve. */
  readonly standardError?: number;
}

/** Options of {@link tradeoffPlot}: what the axes show, and how the picture looks. */
export interface TradeoffPlotOptions extends PictureOptions {
  /** Title of `x`, with its unit. Default: `"compression ratio"`. */
  readonly x?: string;
  /** Title of `y`, with its unit. Default: `"accuracy"`. */
  readonly y?: string;
  /** Whether the horizontal axis is logarithmic, for positive values. Default: true. */
  readonly log?: boolean;
}

const MAX_POINTS = 500;

/**
 * Draws one quantity against another for several methods, such as accuracy against compression: a curve through the settings of
 * a method in the order of `x`, with a band of one standard error where there is one, and its name at the end.
 *
 * @param curves the points of each method by its name, at least one each.
 * @throws InputError when there is no curve or point, a number is not finite, or on a logarithmic axis an `x` not positive.
 * @example
 * ```ts
 * tradeoffPlot({ pruned: [{ x: 2, y: 0.97 }, { x: 10, y: 0.95 }], factorized: [{ x: 5, y: 0.97 }, { x: 60, y: 0.95 }] });
 * ```
 */
export function tradeoffPlot(
  curves: Readonly<Record<string, readonly TradeoffPoint[]>>,
  options: TradeoffPlotOptions = {},
): Chart {
  checkKeys("tradeoffPlot", options, ["x", "y", "log", "width"]);
  checkWidth("tradeoffPlot", options.width);
  const { x: xTitle = "compression ratio", y: yTitle = "accuracy", log = true, width } = options;
  const methods = readCurves(curves, log).map(({ name, points }) => ({
    name,
    all: points.length,
    points: thinOut(points, MAX_POINTS),
  }));
  const room = nameRoom(width);
  const names = methods.map(({ name }) => name);
  const beside = LABEL_INDENT + widestName(names, room);
  const frame = {
    width: width === undefined ? 380 : Math.floor(width - MARGINS - AXIS_ROOM - 10 - beside),
    height: Math.max(width !== undefined && width < NARROW_WIDTH ? 200 : 260, 15 * methods.length),
  };
  const points = methods.flatMap((method) => method.points);
  const xDomain = domainOf(
    points.map(({ x }) => x),
    log,
  );
  const yDomain = domainOf(
    points.flatMap(({ y, standardError = 0 }) => [y - standardError, y + standardError]),
    false,
  );
  const x: JsonObject = {
    field: "x",
    type: "quantitative",
    scale: { domain: xDomain, nice: false, ...(log ? { type: "log" } : { zero: false }) },
    axis: {
      ...(log ? logAxis(...xDomain, Math.max(2, Math.floor(frame.width / 40))) : numberAxis(xDomain[1])),
      ...axisTitle(xTitle + (log ? " (log scale)" : ""), frame.width),
      grid: false,
    },
  };
  const y = (field: string): JsonObject => ({
    field,
    type: "quantitative",
    scale: { domain: yDomain, nice: false, zero: false },
    axis: { ...numberAxis(Math.max(...yDomain.map(Math.abs))), ...axisTitle(yTitle, frame.height) },
  });
  const hasBand = points.some(({ standardError = 0 }) => standardError > 0);
  const thinned = methods.filter(({ all, points }) => points.length < all);
  const remarks = [
    ...(hasBand ? ["bands of one standard error"] : []),
    ...(thinned.length > 0 ? [`at most ${MAX_POINTS} points a curve are drawn`] : []),
  ];
  const title = `${counted(methods.length, "method")}: ${yTitle} against ${xTitle}`;
  const ends = methods.map(({ name, points }, rank) => {
    const last = points[points.length - 1];
    return {
      name,
      rank,
      x: frame.width * shareOf(last.x, xDomain, log),
      y: (frame.height * (yDomain[1] - last.y)) / (yDomain[1] - yDomain[0]),
    };
  });
  return new Chart({
    description: `Line chart. ${title}. ${methods.map(({ name, points }) => `${name} from ${pointInWords(points[0])} to ${pointInWords(points[points.length - 1])}`).join("; ")}.`,
    title: heading(title, remarks.length > 0 ? [remarks.join("; ")] : [], width),
    ...frame,
    layer: [
      ...methods.flatMap(({ name, points }, rank) => curveLayers({ name, points, rank }, { x, y, hasBand })),
      ...namedLineEnds(ends, frame, room),
    ],
  });
}

/** The curve of a method, above a band of one standard error where any curve has one. */
function curveLayers(
  {
    name,
    points,
    rank,
  }: { readonly name: string; readonly points: readonly TradeoffPoint[]; readonly rank: number },
  {
    x,
    y,
    hasBand,
  }: {
    readonly x: JsonObject;
    readonly y: (field: string) => JsonObject;
    readonly hasBand: boolean;
  },
): JsonObject[] {
  const color = lineColor(rank);
  const data = {
    values: points.map(({ x, y, standardError = 0 }) => ({
      x: round(x),
      y: round(y),
      name,
      low: round(y - standardError),
      high: round(y + standardError),
    })),
  };
  const band = {
    data,
    mark: { type: "area", color, opacity: 0.2, aria: false },
    encoding: { x, y: y("low"), y2: { field: "high" } },
  };
  const line = {
    data,
    mark: {
      type: "line",
      color,
      strokeWidth: 2,
      strokeDash: lineDash(rank),
      point: { size: 30, filled: true, color },
    },
    encoding: {
      x,
      y: y("y"),
      order: { field: "x" },
      tooltip: { field: "name", title: "method" },
    },
  };
  return hasBand ? [band, line] : [line];
}

/** The place of a value on an axis, from 0 at its begin to 1 at its end. */
function shareOf(value: number, domain: readonly [number, number], log: boolean): number {
  const [low, high, at] = [...domain, value].map((each) => (log ? Math.log(each) : each));
  return (at - low) / (high - low);
}

function pointInWords({ x, y }: TradeoffPoint): string {
  return `${shortNumber(y)} at ${shortNumber(x)}`;
}

function readCurves(curves: Readonly<Record<string, readonly TradeoffPoint[]>>, log: boolean) {
  const where = "tradeoffPlot";
  const entries = Object.entries(Object(curves) as Record<string, readonly TradeoffPoint[]>);
  if (entries.length === 0 || Array.isArray(curves))
    throw mustBe(where, "curves", "an object with the points of at least one method by its name", curves);
  return entries.map(([name, points]) => {
    if (!Array.isArray(points) || points.length === 0)
      throw mustBe(where, `"${name}"`, "an array with at least one point { x, y }", points);
    for (const [i, { x, y, standardError = 0 }] of points.entries()) {
      const what = `"${name}"[${i}]`;
      if (!Number.isFinite(x) || (log && !(x > 0)))
        throw mustBe(
          where,
          `${what}.x`,
          log ? "a finite number > 0 on a logarithmic axis" : "a finite number",
          x,
        );
      if (!Number.isFinite(y)) throw mustBe(where, `${what}.y`, "a finite number", y);
      if (!(standardError >= 0 && standardError < Infinity))
        throw mustBe(where, `${what}.standardError`, "a finite number >= 0", standardError);
    }
    return { name, points: [...points].sort((a, b) => a.x - b.x) };
  });
}

function domainOf(values: readonly number[], log: boolean): [number, number] {
  const lowest = values.reduce((a, b) => Math.min(a, b));
  const highest = values.reduce((a, b) => Math.max(a, b));
  if (log) return lowest === highest ? [lowest / 2, highest * 2] : [lowest / 1.05, highest];
  const margin = 0.05 * (highest - lowest || Math.abs(highest) || 1);
  return [lowest - margin, highest + margin];
}
