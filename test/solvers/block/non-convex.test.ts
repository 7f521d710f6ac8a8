/** The block solver on penalties of coefficients that are not convex: against coordinate descent and the surrogate, on degenerate designs, along paths. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { loadBreastCancer } from "../../../src/data";
import { cox, huber, logistic, multinomial, poisson } from "../../../src/datafits";
import { stackResponses } from "../../../src/design/stacked-responses";
import { SmoothBridge, SmoothLasso } from "../../../src/estimators";
import { lbfgs } from "../../../src/optimizers";
import { hadamardProduct } from "../../../src/parametrizations";
import { bounded, lq, mcp, nonNegative, type SeparablePenalty, scad } from "../../../src/penalties";
import { profileAt, type SparseProblem } from "../../../src/problem/problem";
import { UnpenalizedColumns } from "../../../src/problem/unpenalized-columns";
import { seededRandom } from "../../../src/random/random";
import { proximalNewton, surrogateDescent, WarmStart } from "../../../src/solvers";
import { coordinateDescent } from "../../../src/solvers/classical";
import { negativeCurvatureStep } from "../../../src/solvers/search/saddle-escape";
import { candidateAt } from "../../../src/solvers/solver";
import { assertAllClose, assertAtMost } from "../../support/assert-close";
import { designOf, linearData, normals, problemOf } from "../../support/problems";
import { taskOf } from "../../support/solver-tasks";

const none = new Float64Array(0);

const penalties: readonly SeparablePenalty[] = [
  mcp(),
  mcp({ gamma: 1.2, weights: [1, 2, 0.5, 1, 1, 3] }),
  scad(),
  scad({ gamma: 2.1 }),
  lq({ q: 0.5 }),
  lq({ q: 2 / 3 }),
  lq({ q: 0.8, weights: [1, 2, 0.5, 1, 1, 3] }),
  nonNegative(mcp()),
  nonNegative(lq({ q: 0.5 })),
  bounded(lq({ q: 0.5 }), [-0.5, 0.7]),
];

/** Met where a point is stationary and no coordinate lowers the objective. */
const strict = {
  isOptimal: ({ violation, singleCoordinateGain }: { violation: number; singleCoordinateGain: number }) =>
    violation <= 1e-9 && singleCoordinateGain <= 1e-9,
};

