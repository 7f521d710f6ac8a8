import assert from "node:assert/strict";
import { inspect } from "node:util";
import { seededRandom } from "../../../src";
import { hinge, type PiecewiseLinearDatafit, pinball } from "../../../src/piecewise-linear";
import {
  type PiecewiseLinearFit,
  type PiecewiseLinearOptions,
  solvePiecewiseLinear,
} from "../../../src/solvers";
import { assertAllClose, assertAtMost, assertClose } from "../../support/assert-close";
import type { Anything } from "../../support/bad-input";
import { type PenalizedLoss, quantileOptimum, supportVectorOptimum } from "../../support/linear-program";
import { linearData } from "../../support/problems";

/** Three features count; the noise has Student's t distribution with two degrees of freedom: no variance. */
function heavyTailed(seed: number, nSamples: number, nFeatures: number): { X: number[][]; y: number[] } {
  const random = seededRandom(seed);
  const { X, y } = linearData(seed, nSamples, nFeatures, 0);
  const chi = () => (random.normal() ** 2 + random.normal() ** 2) / 2;
  return { X, y: y.map((eta) => 1 + eta + (0.5 * random.normal()) / Math.sqrt(chi())) };
}

function labelled(seed: number, nSamples: number, nFeatures: number): { X: number[][]; y: number[] } {
  const { X, y } = heavyTailed(seed, nSamples, nFeatures);
  return { X, y: y.map((value) => (value > 0.5 ? 1 : 0)) };
}

/** Whole numbers: many samples tie, so the program is degenerate. */
function rounded({ X, y }: { X: number[][]; y: number[] }): { X: number[][]; y: number[] } {
  return { X: X.map((row) => row.map((x) => (x > 0 ? 1 : 0))), y: y.map(Math.round) };
}

type Data = ReturnType<typeof heavyTailed>;
/** Bounds on the iterations, the larger one where many samples tie. */
const [usual, tied] = [300, 1000];
const cases: readonly (readonly [string, Data, PiecewiseLinearDatafit, boolean, number])[] = [
  ["the median, n > p", heavyTailed(1, 80, 15), pinball(0.5), true, usual],
  ["the median, p > n", heavyTailed(2, 30, 60), pinball(0.5), true, usual],
  ["the median without intercept", heavyTailed(3, 60, 15), pinball(), false, usual],
  ["the 0.9-quantile, n > p", heavyTailed(4, 80, 15), pinball(0.9), true, usual],
  ["the 0.9-quantile, p > n", heavyTailed(5, 30, 60), pinball(0.9), true, usual],
  ["a support vector machine, n > p", labelled(6, 80, 15), hinge(), true, usual],
  ["a support vector machine, p > n", labelled(7, 30, 60), hinge(), true, usual],
  ["a support vector machine without intercept", labelled(8, 60, 15), hinge(), false, usual],
  ["the median of whole numbers", rounded(heavyTailed(9, 60, 10)), pinball(0.5), true, tied],
];

/** The optimum by the textbook's linear program. */
function optimumOf(problem: PenalizedLoss, { name }: PiecewiseLinearDatafit): Promise<number> {
  if (name === "hinge") return supportVectorOptimum(problem);
  return quantileOptimum(problem, name === "pinball(0.9)" ? 0.9 : 0.5);
}

/** Gap and feasibility by the textbook's dual, from the published numbers alone. */
function judge(
  { X, y, lambda, fitIntercept = true }: PenalizedLoss,
  { coef, intercept, dual }: PiecewiseLinearFit,
  loss: {
    center: (i: number) => number;
    value: (i: number, eta: number) => number;
    low: (i: number) => number;
    high: (i: number) => number;
  },
): { objective: number; gap: number; infeasibility: number } {
  const n = y.length;
  let objective = coef.reduce((sum, b) => sum + lambda * Math.abs(b), 0);
  let bound = 0;
  let outside = 0;
  for (let i = 0; i < n; i++) {
    const eta = X[i].reduce((sum, x, j) => sum + x * coef[j], intercept);
    objective += loss.value(i, eta) / n;
    bound += loss.center(i) * dual[i];
    outside = Math.max(outside, loss.low(i) / n - dual[i], dual[i] - loss.high(i) / n);
  }
  X[0].forEach((_, j) => {
    outside = Math.max(outside, Math.abs(X.reduce((sum, row, i) => sum + row[j] * dual[i], 0)) - lambda);
  });
  if (fitIntercept) outside = Math.max(outside, Math.abs(dual.reduce((sum, u) => sum + u, 0)));
  return { objective, gap: objective - bound, infeasibility: outside };
}

