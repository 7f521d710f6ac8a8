/** Models with the log-sum penalty, through fits, a path, a cross-validation and a file. */
import assert from "node:assert/strict";
import { logistic } from "../../src/datafits";
import { estimatorFromJSON, SparseLinearModel } from "../../src/estimators";
import { logSum, lq, type Penalty } from "../../src/penalties";
import { assertAtMost } from "../support/assert-close";
import { linearData } from "../support/problems";

describe("a model with logSum", () => {
  const { X, y } = linearData(5, 80, 12);
  const penalty = logSum({ epsilon: 0.1 });

  it("is stationary along a path, with squares and with classes", () => {
    const classes = y.map((value) => Number(value > 0));
    for (const [target, datafit] of [
      [y, undefined],
      [classes, logistic()],
    ] as const) {
      const { fits } = new SparseLinearModel({ penalty, datafit, tol: 1e-10 }).path(X, target, {
        nLambdas: 10,
      });
      // The largest lambda is that of the quadratic model, and below it a coefficient may gain with a loss that bends.
      assertAtMost("coefficients at the largest lambda", fits[0].support.length, datafit ? 1 : 0);
      for (const { lambda, certificate, status } of fits) {
        assert.equal(status, "converged");
        assertAtMost("violation", certificate.violation, 1e-6 * lambda);
        assertAtMost("gain of one coordinate", certificate.singleCoordinateGain, 1e-9);
      }
    }
  });

  it("finds the true features by cross-validation, with an error that a bridge hardly improves on", () => {
    const of = (choice: Penalty) =>
      new SparseLinearModel({ penalty: choice }).crossValidate(X, y, { nLambdas: 20 });
    const [logs, bridge] = [of(penalty), of(lq({ q: 0.5 }))];
    for (const j of [0, 1, 2]) assert.ok(logs.best.support.includes(j));
    assertAtMost("error", Math.min(...logs.meanScore), 1.1 * Math.min(...bridge.meanScore));
  });

  it("comes back from JSON", () => {
    const model = new SparseLinearModel({ penalty: logSum({ epsilon: 0.2 }), lambda: 0.05 });
    const again = estimatorFromJSON(JSON.stringify(model));
    assert.deepEqual(again.fit(X, y), model.fit(X, y));
  });
});
