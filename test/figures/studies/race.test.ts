import assert from "node:assert/strict";
import { raced, type Standing } from "../../../figures/studies/race";

/** Values that halve, above a bound of zero that is known from an iteration on. */
function* halving(known: number, length: number): Generator<() => Standing> {
  for (let k = 1; k <= length; k++)
    yield () => ({ objective: 1 + 2 ** -k, bound: k < known ? 0 : 1, beta: Float64Array.of(k) });
}

describe("a race", () => {
  it("looks at six iterations a decade and at the last one", () => {
    const { iterations, objectives, seconds, beta } = raced(() => halving(99, 9), { goal: 1e-9, most: 20 });
    assert.deepEqual(iterations, [1, 2, 3, 5, 7, 9]);
    assert.deepEqual(
      objectives,
      iterations.map((k) => 1 + 2 ** -k),
    );
    assert.equal(seconds.length, iterations.length);
    assert.deepEqual([...beta], [9]);
    assert.deepEqual(raced(() => halving(99, 9), { goal: 0, most: 4 }).iterations, [1, 2, 3, 4]);
  });

  it("is over where the method's own bound proves the gap", () => {
    assert.deepEqual(raced(() => halving(1, 99), { goal: 0.1, most: 99 }).iterations, [1, 2, 3, 5]);
    assert.equal(raced(() => halving(6, 99), { goal: 0.1, most: 99 }).iterations.at(-1), 7);
    assert.equal(raced(() => halving(6, 99), { goal: 0.1, most: 99 }).bound, 1);
  });
});
