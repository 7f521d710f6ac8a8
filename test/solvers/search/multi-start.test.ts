import assert from "node:assert/strict";
import { lbfgs } from "../../../src/optimizers";
import { groupHadamardProduct, hadamardProduct, type Parametrization } from "../../../src/parametrizations";
import { bounded, lq, mcp, nonNegative, type SeparablePenalty } from "../../../src/penalties";
import { multiStart, type Solver, surrogateDescent } from "../../../src/solvers";
import { coordinateDescent } from "../../../src/solvers/classical";
import { multiStartOnPath } from "../../../src/solvers/search/multi-start";
import { negativeCurvatureStep } from "../../../src/solvers/search/saddle-escape";
import { candidateAt } from "../../../src/solvers/solver";
import { assertAllClose, assertAtMost } from "../../support/assert-close";
import { firstColumns } from "../../support/estimator-features";
import { linearData, problemOf } from "../../support/problems";
import { taskOf } from "../../support/solver-tasks";

const { X, y } = linearData(7, 40, 6);
const none = new Float64Array(0);

describe("the ways to a fit that is not convex", () => {
  const penalty = lq({ q: 0.5 });
  const { X: wide, y: response } = linearData(3, 30, 60, 1);
  const task = taskOf(problemOf({ X: wide, y: response }, penalty), 0.1, 1e-9, {
    isOptimal: ({ violation, singleCoordinateGain }) => violation <= 1e-9 && singleCoordinateGain <= 1e-9,
  });

  it("are told one by one, and the best of their ends is the solution", () => {
    const inner = coordinateDescent();
    const solution = multiStart(inner, { direct: inner }).solve(task);
    const starts = solution.starts!;
    assert.deepEqual(
      starts.map(({ start }) => start),
      ["null model", "lasso", "each coordinate alone", "a tenth of lambda", "three times lambda"],
    );
    const alone = inner.solve(task);
    const { objective } = alone.certificate;
    assert.deepEqual(starts[0], { start: "null model", objective, nIter: alone.nIter, status: "converged" });
    const ends = starts.map((row) => row.objective);
    assert.ok(Math.max(...ends) > Math.min(...ends) + 1e-3, "the ends differ");
    assertAtMost("objective", solution.certificate.objective, Math.min(...ends) + 1e-15);
    assertAtMost(
      "iterations",
      starts.reduce((sum, { nIter }) => sum + nIter, 0),
      solution.nIter,
    );
  });

  it("begin with the coefficients given, which take the place of neighbours", () => {
    const beta = new Float64Array(60).fill(0.1);
    const starts = multiStart(coordinateDescent()).solve({ ...task, beta }).starts!;
    assert.deepEqual(
      starts.map(({ start }) => start),
      ["coefficients given", "null model", "lasso", "each coordinate alone"],
    );
    const { objective } = coordinateDescent().solve({ ...task, beta }).certificate;
    assert.equal(starts[0].objective, objective);
  });

  it("begin between the bounds of coefficients, wherever the convex relative and the coefficients given lie", () => {
    for (const limited of [bounded(penalty, [-0.1, 0.2]), nonNegative(penalty)]) {
      const starts: Float64Array[] = [];
      const inner: Solver = {
        name: "watched",
        solve(given) {
          if (given.problem.penalty === limited) starts.push(given.beta);
          return coordinateDescent().solve(given);
        },
      };
      const problem = { ...task.problem, penalty: limited };
      for (const start of [new Float64Array(60), new Float64Array(60).fill(-1)])
        for (const solver of [multiStart(inner), multiStartOnPath(inner)])
          solver.solve({ ...task, problem, beta: start });
      assert.ok(starts.some((beta) => beta.some((b) => b !== 0)));
      for (const beta of starts) assert.ok(limited.value(beta, 1) < Infinity);
    }
  });

  it("are two along a path, and the null model where zero is always a minimum", () => {
    const beta = new Float64Array(60).fill(0.1);
    const inner = coordinateDescent();
    const names = (penalty: SeparablePenalty, start = beta): string[] => {
      const problem = problemOf({ X: wide, y: response }, penalty);
      const { starts, certificate } = multiStartOnPath(inner).solve({ ...task, problem, beta: start });
      const lowest = Math.min(...starts!.map(({ objective }) => objective));
      assertAtMost("objective", certificate.objective, lowest, 1e-12);
      return starts!.map(({ start: name }) => name);
    };
    assert.deepEqual(names(mcp()), ["coefficients given", "lasso"]);
    assert.deepEqual(names(penalty), ["coefficients given", "lasso", "null model"]);
    assert.deepEqual(names(penalty, new Float64Array(60)), ["coefficients given", "lasso"]);
  });

  it("are one for a convex penalty, and once aborted no further one is gone", () => {
    const convex = taskOf(problemOf({ X: wide, y: response }), 0.1, 1e-9);
    assert.equal(multiStart(coordinateDescent()).solve(convex).starts, undefined);
    const aborted = multiStart(coordinateDescent()).solve({ ...task, signal: { aborted: true } });
    assert.equal(aborted.status, "interrupted");
    assert.equal(aborted.starts!.length, 1);
  });
});

describe("a saddle of a penalty that is not convex", () => {
  const twice = { X: X.map((row) => [...row, ...row]), y };

  const members: readonly ((nFeatures: number) => Parametrization)[] = [
    () => hadamardProduct({ depth: 4 }),
    (nFeatures) => groupHadamardProduct(firstColumns(nFeatures), { depth: 3 }),
  ];
  for (const make of members) {
    it(`of columns that come twice is left towards one of them, by ${make(1).name}`, () => {
      const solverFor = (nFeatures: number): Solver => surrogateDescent(make(nFeatures), lbfgs());
      const once = taskOf(problemOf({ X, y }, make(6).inducedPenalty), 0.3, 1e-9);
      const both = taskOf(problemOf(twice, make(12).inducedPenalty), 0.3, 1e-9);
      const inner = solverFor(12);
      const single = multiStart(solverFor(6)).solve(once);
      const symmetric = inner.solve({ ...both, beta: Float64Array.of(...single.beta, ...single.beta) });
      for (let j = 0; j < 6; j++)
        assertAllClose("halves", [symmetric.beta[j]], [symmetric.beta[j + 6]], 1e-6);
      const lower = negativeCurvatureStep(both, symmetric);
      assert.ok(lower !== undefined && lower.certificate.objective < symmetric.certificate.objective);
      const found = multiStart(inner).solve(both);
      assert.equal(found.status, "converged");
      assertAtMost("objective", found.certificate.objective, single.certificate.objective, 1e-9);
      for (let j = 0; j < 6; j++) assert.ok(found.beta[j] === 0 || found.beta[j + 6] === 0);
    });
  }

  it("is not there at a local minimum, at the origin or for a convex penalty", () => {
    const parametrization = hadamardProduct({ depth: 4 });
    const task = taskOf(problemOf({ X, y }, parametrization.inducedPenalty), 0.3, 1e-9);
    const minimum = multiStart(surrogateDescent(parametrization, lbfgs())).solve(task);
    assert.ok(minimum.beta.some((b) => b !== 0));
    assert.equal(negativeCurvatureStep(task, minimum), undefined);
    assert.equal(negativeCurvatureStep(task, candidateAt(task, new Float64Array(6), none, 0)), undefined);
    const convex = taskOf(problemOf(twice), 0.3, 1e-9);
    const solution = coordinateDescent().solve(convex);
    assert.equal(negativeCurvatureStep(convex, candidateAt(convex, solution.beta, none, 0)), undefined);
  });
});
