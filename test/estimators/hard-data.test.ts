/** Data and options at the edge: the status and the gap must stay true, whatever happens. */
import assert from "node:assert/strict";
import { seededRandom } from "../../src";
import { huber, logCosh, poisson, quantile, squaredError } from "../../src/datafits";
import {
  diagnose,
  type ModelOptions,
  SmoothLasso,
  type SparseLinearFit,
  SparseLinearModel,
} from "../../src/estimators";
import { hadamardDifference } from "../../src/parametrizations";
import { mcp } from "../../src/penalties";
import { coordinateDescent } from "../../src/solvers/classical";
import { assertAllClose, assertAtMost } from "../support/assert-close";
import { judgeLasso, type LassoSetting } from "../support/lasso-gap";
import { type LinearData, linearData } from "../support/problems";
import { warningsOf } from "../support/warnings";

const base = linearData(3, 40, 8);
const wide = linearData(4, 20, 100);
const veryWide = linearData(5, 10, 400);
const random = seededRandom(6);

const withX = (change: (x: number, j: number) => number, { X, y }: LinearData = base): LinearData => ({
  X: X.map((row) => row.map(change)),
  y,
});
const withColumns = (change: (row: number[]) => number[]): LinearData => ({
  X: base.X.map(change),
  y: base.y,
});

interface HardCase {
  readonly data: LinearData;
  readonly options?: Omit<LassoSetting, "lambda">;
  /** Of the largest lambda. */
  readonly shares?: readonly number[];
}

const cases: Readonly<Record<string, HardCase>> = {
  "every column twice": { data: withColumns((row) => [...row, ...row]) },
  "every column and its negative": { data: withColumns((row) => [...row, ...row.map((x) => -x)]) },
  "every column and nearly the same": {
    data: withColumns((row) => [...row, ...row.map((x) => x + 1e-7 * random.normal())]),
  },
  "a column that is the sum of the others": {
    data: withColumns((row) => [...row, row.reduce((a, b) => a + b)]),
  },
  "X times 1e8, unscaled": { data: withX((x) => x * 1e8), options: { standardize: false } },
  "X times 1e-8, unscaled": { data: withX((x) => x * 1e-8), options: { standardize: false } },
  "columns of scale 1e-6 to 1e6, unscaled": {
    data: withX((x, j) => x * 10 ** ((12 * j) / 7 - 6)),
    options: { standardize: false },
  },
  "means of 1e6": { data: withX((x) => x + 1e6) },
  "means of 1e6 without intercept": { data: withX((x) => x + 1e6), options: { fitIntercept: false } },
  "y times 1e-8": { data: { X: base.X, y: base.y.map((v) => v * 1e-8) } },
  "y times 1e8": { data: { X: base.X, y: base.y.map((v) => v * 1e8) } },
  "a response with mean 1e6": { data: { X: base.X, y: base.y.map((v) => v + 1e6) } },
  "penalty factors from 1e-6 to 1e6": {
    data: base,
    options: { penaltyFactors: base.X[0].map((_, j) => 10 ** ((12 * j) / 7 - 6)) },
    shares: [0.5, 1e-3, 1e-6],
  },
  "free columns that depend on each other and on the intercept": {
    data: withColumns((row) => [...row, 2 * row[0] - 3 * row[1] + 5, row[0]]),
    options: { penaltyFactors: [0, 0, 1, 1, 1, 1, 1, 1, 0, 1] },
  },
  "more columns than rows": { data: wide, shares: [0.3, 0.03, 1e-3] },
  "forty times more columns than rows": { data: veryWide, shares: [0.5, 0.1, 0.01] },
  "a response without noise": {
    data: { X: base.X, y: base.X.map((row) => 2 * row[0] - row[3]) },
    shares: [0.5, 1e-2, 1e-6],
  },
  "one feature that is y": { data: { X: base.y.map((v) => [v]), y: base.y }, shares: [0.9, 1e-3, 1e-8] },
  "a heavy tail": { data: { X: base.X, y: base.y.map((v, i) => (i === 7 ? 1e6 : v)) } },
};

