/** What a model that is made ready hands from one lambda of a path to the next. */
import assert from "node:assert/strict";
import {
  type Datafit,
  groupLpq,
  groupLq,
  groupMcp,
  huber,
  logistic,
  logSum,
  lq,
  mcp,
  poisson,
  quantile,
  SmoothBridge,
  SmoothElasticNet,
  SmoothLasso,
  type SmoothLassoOptions,
  SparseLinearModel,
  type SparsePath,
  scad,
  squaredError,
} from "../../../src";
import { fitNullModel } from "../../../src/estimators/fit/null-model";
import { columnCurvature } from "../../../src/problem/problem";
import { coordinateDescent, proximalGradient, type Solver } from "../../../src/solvers";
import { assertClose } from "../../support/assert-close";
import { linearData, problemOf } from "../../support/problems";
import { warningsOf } from "../../support/warnings";

describe("a lambda of a path", () => {
  const X = [
    [1, 0.3],
    [-0.4, 2],
    [0.9, -1.1],
    [-2, 0.7],
    [0.2, 1.6],
  ];
  const y = [1.1, 0.2, 0.7, -1.4, 0.9];

  it("begins at the very coefficients that the one before ended in, as its solver left them", () => {
    const inner = coordinateDescent();
    const starts: Float64Array[] = [];
    const ends: Float64Array[] = [];
    const solver: Solver = {
      name: "watched",
      solve(task) {
        starts.push(task.beta);
        const solution = inner.solve(task);
        ends.push(solution.beta);
        return solution;
      },
    };
    new SmoothLasso({ solver }).path(X, y, { lambdas: [0.3, 0.1, 0.03] });
    assert.equal(starts.length, 3);
    for (let k = 1; k < 3; k++) {
      assert.ok(ends[k - 1].some((b) => b !== 0));
      assert.equal(starts[k], ends[k - 1]);
    }
  });

  it("of a path that is asked for afterwards does not depend on what was asked for before, to the last bit", () => {
    const rows = Array.from({ length: 40 }, (_, i) =>
      Array.from({ length: 30 }, (__, j) => Math.sin(1 + 7.3 * i * i + 2.1 * j * j + i * j)),
    );
    const response = rows.map((row, i) => 3 * row[0] - row[1] + Math.cos(5 * i));
    const path = (): SparsePath => new SmoothLasso().path(rows, response, { nLambdas: 10 });
    const [once, twice] = [path(), path()];
    const { lambdas } = once;
    const lambda = 0.9 * lambdas[lambdas.length - 1];
    twice.at(Math.sqrt(lambdas[1] * lambdas[2]));
    assert.deepEqual(twice.at(lambda).coef, once.at(lambda).coef);
  });
});

describe("a start", () => {
  const { X, y } = linearData(7, 30, 5);
  const coefs = [2, -1, 1, -1, 0.5];
  const responses: readonly (readonly [Datafit, readonly number[]])[] = [
    [squaredError(), y],
    [logistic(), y.map((value, i) => (value > 0 === i % 5 > 0 ? 1 : 0))], // no plane separates them
    [poisson(), y.map((value) => Math.round(Math.exp(value / 3)))],
  ];
  const solvers = ["auto", coordinateDescent(), proximalGradient()] as const;

  it("outside the bounds leads to the same fit between them", () => {
    for (const [datafit, response] of responses) {
      for (const solver of solvers) {
        for (const limits of [{ nonNegative: true }, { bounds: [-0.3, 0.4] as const }]) {
          for (const Estimator of [SmoothLasso, SmoothElasticNet]) {
            const options = { lambda: 0.01, datafit, solver, tol: 1e-10, ...limits };
            const [low, high] = limits.bounds ?? [0, Infinity];
            const expected = new Estimator(options).fit(X, response);
            const unlimited = new Estimator({ lambda: 0.01, datafit }).fit(X, response);
            assert.ok(
              unlimited.coef.some((b) => b < low || b > high),
              "the bounds matter",
            );
            for (const init of [coefs, unlimited]) {
              const fit = new Estimator({ ...options, init }).fit(X, response);
              assert.equal(fit.status, "converged");
              assert.ok(fit.coef.every((b) => b >= low && b <= high));
              const { objective } = fit.certificate;
              assertClose("objective", objective, expected.certificate.objective, 1e-9);
            }
          }
        }
      }
    }
  });

  it("of any size, at which the loss may overflow, ends in a fit that is as good as that without it", () => {
    for (const [datafit, response] of responses) {
      const models: readonly ((options: SmoothLassoOptions) => { fit: SmoothLasso["fit"] })[] = [
        (options) => new SmoothLasso({ ...options, datafit }),
        (options) => new SmoothBridge({ ...options, datafit, q: 0.5 }),
        (options) => new SparseLinearModel({ ...options, datafit, penalty: scad() }),
      ];
      for (const make of models) {
        const { certificate } = make({ lambda: 0.1 }).fit(X, response);
        for (const size of [1e2, 3e2, 1e4, 1e100, 1e300]) {
          const fit = make({ lambda: 0.1, init: coefs.map((b) => size * b) }).fit(X, response);
          assert.equal(fit.status, "converged");
          assert.ok(fit.coef.every(Number.isFinite));
          assert.ok(fit.certificate.objective <= certificate.objective * (1 + 1e-6));
        }
      }
    }
  });
});

