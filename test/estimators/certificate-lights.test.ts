import assert from "node:assert/strict";
import { certificateLights } from "../../src/estimators/certificate-lights";

const certificate = { objective: 2, dualityGap: 0, violation: 0, coordinatewise: 0, misalignment: 0 };
const fit = { certificate, status: "max-iter", lambda: 0.5 } as const;

const coloursOf = (given: Parameters<typeof certificateLights>[0]): string[] =>
  certificateLights(given).map(({ colour, text }) => `${colour}: ${text}`);

describe("the lights of a fit", () => {
  it("judge gap and surplus as shares of the objective, the violation as a share of lambda", () => {
    const measured = { ...certificate, dualityGap: 1e-6, violation: 1e-5, misalignment: 1 };
    assert.deepEqual(coloursOf({ ...fit, certificate: measured }), [
      "green: duality gap 1.0e-6",
      "amber: violation 1.0e-5",
      "red: misalignment 1.0e+0",
    ]);
  });

  it("are green for a fit that converged, which has met its own tolerance, and say nothing of a large surplus", () => {
    const measured = { ...certificate, dualityGap: 0.1, violation: 0.1, misalignment: 0.1 };
    assert.deepEqual(coloursOf({ ...fit, certificate: measured, status: "converged" }), [
      "green: duality gap 1.0e-1",
      "green: violation 1.0e-1",
    ]);
  });

  it("tell what one step could gain where there is no gap to say so", () => {
    const measured = { ...certificate, dualityGap: undefined, coordinatewise: 1e-3 };
    assert.deepEqual(coloursOf({ ...fit, certificate: measured }), [
      "green: violation 0",
      "amber: one step could gain 1.0e-3",
      "green: misalignment 0",
    ]);
  });

  it("are red where a measure is no number, or is not zero while the objective is", () => {
    const measured = { ...certificate, objective: 0, dualityGap: 1e-9, violation: Number.NaN };
    assert.deepEqual(coloursOf({ ...fit, certificate: measured, lambda: 0 }), [
      "red: duality gap 1.0e-9",
      "red: violation NaN",
      "green: misalignment 0",
    ]);
  });
});
