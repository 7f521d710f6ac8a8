/** That a report has words for every estimator and every loss of the library. */
import assert from "node:assert/strict";
import * as library from "../../../src";
import * as datafits from "../../../src/datafits";
import { lossInWords, penaltyInWords } from "../../../src/plot/report/wording";
import { recipeOf } from "../../../src/recipe";

const ESTIMATORS = Object.entries(library)
  .filter(([, value]) => typeof Object(Object(value).prototype).crossValidate === "function")
  // Its penalty is an option.
  .filter(([name]) => name !== "SparseLinearModel")
  .map(([name]) => name);

describe("the words of a report", () => {
  it("say what every estimator penalizes", () => {
    assert.ok(ESTIMATORS.length > 10);
    assert.deepEqual(
      ESTIMATORS.filter((name) => penaltyInWords(name) === undefined),
      [],
    );
    assert.equal(penaltyInWords("toString"), undefined);
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
      const words = lossInWords(factory, ["no", "yes"]);
      assert.ok(words, factory);
      assert.match(words.meaning, /coefficient.*\.$/);
    }
    assert.equal(lossInWords("constructor", []), undefined);
  });
});
