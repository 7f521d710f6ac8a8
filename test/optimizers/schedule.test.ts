import assert from "node:assert/strict";
import { constant, cosine, stepDecay } from "../../src/optimizers";
import { assertClose } from "../support/assert-close";

describe("schedules", () => {
  it("constant is 1 at every iteration", () => {
    assert.deepEqual([0, 1, 1e9].map(constant()), [1, 1, 1]);
  });

  it("cosine falls from 1 by half a period to its floor, and stays there", () => {
    assert.equal(cosine({ steps: 10 })(0), 1);
    assertClose("the middle", cosine({ steps: 10 })(5), 0.5, 1e-15);
    assert.deepEqual([10, 11, 1e9].map(cosine({ steps: 10 })), [0, 0, 0]);
    assert.deepEqual([0, 10, 20].map(cosine({ steps: 10, floor: 0.25 })), [1, 0.25, 0.25]);
    assertClose("above the floor", cosine({ steps: 10, floor: 0.25 })(5), 0.625, 1e-15);
  });

  it("stepDecay multiplies by its factor each time that so many iterations have passed", () => {
    assert.deepEqual([0, 29, 30, 59, 60].map(stepDecay({ every: 30, factor: 0.5 })), [1, 1, 0.5, 0.5, 0.25]);
    assert.equal(stepDecay({ every: 2 })(2), 0.1);
  });

  it("refuse options out of their domain, in one sentence", () => {
    for (const [make, message] of [
      [() => cosine({ steps: 0 }), "cosine: steps must be an integer >= 1, got 0"],
      [() => cosine({ steps: 2.5 }), "cosine: steps must be an integer >= 1, got 2.5"],
      [() => cosine({ steps: 9, floor: -1 }), "cosine: floor must be a number from 0 to 1, got -1"],
      [() => cosine({ steps: 9, floor: Number.NaN }), "cosine: floor must be a number from 0 to 1, got NaN"],
      [() => stepDecay({ every: 0 }), "stepDecay: every must be an integer >= 1, got 0"],
      [
        () => stepDecay({ every: 1, factor: 0 }),
        "stepDecay: factor must be a number above 0, at most 1, got 0",
      ],
    ] as const) {
      assert.throws(make, { name: "InputError", message });
    }
  });
});
