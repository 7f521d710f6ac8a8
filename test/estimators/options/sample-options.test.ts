import assert from "node:assert/strict";
import {
  cox,
  type Datafit,
  huber,
  logistic,
  poisson,
  quantile,
  squaredError,
  squaredHinge,
} from "../../../src/datafits";
import { type ModelOptions, SmoothBridge, SmoothGroupLasso, SmoothLasso } from "../../../src/estimators";
import { alternatingRidge, varPro } from "../../../src/solvers";
import { coordinateDescent, irls } from "../../../src/solvers/classical";
import { assertAllClose, assertAtMost, assertClose } from "../../support/assert-close";
import { type Anything, X, y } from "../../support/bad-input";
import { datafitCases } from "../../support/datafit-cases";
import { readGolden, readWeights } from "../../support/golden";
import { linearData } from "../../support/problems";

const data = linearData(11, 30, 8);
const copies = data.y.map((_, i) => [1, 3, 0, 2][i % 4]);
const repeat = <T>(values: readonly T[]): T[] =>
  values.flatMap((value, i) => new Array<T>(copies[i]).fill(value));

const losses: readonly Datafit[] = [
  squaredError(),
  logistic(),
  poisson(),
  huber({ delta: 0.5 }),
  quantile({ smoothing: 0.3 }),
  squaredHinge(),
  cox(),
];

/** A target of the loss, and an offset of moderate size. */
function drawFor(datafit: Datafit): { target: number[]; offset: number[] } {
  const { draw } = datafitCases.find(
    ({ datafit: { name } }) => name.split("(")[0] === datafit.name.split("(")[0],
  )!;
  return { target: [...draw(30, 3)], offset: data.X.map((row) => 0.5 * row[7] - 0.2) };
}

