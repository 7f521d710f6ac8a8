/** Cross-validations that compare options of the estimator, relaxed paths among them, and folds that are repeated or in order of time. */
import assert from "node:assert/strict";
import { cox, logistic } from "../../../src/datafits";
import {
  type CrossValidationOptions,
  crossValidationFromJSON,
  SmoothBridge,
  SmoothElasticNet,
  SmoothLasso,
  SparseLinearModel,
} from "../../../src/estimators";
import { mcp } from "../../../src/penalties";
import { assertAllClose, assertClose } from "../../support/assert-close";
import type { Anything } from "../../support/bad-input";
import { linearData } from "../../support/problems";

const { X, y } = linearData(9, 64, 5);
const some = { nLambdas: 5, lambdaMinRatio: 0.05, folds: 4 };
const lasso = new SmoothLasso();

describe("a grid of a cross-validation", () => {
  it("validates every combination on the same folds, as the estimator with these options does", () => {
    const l1Ratio = [0.2, 0.6, 1];
    const cv = new SmoothElasticNet().crossValidate(X, y, {
      ...some,
      grid: { l1Ratio, standardize: [true, false] },
    });
    assert.deepEqual(
      cv.members.map(({ params }) => params),
      l1Ratio.flatMap((ratio) => [true, false].map((standardize) => ({ l1Ratio: ratio, standardize }))),
    );
    for (const member of cv.members) {
      const alone = new SmoothElasticNet(member.params).crossValidate(X, y, some);
      assert.deepEqual([member.lambdas, member.meanScore], [alone.lambdas, alone.meanScore]);
    }
    const lowest = cv.members.map(({ meanScore }) => Math.min(...meanScore));
    const best = cv.members[lowest.indexOf(Math.min(...lowest))];
    assert.deepEqual([cv.params, cv.lambdaMin, cv.lambda1se], [best.params, best.lambdaMin, best.lambda1se]);
    assert.equal(cv.best, best.best);
    assert.deepEqual(cv.summary().columns.slice(0, 3), ["l1Ratio", "standardize", "choice"]);
  });

  it("takes parts of the library, which tables and files have by their names", async () => {
    const penalty = [mcp({ gamma: 2 }), mcp({ gamma: 4 })];
    const model = new SparseLinearModel({ penalty: mcp() });
    const cv = model.crossValidate(X, y, { ...some, grid: { penalty } });
    assert.deepEqual(
      cv.members.map(({ params }) => params.penalty),
      penalty,
    );
    assert.deepEqual([...new Set(cv.toRecords().map((record) => record.penalty))], ["mcp(2)", "mcp(4)"]);
    const again = crossValidationFromJSON(JSON.stringify(cv));
    assert.equal(String(again), String(cv));
    assert.equal(again.lambda1se, cv.lambda1se);
    const there = await model.crossValidateAsync(X, y, { ...some, grid: { penalty }, workers: 2 });
    assert.deepEqual(there.toRecords(), cv.toRecords());
  });

  it("puts an exponent in the place of a depth, and a depth in that of an exponent", () => {
    const byExponent = new SmoothBridge({ depth: 4 }).crossValidate(X, y, { ...some, grid: { q: [1, 0.5] } });
    const byDepth = new SmoothBridge({ q: 1 }).crossValidate(X, y, { ...some, grid: { depth: [2, 4] } });
    assert.deepEqual(
      byExponent.members.map(({ meanScore }) => meanScore),
      byDepth.members.map(({ meanScore }) => meanScore),
    );
  });

  it("is refused in one sentence where it is none", () => {
    const refuses = (options: Anything, message: string): void =>
      assert.throws(() => lasso.crossValidate(X, y, options as CrossValidationOptions<never>), {
        name: "InputError",
        message: `SmoothLasso.crossValidate: ${message}`,
      });
    refuses(
      { grid: {} },
      "grid must be options with lists of values, such as { depth: [2, 3] }, got an object",
    );
    refuses(
      { grid: { standardize: true } },
      "grid.standardize must be a list of at least one value, got true",
    );
    refuses(
      { grid: { lambda: [1, 2] } },
      "grid.lambda must be left out, got an array of 2; name them by lambdas",
    );
    refuses(
      { grid: { datafit: [logistic()] } },
      "grid.datafit must be left out, got an array of 1; losses are not compared by their deviances, so cross-validate each",
    );
    refuses({ relax: 0.5 }, "relax must be true, false or a list of gammas, got 0.5");
    refuses({ relax: [0, 2] }, "relax[1] must be a number from 0 to 1, got 2");
    refuses({ relax: [] }, "relax must be a list of at least one gamma, got an array of 0");
    refuses({ relax: [1, 1] }, "relax must be different numbers, got an array of 2");
  });
});

