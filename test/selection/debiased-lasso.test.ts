/** The debiased lasso, against hdi of R and, where nothing is penalized, against the fit without a penalty. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { fitOnSupport, huber, inference, logistic } from "../../src";
import { debiasedLasso } from "../../src/selection";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { warningsOf } from "../support/warnings";

const file: {
  readonly n: number;
  readonly p: number;
  readonly X: readonly number[];
  readonly y: readonly number[];
  readonly labels: readonly number[];
  readonly desparsified: {
    readonly lambda: number;
    readonly nodewise_lambda: number;
    readonly sigma: number;
    readonly initial: readonly number[];
    readonly estimate: readonly number[];
    readonly sd: readonly number[];
    readonly p: readonly number[];
    readonly low: readonly number[];
    readonly high: readonly number[];
  };
} = JSON.parse(
  readFileSync(path.resolve(__dirname, "../../../test/golden/selective-inference.json"), "utf8"),
);
const { n, p, y, labels, desparsified: golden } = file;
const X = Array.from({ length: n }, (_, i) => Array.from({ length: p }, (_, j) => file.X[i + j * n]));
const all = Array.from({ length: p }, (_, j) => j);
const wide = X.slice(0, 18); // fewer rows than features

describe("the debiased lasso", () => {
  it("is that of R's hdi", () => {
    // The package has columns of deviation 1 with divisor n - 1, and there the nodewise responses are such columns, too.
    const ratio = Math.sqrt((n - 1) / n);
    const found = debiasedLasso(X, y, {
      lambda: golden.lambda / ratio,
      nodewiseLambda: golden.nodewise_lambda / ratio ** 2,
      sigma: golden.sigma,
      level: 0.9,
    });
    assertAllClose("the lasso", found.fit.coef, golden.initial, 1e-9);
    assertAllClose("estimates", found.estimates, golden.estimate, 1e-9);
    assertAllClose("standard errors", found.standardErrors, golden.sd, 1e-9);
    assertAllClose("p-values", found.pValues, golden.p, 1e-9);
    assertAllClose("lower ends", found.lower, golden.low, 1e-9);
    assertAllClose("upper ends", found.upper, golden.high, 1e-9);
  });

  it("is least squares where columns are projected on the others", () => {
    const found = debiasedLasso(X, y, { nodewiseLambda: 0 });
    const exact = inference(fitOnSupport(X, y, all));
    assertAllClose("estimates", found.estimates, exact.estimates.slice(1), 1e-9);
    assertAllClose("standard errors", found.standardErrors, exact.standardErrors.slice(1), 1e-9);
    assertClose("the variance", found.dispersion, exact.dispersion, 1e-12);
  });

  it("is the fit without a penalty where nothing is penalized, of classes too", () => {
    const options = { datafit: logistic() };
    const found = debiasedLasso(X, labels, { ...options, lambda: 0, nodewiseLambda: 0 });
    const exact = inference(fitOnSupport(X, labels, all, options));
    assertAllClose("estimates", found.estimates, exact.estimates.slice(1), 1e-6);
    assertAllClose("standard errors", found.standardErrors, exact.standardErrors.slice(1), 1e-6);
    assertAllClose("p-values", found.pValues, exact.pValues.slice(1), 1e-6);
  });

  it("takes of each path a lambda whose bias is bounded and whose error has grown by a quarter at most", () => {
    const found = debiasedLasso(X, y, { sigma: 1 });
    const tight = debiasedLasso(X, y, { sigma: 1, nodewiseLambda: 0 });
    found.standardErrors.forEach((error, j) => {
      assertAtMost(`the error of ${j}`, error, tight.standardErrors[j] * (1 + 1e-9));
      const bound = Math.sqrt(2 * Math.log(p));
      assertAtMost(`the bias of ${j}`, Math.sqrt(n) * found.nodewiseLambdas[j], bound);
    });
  });

  it("has the level of the scaled lasso by default", () => {
    const { fit, sigma } = debiasedLasso(X, y);
    const level = (fit.lambda / sigma) * Math.sqrt(n / 2);
    // qnorm of R 4.2.2 at 1 - (L^4 + 2 L^2) / 20 is L there.
    assertClose("L", level, 1.0134034837138945, 1e-9);
  });

  it("takes the scaled lasso with fewer rows than features: lambda goes with the deviation of the residuals", () => {
    const few = y.slice(0, 18);
    const found = debiasedLasso(wide, few);
    const rss = found.fit.predict(wide).reduce((sum, value, i) => sum + (few[i] - value) ** 2, 0);
    assertClose("sigma", found.sigma, Math.sqrt(rss / 18), 1e-5);
    assertClose("lambda", found.fit.lambda, found.sigma * 1.0134034837138945 * Math.sqrt(2 / 18), 1e-9);
    assertClose(
      "sigma at another lambda",
      debiasedLasso(wide, few, { lambda: 0.4 }).sigma,
      found.sigma,
      1e-12,
    );
    assert.ok(found.standardErrors.every((error) => error > 0 && error < Infinity));
  });

  it("of one feature is least squares", () => {
    const one = X.map(([x]) => [x]);
    const exact = inference(fitOnSupport(one, y, [0]));
    assertClose("the estimate", debiasedLasso(one, y).estimates[0], exact.estimates[1], 1e-9);
  });

  it("lists the surest features first, and says what they are", () => {
    const found = debiasedLasso(X, y);
    const { rows, title } = found.summary();
    const order = rows.map(([name]) => found.pValues[found.names.indexOf(name as string)]);
    assert.deepEqual(
      order,
      [...order].sort((a, b) => a - b),
    );
    assert.match(
      title!,
      /^Debiased lasso, squaredError, lambda = .*: 20 coefficients from 100 rows, sigma 1.014\n/,
    );
    assert.match(title!, /of each feature by itself, selected or not/);
  });

  it("refuses a lasso that has no optimum, as of separable classes without a penalty", () => {
    const separable = X.map(([x]) => (x > 0 ? 1 : 0));
    const call = () => debiasedLasso(X, separable, { datafit: logistic(), lambda: 0 });
    const rule =
      /lambda must be one at which the lasso converges, .*, got 0; no finite coefficients are best/;
    warningsOf(() => assert.throws(call, { name: "InputError", message: rule }));
  });

  it("refuses in a sentence what it has no theory or no numbers for", () => {
    const refusals: readonly (readonly [() => unknown, RegExp])[] = [
      [() => debiasedLasso(X, y, { datafit: huber() }), /datafit must be squaredError\(\) or logistic\(\)/],
      [() => debiasedLasso(X, y, { level: 0 }), /level must be/],
      [() => debiasedLasso(X, y, { lambda: -1 }), /lambda must be a finite number >= 0, got -1/],
      [() => debiasedLasso(X, y, { nodewiseLambda: Number.NaN }), /nodewiseLambda must be/],
      [() => debiasedLasso(X, y, { sigma: -1 }), /sigma must be a positive finite number/],
      [() => debiasedLasso(X, labels, { datafit: logistic(), sigma: 1 }), /sigma must be left out/],
      [() => debiasedLasso(X, y, { folds: 3 } as object), /folds/],
      [
        () => debiasedLasso(wide, y.slice(0, 18), { sigma: 1, nodewiseLambda: 0 }),
        /nodewiseLambda must be large enough that column "x0" is no combination of the others, got 0/,
      ],
      [
        () =>
          debiasedLasso(
            X.map(([x]) => [x, 3]),
            y,
          ),
        /every column must be one that varies, got "constant \\"x1\\""/,
      ],
      [
        () =>
          debiasedLasso(
            X.map((row) => [...row, 5 - 3 * row[1]]),
            y,
          ),
        /column "x20" must be no combination of others, got one of "x1", so that the rows do not tell their effects apart; leave one of them out$/,
      ],
      [
        () =>
          debiasedLasso(
            X.map((row) => [row[0], ...row]),
            labels,
            { datafit: logistic() },
          ),
        /column "x1" must be no combination of others, got one of "x0"/,
      ],
      [
        () => {
          const levels = X.map((row, i) => [...row, ...[0, 1, 2].map((level) => (i % 3 === level ? 1 : 0))]);
          return debiasedLasso(levels, labels, { datafit: logistic() });
        },
        /column "x22" must be no combination of others, got one of "x20" and "x21", so that/,
      ],
      [
        () =>
          debiasedLasso(
            wide.map((row) => [...row, row[2] - 2 * row[5]]),
            y.slice(0, 18),
            { sigma: 1 },
          ),
        /column "x\d+" must be no combination of others, got one of "x\d+" and "x\d+", so that/,
      ],
      [
        () =>
          debiasedLasso(
            wide.map((row) => [...row, 3 * row[2]]),
            y.slice(0, 18),
            { sigma: 1, nodewiseLambda: 0.3 },
          ),
        /column "x2" must be no combination of others, got one of "x20", so that/,
      ],
      [
        () =>
          debiasedLasso(
            X,
            X.map(([x]) => 2 * x - 1),
          ),
        /sigma must be given where the scaled lasso leaves no error/,
      ],
      [
        () => debiasedLasso(wide, new Float64Array(18)),
        /sigma must be given where the scaled lasso leaves no error/,
      ],
    ];
    for (const [call, words] of refusals) assert.throws(call, words);
    const near = X.map((row, i) => [...row, row[1] + 1e-3 * Math.cos(i)]);
    assert.equal(debiasedLasso(near, y).estimates.length, near[0].length);
  });
});
