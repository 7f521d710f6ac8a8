/** Solvers that eliminate factors by ridge regressions: what sets them apart from the others in the laws. */
import assert from "node:assert/strict";
import { SmoothLasso, SparseLinearModel } from "../../src/estimators";
import { lbfgs } from "../../src/optimizers";
import { groupHadamardProduct, hadamardDifference, hadamardProduct } from "../../src/parametrizations";
import { groupL2, l1, lq } from "../../src/penalties";
import { alternatingRidge, type Solver, surrogateDescent, varPro } from "../../src/solvers";
import { coordinateDescent } from "../../src/solvers/classical";
import { abortedAfter } from "../support/aborted-after";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { linearData, problemOf } from "../support/problems";
import { taskOf } from "../support/solver-tasks";

const shapes = [
  ["n > p", linearData(1, 100, 40)],
  ["p > n", linearData(2, 60, 120)],
] as const;

/** Ratio of lambda to lambda max down to which 100 iterations are enough. */
const solvers: readonly (readonly [Solver, number])[] = [
  [varPro(), 1e-3],
  [alternatingRidge(), 1e-2],
];

for (const [solver, smallest] of solvers) {
  describe(solver.name, () => {
    for (const [shape, { X, y }] of shapes) {
      it(`agrees with four other solvers to 1e-10 within 100 iterations, with ${shape}`, () => {
        const [lambdaMax] = new SmoothLasso().path(X, y, { nLambdas: 2 }).lambdas;
        for (const ratio of [0.5, 0.1, smallest]) {
          const options = { lambda: ratio * lambdaMax, tol: 1e-12 };
          const fit = new SmoothLasso({ ...options, solver, maxIter: 100 }).fit(X, y);
          const { objective, dualityGap } = fit.certificate;
          assert.equal(fit.status, "converged", `ratio ${ratio}`);
          assertAtMost("gap", dualityGap!, 1e-10 * objective);
          assert.ok(fit.certificate.misalignment >= 0);
          for (const other of [
            { solver: lbfgs() },
            { solver: lbfgs(), parametrization: hadamardDifference({ depth: 2 }) },
            { solver: coordinateDescent(), maxIter: 100_000 },
            { solver: "auto" as const },
          ]) {
            const expected = new SmoothLasso({ ...options, ...other }).fit(X, y);
            const difference = Math.abs(objective - expected.certificate.objective) / objective;
            assertAtMost(`difference at ${ratio}`, difference, 1e-10);
            assert.deepEqual(fit.support, expected.support);
          }
        }
      });
    }

    it("leaves intercept and free columns unpenalized", () => {
      const { X, y } = linearData(3, 40, 10);
      const rows = X.map((row) => row.map((x, j) => x + 3 * j));
      const options = { lambda: 0.2, penaltyFactors: rows[0].map((_, j) => (j < 2 ? 0 : 1)), tol: 1e-13 };
      const [fit, expected] = [solver, coordinateDescent()].map((method) =>
        new SmoothLasso({ ...options, solver: method }).fit(rows, y),
      );
      // A gap of g leaves a coefficient open by about its root.
      assertAllClose("coef", fit.coef, expected.coef, 1e-6);
      assertClose("intercept", fit.intercept, expected.intercept, 1e-5);
    });

    it("solves a penalty with weights", () => {
      const penalty = l1({ weights: Array.from({ length: 8 }, (_, j) => 2 ** (j - 4)) });
      const task = taskOf(problemOf(linearData(4, 30, 8), penalty), 0.3, 1e-12);
      assertAllClose("beta", solver.solve(task).beta, coordinateDescent().solve(task).beta, 1e-10);
    });

    it("ends in a signed coefficient from a start of the other sign", () => {
      const task = taskOf(problemOf(linearData(5, 30, 4)), 0.1, 1e-12);
      const { beta } = coordinateDescent().solve(task);
      const wrong = solver.solve({ ...task, beta: beta.map((b) => -b) });
      assertAllClose("beta", wrong.beta, beta, 1e-10);
    });

    it("refuses what it cannot solve, in one sentence", () => {
      const name = solver.name.replace(/\(\d\)$/, "");
      const problem = problemOf(linearData(6, 10, 2));
      const datafit = { ...problem.datafit, quadratic: false, name: "logistic" };
      const refusals = [
        [
          taskOf({ ...problem, datafit }, 0.1, 1e-9),
          'datafit must be squared error without sample weights, got "logistic"',
        ],
        [taskOf(problem, 0, 0), "lambda must be a positive number, got 0; without a penalty use lbfgs()"],
        [
          taskOf({ ...problem, penalty: lq({ q: 0.5 }) }, 0.1, 0),
          solver.name === "varPro"
            ? 'penalty must be l1 or groupL2, got "lq(0.5)"'
            : 'penalty must be l1, which the product induces, got "lq(0.5)"',
        ],
      ] as const;
      for (const [task, message] of refusals) {
        assert.throws(() => solver.solve(task), { name: "InputError", message: `${name}: ${message}` });
      }
    });
  });
}

