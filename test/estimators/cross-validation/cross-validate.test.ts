import assert from "node:assert/strict";
import { seededRandom } from "../../../src";
import { cox, logistic, poisson, squaredError } from "../../../src/datafits";
import { type ModelOptions, SmoothLasso } from "../../../src/estimators";
import { assertAllClose, assertClose } from "../../support/assert-close";
import { cscOf, matrixOf } from "../../support/csc";
import { leastSquares } from "../../support/least-squares";
import { linearData } from "../../support/problems";

const { X, y } = linearData(3, 30, 5);
const random = seededRandom(5);
const foldId = y.map((_, i) => [4, 1, 7][(i * i + (i >> 2)) % 3]);
const sampleWeight = y.map((_, i) => [1, 2.5, 0.5, 0][i % 4]);
const offset = y.map(() => 0.3 * random.normal());
const lambdas = [0.5, 0.1, 0.02];

/** Target and deviance of one row, written out. */
const losses: Readonly<
  Record<string, { options: ModelOptions; target: number[]; deviance(y: number, eta: number): number }>
> = {
  "the squared error": {
    options: { datafit: squaredError() },
    target: y,
    deviance: (target, eta) => (target - eta) ** 2,
  },
  "the deviance of two classes": {
    options: { datafit: logistic() },
    target: y.map((value) => (value > 0.2 ? 1 : 0)),
    deviance: (label, eta) => 2 * Math.log1p(Math.exp(label === 1 ? -eta : eta)),
  },
  "the deviance of counts": {
    options: { datafit: poisson() },
    target: y.map((value) => Math.max(0, Math.round(2 + value))),
    deviance: (count, eta) =>
      2 * (Math.exp(eta) - count + (count === 0 ? 0 : count * (Math.log(count) - eta))),
  },
};

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

