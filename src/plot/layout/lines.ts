/**
 * Lines of charts: their colours and dashes, the names at their ends, and the rule under the pointer that
 * reads their values.
 */

import type { JsonObject } from "../rendering/chart-spec";
import { CATEGORIES, FOREGROUND } from "../rendering/theme";
import { tooltipTitle } from "../rendering/tooltips";
import { fitName, fitNames } from "./picture-width";

const LABEL_GAP = 15;
/** Distance from the frame to a name beside it, in pixels. */
export const LABEL_INDENT: number = 20;

/** The end of a line. */
export interface LineEnd {
  readonly name: string;
  /** Distance from the left of the frame, in pixels. Default: its width. */
  readonly x?: number;
  /** Height of the end, in pixels from the top of the frame. */
  readonly y: number;
  /** Index of the line, which determines its colour. */
  readonly rank: number;
}

/** Returns the colour of a line by its rank. */
export function lineColor(rank: number): string {
  return CATEGORIES[rank % CATEGORIES.length];
}

/** Returns the dashes of a line: solid for the first use of each colour, dashed for the second. */
export function lineDash(rank: number): readonly number[] {
  return rank < CATEGORIES.length ? [1, 0] : [6, 3];
}

/**
 * Writes names to the right of line ends, moved apart and connected to their lines.
 *
 * @param room for a name, in pixels.
 */
export function namedLineEnds(
  ends: readonly LineEnd[],
  { width, height }: { readonly width: number; readonly height: number },
  room: number,
): JsonObject[] {
  const places = spreadPositions(
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
    // A dotted line connects a line that ends well within the frame with its name.
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
      { type: "text", text: names[k], align: "left", baseline: "middle", color: FOREGROUND },
      { x: width + LABEL_INDENT, y: places[k] },
    ),
  ]);
}

/** Returns a mark at pixels outside of the frame, which zooming does not clip. */
function fixedMark(mark: JsonObject, pixels: Readonly<Record<string, number>>): JsonObject {
  return {
    data: { values: [{}] },
    mark: { ...mark, clip: false },
    encoding: Object.fromEntries(Object.entries(pixels).map(([channel, value]) => [channel, { value }])),
  };
}

/**
 * Moves positions apart until neighbours are `gap` from each other, as little as possible, within `[low, high]`.
 *
 * The least squares solution under the order constraint, by pooling neighbours that collide.
 *
 * @param positions - In any order; the answer keeps it.
 * @param gap - At most `(high - low) / (positions.length - 1)`.
 */
export function spreadPositions(
  positions: readonly number[],
  gap: number,
  low: number,
  high: number,
): number[] {
  const order = positions.map((_, i) => i).sort((a, b) => positions[a] - positions[b]);
  // Without the gaps the constraint is monotonicity: pool adjacent violators.
  const blocks: { mean: number; size: number }[] = [];
  for (const [rank, i] of order.entries()) {
    let block = { mean: positions[i] - gap * rank, size: 1 };
    while (blocks.length > 0 && blocks[blocks.length - 1].mean > block.mean) {
      const { mean, size } = blocks.pop()!;
      block = {
        mean: (mean * size + block.mean * block.size) / (size + block.size),
        size: size + block.size,
      };
    }
    blocks.push(block);
  }
  const ceiling = high - gap * (positions.length - 1);
  const moved = blocks.flatMap(({ mean, size }) => new Array<number>(size).fill(mean));
  const answer = new Array<number>(positions.length);
  for (const [rank, i] of order.entries())
    answer[i] = Math.min(Math.max(moved[rank], low), ceiling) + gap * rank;
  return answer;
}

/** A vertical line that follows the pointer between the drawn positions, with the values there in a tooltip. */
interface HoverRule {
  /** Name of its selection, unique in the chart. */
  readonly name: string;
  /** The channel of the horizontal axis. */
  readonly x: JsonObject;
  /** Whether the axis can be moved, so that positions may lie outside. */
  readonly zooms: boolean;
  /** The field of the position and its title. */
  readonly position: { readonly field: string; readonly title: string };
  /** Values in the tooltip, one a line. */
  readonly values: readonly { readonly field: string; readonly name: string }[];
}

/** Returns the layer of a rule that follows the pointer. */
export function hoverRuleLayer({ name, x, zooms, position, values }: HoverRule): JsonObject {
  return {
    params: [
      {
        name,
        select: { type: "point", encodings: ["x"], nearest: true, on: "pointerover", clear: "pointerout" },
      },
    ],
    mark: { type: "rule", color: FOREGROUND, ...(zooms ? { clip: true } : {}), aria: false },
    encoding: {
      x,
      opacity: { condition: { param: name, empty: false, value: 0.5 }, value: 0 },
      // An empty title would show the field.
      tooltip: [
        position,
        ...values.map((value) => ({
          field: value.field,
          title: tooltipTitle(fitName(value.name, 170)) || "(no name)",
        })),
      ],
    },
  };
}
