/** The quadratic models of losses with a changing Hessian, and profiles that come from a Gram matrix. */
import assert from "node:assert/strict";
import { huber, logistic, poisson, squaredError } from "../../../src/datafits";
import { asDesignMatrix } from "../../../src/design/sources/read-table";
import { elasticNet, l1 } from "../../../src/penalties";
import { certify } from "../../../src/problem/certificate";
import { profileAt, type SparseProblem } from "../../../src/problem/problem";
import { UnpenalizedColumns } from "../../../src/problem/unpenalized-columns";
import { seededRandom } from "../../../src/random/random";
import { proximalNewton, WarmStart } from "../../../src/solvers";
import { coordinateDescent } from "../../../src/solvers/classical";
import { GramProfiles, QuadraticModel } from "../../../src/solvers/subproblem/quadratic-model";
import { assertAllClose, assertAtMost } from "../../support/assert-close";
import { cscOf, matrixOf } from "../../support/csc";
import { designOf, linearData, normals, problemOf } from "../../support/problems";
import { taskOf } from "../../support/solver-tasks";

describe("the Newton models of a lasso", () => {
  it("minimises losses that bend", () => {
    const data = linearData(9, 40, 8);
    const counts = data.y.map((entry) => Math.round(Math.abs(entry)));
    const classes = data.y.map((entry) => (entry > 0 ? 1 : 0));
    const cases = [
      [logistic(), classes],
      [poisson(), counts],
      [huber(), data.y],
    ] as const;
    for (const [datafit, y] of cases) {
      const free = [new Float64Array(40).fill(1)];
      const problem = { ...problemOf({ X: data.X, y }, l1(), free), datafit };
      for (const lambda of [0.1, 0.01]) {
        const solution = proximalNewton().solve(taskOf(problem, lambda, 1e-12));
        assert.equal(solution.status, "converged", `${datafit.name} at ${lambda}`);
        assertAtMost(datafit.name, solution.certificate.dualityGap!, 1e-12);
      }
    }
  });

  it("makes the Hessian anew where few samples have all the curvature along each of many steps", () => {
    const nRare = 20;
    const X = Array.from({ length: 100 + nRare }, (_, i) =>
      Array.from({ length: 1 + nRare }, (_, k) => Number(k === Math.max(0, i - 99))),
    );
    const weights = Array.from({ length: 1 + nRare }, (_, k) => 1 + k);
    const data = { X, y: X.map((row) => 10 * row[0]) };
    const problem = { ...problemOf(data, l1({ weights })), datafit: poisson() };
    const end = proximalNewton().solve(taskOf(problem, 1e-5, 1e-12, { maxIter: 60 }));
    assert.equal(end.status, "converged");
    // `exp(b) / n = lambda w` where one sample has the count 0, and `(100 exp(b) - 1000) / n = -lambda` in the first.
    const answer = weights.map((weight, k) => Math.log(k === 0 ? 10 - 1.2e-5 : 120e-5 * weight));
    assertAllClose("beta", end.beta, answer, 1e-8);
  });
});

/** Profiles of tall designs from their Gram matrix, and the lassos that go by them. */

const [n, p] = [2500, 40];
const { X, y } = linearData(4, n, p);
const random = seededRandom(8);
const weights = normals(random, n).map((z) => z * z);
const meanWeight = weights.reduce((sum, weight) => sum + weight, 0) / n;
const free = new UnpenalizedColumns(n, [new Float64Array(n).fill(1), normals(random, n)]);
const dense = designOf(X);
const sparse = asDesignMatrix(
  "test",
  cscOf(matrixOf(X.map((row) => row.map((x) => (Math.abs(x) > 1 ? x : 0))))),
);
const weighted = squaredError().weighted(weights.map((weight) => weight / meanWeight));
const PROBLEMS: readonly (readonly [string, SparseProblem])[] = [
  [
    "equal weights",
    { design: dense, free, target: Float64Array.from(y), datafit: squaredError(), penalty: l1() },
  ],
  ["weights", { design: dense, free, target: Float64Array.from(y), datafit: weighted, penalty: l1() }],
  [
    "a sparse design",
    { design: sparse, free, target: Float64Array.from(y), datafit: weighted, penalty: l1() },
  ],
];

