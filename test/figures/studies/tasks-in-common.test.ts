import assert from "node:assert/strict";
import { eliminated, factorized, root, square } from "../../../figures/studies/nuclear-norm-ways";
import { MultiTaskProblem, simulateMultiTask, taskRidges } from "../../../figures/studies/tasks-in-common";
import { lbfgs, minimize, nuclear, seededRandom } from "../../../src";
import { lowRankProduct, type SmoothObjective } from "../../../src/surrogate";

const random = seededRandom(4);
const normals = (count: number): Float64Array => Float64Array.from({ length: count }, () => random.normal());

function assertSlopes(objective: SmoothObjective, x: Float64Array): void {
  const gradient = new Float64Array(x.length);
  objective.valueAndGradient(x, gradient);
  const unused = new Float64Array(x.length);
  gradient.forEach((slope, k) => {
    const [above, below] = [1e-5, -1e-5].map((step) =>
      objective.valueAndGradient(
        x.map((entry, i) => (i === k ? entry + step : entry)),
        unused,
      ),
    );
    assert.ok(Math.abs((above - below) / 2e-5 - slope) < 1e-7, `${k}: ${slope}`);
  });
}

describe("tasks in common", () => {
  const problem = new MultiTaskProblem(simulateMultiTask(3, 5, 4, 1));
  const lambda = 0.1 * problem.lambdaMax();

  it("have surrogates with the slopes of their differences", () => {
    assertSlopes(eliminated(problem, lambda), normals(12));
    const both = factorized(problem, lowRankProduct({ nColumns: 3, rank: 3 }), lambda);
    assertSlopes(both, normals(both.size));
  });

  it("have one minimum, by elimination and by all factors, without a duality gap", () => {
    const U = minimize(eliminated(problem, lambda), lbfgs(), normals(12), { tol: 1e-12 }).x;
    const { B } = taskRidges(problem, lambda, square(U, 4));
    assert.ok(problem.dualityGap(B, lambda) < 1e-10);
    const both = factorized(problem, lowRankProduct({ nColumns: 3, rank: 3 }), lambda);
    const { value } = minimize(both, lbfgs(), normals(both.size), { tol: 1e-12 });
    assert.ok(Math.abs(value - problem.objective(B, lambda)) < 1e-10);
  });

  it("have as solution singular values that are made smaller, where each task measures its coefficients", () => {
    const truth = normals(12);
    const identity = Float64Array.from({ length: 16 }, (_, k) => Number(k % 5 === 0));
    const tasks = [0, 4, 8].map((from) => ({ X: identity, y: truth.slice(from, from + 4) }));
    const measured = new MultiTaskProblem({ nFeatures: 4, tasks, validation: [], truth, directions: [] });
    const U = minimize(eliminated(measured, 0.05), lbfgs(), normals(12), { tol: 1e-12 }).x;
    const { B } = taskRidges(measured, 0.05, square(U, 4));
    const expected = new Float64Array(12);
    nuclear({ nColumns: 3 }).prox?.(truth, 12, 0.05, expected);
    B.forEach((b, k) => {
      assert.ok(Math.abs(b - expected[k]) < 1e-6, `${k}: ${b} ${expected[k]}`);
    });
    assert.ok(Math.abs(measured.dualityGap(B, 0.05)) < 1e-10);
  });

  it("have a metric whose square is B B' + epsilon^2 I", () => {
    const B = normals(12);
    const Sigma = root(problem, B, 0.1);
    const expected = square(B, 4);
    for (let j = 0; j < 4; j++) expected[5 * j] += 0.01;
    square(Sigma, 4).forEach((entry, k) => {
      assert.ok(Math.abs(entry - expected[k]) < 1e-12, `${k}`);
    });
  });
});
