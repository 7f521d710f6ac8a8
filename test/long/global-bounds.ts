/**
 * Ten minutes of random problems whose global minimum is enumerated: no bound of `certifyGlobal` may be above it.
 *
 * `GLOBAL_SECONDS` sets the time, `GLOBAL_FIRST` the first seed.
 */
import assert from "node:assert/strict";
import { SparseLinearModel, seededRandom } from "../../src";
import { certifyGlobal } from "../../src/global";
import { minimumByEnumeration } from "../support/global-minimum";
import { GLOBAL_CASES, smallProblem } from "../support/global-problems";

const SECONDS = Number(process.env.GLOBAL_SECONDS ?? 600);
const FIRST = Number(process.env.GLOBAL_FIRST ?? 1000);

describe("bounds on global minima", function () {
  this.timeout(1000 * (SECONDS + 120));

  it("are never above what enumeration finds", () => {
    const end = performance.now() + 1000 * SECONDS;
    for (let seed = FIRST; performance.now() < end; seed++) {
      for (const { name, penalty, term, p } of GLOBAL_CASES) {
        const { X, columns, y, lambda } = smallProblem(seed, p);
        const model = new SparseLinearModel({
          penalty,
          lambda,
          tol: 1e-3,
          standardize: false,
          fitIntercept: false,
        });
        const proof = certifyGlobal(model.fit(X, y), { timeLimit: seed % 2 === 0 ? 0.02 : 2 });
        const terms = columns.map(() => term(lambda));
        const minimum = minimumByEnumeration(columns, y, terms, seededRandom(seed).uniform);
        const where = `${name}, seed ${seed}: [${proof.lowerBound}, ${proof.objective}] and ${minimum}`;
        assert.ok(proof.lowerBound <= minimum * (1 + 1e-12), where);
        if (proof.status === "optimal") assert.ok(proof.objective <= minimum * (1 + 2e-6), where);
      }
    }
  });
});
