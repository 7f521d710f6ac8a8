/** What is true of fits by one descent and of those that are searched for thoroughly, of every estimator whose penalty is not convex. */
import assert from "node:assert/strict";
import { huber, logistic, squaredError } from "../../src/datafits";
import { SmoothBridge, SmoothLasso, SmoothMcp, SparseLinearModel } from "../../src/estimators";
import { logSum, lq, mcp, scad } from "../../src/penalties";
import { coordinateDescent } from "../../src/solvers/classical";
import { assertAtMost, assertClose } from "../support/assert-close";
import { estimators } from "../support/estimators";
import { linearData } from "../support/problems";

/** Correlated columns, more than rows, so that there are many local minima. */
function correlated(seed: number, nSamples = 40, nFeatures = 60): { X: number[][]; y: number[] } {
  const { X, y } = linearData(seed, nSamples, nFeatures, 1);
  for (const row of X) for (let j = 1; j < nFeatures; j++) row[j] = 0.7 * row[j - 1] + 0.7 * row[j];
  return { X, y };
}

const grid = { nLambdas: 12, lambdaMinRatio: 0.05 };
const pairs = Array.from({ length: 60 }, (_, j) => Math.floor(j / 2));

describe("a thorough search", () => {
  for (const { title, make } of estimators.filter(({ convex }) => !convex)) {
    it(`ends no lambda above a quick one, of a path and of a single fit: ${title}`, () => {
      let lower = 0;
      for (const seed of [1, 2, 3]) {
        const { X, y } = correlated(seed);
        const quick = make({}, pairs).path(X, y, grid);
        const thorough = make({ search: "thorough" }, pairs).path(X, y, { lambdas: quick.lambdas });
        quick.fits.forEach((fit, k) => {
          assert.equal(fit.status, "converged", `quick, lambda ${fit.lambda}`);
          const { certificate, status } = thorough.fits[k];
          assert.equal(status, "converged", `thorough, lambda ${fit.lambda}`);
          const limit = fit.certificate.objective * (1 + 1e-12);
          assertAtMost(`lambda ${fit.lambda}`, certificate.objective, limit);
          if (certificate.objective < fit.certificate.objective * (1 - 1e-6)) lower++;
        });
        const lambda = quick.lambdas[8];
        const one = make({ lambda }, pairs).fit(X, y).certificate.objective;
        const best = make({ lambda, search: "thorough" }, pairs).fit(X, y);
        assertAtMost("a single fit", best.certificate.objective, one * (1 + 1e-12));
        assert.equal(best.starts[0].start, "one descent");
        assertClose("one descent", best.starts[0].objective, one, 1e-12);
      }
      assert.ok(lower > 0, "some fit of the three paths ends lower");
    });
  }

  it("ends no lambda above a quick one of classes and of a robust loss either", () => {
    const { X, y } = correlated(4, 150);
    const labels = y.map((value, i) => (value > 0 === i % 5 > 0 ? 1 : 0));
    for (const penalty of [mcp({ gamma: 20 }), lq({ q: 0.5 }), logSum({ epsilon: 0.1 })]) {
      for (const [datafit, response] of [
        [logistic(), labels],
        [huber(), y],
      ] as const) {
        const options = { penalty, datafit };
        const quick = new SparseLinearModel(options).path(X, response, { ...grid, lambdaMinRatio: 0.3 });
        const { lambdas } = quick;
        const found = new SparseLinearModel({ ...options, search: "thorough" }).path(X, response, {
          lambdas,
        });
        found.fits.forEach(({ lambda, certificate }, k) => {
          const limit = quick.fits[k].certificate.objective;
          assertAtMost(`${penalty.name}, ${lambda}`, certificate.objective, limit + 1e-12 * Math.abs(limit));
        });
      }
    }
  });

  it("is of no matter to a convex penalty", () => {
    const { X, y } = correlated(5);
    const quick = new SmoothLasso({ search: "quick" }).path(X, y, grid);
    const thorough = new SmoothLasso({ search: "thorough" }).path(X, y, grid);
    assert.deepEqual(thorough.coefs, quick.coefs);
  });

  it("is not what a model does unless asked", () => {
    const { X, y } = correlated(6);
    for (const make of [SmoothBridge, SmoothMcp]) {
      const options = { q: 0.5, lambda: 0.1 };
      const { q: _, ...common } = options;
      const given = make === SmoothBridge ? options : common;
      const fit = new make(given as never).fit(X, y);
      assert.deepEqual(fit.coef, new make({ ...given, search: "quick" } as never).fit(X, y).coef);
      assert.deepEqual(fit.starts, []);
      assert.ok(new make({ ...given, search: "thorough" } as never).fit(X, y).starts.length > 3);
    }
  });

  it("is left out of a model that is given a solver, and back where the solver is taken away", () => {
    const model = new SmoothMcp({ lambda: 0.1, search: "thorough" });
    assert.throws(() => model.withParams({ solver: coordinateDescent() }), /search must be left out beside/);
    const solved = model.withParams({ solver: coordinateDescent(), search: undefined });
    assert.equal(solved.params.search, undefined);
  });
});

