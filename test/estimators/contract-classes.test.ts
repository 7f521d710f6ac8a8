/** How every estimator meets labels of two classes, and times until an event. */
import assert from "node:assert/strict";
import { cox, logistic, squaredHinge } from "../../src/datafits";
import { assertAllClose, assertClose } from "../support/assert-close";
import { datafitCases } from "../support/datafit-cases";
import { estimators } from "../support/estimators";
import { linearData } from "../support/problems";

const { X } = linearData(3, 40, 6);
const codes = X.map((row, i) => (row[0] + row[1] + Math.sin(7 * i) > 0 ? 1 : 0));
const named = (names: readonly [string, string]): string[] => codes.map((code) => names[code]);
const signed = datafitCases.find(({ factory }) => factory === "cox")!.draw(40, 5);

for (const { title, convex, oneSided, make } of estimators) {
  describe(`${title}, as every estimator,`, () => {
    for (const datafit of [logistic(), squaredHinge()]) {
      it(`takes any two labels with ${datafit.name}, predicts them and scores by the share that is right`, () => {
        const [first] = make({ datafit }).path(X, named(["no", "yes"]), { nLambdas: 1 }).fits;
        assert.deepEqual(first.classes, ["no", "yes"]);
        const model = make({ datafit, lambda: 0.2 * first.lambda });
        const expected = model.fit(X, codes);
        const fit = model.fit(X, named(["no", "yes"]));
        assert.deepEqual(
          [expected.classes, fit.classes],
          [
            [0, 1],
            ["no", "yes"],
          ],
        );
        assert.deepEqual([fit.coef, fit.intercept], [expected.coef, expected.intercept]);
        const second = [...fit.decisionFunction(X)].map((eta) => eta > 0);
        assert.deepEqual(
          fit.predictLabels(X),
          second.map((is) => (is ? "yes" : "no")),
        );
        assert.deepEqual([...expected.predict(X)], second.map(Number));
        const share = second.filter((is, i) => is === (codes[i] === 1)).length / 40;
        assert.ok(share > 0.7 && share < 1);
        assert.equal(fit.score(X, named(["no", "yes"])), share);
      });
    }

    if (convex && !oneSided) {
      it("speaks for the label that comes last in the alphabet, so that other names turn the signs", () => {
        const model = make({ datafit: logistic(), lambda: 0.02, tol: 1e-13 });
        const [fit, turned] = [model.fit(X, named(["no", "yes"])), model.fit(X, named(["out", "in"]))];
        assert.deepEqual(turned.classes, ["in", "out"]);
        assertAllClose(
          "coef",
          turned.coef,
          fit.coef.map((b) => -b),
          1e-5,
        );
        assertClose("intercept", turned.intercept, -fit.intercept, 1e-5);
      });
    }

    it("takes times until an event as rows and columns, and ranks them better than chance", () => {
      const model = make({ datafit: cox(), lambda: 0.01 });
      const fit = model.fit(X, signed);
      const [time, event] = [[...signed.map(Math.abs)], Array.from(signed, (entry) => entry > 0)];
      assert.equal(fit.intercept, 0);
      assert.ok(fit.support.length > 0);
      assert.deepEqual(model.fit(X, { time, event }).coef, fit.coef);
      assert.deepEqual(
        model.fit(
          X,
          time.map((t, i) => [t, Number(event[i])]),
        ).coef,
        fit.coef,
      );
      assert.ok(fit.score(X, { time, event }) > 0.5);
    });
  });
}
