import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SmoothLasso } from "smooth-edges";
import { splitOf } from "../../../figures/studies/real-splits";
import { GAMMAS, relaxedLasso } from "../../../figures/studies/relaxed-lasso";

const GRID = { nLambdas: 20, lambdaMinRatio: 0.01 };

describe("the relaxed lasso by folds", () => {
  it("is the lasso by cross-validation where it may not relax", () => {
    const { columns, response, foldId } = splitOf("diabetes", 3, 2);
    const options = { ...GRID, foldId };
    const lasso = new SmoothLasso().crossValidate(columns, response as number[], options);
    const relaxed = relaxedLasso(columns, response as number[], options, [1]);
    assert.deepEqual(relaxed.best.coef, lasso.best.coef);
    assert.deepEqual(relaxed.oneStandardError.coef, lasso.oneStandardError.coef);
  });

  it("has the errors and sizes of cv.glmnet with relax = TRUE", () => {
    const file = join(__dirname, "../../../../figures/peers/real-data.json");
    const { fits } = JSON.parse(readFileSync(file, "utf8")) as {
      fits: Record<"data" | "method" | "repeat" | "fold" | "min" | "oneSe", unknown>[];
    };
    for (const fold of [0, 1, 2, 3, 4]) {
      const { columns, response, foldId, test } = splitOf("diabetes", 0, fold);
      const chosen = relaxedLasso(columns, response as number[], { ...GRID, foldId }, GAMMAS);
      const there = fits.find(
        (fit) =>
          fit.data === "diabetes" && fit.method === "relaxed lasso" && fit.repeat === 0 && fit.fold === fold,
      );
      for (const [fit, judged] of [
        [chosen.best, there?.min],
        [chosen.oneStandardError, there?.oneSe],
      ] as const) {
        const { error, size } = judged as { error: number; size: number };
        assert.equal(fit.support.length, size);
        assert.ok(Math.abs(1 - fit.score(test.columns, test.response as number[]) - error) < 1e-3);
      }
    }
  });
});
