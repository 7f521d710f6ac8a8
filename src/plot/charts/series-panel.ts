import { axisTitle } from "../layout/heading";
import { numberAxis } from "../layout/labels";
import { round } from "../layout/lambda-axis";
import { LABEL_INDENT, type LineEnd, lineColor, lineDash, namedLineEnds } from "../layout/line-ends";
import { logAxis } from "../layout/log-ticks";
import { AXIS_ROOM, MARGINS, NARROW, nameRoom, widestName } from "../layout/picture-width";
import { rulerLayer } from "../layout/ruler";
import type { JsonObject } from "../rendering/chart-spec";

/** One line over a common horizontal axis. */
export interface Series {
  readonly name: string;
  /** What is not finite, and on a logarithmic axis what is not positive, interrupts the line. */
  readonly values: readonly number[];
  /** Which of the theme's colours; from the eighth on the line is dashed. */
  readonly rank: number;
  /** Whether it is measured now and then only: the line then leads from one value to the next. */
  readonly rare?: boolean;
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
  readonly series: readonly Series[];
  /** Unique in the picture. */
  readonly key: string;
  readonly width: number;
  readonly height: number;
  /** Room for a name, in pixels. */
  readonly room: number;
}

/** The size of panels that stand below each other in a picture of some width, with names to their right. */
export function panelFrame(
  width: number | undefined,
  names: readonly string[],
): { width: number; height: number; room: number } {
  const room = nameRoom(width);
  const beside = LABEL_INDENT + widestName(names, room);
  return {
    room,
    width: width === undefined ? 380 : Math.floor(width - MARGINS - AXIS_ROOM - 10 - beside),
    height: width !== undefined && width < NARROW ? 110 : 150,
  };
}

/** Whether a logarithmic axis can hold a value. */
export function isDrawable(value: number, log: boolean): boolean {
  return Number.isFinite(value) && (!log || value > 0);
}

/** The panel, with the values at the position under the pointer as a tooltip. */
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
      // Not more than whole numbers: there is no half an iteration.
      tickCount: Math.min(Math.max(2, Math.floor(width / 60)), Math.max(1, Math.floor(right - left))),
      format: "~s",
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
        ({ rank, rare }, k): JsonObject => ({
          ...(rare ? { transform: [{ filter: `isValid(datum.${keys[k]})` }] } : {}),
          mark: {
            type: "line",
            color: lineColor(rank),
            strokeWidth: 2,
            strokeDash: lineDash(rank),
            // Values are told apart where they are few; one between two that are missing would be no line at all.
            point: nDrawn[k] <= 30 ? { size: 25, filled: true, color: lineColor(rank) } : false,
            aria: false,
          },
          encoding: { x, y: y(keys[k]) },
        }),
      ),
      rulerLayer({
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
