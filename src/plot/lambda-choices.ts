import type { JsonObject } from "./chart-spec";
import { textWidth } from "./fonts";
import { lambdaChannel, round } from "./lambda-axis";
import { CAPTION, INK } from "./theme";

const NAME_HEIGHT = 17;

/** A lambda that was chosen, and what to call it. */
export interface LambdaChoice {
  readonly lambda: number;
  readonly label: string;
}

/** The room that the names of choices take at the top of a frame, in pixels. */
export function choiceRoom(choices: readonly LambdaChoice[]): number {
  return choices.length === 0 ? 0 : 6 + NAME_HEIGHT * choices.length;
}

/**
 * A dashed line for each choice, from its name, one below the other, to the bottom.
 *
 * @param lambdas from the largest to the smallest.
 */
export function choiceMarks(
  choices: readonly LambdaChoice[],
  lambdas: readonly number[],
  frame: { readonly width: number; readonly height: number },
): JsonObject[] {
  const [first, last] = [lambdas[0], lambdas[lambdas.length - 1]];
  const placed = choices.map((choice, k) => {
    const at = (frame.width * Math.log(first / choice.lambda)) / Math.log(first / last);
    const width = textWidth(choice.label, 12) + 4;
    // To the right of the line, to its left, or where neither has room up to the edge of the frame.
    const side = at + width <= frame.width ? "right" : at - width >= 0 ? "left" : "edge";
    const from = side === "right" ? at : side === "left" ? at - width : frame.width - width;
    return { ...choice, at, side, from, to: from + width, top: 2 + k * NAME_HEIGHT };
  });
  return placed.flatMap(({ lambda, label, at, side, top }, k): JsonObject[] => {
    const data = { values: [{ lambda: round(lambda) }] };
    const x = lambdaChannel(lambdas, null);
    // A line begins below a name that it would cross.
    const isCrossing = placed.some(({ from, to }, other) =>
      other === k ? side === "edge" : other > k && at > from && at < to,
    );
    return [
      {
        data,
        mark: { type: "rule", color: CAPTION, strokeDash: [4, 3] },
        encoding: { x, y: { value: isCrossing ? choiceRoom(choices) : top }, y2: { value: frame.height } },
      },
      {
        data,
        mark: {
          type: "text",
          text: label,
          align: side === "right" ? "left" : "right",
          baseline: "top",
          dx: side === "right" ? 4 : side === "left" ? -4 : 0,
          color: INK,
          clip: false,
        },
        encoding: { x: side === "edge" ? { value: frame.width } : x, y: { value: top } },
      },
    ];
  });
}
