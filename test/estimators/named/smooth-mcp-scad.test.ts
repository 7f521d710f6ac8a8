import assert from "node:assert/strict";
import { cox, logistic, squaredError } from "../../../src/datafits";
import { SmoothGroupMcp, SmoothGroupScad, SmoothMcp, SmoothScad } from "../../../src/estimators";
import { linearData } from "../../support/problems";

const { X, y } = linearData(7, 40, 6);
/** Every fourth label is wrong, so that no coefficients separate the classes. */
const labels = y.map((value, i) => (value > 0 === i % 4 > 0 ? "yes" : "no"));
const groups = ["a", "a", "b", "b", "b", "c"];

describe("SmoothMcp and SmoothScad", () => {
  it("say with the curvature where the default gamma is hard thresholding, as with classes and times", () => {
    const share = labels.filter((label) => label === "yes").length / labels.length;
    const curvature = share * (1 - share); // of a standardized column, less than 1/4
    for (const model of [
      new SmoothMcp({ lambda: 0.1, datafit: logistic() }),
      new SmoothScad({ lambda: 0.1, datafit: logistic() }),
    ]) {
      const { notes } = model.fit(X, labels);
      assert.equal(notes.length, 1);
      const [, said] = /curvature of the loss in a coefficient is at most (\S+) where/.exec(notes[0])!;
      assert.ok(Math.abs(Number(said) - curvature) < 1e-3, said);
      assert.match(notes[0], /hard thresholding; take a larger gamma/);
    }
    const times = y.map((value, i) => Math.exp(value) * (i % 3 === 0 ? -1 : 1));
    const ofTimes = new SmoothMcp({ lambda: 0.1, gamma: 1.05, datafit: cox() }).fit(X, times);
    assert.match(ofTimes.notes.join(), /hard thresholding/);
    const ofGroups = new SmoothGroupMcp({ groups, lambda: 0.05, datafit: logistic() }).fit(X, labels);
    assert.match(ofGroups.notes.join(), /hard thresholding/);
  });

  it("say nothing where gamma is large enough, and with squared errors", () => {
    assert.deepEqual(new SmoothMcp({ lambda: 0.1, gamma: 5, datafit: logistic() }).fit(X, labels).notes, []);
    assert.deepEqual(new SmoothMcp({ lambda: 0.1, datafit: squaredError() }).fit(X, y).notes, []);
  });

  it("refuse a gamma at which the objective would have no least value in one coefficient", () => {
    for (const [make, rule] of [
      [() => new SmoothMcp({ gamma: 1 }), "SmoothMcp: gamma must be a finite number above 1, got 1"],
      [() => new SmoothScad({ gamma: 2 }), "SmoothScad: gamma must be a finite number above 2, got 2"],
      [
        () => new SmoothGroupMcp({ groups, gamma: 1 }),
        "SmoothGroupMcp: gamma must be a finite number above 1, got 1",
      ],
      [
        () => new SmoothGroupScad({ groups, gamma: 2 }),
        "SmoothGroupScad: gamma must be a finite number above 2, got 2",
      ],
    ] as const) {
      assert.throws(make, { message: rule });
    }
  });
});