describe("the weights of samples", () => {
  it("agree with glmnet's path to 1e-6, certified", () => {
    const golden = readGolden("lasso-obs-weights");
    const sampleWeight = readWeights("lasso-obs-weights");
    for (const options of [{}, { solver: coordinateDescent() }]) {
      const estimator = new SmoothLasso({ ...golden.options, ...options, tol: 1e-12 });
      const path = estimator.path(golden.X, golden.y, { lambdas: golden.lambdas, sampleWeight });
      const [first] = estimator.path(golden.X, golden.y, { nLambdas: 1, sampleWeight }).fits;
      assertClose("lambdaMax", first.lambda / golden.lambdas[0], 1, 1e-9);
      path.fits.forEach((fit, k) => {
        assert.equal(fit.status, "converged", `lambda ${k}`);
        assertAllClose(`coefficients, lambda ${k}`, fit.coef, golden.coefficients[k], 1e-6);
        assertClose(`intercept, lambda ${k}`, fit.intercept, golden.intercepts[k], 1e-6);
        assertAtMost(`gap, lambda ${k}`, fit.certificate.dualityGap!, 1e-12 * first.certificate.objective);
      });
    }
  });

  for (const datafit of losses) {
    it(`of whole numbers are copies, and 0 leaves a row out, for ${datafit.name} with and without an offset`, () => {
      const { target, offset } = drawFor(datafit);
      const survival = datafit.name === "cox";
      for (const given of [{}, { offset }]) {
        const estimator = new SmoothLasso({
          datafit,
          tol: 1e-10,
          fitIntercept: !survival, // the partial likelihood does not see one
          penaltyFactors: [0, 1, 1, 2, 1, 1, 1, 1],
        });
        const repeated = "offset" in given ? { offset: repeat(offset) } : {};
        // A sum over n samples of losses that meet each other changes its scale with n, and lambda with it.
        const whole = estimator.path(repeat(data.X), repeat(target), {
          nLambdas: 5,
          lambdaMinRatio: 0.05,
          ...repeated,
        });
        const weighted = estimator.path(data.X, target, {
          lambdas: whole.lambdas,
          sampleWeight: copies.map((count) => 10 * count),
          ...given,
        });
        whole.fits.forEach((fit, k) => {
          const other = weighted.fits[k];
          assert.deepEqual([fit.status, other.status], ["converged", "converged"]);
          assertAllClose(`coef ${k}`, other.coef, fit.coef, 1e-4);
          if (!survival) {
            assertClose(`objective ${k}`, other.certificate.objective, fit.certificate.objective, 1e-9);
            assertClose(`deviance ${k}`, weighted.devianceRatio[k], whole.devianceRatio[k], 1e-6);
            assertClose(`intercept ${k}`, other.intercept, fit.intercept, 1e-4);
          }
        });
      }
    });
  }

  it("of 0 make a row matter nowhere, whatever stands in it", () => {
    const wild = data.X.map((row, i) => (copies[i] === 0 ? row.map((x) => 1e6 * x + 1e7) : row));
    const target = data.y.map((value, i) => (copies[i] === 0 ? 1e9 : value));
    const kept = (_: unknown, i: number): boolean => copies[i] > 0;
    for (const options of [
      {},
      { fitIntercept: false },
      { standardize: false },
      { penaltyFactors: [0, 0, 1, 1, 1, 1, 1, 1] },
    ]) {
      const estimator = new SmoothLasso({ lambda: 0.1, tol: 1e-12, ...options });
      const fit = estimator.fit(wild, target, { sampleWeight: copies.map((count) => Math.min(count, 1)) });
      const without = estimator.fit(data.X.filter(kept), data.y.filter(kept));
      assertAllClose("coef", fit.coef, without.coef, 1e-9);
      assertClose("intercept", fit.intercept, without.intercept, 1e-9);
      assertClose("objective", fit.certificate.objective, without.certificate.objective, 1e-12);
    }
  });

  it("that are all equal change nothing, to the last bit", () => {
    const estimator = new SmoothLasso({ lambda: 0.1 });
    const plain = estimator.fit(data.X, data.y);
    assert.deepEqual(estimator.fit(data.X, data.y, { sampleWeight: data.y.map(() => 1e300) }), plain);
  });

  it("keep the digits of a response far from zero, and give the null model for a constant one", () => {
    const sampleWeight = copies;
    const estimator = new SmoothLasso({ lambda: 0.1, tol: 1e-9 });
    const near = estimator.fit(data.X, data.y, { sampleWeight });
    const far = estimator.fit(
      data.X,
      data.y.map((value) => value + 1e8),
      { sampleWeight },
    );
    assertAllClose("coef", far.coef, near.coef, 1e-6);
    for (const constant of [0, 0.1, -1e8]) {
      const fit = estimator.fit(
        data.X,
        data.y.map(() => constant),
        { sampleWeight },
      );
      assert.equal(fit.status, "converged");
      assert.equal(fit.support.length, 0);
      assertClose("intercept", fit.intercept / (constant || 1), constant === 0 ? 0 : 1, 1e-14);
    }
  });

  it("work with groups and with penalties that are not convex", () => {
    const groups = [0, 0, 0, 1, 1, 2, 2, 2];
    const run = { sampleWeight: copies };
    for (const make of [
      (options: ModelOptions) => new SmoothGroupLasso({ groups, lambda: 0.1, tol: 1e-11, ...options }),
      (options: ModelOptions) => new SmoothBridge({ q: 0.5, lambda: 0.1, tol: 1e-11, ...options }),
    ]) {
      const fit = make({}).fit(data.X, data.y, run);
      const copied = make({}).fit(repeat(data.X), repeat(data.y));
      assert.deepEqual([fit.status, copied.status], ["converged", "converged"]);
      assertAllClose("coef", fit.coef, copied.coef, 1e-5);
    }
  });

  it("are refused by the solvers of plain least squares in one sentence", () => {
    for (const solver of [varPro(), alternatingRidge(), irls()]) {
      const name = solver.name.split("(")[0];
      assert.throws(
        () => new SmoothLasso({ lambda: 0.1, solver }).fit(data.X, data.y, { sampleWeight: copies }),
        {
          name: "InputError",
          message: `${name}: datafit must be squared error without sample weights, got "squaredError"`,
        },
      );
    }
  });
});

