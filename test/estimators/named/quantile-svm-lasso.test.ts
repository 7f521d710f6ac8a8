import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import {
  diagnose,
  estimatorFromJSON,
  fitFromJSON,
  QuantileLasso,
  SmoothLasso,
  type SparseLinearFit,
  SvmLasso,
} from "../../../src/estimators";
import { pinball } from "../../../src/piecewise-linear";
import { assertAllClose, assertAtMost, assertClose } from "../../support/assert-close";
import type { Anything } from "../../support/bad-input";
import { quantileOptimum, supportVectorOptimum } from "../../support/linear-program";
import { linearData } from "../../support/problems";

function golden<File>(name: string): File {
  const file = path.resolve(__dirname, `../../../../test/golden/${name}.json`);
  return JSON.parse(readFileSync(file, "utf8")) as File;
}

interface GoldenCase {
  readonly lambda_max: number;
  readonly lambdas: readonly number[];
  readonly objectives: readonly number[];
}

interface QuantileCase extends GoldenCase {
  readonly tau: number;
  readonly losses: readonly number[];
  readonly scores: readonly number[];
}

const kinks = golden<{
  readonly X: number[][];
  readonly y: number[];
  readonly label: number[];
  readonly weight: number[];
  readonly quantile: readonly QuantileCase[];
  readonly quantile_weighted: readonly QuantileCase[];
  readonly machine: readonly GoldenCase[];
  readonly machine_weighted: readonly GoldenCase[];
}>("kinks");
const { X, y, label, weight } = kinks;
const n = y.length;
const raw = { standardize: false, tol: 1e-12 } as const;

const pinballLoss = (tau: number, of: ArrayLike<number>, predicted: ArrayLike<number>): number =>
  Array.from(of, (value, i) =>
    Math.max(tau * (value - predicted[i]), (tau - 1) * (value - predicted[i])),
  ).reduce((sum, loss) => sum + loss / of.length, 0);
const norm1 = (coef: ArrayLike<number>): number => Array.from(coef).reduce((sum, b) => sum + Math.abs(b), 0);

