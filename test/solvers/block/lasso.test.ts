/** The block solver on lassos: degenerate designs, and what it leaves to the next lambda. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type Datafit, huber, logistic, quantile, squaredError, squaredHinge } from "../../../src/datafits";
import { maxAbs } from "../../../src/linalg/vector";
import { elasticNet, l1, mcp, nonNegative } from "../../../src/penalties";
import { profileAt } from "../../../src/problem/problem";
import { seededRandom } from "../../../src/random/random";
import { proximalNewton, WarmStart } from "../../../src/solvers";
import { coordinateDescent } from "../../../src/solvers/classical";
import { assertAllClose, assertAtMost } from "../../support/assert-close";
import { linearData, normals, problemOf, slopesOf } from "../../support/problems";
import { taskOf } from "../../support/solver-tasks";

const penalties = [
  l1(),
  l1({ weights: [1, 2, 0.5, 1, 1, 3] }),
  elasticNet({ l1Ratio: 0.3 }),
  nonNegative(l1()),
];

describe("the block solver on a lasso", () => {
  it("agrees with coordinate descent for every penalty that it takes, with unpenalized columns", () => {
    const random = seededRandom(3);
    const free = [new Float64Array(30).fill(1), normals(random, 30)];
    for (const penalty of penalties) {
      const problem = problemOf(linearData(8, 30, 6), penalty, free);
      for (const lambda of [1, 0.3, 0.05, 1e-3]) {
        const task = taskOf(problem, lambda, 1e-14);
        const solution = proximalNewton().solve(task);
        assert.equal(solution.status, "converged");
        const reference = coordinateDescent().solve(task);
        assertAllClose(`${penalty.name} at ${lambda}`, solution.beta, reference.beta, 1e-6);
      }
    }
  });

  it("stays where it is as long as no step leads lower, however short, or to a number", () => {
    const data = linearData(9, 40, 8);
    const y = data.y.map((entry) => (entry > 0 ? 1 : 0));
    for (const elsewhere of [1, Number.NaN, Number.POSITIVE_INFINITY]) {
      const inner = logistic();
      const datafit: typeof inner = {
        ...inner,
        valueAndGradient(target, eta, gradient) {
          const value = inner.valueAndGradient(target, eta, gradient);
          return eta.every((entry) => entry === 0) ? value : elsewhere;
        },
      };
      const problem = { ...problemOf({ X: data.X, y }, l1()), datafit };
      const { status, beta, trace } = proximalNewton().solve(taskOf(problem, 0.01, 1e-12));
      assert.equal(status, "stalled", `${elsewhere}`);
      assert.ok(beta.every((b) => b === 0));
      for (const { objective } of trace) assertAllClose(`${elsewhere}`, [objective], [Math.log(2)], 1e-14);
    }
  });

  it("comes to the minimum of a loss with a kinked slope that states too small curvatures", () => {
    const data = linearData(9, 40, 8);
    const y = data.y.map((entry, i) => (i % 9 === 0 ? 30 : entry));
    const inner = huber({ delta: 0.5 });
    const datafit: typeof inner = {
      ...inner,
      curvature(target, eta, out) {
        inner.curvature(target, eta, out);
        for (let i = 0; i < out.length; i++) out[i] /= 50;
      },
    };
    const problem = problemOf({ X: data.X, y }, l1());
    const reference = coordinateDescent().solve(taskOf({ ...problem, datafit: inner }, 0.05, 1e-12));
    const { status, beta } = proximalNewton().solve(taskOf({ ...problem, datafit }, 0.05, 1e-12));
    assert.equal(status, "converged");
    assertAllClose("coefficients", beta, reference.beta, 1e-6);
  });

  it("takes larger curvatures where a loss states ones that are too small, and the same everywhere", () => {
    const inner = squaredError();
    const datafit: typeof inner = {
      ...inner,
      quadratic: false,
      hasConstantHessian: false,
      piecewiseQuadratic: false,
      curvature(target, eta, out) {
        inner.curvature(target, eta, out);
        for (let i = 0; i < out.length; i++) out[i] /= 3;
      },
    };
    for (const penalty of [l1(), mcp({ gamma: 30 })]) {
      const problem = problemOf(linearData(9, 60, 8), penalty);
      const reference = coordinateDescent().solve(taskOf(problem, 0.1, 1e-12));
      const { status, beta } = proximalNewton().solve(taskOf({ ...problem, datafit }, 0.1, 1e-8));
      assert.equal(status, "converged", penalty.name);
      assertAllClose(penalty.name, beta, reference.beta, 1e-5);
    }
  });

  it("needs few steps where a loss is flat far out, however far columns and response are from zero", () => {
    const random = seededRandom(5);
    const losses: readonly Datafit[] = [
      huber({ delta: 1 }),
      quantile({ tau: 0.9, smoothing: 0.1 }),
      squaredHinge(),
    ];
    for (const far of [0, 100, 1e4]) {
      for (const datafit of losses) {
        const { X, y } = linearData(6, 40, 60);
        const rows = X.map((row) => row.map((x) => x + far));
        const target =
          datafit.response === "classes"
            ? y.map((entry) => (entry > 1 ? 1 : 0))
            : y.map((entry) => entry + far + (random.uniform() < 0.2 ? 30 : 0));
        const problem = { ...problemOf({ X: rows, y: target }, l1()), datafit };
        const { gradient } = profileAt(problem, new Float64Array(60), new Float64Array(0));
        for (const share of [0.5, 0.1, 1e-2, 1e-3]) {
          const goal =
            1e-9 * datafit.valueAndGradient(problem.target, new Float64Array(40), new Float64Array(40));
          const { status, nIter } = proximalNewton().solve(taskOf(problem, share * maxAbs(gradient), goal));
          const text = `${datafit.name} at ${share} of lambda max, ${far} from zero`;
          assert.equal(status, "converged", text);
          assertAtMost(text, nIter, 80);
        }
      }
    }
  });

  it("certifies degenerate designs: copies, zero columns, supports of n, entries of few values", () => {
    const entries = fc.array(fc.integer({ min: -1, max: 1 }), { minLength: 60, maxLength: 60 });
    const responses = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(entries, responses, fc.constantFrom(0.5, 0.1, 1e-3), (values, y, lambda) => {
        const X = Array.from({ length: 5 }, (_, i) => values.slice(12 * i, 12 * i + 12));
        const problem = problemOf({ X, y });
        const solution = proximalNewton().solve(taskOf(problem, lambda, 1e-12));
        assert.equal(solution.status, "converged");
        assertAtMost("gap", solution.certificate.dualityGap!, 1e-12);
      }),
      { numRuns: 300 },
    );
  });

  it("certifies degenerate designs of many columns at once and along a path", () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(0.6, 0.8, 0.95), (seed, ratio) => {
        const random = seededRandom(seed);
        const X = Array.from({ length: 6 }, () =>
          Array.from({ length: 150 }, () => Math.floor(3 * random.uniform()) - 1),
        );
        const y = Array.from({ length: 6 }, () => Math.floor(7 * random.uniform()) - 3);
        const problem = problemOf({ X, y });
        const along = proximalNewton();
        const warmStart = new WarmStart();
        let beta = new Float64Array(150);
        for (let lambda = 2; lambda > 1e-3; lambda *= ratio) {
          const solution = along.solve(taskOf(problem, lambda, 1e-12, { beta, warmStart }));
          assert.equal(solution.status, "converged", `lambda ${lambda}`);
          beta = Float64Array.from(solution.beta);
        }
        assert.equal(proximalNewton().solve(taskOf(problem, 1e-3, 1e-12)).status, "converged");
      }),
      { numRuns: 30 },
    );
  });

  it("takes up a path where the last lambda left it, and comes to the same end as alone", () => {
    const problem = problemOf(linearData(10, 25, 60));
    const along = proximalNewton();
    const warmStart = new WarmStart();
    let beta = new Float64Array(60);
    for (const lambda of [1, 0.5, 0.6, 0.2, 0.05, 0.01, 0.3]) {
      const task = taskOf(problem, lambda, 1e-13, { beta, warmStart });
      const solution = along.solve(task);
      assert.equal(solution.status, "converged");
      const alone = proximalNewton().solve(taskOf(problem, lambda, 1e-13));
      assertAllClose(`lambda ${lambda}`, solution.beta, alone.beta, 1e-6);
      beta = Float64Array.from(solution.beta);
    }
  });

  it("goes on from a lambda that was met without a step as if it had not been asked for", () => {
    const data = linearData(11, 50, 400);
    const largest = maxAbs(Float64Array.from(slopesOf(data, new Float64Array(400))));
    const endOf = (...shares: number[]): { beta: Float64Array; nEntered: number; steps: number[] } => {
      const problem = problemOf(data);
      const { gram } = problem.design;
      let nEntered = 0;
      problem.design.gram = (rows, columns, ...rest) => {
        if (rows === columns) nEntered += rows.length;
        gram!.call(problem.design, rows, columns, ...rest);
      };
      const solver = proximalNewton();
      const warmStart = new WarmStart();
      let beta = new Float64Array(400);
      const steps = shares.map((share) => {
        const goal = share === 0.099 ? 1e-2 : 1e-12;
        const end = solver.solve(taskOf(problem, share * largest, goal, { beta, warmStart }));
        beta = Float64Array.from(end.beta);
        return end.nIter;
      });
      return { beta, nEntered, steps };
    };
    const through = endOf(0.2, 0.15, 0.1, 0.099, 0.08);
    const past = endOf(0.2, 0.15, 0.1, 0.08);
    assert.equal(through.steps[3], 0);
    assert.equal(through.nEntered, past.nEntered);
    assert.deepEqual(through.beta, past.beta);
  });

  it("comes to a lambda far away by few passes over the design, and knows its gradient where it is interrupted", () => {
    const problem = problemOf(linearData(21, 400, 3000));
    const { nFeatures } = problem.design;
    const largest = maxAbs(profileAt(problem, new Float64Array(nFeatures), new Float64Array(0)).gradient);
    let passes = 0;
    const design = new Proxy(problem.design, {
      get(target, name) {
        if (name === "rmatvec") passes++;
        const member = Reflect.get(target, name, target);
        return typeof member === "function" ? member.bind(target) : member;
      },
    });
    const counted = { ...problem, design };
    const task = taskOf(counted, 0.15 * largest, 1e-12);
    const solution = proximalNewton().solve(task);
    assert.equal(solution.status, "converged");
    assertAtMost("gap", solution.certificate.dualityGap!, 1e-12);
    assertAtMost("passes, two of them at zero", passes, 3);
    const { gradient } = profileAt(problem, solution.beta, solution.profile.psi);
    assertAllClose("gradient", solution.profile.gradient, gradient, 1e-12);

    let looks = 0;
    const signal = {
      get aborted() {
        return ++looks > 3;
      },
    };
    const cut = proximalNewton().solve({ ...taskOf({ ...counted }, 0.15 * largest, 1e-12), signal });
    assert.equal(cut.status, "interrupted");
    const there = profileAt(problem, cut.beta, cut.profile.psi);
    assertAllClose("gradient where it was cut", cut.profile.gradient, there.gradient, 1e-12);
  });

  it("certifies by exact gradients where stations looked at few columns, far away and from there on", () => {
    for (const seed of [33, 34, 35]) {
      const data = linearData(seed, 60, 600);
      const problem = problemOf(data);
      const solver = proximalNewton();
      const warmStart = new WarmStart();
      let beta = new Float64Array(600);
      const pulls = slopesOf(data, beta)
        .map(Math.abs)
        .sort((a, b) => b - a);
      // More zeros than are aimed at without stations do not hold, and most columns are no candidates.
      const far = pulls[140];
      assertAtMost("far", far, 0.36 * pulls[0]);
      assertAtMost("candidates", pulls.filter((pull) => pull > 0.6 * far).length, 300);
      for (const lambda of [far, 0.5 * far, 0.1 * far]) {
        // A goal that leaves something to measure.
        const end = solver.solve(taskOf(problem, lambda, 1e-3, { beta, warmStart }));
        beta = end.beta.slice();
        let worst = 0;
        slopesOf(data, beta).forEach((g, j) => {
          assertAtMost(`gradient ${j}`, Math.abs(g - end.profile.gradient[j]), 1e-12);
          const apart = beta[j] === 0 ? Math.abs(g) - lambda : Math.abs(g + lambda * Math.sign(beta[j]));
          worst = Math.max(worst, apart);
        });
        assertAtMost(`violation at ${lambda}`, Math.abs(worst - end.certificate.violation), 1e-12);
      }
    }
  });

  it("lets one of two copies stand for both, however small lambda is", () => {
    const { X, y } = linearData(12, 60, 6);
    const twice = problemOf({ X: X.map((row) => [...row, row[0], row[1] + row[2]]), y });
    const once = problemOf({ X, y });
    for (const lambda of [0.1, 1e-3, 1e-4, 1e-8, 0]) {
      const solution = proximalNewton().solve(taskOf(twice, lambda, 1e-12));
      assert.equal(solution.status, "converged", `lambda ${lambda}`);
      assertAtMost("iterations", solution.nIter, 3);
      const { objective } = proximalNewton().solve(taskOf(once, lambda, 1e-12)).certificate;
      assertAtMost("objective", solution.certificate.objective, objective, 1e-12);
      assertAtMost(
        "size",
        solution.beta.reduce((sum, b) => sum + Math.abs(b), 0),
        20,
      );
    }
    const labels = y.map((entry) => (entry > 1 ? 1 : 0));
    const classes = { ...problemOf({ X: X.map((row) => [...row, row[0]]), y: labels }), datafit: logistic() };
    for (const lambda of [1e-2, 1e-4]) {
      const { status } = proximalNewton().solve(taskOf(classes, lambda, 1e-10));
      assert.equal(status, "converged", `logistic at ${lambda}`);
    }
  });

  it("lets a coefficient leave that is so small that its share of a step is zero", () => {
    const X = [
      [4, 0],
      [0, 4],
    ];
    const beta = Float64Array.of(Number.MIN_VALUE, -Number.MIN_VALUE);
    const end = proximalNewton().solve(taskOf(problemOf({ X, y: [-8, 8] }), 1, 1e-14, { beta }));
    assert.equal(end.status, "converged");
    // Orthogonal columns of square 16 / n: `|b| = (|x'y / n| - lambda) / (16 / n)`.
    assertAllClose("beta", end.beta, [-15 / 8, 15 / 8], 1e-15);
  });

  it("is least squares without a penalty", () => {
    const problem = problemOf(linearData(11, 30, 5));
    const { beta, status } = proximalNewton().solve(taskOf(problem, 0, 1e-12));
    assert.equal(status, "converged");
    const { gradient } = profileAt(problem, beta, new Float64Array(0));
    for (const g of gradient) assertAtMost("gradient", Math.abs(g), 1e-12);
  });
});