describe("a path by one descent a lambda", () => {
  const n = 40;
  const [gammaOfMcp, gammaOfScad] = [3, 3.7];
  /** Derivatives by the absolute value, as published. */
  const slopes: Readonly<
    Record<string, readonly [Parameters<typeof byPenalty>[0], (b: number, lambda: number) => number]>
  > = {
    mcp: [mcp({ gamma: gammaOfMcp }), (b, lambda) => Math.max(lambda - b / gammaOfMcp, 0)],
    scad: [
      scad({ gamma: gammaOfScad }),
      (b, lambda) => (b <= lambda ? lambda : Math.max(gammaOfScad * lambda - b, 0) / (gammaOfScad - 1)),
    ],
    "a bridge": [lq({ q: 0.5 }), (b, lambda) => (0.5 * lambda) / Math.sqrt(b)],
  };
  const byPenalty = (penalty: ReturnType<typeof mcp>) =>
    new SparseLinearModel({
      penalty,
      datafit: squaredError(),
      standardize: false,
      fitIntercept: false,
      tol: 1e-10,
    });

  for (const [name, [penalty, slope]] of Object.entries(slopes)) {
    it(`of ${name} is stationary at each lambda, by sums written out, and no single coefficient improves it`, () => {
      for (const seed of [1, 2, 3]) {
        const { X, y } = correlated(seed);
        const { fits } = byPenalty(penalty).path(X, y, grid);
        for (const { coef, lambda, certificate, support } of fits) {
          const residual = y.map((value, i) => value - X[i].reduce((sum, x, j) => sum + x * coef[j], 0));
          for (const j of support) {
            const correlation = residual.reduce((sum, r, i) => sum + (r * X[i][j]) / n, 0);
            const expected = Math.sign(coef[j]) * slope(Math.abs(coef[j]), lambda);
            assertClose(`x${j} at ${lambda}`, correlation, expected, 1e-6);
          }
          assertAtMost("gain of one coefficient", certificate.singleCoordinateGain, 1e-9);
        }
        assert.ok(fits.some(({ support }) => support.length > 2));
      }
    });
  }

  it("begins at the lasso, so that a first lambda ends as a single fit does", () => {
    const { X, y } = correlated(7);
    for (const penalty of [mcp(), lq({ q: 0.5 })]) {
      const model = new SparseLinearModel({ penalty });
      const lambda = model.path(X, y, { nLambdas: 2 }).lambdas[0] / 10;
      const [first] = model.path(X, y, { lambdas: [lambda] }).fits;
      assert.deepEqual(first.coef, model.withParams({ lambda }).fit(X, y).coef);
    }
  });
});
