import assert from "node:assert/strict";
import { logistic } from "../../../src/datafits";
import {
  diagnose,
  SmoothBridge,
  SmoothGroupLasso,
  SmoothLasso,
  type SparseLinearFit,
  SparseLinearModel,
} from "../../../src/estimators";
import { type Note, sentenceOf } from "../../../src/estimators/notes";
import { type EndedFit, warnUnlessConverged } from "../../../src/estimators/results/certificate-report";
import { groupScad, mcp } from "../../../src/penalties";
import { coordinateDescent } from "../../../src/solvers/classical";
import { assertAllClose } from "../../support/assert-close";
import { linearData } from "../../support/problems";
import { warningsOf } from "../../support/warnings";
import { leastSquares } from "../../support/written-out";

const flatNote = sentenceOf({ code: "unbounded-where-flat" });
const roundingNote = sentenceOf({ code: "below-rounding" });
const unboundedNote = sentenceOf({ code: "unbounded" });

const certificate = {
  objective: 1,
  dualityGap: 0.5,
  violation: 0.1,
  singleCoordinateGain: 0,
  misalignment: 0,
};
const ended = (status: EndedFit["status"], ...notes: Note[]): EndedFit => ({
  lambda: 0.25,
  status,
  certificate,
  nullDeviance: 1,
  notes,
});
const warn = (...fits: EndedFit[]): string[] =>
  warningsOf(() => warnUnlessConverged("here", fits, { tol: 0.1, maxIter: 7 }));

describe("the warning of fits that did not converge", () => {
  it("says once each why no finite coefficients are best, of the first fit and of others", () => {
    const flat = ended("stalled", { code: "single-row" }, { code: "unbounded-where-flat" });
    const free = ended("stalled", { code: "unbounded" });
    const opening =
      "ConvergenceWarning: here: 4 of 5 fits, first at lambda 0.25 did not converge, duality gap 5.0e-1 of the null deviance; ";
    assert.deepEqual(warn(ended("converged"), ended("max-iter"), flat, free, flat), [
      `${opening}raise maxIter (7) or tol (0.1); of other fits, ${flatNote}; of other fits, ${unboundedNote}`,
    ]);
    assert.deepEqual(warn(flat, free, ended("converged"), flat, ended("max-iter")), [
      `${opening}${flatNote}; of other fits, ${unboundedNote}`,
    ]);
    const [stalled] = warn(ended("stalled"), flat);
    assert.ok(
      stalled.endsWith(`; no further progress is possible; raise tol (0.1); of other fits, ${flatNote}`),
    );
    assert.deepEqual(warn(ended("converged"), ended("interrupted")), []);
  });

  it("names no gap that meets the tolerance, but the parameter that had not settled", () => {
    const note = { code: "estimated", name: "theta", value: 2.5, end: "unsettled" } as const;
    const fit = { ...ended("stalled", note), certificate: { ...certificate, dualityGap: 0.05 } };
    const opening = "ConvergenceWarning: here: the fit at lambda 0.25 did not converge";
    assert.deepEqual(warn(fit), [
      `${opening}; theta was estimated in turns with the coefficients: 2.5, which had not settled at the last turn`,
    ]);
    const [settled] = warn({ ...ended("max-iter", { ...note, end: "settled" }) });
    assert.equal(
      settled,
      `${opening}, duality gap 5.0e-1 of the null deviance; raise maxIter (7) or tol (0.1)`,
    );
  });

  it("says of a lambda below the rounding of the data that iterations cannot help", () => {
    const { X, y } = linearData(7, 40, 6);
    const wanted = leastSquares({ X, y }).slice(1);
    const [largest] = new SmoothLasso().path(X, y, { nLambdas: 1 }).lambdas;
    const models = {
      lasso: new SmoothLasso({ lambda: 1e-19 * largest }),
      bridge: new SmoothBridge({ q: 0.5, lambda: 1e-13 * largest }),
      groups: new SmoothGroupLasso({ groups: [0, 0, 1, 1, 2, 2], lambda: 1e-25 * largest }),
      mcp: new SparseLinearModel({ penalty: mcp({ gamma: 3 }), lambda: 1e-14 * largest }),
    };
    for (const [name, model] of Object.entries(models)) {
      const fits: SparseLinearFit[] = [];
      const warnings = warningsOf(() => fits.push(model.fit(X, y)));
      const [fit] = fits;
      assert.equal(fit.status, "stalled", name);
      assert.deepEqual(fit.notes, [roundingNote]);
      assert.equal(warnings.length, 1);
      assert.ok(warnings[0].endsWith(`; ${roundingNote}`));
      const convergence = diagnose(fit).items.find(({ topic }) => topic === "convergence");
      assert.equal(convergence?.advice, roundingNote);
      // It is that of lambda 0 in all digits that count.
      assertAllClose(name, fit.coef, wanted, 1e-10);
    }
    for (const options of [{ maxIter: 1 }, { lambda: 0.01 * largest, tol: 1e-300 }]) {
      const slow = { lambda: 1e-3 * largest, solver: coordinateDescent(), ...options };
      let notes: readonly string[] = [];
      const warnings = warningsOf(() => {
        notes = new SmoothLasso(slow).fit(X, y).notes;
      });
      assert.equal(warnings.length, 1);
      assert.deepEqual(notes, "tol" in options ? [roundingNote] : []);
    }
  });

  it("tells of a path and all folds whose classes large coefficients separate, which are scored by where they ended", () => {
    const X = Array.from({ length: 12 }, (_, i) => [i < 6 ? -1 - i / 7 : i / 5, Math.sin(3 * i)]);
    const y = X.map((_, i) => (i < 6 ? 0 : 1));
    const penalty = groupScad(["g", "g"]);
    const model = new SparseLinearModel({ penalty, datafit: logistic(), standardize: false });
    const foldId = X.map((_, i) => i % 3);
    const [warning, ...more] = warningsOf(() => {
      const cv = model.crossValidate(X, y, { foldId, lambdas: [0.05], keep: true });
      cv.foldScores.forEach((loss, f) => {
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
