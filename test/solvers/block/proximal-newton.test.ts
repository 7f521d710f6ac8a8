/** The proximal Newton method: against block descent on the loss itself, closed forms, and certificates of exact gradients. */
import assert from "node:assert/strict";
import {
  cox,
  type Datafit,
  gamma,
  huber,
  logistic,
  multinomial,
  poisson,
  squaredError,
  squaredHinge,
} from "../../../src/datafits";
import { SparseLinearModel } from "../../../src/estimators";
import {
  bounded,
  elasticNet,
  groupL2,
  l1,
  logSum,
  lq,
  mcp,
  nonNegative,
  type Penalty,
  scad,
  sparseGroup,
} from "../../../src/penalties";
import { certify } from "../../../src/problem/certificate";
import { profileAt, type SparseProblem } from "../../../src/problem/problem";
import { proximalNewton, type SolverTask, WarmStart } from "../../../src/solvers";
import { CoordinateBlocks } from "../../../src/solvers/block/coordinate-blocks";
import { WorkingSet } from "../../../src/solvers/block/working-set";
import { coordinateDescent } from "../../../src/solvers/classical";
import { assertAllClose, assertAtMost } from "../../support/assert-close";
import { linearData, orthogonalRows, problemOf } from "../../support/problems";
import { taskOf } from "../../support/solver-tasks";

const triples = Array.from({ length: 24 }, (_, j) => Math.floor(j / 3));
const constant = (n: number): Float64Array[] => [new Float64Array(n).fill(1)];

/** A problem of 40 rows whose response suits the loss. */
function problemWith(datafit: Datafit, penalty: Penalty, seed: number): SparseProblem {
  const data = linearData(seed, 40, 24);
  const target = Float64Array.from(data.y, (y) => {
    if (datafit.name === "poisson") return Math.floor(Math.exp(Math.min(y, 3)));
    if (datafit.name === "gamma") return Math.exp(Math.max(-3, Math.min(y, 3)));
    if (datafit.response === "classes") return y > 0 ? 1 : 0;
    if (datafit.response === "times") return (y > 1 ? -1 : 1) * Math.exp(-Math.max(-3, Math.min(y, 3)));
    return y;
  });
  return { ...problemOf(data, penalty, datafit.comparesSamples ? [] : constant(40)), datafit, target };
}

const convex: Readonly<Record<string, Penalty>> = {
  "a lasso": l1(),
  "a weighted lasso": l1({ weights: triples.map((g) => 0.5 + g) }),
  "an elastic net": elasticNet({ l1Ratio: 0.3 }),
  "a lasso of one sign": nonNegative(l1()),
  "a lasso between bounds": bounded(l1(), [-0.1, 0.3]),
  "a group lasso": groupL2(triples),
  "a sparse group lasso": sparseGroup(triples, { l1Ratio: 0.5 }),
};

const losses: readonly Datafit[] = [
  squaredError(),
  logistic(),
  poisson(),
  gamma(),
  huber({ delta: 0.3 }),
  squaredHinge(),
  cox(),
];

