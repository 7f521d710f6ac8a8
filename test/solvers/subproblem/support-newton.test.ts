/** Local convexity against eigenvalues, the rule of ncvreg and closed forms. */
import assert from "node:assert/strict";
import { logistic } from "../../../src/datafits";
import type { RowMajorMatrix } from "../../../src/design/design-input";
import { SmoothBridge, SmoothLasso, SparseLinearModel } from "../../../src/estimators";
import { symmetricEigen } from "../../../src/linalg/symmetric-eigen";
import { compositeMcp, groupMcp, lq, mcp, scad } from "../../../src/penalties";
import { columnCurvature, profileAt } from "../../../src/problem/problem";
import { isLocallyConvex } from "../../../src/solvers/subproblem/support-newton";
import { minimumMagnitude } from "../../../src/theory";
import { readGolden } from "../../support/golden";
import { linearData, problemOf } from "../../support/problems";

/** Columns of mean 0 and mean square 1, each an array. */
function standardizedColumns({ data, nSamples: n, nFeatures: p }: RowMajorMatrix): Float64Array[] {
  return Array.from({ length: p }, (_, j) => {
    const column = Float64Array.from({ length: n }, (_, i) => data[i * p + j]);
    const center = column.reduce((a, b) => a + b) / n;
    const scale = Math.sqrt(column.reduce((sum, x) => sum + (x - center) ** 2, 0) / n);
    return column.map((x) => (x - center) / scale);
  });
}

/** The smallest eigenvalue of `(1/n) sum_i w_i x_i x_i'`. */
function smallestEigenvalue(columns: readonly Float64Array[], weights?: Float64Array): number {
  const gram = columns.flatMap((a) =>
    columns.map((b) => a.reduce((sum, x, i) => sum + (weights?.[i] ?? 1) * x * b[i], 0) / a.length),
  );
  return symmetricEigen(Float64Array.from(gram), columns.length).values[0];
}

const activeIn = (coefs: readonly Float64Array[]): number[] =>
  [...coefs[0].keys()].filter((j) => coefs.some((coef) => coef[j] !== 0));

const cases = [
  ["mcp", mcp({ gamma: 3 }), 1 / 3],
  ["wide-mcp", mcp({ gamma: 3 }), 1 / 3],
  ["scad", scad({ gamma: 3.7 }), 1 / 2.7],
  ["wide-scad", scad({ gamma: 3.7 }), 1 / 2.7],
] as const;

