/** Marks chosen values of lambda in a chart by dashed lines with labels. */

import { lambdaChannel, round } from "../../layout/axes";
import type { JsonObject } from "../../rendering/chart-spec";
import { textWidth } from "../../rendering/fonts";
import { CAPTION, FOREGROUND } from "../../rendering/theme";

const NAME_HEIGHT = 17;

/** A chosen value of lambda and its label. */
export interface LambdaChoice {
  readonly lambda: number;
  readonly label: string;
}

/** Returns the height that the labels of choices take at the top of a frame, in pixels. */
export function choiceLabelHeight(choices: readonly LambdaChoice[]): number {
  return choices.length === 0 ? 0 : 6 + NAME_HEIGHT * choices.length;
}

/** The position of a choice and its label in a frame, in pixels. */
interface ChoicePosition extends LambdaChoice {
  readonly at: number;
  readonly side: "left" | "right" | "edge";
  readonly from: number;
  readonly to: number;
  readonly top: number;
}

/** Returns whether no line has to begin below the label of another choice. */
export function labelsFit(
  choices: readonly LambdaChoice[],
  lambdas: readonly number[],
  width: number,
): boolean {
  const places = choicePositions(choices, lambdas, width);
  return places.every((place) => {
    const others = places.filter((other) => other !== place);
    return lineTop(place, others) === place.top;
  });
}

/** Returns the top of a choice's line: below every label that it would cross. */
function lineTop({ at, top }: ChoicePosition, places: readonly ChoicePosition[]): number {
  const crossed = places
    .filter(({ from, to }) => at > from && at < to)
    .map((other) => other.top + NAME_HEIGHT);
  return Math.max(top, ...crossed);
}

/**
 * Returns a dashed line for each choice, from its label to the bottom; labels are stacked, and a line begins below labels that it
 * would cross.
 *
 * @param lambdas from the largest to the smallest.
 * @param named whether labels are written. Default: true.
 */
export function choiceMarks(
  choices: readonly LambdaChoice[],
  lambdas: readonly number[],
  frame: { readonly width: number; readonly height: number },
  named: boolean = true,
): JsonObject[] {
  const places = choicePositions(choices, lambdas, frame.width);
  const dataOf = ({ lambda }: ChoicePosition): JsonObject => ({ values: [{ lambda: round(lambda) }] });
  const x = lambdaChannel(lambdas, null);
  const lines = places.map(
    (place): JsonObject => ({
      data: dataOf(place),
      mark: { type: "rule", color: CAPTION, strokeDash: [4, 3] },
      encoding: { x, y: { value: named ? lineTop(place, places) : 0 }, y2: { value: frame.height } },
    }),
  );
  if (!named) return lines;
  const names = places.map((place): JsonObject => {
    const { label, side, top } = place;
    return {
      data: dataOf(place),
      mark: {
        type: "text",
        text: label,
        align: side === "right" ? "left" : "right",
        baseline: "top",
        dx: side === "right" ? 4 : side === "left" ? -4 : 0,
        color: FOREGROUND,
        clip: false,
      },
      encoding: { x: side === "edge" ? { value: frame.width } : x, y: { value: top } },
    };
  });
  return [...lines, ...names];
}

/**
 * Names to the right of their lines where all have room there, the leftmost uppermost, else to the left, the rightmost
 * uppermost: no line then begins above a name that it would cross. Else each where it has room.
 */
function choicePositions(
  choices: readonly LambdaChoice[],
  lambdas: readonly number[],
  width: number,
): ChoicePosition[] {
  const [first, last] = [lambdas[0], lambdas[lambdas.length - 1]];
  const measured = choices
    .map((choice) => ({
      ...choice,
      at: (width * Math.log(first / choice.lambda)) / Math.log(first / last),
      room: textWidth(choice.label, 12) + 4,
    }))
    .sort((a, b) => a.at - b.at);
  const isRight = measured.every(({ at, room }) => at + room <= width);
  const isLeft = !isRight && measured.every(({ at, room }) => at - room >= 0);
  if (isLeft) measured.reverse();
  return measured.map(({ room, ...choice }, k) => {
    const { at } = choice;
    const side = isLeft ? "left" : at + room <= width ? "right" : at - room >= 0 ? "left" : "edge";
    const from = side === "right" ? at : side === "left" ? at - room : width - room;
    return { ...choice, side, from, to: from + room, top: 2 + k * NAME_HEIGHT };
  });
}
