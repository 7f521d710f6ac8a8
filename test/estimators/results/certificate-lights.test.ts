import assert from "node:assert/strict";
import { SmoothLasso, type SparseLinearFit } from "../../../src/estimators";
import { certificateLights } from "../../../src/estimators/results/certificate-report";
import { coordinateDescent } from "../../../src/solvers/classical";
import { linearData } from "../../support/problems";
import { warningsOf } from "../../support/warnings";

const certificate = { objective: 2, dualityGap: 0, violation: 0, singleCoordinateGain: 0, misalignment: 0 };
const fit = { certificate, status: "max-iter", lambda: 0.5, nullDeviance: 2 } as const;

const coloursOf = (given: Parameters<typeof certificateLights>[0]): string[] =>
  certificateLights(given).map(({ colour, text }) => `${colour}: ${text}`);

describe("the lights of a fit", () => {
  it("tell and judge the gap as a share of the null deviance, the violation of lambda, the surplus of the objective", () => {
    const measured = { ...certificate, dualityGap: 8e-6, violation: 1e-5, misalignment: 1 };
    assert.deepEqual(coloursOf({ ...fit, certificate: measured, nullDeviance: 8 }), [
      "green: duality gap 1.0e-6 of the null deviance",
      "amber: violation 2.0e-5 of lambda",
      "red: misalignment 2.5e-1 of the objective",
    ]);
  });

  it("are the same in any unit of the response", () => {
    const { X, y } = linearData(5, 30, 4);
    const lightsIn = (unit: number): string[] => {
      const options = { lambda: 0.1 * unit, solver: coordinateDescent(), maxIter: 3, tol: 1e-14 };
      const fits: SparseLinearFit[] = [];
      warningsOf(() =>
        fits.push(
          new SmoothLasso(options).fit(
            X,
            y.map((value) => value * unit),
          ),
        ),
      );
      return coloursOf(fits[0]);
    };
    const [gap, violation] = lightsIn(1);
    assert.match(gap, /^\w+: duality gap [1-9]\.\de-\d+ of the null deviance$/);
    assert.match(violation, /^\w+: violation [1-9]\.\de-\d+ of lambda$/);
    // A power of two leaves all digits as they are.
    for (const unit of [2 ** 30, 2 ** -30]) assert.deepEqual(lightsIn(unit).slice(0, 2), [gap, violation]);
  });

  it("tell the violation by itself where lambda is next to nothing", () => {
    const measured = { ...certificate, violation: 1e10 };
    assert.equal(coloursOf({ ...fit, certificate: measured, lambda: 1e-300 })[1], "red: violation 1.0e+10");
  });

  it("are green for a fit that converged, which has met its own tolerance, and say nothing of a large surplus", () => {
    const measured = { ...certificate, dualityGap: 0.1, violation: 0.1, misalignment: 0.1 };
    assert.deepEqual(coloursOf({ ...fit, certificate: measured, status: "converged" }), [
      "green: duality gap 5.0e-2 of the null deviance",
      "green: violation 2.0e-1 of lambda",
    ]);
  });

  it("tell what one step could gain where there is no gap to say so", () => {
    const measured = { ...certificate, dualityGap: undefined, singleCoordinateGain: 1e-3 };
    assert.deepEqual(coloursOf({ ...fit, certificate: measured }), [
      "green: violation 0",
      "amber: one step could gain 5.0e-4 of the null deviance",
      "green: misalignment 0",
    ]);
  });

  it("are red where a measure is no number, or is not zero while the objective is", () => {
    const measured = { ...certificate, objective: 0, dualityGap: 1e-9, violation: Number.NaN };
    assert.deepEqual(coloursOf({ ...fit, certificate: measured, lambda: 0, nullDeviance: 0 }), [
      "red: duality gap 1.0e-9",
      "red: violation NaN",
      "green: misalignment 0",
    ]);
  });
});
