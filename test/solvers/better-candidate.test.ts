import assert from "node:assert/strict";
import { SmoothLasso } from "../../src/estimators";
import type { Certificate } from "../../src/objectives/certificate";
import { better, type Candidate } from "../../src/solvers/candidate";
import { linearData } from "../support/problems";

function candidate(objective: number, violation: number, dualityGap?: number): Candidate {
  const certificate: Certificate = { objective, violation, dualityGap, coordinatewise: 0, misalignment: 0 };
  const empty = new Float64Array(0);
  const profile = { loss: objective, psi: empty, eta: empty, residual: empty, gradient: empty };
  return { beta: empty, profile, certificate };
}

/** Whichever comes first, `winner` is better. */
function beats(winner: Candidate, loser: Candidate): void {
  assert.equal(better(winner, loser), winner);
  assert.equal(better(loser, winner), winner);
}

describe("the better of two candidates", () => {
  it("has the smaller gap where there are gaps, whatever the objectives", () => {
    beats(candidate(2, 1, 0.1), candidate(1, 0, 0.2));
  });

  it("has the lower objective where there are none", () => {
    beats(candidate(1, 1), candidate(1 + 1e-9, 0));
  });

  it("has the smaller violation where objectives differ by rounding only", () => {
    beats(candidate(1 + 2 * Number.EPSILON, 1e-15), candidate(1, 1e-7));
  });

  it("is the least-squares fit that Newton's method polished, so that lambda 0 is done at once", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { X, y } = linearData(seed, 50, 2 + (seed % 9));
      const fit = new SmoothLasso({ lambda: 0, tol: 1e-12 }).fit(X, y);
      assert.equal(fit.status, "converged", `seed ${seed}`);
      assert.ok(fit.nIter <= 30, `seed ${seed} took ${fit.nIter} iterations`);
    }
  });
});
