import assert from "node:assert/strict";
import { simulateToeplitz } from "../../../src/data";
import { type Datafit, logistic, multinomial, poisson, squaredError } from "../../../src/datafits";
import {
  type ModelOptions,
  pathFromJSON,
  SmoothBridge,
  SmoothGroupLasso,
  SmoothLasso,
  SparseLinearModel,
  type SparsePath,
} from "../../../src/estimators";
import { mcp, scad } from "../../../src/penalties";
import { assertAllClose } from "../../support/assert-close";
import type { Anything } from "../../support/bad-input";
import { severalResponses } from "../../support/multi-response";
import { linearData } from "../../support/problems";
import { warningsOf } from "../../support/warnings";

const { X, y } = linearData(3, 30, 6);
const labels = y.map((value) => (value > 0.3 ? 1 : 0));
const counts = y.map((value) => Math.max(0, Math.round(2 + value)));
const lambdas = [1, 0.3, 0.1, 0.03];
const n = 30;

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const logFactorial = (k: number): number => sum(Array.from({ length: k }, (_, i) => Math.log(i + 1)));

/** Twice the log-likelihood of each fit, in full. */
const likelihoods: Readonly<
  Record<string, [ModelOptions, number[], (y: number[], eta: number[]) => number]>
> = {
  "a normal distribution at its best variance": [
    {},
    y,
    (target, eta) => {
      const variance = sum(target.map((value, i) => (value - eta[i]) ** 2)) / n;
      return (
        2 *
        sum(target.map((v, i) => -Math.log(2 * Math.PI * variance) / 2 - (v - eta[i]) ** 2 / (2 * variance)))
      );
    },
  ],
  "two classes": [
    { datafit: logistic() },
    labels,
    (target, eta) => 2 * sum(target.map((label, i) => -Math.log1p(Math.exp(label === 1 ? -eta[i] : eta[i])))),
  ],
  counts: [
    { datafit: poisson() },
    counts,
    (target, eta) =>
      2 * sum(target.map((count, i) => count * eta[i] - Math.exp(eta[i]) - logFactorial(count))),
  ],
};

/** Each value less the first: what data alone contribute cancels. */
const fromFirst = (values: ArrayLike<number>): number[] => Array.from(values, (value) => value - values[0]);
/** Number of ways to choose `k` of 6 features. */
const choices = [1, 6, 15, 20, 15, 6, 1];