describe("solvePiecewiseLinear", () => {
  for (const [name, data, datafit, fitIntercept, iterations] of cases) {
    it(`finds the optimum that a simplex method finds, within ${iterations} iterations, for ${name}`, async () => {
      const sizes: number[] = [];
      for (const lambda of [0.3, 0.1, 0.03, 0.003]) {
        const fit = solvePiecewiseLinear(data.X, data.y, { datafit, lambda, fitIntercept, tol: 1e-9 });
        const { objective, dualityGap } = fit.certificate;
        assert.equal(fit.status, "converged", `lambda ${lambda}`);
        assertAtMost("nIter", fit.nIter, iterations);
        assertAtMost("gap", dualityGap, 1e-9 * objective);
        assertClose(
          `objective at ${lambda}`,
          objective,
          await optimumOf({ ...data, lambda, fitIntercept }, datafit),
          1e-9,
        );
        sizes.push(fit.coef.filter((b) => b !== 0).length);
      }
      assert.ok(
        sizes[0] < sizes.at(-1)! && sizes[0] < data.X[0].length / 2,
        `numbers of coefficients ${sizes}`,
      );
    });
  }

  it("states objective and gap as the textbook's dual gives them", () => {
    for (const tau of [0.5, 0.9]) {
      const problem = { ...heavyTailed(11, 40, 12), lambda: 0.05 };
      const fit = solvePiecewiseLinear(problem.X, problem.y, { datafit: pinball(tau), lambda: 0.05 });
      const judged = judge(problem, fit, {
        center: (i) => problem.y[i],
        value: (i, eta) => Math.max(tau * (problem.y[i] - eta), (tau - 1) * (problem.y[i] - eta)),
        low: () => tau - 1,
        high: () => tau,
      });
      assertClose("objective", fit.certificate.objective, judged.objective, 1e-13);
      assertClose("gap", fit.certificate.dualityGap, judged.gap, 1e-13);
      assertAtMost("infeasibility", judged.infeasibility, 1e-15);
    }
    const problem = { ...labelled(12, 40, 12), lambda: 0.05 };
    const signs = problem.y.map((label) => 2 * label - 1);
    const fit = solvePiecewiseLinear(problem.X, problem.y, { datafit: hinge(), lambda: 0.05 });
    const judged = judge(problem, fit, {
      center: (i) => signs[i],
      value: (i, eta) => Math.max(0, 1 - signs[i] * eta),
      low: (i) => Math.min(0, signs[i]),
      high: (i) => Math.max(0, signs[i]),
    });
    assertClose("objective", fit.certificate.objective, judged.objective, 1e-13);
    assertClose("gap", fit.certificate.dualityGap, judged.gap, 1e-13);
    assertAtMost("infeasibility", judged.infeasibility, 1e-15);
  });

  it("gives the empty model and a quantile of y where lambda is large", () => {
    const { X, y } = heavyTailed(13, 41, 5);
    const fit = solvePiecewiseLinear(X, y, { datafit: pinball(0.5), lambda: 10 });
    assert.ok(fit.coef.every((b) => b === 0));
    assert.equal(fit.status, "converged");
    assertClose("median", fit.intercept, [...y].sort((a, b) => a - b)[20], 1e-12);
  });

  it("is not moved by an outlier, as least squares would be", () => {
    const { X, y } = linearData(14, 60, 4);
    const options: PiecewiseLinearOptions = { datafit: pinball(0.5), lambda: 0.01, tol: 1e-10 };
    const largest = y.indexOf(Math.max(...y));
    const moved = y.map((value, i) => (i === largest ? 1e6 : value));
    const [before, after] = [solvePiecewiseLinear(X, y, options), solvePiecewiseLinear(X, moved, options)];
    assertAllClose("coefficients", after.coef, before.coef, 0.2);
  });

  it("keeps its digits wherever y lies and whatever its unit", () => {
    const { X, y } = heavyTailed(15, 50, 8);
    const expected = solvePiecewiseLinear(X, y, { datafit: pinball(0.5), lambda: 0.05 });
    const shifted = solvePiecewiseLinear(
      X,
      y.map((v) => v + 1e6),
      { datafit: pinball(0.5), lambda: 0.05 },
    );
    assertAllClose("shifted", shifted.coef, expected.coef, 1e-8);
    assertClose("intercept", shifted.intercept, expected.intercept + 1e6, 1e-12);
    for (const unit of [1e-6, 1e6]) {
      const scaled = solvePiecewiseLinear(
        X,
        y.map((v) => v * unit),
        { datafit: pinball(0.5), lambda: 0.05 },
      );
      assertAllClose(
        `times ${unit}`,
        scaled.coef.map((b) => b / unit),
        expected.coef,
        1e-8,
      );
    }
  });

  it("reads frames and labels as the other estimators do, and changes neither", () => {
    const frame = { a: [0, 1, 2, 3, 4, 5], b: [1, 0, 1, 0, 1, 0] };
    const y = [0, 0, 0, 1, 1, 1];
    const fit = solvePiecewiseLinear(frame, y, { datafit: hinge(), lambda: 0.01 });
    const rows = frame.a.map((a, i) => [a, frame.b[i]]);
    const ofRows = solvePiecewiseLinear(rows, y, { datafit: hinge(), lambda: 0.01 });
    assert.deepEqual({ ...fit, featureNames: ["x0", "x1"] }, { ...ofRows });
    assert.deepEqual(
      [frame.a, y],
      [
        [0, 1, 2, 3, 4, 5],
        [0, 0, 0, 1, 1, 1],
      ],
    );
    frame.a.forEach((a, i) => {
      assert.equal(a * fit.coef[0] + frame.b[i] * fit.coef[1] + fit.intercept > 0, y[i] === 1);
    });
  });

  it("refuses bad input in one sentence", () => {
    const { X, y } = linearData(16, 10, 2);
    const given =
      (options: Anything, response: Anything = y) =>
      () =>
        solvePiecewiseLinear(X, response, options);
    const good = { datafit: pinball(0.5), lambda: 0.1 };
    const refusals: readonly (readonly [() => unknown, string])[] = [
      [given({ ...good, lambda: 0 }), "lambda must be a positive finite number, got 0"],
      [given({ datafit: pinball(0.5) }), "lambda must be a positive finite number, got undefined"],
      [
        given({ ...good, datafit: "hinge" }),
        'datafit must be a piecewise linear one such as pinball(0.5), got "hinge"',
      ],
      [given({ ...good, fitIntercept: 1 }), "fitIntercept must be true or false, got 1"],
      [given({ ...good, maxIter: 0 }), "maxIter must be an integer >= 1, got 0"],
      [given({ ...good, tol: -1 }), "tol must be a positive finite number, got -1"],
      [
        given({ ...good, tau: 0.5 }),
        'every option must be one of datafit, lambda, fitIntercept, maxIter, tol, got "tau"',
      ],
      [given(good, [1, 2]), "X has 10 rows but y has 2"],
      [
        given({ datafit: hinge(), lambda: 0.1 }, [0, 1, 1, -1, 0, 1, 1, 0, 0, 1]),
        "y, row 3 must be 0 or 1, got -1; encode the two classes as 0 and 1",
      ],
    ];
    for (const [action, message] of refusals) {
      assert.throws(action, { name: "InputError", message: `solvePiecewiseLinear: ${message}` });
    }
  });

  it("shows itself with its names and its gap, as fits do", () => {
    const columns = { age: [0, 1, 2, 3, 4], noise: [0, 0, 0, 0, 1] };
    const fit = solvePiecewiseLinear(columns, [0, 1, 2, 3, 4], { datafit: pinball(0.5), lambda: 0.1 });
    assert.deepEqual(fit.featureNames, ["age", "noise"]);
    const [title, light, , , intercept, first] = inspect(fit).split("\n");
    assert.match(
      title,
      /^solvePiecewiseLinear, pinball\(0\.5\), lambda = 0\.1: 1 of 2 coefficients is not zero; converged after \d+ iterations?$/,
    );
    assert.match(light, /^✓ duality gap (0|\S+ of the objective)$/);
    assert.match(intercept, /^\(intercept\)/);
    assert.match(first, /^age +\d/);
  });

  it("ranks features by what a standard deviation of each changes, whatever its unit", () => {
    const random = seededRandom(17);
    const rows = Array.from({ length: 40 }, () => [random.normal(), random.normal()]);
    const columns = { strong: rows.map(([a]) => 1000 * a), weak: rows.map(([, b]) => b / 1000) };
    const y = rows.map(([a, b]) => 3 * a + b);
    const fit = solvePiecewiseLinear(columns, y, { datafit: pinball(0.5), lambda: 1e-6 });
    const deviations = Object.values(columns).map((column) => {
      const mean = column.reduce((sum, value) => sum + value / 40, 0);
      return Math.sqrt(column.reduce((sum, value) => sum + (value - mean) ** 2 / 40, 0));
    });
    assertAllClose("deviations", fit.supportDeviations, deviations, 1e-12);
    assert.ok(fit.coef[1] > 100 * fit.coef[0]);
    const [, , head, , , first, second] = inspect(fit).split("\n");
    assert.match(head, /^feature +coefficient +standardized/);
    for (const [line, name, j] of [
      [first, "strong", 0],
      [second, "weak", 1],
    ] as const) {
      const [shown, coefficient, standardized] = line.split(/ +/);
      assert.equal(shown, name);
      assertClose("coefficient", Number(coefficient), fit.coef[j], 1e-3);
      assertClose("standardized", Number(standardized), fit.coef[j] * deviations[j], 1e-3);
    }
  });
});
