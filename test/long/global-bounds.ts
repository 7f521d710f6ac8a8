/**
 * Ten minutes of random problems whose global minimum is enumerated, and 500 problems of groups for each penalty on their norms: no bound of
 * `certifyGlobal` may be above the least objective that is found.
 *
 * `GLOBAL_SECONDS` sets the time, `GLOBAL_FIRST` the first seed, `GLOBAL_PROBLEMS` the number of problems of groups.
 */
import assert from "node:assert/strict";
import { SparseLinearModel, seededRandom } from "../../src";
import { certifyGlobal } from "../../src/global";
import { leastOfGlm } from "../support/glm-minimum";
import { minimumByEnumeration } from "../support/global-minimum";
import { GLOBAL_CASES, smallProblem } from "../support/global-problems";
import { GROUP_CASES, glmOf, groupProblem } from "../support/group-problems";

const SECONDS = Number(process.env.GLOBAL_SECONDS ?? 600);
const FIRST = Number(process.env.GLOBAL_FIRST ?? 1000);
const PROBLEMS = Number(process.env.GLOBAL_PROBLEMS ?? 500);

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

  it("are never above what descents on all sets of groups find", function () {
    this.timeout(4 * 3_600_000);
    for (let seed = FIRST; seed < FIRST + PROBLEMS; seed++) {
      for (const { name, penaltyOf, term } of GROUP_CASES) {
        const problem = groupProblem(seed);
        const { X, y, labels, weights, sampleWeight, lambda } = problem;
        const model = { penalty: penaltyOf(labels, { weights }), lambda, tol: 1e-3, standardize: false };
        const fit = new SparseLinearModel(model).fit(X, y, { sampleWeight });
        const proof = certifyGlobal(fit, { timeLimit: seed % 2 === 0 ? 0.02 : 2 });
        const { box = new Float64Array(labels.length).fill(Infinity) } = proof;
        const least = leastOfGlm(glmOf(problem, term), seededRandom(seed).uniform, 3, (b) =>
          box.every((limit, j) => Math.abs(b[j + 1]) <= limit),
        );
        const where = `${name}, seed ${seed}: [${proof.lowerBound}, ${proof.objective}] and ${least.objective}`;
        assert.ok(proof.lowerBound <= least.objective * (1 + 1e-11), where);
        if (proof.status === "optimal") assert.ok(proof.objective <= least.objective * (1 + 2e-6), where);
      }
    }
  });
});