describe("information criteria of a path", () => {
  for (const [what, [options, target, likelihood]] of Object.entries(likelihoods)) {
    it(`are minus twice the log-likelihood of ${what} and what they ask for each coefficient`, () => {
      for (const fitIntercept of [true, false]) {
        const path = new SmoothLasso({ ...options, fitIntercept }).path(X, target, { lambdas });
        const fitted = path.fits.map((fit) => -likelihood(target, [...fit.decisionFunction(X)]));
        const sizes = path.fits.map(({ support }) => support.length + (fitIntercept ? 1 : 0));
        const expect = (price: number): number[] => fitted.map((value, k) => value + price * sizes[k]);
        assertAllClose("aic", fromFirst(path.aic), fromFirst(expect(2)), 1e-10);
        assertAllClose("bic", fromFirst(path.bic), fromFirst(expect(Math.log(n))), 1e-10);
        const extended = expect(Math.log(n)).map((v, k) => v + 2 * Math.log(choices[path.df[k]]));
        assertAllClose("ebic", fromFirst(path.ebic), fromFirst(extended), 1e-10);
        assert.ok(new Set(path.df).size > 2);
      }
    });
  }

  it("count rows of weight 0 as absent", () => {
    const zeros = new Array<number>(10).fill(0);
    const sampleWeight = [...zeros, ...new Array<number>(20).fill(3)];
    const weighted = new SmoothLasso({ tol: 1e-12 }).path(X, y, { lambdas, sampleWeight });
    const without = new SmoothLasso({ tol: 1e-12 }).path(X.slice(10), y.slice(10), { lambdas });
    for (const criterion of ["aic", "bic", "ebic"] as const)
      assertAllClose(criterion, weighted[criterion], without[criterion], 1e-9);
  });

  it("choose the fit of their smallest value, the sparsest of equal ones", () => {
    const path: SparsePath = new SmoothLasso().path(X, y);
    for (const criterion of ["aic", "bic", "ebic"] as const) {
      const values = [...path[criterion]];
      assert.equal(path.best(criterion), path.fits[values.indexOf(Math.min(...values))]);
    }
    const twice = new SmoothLasso().path(X, y, { lambdas: [20, 10] }); // both of them the null model
    assert.equal(twice.aic[0], twice.aic[1]);
    assert.equal(twice.best("aic"), twice.fits[0]);
    assert.ok(path.best("bic").support.length <= path.best("aic").support.length);
    assert.ok(path.best("bic").support.length >= 3, "the features that the response depends on");
  });

  /** Number of ways to choose `k` of `count`. */
  const waysOf = (count: number, k: number): number => (k === 0 ? 1 : (waysOf(count - 1, k - 1) * count) / k);

  it("of several tasks count their coefficients and intercepts, with one variance at its best", () => {
    const datafit = squaredError({ nResponses: 3 });
    const tasks = severalResponses(3, 30);
    const size = 90;
    for (const path of [
      new SmoothLasso({ datafit }).path(tasks.X, tasks.Y, { nLambdas: 8 }),
      new SmoothGroupLasso({ groups: "rows", datafit }).path(tasks.X, tasks.Y, { nLambdas: 8 }),
    ]) {
      const fitted = path.fits.map((fit) => {
        const squares = fit
          .predict(tasks.X)
          .flatMap((row, i) => [...row.map((e, r) => (e - tasks.Y[i][r]) ** 2)]);
        const variance = sum(squares) / size;
        return sum(squares.map((square) => Math.log(2 * Math.PI * variance) + square / variance));
      });
      const chosen = path.coefs.map((coefs) => sum(coefs.map((coef) => coef.filter((b) => b !== 0).length)));
      const expect = (price: number): number[] => fitted.map((value, k) => value + price * (chosen[k] + 3));
      assertAllClose("aic", fromFirst(path.aic), fromFirst(expect(2)), 1e-10);
      assertAllClose("bic", fromFirst(path.bic), fromFirst(expect(Math.log(30))), 1e-10);
      const extended = expect(Math.log(30)).map((v, k) => v + 2 * Math.log(waysOf(18, chosen[k])));
      assertAllClose("ebic", fromFirst(path.ebic), fromFirst(extended), 1e-10);
      assert.ok(new Set(chosen).size > 3);
      assert.equal(path.best("bic"), path.fits[path.bic.indexOf(Math.min(...path.bic))]);
    }
    const column = tasks.Y.map(([value]) => value);
    const rows = column.map((value) => [value]);
    const one = new SmoothLasso().path(tasks.X, column, { lambdas });
    const again = new SmoothLasso({ datafit: squaredError({ nResponses: 1 }) }).path(tasks.X, rows, {
      lambdas,
    });
    for (const criterion of ["aic", "bic", "ebic"] as const) {
      assertAllClose(`one column, ${criterion}`, again[criterion], one[criterion], 1e-12);
    }
  });

  it("of several classes count what can be chosen: a feature of all of K classes is K - 1 parameters", () => {
    const { X: rows, labels: kinds } = severalResponses(3, 30);
    const datafit = multinomial();
    for (const [path, parameters] of [
      [new SmoothLasso({ datafit }).path(rows, kinds, { nLambdas: 8 }), undefined],
      [new SmoothGroupLasso({ groups: "rows", datafit }).path(rows, kinds, { nLambdas: 8 }), 2],
    ] as const) {
      const fitted = path.fits.map((fit) => {
        const shares = fit.predictProbability(rows);
        return -2 * sum(shares.map((row, i) => Math.log(row[fit.classes.indexOf(kinds[i])])));
      });
      const chosen = path.fits.map(({ coefs, support }) =>
        sum([...support].map((j) => parameters ?? Math.min(2, coefs.filter((coef) => coef[j] !== 0).length))),
      );
      const expect = (price: number): number[] => fitted.map((value, k) => value + price * (chosen[k] + 2));
      assertAllClose("aic", path.aic, expect(2), 1e-10);
      assertAllClose("bic", path.bic, expect(Math.log(30)), 1e-10);
      const extended = expect(Math.log(30)).map((v, k) => v + 2 * Math.log(waysOf(12, chosen[k])));
      assertAllClose("ebic", path.ebic, extended, 1e-10);
      assert.ok(new Set(chosen).size > 2);
    }
  });

  it("of two classes are those of the logistic loss", () => {
    const run = { lambdas: [0.3, 0.1, 0.03] };
    const one = new SmoothLasso({ datafit: logistic(), tol: 1e-12 }).path(X, labels, run);
    const two = new SmoothLasso({ datafit: multinomial(), tol: 1e-12 }).path(X, labels, run);
    for (const criterion of ["aic", "bic", "ebic"] as const)
      assertAllClose(criterion, two[criterion], one[criterion], 1e-5);
    assert.ok(one.df[2] > one.df[0]);
  });

  it("choose no fit that nearly reproduces any response, where features are as many as rows or more", () => {
    const {
      X: wide,
      y: response,
      coef,
    } = simulateToeplitz({ nSamples: 100, nFeatures: 400, nActive: 3, seed: 2 });
    for (const model of [
      new SparseLinearModel({ penalty: mcp() }),
      new SparseLinearModel({ penalty: scad() }),
      new SmoothBridge({ q: 0.5 }),
      new SmoothLasso(),
    ]) {
      const path = model.path(wide, response);
      assert.equal(path.maxDf, 100 / Math.log(100));
      assert.ok(Math.max(...path.df) > path.maxDf);
      const truth = Array.from(coef.keys()).filter((j) => coef[j] !== 0);
      const chosen = path.best("ebic");
      assert.ok(
        truth.every((j) => chosen.support.includes(j)) && chosen.support.length < 10,
        `${chosen.support}`,
      );
      assert.ok(path.best("aic").support.length <= path.maxDf);
      assert.equal(pathFromJSON(JSON.stringify(path)).best("ebic").lambda, chosen.lambda);
      const large = path.lambdas.filter((_, k) => path.df[k] > path.maxDf);
      const only = model.path(wide, response, { lambdas: large });
      assert.equal(only.best("ebic").support.length, Math.min(...only.df));
      const reasons = path.summary().rows.map((line) => line.at(-1));
      assert.deepEqual(
        reasons,
        Array.from(path.df, (size) => (size > path.maxDf ? "too large" : "")),
      );
    }
  });

  it("bound fits where features and the intercept together are as many as rows, which they then reproduce", () => {
    const dataOf = (nFeatures: number) => simulateToeplitz({ nSamples: 40, nFeatures, nActive: 2, seed: 3 });
    const { X: square, y: response } = dataOf(39);
    const options = { penalty: mcp() };
    const path = new SparseLinearModel(options).path(square, response);
    assert.equal(path.maxDf, 40 / Math.log(40));
    assert.ok(path.best("bic").support.length <= path.maxDf);
    assert.equal(new SparseLinearModel({ ...options, fitIntercept: false }).path(square, response).maxDf, 39);
    assert.equal(new SparseLinearModel(options).path(dataOf(38).X, response).maxDf, 38);
  });

  it("choose no fit of separated classes, whose likelihood has no maximum, while others are left", () => {
    const datafits = [logistic(), logistic(), logistic(), multinomial()];
    let nSeparatedLowest = 0;
    datafits.forEach((datafit, m) => {
      const options = { nSamples: 60, nFeatures: 60, nActive: 3, rho: 0, snr: 8, seed: m + 1 };
      const data = simulateToeplitz(options);
      const given = Array.from(data.y, (value) => (value > 0 ? 1 : 0));
      for (const penalty of [mcp(), scad()])
        warningsOf(() => {
          const path = new SparseLinearModel<Datafit>({ penalty, datafit }).path(data.X, given);
          const wrong = path.fits.map(
            (fit) => [...fit.predictLabels(data.X)].filter((label, i) => label !== given[i]).length,
          );
          const chosen = path.best("ebic");
          // Features that separated would let the fit, a maximum of the likelihood where the penalty is flat, err nowhere.
          assert.ok(wrong[path.fits.indexOf(chosen)] > 0);
          assert.equal(chosen.status, "converged");
          if (wrong[path.ebic.indexOf(Math.min(...path.ebic))] === 0) nSeparatedLowest++;
          assert.equal(pathFromJSON(JSON.stringify(path)).best("ebic").lambda, chosen.lambda);
        });
    });
    // Else no path would have its lowest value where classes are separated.
    assert.ok(nSeparatedLowest >= 4, `${nSeparatedLowest} of 8 paths`);
  });

  it("choose the smallest of separated classes where all are, which its notes tell", () => {
    const data = simulateToeplitz({ nSamples: 80, nFeatures: 20, seed: 1 });
    const given = Array.from(data.y, (_, i) => (data.X.data[20 * i + 4] > 0 ? 1 : 0));
    const model = new SparseLinearModel({ penalty: mcp(), datafit: logistic() });
    let path = undefined as SparsePath | undefined;
    warningsOf(() => {
      path = model.path(data.X, given);
    });
    assert.ok(path);
    const chosen = path.best("ebic");
    assert.deepEqual([...chosen.support], [4]);
    assert.match(chosen.notes.join(), /no finite coefficients are best/);
    // Of a likelihood of one with a feature and the intercept nothing is left but their price.
    assertAllClose("ebic", [Math.min(...path.ebic)], [2 * Math.log(80) + 2 * Math.log(20)], 1e-4);
  });

  it("choose no fit of classes that explains more than 99.9 % of the deviance, but such a one of counts", () => {
    const column = Array.from({ length: 30 }, (_, i) => [i - 14.5, (i * 7) % 30]);
    const path = new SmoothLasso({ datafit: logistic() }).path(
      column,
      column.map(([value]) => (value > 0 ? 1 : 0)),
    );
    const last = path.fits.length - 1;
    assert.equal(path.aic.indexOf(Math.min(...path.aic)), last);
    assert.ok(path.devianceRatio[last] > 0.999 && path.fits[last].status === "converged");
    assert.equal(path.best("aic"), path.fits[last - 1]);
    const counted = new SmoothLasso({ datafit: poisson() }).path(
      column,
      column.map(([value]) => Math.round(Math.exp(5 + value / 10))),
    );
    const chosen = counted.best("bic");
    assert.equal(chosen, counted.fits[counted.bic.indexOf(Math.min(...counted.bic))]);
    assert.ok(counted.devianceRatio[counted.fits.indexOf(chosen)] > 0.999);
  });

  it("choose no fit of counts whose loss falls for ever", () => {
    // No counts where the first column is 1, so that its coefficient falls without end once MCP is flat.
    const rows = Array.from({ length: 60 }, (_, i) => [i % 3 === 0 ? 1 : 0, Math.sin(i), Math.cos(3 * i)]);
    const seen = rows.map(([empty, wave], i) => (empty === 1 ? 0 : Math.round(Math.exp(1 + wave) + (i % 2))));
    warningsOf(() => {
      const model = new SparseLinearModel({ penalty: mcp(), datafit: poisson(), maxIter: 500, tol: 1e-4 });
      const path = model.path(rows, seen, { lambdas: [0.8, 0.1] });
      const ends = path.fits.map(({ hasNoMinimizer }) => hasNoMinimizer);
      assert.deepEqual(ends, [false, true]);
      assert.equal(path.best("aic"), path.fits[0]);
      assert.match(`${path}`, / best leaves out\n(.*\n)+.* no optimum /);
    });
  });

  it("refuse another name in one sentence", () => {
    const path = new SmoothLasso().path(X, y, { lambdas });
    assert.throws(() => path.best("cv" as Anything), {
      name: "InputError",
      message: 'SmoothLasso.path.best: criterion must be "aic", "bic" or "ebic", got "cv"',
    });
  });
});
