/** What is true of fits by one descent and of those that are searched for thoroughly, of every estimator whose penalty is not convex. */
import assert from "node:assert/strict";
import { squaredError } from "../../src/datafits";
import { SmoothBridge, SmoothLasso, SmoothMcp, SparseLinearModel } from "../../src/estimators";
import { lq, mcp, scad } from "../../src/penalties";
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
    it(`ends lower than a quick one on average and seldom higher, on paths and in single fits: ${title}`, () => {
      const gains: number[] = [];
      for (const seed of [1, 2, 3]) {
        const { X, y } = correlated(seed);
        const quick = make({}, pairs).path(X, y, grid);
        const thorough = make({ search: "thorough" }, pairs).path(X, y, { lambdas: quick.lambdas });
        const lambda = quick.lambdas[8];
        const single = (options: object) => make({ lambda, ...options }, pairs).fit(X, y);
        const searched = single({ search: "thorough" });
        assert.ok(searched.starts.length >= 4);
        [...quick.fits, single({})].forEach((fit, k) => {
          const found = [...thorough.fits, searched][k];
          assert.deepEqual([fit.status, found.status], ["converged", "converged"], `lambda ${fit.lambda}`);
          gains.push((fit.certificate.objective - found.certificate.objective) / fit.nullDeviance);
        });
      }
      const higher = gains.filter((gain) => gain < -1e-6).length;
      const lower = gains.filter((gain) => gain > 1e-6).length;
      assert.ok(lower > 2 * higher, `${lower} of ${gains.length} lower, ${higher} higher`);
      assert.ok(gains.reduce((sum, gain) => sum + gain) > 0);
    });
  }

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
