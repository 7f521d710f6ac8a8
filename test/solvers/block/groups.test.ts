/** The block solver on groups with a convex penalty: against block descent, on degenerate designs, with losses that bend, along a path. */
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  cox,
  huber,
  logistic,
  multinomial,
  poisson,
  quantile,
  squaredError,
  squaredHinge,
} from "../../../src/datafits";
import { stackResponses } from "../../../src/design/stacked-responses";
import { groupL2, type Penalty, sparseGroup } from "../../../src/penalties";
import { profileAt, type SparseProblem } from "../../../src/problem/problem";
import { UnpenalizedColumns } from "../../../src/problem/unpenalized-columns";
import { seededRandom } from "../../../src/random/random";
import { proximalNewton, WarmStart } from "../../../src/solvers";
import { coordinateDescent } from "../../../src/solvers/classical";
import { assertAllClose, assertAtMost } from "../../support/assert-close";
import { readGoldenProblem } from "../../support/golden-problem";
import { severalResponses } from "../../support/multi-response";
import { designOf, linearData, normals, problemOf, slopesOf } from "../../support/problems";
import { taskOf } from "../../support/solver-tasks";

type PenaltyOf = (groups: readonly number[]) => Penalty;

const penalties: readonly (readonly [name: string, PenaltyOf])[] = [
  ["group lasso", (groups) => groupL2(groups)],
  ["sparse group lasso", (groups) => sparseGroup(groups, { l1Ratio: 0.4 })],
];

const pairs = (nFeatures: number, size = 2): number[] =>
  Array.from({ length: nFeatures }, (_, j) => Math.floor(j / size));

function lambdaMaxOf(problem: SparseProblem): number {
  const { design, free, penalty } = problem;
  const zero = new Float64Array(design.nFeatures);
  const { gradient } = profileAt(problem, zero, new Float64Array(free.size));
  return penalty.lambdaMax(gradient, zero);
}

/** A matrix of coefficients, one row a group. */
function rowsProblem(
  datafit: SparseProblem["datafit"],
  X: readonly (readonly number[])[],
  target: readonly (readonly number[])[],
): SparseProblem {
  const [n, p, nResponses] = [X.length, X[0].length, target[0].length];
  const intercepts = target[0].map((_, r) =>
    Float64Array.from({ length: n * nResponses }, (_unused, k) => (Math.floor(k / n) === r ? 1 : 0)),
  );
  return {
    design: stackResponses(designOf(X), nResponses),
    free: new UnpenalizedColumns(n * nResponses, intercepts),
    target: Float64Array.from({ length: n * nResponses }, (_, k) => target[k % n][Math.floor(k / n)]),
    datafit,
    penalty: groupL2(Array.from({ length: p * nResponses }, (_, k) => k % p)),
  };
}

