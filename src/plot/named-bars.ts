import type { JsonObject } from "./chart-spec";
import { textWidth } from "./fonts";
import { haloText } from "./labels";
import { fitName, MARGINS, nameRoom, widestName } from "./picture-width";
import { CAPTION } from "./theme";

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
  /** The axis reaches at least this far. Default: the longest bar. */
  readonly full?: number;
  /** Where a dashed line stands. Default: nowhere. */
  readonly threshold?: number;
  /** Width of the picture, in pixels. */
  readonly width: number | undefined;
}

const FRAME = 320;

/** Horizontal bars with a name on the left and a number at the end each, from top to bottom in the order given. */
export function namedBars(bars: readonly NamedBar[], look: NamedBarsLook): JsonObject {
  const room = nameRoom(look.width);
  const names = bars.map(({ name }) => fitName(name, room));
  const frame =
    look.width === undefined ? FRAME : Math.floor(look.width - MARGINS - 20 - widestName(names, room));
  const x = {
    field: "value",
    type: "quantitative",
    title: look.title,
    scale: { domain: barDomain(bars, look, frame), nice: false },
    axis: look.axis,
  };
  const y = namedRows(names, room);
  const ruleAt = (value: number, mark: JsonObject): JsonObject => ({
    data: { values: [{}] },
    mark: { type: "rule", ...mark },
    encoding: { x: { datum: value } },
  });
  const numbers = {
    mark: {
      type: "text",
      align: { expr: "datum.value < 0 ? 'right' : 'left'" },
      dx: { expr: "datum.value < 0 ? -4 : 4" },
    },
    encoding: { x, y, text: { field: "text" } },
  };
  return {
    width: frame,
    height: { step: 22 },
    data: { values: bars.map((bar, row) => ({ row, ...bar })) },
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
