import assert from "node:assert/strict";
import {
  certifyPiecewiseLinear,
  type PiecewiseLinearProblem,
} from "../../src/objectives/piecewise-linear-problem";
import { seededRandom } from "../../src/random/random";
import { liftedVarPro } from "../../src/solvers";
import { LiftedSurrogate } from "../../src/solvers/lifted-surrogate";
import { vertexNear } from "../../src/solvers/vertex";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { numericGradient } from "../support/finite-differences";
import {
  piecewiseLinearTask,
  quantileProblem,
  supportVectorProblem,
} from "../support/piecewise-linear-problems";
import { designOf, linearData, normals } from "../support/problems";

const problems: Readonly<Record<string, PiecewiseLinearProblem>> = {
  "a median": quantileProblem(1, 40, 6),
  "a 0.8-quantile with two free columns": quantileProblem(2, 40, 6, { tau: 0.8, nFree: 2 }),
  "a median with more columns than rows": quantileProblem(3, 15, 40),
  "a support vector machine": supportVectorProblem(4, 40, 6),
  "a support vector machine without intercept": supportVectorProblem(5, 40, 6, { nFree: 0 }),
  "a model without penalized columns": {
    ...quantileProblem(6, 41, 1),
    design: designOf(Array.from({ length: 41 }, () => [])),
  },
};

/** A point `(v, t)` whose factors are balanced over the coefficients and the residuals. */
function balanced({ terms, lambda }: PiecewiseLinearProblem, beta: Float64Array, residual: Float64Array) {
  const n = residual.length;
  return Float64Array.from([
    ...beta.map((b) => Math.sqrt(Math.abs(b))),
    ...residual.map((r, i) => Math.sqrt((Math.abs(r) * terms.width[i]) / (n * lambda))),
  ]);
}

function residualAt(problem: PiecewiseLinearProblem, beta: Float64Array, psi: Float64Array): Float64Array {
  const eta = new Float64Array(problem.design.nSamples);
  problem.design.matvec(beta, eta);
  problem.free.addTo(eta, psi);
  return problem.terms.center.map((c, i) => c - eta[i]);
}

describe("LiftedSurrogate", () => {
  for (const [name, problem] of Object.entries(problems)) {
    it(`has the gradient that finite differences give, for ${name}`, () => {
      const surrogate = new LiftedSurrogate(problem, 1e-3);
      const random = seededRandom(1);
      const x = normals(random, surrogate.size).map((entry) => Math.sign(entry) * (0.3 + Math.abs(entry)));
      const gradient = new Float64Array(x.length).fill(9);
      surrogate.valueAndGradient(x, gradient);
      const value = (at: Float64Array) => surrogate.valueAndGradient(at, new Float64Array(at.length));
      assertAllClose("gradient", gradient, numericGradient(value, x), 1e-7);
    });

    it(`is nowhere below the optimum of ${name}, and equals it at the balanced solution`, () => {
      const { beta, psi, certificate } = liftedVarPro(piecewiseLinearTask(problem, 1e-11));
      const floor = 1e-9;
      const surrogate = new LiftedSurrogate(problem, floor);
      const gradient = new Float64Array(surrogate.size);
      const random = seededRandom(2);
      for (let trial = 0; trial < 30; trial++) {
        const value = surrogate.valueAndGradient(normals(random, surrogate.size), gradient);
        assertAtMost("optimum", certificate.objective, value, 1e-8);
      }
      const x = balanced(problem, beta, residualAt(problem, beta, psi));
      assertClose("value", surrogate.valueAndGradient(x, gradient), certificate.objective, 1e-7);
    });
  }
});

describe("vertexNear", () => {
  it("finds a vertex again from its balanced factors, with the dual point that proves it optimal", () => {
    for (const [name, problem] of Object.entries(problems)) {
      const { beta, psi, certificate } = liftedVarPro(piecewiseLinearTask(problem, 1e-12));
      const vertex = vertexNear(problem, balanced(problem, beta, residualAt(problem, beta, psi)))!;
      assertAllClose(`beta of ${name}`, vertex.beta, beta, 1e-10);
      const found = certifyPiecewiseLinear(problem, vertex.beta, vertex.psi, vertex.alpha, 0);
      assertAtMost(`gap of ${name}`, found.dualityGap, 1e-12);
      assertClose("objective", found.objective, certificate.objective, 1e-12);
    }
  });

  it("has no answer where the columns of the basis depend on each other", () => {
    const { X } = linearData(7, 10, 1);
    const problem = { ...quantileProblem(7, 10, 2), design: designOf(X.map(([x]) => [x, x])) };
    const x = new Float64Array(12).fill(1e-9).fill(1, 0, 2).fill(1, 4);
    assert.equal(vertexNear(problem, x), undefined);
  });
});