const methods: Readonly<Record<string, ModelOptions>> = {
  product: {},
  difference: { parametrization: hadamardDifference({ depth: 2 }) },
  coordinateDescent: { solver: coordinateDescent() },
};

function checkTrue(label: string, fit: SparseLinearFit, { data, options }: HardCase, tol: number): void {
  const judged = judgeLasso(data.X, data.y, fit, { lambda: fit.lambda, ...options });
  const slack = 1e-9 * judged.nullObjective;
  assertAtMost(`${label}, objective`, Math.abs(fit.certificate.objective - judged.objective), 0, slack);
  assertAtMost(`${label}, gap`, Math.abs(fit.certificate.dualityGap! - judged.gap), 0, slack);
  if (fit.status === "converged")
    assertAtMost(`${label}, promise`, judged.gap, tol * judged.nullObjective, slack);
}

describe("SmoothLasso on hard data", () => {
  for (const [name, hard] of Object.entries(cases)) {
    it(`${name}: converges, and a judge that knows nothing of it finds the same gap`, () => {
      const { data, options, shares = [0.5, 0.1, 0.01] } = hard;
      const [largest] = new SmoothLasso(options).path(data.X, data.y, { nLambdas: 1 }).lambdas;
      for (const share of shares) {
        const lambda = share * largest;
        const fits = Object.entries(methods).map(([method, chosen]) => {
          const fit = new SmoothLasso({ ...options, ...chosen, lambda }).fit(data.X, data.y);
          assert.equal(fit.status, "converged", `${method}, share ${share}`);
          checkTrue(`${method}, share ${share}`, fit, hard, 1e-7);
          return fit;
        });
        const [first] = fits;
        const { nullObjective } = judgeLasso(data.X, data.y, first, { lambda, ...options });
        for (const fit of fits) {
          const difference = Math.abs(fit.certificate.objective - first.certificate.objective);
          assertAtMost("objectives of the methods", difference, 0, 2e-7 * nullObjective);
        }
      }
    });
  }

  it("reports what it reached where lambda is 1e-8 of the largest and p > n, converged or not", () => {
    const hard: HardCase = { data: wide };
    const [largest] = new SmoothLasso().path(wide.X, wide.y, { nLambdas: 1 }).lambdas;
    for (const tol of [1e-7, 1e-12]) {
      for (const options of Object.values(methods)) {
        const settings = { ...options, lambda: 1e-8 * largest, tol, maxIter: 500 };
        let fit!: SparseLinearFit;
        const warnings = warningsOf(() => {
          fit = new SmoothLasso(settings).fit(wide.X, wide.y);
        });
        assert.equal(warnings.length, fit.status === "converged" ? 0 : 1);
        checkTrue(`tol ${tol}`, fit, hard, tol);
        assertAtMost("no worse than the null model", fit.certificate.dualityGap!, fit.certificate.objective);
      }
    }
  });

  it("reaches tol 1e-14 where the data allow it", () => {
    for (const options of Object.values(methods)) {
      const fit = new SmoothLasso({ ...options, lambda: 0.2, tol: 1e-14 }).fit(base.X, base.y);
      assert.equal(fit.status, "converged");
    }
  });

  it("keeps the digits that there are of a response with mean 1e12 and unit noise", () => {
    const y = base.y.map((v) => v + 1e12);
    const rounded = y.map((v) => v - 1e12); // exact: what the data still say
    for (const options of Object.values(methods)) {
      const fit = new SmoothLasso({ ...options, lambda: 0.2, tol: 1e-12 }).fit(base.X, y);
      const expected = new SmoothLasso({ lambda: 0.2, tol: 1e-12 }).fit(base.X, rounded);
      assert.equal(fit.status, "converged");
      assertAllClose("coef", fit.coef, expected.coef, 1e-9);
      assertAllClose("certificate", [fit.certificate.objective], [expected.certificate.objective], 1e-9);
    }
  });

  it("leaves free constant columns alone where there is no intercept: they are the intercept", () => {
    for (const standardize of [true, false]) {
      const ones = { X: base.X.map((row) => [2, ...row]), y: base.y.map((v) => v + 5) };
      const penaltyFactors = [0, ...base.X[0].map(() => 1)];
      const own = new SmoothLasso({
        lambda: 0.2,
        fitIntercept: false,
        standardize,
        penaltyFactors,
        tol: 1e-12,
      });
      const fit = own.fit(ones.X, ones.y);
      assert.deepEqual(fit.notes, []);
      // Without an intercept the columns are not centred, which the free constant makes up for.
      const expected = new SmoothLasso({ lambda: 0.2, standardize, tol: 1e-12 }).fit(base.X, ones.y);
      assertAllClose("coef", fit.coef, [expected.intercept / 2, ...expected.coef], 1e-9);
    }
  });

  it("finds no feature in pure noise at lambda max, and all of them at lambda 0", () => {
    const noise = { X: base.X, y: base.X.map(() => random.normal()) };
    const [largest] = new SmoothLasso().path(noise.X, noise.y, { nLambdas: 1 }).lambdas;
    const lambdas = Array.from({ length: 20 }, (_, k) => largest * 1e-4 ** (k / 19));
    const path = new SmoothLasso({ tol: 1e-10 }).path(noise.X, noise.y, { lambdas });
    assert.equal(path.df[0], 0);
    assert.equal(new SmoothLasso({ lambda: 0 }).fit(noise.X, noise.y).support.length, 8);
    for (let k = 1; k < 20; k++)
      assertAtMost(`deviance at ${k}`, path.devianceRatio[k - 1], path.devianceRatio[k], 1e-9);
  });
});