describe("the block solver on groups", () => {
  for (const [name, penaltyOf] of [
    ["group-raw", groupL2],
    ["sparse-group", (groups: readonly number[]) => sparseGroup(groups, { l1Ratio: 0.4 })],
  ] as const) {
    it(`has the solutions of ${name} along its grid`, () => {
      const { problem, lambdas, solutions } = readGoldenProblem(name, penaltyOf);
      const solver = proximalNewton();
      const warmStart = new WarmStart();
      let beta = new Float64Array(problem.design.nFeatures);
      lambdas.forEach((lambda, k) => {
        const solution = solver.solve(taskOf(problem, lambda, 1e-13, { beta, warmStart }));
        assert.equal(solution.status, "converged");
        assertAllClose(`lambda ${lambda}`, solution.beta, solutions[k], 1e-6);
        beta = Float64Array.from(solution.beta);
      });
    });
  }

  it("ends at zero where no group enters, even where that does not meet the goal", () => {
    const problem = problemOf(linearData(3, 20, 6), groupL2(pairs(6)));
    const task = taskOf(problem, 2 * lambdaMaxOf(problem), 1e-9, { isOptimal: () => false });
    const { beta, status } = proximalNewton().solve(task);
    assert.notEqual(status, "converged");
    assertAllClose("coefficients", beta, new Float64Array(6), 0);
  });

  for (const [name, penaltyOf] of penalties) {
    it(`agrees with block descent on a ${name}, with unpenalized columns, from above lambda max to nothing`, () => {
      const random = seededRandom(3);
      const free = [new Float64Array(40).fill(1), normals(random, 40)];
      const groups = [0, 1, 0, 2, 3, 3, 3, 1, 2, 4, 0, 5];
      const problem = problemOf(linearData(8, 40, 12), penaltyOf(groups), free);
      const largest = lambdaMaxOf(problem);
      for (const share of [1.01, 0.9, 0.3, 0.05, 1e-3, 0]) {
        const task = taskOf(problem, share * largest, 1e-13);
        const solution = proximalNewton().solve(task);
        assert.equal(solution.status, "converged", `share ${share}`);
        assertAllClose(`share ${share}`, solution.beta, coordinateDescent().solve(task).beta, 1e-5);
        if (share > 1) assert.ok(solution.beta.every((b) => b === 0));
      }
    });

    it(`minimises a ${name} where the loss bends`, () => {
      const data = linearData(9, 40, 10);
      const times = data.y.map((entry, i) => [Math.exp(-entry / 2), i % 3 === 0 ? 0 : 1]);
      const cases = [
        [logistic(), data.y.map((entry) => (entry > 0 ? 1 : 0))],
        [poisson(), data.y.map((entry) => Math.round(Math.abs(entry)))],
        [huber(), data.y],
        [quantile(), data.y],
        [squaredHinge(), data.y.map((entry) => (entry > 0 ? 1 : 0))],
      ] as const;
      for (const [datafit, y] of cases) {
        const base = problemOf({ X: data.X, y: [...y] }, penaltyOf(pairs(10)), [
          new Float64Array(40).fill(1),
        ]);
        const problem = { ...base, datafit };
        const largest = lambdaMaxOf(problem);
        for (const share of [0.5, 0.1, 0.01]) {
          const task = taskOf(problem, share * largest, 1e-11);
          const solution = proximalNewton().solve(task);
          assert.equal(solution.status, "converged", `${datafit.name} at ${share}`);
          const { objective } = coordinateDescent().solve({ ...task, maxIter: 500 }).certificate;
          assertAtMost(datafit.name, solution.certificate.objective, objective, 1e-10);
        }
      }
      const partial = { ...problemOf(data, penaltyOf(pairs(10))), datafit: cox() };
      const target = Float64Array.from({ length: 80 }, (_, k) => times[k % 40][Math.floor(k / 40)]);
      const survival = { ...partial, target };
      const task = taskOf(survival, lambdaMaxOf(survival) / 10, 1e-9);
      assert.equal(proximalNewton().solve(task).status, "converged");
    });
  }

  it("certifies degenerate designs: copies across groups, zero columns, groups larger than n, one row", () => {
    const cases = fc.record({
      values: fc.array(fc.integer({ min: -1, max: 1 }), { minLength: 60, maxLength: 60 }),
      y: fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 5, maxLength: 5 }),
      labels: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 12, maxLength: 12 }),
      nRows: fc.constantFrom(1, 2, 5),
      lambda: fc.constantFrom(0.5, 0.1, 1e-3),
      kind: fc.constantFrom(...penalties),
    });
    fc.assert(
      fc.property(cases, ({ values, y, labels, nRows, lambda, kind: [, penaltyOf] }) => {
        const X = Array.from({ length: nRows }, (_, i) => values.slice(12 * i, 12 * i + 12));
        const problem = problemOf({ X, y: y.slice(0, nRows) }, penaltyOf(labels));
        const solution = proximalNewton().solve(taskOf(problem, lambda, 1e-12));
        assert.equal(solution.status, "converged");
        assertAtMost("gap", solution.certificate.dualityGap!, 1e-12);
      }),
      { numRuns: 300 },
    );
  });

  it("takes groups larger than it finds eigenvectors, or the largest eigenvalue, for", () => {
    for (const size of [40, 300]) {
      const problem = problemOf(linearData(5, 60, 2 * size), groupL2(pairs(2 * size, size)));
      const solution = proximalNewton().solve(taskOf(problem, lambdaMaxOf(problem) / 3, 1e-11));
      assert.equal(solution.status, "converged");
    }
  });

  it("keeps or drops the rows of a matrix of coefficients, of tasks and of classes", () => {
    const { X, Y, labels } = severalResponses(4);
    const names = ["ant", "bee", "cat"];
    const indicators = labels.map((label) => names.map((name) => Number(name === label)));
    for (const problem of [
      rowsProblem(squaredError({ nResponses: 3 }), X, Y),
      rowsProblem(multinomial({ nClasses: 3 }), X, indicators),
    ]) {
      const largest = lambdaMaxOf(problem);
      for (const share of [0.5, 0.1, 0.02]) {
        const task = taskOf(problem, share * largest, 1e-10 * largest);
        const solution = proximalNewton().solve(task);
        assert.equal(solution.status, "converged", `${problem.datafit.name} at ${share}`);
        assertAtMost("iterations", solution.nIter, 30);
        const { objective } = coordinateDescent().solve({ ...task, maxIter: 1000 }).certificate;
        assertAtMost(problem.datafit.name, solution.certificate.objective, objective, 1e-9);
      }
    }
  });

  it("takes up a path where the last lambda left it, and comes to the same end as alone", () => {
    const problem = problemOf(linearData(10, 25, 60), groupL2(pairs(60, 3)));
    const along = proximalNewton();
    const warmStart = new WarmStart();
    let beta = new Float64Array(60);
    for (const lambda of [1, 0.5, 0.6, 0.2, 0.05, 0.01, 0.3]) {
      const solution = along.solve(taskOf(problem, lambda, 1e-13, { beta, warmStart }));
      assert.equal(solution.status, "converged");
      const alone = proximalNewton().solve(taskOf(problem, lambda, 1e-13));
      assertAllClose(`lambda ${lambda}`, solution.beta, alone.beta, 1e-5);
      beta = Float64Array.from(solution.beta);
    }
  });

  it("certifies by exact gradients who enters late along a path", () => {
    let late = 0;
    for (const seed of [2, 5, 6]) {
      // Neighbours that are alike and pull against each other: some show only once others are there.
      const [half, alike] = [100, 0.9];
      const { X } = linearData(seed, 60, 2 * half);
      for (const row of X) {
        for (let k = 0; k < half; k++)
          row[k + half] = alike * row[k] + Math.sqrt(1 - alike ** 2) * row[k + half];
      }
      const y = X.map((row) => row.slice(0, 10).reduce((sum, x, k) => sum + x - alike * row[k + half], 0));
      const penalty = groupL2(pairs(2 * half));
      const problem = problemOf({ X, y }, penalty);
      const solver = proximalNewton();
      const goal = 1e-3; // which leaves something to measure
      const warmStart = new WarmStart();
      let beta = new Float64Array(2 * half);
      for (let share = 0.5; share > 0.01; share /= 2) {
        const lambda = share * lambdaMaxOf(problem);
        const end = solver.solve(taskOf(problem, lambda, goal, { beta, warmStart }));
        if (share < 0.5 && end.nIter > 1) late++;
        beta = end.beta.slice();
        const slopes = slopesOf({ X, y }, beta);
        let worst = 0;
        for (const own of penalty.groups.members) {
          const size = Math.hypot(...Array.from(own, (j) => beta[j]));
          const rest = Array.from(own, (j) => slopes[j] + (size > 0 ? (lambda * beta[j]) / size : 0));
          worst = Math.max(worst, Math.hypot(...rest) - (size > 0 ? 0 : lambda));
        }
        assertAtMost(`violation at ${lambda}`, Math.abs(worst - end.certificate.violation), 1e-12);
        assertAtMost(`gap at ${lambda}`, end.certificate.dualityGap!, goal);
      }
    }
    assert.ok(late > 0, "none entered late");
  });

  it("stops once aborted, at a point no worse than its start", () => {
    const problem = problemOf(linearData(11, 20, 40), groupL2(pairs(40)));
    const solution = proximalNewton().solve(taskOf(problem, 0.01, 1e-15, { signal: { aborted: true } }));
    assert.equal(solution.status, "interrupted");
    const start = proximalNewton().solve(taskOf(problem, 0.01, 1e9));
    assert.equal(start.nIter, 0);
    assertAtMost("gap", solution.certificate.dualityGap!, start.certificate.dualityGap!);
  });

  it("is deterministic to the last bit", () => {
    const problem = problemOf(linearData(12, 30, 50), sparseGroup(pairs(50), { l1Ratio: 0.3 }));
    const run = () => proximalNewton().solve(taskOf(problem, 0.05, 1e-10));
    assert.deepEqual(run(), run());
  });
});