describe("relaxed paths in a cross-validation", () => {
  it("are those of path.relaxed, whose fits predict the folds", () => {
    const cv = lasso.crossValidate(X, y, { ...some, relax: [0, 0.5], keep: true });
    for (const { params, path, outOfFold, lambdas, foldId } of cv.members) {
      const gamma = params.relax as number;
      assert.deepEqual(path.coefs, lasso.path(X, y, { lambdas }).relaxed(gamma).coefs);
      for (const id of [0, 3]) {
        const rows = X.filter((_, i) => foldId[i] !== id);
        const others = lasso
          .path(
            rows,
            y.filter((_, i) => foldId[i] !== id),
            { lambdas },
          )
          .relaxed(gamma);
        others.fits.forEach((fit, k) => {
          const predicted = fit.predict(X.filter((_, i) => foldId[i] === id));
          const kept = (outOfFold as Float64Array[])[k].filter((_, i) => foldId[i] === id);
          assertAllClose(`fold ${id}, lambda ${k}`, kept, predicted, 1e-9);
        });
      }
    }
  });

  it("are the same by other threads, of Cox's loss too, and come back from a file", async () => {
    const times = y.map((value, i) => (0.1 + Math.abs(value)) * (i % 4 === 0 ? -1 : 1));
    const model = new SmoothLasso({ datafit: cox() });
    const options = { ...some, relax: true, grid: { standardize: [true, false] } };
    const here = model.crossValidate(X, times, options);
    assert.equal(here.members.length, 10);
    const there = await model.crossValidateAsync(X, times, { ...options, workers: 2 });
    assert.deepEqual(there.toRecords(), here.toRecords());
    const again = crossValidationFromJSON(JSON.stringify(here));
    assert.deepEqual([again.params, again.params1se], [here.params, here.params1se]);
    assert.deepEqual(again.oneStandardError.coef, here.oneStandardError.coef);
    assert.equal(String(again), String(here));
  });
});

describe("repeated folds", () => {
  it("are those of the next seeds, their scores have a mean, and their standard errors the root of mean squares", () => {
    const cv = lasso.crossValidate(X, y, { ...some, seed: 5, repeats: 3, keep: true });
    const alone = [5, 6, 7].map((seed) => lasso.crossValidate(X, y, { ...some, seed, keep: true }));
    const mean = (of: (one: (typeof alone)[0]) => number): number =>
      alone.reduce((sum, one) => sum + of(one), 0) / 3;
    cv.lambdas.forEach((_, k) => {
      assertClose(
        "score",
        cv.meanScore[k],
        mean(({ meanScore }) => meanScore[k]),
        1e-12,
      );
      const squares = mean(({ standardError }) => standardError[k] ** 2);
      assertClose("error", cv.standardError[k], Math.sqrt(squares), 1e-12);
      const kept = (one: (typeof alone)[0], i: number): number => (one.outOfFold as Float64Array[])[k][i];
      for (const i of [0, 7, 63])
        assertClose(
          "predictor",
          kept(cv, i),
          mean((one) => kept(one, i)),
          1e-12,
        );
    });
    assert.deepEqual(
      cv.foldScores,
      alone.flatMap(({ foldScores }) => foldScores),
    );
    assert.deepEqual([cv.repeats, cv.folds.length], [3, 12]);
    assert.deepEqual(cv.foldId, alone[0].foldId);
    assert.match(String(cv), /in 4 folds, repeated 3 times, over 5 lambdas/);
    assert.equal(String(crossValidationFromJSON(JSON.stringify(cv))), String(cv));
  });
});

