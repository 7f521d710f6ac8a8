import { lambdaChannel, round } from "../layout/lambda-axis";
import type { JsonObject } from "../rendering/chart-spec";
import { textWidth } from "../rendering/fonts";
import { CAPTION, INK } from "../rendering/theme";

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

/** Where a choice stands in a frame, in pixels. */
interface Place extends LambdaChoice {
  readonly at: number;
  readonly side: "left" | "right" | "edge";
  readonly from: number;
  readonly to: number;
  readonly top: number;
}

/** Whether no line must begin below the name of another. */
export function haveRoom(
  choices: readonly LambdaChoice[],
  lambdas: readonly number[],
  width: number,
): boolean {
  const places = placesOf(choices, lambdas, width);
  return places.every((place) => {
    const others = places.filter((other) => other !== place);
    return lineTop(place, others) === place.top;
  });
}

/** Where the line of a choice begins: below every name that it would cross. */
function lineTop({ at, top }: Place, places: readonly Place[]): number {
  const crossed = places
    .filter(({ from, to }) => at > from && at < to)
    .map((other) => other.top + NAME_HEIGHT);
  return Math.max(top, ...crossed);
}

/**
 * A dashed line for each choice, from its name, one below the other, to the bottom; below a name that it would cross.
 *
 * @param lambdas from the largest to the smallest.
 * @param named whether names are written. Default: true.
 */
export function choiceMarks(
  choices: readonly LambdaChoice[],
  lambdas: readonly number[],
  frame: { readonly width: number; readonly height: number },
  named: boolean = true,
): JsonObject[] {
  const places = placesOf(choices, lambdas, frame.width);
  const dataOf = ({ lambda }: Place): JsonObject => ({ values: [{ lambda: round(lambda) }] });
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
        color: INK,
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
function placesOf(choices: readonly LambdaChoice[], lambdas: readonly number[], width: number): Place[] {
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
