/** Adaptive weights of a penalty of two parts. */
import assert from "node:assert/strict";
import {
  SmoothGroupLasso,
  SmoothLasso,
  SmoothSparseGroupLasso,
  SparseLinearModel,
} from "../../src/estimators";
import { sparseGroup } from "../../src/penalties";
import { pilotOf, sparseData } from "../support/adaptive-data";
import { assertAllClose, assertAtMost } from "../support/assert-close";
import { deviationsOf } from "../support/written-out";

const data = sparseData(3, 60, 12, 2);
const groups = [0, 0, 1, 1, 2, 2, 3, 3, 3, 4, 4, 4];
const members = [...new Set(groups)].map((g) => [...groups.keys()].filter((j) => groups[j] === g));

describe("adaptive weights of the sparse group lasso", () => {
  const scales = deviationsOf(data.X);

  it("are weights of both parts, from coefficients and groups of the pilot", () => {
    const own = { groups, l1Ratio: 0.8 };
    const pilot = pilotOf(new SmoothSparseGroupLasso({ ...own, tol: 1e-11 }), data.X, data.y);
    const scaled = pilot.coef.map((b, j) => scales[j] * b);
    const excluded = [...scaled.keys()].filter((j) => scaled[j] === 0);
    const kept = members.map((group) => group.some((j) => scaled[j] !== 0));
    assert.ok(kept.includes(false), "a group is excluded");
    assert.ok(
      excluded.some((j) => kept[groups[j]]),
      "and a coefficient of another",
    );
    const penalty = sparseGroup(groups, {
      l1Ratio: 0.8,
      l1Weights: scaled.map((b) => (b === 0 ? 1 : 1 / Math.abs(b))),
      weights: members.map((group) => {
        const norm = Math.hypot(...group.map((j) => scaled[j]));
        return norm === 0 ? 1 : Math.sqrt(group.length) / norm;
      }),
    });
    const lambdas = [1, 0.3, 0.1, 0.03];
    const byHand = new SparseLinearModel({ penalty, exclude: excluded, tol: 1e-11 });
    const expected = byHand.path(data.X, data.y, { lambdas });
    const path = new SmoothSparseGroupLasso({ ...own, adaptive: true, tol: 1e-11 }).path(data.X, data.y, {
      lambdas,
    });
    path.fits.forEach((fit, k) => {
      assert.equal(fit.status, "converged");
      assertAllClose(`coefficients ${k}`, fit.coef, expected.coefs[k], 1e-6);
      assert.deepEqual(fit.support, expected.fits[k].support);
      assert.match(fit.notes[0], /^the penalty is adapted to the fit without adaptive weights at lambda /);
    });
    for (const [l1Ratio, plain] of [
      [1, new SmoothLasso({ adaptive: true, tol: 1e-11 })],
      [0, new SmoothGroupLasso({ groups, adaptive: true, tol: 1e-11 })],
    ] as const) {
      const model = new SmoothSparseGroupLasso({ groups, l1Ratio, adaptive: true, tol: 1e-11 });
      const [mixed, one] = [model, plain].map((each) => each.path(data.X, data.y, { lambdas }));
      mixed.coefs.forEach((coef, k) => {
        assertAllClose(`l1Ratio ${l1Ratio}, ${k}`, coef, one.coefs[k], 1e-6);
      });
    }
  });

  it("find the true features more often, and shrink them less", () => {
    const found = { plain: 0, adaptive: 0 };
    const error = { plain: 0, adaptive: 0 };
    const blocks = Array.from({ length: 20 }, (_, j) => j >> 1);
    for (let seed = 0; seed < 6; seed++) {
      const { X, y } = sparseData(seed, 80, 20, 1.5);
      for (const name of ["plain", "adaptive"] as const) {
        const model = new SmoothSparseGroupLasso({
          groups: blocks,
          adaptive: name === "adaptive",
          tol: 1e-6,
        });
        const fit = model.path(X, y, { nLambdas: 25, lambdaMinRatio: 0.01 }).best("bic");
        if (`${fit.support}` === "0,1,4") found[name]++;
        error[name] += Math.abs(fit.coef[0] - 3);
      }
    }
    assert.ok(found.adaptive > found.plain, `${found.adaptive} and ${found.plain}`);
    assertAtMost("error", error.adaptive, error.plain);
  });
});