describe("folds in order of time", () => {
  /** By the rule of scikit-learn: the last `folds` blocks have `n // (folds + 1)` rows each. */
  const blocks = (n: number, folds: number): number[][] => {
    const size = Math.floor(n / (folds + 1));
    return Array.from({ length: folds }, (_, f) => {
      const start = n - (folds - f) * size;
      return Array.from({ length: size }, (_, i) => start + i);
    });
  };

  it("are blocks that are predicted by all rows before them, as TimeSeriesSplit has them", () => {
    const cv = lasso.crossValidate(X, y, { nLambdas: 5, folds: 4, timeOrdered: true, keep: true });
    assert.equal(cv.folds.length, 4);
    blocks(64, 4).forEach((held, f) => {
      assert.deepEqual(
        y.flatMap((_, i) => (cv.foldId[i] === cv.folds[f] ? [i] : [])),
        held,
      );
      const before = lasso.path(X.slice(0, held[0]), y.slice(0, held[0]), { lambdas: cv.lambdas });
      before.fits.forEach((fit, k) => {
        const predicted = fit.predict(held.map((i) => X[i]));
        const loss = predicted.reduce((sum, value, i) => sum + (value - y[held[i]]) ** 2, 0) / held.length;
        assertClose(`fold ${f}, lambda ${k}`, cv.foldScores[f][k], loss, 1e-9);
      });
    });
    const never = (cv.outOfFold as Float64Array[])[0].filter(Number.isNaN);
    assert.equal(never.length, 64 - 4 * 12);
    assert.match(String(cv), /in 4 time-ordered folds over/);
    assert.equal(String(crossValidationFromJSON(JSON.stringify(cv))), String(cv));
  });

  it("may be given by numbers such as years, the first of which is never held out", () => {
    const years = y.map((_, i) => 2020 + ((i * 7) % 4));
    const cv = lasso.crossValidate(X, y, { nLambdas: 4, foldId: years, timeOrdered: true });
    assert.deepEqual(cv.folds, [2021, 2022, 2023]);
    const earlier = (year: number): number[] => years.flatMap((each, i) => (each < year ? [i] : []));
    const rows = earlier(2022);
    const path = lasso.path(
      rows.map((i) => X[i]),
      rows.map((i) => y[i]),
      { lambdas: cv.lambdas },
    );
    const held = years.flatMap((each, i) => (each === 2022 ? [i] : []));
    path.fits.forEach((fit, k) => {
      const predicted = fit.predict(held.map((i) => X[i]));
      const loss = predicted.reduce((sum, value, i) => sum + (value - y[held[i]]) ** 2, 0) / held.length;
      assertClose(`lambda ${k}`, cv.foldScores[1][k], loss, 1e-9);
    });
  });

  it("of Cox's loss add to the deviance of the rows before them alone", () => {
    const times = y.map((value, i) => (0.1 + Math.abs(value)) * (i % 4 === 0 ? -1 : 1));
    const model = new SmoothLasso({ datafit: cox() });
    const known = { lambdas: [0.1], folds: 3, timeOrdered: true };
    const cv = model.crossValidate(X, times, known);
    const start = 64 - 3 * 16;
    // The first two blocks score the same where the rows behind them do not exist.
    const fewer = model.crossValidate(X.slice(0, start + 16), times.slice(0, start + 16), {
      lambdas: [0.1],
      foldId: times.slice(0, start + 16).map((_, i) => (i < start ? 0 : 1)),
      timeOrdered: true,
    });
    assertClose("fold 1", cv.foldScores[0][0], fewer.foldScores[0][0], 1e-9);
  });

  it("are refused beside other draws, and where a class comes late", () => {
    const refuses = (
      options: Anything,
      message: string,
      model = lasso,
      target: readonly unknown[] = y,
    ): void =>
      assert.throws(() => model.crossValidate(X, target as number[], options), {
        name: "InputError",
        message: `SmoothLasso.crossValidate: ${message}`,
      });
    for (const [name, value] of Object.entries({ sampleGroups: y, seed: 1, stratified: false, repeats: 2 }))
      refuses({ timeOrdered: true, [name]: value }, `timeOrdered must come without ${name}, got both`);
    refuses({ timeOrdered: 1 }, "timeOrdered must be true or false, got 1");
    refuses({ repeats: 0 }, "repeats must be an integer >= 1, got 0");
    refuses({ repeats: 2, foldId: y.map((_, i) => i % 2) }, "foldId must come without repeats, got both");
    refuses(
      { folds: 3, timeOrdered: true },
      "the rows before fold 1 must have all 2 classes, got 1; every class needs rows in the first fold",
      new SmoothLasso({ datafit: logistic() }) as never,
      y.map((_, i) => (i > 30 ? "late" : "early")),
    );
  });
});
