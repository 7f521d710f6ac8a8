import assert from "node:assert/strict";
import { SparseLinearModel, seededRandom } from "../../src";
import { certifyGlobal } from "../../src/global";
import { minimumByEnumeration } from "../support/global-minimum";
import { GLOBAL_CASES, smallProblem } from "../support/global-problems";

describe("certifyGlobal against enumeration", function () {
  this.timeout(120_000);
  for (const { name, penalty, term, p } of GLOBAL_CASES) {
    it(`is never above the minimum and finds it, with ${name}`, () => {
      for (let seed = 1; seed <= 110; seed++) {
        const { X, columns, y, lambda } = smallProblem(seed, p);
        const fit = new SparseLinearModel({
          penalty,
          lambda,
          tol: 1e-3,
          standardize: false,
          fitIntercept: false,
        }).fit(X, y);
        const hasFewRows = y.length < p;
        const proof = certifyGlobal(fit, { timeLimit: hasFewRows ? 0.3 : 60 });
        const terms = columns.map(() => term(lambda));
        const minimum = minimumByEnumeration(columns, y, terms, seededRandom(seed).uniform);
        const where = `seed ${seed}: [${proof.lowerBound}, ${proof.objective}] and ${minimum}`;
        // With fewer rows than columns a proof may take long; what it has by then is right.
        if (!hasFewRows) assert.equal(proof.status, "optimal", where);
        if (proof.status === "optimal") assert.ok(proof.gap <= 1e-6, where);
        assert.ok(proof.lowerBound <= minimum * (1 + 1e-12), where);
        assert.ok(proof.objective <= minimum * (1 + 2e-6), where);
      }
    });
  }
});