describe("liftedVarPro", () => {
  for (const [name, problem] of Object.entries(problems)) {
    it(`solves ${name} within 300 iterations to its goal`, () => {
      const solution = liftedVarPro(piecewiseLinearTask(problem, 1e-10));
      assert.equal(solution.status, "converged");
      assertAtMost("nIter", solution.nIter, 300);
      const { beta, psi, dual, certificate } = solution;
      assertAtMost("gap", certificate.dualityGap, 1e-10);
      const again = certifyPiecewiseLinear(problem, beta, psi, dual, certificate.misalignment);
      assert.deepEqual(again, certificate);
      const zeros = beta.filter((b) => b === 0).length;
      const kinks = residualAt(problem, beta, psi).filter((r) => Math.abs(r) < 1e-9).length;
      assert.equal(kinks, beta.length - zeros + problem.free.size, "a vertex");
    });
  }

  it("does nothing where the start is good enough, and leaves it alone", () => {
    const problem = problems["a median"];
    const { beta, psi, certificate } = liftedVarPro(piecewiseLinearTask(problem, 1e-12));
    const task = piecewiseLinearTask(problem, certificate.objective, { beta, psi });
    const before = [beta.slice(), psi.slice()];
    const solution = liftedVarPro(task);
    assert.deepEqual([solution.status, solution.nIter, solution.trace], ["converged", 0, []]);
    assert.deepEqual([solution.beta, solution.psi], before);
    liftedVarPro(piecewiseLinearTask(problem, 1e-12, { beta, psi }));
    assert.deepEqual([beta, psi], before);
  });

  it("ends within maxIter, at a gap no larger than that of its start", () => {
    const problem = problems["a median with more columns than rows"];
    const start = liftedVarPro(piecewiseLinearTask(problem, 1e9)).certificate;
    for (const maxIter of [1, 3, 11]) {
      const solution = liftedVarPro(piecewiseLinearTask(problem, 1e-14, { maxIter }));
      assert.equal(solution.status, "max-iter");
      assertAtMost("nIter", solution.nIter, maxIter);
      assertAtMost("gap", solution.certificate.dualityGap, start.dualityGap);
    }
  });

  it("goes on from a coarse solution to the same optimum", () => {
    const problem = problems["a support vector machine"];
    const { beta, psi } = liftedVarPro(piecewiseLinearTask({ ...problem, lambda: 0.1 }, 1e-3));
    const [cold, warm] = [{}, { beta, psi }].map((start) =>
      liftedVarPro(piecewiseLinearTask(problem, 1e-10, start)),
    );
    assertAllClose("beta", warm.beta, cold.beta, 1e-8);
  });

  it("counts its iterations for the caller and stops once aborted", () => {
    const signal = { aborted: false };
    const seen: number[] = [];
    const solution = liftedVarPro(
      piecewiseLinearTask(problems["a median with more columns than rows"], 1e-14, {
        signal,
        onIteration(iteration) {
          seen.push(iteration);
          signal.aborted = iteration >= 7;
        },
      }),
    );
    assert.equal(solution.status, "interrupted");
    assertAtMost("iterations after the abort", seen.at(-1)!, 8);
  });

  it("begins again where it makes no progress, counts on, and says at last that it is stalled", () => {
    const never = { isOptimal: () => false, maxIter: 5000 };
    const solution = liftedVarPro(piecewiseLinearTask(problems["a support vector machine"], 0, never));
    assert.equal(solution.status, "stalled");
    assertAtMost("gap", solution.certificate.dualityGap, 1e-13);
    const { trace } = solution;
    assert.equal(trace.at(-1)!.iteration, solution.nIter);
    for (let k = 1; k < trace.length; k++) assert.ok(trace[k].iteration >= trace[k - 1].iteration);
    assert.ok(trace.at(-1)!.objective < trace[0].objective);
  });

  it("is deterministic to the last bit", () => {
    const run = () => liftedVarPro(piecewiseLinearTask(problems["a median"], 1e-10));
    assert.deepEqual(run(), run());
  });

  it("refuses a lambda of zero in one sentence", () => {
    const problem = { ...problems["a median"], lambda: 0 };
    assert.throws(() => liftedVarPro(piecewiseLinearTask(problem, 1e-9)), {
      name: "InputError",
      message: "liftedVarPro: lambda must be a positive number, got 0",
    });
  });
});
