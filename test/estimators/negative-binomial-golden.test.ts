/** Negative binomial models whose `theta` is estimated, against `glm.nb` of MASS, and glmnet in turns with `theta.ml`. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { negativeBinomial, poisson } from "../../src/datafits";
import {
  estimatorFromJSON,
  evaluate,
  fitFromJSON,
  fitOnSupport,
  inference,
  SmoothLasso,
  SmoothMcp,
} from "../../src/estimators";
import { lossOf } from "../../src/estimators/results/fitted-model";
import type { SparseLinearFit } from "../../src/estimators/results/sparse-linear-fit";
import { seededRandom } from "../../src/random/random";
import { assertAllClose, assertClose } from "../support/assert-close";

const golden: {
  readonly free: readonly {
    readonly weighted: boolean;
    readonly exposed: boolean;
    readonly theta: number;
    readonly theta_error: number;
    readonly theta_error_of_glm_nb: number;
    readonly estimates: number[];
    readonly errors: number[];
  }[];
  readonly penalized: readonly {
    readonly lambda: number;
    readonly theta: number;
    readonly intercept: number;
    readonly coefficients: number[];
    readonly log_likelihood: number;
  }[];
  readonly X: number[][];
  readonly counts: number[];
  readonly exposure: number[];
  readonly weight: number[];
} = JSON.parse(readFileSync(path.resolve(__dirname, "../../../test/golden/negative-binomial.json"), "utf8"));

const { X, counts, exposure, weight, penalized } = golden;
const datafit = negativeBinomial({ theta: "estimate" });
const all = [0, 1, 2, 3, 4, 5];
const thetaOf = (fit: SparseLinearFit): number => lossOf(fit).datafit.estimated!.value!;

describe("a negative binomial loss whose theta is estimated", () => {
  for (const own of golden.free) {
    const { weighted, exposed, theta, estimates, errors } = own;
    it(`is glm.nb without a penalty${weighted ? ", with weights" : ""}${exposed ? ", with an offset" : ""}`, () => {
      const samples = {
        ...(weighted ? { sampleWeight: weight } : {}),
        ...(exposed ? { offset: exposure.map(Math.log) } : {}),
      };
      const fit = fitOnSupport(X, counts, all, { datafit, ...samples });
      assertClose("theta", thetaOf(fit), theta, 1e-7);
      assert.equal(fit.estimatedParameter!.name, "theta");
      assert.equal(fit.estimatedParameter!.value, thetaOf(fit));
      const error = fit.estimatedParameter!.standardError!;
      assertClose("standard error of theta", error, own.theta_error, 1e-7);
      assertClose("that of glm.nb", error, own.theta_error_of_glm_nb, 1e-4);
      const table = inference(fit);
      assertAllClose("estimates", table.estimates, estimates, 1e-7);
      assertAllClose("errors", table.standardErrors, errors, 1e-7);
      assert.match(fit.notes[0], /^theta was estimated in turns with the coefficients: \d\.\d+$/);
    });
  }

  const lasso = new SmoothLasso({ datafit, tol: 1e-13 });

  it("has the path of glmnet in turns with theta, and criteria of its likelihood", () => {
    const lambdas = penalized.map(({ lambda }) => lambda);
    const path = lasso.path(X, counts, { lambdas });
    path.fits.forEach((fit, k) => {
      const { theta, intercept, coefficients } = penalized[k];
      assert.equal(fit.status, "converged");
      assertClose("theta", thetaOf(fit), theta, 1e-6);
      assertClose("intercept", fit.intercept, intercept, 1e-6);
      assertAllClose("coefficients", fit.coef, coefficients, 1e-6);
      const gain = 2 * (penalized[0].log_likelihood - penalized[k].log_likelihood);
      const added = 2 * (fit.support.length - path.fits[0].support.length);
      assertClose("AIC", path.aic[k] - path.aic[0], gain + added, 1e-6);
    });
    const fit = new SmoothLasso({ datafit, lambda: 0.1, tol: 1e-13 }).fit(X, counts);
    assertAllClose("one fit", fit.coef, penalized[1].coefficients, 1e-6);
    const at = path.at(0.1);
    assertClose("theta at a lambda", thetaOf(at), penalized[1].theta, 1e-6);
    const [refit] = path.relaxed(0).fits.slice(1);
    const alone = fitOnSupport(X, counts, Array.from(refit.support), { datafit });
    assertClose("theta of a relaxed fit", thetaOf(refit), thetaOf(alone), 1e-7);
    assertClose("theta of a refit", thetaOf(fit.refit()), thetaOf(alone), 1e-7);
    const blend = path.relaxed(0.5).fits[1];
    // The likeliest theta of a blend is a maximum of its likelihood.
    const eta = blend.decisionFunction(X);
    const lossWith = (theta: number): number => {
      const own = lossOf(blend).datafit.estimated!.at(theta);
      const target = Float64Array.from(counts);
      return own.valueAndGradient(target, eta, new Float64Array(eta.length)) + own.estimated!.leftOut(target);
    };
    const theta = thetaOf(blend);
    for (const factor of [0.99, 1.01]) assert.ok(lossWith(factor * theta) > lossWith(theta));
  });

  it("starts a path at the smallest lambda without features, at the theta of a constant", () => {
    const { fits, lambdas } = lasso.path(X, counts, { nLambdas: 4 });
    assert.equal(fits[0].support.length, 0);
    assertClose("theta", thetaOf(fits[0]), penalized[0].theta, 1e-7);
    assert.ok(lasso.path(X, counts, { lambdas: [0.98 * lambdas[0]] }).fits[0].support.length > 0);
  });

  for (const exposed of [false, true]) {
    it(`starts a path at the steepest column of the null model with its unpenalized columns${exposed ? ", with an offset" : ""}`, () => {
      const offset = exposed ? exposure.map(Math.log) : undefined;
      const model = new SmoothLasso({ datafit, penaltyFactors: [0, 1, 1, 1, 1, 1], tol: 1e-13 });
      const { fits, lambdas } = model.path(X, counts, { nLambdas: 4, offset });
      const free = fitOnSupport(X, counts, [0], { datafit, offset });
      assert.deepEqual(Array.from(fits[0].support), [0]);
      assertClose("theta", thetaOf(fits[0]), thetaOf(free), 1e-7);
      const theta = thetaOf(free);
      const means = free.predict(X, offset && { offset });
      const slopes = all.slice(1).map((j) => {
        const column = X.map((row) => row[j]);
        const mean = column.reduce((sum, x) => sum + x) / column.length;
        const deviation = Math.sqrt(column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / column.length);
        const score = counts.reduce(
          (sum, y, i) => sum + ((y - means[i]) / (1 + means[i] / theta)) * column[i],
          0,
        );
        return Math.abs(score) / deviation / column.length;
      });
      assertClose("lambdaMax", lambdas[0], Math.max(...slopes), 1e-6);
    });
  }

  it("says that deviances of a cross-validation take the theta of a constant", () => {
    const { notes, best } = lasso.crossValidate(X, counts, { folds: 4, nLambdas: 4 });
    assert.ok(notes.some((note) => note.startsWith("deviances take the theta of a constant")));
    assert.ok(best.estimatedParameter);
    const known = new SmoothLasso({ datafit: negativeBinomial({ theta: 1 }) });
    assert.ok(
      !known.crossValidate(X, counts, { folds: 4, nLambdas: 4 }).notes.some((note) => /theta/.test(note)),
    );
  });

  it("is the same in threads and read from files", async () => {
    const model = new SmoothLasso({ datafit, lambda: 0.05 });
    const here = model.fit(X, counts);
    const there = await model.fitAsync(X, counts);
    assert.deepEqual(there.coef, here.coef);
    assert.equal(thetaOf(there), thetaOf(here));
    assert.deepEqual(there.notes, here.notes);
    assert.deepEqual(there.estimatedParameter, here.estimatedParameter);
    assert.deepEqual(inference(there.refit()).estimates, inference(here.refit()).estimates);
    const again = fitFromJSON(JSON.stringify(here)) as typeof here;
    assert.equal(evaluate(again, X, counts).deviance, evaluate(here, X, counts).deviance);
    assert.deepEqual(again.estimatedParameter, here.estimatedParameter);
    const copy = estimatorFromJSON(JSON.stringify(model)) as typeof model;
    assert.deepEqual(copy.fit(X, counts).coef, here.coef);
    const options = { folds: 4, nLambdas: 4 };
    const cv = model.crossValidate(X, counts, options);
    assert.deepStrictEqual(
      model.crossValidate(X, counts, { ...options, workers: 2 }).meanScore,
      cv.meanScore,
    );
  });

  it("is Poisson's loss, and says so, where counts vary less than Poisson's", () => {
    const even = X.map(([x], i) => 2 + (i % 2) + (x > 0 ? 1 : 0));
    const fit = new SmoothLasso({ datafit, lambda: 0.01, tol: 1e-12 }).fit(X, even);
    assert.match(fit.notes[0], /: 1000000, since the counts vary no more than Poisson's/);
    assert.deepEqual(fit.estimatedParameter, { name: "theta", value: 1e6, standardError: undefined });
    assert.equal(fitFromJSON(JSON.stringify(fit)).estimatedParameter!.standardError, undefined);
    const same = new SmoothLasso({ datafit: poisson(), lambda: 0.01, tol: 1e-12 }).fit(X, even);
    assert.equal(same.estimatedParameter, undefined);
    assertAllClose("coefficients", fit.coef, same.coef, 1e-4);
  });

  it("takes numbers that are no integers, as the limit of those beside them", () => {
    const random = seededRandom(4);
    const moved = counts.map((count) => count + 1e-9 * random.uniform());
    const [near, own] = [moved, counts].map((y) => new SmoothLasso({ datafit, lambda: 0.05 }).fit(X, y));
    assertClose("theta", thetaOf(near), thetaOf(own), 1e-6);
    const big = counts.map((count) => 200 * count);
    const [whole, shifted] = [big, big.map((y) => y + 1e-7)].map((y) => fitOnSupport(X, y, all, { datafit }));
    assertClose("theta of large counts", thetaOf(whole), thetaOf(shifted), 1e-6);
    // The information is minus the second derivative of the log-likelihood, here by differences of the derivative at the likeliest values.
    for (const y of [counts, moved, big, big.map((count) => count + 0.5)]) {
      const fit = fitOnSupport(X, y, all, { datafit });
      const eta = fit.decisionFunction(X);
      const target = Float64Array.from(y);
      const likelihood = (theta: number): number => {
        const own = lossOf(fit).datafit.estimated!.at(theta);
        return (
          -own.valueAndGradient(target, eta, new Float64Array(eta.length)) - own.estimated!.leftOut(target)
        );
      };
      const theta = thetaOf(fit);
      const step = 1e-3 * theta;
      const second =
        (likelihood(theta + step) - 2 * likelihood(theta) + likelihood(theta - step)) / step ** 2;
      const { standardError } = fit.estimatedParameter!;
      assertClose("standard error", standardError!, 1 / Math.sqrt(-y.length * second), 1e-4);
    }
  });

  it("settles with a penalty that is not convex, and with adaptive weights", () => {
    for (const model of [
      new SmoothMcp({ datafit, gamma: 20, lambda: 0.1 }),
      new SmoothLasso({ datafit, lambda: 0.02, adaptive: true }),
    ]) {
      const fit = model.fit(X, counts);
      assert.equal(fit.status, "converged");
      const eta = fit.decisionFunction(X);
      const { estimated } = lossOf(fit).datafit.estimated!.atPredictors(Float64Array.from(counts), eta);
      assertClose("theta", thetaOf(fit), estimated!.value!, 1e-8);
    }
  });
});
