/** That the first sentences of a report are those of the fit, the rows and the model without features. */
import assert from "node:assert/strict";
import { diagnose, evaluate, logistic, SmoothLasso } from "../../../src";
import { pipeline } from "../../../src/frame";
import { report } from "../../../src/plot";
import { readPage } from "../../support/html-page";

const N = 80;
/** Numbers from -1 to 1 that look drawn. */
const noise = (i: number): number => 2 * (((i * 7919) % 10_007) / 10_007) - 1;
const X = {
  age: Array.from({ length: N }, (_, i) => 40 + 20 * noise(2 * i)),
  dose: Array.from({ length: N }, (_, i) => 0.01 * noise(3 * i + 1)),
};
const y = X.age.map((age, i) => age / 10 + 300 * X.dose[i] + noise(5 * i));
const labels = y.map((value) => (value > 4.5 ? "yes" : "no"));
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function textOf(...given: Parameters<typeof report>): string {
  return String(report(...given))
    .replaceAll("`", "")
    .replaceAll("\u00a0", " ");
}

describe("the result of a report", () => {
  it("says how well numbers are predicted, beside their mean", () => {
    const fit = new SmoothLasso({ lambda: 0.1 }).fit(X, y);
    const text = textOf(fit, { evaluation: evaluate(fit, X, y), evaluatedOn: "fit" });
    const said =
      /predicted to within (\S+) on average .* without features to within (\S+)\. .* explains (\S+) %/;
    const [, own, without, share] = said.exec(text)!.map(Number);
    const predicted = fit.predict(X);
    const close = (value: number, expected: number): void =>
      assert.ok(Math.abs(value / expected - 1) < 6e-3, `${value} is not ${expected}`);
    close(own, mean(y.map((value, i) => Math.abs(value - predicted[i]))));
    close(without, mean(y.map((value) => Math.abs(value - mean(y)))));
    close(share, 100 * fit.score(X, y));
    assert.match(text, /A residual is the observed value minus the predicted one\./);
    assert.doesNotMatch(text, /^deviance/m);
  });

  it("says when always predicting the most frequent class is as good", () => {
    const rare = y.map((_, i) => (i % 5 === 0 ? "yes" : "no"));
    const fit = new SmoothLasso({ lambda: 10, datafit: logistic() }).fit(X, rare);
    const text = textOf(fit, { evaluation: evaluate(fit, X, rare), evaluatedOn: "test" });
    assert.match(
      text,
      /In the test rows, the class is predicted right in 80 % of them; always predicting no is right in 80 %: by this measure the model is no better\./,
    );
  });

  it("gives odds ratios per standard deviation where they say nothing per unit", () => {
    const fit = new SmoothLasso({ lambda: 0.01, datafit: logistic() }).fit(X, labels);
    const page = readPage(`<html>${report(fit).toString()}</html>`).text;
    assert.ok(Math.exp(Math.abs(fit.coef[1])) > 1000);
    const { columns, rows } = fit.summary();
    const [name, , standardized] = rows[1];
    assert.deepEqual(columns, ["feature", "coefficient", "standardized"]);
    const [, ratio] = new RegExp(`^${name} +\\S+ +(\\S+) `, "m").exec(page)!;
    assert.match(page, /odds ratio per sd/);
    assert.ok(Math.abs(Number(ratio) / Math.exp(Number(standardized)) - 1) < 1e-3);
  });

  it("counts the values that were filled, and mentions weights, in the columns of a pipeline", () => {
    const frame = { ...X, age: X.age.map((age, i) => (i % 8 === 0 ? null : age)), y };
    const sampleWeight = y.map((_, i) => 1 + (i % 2));
    const model = pipeline({ response: "y", missing: "median" }, new SmoothLasso({ lambda: 0.1 }));
    const weighted = model.fit(frame, { sampleWeight });
    const text = textOf(weighted);
    assert.deepEqual(weighted.responses, ["y"]);
    assert.match(text, /^Lasso model of y\n\n80 rows\n/);
    assert.match(text, /filled by the median of their column, .*: 10 of age, in 80 rows\./);
    assert.match(text, /Rows count by their weights\./);
    assert.doesNotMatch(textOf(model.fit(frame)), /weights/);
  });

  it("has the folds and where it comes from below the title, and lambda in full", () => {
    const cv = new SmoothLasso().crossValidate(X, y, { folds: 4, nLambdas: 20 });
    const text = textOf(cv.best, {
      crossValidation: cv,
      provenance: "of today",
      diagnosis: diagnose(cv.best),
    });
    assert.match(text, /^Lasso model\n\n80 rows · 4 folds · of today\n/);
    assert.ok(text.includes(`In full, λ is ${cv.best.lambda}.`));
    assert.match(text, /No numerical problem was found\./);
  });

  it("says that the fit of the best score has features where that of one standard error has none", () => {
    const cv = [20, 25, 30, 35, 40, 50, 60]
      .map((effect) => y.map((_, i) => noise(i * 91 + 7) + effect * X.dose[i]))
      .map((weak) => new SmoothLasso().crossValidate(X, weak, { folds: 4, nLambdas: 30 }))
      .find(
        ({ oneStandardError, best }) => oneStandardError.support.length < Math.min(1, best.support.length),
      );
    assert.ok(cv, "the effect of some strength is in the fit of the best score alone");
    const text = textOf(cv.oneStandardError, { crossValidation: cv });
    assert.match(
      text,
      new RegExp(`The fit of the best mean score, cv.best, has ${cv.best.support.length} feature`),
    );
  });
});
