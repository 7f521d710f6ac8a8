import assert from "node:assert/strict";
import { SmoothLasso } from "../../../src/estimators";
import { groupL2, groupLq, groupMcp, l1, lq, mcp, nuclear, scad, sparseGroup } from "../../../src/penalties";
import { softThreshold } from "../../../src/penalties/l1";
import { profileAt } from "../../../src/problem/problem";
import { coordinateDescent, proximalGradient } from "../../../src/solvers/classical";
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

  it("refuses a penalty that is a sum over neither coordinates nor groups, in one sentence", () => {
    const problem = problemOf(linearData(4, 10, 2), nuclear({ nColumns: 1 }));
    assert.throws(() => coordinateDescent().solve(taskOf(problem, 0.1, 1e-9)), {
      name: "InputError",
      message:
        'coordinateDescent: penalty must be a sum over coordinates, or over groups with a known proximal step, got "nuclear(1)"; use proximalGradient()',
    });
  });
});

describe("coordinateDescent over groups", () => {
  for (const [name, penaltyOf] of [
    ["group-raw", groupL2],
    ["sparse-group", (groups: readonly number[]) => sparseGroup(groups, { l1Ratio: 0.4 })],
  ] as const) {
    const { problem, lambdas, solutions } = readGoldenProblem(name, penaltyOf);
    lambdas.forEach((lambda, k) => {
      it(`agrees with skglm's ${name} at lambda ${lambda.toPrecision(3)}`, () => {
        const solution = coordinateDescent().solve(taskOf(problem, lambda, 1e-14));
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
        coordinateDescent().solve(taskOf(problemOf(data, grouped), 0.1, 0, { beta, maxIter: 20 })),
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
    const [first, second] = [together, apart].map(
      (p) => coordinateDescent().solve(taskOf(p, 0.2, 1e-13)).beta,
    );
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
    const [blocks, all] = [coordinateDescent(), proximalGradient()].map((s) =>
      s.solve(taskOf(problem, 0.1, 1e-9, { beta })),
    );
    assert.equal(blocks.status, "converged");
    assertAtMost("epochs", blocks.nIter, all.nIter);
  });

  it("takes a group of zeros for what it is", () => {
    const { X, y } = linearData(4, 30, 4);
    const problem = problemOf({ X: X.map((row) => [...row, 0, 0]), y }, groupL2([0, 0, 1, 1, 2, 2]));
    const solution = coordinateDescent().solve(taskOf(problem, 0.1, 1e-10));
    assert.equal(solution.status, "converged");
    assert.deepEqual([...solution.beta.subarray(4)], [0, 0]);
  });
});