describe("varPro", () => {
  it("traces objectives of points that it was at, wherever it is interrupted", () => {
    const problem = problemOf(linearData(7, 25, 60), l1());
    const options = { maxIter: 30, isOptimal: () => false };
    const asked = abortedAfter(Infinity);
    const whole = varPro().solve(taskOf(problem, 0.05, 0, { ...options, signal: asked }));
    const known = new Set(whole.trace.map(({ objective }) => objective));
    for (let polls = 1; polls < asked.polls; polls += 5) {
      const { status, trace } = varPro().solve(
        taskOf(problem, 0.05, 0, { ...options, signal: abortedAfter(polls) }),
      );
      assert.equal(status, "interrupted");
      // A first ridge regression that is cut leaves the null model.
      for (const { objective } of trace.length > 1 ? trace : []) {
        assert.ok(known.has(objective), `${objective} after ${polls} polls`);
      }
    }
  });

  it("solves the group lasso, with groups that are not adjacent and weights of their own", () => {
    for (const [n, p] of [
      [60, 20],
      [25, 60],
    ]) {
      const { X, y } = linearData(7, n, p);
      const groups = X[0].map((_, j) => j % (p / 4));
      const weights = Array.from({ length: p / 4 }, (_, g) => 1 + (g % 3));
      for (const lambda of [1, 0.2, 0.05]) {
        const common = { lambda, tol: 1e-12 };
        const fit = new SparseLinearModel({
          ...common,
          penalty: groupL2(groups, { weights }),
          solver: varPro(),
        }).fit(X, y);
        const parametrization = groupHadamardProduct(groups, { depth: 2, weights });
        const expected = new SparseLinearModel({ ...common, parametrization, solver: lbfgs() }).fit(X, y);
        assert.equal(fit.status, "converged");
        assertAtMost("nIter", fit.nIter, 100);
        assertClose("objective", fit.certificate.objective, expected.certificate.objective, 1e-11);
        assert.deepEqual(fit.support, expected.support);
      }
    }
  });
});

describe("alternatingRidge", () => {
  for (const depth of [2, 3, 4]) {
    it(`of depth ${depth} never raises its surrogate`, () => {
      const penalty = hadamardProduct({ depth }).inducedPenalty;
      const { trace } = alternatingRidge({ depth }).solve(
        taskOf(problemOf(linearData(8, 30, 8), penalty), 0.1, 0, { maxIter: 60, isOptimal: () => false }),
      );
      assert.ok(trace.length > 20);
      for (let k = 1; k < trace.length; k++) {
        assertAtMost(`iteration ${k}`, trace[k].objective, trace[k - 1].objective, 1e-14);
      }
    });
  }

  for (const depth of [3, 4]) {
    it(`of depth ${depth} ends at a local minimum of the bridge problem, with exact zeros`, () => {
      const penalty = hadamardProduct({ depth }).inducedPenalty;
      let zeros = 0;
      for (const seed of [1, 2, 3, 4]) {
        const beta = new Float64Array(8).fill(1); // from zero it would be done at once
        const task = taskOf(problemOf(linearData(seed, 30, 8), penalty), 0.1, 1e-10, { beta });
        const solution = alternatingRidge({ depth }).solve(task);
        assert.equal(solution.status, "converged");
        assertAtMost("nIter", solution.nIter, 200);
        assertAtMost("violation", solution.certificate.violation, 1e-10);
        zeros += solution.beta.filter((b) => b === 0).length;
        const surrogate = surrogateDescent(hadamardProduct({ depth }), lbfgs()).solve(task);
        assertAtMost("objective", solution.certificate.objective, 1.05 * surrogate.certificate.objective);
      }
      assert.ok(zeros > 4 && zeros < 4 * 8);
    });
  }

  it("is Hoff's update, written out for two features", () => {
    const { X, y } = linearData(9, 20, 2);
    const lambda = 0.3;
    const task = taskOf(problemOf({ X, y }), lambda, 0, { maxIter: 3, isOptimal: () => false });
    const { trace } = alternatingRidge().solve(task);
    const gram = [0, 1].map((j) =>
      [0, 1].map((k) => X.reduce((sum, row) => sum + (row[j] * row[k]) / 20, 0)),
    );
    const moments = [0, 1].map((j) => X.reduce((sum, row, i) => sum + (row[j] * y[i]) / 20, 0));
    const ridge = (v: readonly number[]): number[] => {
      const [a, b, d] = [
        gram[0][0] * v[0] ** 2 + lambda,
        gram[0][1] * v[0] * v[1],
        gram[1][1] * v[1] ** 2 + lambda,
      ];
      const [p, q] = [v[0] * moments[0], v[1] * moments[1]];
      return [(d * p - b * q) / (a * d - b * b), (a * q - b * p) / (a * d - b * b)];
    };
    let [u, v] = [
      [0, 0],
      [1, 1],
    ];
    for (let k = 0; k < 4; k++) {
      const loss = X.reduce(
        (sum, row, i) => sum + (y[i] - row[0] * u[0] * v[0] - row[1] * u[1] * v[1]) ** 2 / 40,
        0,
      );
      const squares = [...u, ...v].reduce((sum, entry) => sum + entry * entry, 0);
      assertClose(`Q at ${k}`, trace[k].objective, loss + (lambda / 2) * squares, 1e-13);
      u = ridge(v);
      v = ridge(u);
    }
  });

  it("refuses a depth that is none", () => {
    assert.throws(() => alternatingRidge({ depth: 1 }), {
      name: "InputError",
      message: "alternatingRidge: depth must be an integer >= 2, got 1",
    });
  });
});
