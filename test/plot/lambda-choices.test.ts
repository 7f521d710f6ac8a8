import assert from "node:assert/strict";
import type { JsonObject } from "../../src/plot/chart-spec";
import { choiceMarks, choiceRoom } from "../../src/plot/lambda-choices";

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

  it("begin a line below a name that it would cross", () => {
    const [first, , second] = marksOf([20, 1]);
    assert.equal(first.encoding.y.value, 2);
    assert.equal(second.encoding.y.value, 19);
    // The name of the second, to its left, reaches over the line of the first.
    const [crossing] = marksOf([2, 1]);
    assert.equal(crossing.encoding.y.value, choiceRoom([1, 2] as never));
  });
});
