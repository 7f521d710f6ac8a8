/** What a refit of every estimator is: the fit of its support without a penalty, by the equations that characterize it. */
import assert from "node:assert/strict";
import type { Datafit } from "../../src/datafits";
import { formatNumber } from "../../src/display/formatting";
import type { SparseLinearFit } from "../../src/estimators";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { datafitCases, gradientAt } from "../support/datafit-cases";
import { estimators } from "../support/estimators";
import { linearData } from "../support/problems";
import { leastSquares } from "../support/written-out";

const data = linearData(7, 40, 6);
const { X, y } = data;
const sampleWeight = X.map((_, i) => [0, 1, 2.5][i % 3]);
const offset = X.map((row) => 0.3 * row[5] - 0.2);
const total = sampleWeight.reduce((a, b) => a + b);
const meanOne = Float64Array.from(sampleWeight, (w) => (w / total) * 40);

/** `X' df/deta` and the sum of `df/deta`, all 0 at a minimum without a penalty. */
function slopes(datafit: Datafit, target: ArrayLike<number>, eta: Float64Array): number[] {
  const residual = gradientAt(datafit, Float64Array.from(target), eta);
  const columns = [X.map(() => 1), ...X[0].map((_, j) => X.map((row) => row[j]))];
  return columns.map((column) => column.reduce((sum, x, i) => sum + x * residual[i], 0));
}

for (const { title, name, oneSided, make, factors } of estimators) {
  describe(`${title}, as every estimator,`, () => {
    const [largest] = make().path(X, y, { nLambdas: 1 }).lambdas;

    it("refits a squared error to the solution of the normal equations of its support", () => {
      for (const share of [0.6, 0.1, 0.02]) {
        const fit = make({ lambda: share * largest }).fit(X, y);
        const refit = fit.refit();
        const own = leastSquares({ X: X.map((row) => [...fit.support].map((j) => row[j])), y });
        if (oneSided) {
          assert.ok(
            refit.coef.every((b) => b >= 0),
            "signs",
          );
          continue;
        }
        assertAllClose(
          "coef",
          [...fit.support].map((j) => refit.coef[j]),
          own.slice(1),
          1e-12,
        );
        assertClose("intercept", refit.intercept, own[0], 1e-12);
        assert.deepEqual([refit.support, refit.lambda, refit.status], [fit.support, 0, "converged"]);
        assert.deepEqual([refit.estimator, refit.featureNames], [name, fit.featureNames]);
        const count = fit.support.length;
        assert.deepEqual(refit.notes, [
          `refitted without a penalty, on the ${count} feature${count === 1 ? "" : "s"} of the fit at lambda ${formatNumber(fit.lambda)}`,
        ]);
        assert.match(String(refit), /^Note: refitted without a penalty, on the /m);
        assertAtMost("violation", refit.certificate.violation, 1e-13);
        assert.equal(refit.certificate.dualityGap, undefined);
        assertAllClose("once more", refit.refit().coef, refit.coef, 1e-13);
      }
    });

    for (const { datafit, draw } of datafitCases) {
      if (datafit.nResponses !== 1 || oneSided) continue;

      it(`refits ${datafit.name} to where its slopes vanish, with weights and an offset`, () => {
        const target = draw(40, 5);
        for (const run of [{}, { sampleWeight, offset }]) {
          const model = make({ datafit });
          const [{ lambda }] = model.path(X, target, { nLambdas: 1, ...run }).fits;
          const fit = make({ datafit, lambda: 0.6 * lambda }).fit(X, target, run);
          assert.ok(fit.support.length > 0);
          const refit = fit.refit();
          assert.equal(refit.status, "converged");
          assert.deepEqual(refit.support, fit.support);
          const whole = "offset" in run;
          const eta = refit.decisionFunction(X, run.offset ? { offset } : {});
          const slope = slopes(whole ? datafit.weighted(meanOne) : datafit, target, eta);
          for (const j of fit.support) assertAtMost(`slope ${j}`, Math.abs(slope[j + 1]), 1e-7);
          if (datafit.determinesIntercept) assertAtMost("intercept", Math.abs(slope[0]), 1e-7);
        }
      });
    }

    it("keeps features without penalty and excluded ones as they are, and has neither intercept where there was none", () => {
      const options = { lambda: 0.2 * largest, ...factors([0, 1, Infinity, 1, 1, 1]) };
      const fit = make(options).fit(X, y);
      const refit = fit.refit();
      assert.equal(refit.coef[2], 0);
      assert.notEqual(refit.coef[0], 0);
      if (!oneSided) {
        const used = [...new Set([0, ...fit.support])].sort();
        const own = leastSquares({ X: X.map((row) => used.map((j) => row[j])), y });
        assertAllClose(
          "coef",
          used.map((j) => refit.coef[j]),
          own.slice(1),
          1e-12,
        );
      }
      const bare = make({ lambda: 0.2 * largest, fitIntercept: false })
        .fit(X, y)
        .refit();
      assert.equal(bare.intercept, 0);
    });

    it("refits to the unpenalized null model where nothing is selected", () => {
      const refit = make({ lambda: 2 * largest })
        .fit(X, y)
        .refit();
      assert.deepEqual([refit.support.length, refit.status, refit.lambda], [0, "converged", 0]);
      assertClose("mean", refit.intercept, y.reduce((a, b) => a + b) / 40, 1e-14);
    });

    it("relaxes a path: coefficients and linear predictors blend, and the ends are the path and its refits", () => {
      const path = make().path(X, y, { nLambdas: 4, lambdaMinRatio: 0.02 });
      const [none, half] = [path.relaxed(0), path.relaxed(0.5)];
      assert.equal(path.relaxed(1), path);
      path.fits.forEach((fit, k) => {
        const refit = fit.refit();
        assertAllClose("refitted", none.coefs[k], refit.coef, 1e-13);
        assert.deepEqual([none.lambdas[k], half.lambdas[k]], [fit.lambda, fit.lambda]);
        const [a, b] = [fit.decisionFunction(X), refit.decisionFunction(X)];
        assertAllClose(
          "half",
          half.fits[k].decisionFunction(X),
          a.map((eta, i) => (eta + b[i]) / 2),
          1e-13,
        );
        assert.equal(half.fits[k].status, "converged");
        assertClose("deviance", half.devianceRatio[k], half.fits[k].score(X, y), 1e-12);
        assertAtMost("refits explain more", path.devianceRatio[k], none.devianceRatio[k], 1e-13);
        assertAtMost(
          "violation",
          half.fits[k].certificate.violation,
          Math.max(fit.certificate.violation, 1e-6),
        );
        assert.ok(half.fits[k].certificate.violation >= fit.certificate.violation);
      });
      const between = Math.sqrt(path.lambdas[1] * path.lambdas[2]);
      const expected: SparseLinearFit = path.at(between);
      const blend = expected.coef.map((b, j) => 0.5 * (b + expected.refit().coef[j]));
      assertAllClose("at", half.at(between).coef, blend, 1e-13);
      assert.equal(half.at(path.lambdas[1]), half.fits[1]);
    });
  });
}
