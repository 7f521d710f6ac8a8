/** Groups that are orthonormalised: the paths of grpreg, and what must not depend on how a group is written down. */
import assert from "node:assert/strict";
import { seededRandom } from "../../../src";
import { type Datafit, logistic, squaredError } from "../../../src/datafits";
import {
  type ModelOptions,
  SmoothGroupBridge,
  SmoothGroupLasso,
  SmoothLasso,
  SmoothSparseGroupLasso,
  type SparseLinearFit,
  SparseLinearModel,
} from "../../../src/estimators";
import { groupHadamardProduct } from "../../../src/parametrizations";
import { groupMcp, groupScad, mcp, scad, sparseGroup } from "../../../src/penalties";
import { coordinateDescent } from "../../../src/solvers/classical";
import { assertAllClose, assertAtMost, assertClose } from "../../support/assert-close";
import { cscOf, matrixOf } from "../../support/csc";
import { type GroupFile, readGroupFile } from "../../support/group-golden";
import { type LinearData, linearData } from "../../support/problems";
import { leastSquares } from "../../support/written-out";

const standardize = "groups";
const tol = 1e-12;

/** The design as rows. */
function rowsOf({ n, p, X }: GroupFile): number[][] {
  return Array.from({ length: n }, (_, i) => Array.from({ length: p }, (_unused, j) => X[i + j * n]));
}

/** `||Xc_g b_g|| / sqrt(n)` of each group, in the order of the labels, and the size of the group. */
function normsOf(
  X: readonly (readonly number[])[],
  coef: ArrayLike<number>,
  labels: readonly number[],
  weights: readonly number[] = X.map(() => 1),
): { norm: number; size: number }[] {
  const total = weights.reduce((sum, w) => sum + w);
  return [...new Set(labels)].map((label) => {
    const members = [...labels.keys()].filter((j) => labels[j] === label);
    const part = X.map((row) => members.reduce((sum, j) => sum + row[j] * coef[j], 0));
    const mean = part.reduce((sum, v, i) => sum + (weights[i] / total) * v, 0);
    const square = part.reduce((sum, v, i) => sum + (weights[i] / total) * (v - mean) ** 2, 0);
    return { norm: Math.sqrt(square), size: members.length };
  });
}

function predictorOf(
  X: readonly (readonly number[])[],
  coef: ArrayLike<number>,
  intercept: number,
): Float64Array {
  return Float64Array.from(X, (row) => row.reduce((sum, x, j) => sum + x * coef[j], intercept));
}

describe('standardize: "groups" gives the paths of grpreg', () => {
  // grpreg fits the null model of a logistic regression by iterations, to some digits.
  const convex: readonly (readonly [string, Datafit, number])[] = [
    ["grlasso", squaredError(), 1e-8],
    ["wide-grlasso", squaredError(), 1e-8],
    ["grlasso-logistic", logistic(), 1e-6],
  ];
  for (const [name, datafit, digits] of convex) {
    it(`${name}, with its zeros, its largest lambda and its objective`, () => {
      const file = readGroupFile(name);
      const X = rowsOf(file);
      const y = Float64Array.from(file.y);
      const model = new SmoothGroupLasso({ groups: file.group, standardize, tol, datafit });
      const [largest] = model.path(X, y, { nLambdas: 1 }).lambdas;
      assertClose("largest lambda", largest / file.lambdas[0], 1, digits);
      model.path(X, y, { lambdas: file.lambdas }).fits.forEach((fit, k) => {
        assert.equal(fit.status, "converged");
        assertAllClose(`coefficients ${k}`, fit.coef, file.coefficients[k], 1e-6);
        assertClose(`intercept ${k}`, fit.intercept, file.intercepts[k], 1e-6);
        const support = file.coefficients[k].flatMap((b, j) => (b === 0 ? [] : [j]));
        if (k > 0) assert.deepEqual([...fit.support], support);
        const eta = predictorOf(X, fit.coef, fit.intercept);
        const penalty = normsOf(X, fit.coef, file.group).reduce(
          (sum, { norm, size }) => sum + fit.lambda * Math.sqrt(size) * norm,
          0,
        );
        const loss = datafit.valueAndGradient(y, eta, new Float64Array(y.length));
        assertClose(`objective ${k}`, fit.certificate.objective, loss + penalty, 1e-12);
      });
    });
  }

  const folded = [
    ["grmcp", groupMcp, mcp({ gamma: 3 }), 3],
    ["grscad", groupScad, scad({ gamma: 4 }), 4],
    ["wide-grmcp", groupMcp, mcp({ gamma: 3 }), 3],
  ] as const;
  for (const [name, make, ofNorm, gamma] of folded) {
    it(`${name}, with no higher objective anywhere`, () => {
      const file = readGroupFile(name);
      const X = rowsOf(file);
      const sizes = normsOf(X, file.coefficients[0], file.group).map(({ size }) => size);
      const penalty = make(file.group, { gamma, weights: sizes.map(Math.sqrt) });
      const model = new SparseLinearModel({ penalty, standardize, tol: 1e-9 });
      const objective = (coef: ArrayLike<number>, intercept: number, lambda: number): number => {
        const eta = predictorOf(X, coef, intercept);
        const loss = file.y.reduce((sum, v, i) => sum + (v - eta[i]) ** 2 / (2 * file.n), 0);
        return normsOf(X, coef, file.group).reduce(
          (sum, { norm, size }) => sum + ofNorm.coordinateValue(0, norm, lambda * Math.sqrt(size)),
          loss,
        );
      };
      model.path(X, file.y, { lambdas: file.lambdas }).fits.forEach((fit, k) => {
        assert.equal(fit.status, "converged", `lambda ${k}`);
        const reached = objective(fit.coef, fit.intercept, fit.lambda);
        assertClose(`stated ${k}`, fit.certificate.objective, reached, 1e-12);
        const reference = objective(file.coefficients[k], file.intercepts[k], file.lambdas[k]);
        assertAtMost(`lambda ${k}`, reached, reference * (1 + 1e-6));
      });
    });
  }
});

