import assert from "node:assert/strict";
import { logistic, type ProgressEvent, SmoothLasso } from "../../src";
import { seededRandom } from "../../src/random/random";
import { bootstrapInclusion } from "../../src/selection";
import { bootstrapCounts, strataOf } from "../../src/selection/resampling";
import { assertAllClose, assertClose } from "../support/assert-close";
import { linearData } from "../support/problems";

const { X, y } = linearData(9, 40, 6);
const lasso = new SmoothLasso({ lambda: 0.2, tol: 1e-12 });

describe("the bootstrap", () => {
  it("fits what copies of the drawn rows give, and counts signs and zeros over those fits", () => {
    const found = bootstrapInclusion(lasso, X, y, { nBootstraps: 12, seed: 4 });
    const random = seededRandom(4);
    const strata = strataOf(Float64Array.from(y), new Float64Array(40).fill(1));
    const coefs = Array.from({ length: 12 }, (_, b) => {
      const counts = bootstrapCounts(strata, 40, random);
      const rows = [...counts].flatMap((count, i) => new Array<number>(count).fill(i));
      const fit = lasso.fit(
        rows.map((i) => X[i]),
        rows.map((i) => y[i]),
      );
      assertAllClose(`sample ${b}`, found.coefs[b], fit.coef, 1e-8);
      assertClose(`intercept ${b}`, found.intercepts[b], fit.intercept, 1e-8);
      return fit.coef;
    });
    for (let j = 0; j < 6; j++) {
      const positive = coefs.filter((coef) => coef[j] > 0).length;
      const negative = coefs.filter((coef) => coef[j] < 0).length;
      assertClose(`inclusion ${j}`, found.inclusion[j], (positive + negative) / 12, 1e-15);
      if (positive + negative > 0) {
        const same = Math.max(positive, negative) / (positive + negative);
        assertClose(`sign ${j}`, found.signConsistency[j], same, 1e-15);
      }
      const sorted = coefs.map((coef) => coef[j]).sort((a, b) => a - b);
      // 12 numbers: 3/11 of the way lies on the fourth.
      assertClose(`quantile ${j}`, found.quantile(3 / 11)[j], sorted[3], 1e-8);
      assertClose(`smallest ${j}`, found.quantile(0)[j], sorted[0], 1e-8);
    }
    assert.deepEqual([found.status, found.fit.support.length > 2], ["complete", true]);
    assertAllClose("fit", found.fit.coef, lasso.fit(X, y).coef, 1e-12);
  });

  it("has no sign for a feature that no sample includes", () => {
    const found = bootstrapInclusion(lasso.withParams({ exclude: [1] }), X, y, { nBootstraps: 3 });
    assert.deepEqual([found.inclusion[1], found.signConsistency[1]], [0, Number.NaN]);
  });

  it("spreads a mean as its standard error says", () => {
    // Without features that vary with y the intercept is the mean of the drawn responses.
    const zeros = X.map(([x]) => [x]);
    const { intercepts } = bootstrapInclusion(new SmoothLasso({ lambda: 1e3 }), zeros, y, {
      nBootstraps: 400,
    });
    const mean = y.reduce((a, b) => a + b) / 40;
    const variance = y.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 40;
    const spread = intercepts.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 400;
    // A variance from 400 samples has a relative standard error of 7%.
    assert.ok(Math.abs(spread / (variance / 40) - 1) < 0.25, `${spread / (variance / 40)}`);
  });

  it("keeps a rare class in every sample and leaves rows of weight 0 out", () => {
    const labels = y.map((_, i) => (i % 20 === 7 ? 1 : 0));
    const classifier = new SmoothLasso({ datafit: logistic(), lambda: 0.02 });
    assert.equal(bootstrapInclusion(classifier, X, labels, { nBootstraps: 20 }).coefs.length, 20);
    const words = labels.map((label) => (label === 1 ? "rare" : "common"));
    const { fit } = bootstrapInclusion(classifier, X, words, { nBootstraps: 1 });
    assert.deepEqual(fit.classes, ["common", "rare"]);
    const plain = bootstrapInclusion(lasso, X, y, { nBootstraps: 3 });
    const sampleWeight = [...y.map(() => 2), 0];
    const junk = bootstrapInclusion(lasso, [...X, X[0].map(() => 1e3)], [...y, 1e4], {
      nBootstraps: 3,
      sampleWeight,
    });
    for (let b = 0; b < 3; b++) assertAllClose(`sample ${b}`, junk.coefs[b], plain.coefs[b], 1e-8);
  });

  it("tells how it goes and keeps the samples it has when interrupted", () => {
    const signal = { aborted: false };
    const events: ProgressEvent[] = [];
    const found = bootstrapInclusion(lasso, X, y, {
      signal,
      onProgress(event) {
        events.push(event);
        signal.aborted = true;
      },
    });
    assert.deepEqual([found.status, found.coefs.length], ["interrupted", 1]);
    assert.match(events[0].message, /^sample 1, \d features$/);
    assert.deepEqual(events.at(-1), {
      task: "bootstrapInclusion",
      done: 1,
      total: 100,
      interrupted: true,
      message: "interrupted after 1 samples",
    });
    assert.match(String(found), /^SmoothLasso, lambda = 0.2: 1 bootstrap samples \(interrupted\)\n/);
  });

  it("shows inclusion, signs and intervals by feature, most often included first", () => {
    const [title, head, , ...rows] = String(bootstrapInclusion(lasso, X, y, { nBootstraps: 10 })).split("\n");
    assert.equal(title, "SmoothLasso, lambda = 0.2: 10 bootstrap samples");
    assert.match(head, /^feature +coefficient +inclusion +same sign +2\.5% +97\.5%$/);
    assert.deepEqual(
      rows
        .slice(0, 3)
        .map((row) => row.slice(0, 2))
        .sort(),
      ["x0", "x1", "x2"],
    );
  });

  it("refuses what makes no sense, in one sentence", () => {
    assert.throws(() => bootstrapInclusion(SmoothLasso as never, X, y), {
      name: "InputError",
      message:
        "bootstrapInclusion: estimator must be one such as new SmoothLasso(), got a function SmoothLasso; make one by new",
    });
    const refuses = (action: () => void, message: string): void => {
      assert.throws(action, { name: "InputError", message });
    };
    refuses(
      () => bootstrapInclusion(lasso, X, y, { nBootstraps: 0 }),
      "bootstrapInclusion: nBootstraps must be an integer >= 1, got 0",
    );
    refuses(
      () => bootstrapInclusion(lasso, X, y, { samples: 3 } as object),
      'bootstrapInclusion: every option must be one of nBootstraps, seed, sampleWeight, offset, onProgress, signal, got "samples"',
    );
    refuses(
      () => bootstrapInclusion(new SmoothLasso(), X, y),
      "SmoothLasso.fit: lambda must be given, got undefined; use path(X, y) to see a whole grid of them, crossValidate(X, y) to choose one",
    );
    refuses(
      () => bootstrapInclusion(lasso, X, y, { nBootstraps: 1 }).quantile(1.2),
      "BootstrapInclusion.quantile: share must be a number from 0 to 1, got 1.2",
    );
  });
});