describe("QuantileLasso", () => {
  for (const [what, cases, sampleWeight] of [
    ["", kinks.quantile, undefined],
    [" with weights, some of them 0,", kinks.quantile_weighted, weight],
  ] as const) {
    for (const { tau, lambda_max, lambdas, objectives, losses, scores } of cases) {
      it(`is scikit-learn's QuantileRegressor${what} at tau = ${tau}, and begins its path where HiGHS does`, () => {
        const model = new QuantileLasso({ tau, ...raw });
        const found = model.path(X, y, { sampleWeight, nLambdas: 3 });
        assertClose("lambdaMax", found.lambdas[0], lambda_max, 1e-9);
        assert.equal(found.df[0], 0);
        assert.ok(
          model.withParams({ lambda: 0.9999 * lambda_max }).fit(X, y, { sampleWeight }).support.length > 0,
        );
        const { fits } = model.path(X, y, { sampleWeight, lambdas });
        fits.forEach((fit, k) => {
          assert.equal(fit.status, "converged");
          assertClose("objective", fit.certificate.objective, objectives[k], 1e-9);
          assertClose("loss", fit.certificate.objective - lambdas[k] * norm1(fit.coef), losses[k], 1e-7);
          assertClose("D2", fit.score(X, y, { sampleWeight }), scores[k], 1e-7);
        });
      });
    }
  }

  const quantreg = golden<{
    readonly cases: readonly {
      readonly tau: number;
      readonly lambda: number;
      readonly coefficients: number[];
    }[];
    readonly free: readonly { readonly tau: number; readonly coefficients: number[] }[];
  }>("quantreg");

  it("is rq.fit.lasso of quantreg, whose lambda is 2 n times ours", () => {
    for (const { tau, lambda, coefficients } of quantreg.cases) {
      const own = lambda / (2 * n);
      const fit = new QuantileLasso({ tau, lambda: own, ...raw }).fit(X, y);
      const [b0, ...b] = coefficients;
      const eta = X.map((row) => row.reduce((sum, x, j) => sum + x * b[j], b0));
      assertClose("objective", fit.certificate.objective, pinballLoss(tau, y, eta) + own * norm1(b), 1e-7);
    }
  });

  it("is rq without a penalty, at lambda 0 and where a fit is refitted", () => {
    for (const { tau, coefficients } of quantreg.free) {
      const [b0, ...b] = coefficients;
      const eta = X.map(([a, c, d]) => b0 + a * b[0] + c * b[1] + d * b[2]);
      const exclude = [3, 4, 5, 6];
      const fit = new QuantileLasso({ tau, lambda: 0, exclude }).fit(X, y);
      assertClose("objective", fit.certificate.objective, pinballLoss(tau, y, eta), 1e-9);
      assertAtMost("gap", fit.certificate.dualityGap!, 1e-14);
      const penalized = new QuantileLasso({ tau, lambda: 0.001, exclude }).fit(X, y);
      assert.deepEqual([...penalized.support], [0, 1, 2]);
      assertClose("refit", penalized.refit().certificate.objective, pinballLoss(tau, y, eta), 1e-9);
    }
  });

  it("penalizes standardized columns by their factors, and leaves those with 0 free", async () => {
    const lambda = 0.05;
    const factors = [1, 2, 0.5, 1, 1, 1, Infinity];
    const fit = new QuantileLasso({ lambda, penaltyFactors: factors }).fit(X, y);
    const deviations = X[0].map((_, j) => {
      const mean = X.reduce((sum, row) => sum + row[j] / n, 0);
      return Math.sqrt(X.reduce((sum, row) => sum + (row[j] - mean) ** 2 / n, 0));
    });
    const scaled = X.map((row) => row.slice(0, 6).map((x, j) => x / (deviations[j] * factors[j])));
    assertClose(
      "objective",
      fit.certificate.objective,
      await quantileOptimum({ X: scaled, y, lambda }, 0.5),
      1e-9,
    );
    // A free column takes any multiple of itself off the response.
    const free = new QuantileLasso({ lambda, penaltyFactors: [0, 1, 1, 1, 1, 1, 1] });
    const [own, shifted] = [
      free.fit(X, y),
      free.fit(
        X,
        y.map((value, i) => value + 3 * X[i][0]),
      ),
    ];
    assertClose("free coefficient", shifted.coef[0], own.coef[0] + 3, 1e-10);
    assertAllClose("others", shifted.coef.slice(1), own.coef.slice(1), 1e-10);
  });

  it("follows a shift, the unit and an offset of the response", () => {
    const model = new QuantileLasso({ tau: 0.7, lambda: 0.05 });
    const own = model.fit(X, y);
    for (const [shift, unit] of [
      [1e9, 1],
      [0, 1e-6],
      [0, 1e6],
    ]) {
      const fit = model.fit(
        X,
        y.map((value) => unit * value + shift),
      );
      // A response far from 0 has lost digits itself.
      assertAllClose(
        "coefficients",
        fit.coef.map((b) => b / unit),
        own.coef,
        shift ? 1e-5 : 1e-9,
      );
    }
    const offset = X.map(([, a]) => Math.sin(a));
    const fit = model.fit(
      X,
      y.map((value, i) => value + offset[i]),
      { offset },
    );
    assertAllClose("coefficients with an offset", fit.coef, own.coef, 1e-10);
  });

  it("finds lambdaMax where samples tie, below the bound of one dual point", () => {
    const whole = X.map((row) => row.map((x) => Math.round(x)));
    const ties = y.map((value) => Math.round(value / 2));
    for (const tau of [0.3, 0.5]) {
      const model = new QuantileLasso({ tau, ...raw });
      const [first] = model.path(whole, ties, { nLambdas: 1 }).fits;
      const at = (share: number): SparseLinearFit =>
        model.withParams({ lambda: share * first.lambda }).fit(whole, ties);
      assert.deepEqual([...first.support], []);
      assertAtMost("gap", first.certificate.dualityGap!, 1e-14);
      assert.ok(
        at(1 - 1e-6).certificate.objective < first.certificate.objective,
        "the null model is not optimal below",
      );
      assert.deepEqual([...at(1.5).support], []);
    }
  });

  it("cross-validates by twice the mean pinball loss of rows that were held out", () => {
    const foldId = y.map((_, i) => i % 3);
    const model = new QuantileLasso({ tau: 0.8 });
    const cv = model.crossValidate(X, y, { foldId, lambdas: [0.1, 0.02] });
    const rows = (held: boolean, fold: number): number[] =>
      y.flatMap((_, i) => ((foldId[i] === fold) === held ? [i] : []));
    cv.foldScores.forEach((scores, f) => {
      const [seen, held] = [rows(false, f), rows(true, f)];
      const own = [0.1, 0.02].map((lambda) => {
        const fit = model.withParams({ lambda }).fit(
          seen.map((i) => X[i]),
          seen.map((i) => y[i]),
        );
        return (
          2 *
          pinballLoss(
            0.8,
            held.map((i) => y[i]),
            fit.predict(held.map((i) => X[i])),
          )
        );
      });
      assertAllClose("scores", scores, own, 1e-9);
    });
    const grid = model.crossValidate(X, y, {
      foldId,
      nLambdas: 5,
      grid: { tau: [0.2, 0.8] },
      measure: "absoluteError",
    });
    assert.equal(grid.members!.length, 2);
  });

  it("comes back from JSON and from another thread as it was", async () => {
    const model = new QuantileLasso({ tau: 0.4, lambda: 0.03 });
    const fit = model.fit(X, y);
    const again = fitFromJSON(JSON.stringify(fit));
    assert.equal(again.toString(), fit.toString());
    assert.equal(again.score(X, y), fit.score(X, y));
    assert.deepEqual(estimatorFromJSON(JSON.stringify(model)).params, model.params);
    assert.deepEqual((await model.fitAsync(X, y)).coef, fit.coef);
    const one = model.crossValidate(X, y, { folds: 3, nLambdas: 4 });
    const two = await model.crossValidateAsync(X, y, { folds: 3, nLambdas: 4, workers: 2 });
    assert.deepEqual(two.meanScore, one.meanScore);
  });

  it("has no path where the only penalized column is a copy of a free one, nor has a support vector machine", () => {
    const message =
      /path: the lambda that a path starts from must be positive, got 0; no penalized column explains/;
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const { X, y } = linearData(seed, 40, 1, 3);
      const unit = 10 ** (seed - 3);
      const twice = X.map(([x]) => [x, unit * (3 * x + 0.1)]);
      const penaltyFactors = [0, 1];
      const labels = y.map((value) => (value > 0 ? 1 : 0));
      for (const sampleWeight of [undefined, y.map((_, i) => i % 3)]) {
        const run = sampleWeight && { sampleWeight };
        assert.throws(() => new QuantileLasso({ penaltyFactors }).path(twice, y, run), { message });
        assert.throws(() => new SvmLasso({ penaltyFactors }).path(twice, labels, run), { message });
        const fit = new QuantileLasso({ penaltyFactors, lambda: 0.1 }).fit(twice, y, run);
        const alone = new QuantileLasso({ penaltyFactors: [0], lambda: 0.1 }).fit(X, y, run);
        assertAllClose("coefficients", fit.coef, [alone.coef[0], 0], 1e-12);
      }
    }
  });

  it("has the null model where nothing is to explain, and does not speak of curvature", () => {
    const fit = new QuantileLasso({ lambda: 0.1 }).fit(
      X,
      y.map(() => 3),
    );
    assert.equal(fit.intercept, 3);
    assert.match(fit.notes[0], /leaves nothing to explain/);
    const topics = diagnose(new QuantileLasso({ lambda: 0.05 }).fit(X, y)).items.map(({ topic }) => topic);
    assert.deepEqual(topics, ["convergence", "data"]);
  });

  it("refuses what it does not have, in a sentence", () => {
    const refusals: readonly (readonly [() => unknown, RegExp])[] = [
      [
        () => new QuantileLasso({ tau: 1 }),
        /^QuantileLasso: tau must be a number strictly between 0 and 1, got 1$/,
      ],
      [
        () => new QuantileLasso({ alpha: 1 } as Anything),
        /got "alpha"; scikit-learn's alpha is lambda here$/,
      ],
      [() => new QuantileLasso({ quantile: 0.5 } as Anything), /got "quantile"; did you mean "tau"\?$/],
      [
        () => new QuantileLasso({ solver: "auto" } as Anything),
        /^QuantileLasso: every option must be one of lambda, /,
      ],
      [
        () => new QuantileLasso({ lambda: -1 }),
        /^QuantileLasso: lambda must be a finite number >= 0, got -1$/,
      ],
      [
        () => new SmoothLasso({ datafit: pinball(0.5), lambda: 1 }).fit(X, y),
        /^SmoothLasso\.fit: datafit must be smooth, got "pinball\(0\.5\)"; take QuantileLasso$/,
      ],
    ];
    for (const [action, message] of refusals) assert.throws(action, { name: "InputError", message });
  });
});