describe("local convexity", () => {
  for (const [name, penalty, concavity] of cases) {
    const golden = readGolden(name);
    const model = new SparseLinearModel({ ...golden.options, penalty });
    const path = model.path(golden.X, golden.y, { nLambdas: 25, lambdaMinRatio: 0.02 });
    const columns = standardizedColumns(golden.X);
    const convexOn = (features: readonly number[]): boolean =>
      features.length === 0 || smallestEigenvalue(features.map((j) => columns[j])) > concavity;

    it(`along a path of ${name} is that of the smallest eigenvalue of the active columns`, () => {
      const expected = path.coefs.map((coef) => convexOn(activeIn([coef])));
      assert.ok(expected.includes(true) && expected.includes(false), "both occur");
      assert.deepEqual(path.locallyConvex, expected);
      assert.equal(path.convexFrom, path.lambdas[expected.indexOf(false) - 1]);
    });

    it(`along a path of ${name} ends no sooner than ncvreg, which looks at two neighbours together, says`, () => {
      const first = path.locallyConvex!.indexOf(false);
      const steps = [...path.coefs.keys()];
      const ncvreg = steps.findIndex((k) => !convexOn(activeIn(path.coefs.slice(k, k + 2))));
      assert.ok(ncvreg >= 0 && ncvreg <= first, `${ncvreg}, ours ${first}`);
      const [before, after] = [activeIn([path.coefs[ncvreg]]), activeIn([path.coefs[ncvreg + 1]])];
      if (before.every((j) => after.includes(j))) assert.equal(first, ncvreg + 1);
    });
  }

  it("of a loss that is not quadratic is that of its curvature at the fit, intercept included", () => {
    const { X, y } = linearData(2, 80, 6);
    const classes = y.map((value) => (value > 0 ? 1 : 0));
    const options = { penalty: mcp({ gamma: 12 }), datafit: logistic(), standardize: false };
    const path = new SparseLinearModel(options).path(X, classes, { nLambdas: 12, lambdaMinRatio: 0.02 });
    const columns = X[0].map((_, j) => Float64Array.from(X, (row) => row[j]));
    const expected = path.fits.map((fit) => {
      const weights = fit.decisionFunction(X).map((eta) => 1 / (2 + Math.exp(eta) + Math.exp(-eta)));
      const active = [new Float64Array(80).fill(1), ...activeIn([fit.coef]).map((j) => columns[j])];
      // The concavity is on the coefficients, not on the intercept: the Schur complement has it on its diagonal.
      const gram = (a: Float64Array, b: Float64Array): number =>
        a.reduce((sum, x, i) => sum + weights[i] * x * b[i], 0) / 80;
      const matrix = active.flatMap((a, k) =>
        active.map((b, m) => gram(a, b) - (k === m && k > 0 ? 1 / 12 : 0)),
      );
      return symmetricEigen(Float64Array.from(matrix), active.length).values[0] > 0;
    });
    assert.ok(expected.includes(true) && expected.includes(false), "both occur");
    assert.deepEqual(path.locallyConvex, expected);
  });

  it("of a bridge begins at the smallest magnitude of a local minimum, which its zeros are set below", () => {
    const q = 0.5;
    const problem = problemOf(linearData(1, 30, 1), lq({ q }));
    const { eta } = profileAt(problem, new Float64Array(1), new Float64Array(0));
    const [curvature] = columnCurvature(problem, eta);
    const bound = minimumMagnitude(q, 0.3, { curvature });
    const at = (b: number) => isLocallyConvex(problem, 0.3, Float64Array.of(b), eta);
    assert.deepEqual([0.999 * bound, -1.001 * bound].map(at), [false, true]);
    const roundsToZero = (b: number) => lq({ q }).roundsToZero(0, b, 0, curvature, 0.3);
    assert.deepEqual([0.999 * bound, -1.001 * bound].map(roundsToZero), [true, false]);
    const path = new SmoothBridge({ q }).path(linearData(1, 30, 4).X, linearData(1, 30, 4).y, {
      nLambdas: 5,
    });
    assert.ok(path.locallyConvex!.every(Boolean), "stationary points that are minima");
  });

  it("is there for every convex penalty, at zero and without a penalty, and unknown without second derivatives", () => {
    const { X, y } = linearData(1, 30, 4);
    const path = new SmoothLasso().path(X, y, { nLambdas: 3 });
    assert.deepEqual(path.locallyConvex, [true, true, true]);
    assert.equal(path.convexFrom, path.lambdas[2]);
    const zero = new Float64Array(4);
    const problem = problemOf({ X, y }, mcp());
    assert.equal(isLocallyConvex(problem, 1, zero, new Float64Array(30)), true);
    assert.equal(isLocallyConvex(problem, 0, zero.fill(1), new Float64Array(30)), true);
    const bare = { ...problem, penalty: { ...mcp(), addHessian: undefined } };
    assert.equal(isLocallyConvex(bare, 1, zero, new Float64Array(30)), undefined);
  });

  it("of groups counts the concavity of their norms, and of the composite MCP that at the fit", () => {
    const { X, y } = linearData(6, 40, 4);
    const beta = Float64Array.of(0.1, 0.1, 0, 0);
    const smallest = smallestEigenvalue([0, 1].map((j) => Float64Array.from(X, (row) => row[j])));
    for (const [gamma, expected] of [
      [1.01 / smallest, true],
      [0.99 / smallest, false],
    ] as const) {
      const problem = problemOf({ X, y }, groupMcp([0, 0, 1, 1], { gamma }));
      assert.equal(isLocallyConvex(problem, 1, beta, new Float64Array(40)), expected);
    }
    const composite = problemOf({ X, y }, compositeMcp([0, 0, 1, 1]));
    assert.equal(isLocallyConvex(composite, 1, beta.fill(99), new Float64Array(40)), true); // flat there
  });
});
