import assert from "node:assert/strict";
import { logistic, poisson } from "../../src/datafits";
import { type ModelOptions, SmoothLasso, type SparsePath } from "../../src/estimators";
import { assertAllClose } from "../support/assert-close";
import type { Anything } from "../support/bad-input";
import { linearData } from "../support/problems";

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
    const twice = new SmoothLasso().path(X, y, { lambdas: [0.1, 0.1] });
    assert.equal(twice.aic[0], twice.aic[1]);
    assert.equal(twice.best("aic"), twice.fits[0]);
    assert.ok(path.best("bic").support.length <= path.best("aic").support.length);
    assert.ok(path.best("bic").support.length >= 3, "the features that the response depends on");
  });

  it("refuse another name in one sentence", () => {
    const path = new SmoothLasso().path(X, y, { lambdas });
    assert.throws(() => path.best("cv" as Anything), {
      name: "InputError",
      message: 'SmoothLasso.path.best: criterion must be "aic", "bic" or "ebic", got "cv"',
    });
  });
});