describe("SvmLasso", () => {
  for (const [what, cases, sampleWeight] of [
    ["", kinks.machine, undefined],
    [" with weights, some of them 0,", kinks.machine_weighted, weight],
  ] as const) {
    it(`is the linear program of HiGHS${what} and begins its path there`, () => {
      for (const { lambda_max, lambdas, objectives } of cases) {
        const model = new SvmLasso(raw);
        const found = model.path(X, label, { sampleWeight, nLambdas: 3 });
        assertClose("lambdaMax", found.lambdas[0], lambda_max, 1e-9);
        assert.equal(found.df[0], 0);
        model.path(X, label, { sampleWeight, lambdas }).fits.forEach((fit, k) => {
          assertClose("objective", fit.certificate.objective, objectives[k], 1e-9);
          assertAtMost("gap", fit.certificate.dualityGap!, 1e-13);
        });
      }
    });
  }

  it("takes labels as they are, and decides by the sign of the linear predictor", async () => {
    const lambda = 0.05;
    const expected = await supportVectorOptimum({ X, y: label, lambda });
    for (const labels of [
      label,
      label.map((value) => (value ? "yes" : "no")),
      label.map((value) => 2 * value + 5),
    ]) {
      const fit = new SvmLasso({ lambda, ...raw }).fit(X, labels as Anything);
      assertClose("objective", fit.certificate.objective, expected, 1e-9);
      const decisions = fit.decisionFunction(X);
      const predicted = fit.predictLabels(X);
      const right = predicted.filter((value, i) => value === labels[i]).length;
      predicted.forEach((value, i) => {
        assert.equal(value, fit.classes![decisions[i] > 0 ? 1 : 0]);
      });
      assert.equal(fit.score(X, labels as Anything), right / n);
      assert.throws(() => fit.predictProbability(X), {
        message: /with probabilities, such as logistic\(\), got "hinge"$/,
      });
    }
    const fit = new SvmLasso({ lambda }).fit(X, label);
    assert.deepEqual([...fit.predict(X)], fit.predictLabels(X));
  });

  it("has no loss at lambda 0 where a plane sets the classes apart, whatever the rows", () => {
    for (let seed = 1; seed <= 12; seed++) {
      const rows = linearData(seed, 40, 3).X;
      const side = rows.map(([a, b]) => (a + b / 2 > 0.1 ? 1 : -1));
      const fit = new SvmLasso({ lambda: 0 }).fit(rows, side);
      assert.equal(fit.status, "converged", `seed ${seed}`);
      const margins = fit.decisionFunction(rows).map((eta, i) => side[i] * eta);
      assertAtMost("1 less the least margin", 1 - Math.min(...margins), 1e-12);
    }
  });

  it("takes an offset as a part of the linear predictor", () => {
    // A column of which the coefficient is known.
    const offset = X.map(([a]) => 0.7 * a);
    const fit = new SvmLasso({ lambda: 0.02, ...raw, exclude: [0] }).fit(X, label, { offset });
    const eta = fit.decisionFunction(X, { offset });
    const own = eta.reduce((sum, value, i) => sum + Math.max(0, 1 - (2 * label[i] - 1) * value) / n, 0);
    assertClose("objective", fit.certificate.objective, own + 0.02 * norm1(fit.coef), 1e-12);
    assertAtMost("gap", fit.certificate.dualityGap!, 1e-13);
  });

  it("cross-validates by misclassification and by the AUC", () => {
    const options = { folds: 3, nLambdas: 6, lambdaMinRatio: 0.02 };
    const cv = new SvmLasso().crossValidate(X, label, {
      ...options,
      measure: "misclassification",
      keep: true,
    });
    const best = cv.lambdas.indexOf(cv.lambdaMin);
    const wrong = cv.outOfFold![best].reduce(
      (count: number, eta: number, i: number) => count + (eta > 0 === (label[i] === 1) ? 0 : 1),
      0,
    );
    assertClose("error", cv.meanScore[best], wrong / n, 1e-12);
    assert.equal(new SvmLasso().crossValidate(X, label, { ...options, measure: "auc" }).measure, "AUC");
  });
});