describe("the block solver on penalties that are not convex", () => {
  it("ends where coordinate descent does not move, for every penalty, with unpenalized columns", () => {
    const random = seededRandom(3);
    const free = [new Float64Array(30).fill(1), normals(random, 30)];
    for (const penalty of penalties) {
      const problem = problemOf(linearData(8, 30, 6), penalty, free);
      for (const lambda of [1, 0.3, 0.05, 1e-3]) {
        const solution = proximalNewton().solve(taskOf(problem, lambda, 0, strict));
        assert.equal(solution.status, "converged", `${penalty.name} at ${lambda}`);
        const { beta, profile } = solution;
        const again = coordinateDescent().solve(
          taskOf(problem, lambda, 0, { beta, psi: profile.psi, isOptimal: () => false, maxIter: 20 }),
        );
        assertAllClose(`${penalty.name} at ${lambda}`, again.beta, beta, 1e-8);
      }
    }
  });

  it("ends by Newton's own steps where classes nearly separate and roundings hide how the objective falls", () => {
    const { columns, response } = loadBreastCancer();
    const model = new SmoothBridge({ q: 0.5, lambda: 5e-5, datafit: logistic(), solver: proximalNewton() });
    assert.equal(model.fit(columns, response).status, "converged");
  });

  it("is the lasso for a penalty that is convex, and least squares without one", () => {
    for (const lambda of [0.3, 0.01, 0]) {
      const task = taskOf(problemOf(linearData(9, 30, 6)), lambda, 1e-13);
      const reference = coordinateDescent().solve(task);
      assertAllClose(`lambda ${lambda}`, proximalNewton().solve(task).beta, reference.beta, 1e-6);
    }
  });

  it("minimises losses that bend, to stationary points that no coordinate lowers", () => {
    const data = linearData(9, 60, 8, 3);
    const cases = [
      [logistic(), data.y.map((entry) => (entry > 0 ? 1 : 0))],
      [poisson(), data.y.map((entry) => Math.round(Math.abs(entry)))],
      [huber(), data.y],
      [cox(), data.y.map((entry, i) => Math.exp(-entry / 4) * (i % 5 === 0 ? -1 : 1))],
    ] as const;
    for (const [datafit, y] of cases) {
      for (const penalty of [mcp({ gamma: 8 }), scad({ gamma: 9 }), lq({ q: 0.5 })]) {
        const problem: SparseProblem = {
          ...problemOf({ X: data.X, y }, penalty, [new Float64Array(60).fill(1)]),
          datafit,
        };
        for (const lambda of [0.2, 0.08]) {
          const task = taskOf(problem, lambda, 0, strict);
          const solution = proximalNewton().solve(task);
          assertAtMost(`${datafit.name}, ${penalty.name}`, solution.certificate.violation, 1e-9);
          const reference = coordinateDescent().solve({ ...task, beta: solution.beta });
          const { objective } = solution.certificate;
          assertAtMost("fall", objective - reference.certificate.objective, 1e-8 * Math.abs(objective));
        }
      }
    }
  });

  it("minimises the loss of several classes, whose predictors hang together", () => {
    const { X } = linearData(9, 60, 8, 3);
    const random = seededRandom(2);
    const ofClass = X.map(([a, b]) => {
      const utilities = [a, b, 0].map((utility) => utility - Math.log(-Math.log(random.uniform())));
      return utilities.indexOf(Math.max(...utilities));
    });
    const y = Float64Array.from({ length: 180 }, (_, k) => (ofClass[k % 60] === Math.floor(k / 60) ? 1 : 0));
    const contrasts = [
      [1, -1, 0],
      [1, 1, -2],
    ].map((levels) => Float64Array.from({ length: 180 }, (_, k) => levels[Math.floor(k / 60)]));
    for (const penalty of [mcp({ gamma: 8 }), lq({ q: 0.5 })]) {
      const problem: SparseProblem = {
        design: stackResponses(designOf(X), 3),
        target: y,
        datafit: multinomial({ nClasses: 3 }),
        penalty,
        free: new UnpenalizedColumns(180, contrasts),
      };
      for (const lambda of [0.1, 0.03]) {
        const task = taskOf(problem, lambda, 0, strict);
        const { certificate, beta, status } = proximalNewton().solve(task);
        assert.equal(status, "converged");
        const reference = coordinateDescent().solve({ ...task, beta });
        const fall = certificate.objective - reference.certificate.objective;
        assertAtMost(`${penalty.name} at ${lambda}`, fall, 1e-8 * certificate.objective);
      }
    }
  });

  it("goes over to steps on the support where its violation creeps: nearly separable classes, all levels of a factor", () => {
    const random = seededRandom(1);
    const levels = [0, 1, 2, 3];
    const X = Array.from({ length: 120 }, (_, i) => [
      ...levels.map((level) => (i % 4 === level ? 1 : 0)),
      random.normal(),
      random.normal(),
    ]);
    const y = X.map((row) => {
      const utilities = levels.map(
        (c) => 2 * row[c] + (c * row[4]) / 2 - Math.log(-Math.log(random.uniform())),
      );
      return utilities.indexOf(Math.max(...utilities));
    });
    const fit = new SmoothLasso({ datafit: multinomial(), lambda: 1e-5 }).fit(X, y);
    assert.equal(fit.status, "converged");
    assert.ok(fit.nIter < 5000, `${fit.nIter} iterations`);
    assertAtMost("gap", fit.certificate.dualityGap ?? Infinity, 1e-6);
  });

  it("certifies degenerate designs: copies, zero columns, supports of n, entries of few values, one row", () => {
    const entries = fc.array(fc.integer({ min: -1, max: 1 }), { minLength: 60, maxLength: 60 });
    const responses = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 5, maxLength: 5 });
    const lambdas = fc.constantFrom(100, 0.5, 0.1, 1e-3, 0);
    const members = fc.constantFrom(mcp(), scad(), lq({ q: 0.5 }), nonNegative(lq({ q: 2 / 3 })));
    fc.assert(
      fc.property(
        entries,
        responses,
        lambdas,
        members,
        fc.constantFrom(1, 5),
        (values, y, lambda, penalty, n) => {
          const X = Array.from({ length: n }, (_, i) => values.slice(12 * i, 12 * i + 12));
          const problem = problemOf({ X, y: y.slice(0, n) }, penalty);
          const { beta, certificate } = proximalNewton().solve(taskOf(problem, lambda, 0, strict));
          assert.ok(beta.every(Number.isFinite));
          assertAtMost("violation", certificate.violation, 1e-8);
          assertAtMost("decrease", certificate.singleCoordinateGain, 1e-8);
          const reference = coordinateDescent().solve(taskOf(problem, lambda, 0, { ...strict, beta }));
          const fall = certificate.objective - reference.certificate.objective;
          assertAtMost("what coordinate descent gains from there", fall, 1e-8);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("takes up a path where the last lambda left it, in few cycles, and never rises from a given start", () => {
    for (const penalty of [mcp(), scad(), lq({ q: 0.5 })]) {
      const problem = problemOf(linearData(10, 40, 80), penalty);
      const solver = proximalNewton();
      const warmStart = new WarmStart();
      let beta = new Float64Array(80);
      for (let lambda = 2; lambda > 0.05; lambda *= 0.8) {
        const task = taskOf(problem, lambda, 0, { ...strict, beta, warmStart });
        const start = candidateAt(task, beta, none, 0).certificate.objective;
        const solution = solver.solve(task);
        assert.equal(solution.status, "converged", `${penalty.name} at ${lambda}`);
        assertAtMost("objective", solution.certificate.objective, start, 1e-12);
        beta = Float64Array.from(solution.beta);
      }
    }
  });

  it("comes to rest at the lambda where the last coefficient vanishes, whose size says nothing of what is small", () => {
    for (const seed of [6, 8, 9, 12]) {
      const problem = problemOf(linearData(seed, 30, 1, 1), mcp());
      const { gradient } = profileAt(problem, new Float64Array(1), none);
      const lambda = Math.abs(gradient[0]);
      const task = taskOf(problem, lambda, 1e-9, {
        isOptimal: ({ violation }) => violation <= 1e-12 * lambda,
      });
      const { nIter, status, beta } = proximalNewton().solve({
        ...task,
        beta: gradient.map((entry) => -entry),
      });
      assert.equal(status, "converged");
      assertAtMost("coefficient", Math.abs(beta[0]), 1e-12);
      assertAtMost("cycles", nIter, 50);
    }
  });

  it("knows a minimum, which is left by no direction, and calls no saddle so", () => {
    const { X, y } = linearData(7, 40, 6);
    const twice = { X: X.map((row) => [...row, ...row]), y };
    const solution = proximalNewton().solve(taskOf(problemOf({ X, y }, lq({ q: 0.5 })), 0.3, 0, strict));
    assert.equal(solution.isStrict, true);
    const task = taskOf(problemOf({ X, y }, lq({ q: 0.5 })), 0.3, 0, strict);
    assert.equal(negativeCurvatureStep(task, { ...solution, isStrict: false }), undefined);
    const both = taskOf(problemOf(twice, lq({ q: 0.5 })), 0.3, 0, strict);
    const inner = surrogateDescent(hadamardProduct({ depth: 4 }), lbfgs());
    const single = inner.solve(task);
    const symmetric = inner.solve({ ...both, beta: Float64Array.of(...single.beta, ...single.beta) });
    const found = proximalNewton().solve({ ...both, beta: symmetric.beta });
    // Rounding may lead off the saddle; what is called a minimum is one.
    if (found.isStrict) {
      assert.equal(negativeCurvatureStep(both, { ...found, isStrict: false }), undefined);
      assertAtMost("objective", found.certificate.objective, symmetric.certificate.objective);
    }
  });

  it("lowers an end by the exchange of a coefficient for others, where there is a lower one", () => {
    let lower = 0;
    for (let seed = 1; seed <= 10; seed++) {
      const data = linearData(seed, 30, 60, 2);
      const problem = problemOf(data, lq({ q: 0.5 }));
      const plain = proximalNewton().solve(taskOf(problem, 0.15, 0, strict));
      const other = problemOf(data, lq({ q: 0.5 }));
      const exchanged = proximalNewton({ exchanges: 10 }).solve(taskOf(other, 0.15, 0, strict));
      assert.equal(exchanged.status, "converged");
      assertAtMost("objective", exchanged.certificate.objective, plain.certificate.objective, 1e-12);
      if (exchanged.certificate.objective < plain.certificate.objective * (1 - 1e-6)) lower++;
    }
    assertAtMost("at least one of ten", 1, lower);
  });

  it("stops once aborted, in a cycle", () => {
    const signal = { aborted: false };
    const cycles: number[] = [];
    const task = taskOf(problemOf(linearData(3, 30, 200), lq({ q: 0.5 })), 0.01, 0, {
      isOptimal: () => false,
      beta: new Float64Array(200).fill(0.1),
      signal,
      onIteration(cycle) {
        cycles.push(cycle);
        signal.aborted ||= cycle === 2;
      },
    });
    assert.equal(proximalNewton().solve(task).status, "interrupted");
    assertAtMost("cycles", cycles.length, 3);
  });

  it("takes no other count of exchanges", () => {
    assert.throws(() => proximalNewton({ exchanges: -1 }), {
      name: "InputError",
      message: "proximalNewton: exchanges must be an integer of at least 0, got -1",
    });
    assert.throws(() => proximalNewton({ swaps: 1 } as never), { name: "InputError" });
  });
});
