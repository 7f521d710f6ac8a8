/** Folds fitted one after the other, in the memory of the one before, against fits of their rows alone. */
import assert from "node:assert/strict";
import { SmoothLasso, type SparseLinearFit } from "../../../src/estimators";
import { assertAtMost } from "../../support/assert-close";
import { linearData } from "../../support/problems";

describe("folds that are fitted in turn", () => {
  it("predict what fits of the other rows do, though each takes the memory of the last", () => {
    const [n, p, folds] = [60, 400, 4];
    const { X, y } = linearData(5, n, p);
    const foldId = y.map((_, i) => i % folds);
    for (const options of [{}, { fitIntercept: false, standardize: false }]) {
      const model = new SmoothLasso(options);
      const cv = model.crossValidate(X, y, { foldId, nLambdas: 8, keep: true });
      for (let f = 0; f < folds; f++) {
        const [others, own] = [(i: number) => foldId[i] !== f, (i: number) => foldId[i] === f];
        const rows = X.filter((_, i) => others(i));
        const path = model.path(
          rows,
          y.filter((_, i) => others(i)),
          { lambdas: cv.lambdas },
        );
        path.fits.forEach((fit, k) => {
          const predicted = fit.predict(X.filter((_, i) => own(i)));
          const kept = (cv.outOfFold as Float64Array[])[k].filter((_, i) => own(i));
          const worst = Math.max(...kept.map((eta, i) => Math.abs(eta - predicted[i])));
          assertAtMost(`fold ${f}, lambda ${k}`, worst, 1e-10);
        });
      }
      assert.equal(cv.status, "complete");
    }
  });

  it("leave alone what a listener to their progress fits and keeps", () => {
    const [n, p, folds] = [90, 200, 3];
    const { X, y } = linearData(7, n, p);
    const model = new SmoothLasso({ lambda: 0.1 });
    // As many rows as a fold leaves, but others each time.
    const fitFrom = (start: number): SparseLinearFit =>
      model.fit(X.slice(start, start + 60), y.slice(start, start + 60));
    const kept: SparseLinearFit[] = [];
    const { now } = performance;
    let seconds = 0;
    performance.now = () => 1000 * ++seconds; // so that no event is left out
    try {
      const onProgress = (): void => {
        kept.push(fitFrom(kept.length));
      };
      new SmoothLasso().crossValidate(X, y, { folds, nLambdas: 3, onProgress });
    } finally {
      performance.now = now;
    }
    assert.equal(kept.length, 3 * (1 + folds));
    kept.forEach((fit, start) => {
      assert.deepEqual(fit.refit().coef, fitFrom(start).refit().coef, `fit ${start}`);
    });
  });
});