const data = linearData(4, 40, 6);
const labels = [0, 0, 1, 2, 2, 2];
const lambda = 0.3;

describe('standardize: "groups"', () => {
  const fitOf = (
    X: LinearData["X"],
    groups: readonly number[],
    options: ModelOptions = {},
  ): SparseLinearFit =>
    new SmoothGroupLasso({ groups, lambda, standardize, tol: 1e-14, ...options }).fit(X, data.y);

  it("predicts the same from any basis of what a group spans", () => {
    const random = seededRandom(1);
    const fit = fitOf(data.X, labels);
    for (let trial = 0; trial < 5; trial++) {
      const mix = labels.map((g) => labels.map((h) => (g === h ? random.normal() : 0)));
      const X = data.X.map((row) => labels.map((_, j) => row.reduce((sum, x, k) => sum + x * mix[k][j], 0)));
      const other = fitOf(X, labels);
      assertClose("objective", other.certificate.objective, fit.certificate.objective, 1e-12);
      assertAllClose("predictions", other.predict(X), fit.predict(data.X), 1e-9);
    }
  });

  it("is plain standardization for groups of one, with and without an intercept, a weight a row and free features", () => {
    const alone = [5, 3, 1, 0, 2, 4];
    const X = data.X.map((row) => row.map((x, j) => x * 10 ** (j - 3) + j));
    const sampleWeight = data.y.map((_, i) => i % 4);
    for (const fitIntercept of [true, false]) {
      for (const run of [{}, { sampleWeight }]) {
        for (const penaltyFactors of [
          [1, 1, 1, 1, 1, 1],
          [0, 2, 1, Infinity, 0.5, 1],
        ]) {
          const options = { lambda, fitIntercept, tol: 1e-12, penaltyFactors };
          const one = new SmoothGroupLasso({ ...options, groups: alone, standardize }).fit(X, data.y, run);
          const lasso = new SmoothLasso(options).fit(X, data.y, run);
          const back = (fit: SparseLinearFit) => fit.coef.map((b, j) => b * 10 ** (j - 3));
          assertAllClose("coefficients", back(one), back(lasso), 1e-6);
          assert.deepEqual(one.support, lasso.support);
        }
      }
    }
  });

  it("keeps as much of a group as it spans, with a note, and shares equally between copies", () => {
    const X = data.X.map((row) => [...row, row[0], row[3] - 2 * row[4]]);
    const fit = fitOf(X, [...labels, 0, 2]);
    const note = (size: number, label: number, rank: number) =>
      `the ${size} columns of group ${label} have rank ${rank}, so of the coefficients with the same predictions the smallest are given`;
    assert.deepEqual(fit.notes, [note(3, 0, 2), note(4, 2, 3)]);
    assert.equal(fit.status, "converged");
    const without = fitOf(data.X, labels);
    assertClose("objective", fit.certificate.objective, without.certificate.objective, 1e-12);
    assertAllClose("predictions", fit.predict(X), without.predict(data.X), 1e-8);
    assertClose("copies", fit.coef[6], fit.coef[0], 1e-12);
    assertClose("their sum", fit.coef[6] + fit.coef[0], without.coef[0], 1e-8);
    // A whole group that comes twice may have either.
    const twice = data.X.map((row) => [...row, ...row]);
    const shared = fitOf(twice, [...labels, ...labels.map((g) => g + 3)]);
    assertClose("twice", shared.certificate.objective, without.certificate.objective, 1e-12);
  });

  it("takes a group of more columns than rows, constant ones among them", () => {
    const wide = linearData(5, 10, 20);
    const X = wide.X.map((row) => [...row, 7]);
    const groups = X[0].map((_, j) => (j < 3 ? 0 : 1));
    const fit = new SmoothGroupLasso({ groups, lambda: 0.01, standardize, tol: 1e-10 }).fit(X, wide.y);
    assert.equal(fit.status, "converged");
    assert.equal(fit.coef[20], 0);
    assert.deepEqual(fit.notes, [
      'column "x20" is constant (7), so its coefficient is set to 0',
      "the 17 columns of group 1 have rank 9, so of the coefficients with the same predictions the smallest are given",
    ]);
    const exact = new SmoothGroupLasso({ groups, lambda: 0, standardize, tol: 1e-12 }).fit(X, wide.y);
    assertAtMost("what is left of y", 1 - exact.score(X, wide.y), 0, 1e-12);
  });

  it("leaves free groups and excluded features out of it", () => {
    const [intercept, ...free] = leastSquares({ X: data.X.map((row) => row.slice(0, 2)), y: data.y });
    const only = fitOf(data.X, labels, { lambda: 1e4, penaltyFactors: [0, 1, 1] });
    assertAllClose("free", only.coef, [...free, 0, 0, 0, 0], 1e-10);
    assertClose("intercept", only.intercept, intercept, 1e-10);
    const five = [0, 1, 2, 3, 4];
    const without = fitOf(
      data.X.map((row) => five.map((j) => row[j])),
      five.map((j) => labels[j]),
    );
    const fit = fitOf(data.X, labels, { exclude: [5] });
    assertAllClose("excluded", fit.coef, [...without.coef, 0], 1e-9);
    const none = fitOf(data.X, labels, { penaltyFactors: [Infinity, Infinity, Infinity] });
    assert.deepEqual([none.support.length, none.status], [0, "converged"]);
  });

  it("weighs rows in the norm as in the loss: a weight of 2 is a row that comes twice, one of 0 none", () => {
    const sampleWeight = data.y.map((_, i) => i % 3);
    const rows = sampleWeight.flatMap((w, i) => new Array<number>(w).fill(i));
    for (const fitIntercept of [true, false]) {
      const model = new SmoothGroupLasso({ groups: labels, lambda, standardize, fitIntercept, tol: 1e-14 });
      const weighted = model.fit(data.X, data.y, { sampleWeight });
      const repeated = model.fit(
        rows.map((i) => data.X[i]),
        rows.map((i) => data.y[i]),
      );
      assertAllClose("coefficients", weighted.coef, repeated.coef, 1e-8);
      const penalty = normsOf(data.X, weighted.coef, labels, sampleWeight).reduce(
        (sum, { norm, size }) => sum + lambda * Math.sqrt(size) * norm,
        0,
      );
      const eta = predictorOf(data.X, weighted.coef, weighted.intercept);
      const loss = rows.reduce((sum, i) => sum + (data.y[i] - eta[i]) ** 2 / (2 * rows.length), 0);
      assertClose("objective", weighted.certificate.objective, loss + penalty, 1e-12);
    }
  });

  it("starts from a fit where it ended", () => {
    const first = fitOf(data.X, labels);
    const again = fitOf(data.X, labels, { init: first, tol: 1e-10 });
    assert.deepEqual([again.nIter, again.status], [0, "converged"]);
    assertAllClose("coefficients", again.coef, first.coef, 1e-12);
  });

  it("is the same for a bridge, a surrogate of one's own, block descent and a sparse matrix", () => {
    const sparse = data.X.map((row, i) => row.map((x, j) => ((i + j) % 3 === 0 ? x : 0)));
    const [X, csc] = [matrixOf(sparse), cscOf(matrixOf(sparse))];
    const weights = [Math.SQRT2, 1, Math.sqrt(3)];
    const options = { lambda: 0.1, standardize, tol: 1e-13 } as const;
    const lasso = new SmoothGroupLasso({ ...options, groups: labels });
    const expected = lasso.fit(X, data.y);
    const bridge = new SmoothGroupBridge({ ...options, groups: labels, q: 1 });
    const own = new SparseLinearModel({
      ...options,
      parametrization: groupHadamardProduct(labels, { depth: 2, weights }),
    });
    const blocks = lasso.withParams({ solver: coordinateDescent() });
    for (const model of [lasso, bridge, own, blocks]) {
      for (const table of [X, csc]) {
        const fit = model.fit(table, data.y);
        assert.equal(fit.status, "converged");
        assertAllClose("coefficients", fit.coef, expected.coef, 1e-6);
        assert.deepEqual(fit.support, expected.support);
      }
    }
    const half = new SmoothGroupBridge({ ...options, groups: labels, q: 0.5, tol: 1e-11 });
    assertAllClose("q = 1/2", half.fit(csc, data.y).coef, half.fit(X, data.y).coef, 1e-7);
  });

  it("is refused where no norm of a group is penalized", () => {
    const refuses = (make: () => unknown, message: string): void =>
      assert.throws(make, { name: "InputError", message });
    const flag = "standardize must be true or false";
    refuses(
      () => new SmoothLasso({ standardize }),
      `SmoothLasso: ${flag} where no norms of groups are penalized, got "groups"`,
    );
    refuses(
      () => new SmoothSparseGroupLasso({ groups: labels, standardize }),
      `SmoothSparseGroupLasso: ${flag} where no norms of groups are penalized, got "groups"`,
    );
    for (const penalty of [mcp(), sparseGroup(labels, { l1Ratio: 0.3 })]) {
      refuses(
        () => new SparseLinearModel({ penalty, standardize }),
        `SparseLinearModel: ${flag} with ${penalty.name}, which is no sum over the norms of groups, got "groups"`,
      );
    }
  });
});
