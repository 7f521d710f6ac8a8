/** What certificates take of the lasso penalty at once, against one after the other. */
import assert from "node:assert/strict";
import { seededRandom } from "../../src";
import { l1 } from "../../src/penalties";
import { assertClose } from "../support/assert-close";
import { normals } from "../support/problems";

describe("what certificates take of a lasso", () => {
  it("is what it says one after the other, and the difference that its formula gives", () => {
    const penalty = l1();
    const random = seededRandom(23);
    for (let trial = 0; trial < 60; trial++) {
      const [beta, gradient] = [normals(random, 5), normals(random, 5)];
      beta.fill(0, trial % 6);
      const lambda = trial % 2 === 0 ? 0.7 : 4;
      const { value, violation, dualNorm, fenchelYoung } = penalty.measures!(beta, gradient, lambda);
      assert.equal(value, penalty.value(beta, lambda));
      assert.equal(violation, penalty.violation(beta, gradient, lambda));
      assert.equal(dualNorm, penalty.dualNorm!(gradient));
      const scale = Math.min(1, lambda / dualNorm) * random.uniform();
      const difference = beta.reduce((sum, b, j) => sum + scale * gradient[j] * b, value);
      assert.ok(fenchelYoung(scale) >= 0);
      assertClose("difference", fenchelYoung(scale), difference, 1e-14);
    }
  });

  it("says of a gradient that is no number that it has no norm", () => {
    const measures = l1().measures!(Float64Array.of(0, 1), Float64Array.of(Number.NaN, 2), 1);
    assert.ok(Number.isNaN(measures.dualNorm));
  });

  it("is taken one after the other where weights differ", () => {
    assert.equal(l1({ weights: [1, 2] }).measures, undefined);
  });
});
