/** Horizontal bars with names, in one panel or several: the common part of several charts. */

import { axisTitle, haloText } from "../../layout/labels";
import { fitNames, MARGINS, nameRoom, widestName } from "../../layout/picture-width";
import type { JsonObject } from "../../rendering/chart-spec";
import { textWidth } from "../../rendering/fonts";
import { CAPTION, FOREGROUND } from "../../rendering/theme";

/** One row of horizontal bars. */
export interface NamedBar {
  readonly name: string;
  readonly value: number;
  /** Written at the end of the bar. */
  readonly text: string;
  readonly color: string;
  /** Whether the bar is pale, to mark features that are not selected. */
  readonly pale?: boolean;
}

/** Options of {@link namedBars}: its texts, what it marks, and its size. */
export interface NamedBarsOptions {
  /** Title of the horizontal axis. */
  readonly title: string;
  readonly axis: JsonObject;
  /** Titles of a row's name and value in the tooltip. */
  readonly noun: string;
  readonly quantity: string;
  /** The text that replaces an empty chart. Default: none. */
  readonly nothing?: string;
  /** The axis reaches at least this far. Default: the longest bar. */
  readonly full?: number;
  /** The value of a dashed line. Default: none. */
  readonly threshold?: number;
  /** Width of the picture, in pixels. */
  readonly width: number | undefined;
  /** Names of panels with the same rows each; bars are then ordered by panel. Default: one panel without a name. */
  readonly panels?: readonly string[];
}

const FRAME = 320;
/** Minimum width of panels, their distance, and the default width of a row of panels, that of a notebook. */
const PANEL = 130;
const PANEL_GAP = 16;
const PANELS_WIDTH = 640;

/** Draws horizontal bars with names on the left and numbers at their ends, from top to bottom in the given order. */
export function namedBars(bars: readonly NamedBar[], look: NamedBarsOptions): JsonObject {
  const { panels } = look;
  const room = nameRoom(look.width);
  const nRows = bars.length / (panels?.length ?? 1);
  const names = fitNames(
    bars.slice(0, nRows).map(({ name }) => name),
    room,
  );
  const beside = MARGINS + 20 + widestName(names, room);
  const columns = panels && panelColumns(panels.length, (look.width ?? PANELS_WIDTH) - beside);
  const frame = columns?.width ?? (look.width === undefined ? FRAME : Math.floor(look.width - beside));
  const x = {
    field: "value",
    type: "quantitative",
    scale: { domain: barDomain(bars, look, frame), nice: false },
    axis: { ...look.axis, ...axisTitle(look.title, frame) },
  };
  const y = namedRows(names, room);
  const ruleAt = (value: number, mark: JsonObject): JsonObject => ({
    data: { values: [{}] },
    mark: { type: "rule", ...mark },
    encoding: { x: { datum: value } },
  });
  if (bars.length === 0) return emptyBars(look, frame, x);
  const numbers = {
    mark: {
      type: "text",
      align: { expr: "datum.value < 0 ? 'right' : 'left'" },
      dx: { expr: "datum.value < 0 ? -4 : 4" },
    },
    encoding: { x, y, text: { field: "text" } },
  };
  const values = bars.map((bar, k) => ({
    row: k % nRows,
    ...(panels && { panel: Math.floor(k / nRows) }),
    ...bar,
  }));
  const view: JsonObject = {
    width: frame,
    height: { step: 22 },
    layer: [
      ...(look.threshold === undefined
        ? []
        : [ruleAt(look.threshold, { color: CAPTION, strokeDash: [4, 3] })]),
      {
        mark: { type: "bar", height: { band: 0.7 } },
        encoding: {
          x,
          y,
          color: { field: "color", type: "nominal", scale: null },
          opacity: { condition: { test: "datum.pale", value: 0.45 }, value: 1 },
          tooltip: [
            { field: "name", title: look.noun },
            { field: "value", title: look.quantity },
          ],
        },
      },
      ruleAt(0, { color: CAPTION }),
      ...(look.threshold === undefined ? [numbers] : haloText(numbers)),
    ],
  };
  if (!panels || !columns) return { data: { values }, ...view };
  return { data: { values }, ...inPanels(view, fitNames(panels, frame), columns.count) };
}

/** Draws a view once a panel, by the field `panel` of its rows. */
function inPanels(view: JsonObject, names: readonly string[], columns: number): JsonObject {
  return {
    facet: {
      field: "panel",
      type: "ordinal",
      title: null,
      header: {
        labelExpr: `${JSON.stringify(names)}[datum.value]`,
        labelFontSize: 12,
        labelColor: FOREGROUND,
      },
    },
    columns,
    // A common axis would be drawn below the last row, also where that has no panel.
    ...(names.length % columns !== 0 && { resolve: { axis: { x: "independent" } } }),
    spacing: PANEL_GAP,
    spec: view,
  };
}

/** Draws an axis without bars under a text that says so; the axis has ticks beyond zero only if its range is fixed. */
function emptyBars({ nothing = "", full }: NamedBarsOptions, width: number, x: JsonObject): JsonObject {
  const axis = { ...(x.axis as JsonObject), ...(full === undefined && { values: [0] }) };
  return {
    width,
    height: 44,
    data: { values: [{ value: 0 }] },
    layer: [
      {
        mark: { type: "rule", color: CAPTION },
        encoding: { x: { ...x, scale: { domain: [0, full ?? 1], nice: false }, axis } },
      },
      { mark: { type: "text", text: nothing, color: CAPTION }, encoding: { x: { value: width / 2 } } },
    ],
  };
}

/** Returns the number of panels in a row, so that rows are equally long where possible, and the width of each. */
function panelColumns(nPanels: number, room: number): { count: number; width: number } {
  const most = Math.max(1, Math.min(nPanels, Math.floor((room + PANEL_GAP) / (PANEL + PANEL_GAP))));
  const count = Math.ceil(nPanels / Math.ceil(nPanels / most));
  return { count, width: Math.min(FRAME, Math.floor((room + PANEL_GAP) / count) - PANEL_GAP) };
}

/** Returns the channel of rows in the given order, with names on the left that are shortened already. */
export function namedRows(names: readonly string[], room: number, axis: JsonObject = {}): JsonObject {
  return {
    field: "row",
    type: "ordinal",
    sort: null,
    title: null,
    axis: {
      // Labels are looked up by row, since two rows may have the same name.
      labelExpr: `${JSON.stringify(names)}[datum.value]`,
      labelLimit: Math.ceil(room) + 1,
      domain: false,
      ticks: false,
      ...axis,
      labelPadding: 8,
    },
  };
}

/** Returns the range of the horizontal axis, with room for the texts at both ends of bars. */
function barDomain(
  bars: readonly NamedBar[],
  { threshold = 0, full = 0 }: NamedBarsOptions,
  frame: number,
): [number, number] {
  const values = [0, threshold, full, ...bars.map(({ value }) => value)];
  const lowest = Math.min(...values);
  const highest = Math.max(...values);
  if (lowest === highest) return [-1, 1];
  const widest = (side: readonly NamedBar[]): number =>
    side.length === 0 ? 0 : 8 + Math.max(...side.map(({ text }) => textWidth(text, 12)));
  const left = widest(bars.filter(({ value }) => value < 0));
  const right = widest(bars.filter(({ value }) => value >= 0));
  const perPixel = (highest - lowest) / Math.max(frame - left - right, 0.3 * frame);
  return [lowest - left * perPixel, highest + right * perPixel];
}
