/**
 * A panel of lines over a common horizontal axis, with names at their ends: the common part of traces and
 * trainings.
 */

import { logAxis, numberAxis, round } from "../../layout/axes";
import { axisTitle } from "../../layout/labels";
import {
  hoverRuleLayer,
  LABEL_INDENT,
  type LineEnd,
  lineColor,
  lineDash,
  namedLineEnds,
} from "../../layout/lines";
import { AXIS_ROOM, MARGINS, NARROW_WIDTH, nameRoom, widestName } from "../../layout/picture-width";
import type { JsonObject } from "../../rendering/chart-spec";

/** One line over a common horizontal axis. */
export interface Series {
  readonly name: string;
  /** The values; those that are not finite, or not positive on a logarithmic axis, interrupt the line. */
  readonly values: readonly number[];
  /** Index of the colour in the theme; from the eighth on the line is dashed. */
  readonly rank: number;
  /** Whether the line connects values across gaps, for quantities that are not measured in each step. */
  readonly connectsGaps?: boolean;
}

/** Lines over one horizontal axis with a name at the end of each. */
export interface SeriesPanel {
  /** Horizontal positions, ascending. */
  readonly x: readonly number[];
  readonly xTitle: string;
  /** Whether the horizontal axis is that of the whole stack of panels. */
  readonly last: boolean;
  readonly title: string;
  readonly log: boolean;
  /** Whether each value holds from its position to the next, which are any numbers. Default: false, so that positions count iterations. */
  readonly steps?: boolean;
  readonly series: readonly Series[];
  /** Unique in the picture. */
  readonly key: string;
  readonly width: number;
  readonly height: number;
  /** Room for a name, in pixels. */
  readonly room: number;
}

/** Returns the size of stacked panels in a picture of some width, with names to their right. */
export function panelFrame(
  width: number | undefined,
  names: readonly string[],
): { width: number; height: number; room: number } {
  const room = nameRoom(width);
  const beside = LABEL_INDENT + widestName(names, room);
  return {
    room,
    width: width === undefined ? 380 : Math.floor(width - MARGINS - AXIS_ROOM - 10 - beside),
    height: width !== undefined && width < NARROW_WIDTH ? 110 : 150,
  };
}

/** Returns whether an axis can show a value: a logarithmic one needs positive values. */
export function isDrawable(value: number, log: boolean): boolean {
  return Number.isFinite(value) && (!log || value > 0);
}

/** Draws the panel, with the values at the position under the pointer as a tooltip. */
export function seriesPanel(panel: SeriesPanel): JsonObject {
  const { series, log, width, height } = panel;
  const drawn = series.flatMap(({ values }) => values.filter((value) => isDrawable(value, log)));
  const domain = valueDomain(drawn, log);
  const nDrawn = series.map(({ values }) => values.filter((value) => isDrawable(value, log)).length);
  const keys = series.map((_, k) => `s${k}`);
  const rows = panel.x.map((x, i) => ({
    x: round(x),
    ...Object.fromEntries(
      series.map(({ values }, k) => [keys[k], isDrawable(values[i], log) ? round(values[i]) : null]),
    ),
  }));
  const [left, right] = xDomain(panel.x);
  const x = {
    field: "x",
    type: "quantitative",
    title: panel.last ? panel.xTitle : null,
    scale: { domain: [left, right], nice: false },
    axis: {
      grid: false,
      // Ticks of iterations are whole numbers.
      ...(panel.steps
        ? { ...numberAxis(right), tickCount: Math.max(2, Math.floor(width / 60)) }
        : {
            tickCount: Math.min(Math.max(2, Math.floor(width / 60)), Math.max(1, Math.floor(right - left))),
            format: "~s",
          }),
      labels: panel.last,
    },
  };
  const y = (field: string): JsonObject => ({
    field,
    type: "quantitative",
    scale: { domain, nice: false, ...(log ? { type: "log" } : { zero: false }) },
    axis: {
      ...(log ? logAxis(...domain, 4) : { ...numberAxis(Math.max(...domain.map(Math.abs))), tickCount: 4 }),
      minExtent: 36,
      ...axisTitle(log ? `${panel.title} (log)` : panel.title, height + 10),
    },
  });
  return {
    width,
    height,
    data: { values: rows },
    layer: [
      ...series.map(
        ({ rank, connectsGaps }, k): JsonObject => ({
          ...(connectsGaps ? { transform: [{ filter: `isValid(datum.${keys[k]})` }] } : {}),
          mark: {
            type: "line",
            color: lineColor(rank),
            strokeWidth: 2,
            ...(panel.steps ? { interpolate: "step-after" } : {}),
            strokeDash: lineDash(rank),
            // Few values have points, since a value between two missing ones has no line.
            point: nDrawn[k] <= 30 ? { size: 25, filled: true, color: lineColor(rank) } : false,
            aria: false,
          },
          encoding: { x, y: y(keys[k]) },
        }),
      ),
      hoverRuleLayer({
        name: `under_${panel.key}`,
        x,
        zooms: false,
        position: { field: "x", title: panel.xTitle },
        values: series.map(({ name }, k) => ({ field: keys[k], name })),
      }),
      ...namedLineEnds(seriesEnds(panel, domain), panel, panel.room),
    ],
  };
}

function seriesEnds(panel: SeriesPanel, domain: readonly [number, number]): LineEnd[] {
  const { series, log, width, height } = panel;
  const scale = (value: number): number => (log ? Math.log(value) : value);
  const [low, high] = domain.map(scale);
  const [left, right] = xDomain(panel.x);
  return series.map(({ name, values, rank }) => {
    const last = values.findLastIndex((value) => isDrawable(value, log));
    if (last < 0) return { name, rank, y: height };
    return {
      name,
      rank,
      x: (width * (panel.x[last] - left)) / (right - left),
      y: (height * (high - scale(values[last]))) / (high - low),
    };
  });
}

function xDomain(x: readonly number[]): [number, number] {
  const [first, last] = [x[0], x[x.length - 1]];
  return first === last ? [first - 0.5, last + 0.5] : [first, last];
}

function valueDomain(values: readonly number[], log: boolean): [number, number] {
  let [lowest, highest] = [Infinity, -Infinity];
  for (const value of values) {
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  if (lowest > highest) return log ? [0.1, 1] : [0, 1];
  if (log) return lowest === highest ? [lowest / 2, highest * 2] : [lowest / 1.2, highest * 1.2];
  const margin = 0.05 * (highest - lowest || Math.abs(highest) || 1);
  return [lowest - margin, highest + margin];
}