describe("the gate of a fit", () => {
  it("calls nothing converged that a solver calls so whose numbers are not finite", () => {
    const { X, y } = linearData(7, 30, 5);
    const inner = coordinateDescent();
    const changed = (change: object): Solver => ({
      name: "wrong",
      solve(task) {
        const solution = inner.solve(task);
        const certificate = { ...solution.certificate, ...change };
        return { ...solution, status: "converged", certificate, ...change };
      },
    });
    const model = (change: object): SmoothLasso => new SmoothLasso({ lambda: 0.1, solver: changed(change) });
    assert.equal(model({}).fit(X, y).status, "converged");
    for (const change of [
      { objective: Infinity },
      { objective: Number.NaN },
      { beta: Float64Array.of(1, Infinity, 0, 0, 0) },
      { beta: Float64Array.of(1, Number.NaN, 0, 0, 0) },
    ]) {
      const warnings = warningsOf(() => {
        const fit = model(change).fit(X, y);
        assert.equal(fit.status, "stalled");
        assert.match(fit.notes.join(), /is not a finite number/);
      });
      assert.match(
        warnings.join(),
        /did not converge; the objective or a coefficient is not a finite number/,
      );
    }
  });

  it("refuses a column so small that its coefficient overflows, standardized or not, penalized or not", () => {
    const { X, y } = linearData(7, 30, 5);
    const withFirst = (scale: number): number[][] => X.map(([first, ...rest]) => [first * scale, ...rest]);
    const message = /^SmoothLasso.fit: column "x0" must be of a size above .*, or its coefficient is beyond/;
    for (const [size, scale] of [
      [1, 1e-293],
      [1, 1e-310],
      [1e130, 1e-170],
    ]) {
      for (const options of [{}, { standardize: false }, { penaltyFactors: [0, 1, 1, 1, 1] }]) {
        const model = new SmoothLasso({ lambda: 0.1 * size, ...options });
        const response = y.map((value) => value * size);
        assert.throws(() => model.fit(withFirst(scale), response), { name: "InputError", message });
      }
    }
  });

  it("lets pass what is at the ends of what is allowed, and writes it as JSON that reads as it was", () => {
    const { X, y } = linearData(7, 30, 5);
    const reference = new SmoothLasso({ lambda: 0.1 }).fit(X, y);
    for (const size of [1e-130, 1, 1e130]) {
      for (const scale of [1e-150, 1e-100, 1e130]) {
        const scaled = X.map(([first, ...rest]) => [first * scale, ...rest]);
        const model = new SmoothLasso({ lambda: 0.1 * size });
        const fit = model.fit(
          scaled,
          y.map((value) => value * size),
        );
        assert.equal(fit.status, "converged");
        assertClose("coefficient", (fit.coef[0] / size) * scale, reference.coef[0], 1e-9);
        assert.ok(JSON.parse(JSON.stringify(fit)).coef.every(Number.isFinite));
      }
    }
  });
});

describe("the lambda that a path starts from", () => {
  const groups = [0, 0, 1, 1];
  const penalties = [
    ...[lq({ q: 0.5 }), mcp(), scad(), logSum({ epsilon: 0.1 })],
    ...[groupLpq(groups, { p: 1, q: 0.5 }), groupLq(groups, { q: 0.5 }), groupMcp(groups)],
  ];

  it("is finite where no residual lies where the loss is curved, as is a typical coefficient", () => {
    let straight = 0;
    for (let seed = 1; seed <= 10; seed++) {
      const data = linearData(seed, 20, 4);
      for (const datafit of [quantile({ tau: 0.9, smoothing: 1e-3 }), huber({ delta: 1e-3 })]) {
        for (const penalty of penalties) {
          const problem = { ...problemOf(data, penalty), datafit };
          const { lambdaMax, nullProfile, nullDeviance, magnitude } = fitNullModel(
            "test",
            problem,
            Float64Array.from(data.y),
          );
          assert.ok(lambdaMax > 0 && lambdaMax < Infinity, `${penalty.name}, ${datafit.name}`);
          if (columnCurvature(problem, nullProfile.eta).some((h) => h > 0)) continue;
          straight++;
          // A convex loss of slope g gains at most min(|g| b, D), and so at most |g|^q D^(1 - q) per unit of |b|^q.
          const steepest = Math.max(...nullProfile.gradient.map(Math.abs));
          if (penalty === penalties[0]) assert.ok(lambdaMax <= Math.sqrt(steepest * nullDeviance));
          assertClose("magnitude", (magnitude * steepest) / nullDeviance, 2, 1e-12);
        }
      }
    }
    assert.ok(straight > 0, "some losses are straight at all residuals");
  });

  it("is refused where a penalty of one's own knows none that is finite", () => {
    const { X, y } = linearData(1, 20, 4);
    for (const largest of [Infinity, Number.NaN]) {
      const model = new SparseLinearModel({ penalty: { ...lq({ q: 0.5 }), lambdaMax: () => largest } });
      const message = `SparseLinearModel.path: the lambda that a path starts from must be finite, got ${largest}; pass lambdas of your own`;
      assert.throws(() => model.path(X, y), { name: "InputError", message });
    }
  });
});
