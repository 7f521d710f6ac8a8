import assert from "node:assert/strict";
import { SmoothLasso } from "../../../src/estimators";
import { groupL2, l1, lq, mcp, scad } from "../../../src/penalties";
import { softThreshold } from "../../../src/penalties/l1";
import { profileAt } from "../../../src/problem/problem";
import { coordinateDescent } from "../../../src/solvers/classical";
import { assertAllClose, assertAtMost, assertClose } from "../../support/assert-close";
import { readGoldenProblem } from "../../support/golden-problem";
import { linearData, problemOf } from "../../support/problems";
import { taskOf } from "../../support/solver-tasks";

/** Four orthogonal columns of squared norm 8 = n. */
const orthogonal = Array.from({ length: 8 }, (_, i) =>
  [1, 2, 4, 3].map((mask) => ([...(i & mask).toString(2)].filter((bit) => bit === "1").length % 2 ? -1 : 1)),
);
const y = [3, -1, 2, 0.5, -2, 1, 0.25, 4];

describe("coordinateDescent", () => {
  const correlations = [0, 1, 2, 3].map((j) =>
    orthogonal.reduce((sum, row, i) => sum + (row[j] * y[i]) / 8, 0),
  );

  it("is soft thresholding on an orthonormal design, in one epoch", () => {
    const solution = coordinateDescent().solve(taskOf(problemOf({ X: orthogonal, y }), 0.3, 1e-14));
    assertAllClose(
      "beta",
      solution.beta,
      correlations.map((z) => softThreshold(z, 0.3)),
      1e-14,
    );
    assert.equal(solution.nIter, 10); // the first certificate
  });

  it("is the global minimiser of a bridge problem on an orthonormal design", () => {
    const penalty = lq({ q: 0.5 });
    const task = taskOf(problemOf({ X: orthogonal, y }, penalty), 0.3, 1e-12, {
      isOptimal: ({ singleCoordinateGain }) => singleCoordinateGain <= 1e-14, // at zero the violation is vacuous
    });
    const solution = coordinateDescent().solve(task);
    assertAllClose(
      "beta",
      solution.beta,
      correlations.map((z, j) => penalty.coordinateProx(j, z, 1, 0.3)),
      1e-12,
    );
    assertAtMost("coordinatewise", solution.certificate.singleCoordinateGain, 1e-14);
  });

  it("agrees with a plain soft-thresholding loop written here", () => {
    const { X, y: target } = linearData(2, 25, 6);
    const lambda = 0.15;
    const beta = new Float64Array(6);
    const squares = beta.map((_, j) => X.reduce((sum, row) => sum + row[j] ** 2 / 25, 0));
    for (let epoch = 0; epoch < 2000; epoch++) {
      for (let j = 0; j < 6; j++) {
        const partial = X.reduce((sum, row, i) => {
          const rest = row.reduce((total, x, k) => total + (k === j ? 0 : x * beta[k]), 0);
          return sum + (row[j] * (target[i] - rest)) / 25;
        }, 0);
        beta[j] = (Math.sign(partial) * Math.max(Math.abs(partial) - lambda, 0)) / squares[j];
      }
    }
    const fit = new SmoothLasso({
      lambda,
      fitIntercept: false,
      standardize: false,
      tol: 1e-14,
      solver: coordinateDescent(),
    }).fit(X, target);
    assertAllClose("coef", fit.coef, beta, 1e-9);
  });

  it("keeps no drift in its residual: the certificate is that of its coefficients after many epochs", () => {
    const problem = problemOf(linearData(3, 10, 60), l1(), [new Float64Array(10).fill(1)]);
    const solution = coordinateDescent().solve(taskOf(problem, 0.01, 1e-13, { maxIter: 5000 }));
    assert.ok(solution.nIter > 500);
    const eta = new Float64Array(10);
    problem.design.matvec(solution.beta, eta);
    problem.free.addTo(eta, solution.profile.psi);
    assertAllClose("eta", solution.profile.eta, eta, 1e-13);
    assertClose(
      "loss",
      solution.profile.loss,
      eta.reduce((sum, e, i) => sum + (problem.target[i] - e) ** 2 / 20, 0),
      1e-14,
    );
  });

  for (const [name, penalty] of [
    ["mcp", mcp({ gamma: 3 })],
    ["wide-mcp", mcp({ gamma: 3 })],
    ["scad", scad({ gamma: 3.7 })],
    ["wide-scad", scad({ gamma: 3.7 })],
    ["lq-half", lq({ q: 0.5 })],
    ["lq-twothirds", lq({ q: 2 / 3 })],
  ] as const) {
    it(`from a lasso ends at stationary points of ${name} no higher than the reference's`, () => {
      const { problem, lambdas, solutions } = readGoldenProblem(name, () => penalty);
      lambdas.forEach((lambda, k) => {
        const lasso = coordinateDescent().solve(taskOf({ ...problem, penalty: l1() }, lambda, 1e-9));
        const solution = coordinateDescent().solve(
          taskOf(problem, lambda, 0, {
            beta: lasso.beta,
            isOptimal: ({ violation, singleCoordinateGain }) =>
              violation <= 1e-9 * lambda && singleCoordinateGain <= 1e-12,
          }),
        );
        assert.equal(solution.status, "converged", `lambda ${lambda}`);
        const { loss } = profileAt(problem, solutions[k], lasso.profile.psi);
        const reference = loss + penalty.value(solutions[k], lambda);
        assertAtMost(`lambda ${lambda}`, solution.certificate.objective, reference, 1e-9 * reference);
      });
    });
  }

  for (const [name, penalty] of [
    ["lq-half-orthonormal", lq({ q: 0.5 })],
    ["lq-twothirds-orthonormal", lq({ q: 2 / 3 })],
  ] as const) {
    it(`finds the global minimisers of ${name}`, () => {
      const { problem, lambdas, solutions } = readGoldenProblem(name, () => penalty);
      lambdas.forEach((lambda, k) => {
        const isOptimal = ({ singleCoordinateGain }: { singleCoordinateGain: number }) =>
          singleCoordinateGain <= 1e-15;
        const solution = coordinateDescent().solve(taskOf(problem, lambda, 0, { isOptimal }));
        assertAllClose(`lambda ${lambda}`, solution.beta, solutions[k], 1e-8);
      });
    });
  }

  it("refuses a penalty that is not a sum over coordinates, in one sentence", () => {
    const problem = problemOf(linearData(4, 10, 2), groupL2(["a", "a"]));
    assert.throws(() => coordinateDescent().solve(taskOf(problem, 0.1, 1e-9)), {
      name: "InputError",
      message: 'coordinateDescent: penalty must be a sum over coordinates, got "groupL2"',
    });
  });
});
