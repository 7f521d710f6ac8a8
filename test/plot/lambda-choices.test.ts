import assert from "node:assert/strict";
import type { JsonObject } from "../../src/plot/chart-spec";
import { choiceMarks } from "../../src/plot/lambda-choices";

const frame = { width: 200, height: 100 };

function marksOf(lambdas: readonly number[]): { mark: JsonObject; encoding: { y: { value: number } } }[] {
  const choices = lambdas.map((lambda) => ({ lambda, label: `lambda ${lambda}` }));
  return choiceMarks(choices, [100, 1], frame) as never;
}

describe("choiceMarks", () => {
  it("name a lambda on the side where there is room", () => {
    const [, left] = marksOf([100]);
    const [, right] = marksOf([1]);
    assert.equal(left.mark.align, "left");
    assert.equal(right.mark.align, "right");
  });

  it("begin each line beside its name, below the names before that it would cross", () => {
    const looks = (lambdas: readonly number[]): unknown[] =>
      marksOf(lambdas).map(({ mark, encoding }) => [mark.align ?? mark.type, encoding.y.value]);
    // Both have room on the right: the name of the left one reaches over the line of the other, which begins below it.
    assert.deepEqual(looks([90, 50]), [
      ["rule", 2],
      ["rule", 19],
      ["left", 2],
      ["left", 19],
    ]);
    // Both have room on the left only: now the right one is above.
    assert.deepEqual(looks([3, 2]), [
      ["rule", 2],
      ["rule", 19],
      ["right", 2],
      ["right", 19],
    ]);
  });

  it("keep a line off the characters of a name that it crosses all the same", () => {
    // One has room on the right only, the other, close to it, on the left only.
    const marks = choiceMarks(
      [
        { lambda: 15, label: "half of a frame" },
        { lambda: 6, label: "the other half" },
      ],
      [100, 1],
      frame,
    );
    const strokes = marks.flatMap(({ mark }) => {
      const { type, text, stroke } = mark as JsonObject;
      return type === "text" ? [[text, stroke]] : [];
    });
    assert.deepEqual(strokes, [
      ["half of a frame", undefined],
      ["the other half", "white"],
      ["the other half", undefined],
    ]);
  });
});