describe("at the edge", () => {
  it("an offset is refused in a sentence where no intercept makes the loss finite", () => {
    const counts = base.X.map((_, i) => i % 3);
    const offset = base.X.map((_, i) => (i === 0 ? 800 : 0));
    assert.throws(
      () => new SmoothLasso({ lambda: 0.1, datafit: poisson() }).fit(base.X, counts, { offset }),
      {
        name: "InputError",
        message:
          "SmoothLasso.fit: the loss without penalized features must be finite, got Infinity; take the offset, or y, on a smaller scale",
      },
    );
  });
});

describe("a response that is constant but for rounding", () => {
  // The sums of 0.1 + 0.2 and the like: neighbours of 1 at distances of 2^-53 and 2^-52.
  const y = [1 + 2 ** -52, 1 + 2 ** -52, 1 - 2 ** -53, 1 - 2 ** -52, 1, 1 - 2 ** -53];
  const X = [
    [0.1, 0.4],
    [0.2, -0.2],
    [-0.1, -0.4],
    [-0.3, 0],
    [0.4, -0.1],
    [0.1, -0.2],
  ];

  for (const datafit of [squaredError(), huber(), logCosh(), quantile({ tau: 0.5 })]) {
    it(`leaves ${datafit.name} nothing to explain, with a gap that is a number`, () => {
      for (const lambda of [0.1, 1e-17]) {
        const fit = new SmoothLasso({ datafit, lambda }).fit(X, y);
        assert.equal(fit.status, "converged");
        assert.deepEqual([...fit.coef], [0, 0]);
        assert.match(fit.notes.join(), /^the response leaves nothing to explain beyond the unpenalized part/);
        // The objective of anything is at least 0.
        const { dualityGap, objective } = fit.certificate;
        assert.ok(dualityGap! <= objective, `${dualityGap}`);
        assert.doesNotMatch(`${fit} ${diagnose(fit)}`, /Infinity|NaN/);
      }
    });
  }

  it("holds no coefficient in the basin of zero", () => {
    const fit = new SparseLinearModel({ penalty: mcp(), lambda: 1e-17 }).fit(X, y);
    assert.equal(diagnose(fit).of("basin of zero")!.value, 0);
  });
});
