/** Every estimator with every loss of one response: its path, its certificates, its edges. */
import assert from "node:assert/strict";
import { cox, type Datafit, logistic, poisson, squaredHinge } from "../../src/datafits";
import type { SparseLinearFit } from "../../src/estimators";
import { assertAtMost } from "../support/assert-close";
import { datafitCases, lossAt } from "../support/datafit-cases";
import { type EstimatorCase, estimators } from "../support/estimators";
import { linearData } from "../support/problems";
import { warningsOf } from "../support/warnings";
import { deviationsOf, penaltyOf } from "../support/written-out";

const { X } = linearData(3, 40, 6);
const labels = X.map((row) => (row[0] + row[1] > 0 ? 1 : 0));
const oneResponse = datafitCases.filter(({ datafit }) => datafit.nResponses === 1);

/** `f(b0 + X b) + lambda R(b)`, by its own formula but for the loss. */
function objectiveOf(
  estimator: EstimatorCase,
  datafit: Datafit,
  y: readonly number[],
  lambda: number,
  { coef, intercept }: Pick<SparseLinearFit, "coef" | "intercept">,
): number {
  const eta = Float64Array.from(X, (row) => row.reduce((sum, x, j) => sum + x * coef[j], intercept));
  const deviation = datafit.dependsOnResidual ? deviationsOf(y.map((value) => [value]))[0] : 1;
  return lossAt(datafit, Float64Array.from(y), eta) + penaltyOf(estimator, X, lambda, [...coef], deviation);
}

const endless =
  /^no finite coefficients are best, since the loss falls without end along those that are not penalized/;

/** Fails unless the fit says that it is none, in its status, its notes and one warning. */
function assertEndless(fitOf: () => SparseLinearFit): void {
  let fit!: SparseLinearFit;
  const warnings = warningsOf(() => {
    fit = fitOf();
  });
  assert.equal(fit.status, "stalled");
  assert.equal(fit.notes.filter((note) => endless.test(note)).length, 1);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0], /did not converge[;,] .*no finite coefficients are best, .*; penalize them, /);
}

for (const estimator of estimators) {
  const { title, convex, make, factors } = estimator;

  describe(`${title}, as every estimator,`, () => {
    for (const { datafit, draw } of oneResponse) {
      const { name } = datafit;
      const fitIntercept = name !== "cox"; // its likelihood does not see one

      it(`ends down the path of ${name} where it says, and nothing near is lower`, () => {
        const y = [...draw(40, 5)];
        const grid = { nLambdas: 5, lambdaMinRatio: 0.02 };
        const path = make({ datafit, fitIntercept }).path(X, y, grid);
        assert.ok(path.fits.at(-1)!.support.length > 0, "a path that leads somewhere");
        for (const fit of path.fits) {
          const { lambda, certificate } = fit;
          assert.equal(fit.status, "converged", `lambda ${lambda}`);
          const own = objectiveOf(estimator, datafit, y, lambda, fit);
          assertAtMost(
            "stated objective",
            Math.abs(own - certificate.objective),
            1e-12 * (1 + Math.abs(own)),
          );
          assert.equal(certificate.dualityGap !== undefined, convex && datafit.fenchelYoung !== undefined);
          for (const j of fit.coef.keys()) {
            for (const move of [-1, -0.1, -1e-3, 1e-3, 0.1, 1, -fit.coef[j]]) {
              const coef = fit.coef.map((b, k) => (k === j ? b + move : b));
              const other = objectiveOf(estimator, datafit, y, lambda, { coef, intercept: fit.intercept });
              assertAtMost(`coordinate ${j} by ${move}`, own, other, certificate.dualityGap ?? 1e-6);
            }
          }
        }
      });
    }

    it("says of classes apart at lambda 0 that no finite coefficients are best, and gives them once penalized", () => {
      assertEndless(() => make({ datafit: logistic(), lambda: 0 }).fit(X, labels));
      // MCP and SCAD are flat where coefficients are large, so that they cost no more however far they go.
      if (/mcp|scad/i.test(title)) {
        const [warning] = warningsOf(() => make({ datafit: logistic(), lambda: 1e-2 }).fit(X, labels));
        return assert.match(warning, /no finite coefficients are best, .* where the penalty is flat/);
      }
      const path = make({ datafit: logistic() }).path(X, labels, { lambdas: [1e-2, 1e-4, 1e-6] });
      for (const fit of path.fits) {
        assert.equal(fit.status, "converged");
        assert.deepEqual(fit.notes, []);
        assert.ok([...fit.predict(X)].every((p, i) => p > 0.5 === (labels[i] === 1)));
      }
      // The squared hinge is 0 from some margin on, which finite coefficients reach.
      assert.equal(make({ datafit: squaredHinge(), lambda: 0 }).fit(X, labels).status, "converged");
    });

    it("says of a free column that tells the classes apart that its coefficient is no finite one", () => {
      const sums = X.map((row) => [row[0] + row[1], ...row.slice(1)]);
      const options = { datafit: logistic(), lambda: 0.01, ...factors([0, 0, 1, 1, 1, 1]) };
      assertEndless(() => make(options).fit(sums, labels));
      // One that does so in part, since it is above its least value in rows of one class only.
      const parts = X.map((row, i) => [i % 4 === 1 ? row[1] ** 2 : 0, ...row.slice(1)]);
      const alternating = X.map((_, i) => i % 2);
      assertEndless(() => make(options).fit(parts, alternating));
    });

    it("says of counts that are all 0 that their mean has no logarithm, and fits them without an intercept", () => {
      const zeros = labels.map(() => 0);
      for (const lambda of [0, 0.1]) {
        assertEndless(() => make({ datafit: poisson(), lambda }).fit(X, zeros));
      }
      const fit = make({ datafit: poisson(), lambda: 0.01, fitIntercept: false }).fit(X, zeros);
      assert.equal(fit.status, "converged");
      assert.deepEqual(fit.notes, []);
    });

    it("gives the null model for a constant response, whatever the loss, and refuses a single class", () => {
      for (const { datafit } of oneResponse) {
        if (datafit.response === "classes") {
          assert.throws(
            () =>
              make({ datafit, lambda: 0.1 }).fit(
                X,
                labels.map(() => 1),
              ),
            {
              name: "InputError",
              message: new RegExp(`y must have two classes with ${datafit.name}, got 1 class, 1$`),
            },
          );
        } else if (datafit.response !== "times") {
          const fit = make({ datafit, lambda: 0.1 }).fit(
            X,
            labels.map(() => 0.5),
          );
          assert.deepEqual([fit.status, fit.support.length], ["converged", 0], datafit.name);
          for (const predicted of fit.predict(X)) assertAtMost("mean", Math.abs(predicted - 0.5), 1.5);
        }
      }
    });

    it("keeps its promise without a gap, for a partial likelihood, at lambda 0 too", () => {
      const y = [...datafitCases.find(({ factory }) => factory === "cox")!.draw(40, 5)];
      for (const lambda of [0, 0.05]) {
        const fit = make({ datafit: cox(), fitIntercept: false, lambda }).fit(X, y);
        assert.equal(fit.status, "converged");
        assert.equal(fit.certificate.dualityGap, undefined);
        assertAtMost("violation", fit.certificate.violation, 1e-7);
      }
    });
  });
}
