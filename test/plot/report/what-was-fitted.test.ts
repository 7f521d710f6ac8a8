/** That the sentences of a report hold for the fit that it is of: its penalty, its place in a path or a cross-validation, and its proof. */
import assert from "node:assert/strict";
import { poisson, SmoothElasticNet, SmoothLasso } from "../../../src";
import { simulateToeplitz } from "../../../src/data";
import { BestSubset } from "../../../src/global";
import { report } from "../../../src/plot";

const { X, y } = simulateToeplitz({ nSamples: 90, nFeatures: 8, nActive: 3, rho: 0.5, seed: 1 });

function textOf(...given: Parameters<typeof report>): string {
  return String(report(...given)).replaceAll("`", "");
}

describe("a report", () => {
  it("says of a ridge that it chooses nothing, and that nothing enters its path", () => {
    const params = { l1Ratio: 0 };
    const path = new SmoothElasticNet(params).path(X, y, { nLambdas: 10 });
    const text = textOf(path.fits[4], { path, params });
    assert.match(text, /ridge regression, .*; it shrinks coefficients and sets none to zero\./);
    assert.match(text, /Every feature is in the model at the largest already\./);
    assert.doesNotMatch(text, /exactly zero|first to enter|The data chose/);
  });

  it("tells a fit of a path from others at its lambda, and from those at another one", () => {
    const path = new SmoothLasso().path(X, y, { nLambdas: 10 });
    const between = path.at((path.lambdas[3] + path.lambdas[4]) / 2);
    const other = new SmoothElasticNet({ l1Ratio: 0.2, lambda: path.lambdas[4] }).fit(X, y);
    const own = textOf(path.fits[4], { path });
    assert.match(own, /The model is the fit at λ = \S+ of a path of \d+ values of λ/);
    assert.match(textOf(between, { path }), /is none of the \d+ values of λ of the path\./);
    assert.match(textOf(other, { path }), /where the path has another fit\..* is not on it\./s);
    const last = new SmoothLasso().path(X, y, { lambdas: [0.5, 0.4] });
    assert.match(textOf(last.fits[1], { path: last }), /a smaller one may be better/);
  });

  it("tells the fit that a grid chose from one of other options at the same lambda", () => {
    const lambdas = [0.3, 0.1, 0.03, 0.01];
    const grid = { l1Ratio: [0.3, 0.9] };
    const cv = new SmoothElasticNet({ l1Ratio: 0.5 }).crossValidate(X, y, {
      folds: 4,
      seed: 1,
      lambdas,
      grid,
    });
    const others = cv.members.find(({ params }) => params.l1Ratio !== cv.params.l1Ratio)!;
    const same = others.path.fits[Array.from(others.lambdas).indexOf(cv.lambdaMin)];
    const params = { l1Ratio: 0.5, tol: 1e-6 };
    const [chosen, other] = [cv.best, same].map((fit) => textOf(fit, { crossValidation: cv, params }));
    assert.match(chosen, /was chosen by cross-validation/);
    assert.match(other, /is neither the fit of the best score/);
    for (const [text, { l1Ratio }] of [[chosen, cv.params] as const, [other, others.params] as const])
      assert.ok(text.includes(`other options are l1Ratio: ${l1Ratio} and tol`), text);
    const stranger = textOf(new SmoothLasso({ lambda: 0.2 }).fit(X, y), { crossValidation: cv });
    assert.match(stranger, /is none of the fits that were cross-validated/);
  });

  it("warns of the choice in a best subset and in a refit, and shows what is proved", () => {
    const fit = new BestSubset({ lambda: 0.05 }).fit(X, y);
    assert.ok(fit.support.length > 0 && fit.support.length < 8);
    const subset = textOf(fit, { params: {} });
    assert.match(subset, /The data chose which coefficients are not zero: read no significance/);
    assert.match(subset, /Global minimum, proved to 1e-6 of the objective\./);
    const refit = textOf(fit.refit());
    assert.match(refit, /The features were chosen by the same data\. Tests and intervals .* too optimistic/);
    assert.doesNotMatch(textOf(new SmoothLasso({ lambda: 0 }).fit(X, y)), /chosen by the same/);
  });

  it("mentions an offset and lists of options", () => {
    const offset = Array.from(y, (_, i) => (i % 7) / 9);
    const penaltyFactors = Array.from({ length: 8 }, (_, j) => j + 1);
    const counts = Array.from(y, (value) => Math.round(Math.exp(value / 3)));
    const fit = new SmoothLasso({ datafit: poisson(), lambda: 0.1, penaltyFactors }).fit(X, counts, {
      offset,
    });
    const text = textOf(fit, { params: { penaltyFactors } });
    assert.match(text, /An offset is part of the linear predictor, without a coefficient\./);
    assert.match(text, /Its other options are penaltyFactors, a list of 8\./);
  });
});
