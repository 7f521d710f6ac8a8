import type { JsonObject } from "../rendering/chart-spec";
import { CATEGORIES, INK } from "../rendering/theme";
import { fitNames } from "./picture-width";
import { spread } from "./spread";

const LABEL_GAP = 15;
/** From the frame to a name beside it, in pixels. */
export const LABEL_INDENT: number = 20;

/** The end of a line. */
export interface LineEnd {
  readonly name: string;
  /** How far from the left of the frame, in pixels. Default: its width. */
  readonly x?: number;
  /** Height of the end, in pixels from the top of the frame. */
  readonly y: number;
  /** Which of the lines it is. */
  readonly rank: number;
}

/** The colour of a line by its rank. */
export function lineColor(rank: number): string {
  return CATEGORIES[rank % CATEGORIES.length];
}

/** Solid, and dashed in the second round through the colours. */
export function lineDash(rank: number): readonly number[] {
  return rank < CATEGORIES.length ? [1, 0] : [6, 3];
}

/**
 * Names to the right of the line ends, moved apart, each joined to its line.
 *
 * @param room for a name, in pixels.
 */
export function namedLineEnds(
  ends: readonly LineEnd[],
  { width, height }: { readonly width: number; readonly height: number },
  room: number,
): JsonObject[] {
  const places = spread(
    ends.map(({ y }) => y),
    Math.min(LABEL_GAP, height / Math.max(1, ends.length - 1)),
    0,
    height,
  );
  const names = fitNames(
    ends.map(({ name }) => name),
    room,
  );
  return ends.flatMap(({ x = width, y, rank }, k): JsonObject[] => [
    // From a line that ends well within the frame dots lead to its name.
    ...(x > width - LABEL_INDENT
      ? []
      : [
          fixedMark(
            { type: "rule", color: lineColor(rank), strokeWidth: 1, strokeDash: [1, 3] },
            { x: x + 3, x2: width, y, y2: y },
          ),
        ]),
    fixedMark(
      { type: "rule", color: lineColor(rank), strokeWidth: 1.5, strokeDash: lineDash(rank) },
      { x: width + 1, x2: width + LABEL_INDENT - 4, y, y2: places[k] },
    ),
    fixedMark(
      { type: "text", text: names[k], align: "left", baseline: "middle", color: INK },
      { x: width + LABEL_INDENT, y: places[k] },
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
