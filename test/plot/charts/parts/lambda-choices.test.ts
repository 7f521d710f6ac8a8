import assert from "node:assert/strict";
import { choiceMarks, labelsFit } from "../../../../src/plot/charts/parts/lambda-choices";
import type { JsonObject } from "../../../../src/plot/rendering/chart-spec";

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

  it("begin a line below the name of another that it would cross, where neither has room elsewhere", () => {
    // One has room on the right only, the other, close to it, on the left only.
    const marks = choiceMarks(
      [
        { lambda: 15, label: "half of a frame" },
        { lambda: 6, label: "the other half" },
      ],
      [100, 1],
      frame,
    );
    const halves = ["half of a frame", "the other half"].map((label, k) => ({ lambda: [15, 6][k], label }));
    assert.equal(labelsFit(halves, [100, 1], frame.width), false);
    assert.equal(labelsFit(halves, [100, 1], 2 * frame.width), true);
    const looks = marks.map(({ mark, encoding }) => {
      const { type, align, text } = mark as JsonObject;
      return [type, align, text, (encoding as { y: JsonObject }).y.value];
    });
    assert.deepEqual(looks, [
      ["rule", undefined, undefined, 36],
      ["rule", undefined, undefined, 19],
      ["text", "left", "half of a frame", 2],
      ["text", "right", "the other half", 19],
    ]);
  });
});
