import assert from "node:assert/strict";
import { logistic } from "../../../src/datafits";
import { SmoothLasso } from "../../../src/estimators";
import { goalOf } from "../../../src/estimators/fit/fit-goal";
import type { WorkingProblem } from "../../../src/estimators/fit/working-problem";
import { l1, lq, mcp, type Penalty } from "../../../src/penalties";
import type { Certificate } from "../../../src/problem/certificate";
import { profileAt } from "../../../src/problem/problem";
import { assertClose } from "../../support/assert-close";
import { linearData, problemOf } from "../../support/problems";

const data = linearData(7, 40, 6);

/** What a goal looks at, with a typical coefficient of 4. */
function workingOf(penalty: Penalty): WorkingProblem {
  const problem = problemOf(data, penalty);
  const nullProfile = profileAt(problem, new Float64Array(6), new Float64Array(0));
  return { problem, nullProfile, nullDeviance: 2, magnitude: 4 } as unknown as WorkingProblem;
}
const certificate = (measured: Partial<Certificate>): Certificate => ({
  objective: 1,
  dualityGap: undefined,
  violation: 0,
  singleCoordinateGain: 0,
  misalignment: 0,
  ...measured,
});

describe("the goal of a fit", () => {
  it("is the gap relative to the null deviance, where there is one", () => {
    const isOptimal = goalOf(workingOf(l1()), 0.5, 1e-3);
    assert.ok(isOptimal(certificate({ dualityGap: 2e-3, violation: 1 })));
    assert.ok(!isOptimal(certificate({ dualityGap: 2.1e-3 })));
  });

  it("is else the violation relative to the slope of the penalty: lambda, or a bridge's at a typical coefficient", () => {
    for (const [penalty, lambda, slope] of [
      [l1(), 0.5, 0.5],
      [lq({ q: 0.5 }), 0.5, 0.5 * 0.5 * 4 ** -0.5],
      [mcp({ gamma: 3 }), 0.5, 0.5],
    ] as const) {
      const isOptimal = goalOf(workingOf(penalty), lambda, 1e-3);
      assert.ok(isOptimal(certificate({ violation: 0.99e-3 * slope })), penalty.name);
      assert.ok(!isOptimal(certificate({ violation: 1.01e-3 * slope })), penalty.name);
    }
    const working = workingOf(l1());
    const steepest = Math.max(...working.nullProfile.gradient.map(Math.abs));
    assert.ok(goalOf(working, 0, 1e-3)(certificate({ violation: 0.99e-3 * steepest })));
    assert.ok(!goalOf(working, 0, 1e-3)(certificate({ violation: 1.01e-3 * steepest })));
  });

  it("is not met where the objective is not finite, however small the gap and the violation are", () => {
    for (const penalty of [l1(), lq({ q: 0.5 })]) {
      const isOptimal = goalOf(workingOf(penalty), 0.5, 1e-3);
      for (const dualityGap of [0, undefined]) {
        assert.ok(isOptimal(certificate({ dualityGap })));
        for (const objective of [Infinity, Number.NaN])
          assert.ok(!isOptimal(certificate({ objective, dualityGap })));
      }
    }
  });

  it("is also that no coordinate can improve it by much, where the penalty is not convex", () => {
    const measured = certificate({ singleCoordinateGain: 2.1e-3 });
    assert.ok(!goalOf(workingOf(lq({ q: 0.5 })), 0.5, 1e-3)(measured));
    assert.ok(goalOf(workingOf(l1()), 0.5, 1e-3)(measured));
  });
});

describe("the null deviance of a fit", () => {
  const { X, y } = linearData(9, 30, 4);
  const sampleWeight = y.map((_, i) => 1 + (i % 3));
  const total = sampleWeight.reduce((sum, weight) => sum + weight, 0);
  const meanOf = (values: readonly number[]): number =>
    values.reduce((sum, value, i) => sum + (sampleWeight[i] / total) * value, 0);

  it("is half the weighted variance of y for squared errors", () => {
    const center = meanOf(y);
    const variance = meanOf(y.map((value) => (value - center) ** 2));
    const { nullDeviance } = new SmoothLasso({ lambda: 0.1 }).fit(X, y, { sampleWeight });
    assertClose("null deviance", nullDeviance!, variance / 2, 1e-13);
  });

  it("is the entropy of two classes for the logistic loss", () => {
    const labels = y.map((value) => (value > 0.3 ? 1 : 0));
    const p = meanOf(labels);
    const model = new SmoothLasso({ lambda: 0.05, datafit: logistic() });
    const { nullDeviance } = model.fit(X, labels, { sampleWeight });
    assertClose("null deviance", nullDeviance!, -p * Math.log(p) - (1 - p) * Math.log(1 - p), 1e-12);
  });
});
