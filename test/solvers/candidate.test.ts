import assert from "node:assert/strict";
import { SmoothLasso } from "../../src/estimators";
import { lbfgs } from "../../src/optimizers";
import { hadamardProduct } from "../../src/parametrizations";
import { l1, lq } from "../../src/penalties";
import { surrogateDescent, workingSet } from "../../src/solvers";
import { coordinateDescent } from "../../src/solvers/classical";
import { better, type Candidate, candidateAt, withExactZeros } from "../../src/solvers/solver";
import { supportNewton } from "../../src/solvers/subproblem/support-newton";
import { assertAllClose, assertAtMost } from "../support/assert-close";
import { linearData, problemOf } from "../support/problems";
import { taskOf } from "../support/solver-tasks";

const none = new Float64Array(0);
const task = taskOf(problemOf(linearData(1, 30, 6)), 0.2, 1e-12);
const solution = coordinateDescent().solve(task);
const at = (beta: ArrayLike<number>, on = task): Candidate =>
  candidateAt(on, Float64Array.from(beta), none, 0.25);

describe("better", () => {
  const [good, bad] = [at(solution.beta), at([1, 1, 1, 1, 1, 1])];

  it("takes the smaller gap, in either order, and keeps the first of equals", () => {
    assert.equal(better(good, bad), good);
    assert.equal(better(bad, good), good);
    const same = at(solution.beta);
    assert.equal(better(good, same), good);
  });

  it("takes the lower objective where neither gap is finite", () => {
    const ofObjective = (objective: number): Candidate => ({
      ...good,
      certificate: { ...good.certificate, objective, dualityGap: Infinity },
    });
    const [low, high] = [ofObjective(1), ofObjective(2)];
    assert.equal(better(low, high), low);
    assert.equal(better(high, low), low);
  });

  it("takes the candidate whose objective is finite, whatever its gap and violation", () => {
    for (const objective of [Infinity, Number.NaN]) {
      for (const dualityGap of [0, undefined]) {
        const certificate = { ...good.certificate, objective, dualityGap, violation: 0 };
        const senseless: Candidate = { ...good, certificate };
        assert.equal(better(senseless, bad), bad);
        assert.equal(better(bad, senseless), bad);
      }
    }
  });

  it("takes the lower objective where there is no gap", () => {
    const bridge = taskOf(problemOf(linearData(1, 30, 6), lq({ q: 0.5 })), 0.2, 1e-12);
    const [low, high] = [at(solution.beta, bridge), at([9, 9, 9, 9, 9, 9], bridge)];
    assert.equal(better(low, high), low);
    assert.equal(better(high, low), low);
  });

  it("takes the smaller violation where objectives differ by rounding only", () => {
    const ofMeasures = (objective: number, violation: number): Candidate => ({
      ...good,
      certificate: { ...good.certificate, objective, violation, dualityGap: undefined },
    });
    const solved = ofMeasures(1 + 2 * Number.EPSILON, 1e-15);
    const rough = ofMeasures(1, 1e-7);
    assert.equal(better(solved, rough), solved);
    assert.equal(better(rough, solved), solved);
  });

  it("keeps the least-squares fit that Newton's method polished, so that lambda 0 is done at once", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { X, y } = linearData(seed, 50, 2 + (seed % 9));
      const fit = new SmoothLasso({ lambda: 0, tol: 1e-12 }).fit(X, y);
      assert.equal(fit.status, "converged", `seed ${seed}`);
      assert.ok(fit.nIter <= 30, `seed ${seed} took ${fit.nIter} iterations`);
    }
  });
});

describe("withExactZeros", () => {
  it("sets what a smooth method left near zero to zero, and nothing else", () => {
    const left = solution.beta.map((b, j) => (b === 0 ? 1e-9 * (j + 1) : b));
    const sparse = withExactZeros(task, at(left));
    assert.deepEqual(sparse.beta, solution.beta);
    assert.equal(sparse.certificate.misalignment, 0.25, "that of the raw point");
  });

  it("keeps a tiny coefficient whose zero would not be stationary", () => {
    const largest = Math.max(...at([0, 0, 0, 0, 0, 0]).profile.gradient.map(Math.abs));
    const barely = taskOf(task.problem, largest * (1 - 1e-6), 1e-12);
    const { beta } = coordinateDescent().solve(barely);
    assert.equal(beta.filter((b) => b !== 0).length, 1);
    assert.deepEqual(withExactZeros(barely, at(beta, barely)).beta, beta);
  });

  it("gives the candidate itself where nothing vanishes", () => {
    const candidate = at(solution.beta);
    assert.equal(withExactZeros(task, candidate), candidate);
  });
});

describe("supportNewton", () => {
  it("solves to the last digits from a point with the right signs", () => {
    const rough = solution.beta.map((b) => 1.1 * b);
    const polished = supportNewton(task, at(rough))!;
    assertAllClose("beta", polished.beta, solution.beta, 1e-10);
    assertAtMost("gap", polished.certificate.dualityGap!, 1e-13);
  });

  it("stops a coefficient that would cross zero at zero", () => {
    const zero = solution.beta.indexOf(0);
    for (const sign of [1, -1]) {
      const wrong = solution.beta.slice();
      wrong[zero] = sign * 1e-3;
      const polished = supportNewton(task, at(wrong))!;
      assert.ok(polished.beta[zero] * sign >= 0, "it kept its sign or became zero");
      assertAllClose("one of the two signs cannot stay", [polished.beta[zero]], [0], 0.1);
    }
    const crossed = [1, -1].filter((sign) => {
      const wrong = solution.beta.slice();
      wrong[zero] = sign * 1e-3;
      return supportNewton(task, at(wrong))!.beta[zero] === 0;
    });
    assert.ok(crossed.length >= 1);
  });

  it("solves also where columns depend on each other, since there is no slope along what they share", () => {
    const { X, y } = linearData(1, 30, 3);
    const twice = taskOf(problemOf({ X: X.map((row) => [...row, row[0]]), y }), 0.2, 1e-12);
    const polished = supportNewton(twice, at([1, -1, 1, 1], twice))!;
    assertAtMost("gap", polished.certificate.dualityGap!, 1e-13);
  });

  it("leaves its start alone, and refuses a support that is empty", () => {
    const start = at(solution.beta.map((b) => 1.1 * b));
    const before = start.beta.slice();
    supportNewton(task, start);
    assert.deepEqual(start.beta, before);
    assert.equal(supportNewton(task, at([0, 0, 0, 0, 0, 0])), undefined);
  });
});

describe("the misalignment of a solution", () => {
  it("is that of the surrogate point it was read from, through a working set too", () => {
    const inner = surrogateDescent(hadamardProduct({ depth: 2 }), lbfgs());
    const loose = { ...task, isOptimal: () => false, maxIter: 15 };
    assert.ok(inner.solve(loose).certificate.misalignment > 0);
    assert.ok(workingSet(inner).solve(loose).certificate.misalignment > 0);
    assert.equal(coordinateDescent().solve(loose).certificate.misalignment, 0);
  });
});

describe("the penalty of a problem", () => {
  it("may have weights, which its zeros respect", () => {
    const weighted = taskOf(problemOf(linearData(1, 30, 3), l1({ weights: [1, 100, 1] })), 0.2, 1e-12);
    assert.equal(coordinateDescent().solve(weighted).beta[1], 0);
  });
});
