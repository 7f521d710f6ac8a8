import assert from "node:assert/strict";
import { groupL2, groupLq, groupMcp, l1, lq, nuclear, sparseGroup } from "../../../src/penalties";
import { blockDescent, coordinateDescent, proximalGradient } from "../../../src/solvers/classical";
import { assertAllClose, assertAtMost } from "../../support/assert-close";
import { readGoldenProblem } from "../../support/golden-problem";
import { linearData, problemOf } from "../../support/problems";
import { taskOf } from "../../support/solver-tasks";

describe("blockDescent", () => {
  for (const [name, penaltyOf] of [
    ["group-raw", groupL2],
    ["sparse-group", (groups: readonly number[]) => sparseGroup(groups, { l1Ratio: 0.4 })],
  ] as const) {
    const { problem, lambdas, solutions } = readGoldenProblem(name, penaltyOf);
    lambdas.forEach((lambda, k) => {
      it(`agrees with skglm's ${name} at lambda ${lambda.toPrecision(3)}`, () => {
        const solution = blockDescent().solve(taskOf(problem, lambda, 1e-14));
        assert.equal(solution.status, "converged");
        assertAllClose("beta", solution.beta, solutions[k], 1e-6);
      });
    });
  }

  it("with groups of one is coordinate descent, epoch by epoch", () => {
    const data = linearData(1, 40, 6);
    const labels = [0, 1, 2, 3, 4, 5];
    for (const [grouped, single] of [
      [groupL2(labels), l1()],
      [groupLq(labels, { q: 0.5 }), lq({ q: 0.5 })],
    ]) {
      const beta = new Float64Array(6).fill(0.2);
      const ends = [
        blockDescent().solve(taskOf(problemOf(data, grouped), 0.1, 0, { beta, maxIter: 20 })),
        coordinateDescent().solve(taskOf(problemOf(data, single), 0.1, 0, { beta, maxIter: 20 })),
      ];
      assertAllClose("beta", ends[0].beta, ends[1].beta, 1e-12);
    }
  });

  it("lets the columns of a group lie apart", () => {
    const { X, y } = linearData(2, 40, 6);
    const order = [0, 2, 4, 1, 3, 5];
    const together = problemOf(
      { X: X.map((row) => order.map((j) => row[j])), y },
      groupL2([0, 0, 0, 1, 1, 1]),
    );
    const apart = problemOf({ X, y }, groupL2([0, 1, 0, 1, 0, 1]));
    const [first, second] = [together, apart].map((p) => blockDescent().solve(taskOf(p, 0.2, 1e-13)).beta);
    assertAllClose(
      "beta",
      first,
      order.map((j) => second[j]),
      1e-7,
    );
  });

  it("needs fewer passes than a method whose curvature is that of all columns", () => {
    const groups = Array.from({ length: 40 }, (_, j) => Math.floor(j / 4));
    const problem = problemOf(linearData(3, 60, 40), groupMcp(groups));
    const beta = new Float64Array(40).fill(0.1);
    const [blocks, all] = [blockDescent(), proximalGradient()].map((s) =>
      s.solve(taskOf(problem, 0.1, 1e-9, { beta })),
    );
    assert.equal(blocks.status, "converged");
    assertAtMost("epochs", blocks.nIter, all.nIter);
  });

  it("takes a group of zeros for what it is", () => {
    const { X, y } = linearData(4, 30, 4);
    const problem = problemOf({ X: X.map((row) => [...row, 0, 0]), y }, groupL2([0, 0, 1, 1, 2, 2]));
    const solution = blockDescent().solve(taskOf(problem, 0.1, 1e-10));
    assert.equal(solution.status, "converged");
    assert.deepEqual([...solution.beta.subarray(4)], [0, 0]);
  });

  it("refuses a penalty whose groups it cannot minimise, in one sentence", () => {
    for (const penalty of [l1(), nuclear({ nColumns: 1 })]) {
      assert.throws(() => blockDescent().solve(taskOf(problemOf(linearData(5, 10, 2), penalty), 0.1, 1e-9)), {
        name: "InputError",
        message: `blockDescent: penalty must be a sum over groups with a known proximal step, got "${penalty.name}"; use coordinateDescent() or fista()`,
      });
    }
  });
});
