/** Bounds on coefficients: against glmnet, against all ways to meet them, and where they do not matter. */
import assert from "node:assert/strict";
import { seededRandom } from "../../../src";
import { logistic, poisson } from "../../../src/datafits";
import {
  SmoothBridge,
  type SmoothBridgeOptions,
  SmoothElasticNet,
  SmoothLasso,
  type SmoothLassoOptions,
  SparseLinearModel,
} from "../../../src/estimators";
import { lbfgs } from "../../../src/optimizers";
import { hadamardProduct } from "../../../src/parametrizations";
import { type Bound, type Bounds, bounded, l1, mcp, nonNegative } from "../../../src/penalties";
import { varPro, workingSet } from "../../../src/solvers";
import { coordinateDescent, proximalGradient } from "../../../src/solvers/classical";
import { assertAllClose, assertAtMost, assertClose } from "../../support/assert-close";
import { cscOf, matrixOf } from "../../support/csc";
import { readGolden } from "../../support/golden";
import { type LinearData, linearData } from "../../support/problems";
import { deviationsOf, leastSquares } from "../../support/written-out";

const data = linearData(7, 40, 6);
const unbounded: Bound = [-Infinity, Infinity];

/** A bound of every kind for six coefficients, all of which truly are outside or at 0. */
const mixed: readonly Bound[] = [[-1, 0.5], [-0.25, Infinity], [0, 0], [-Infinity, 0], [0, 0.01], unbounded];

/**
 * `min (1/2n) ||y - b0 - X b||^2 + lambda sum_j s_j |b_j|` between bounds, by the trial of all ways to be at a bound, at
 * zero or on one side of it: least squares on what is left, and the best of those between the bounds.
 */
function bestOfAll({ X, y }: LinearData, lambda: number, bounds: readonly Bound[]): number[] {
  const n = y.length;
  const scales = deviationsOf(X);
  const objective = (b: readonly number[], b0: number): number =>
    y.reduce((sum, v, i) => sum + (v - b0 - X[i].reduce((a, x, j) => a + x * b[j], 0)) ** 2 / (2 * n), 0) +
    lambda * b.reduce((sum, v, j) => sum + scales[j] * Math.abs(v), 0);
  let [best, least]: [number[], number] = [[], Infinity];
  const visit = (fixed: (number | undefined)[], signs: number[], j: number): void => {
    if (j < X[0].length) {
      for (const at of new Set([...bounds[j].filter(Number.isFinite), 0])) {
        visit([...fixed, at], [...signs, 0], j + 1);
      }
      for (const sign of [-1, 1]) visit([...fixed, undefined], [...signs, sign], j + 1);
      return;
    }
    // The penalty of a free coefficient is linear, so its gradient moves the response: X'X b = X'y - n lambda s sign.
    const free = [...fixed.keys()].filter((k) => fixed[k] === undefined);
    const rest = y.map((v, i) => v - fixed.reduce<number>((a, b, k) => a + (b ?? 0) * X[i][k], 0));
    const system = freeSolution(X, rest, free, (k) => n * lambda * scales[k] * signs[k]);
    const [b0, ...values] = system;
    const b = fixed.map((at, k) => at ?? values[free.indexOf(k)]);
    const allowed = b.every((v, k) => v >= bounds[k][0] && v <= bounds[k][1] && v * signs[k] >= 0);
    if (allowed && objective(b, b0) < least) [best, least] = [b, objective(b, b0)];
  };
  visit([], [], 0);
  return best;
}

/** Solves the normal equations of the free columns and an intercept, with a shift of the right-hand side. */
function freeSolution(
  X: readonly (readonly number[])[],
  y: readonly number[],
  free: readonly number[],
  shift: (k: number) => number,
): number[] {
  const columns = [X.map(() => 1), ...free.map((k) => X.map((row) => row[k]))];
  const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((s, v, i) => s + v * b[i], 0);
  const system = columns.map((a, i) => [
    ...columns.map((b) => dot(a, b)),
    dot(a, y) - (i === 0 ? 0 : shift(free[i - 1])),
  ]);
  system.forEach((pivot, i) => {
    for (const row of system) {
      if (row === pivot) continue;
      const factor = row[i] / pivot[i];
      for (let k = i; k < row.length; k++) row[k] -= factor * pivot[k];
    }
  });
  return system.map((row, i) => row[row.length - 1] / row[i]);
}