describe("the proximal Newton method", () => {
  for (const [name, penalty] of Object.entries(convex)) {
    for (const datafit of losses) {
      it(`ends ${name} with ${datafit.name} at its minimum`, () => {
        for (const seed of [1, 2]) {
          const problem = problemWith(datafit, penalty, seed);
          const zero = profileAt(problem, new Float64Array(24), new Float64Array(problem.free.size));
          const largest = penalty.lambdaMax(zero.gradient, new Float64Array(24).fill(1));
          for (const share of [0.5, 0.1]) {
            const task = taskOf(problem, share * largest, 1e-10 * Math.max(1, Math.abs(zero.loss)));
            const solution = proximalNewton().solve(task);
            assert.equal(solution.status, "converged", `seed ${seed}, share ${share}`);
            assertAtMost("nIter", solution.nIter, 100);
            // The certificate is that of a point which knows nothing of the way to it.
            const again = profileAt(problem, solution.beta, solution.profile.psi);
            const certificate = certify(problem, task.lambda, solution.beta, again, 0);
            assertAtMost("violation", certificate.violation, 1e-4 * task.lambda);
            const other = coordinateDescent().solve({ ...task, warmStart: new WarmStart(), maxIter: 3000 });
            const above = certificate.objective - other.certificate.objective;
            assertAtMost("objective", above, 1e-9 * Math.max(1, Math.abs(certificate.objective)));
          }
        }
      });
    }
  }

  it("ends classes whose second derivatives join the responses at their minimum", () => {
    const data = linearData(3, 30, 6);
    const target = new Float64Array(90);
    data.y.forEach((y, i) => {
      target[(y > 0.5 ? 2 : y > -0.5 ? 1 : 0) * 30 + i] = 1;
    });
    const X = [0, 1, 2].flatMap((r) =>
      data.X.map((row) => [0, 1, 2].flatMap((s) => row.map((x) => (r === s ? x : 0)))),
    );
    const problem = {
      ...problemOf({ X, y: [...target] }, l1()),
      datafit: multinomial({ nClasses: 3 }),
      target,
    };
    const task = taskOf(problem, 0.02, 1e-10);
    const solution = proximalNewton().solve(task);
    assert.equal(solution.status, "converged");
    assertAtMost("gap", solution.certificate.dualityGap!, 1e-10);
  });

  for (const penalty of [
    mcp(),
    mcp({ gamma: 1.5 }),
    scad(),
    logSum({ epsilon: 0.1 }),
    lq({ q: 0.5 }),
    lq({ q: 2 / 3 }),
  ]) {
    const isOptimal: SolverTask["isOptimal"] = ({ violation, singleCoordinateGain }) =>
      violation <= 1e-9 && singleCoordinateGain <= 1e-13;

    it(`is at the proximal point of each coefficient of ${penalty.name} where columns are orthogonal`, () => {
      const y = [3, -1, 2, 0.5, 1, -2, 0.3, 1];
      const problem = problemOf({ X: orthogonalRows.map((row) => [...row]), y }, penalty);
      const marginal = [0, 1, 2, 3].map((j) =>
        orthogonalRows.reduce((sum, row, i) => sum + (row[j] * y[i]) / 8, 0),
      );
      for (const lambda of [2, 0.8, 0.3, 0.1]) {
        const expected = new Float64Array(4);
        penalty.prox!(Float64Array.from(marginal), 1, lambda, expected);
        const { beta, status } = proximalNewton().solve(taskOf(problem, lambda, 1e-12, { isOptimal }));
        assert.equal(status, "converged");
        assertAllClose(`lambda ${lambda}`, beta, expected, 1e-10);
      }
    });

    for (const datafit of [squaredError(), logistic(), poisson()]) {
      it(`follows a path of ${penalty.name} with ${datafit.name} to where no coefficient alone betters it`, () => {
        const problem = problemWith(datafit, penalty, 5);
        const zero = profileAt(problem, new Float64Array(24), new Float64Array(1));
        const largest = Math.max(...zero.gradient.map(Math.abs));
        const [warmStart, solver] = [new WarmStart(), proximalNewton()];
        let beta = new Float64Array(24);
        for (const share of [0.8, 0.5, 0.3]) {
          const task = taskOf(problem, share * largest, 1e-9, { beta, warmStart, isOptimal });
          const solution = solver.solve(task);
          beta = solution.beta.slice();
          const { objective, violation } = solution.certificate;
          assertAtMost(`violation at ${share}`, violation, 1e-6);
          const further = coordinateDescent().solve({
            ...task,
            warmStart: new WarmStart(),
            beta,
            psi: solution.profile.psi,
            isOptimal: () => false,
            maxIter: 50,
          });
          assertAtMost(
            `objective at ${share}`,
            objective - further.certificate.objective,
            1e-7 * Math.abs(objective),
          );
        }
      });
    }
  }

  it("says that an end is strict only where the second derivatives are positive definite", () => {
    const { X, y } = linearData(7, 30, 8);
    const copies = problemOf({ X: X.map((row) => [...row, ...row]), y }, mcp());
    const goal = { isOptimal: ({ violation }: { violation: number }) => violation <= 1e-9 };
    assert.equal(proximalNewton().solve(taskOf(problemOf({ X, y }, mcp()), 0.2, 1e-9, goal)).isStrict, true);
    const beta = proximalNewton().solve(taskOf(problemOf({ X, y }, mcp()), 0.01, 1e-9, goal)).beta;
    const both = Float64Array.from({ length: 16 }, (_, j) => beta[j % 8] / 2);
    assert.notEqual(
      proximalNewton().solve(taskOf(copies, 0.01, 1e-9, { ...goal, beta: both })).isStrict,
      true,
    );
  });

  it("says of no point that it is strict whose columns are not all in the working set", () => {
    const { X, y } = linearData(7, 30, 3);
    const [beta, lambda] = [Float64Array.of(1, 1, 0), 0.1];
    for (const columns of [X, X.map((row) => [row[0], row[0], row[2]])]) {
      const problem = problemOf({ X: columns, y }, mcp());
      const working = new WorkingSet(problem, new CoordinateBlocks(mcp(), 3));
      working.modelAt(profileAt(problem, beta, new Float64Array(0)), 0, 0);
      assert.equal(working.isStrict(beta, lambda), false);
      assert.ok(working.addAll(undefined));
      assert.equal(working.isStrict(beta, lambda), columns === X);
    }
  });

  it("has the certificates of exact gradients where it computes few of their entries, down a path and up again", () => {
    const [n, p] = [50, 20_000];
    const data = linearData(31, n, p);
    for (const penalty of [l1(), mcp(), groupL2(Array.from({ length: p }, (_, j) => Math.floor(j / 4)))]) {
      const problem = problemOf(data, penalty);
      const zero = profileAt(problem, new Float64Array(p), new Float64Array(0));
      const largest = penalty.lambdaMax(zero.gradient, new Float64Array(p).fill(1));
      const [warmStart, solver] = [new WarmStart(), proximalNewton()];
      let beta = new Float64Array(p);
      for (const share of [0.97, 0.94, 0.9, 0.85, 0.8, 0.86, 1.2, 0.9]) {
        const lambda = share * largest;
        const end = solver.solve(taskOf(problem, lambda, 1e-12, { beta, warmStart, nullProfile: zero }));
        beta = end.beta.slice();
        assert.equal(end.status, "converged");
        const exact = certify(problem, lambda, beta, profileAt(problem, beta, new Float64Array(0)), 0);
        assertAtMost(
          `${penalty.name} at ${share}`,
          Math.abs(end.certificate.objective - exact.objective),
          1e-12,
        );
        assertAtMost(`${penalty.name} at ${share}`, exact.violation, 1e-6 * lambda);
        if (exact.dualityGap !== undefined) assertAtMost("gap", exact.dualityGap, 1e-9);
      }
    }
  });

  it("has the certificates of exact gradients where the Gram matrix of all columns gives them", () => {
    const data = linearData(32, 2500, 50);
    const problem = problemOf(data, l1(), constant(2500));
    const [warmStart, solver] = [new WarmStart(), proximalNewton()];
    let beta = new Float64Array(50);
    for (const lambda of [0.5, 0.3, 0.2, 0.1, 0.05, 0]) {
      const end = solver.solve(
        taskOf(problem, lambda, 1e-12, {
          beta,
          warmStart,
          ...(lambda === 0 && { isOptimal: ({ violation }) => violation <= 1e-10 }),
        }),
      );
      beta = end.beta.slice();
      assert.equal(end.status, "converged", `lambda ${lambda}`);
      const exact = certify(problem, lambda, beta, profileAt(problem, beta, end.profile.psi), 0);
      assertAtMost(`lambda ${lambda}`, Math.abs(end.certificate.objective - exact.objective), 1e-12);
      assertAtMost(`lambda ${lambda}`, exact.violation, 1e-9);
    }
  });

  it("comes to an end on columns of zeros, copies, one row and a lambda of nothing", () => {
    for (const penalty of [l1(), mcp(), lq({ q: 0.5 }), groupL2([0, 1, 1, 2])]) {
      for (const X of [[[1, 1, 0, 2]], [1, 2, -1].map((x) => [x, x, 0, 0])]) {
        const problem = problemOf({ X, y: [1, 2, 0.5].slice(0, X.length) }, penalty);
        for (const lambda of [100, 0.1, 0]) {
          const { certificate, beta } = proximalNewton().solve(
            taskOf(problem, lambda, 1e-9, { maxIter: 200 }),
          );
          const { objective } = proximalNewton().solve(taskOf(problem, lambda, 1e9)).certificate;
          assertAtMost(`${penalty.name}, lambda ${lambda}`, certificate.objective, objective, 1e-12);
          if (lambda === 100) assert.ok(beta.every((b) => b === 0));
        }
      }
    }
  });

  it("stays at zero at the largest lambda of a path, where the step of a bridge would jump", () => {
    for (const seed of [3, 4, 9]) {
      const { X, y } = linearData(seed, 60, 30);
      const model = new SparseLinearModel({ penalty: lq({ q: 0.5 }), solver: proximalNewton() });
      const [first] = model.path(X, y, { nLambdas: 5 }).fits;
      assert.equal(first.status, "converged", `seed ${seed}`);
      assert.ok(first.coef.every((b) => b === 0));
    }
  });

  it("refuses a penalty that is no sum over blocks", () => {
    const penalty = { ...l1(), name: "joint", structure: "joint" } as unknown as Penalty;
    assert.throws(() => proximalNewton().solve(taskOf(problemOf(linearData(1, 10, 3), penalty), 0.1, 1e-9)), {
      message:
        'proximalNewton: penalty must be a sum over coefficients, or over groups with a known proximal step, got "joint"',
    });
  });
});