describe("the offset of samples", () => {
  it("of squared error is what y is less by", () => {
    const offset = data.X.map((row) => 3 * row[0] + 100);
    const estimator = new SmoothLasso({ lambda: 0.1, tol: 1e-12 });
    const fit = estimator.fit(data.X, data.y, { offset });
    const less = estimator.fit(
      data.X,
      data.y.map((value, i) => value - offset[i]),
    );
    assertAllClose("coef", fit.coef, less.coef, 1e-10);
    assertClose("intercept", fit.intercept, less.intercept, 1e-10);
  });

  it("of a constant moves the intercept and nothing else", () => {
    for (const datafit of losses.filter(({ name }) => name !== "cox")) {
      const { target } = drawFor(datafit);
      const estimator = new SmoothLasso({ datafit, lambda: 0.05, tol: 1e-11 });
      const plain = estimator.fit(data.X, target);
      const moved = estimator.fit(data.X, target, { offset: target.map(() => 2) });
      assertAllClose(`${datafit.name}, coef`, moved.coef, plain.coef, 1e-4);
      assertClose(`${datafit.name}, intercept`, moved.intercept + 2, plain.intercept, 1e-4);
    }
  });

  it("as the log of exposures makes counts into rates", () => {
    // Without features the intercept is the log of all counts over all exposures.
    const exposures = [1, 2, 4, 5];
    const fit = new SmoothLasso({ datafit: poisson(), lambda: 1e3 }).fit(X, [2, 0, 3, 1], {
      offset: exposures.map(Math.log),
    });
    assertClose("rate", Math.exp(fit.intercept), 6 / 12, 1e-9);
    assertAllClose(
      "counts",
      fit.predict(X, { offset: exposures.map(Math.log) }),
      exposures.map((e) => e / 2),
      1e-9,
    );
  });

  it("is asked for in predictions where the fit had one", () => {
    const plain = new SmoothLasso({ lambda: 0.1 }).fit(X, y);
    const fit = new SmoothLasso({ lambda: 0.1 }).fit(X, y, { offset: [1, 0, 0, 1] });
    assertAllClose(
      "predicted",
      fit.predict(X, { offset: [5, 5, 5, 5] }),
      fit.predict(X, { offset: [0, 0, 0, 0] }).map((v) => v + 5),
      1e-12,
    );
    assert.equal(plain.predict(X, { offset: [5, 5, 5, 5] })[0], plain.predict(X)[0] + 5);
    for (const method of ["predict", "decisionFunction"] as const)
      assert.throws(() => fit[method](X), {
        name: "InputError",
        message: `SmoothLasso.${method}: offset must be given, as in the fit, got undefined; pass zeros for none`,
      });
  });
});

describe("bad weights and offsets", () => {
  const bad: readonly (readonly [string, Anything, string])[] = [
    [
      "too few weights",
      { sampleWeight: [1, 2] },
      "the length of sampleWeight must be the number of rows 4, got 2",
    ],
    ["no weights", { sampleWeight: [] }, "sampleWeight must have at least one value, got none"],
    [
      "a negative weight",
      { sampleWeight: [1, 1, -1, 1] },
      "sampleWeight, row 2 must be a number >= 0, got -1",
    ],
    [
      "a weight NaN",
      { sampleWeight: [1, 1, 1, Number.NaN] },
      "sampleWeight, row 3 must be a finite number, got NaN; drop or impute missing values first",
    ],
    [
      "an infinite weight",
      { sampleWeight: [1, Infinity, 1, 1] },
      "sampleWeight, row 1 must be a finite number, got Infinity",
    ],
    [
      "weights of sum zero",
      { sampleWeight: [0, 0, 0, 0] },
      "the sum of sampleWeight must be positive, got 0",
    ],
    [
      "a single weight",
      { sampleWeight: 2 },
      "sampleWeight must be an array of numbers, a series or a table of one column, got 2",
    ],
    [
      "two columns of weights",
      { sampleWeight: { a: y, b: y } },
      "sampleWeight must be one column, got 2; write it as one flat array, one number a row",
    ],
    [
      "weights in one row of a table",
      { sampleWeight: [[1, 2, 3, 4]] },
      "sampleWeight must be one column, got 4; write it as one flat array, one number a row",
    ],
    [
      "too many offsets",
      { offset: [1, 2, 3, 4, 5] },
      "the length of offset must be the number of rows 4, got 5; where fromFrame dropped rows, take those of data.rows",
    ],
    [
      "an offset null",
      { offset: [1, 2, 3, null] },
      "offset, row 3 must be a finite number, got null; drop or impute missing values first",
    ],
  ];
  for (const [what, options, message] of bad) {
    it(`are refused in one sentence: ${what}`, () => {
      for (const method of ["fit", "path"] as const) {
        assert.throws(() => new SmoothLasso({ lambda: 0.1 })[method](X, y, options), {
          name: "InputError",
          message: `SmoothLasso.${method}: ${message}`,
        });
      }
    });
  }
});
