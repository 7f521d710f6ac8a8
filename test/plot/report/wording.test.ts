/** That a report has words for every estimator and every loss of the library. */
import assert from "node:assert/strict";
import * as library from "../../../src";
import * as datafits from "../../../src/datafits";
import { penaltyInWords } from "../../../src/plot/report/penalty-wording";
import { lossInWords } from "../../../src/plot/report/wording";
import { recipeOf } from "../../../src/recipe";

const ESTIMATORS = Object.entries(library)
  .filter(([, value]) => typeof Object(Object(value).prototype).crossValidate === "function")
  // Its penalty is an option.
  .filter(([name]) => name !== "SparseLinearModel")
  .map(([name]) => name);

const known = { args: [], classes: ["no", "yes"], isPenalized: true, hasTasks: false };

describe("the words of a report", () => {
  it("say what every estimator penalizes", () => {
    assert.ok(ESTIMATORS.length > 10);
    assert.deepEqual(
      ESTIMATORS.filter((name) => penaltyInWords(name, undefined) === undefined),
      [],
    );
    assert.equal(penaltyInWords("toString", undefined), undefined);
  });

  it("say what every loss is, and what its coefficients are", () => {
    const options: Readonly<Record<string, object>> = {
      tweedie: { power: 1.5 },
      quantile: { tau: 0.5, smoothing: 0.1 },
      multinomial: { nClasses: 3 },
      negativeBinomial: { theta: 1 },
      huber: { delta: 1 },
      logCosh: { delta: 1 },
    };
    const factories = Object.entries(datafits).flatMap(([name, factory]) => {
      if (typeof factory !== "function" || !(name in library)) return [];
      try {
        const made = (factory as (options?: object) => unknown)(options[name]);
        return recipeOf(Object(made))?.factory ?? [];
      } catch {
        return [];
      }
    });
    assert.ok(factories.length >= 13, factories.join());
    for (const factory of factories) {
      const words = lossInWords({ ...known, factory });
      assert.ok(words, factory);
      assert.match(words.meaning, /coefficient.*\.$/);
    }
    assert.equal(lossInWords({ ...known, factory: "constructor" }), undefined);
  });

  it("say by its options what a penalty is", () => {
    const { penalty: lasso } = penaltyInWords("SmoothLasso", {})!;
    const ridge = penaltyInWords("SmoothElasticNet", { l1Ratio: 0 })!;
    assert.match(ridge.penalty, /ridge/);
    assert.equal(ridge.zeros, "none");
    assert.equal(penaltyInWords("SmoothElasticNet", undefined)!.zeros, undefined);
    assert.equal(penaltyInWords("SmoothElasticNet", {})!.zeros, "coefficients");
    for (const params of [{ q: 1 }, { depth: 2 }])
      assert.equal(penaltyInWords("SmoothBridge", params)!.penalty, lasso);
    assert.match(penaltyInWords("SmoothBridge", { depth: 4 })!.penalty, /power 0\.5, which is not convex/);
    assert.match(
      penaltyInWords("SmoothBridge", undefined)!.penalty,
      /at most 1, which is not convex below 1/,
    );
    const [subset, shrunk] = [{}, { lambda2: 0.1 }].map((params) => penaltyInWords("BestSubset", params)!);
    assert.deepEqual([subset.shrinks, subset.hasUnits, shrunk.shrinks], [false, false, true]);
  });

  it("say of a loss what it predicts", () => {
    const meaningOf = (factory: string, changes: object = {}): string =>
      lossInWords({ ...known, factory, ...changes })!.meaning;
    for (const factory of ["huber", "logCosh"])
      assert.match(meaningOf(factory), /the expected response only where errors are symmetric/);
    assert.match(meaningOf("pinball", { args: [0.5] }), /the median of the response/);
    assert.match(meaningOf("quantile", { args: [{ tau: 0.3 }] }), /the 0\.3 quantile of the response/);
    assert.match(meaningOf("multinomial"), /the penalty what the coefficients .* have in common/);
    assert.match(meaningOf("multinomial", { isPenalized: false }), /only such differences are determined/);
    assert.match(meaningOf("squaredError", { hasTasks: true }), /Each response has its own coefficients/);
    assert.match(meaningOf("binomial"), /log odds of a success/);
    assert.match(meaningOf("binomial", { args: [{ link: "probit" }] }), /normal quantile of the probability/);
  });
});