describe("bounds on coefficients", () => {
  it("give glmnet's lasso without negative coefficients, as nonNegative does, on its whole grid", () => {
    const golden = readGolden("lasso-nonneg");
    const options = { ...golden.options, tol: 1e-14 };
    const pairs = new Array<Bound>(24).fill([0, Infinity]);
    for (const bounds of [[0, Infinity] as const, pairs]) {
      const path = new SmoothLasso({ ...options, bounds }).path(golden.X, golden.y, {
        lambdas: golden.lambdas,
      });
      path.fits.forEach((fit, k) => {
        assert.equal(fit.status, "converged");
        assertAllClose(`coefficients ${k}`, fit.coef, golden.coefficients[k], 1e-6);
        assertClose(`intercept ${k}`, fit.intercept, golden.intercepts[k], 1e-6);
        const support = golden.coefficients[k].flatMap((b, j) => (b === 0 ? [] : [j]));
        if (k > 0) assert.deepEqual([...fit.support], support);
      });
    }
    const nonNegative = new SmoothLasso({ ...golden.options, nonNegative: true }).path(golden.X, golden.y);
    const bounded = new SmoothLasso({ ...golden.options, bounds: [0, Infinity] }).path(golden.X, golden.y);
    assertAllClose("default grids", bounded.lambdas, nonNegative.lambdas, 1e-12);
  });

  it("are met by the best of all points between them, on the original scale, with a gap", () => {
    const random = seededRandom(3);
    for (let trial = 0; trial < 12; trial++) {
      const { X, y } = linearData(20 + trial, 15, 4);
      const rows = X.map((row) => row.map((x, j) => x * 10 ** (j - 1) + j));
      const kind = (): number => [0, 0.3 * random.uniform(), Infinity][Math.floor(3 * random.uniform())];
      const bounds = Array.from({ length: 4 }, (): Bound => [0 - kind(), kind()]);
      const lambda = 0.5 * random.uniform();
      const expected = bestOfAll({ X: rows, y }, lambda, bounds);
      for (const solver of [
        coordinateDescent(),
        proximalGradient({ accelerated: true }),
        workingSet(coordinateDescent()),
      ]) {
        const fit = new SmoothLasso({ lambda, bounds, solver, tol: 1e-14 }).fit(rows, y);
        assert.equal(fit.status, "converged");
        assertAllClose(`trial ${trial} by ${solver.name}`, fit.coef, expected, 1e-6);
        fit.coef.forEach((b, j) => {
          assert.ok(bounds[j][0] <= b && b <= bounds[j][1], "not an ulp beyond");
        });
      }
    }
  });

  it("that no coefficient meets change nothing, and those of zero are exclusion", () => {
    const options = { lambda: 0.1, tol: 1e-13 };
    const free = new SmoothLasso(options).fit(data.X, data.y);
    for (const bounds of [unbounded, [-9, 9], new Array<Bound>(6).fill([-5, 4])] as Bounds[]) {
      const fit = new SmoothLasso({ ...options, bounds }).fit(data.X, data.y);
      assertAllClose("coefficients", fit.coef, free.coef, 1e-8);
      assert.deepEqual(fit.support, free.support);
    }
    const pinned = data.X[0].map((_, j): Bound => (j === 0 ? [0, 0] : unbounded));
    const fit = new SmoothLasso({ ...options, bounds: pinned }).fit(data.X, data.y);
    const without = new SmoothLasso({ ...options, exclude: [0] }).fit(data.X, data.y);
    assertAllClose("pinned", fit.coef, without.coef, 1e-8);
    assert.equal(fit.coef[0], 0);
    assert.deepEqual([...new SmoothLasso({ ...options, bounds: [0, 0] }).fit(data.X, data.y).support], []);
  });

  it("hold for every loss, weight, factor, sparse matrix and elastic net, where nothing allowed near by is better", () => {
    const counts = data.y.map((v) => Math.round(Math.exp(v / 3)));
    const classes = data.y.map((v) => (v > 0 ? 1 : 0));
    const sampleWeight = data.y.map((_, i) => i % 3);
    const penaltyFactors = [0.5, 2, 1, Infinity, 1, 1];
    const random = seededRandom(5);
    for (const [datafit, y] of [
      [logistic(), classes],
      [poisson(), counts],
    ] as const) {
      const options = { datafit, bounds: mixed, penaltyFactors, lambda: 0.02, tol: 1e-12 };
      for (const model of [new SmoothLasso(options), new SmoothElasticNet({ ...options, l1Ratio: 0.4 })]) {
        const fit = model.fit(data.X, y, { sampleWeight });
        assert.equal(fit.status, "converged");
        const sparse = model.fit(cscOf(matrixOf(data.X)), y, { sampleWeight });
        assertAllClose("sparse", sparse.coef, fit.coef, 1e-9);
        fit.coef.forEach((b, j) => {
          assert.ok(mixed[j][0] <= b && b <= mixed[j][1]);
        });
        const scale = sampleWeight.reduce((a, b) => a + b) / sampleWeight.length;
        const weighted = datafit.weighted(Float64Array.from(sampleWeight, (w) => w / scale));
        const scales = weightedDeviations(data.X, sampleWeight);
        const ratio = model instanceof SmoothElasticNet ? 0.4 : 1;
        const objective = (coef: Float64Array): number => {
          const eta = Float64Array.from(data.X, (row) =>
            row.reduce((a, x, j) => a + x * coef[j], fit.intercept),
          );
          const loss = weighted.valueAndGradient(Float64Array.from(y), eta, new Float64Array(y.length));
          return coef.reduce((sum, b, j) => {
            const t = b === 0 ? 0 : Math.abs(scales[j] * b);
            return t === 0 ? sum : sum + 0.02 * penaltyFactors[j] * (ratio * t + ((1 - ratio) / 2) * t * t);
          }, loss);
        };
        const reached = objective(fit.coef);
        assertClose("stated", fit.certificate.objective, reached, 1e-12);
        for (let trial = 0; trial < 200; trial++) {
          const size = 10 ** (-5 * random.uniform());
          const other = fit.coef.map((b, j) =>
            j === 3 ? 0 : Math.min(Math.max(b + size * random.normal(), mixed[j][0]), mixed[j][1]),
          );
          assertAtMost("nothing is better", reached, objective(other), 1e-11);
        }
      }
    }
  });

  it("of a bridge are met by no higher objective than any of its single coefficients, and bridges of q 1 are lassos", () => {
    const options: SmoothBridgeOptions = { lambda: 0.05, bounds: mixed, q: 0.5 };
    const fit = new SmoothBridge(options).fit(data.X, data.y);
    assert.equal(fit.status, "converged");
    const scales = deviationsOf(data.X);
    const objective = (coef: ArrayLike<number>): number =>
      data.y.reduce((sum, v, i) => {
        const eta = data.X[i].reduce((a, x, j) => a + x * coef[j], fit.intercept);
        return sum + (v - eta) ** 2 / 80;
      }, 0) + Array.from(coef).reduce((sum, b, j) => sum + 0.05 * Math.sqrt(Math.abs(scales[j] * b)), 0);
    const reached = objective(fit.coef);
    assertClose("stated", fit.certificate.objective, reached, 1e-12);
    for (const j of fit.coef.keys()) {
      const [low, high] = mixed[j].map((end) => Math.max(-9, Math.min(9, end)));
      for (let k = 0; k <= 400; k++) {
        const other = fit.coef.slice();
        other[j] = low + ((high - low) * k) / 400;
        assertAtMost(`coefficient ${j} at ${other[j]}`, reached, objective(other), 1e-6);
      }
    }
    const one = { ...options, q: 1, tol: 1e-13 };
    const { q: _, ...lasso } = one;
    assertAllClose(
      "q = 1",
      new SmoothBridge(one).fit(data.X, data.y).coef,
      new SmoothLasso(lasso).fit(data.X, data.y).coef,
      1e-8,
    );
  });

  it("are least squares between them at lambda 0, and start from any fit", () => {
    const [, ...coef] = leastSquares(data);
    const wide = coef.map((b): Bound => [Math.min(0, 2 * b), Math.max(0, 2 * b)]);
    const options: SmoothLassoOptions = { lambda: 0, tol: 1e-12 };
    assertAllClose(
      "wide",
      new SmoothLasso({ ...options, bounds: wide }).fit(data.X, data.y).coef,
      coef,
      1e-8,
    );
    const fit = new SmoothLasso({ ...options, bounds: mixed }).fit(data.X, data.y);
    assert.equal(fit.status, "converged");
    assertAllClose("mixed", fit.coef, bestOfAll(data, 0, mixed), 1e-6);
    const outside = new SmoothLasso(options).fit(data.X, data.y);
    const warm = new SmoothLasso({ ...options, bounds: mixed, init: outside }).fit(data.X, data.y);
    assertAllClose("warm", warm.coef, fit.coef, 1e-6);
  });

  it("shared by all are those of the penalized coefficients, as a sign is", () => {
    const shared = { lambda: 0.1, penaltyFactors: [1, 0, 2, 1, 1, 1], tol: 1e-12 };
    const models = [
      (options: object) => new SmoothLasso({ ...shared, ...options }),
      (options: object) => new SmoothBridge({ ...shared, q: 0.5, tol: 1e-7, ...options }),
    ];
    for (const model of models) {
      const fit = model({ bounds: [0, Infinity] }).fit(data.X, data.y);
      assert.ok(fit.coef[1] < -1, "the free coefficient is negative");
      const signs = model({ nonNegative: true }).fit(data.X, data.y);
      assertAllClose("as nonNegative", fit.coef, signs.coef, 1e-6);
      assert.deepEqual(fit.notes, [
        'bounds are of penalized coefficients, so "x1" without penalty can lie outside',
      ]);
      assert.deepEqual(signs.notes, fit.notes);
      const narrow = model({ bounds: [-0.3, 0.3] }).fit(data.X, data.y);
      const own = data.X[0].map((_, j): Bound => (j === 1 ? unbounded : [-0.3, 0.3]));
      assert.deepEqual(narrow.coef, model({ bounds: own }).fit(data.X, data.y).coef);
    }
  });

  it("of a penalty that is given are those of the penalized coefficients, and a note says so", () => {
    const penaltyFactors = [1, 0, 1, 1, 1, 1];
    for (const penalty of [bounded(l1(), [-0.3, 0.3]), nonNegative(mcp())]) {
      const fit = new SparseLinearModel({ penalty, penaltyFactors, lambda: 0.1 }).fit(data.X, data.y);
      assert.ok(fit.coef[1] < -1);
      assert.match(
        fit.notes.join(),
        /^bounds are of penalized coefficients, so "x1" without penalty can lie outside$/,
      );
      assert.deepEqual(new SparseLinearModel({ penalty, lambda: 0.1 }).fit(data.X, data.y).notes, []);
    }
  });

  it("copies and constants change nothing, and a free coefficient with bounds of its own is refused", () => {
    const X = data.X.map((row) => [row[0], row[0], row[1], 5]);
    const fit = new SmoothLasso({ lambda: 0.1, bounds: [-1, 0.75], tol: 1e-12 }).fit(X, data.y);
    assert.equal(fit.status, "converged");
    assertClose("both copies", fit.coef[0] + fit.coef[1], 1.5, 1e-6); // of the 2 that it would like
    assert.deepEqual([fit.coef[2], fit.coef[3]], [-1, 0]);
    assert.deepEqual(fit.notes, ['column "x3" is constant (5), so its coefficient is set to 0']);

    const refuses = (options: object, message: string): void =>
      assert.throws(() => new SmoothLasso({ lambda: 1, ...options }).fit(data.X, data.y), {
        name: "InputError",
        message,
      });
    refuses(
      { bounds: new Array(6).fill([-1, 1]), penaltyFactors: [1, 0, 1, 1, 1, 1] },
      "SmoothLasso.fit: penaltyFactors[1] must be positive for a coefficient with bounds of its own, got 0; or leave it without them by [-Infinity, Infinity]",
    );
    const free = [[0, 1], unbounded, [0, 1], [0, 1], [0, 1], [0, 1]] as Bounds;
    const kept = new SmoothLasso({ lambda: 0.1, bounds: free, penaltyFactors: [1, 0, 1, 1, 1, 1] });
    assert.ok(kept.fit(data.X, data.y).coef[1] < -1);
    refuses(
      { bounds: [[0, 1]] },
      "SmoothLasso.fit: the length of bounds must be the number of features 6, got 1",
    );
    refuses({ bounds: [1, 2] }, "SmoothLasso: bounds[0] must be a number <= 0 or -Infinity, got 1");
    refuses({ bounds: 1 }, "SmoothLasso: bounds must be [low, high] or one such pair a coefficient, got 1");
    refuses(
      { bounds: [-1, 1], parametrization: hadamardProduct({ depth: 2 }) },
      'SmoothLasso: parametrization must be left out where coefficients have bounds, got "hadamardProduct(2)"',
    );
    refuses(
      { bounds: [-1, 1], solver: lbfgs() },
      'SmoothLasso: solver must be "auto" or a solver such as coordinateDescent() where coefficients have bounds, got "lbfgs"',
    );
    refuses(
      { bounds: [-1, 1], solver: varPro() },
      'varPro: penalty must be l1 or groupL2, got "bounded(l1)"',
    );
  });
});

/** Standard deviations where rows count as often as their weight says. */
function weightedDeviations(X: LinearData["X"], weights: readonly number[]): number[] {
  return deviationsOf(weights.flatMap((w, i) => new Array<number[]>(w).fill(X[i])));
}