describe("cross-validation", () => {
  for (const [what, { options, target, deviance }] of Object.entries(losses)) {
    it(`is a loop over folds by hand, with weights and an offset, for ${what}`, () => {
      const estimator = new SmoothLasso({ ...options, tol: 1e-11 });
      const columns = { sampleWeight, offset };
      const cv = estimator.crossValidate(X, target, { lambdas, foldId, keep: true, ...columns });
      const losses = [1, 4, 7].map((id) => {
        const rows = [...foldId.keys()];
        const [out, others] = [rows.filter((i) => foldId[i] === id), rows.filter((i) => foldId[i] !== id)];
        const of = <T>(values: readonly T[], which: readonly number[]): T[] => which.map((i) => values[i]);
        const path = estimator.path(of(X, others), of(target, others), {
          lambdas,
          sampleWeight: of(sampleWeight, others),
          offset: of(offset, others),
        });
        const weight = sum(of(sampleWeight, out));
        const loss = path.fits.map((fit, k) => {
          const eta = fit.decisionFunction(of(X, out), { offset: of(offset, out) });
          assertAllClose(`kept ${id}`, of([...cv.outOfFold![k]], out), eta, 1e-8);
          return sum(out.map((i, o) => sampleWeight[i] * deviance(target[i], eta[o]))) / weight;
        });
        return { weight, loss };
      });
      assert.deepEqual(cv.folds, [1, 4, 7]);
      const total = sum(losses.map(({ weight }) => weight));
      lambdas.forEach((_, k) => {
        for (const [f, { loss }] of losses.entries())
          assertClose(`fold ${f}`, cv.foldScores[f][k], loss[k], 1e-8);
        const mean = sum(losses.map(({ loss, weight }) => weight * loss[k])) / total;
        const spread = sum(losses.map(({ loss, weight }) => weight * (loss[k] - mean) ** 2)) / total;
        assertClose("meanScore", cv.meanScore[k], mean, 1e-8);
        assertClose("standardError", cv.standardError[k], Math.sqrt(spread / 2), 1e-8);
      });
    });
  }

  it("by leaving out one row each is the closed form of least squares, where nothing is penalized", () => {
    const cv = new SmoothLasso({ tol: 1e-13 }).crossValidate(X, y, { lambdas: [0], folds: 30 });
    const { residuals, leverages } = leastSquares(X, y);
    const squares = residuals.map((residual, i) => (residual / (1 - leverages[i])) ** 2);
    const mean = sum(squares) / 30;
    assertClose("meanScore", cv.meanScore[0], mean, 1e-10);
    // One row a fold: the standard error is that of a mean of rows.
    const spread = sum(squares.map((square) => (square - mean) ** 2)) / 30;
    assertClose("standardError", cv.standardError[0], Math.sqrt(spread / 29), 1e-10);
    assertAllClose(
      "foldScores",
      y.map((_, i) => cv.foldScores[cv.folds.indexOf(cv.foldId[i])][0]),
      squares,
      1e-9,
    );
  });

  it("takes standard errors over rows where a fold has fewer than three, as cv.glmnet", () => {
    const cv = new SmoothLasso().crossValidate(X, y, { lambdas, folds: 12, keep: true });
    const other = new SmoothLasso().crossValidate(X, y, { lambdas, folds: 10 });
    lambdas.forEach((_, k) => {
      const squares = y.map((value, i) => (value - cv.outOfFold![k][i]) ** 2);
      const mean = sum(squares) / 30;
      const spread = sum(squares.map((square) => (square - mean) ** 2)) / 30;
      assertClose("meanScore", cv.meanScore[k], mean, 1e-12);
      assertClose("standardError", cv.standardError[k], Math.sqrt(spread / 29), 1e-12);
      const byFold = other.foldScores.map((loss) => (loss[k] - other.meanScore[k]) ** 2);
      assertClose("of folds", other.standardError[k], Math.sqrt(sum(byFold) / 10 / 9), 1e-12);
    });
  });

  it("takes whole weights as copies of rows, and rows of weight 0 as absent", () => {
    const copies = y.map((_, i) => [1, 3, 0, 2][i % 4]);
    const repeat = <T>(values: readonly T[]): T[] =>
      values.flatMap((value, i) => new Array<T>(copies[i]).fill(value));
    for (const { options, target } of Object.values(losses)) {
      const estimator = new SmoothLasso({ ...options, tol: 1e-11 });
      const weighted = estimator.crossValidate(X, target, { lambdas, foldId, sampleWeight: copies });
      const copied = estimator.crossValidate(repeat(X), repeat(target), { lambdas, foldId: repeat(foldId) });
      assertAllClose("meanScore", weighted.meanScore, copied.meanScore, 1e-6);
      assertAllClose("standardError", weighted.standardError, copied.standardError, 1e-6);
      assert.equal(weighted.lambda1se, copied.lambda1se);
    }
  });

  it("gives a fold whose rows do not count no say", () => {
    const without = foldId.map((id) => (id === 4 ? 0 : 1));
    const merged = foldId.map((id) => (id === 4 ? 1 : id));
    const cv = new SmoothLasso({ tol: 1e-11 }).crossValidate(X, y, {
      lambdas,
      foldId,
      sampleWeight: without,
    });
    const other = new SmoothLasso({ tol: 1e-11 }).crossValidate(X, y, {
      lambdas,
      foldId: merged,
      sampleWeight: without,
    });
    assert.ok(cv.foldScores[1].every(Number.isNaN));
    assertAllClose("meanScore", cv.meanScore, other.meanScore, 1e-9);
    assertAllClose("standardError", cv.standardError, other.standardError, 1e-9);
  });

  it("scores survival by what held-out rows add to the deviance of the others, by event", () => {
    const times = y.map(
      (value, i) => Math.exp(-0.5 * value + 0.3 * random.normal()) * (i % 4 === 0 ? -1 : 1),
    );
    const estimator = new SmoothLasso({ datafit: cox(), fitIntercept: false, tol: 1e-11 });
    const cv = estimator.crossValidate(X, times, { lambdas, foldId });
    /** Minus twice the log partial likelihood; no times are tied, so that the saturated one is zero. */
    const deviance = (rows: readonly number[], eta: readonly number[]): number =>
      2 *
      sum(
        rows
          .filter((i) => times[i] > 0)
          .map((i) => {
            const atRisk = rows.filter((j) => Math.abs(times[j]) >= times[i]);
            return Math.log(sum(atRisk.map((j) => Math.exp(eta[j])))) - eta[i];
          }),
      );
    [1, 4, 7].forEach((id, f) => {
      const rows = [...foldId.keys()];
      const others = rows.filter((i) => foldId[i] !== id);
      const path = estimator.path(
        others.map((i) => X[i]),
        others.map((i) => times[i]),
        { lambdas },
      );
      const events = rows.filter((i) => foldId[i] === id && times[i] > 0).length;
      path.fits.forEach((fit, k) => {
        const eta = [...fit.decisionFunction(X)];
        const added = (deviance(rows, eta) - deviance(others, eta)) / events;
        assertClose(`fold ${id}`, cv.foldScores[f][k], added, 1e-6);
      });
    });
    assert.equal(cv.measure, "deviance");
  });

  it("fits a sparse matrix as its dense twin, fold by fold", () => {
    const rows = X.map((row) => row.map((value) => (Math.abs(value) < 0.8 ? 0 : value)));
    const [dense, sparse] = [matrixOf(rows), cscOf(matrixOf(rows))].map((matrix) =>
      new SmoothLasso({ tol: 1e-12 }).crossValidate(matrix, y, { lambdas, folds: 4 }),
    );
    assertAllClose("meanScore", sparse.meanScore, dense.meanScore, 1e-9);
    assertAllClose("standardError", sparse.standardError, dense.standardError, 1e-9);
  });

  it("takes the lambdas of the path of all rows, to where that ends", () => {
    const path = new SmoothLasso().path(X, y);
    const cv = new SmoothLasso().crossValidate(X, y, { folds: 3 });
    assert.ok(path.lambdas.length < 100);
    assert.deepEqual(cv.lambdas, path.lambdas);
    assert.deepEqual(cv.path.coefs, path.coefs);
    assert.deepEqual(cv.df, path.df);
    assert.equal(cv.meanScore.length, path.lambdas.length);
  });
});
