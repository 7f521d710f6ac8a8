import assert from "node:assert/strict";
import { logistic } from "../../src/datafits";
import { SparseLinearModel } from "../../src/estimators";
import { type EndedFit, warnUnlessConverged } from "../../src/estimators/convergence-warning";
import { endlessNote, flatNote } from "../../src/estimators/endless-note";
import { groupScad } from "../../src/penalties";
import { warningsOf } from "../support/warnings";

const certificate = { objective: 1, dualityGap: 0.5, violation: 0.1, coordinatewise: 0, misalignment: 0 };
const ended = (status: EndedFit["status"], ...notes: string[]): EndedFit => ({
  lambda: 0.25,
  status,
  certificate,
  notes,
});
const warn = (...fits: EndedFit[]): string[] =>
  warningsOf(() => warnUnlessConverged("here", fits, { tol: 0.1, maxIter: 7 }));

describe("the warning of fits that did not converge", () => {
  it("says once each why no finite coefficients are best, of the first fit and of others", () => {
    const flat = ended("stalled", "of the making", flatNote);
    const free = ended("stalled", endlessNote);
    const opening =
      "ConvergenceWarning: here: 4 of 5 fits, first at lambda 0.25 did not converge, duality gap 5.0e-1; ";
    assert.deepEqual(warn(ended("converged"), ended("max-iter"), flat, free, flat), [
      `${opening}raise maxIter (7) or tol (0.1); of other fits, ${flatNote}; of other fits, ${endlessNote}`,
    ]);
    assert.deepEqual(warn(flat, free, ended("converged"), flat, ended("max-iter")), [
      `${opening}${flatNote}; of other fits, ${endlessNote}`,
    ]);
    const [stalled] = warn(ended("stalled"), flat);
    assert.ok(
      stalled.endsWith(`; no further progress is possible; raise tol (0.1); of other fits, ${flatNote}`),
    );
    assert.deepEqual(warn(ended("converged"), ended("interrupted")), []);
  });

  it("tells of a path and all folds whose classes large coefficients separate, which are scored by where they ended", () => {
    const X = Array.from({ length: 12 }, (_, i) => [i < 6 ? -1 - i / 7 : i / 5, Math.sin(3 * i)]);
    const y = X.map((_, i) => (i < 6 ? 0 : 1));
    const penalty = groupScad(["g", "g"]);
    const model = new SparseLinearModel({ penalty, datafit: logistic(), standardize: false });
    const foldId = X.map((_, i) => i % 3);
    const [warning, ...more] = warningsOf(() => {
      const cv = model.crossValidate(X, y, { foldId, lambdas: [0.05], keep: true });
      cv.foldLoss.forEach((loss, f) => {
        const rows = foldId.flatMap((id, i) => (id === f ? [i] : []));
        // Twice the logistic loss, whose saturated model has none.
        const deviance = rows.reduce((sum, i) => {
          const eta = cv.outOfFold![0][i] as number;
          return sum + 2 * Math.log1p(Math.exp(y[i] === 1 ? -eta : eta));
        }, 0);
        assert.ok(Math.abs(loss[0] - deviance / rows.length) <= 1e-12);
      });
    });
    assert.deepEqual(more, []);
    assert.match(warning, /crossValidate: 4 of 4 fits, first at lambda 0\.05 did not converge, /);
    assert.equal(warning.split(flatNote).length, 2);
  });
});
