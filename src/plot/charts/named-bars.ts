import { axisTitle } from "../layout/heading";
import { haloText } from "../layout/labels";
import { fitNames, MARGINS, nameRoom, widestName } from "../layout/picture-width";
import type { JsonObject } from "../rendering/chart-spec";
import { textWidth } from "../rendering/fonts";
import { CAPTION, INK } from "../rendering/theme";

/** One row of horizontal bars. */
export interface NamedBar {
  readonly name: string;
  readonly value: number;
  /** Written at the end of the bar. */
  readonly text: string;
  readonly color: string;
  /** Whether the bar is pale, as what is not chosen. */
  readonly pale?: boolean;
}

/** What is common to the rows. */
export interface NamedBarsLook {
  /** Of the horizontal axis. */
  readonly title: string;
  readonly axis: JsonObject;
  /** What a row's name and value are, for the tooltip. */
  readonly noun: string;
  readonly quantity: string;
  /** What is written where there is no bar. Default: nothing. */
  readonly nothing?: string;
  /** The axis reaches at least this far. Default: the longest bar. */
  readonly full?: number;
  /** Where a dashed line stands. Default: nowhere. */
  readonly threshold?: number;
  /** Width of the picture, in pixels. */
  readonly width: number | undefined;
  /** Names of panels with the same rows each; bars then come panel by panel. Default: one panel without a name. */
  readonly panels?: readonly string[];
}

const FRAME = 320;
/** Panels are not narrower, and this far apart; by default as many stand side by side as a notebook has room for. */
const PANEL = 130;
const PANEL_GAP = 16;
const PANELS_WIDTH = 640;

/** Horizontal bars with a name on the left and a number at the end each, from top to bottom in the order given. */
export function namedBars(bars: readonly NamedBar[], look: NamedBarsLook): JsonObject {
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
  if (bars.length === 0) return noBars(look, frame, x);
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
  const panelNames = fitNames(panels, frame);
  return {
    data: { values },
    facet: {
      field: "panel",
      type: "ordinal",
      title: null,
      header: { labelExpr: `${JSON.stringify(panelNames)}[datum.value]`, labelFontSize: 12, labelColor: INK },
    },
    columns: columns.count,
    // A common axis would stand below the last place of each column, also where no panel is.
    ...(panels.length % columns.count !== 0 && { resolve: { axis: { x: "independent" } } }),
    spacing: PANEL_GAP,
    spec: view,
  };
}

/** An axis with zero, and with what is beyond it only where it reaches so far anyway, under words that say that there is no bar. */
function noBars({ nothing = "", full }: NamedBarsLook, width: number, x: JsonObject): JsonObject {
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

/** How many panels stand side by side, in rows of equal length where they can be, and how wide each is. */
function panelColumns(nPanels: number, room: number): { count: number; width: number } {
  const most = Math.max(1, Math.min(nPanels, Math.floor((room + PANEL_GAP) / (PANEL + PANEL_GAP))));
  const count = Math.ceil(nPanels / Math.ceil(nPanels / most));
  return { count, width: Math.min(FRAME, Math.floor((room + PANEL_GAP) / count) - PANEL_GAP) };
}

/** The channel of rows in the order given, with their names on the left, cut to some room already. */
export function namedRows(names: readonly string[], room: number, axis: JsonObject = {}): JsonObject {
  return {
    field: "row",
    type: "ordinal",
    sort: null,
    title: null,
    axis: {
      // The names are looked up, not used as data: two rows may share one.
      labelExpr: `${JSON.stringify(names)}[datum.value]`,
      labelLimit: Math.ceil(room) + 1,
      domain: false,
      ticks: false,
      ...axis,
      labelPadding: 8,
    },
  };
}

/** The range of some bars, with room for the text at the ends of those to the left and to the right. */
function barDomain(
  bars: readonly NamedBar[],
  { threshold = 0, full = 0 }: NamedBarsLook,
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