describe("the profiles of a Gram matrix", () => {
  for (const [name, problem] of PROBLEMS) {
    it(`are those of the design to rounding: ${name}`, () => {
      const zeros = new Float64Array(p);
      const origin = profileAt(problem, zeros, new Float64Array(2));
      const profiles = new GramProfiles(problem, new QuadraticModel(problem, origin.eta));
      for (const beta of [zeros, normals(random, p), normals(random, p).map((z) => Math.max(z, 0))]) {
        const direct = profileAt(problem, beta, new Float64Array(2));
        const quick = profiles.at(beta);
        for (const key of ["psi", "gradient", "eta", "residual"] as const) {
          assertAllClose(key, quick[key], direct[key], 1e-12);
        }
        assertAllClose("loss", Float64Array.of(quick.loss), Float64Array.of(direct.loss), 1e-12);
      }
    });

    it(`lead a lasso down a path to what passes over the design certify: ${name}`, () => {
      for (const penalty of [l1(), elasticNet({ l1Ratio: 0.3 })]) {
        const one = { ...problem, penalty };
        const along = proximalNewton();
        const warmStart = new WarmStart();
        let beta = new Float64Array(p);
        for (const lambda of [0.5, 0.1, 0.02, 0.004, 0.001]) {
          const solution = along.solve(taskOf(one, lambda, 1e-13, { beta, warmStart }));
          assert.equal(solution.status, "converged", `lambda ${lambda}`);
          beta = Float64Array.from(solution.beta);
          const { dualityGap } = certify(one, lambda, beta, profileAt(one, beta, new Float64Array(2)), 0);
          assertAtMost("gap", dualityGap!, 1e-13);
          const reference = coordinateDescent().solve(taskOf(one, lambda, 1e-14, { beta }));
          assertAllClose("coefficients", beta, reference.beta, 1e-6);
        }
      }
    });
  }

  it("are those of what coefficients have become since the same array was asked for", () => {
    const [, problem] = PROBLEMS[0];
    const profiles = new GramProfiles(problem, new QuadraticModel(problem, new Float64Array(n)));
    const beta = normals(random, p);
    const before = profiles.at(beta).gradient;
    const known = before.slice();
    beta[3] += 1;
    const direct = profileAt(problem, beta, new Float64Array(2));
    assertAllClose("gradient", profiles.at(beta).gradient, direct.gradient, 1e-12);
    assert.deepEqual(before, known);
  });

  it("are not asked where columns nearly depend on each other: then the design itself certifies", () => {
    const copies = X.map((row) => row.map((x, j) => (j < 20 ? x : row[j - 20] + 1e-5 * x)));
    const problem = { ...PROBLEMS[0][1], design: designOf(copies) };
    const along = proximalNewton();
    const warmStart = new WarmStart();
    let beta = new Float64Array(p);
    for (const lambda of [0.1, 1e-2, 1e-4, 1e-6]) {
      const solution = along.solve(taskOf(problem, lambda, 1e-12, { beta, warmStart }));
      assert.equal(solution.status, "converged", `lambda ${lambda}`);
      beta = Float64Array.from(solution.beta);
      const { dualityGap } = certify(problem, lambda, beta, profileAt(problem, beta, new Float64Array(2)), 0);
      assertAtMost("gap", dualityGap!, 1e-12);
    }
  });

  it("are asked of few columns from the second lambda of a path on, without a pass over the design", () => {
    const problem = problemOf(linearData(5, 2500, 50), l1());
    const { design } = problem;
    const rmatvec = design.rmatvec.bind(design);
    const task = taskOf(problem, 1, 1e-12);
    const nullProfile = profileAt(problem, task.beta, task.psi);
    let passes = 0;
    design.rmatvec = (residual, out) => {
      passes++;
      rmatvec(residual, out);
    };
    const along = proximalNewton();
    let { beta } = along.solve({ ...task, nullProfile });
    const before = passes;
    for (const lambda of [0.5, 0.2, 0.1]) {
      const end = along.solve({ ...task, nullProfile, beta: beta.slice(), lambda });
      assert.equal(end.status, "converged");
      beta = end.beta;
    }
    assert.ok(beta.filter((b) => b !== 0).length > 1);
    assert.equal(passes, before);
  });
});
