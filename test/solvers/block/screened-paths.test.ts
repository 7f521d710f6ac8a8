/** Profiles whose gradients are exact only where zero may not hold a coefficient, against those of all columns. */
import assert from "node:assert/strict";
import { l1 } from "../../../src/penalties";
import { proximalNewton, WarmStart } from "../../../src/solvers";
import { assertAtMost } from "../../support/assert-close";
import { linearData, problemOf, slopesOf } from "../../support/problems";
import { taskOf } from "../../support/solver-tasks";

const [n, p] = [50, 32_000];
const data = linearData(31, n, p);
const largest = Math.max(
  ...data.X[0].map((_, j) => Math.abs(data.X.reduce((sum, row, i) => sum + row[j] * data.y[i], 0)) / n),
);

/** `1/2n ||y - X beta||^2 + lambda ||beta||_1` less its dual at the residual scaled into the ball, and the largest violation. */
function measured(beta: Float64Array, lambda: number): { gap: number; violation: number; slopes: number[] } {
  const support = Array.from(beta.keys()).filter((j) => beta[j] !== 0);
  const residual = data.X.map((row, i) => support.reduce((sum, j) => sum + row[j] * beta[j], -data.y[i]) / n);
  const slopes = data.X[0].map((_, j) => data.X.reduce((sum, row, i) => sum + row[j] * residual[i], 0));
  const scale = Math.min(1, lambda / Math.max(...slopes.map(Math.abs)));
  let [primal, dual, violation] = [0, 0, 0];
  residual.forEach((r, i) => {
    primal += (n * r * r) / 2;
    dual -= scale * r * (data.y[i] + (n * scale * r) / 2);
  });
  slopes.forEach((g, j) => {
    primal += lambda * Math.abs(beta[j]);
    const apart = beta[j] === 0 ? Math.abs(g) - lambda : Math.abs(g + lambda * Math.sign(beta[j]));
    violation = Math.max(violation, apart);
  });
  return { gap: primal - dual, violation, slopes };
}

describe("bounded profiles", () => {
  it("leave to a path, down and up again, the certificates of exact gradients for fewer products", () => {
    const problem = problemOf(data, l1());
    const { design } = problem;
    const [all, some] = [design.rmatvec.bind(design), design.rmatvecColumns!.bind(design)];
    let products = 0;
    Object.assign(design, {
      rmatvec(residual: Float64Array, out: Float64Array): void {
        products += p;
        all(residual, out);
      },
      rmatvecColumns(columns: Int32Array, residual: Float64Array, out: Float64Array): void {
        products += columns.length;
        some(columns, residual, out);
      },
    });
    const shares = [0.97, 0.94, 0.9, 0.87, 0.84, 0.81, 0.78, 0.75, 0.72, 0.7, 0.75, 1.2, 0.99, 0.9];
    const solver = proximalNewton();
    const warmStart = new WarmStart();
    let beta = new Float64Array(p);
    const ends = shares.map((share) => {
      const end = solver.solve(taskOf(problem, share * largest, 1e-12, { beta, warmStart }));
      beta = end.beta.slice();
      return { share, end };
    });
    const ofTasks = shares.length * p; // each is made with its null model
    assertAtMost("products of columns", products - ofTasks, 0.5 * shares.length * p);
    for (const { share, end } of ends) {
      const { gap, violation, slopes } = measured(end.beta, share * largest);
      assert.equal(end.status, "converged");
      assertAtMost(`gap at ${share}`, Math.abs(gap - end.certificate.dualityGap!), 1e-12);
      assertAtMost(`violation at ${share}`, Math.abs(violation - end.certificate.violation), 1e-12);
      slopes.forEach((g, j) => {
        assertAtMost(`gradient ${j} at ${share}`, Math.abs(g - end.profile.gradient[j]), 1e-12);
      });
    }
  });

  it("leave to a fit that ends where it starts the gain of a step from exact gradients", () => {
    // The last column alone could explain the response, though its small size keeps it away from the bound.
    const size = (0.5 * n * largest) / data.y.reduce((sum, entry) => sum + entry ** 2, 0);
    const own = { X: data.X.map((row, i) => [...row.slice(0, -1), size * data.y[i]]), y: data.y };
    const problem = problemOf(own, l1());
    const solver = proximalNewton();
    const warmStart = new WarmStart();
    let beta = new Float64Array(p);
    for (const share of [0.97, 0.94, 0.9]) {
      const end = solver.solve(taskOf(problem, share * largest, 1e-12, { beta, warmStart }));
      beta = end.beta.slice();
    }
    const lambda = 0.05 * largest;
    const { certificate } = solver.solve(taskOf(problem, lambda, 1e-12, { beta, warmStart, maxIter: 0 }));
    const gains = slopesOf(own, beta).map((g, j) => {
      const pull = beta[j] === 0 ? Math.max(Math.abs(g) - lambda, 0) : g + lambda * Math.sign(beta[j]);
      return (n * pull ** 2) / (2 * own.X.reduce((sum, row) => sum + row[j] ** 2, 0));
    });
    assertAtMost("gain", Math.abs(Math.max(...gains) - certificate.singleCoordinateGain), 1e-12);
  });
});
