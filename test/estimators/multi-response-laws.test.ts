import assert from "node:assert/strict";
import { logistic, type MultiResponseDatafit, multinomial, squaredError } from "../../src/datafits";
import {
  type ModelOptions,
  type MultiResponseFit,
  type RunOptions,
  SmoothBridge,
  SmoothElasticNet,
  SmoothGroupBridge,
  SmoothGroupLasso,
  SmoothGroupMcp,
  SmoothLasso,
  SmoothMcp,
  SmoothSparseGroupLasso,
  SparseLinearModel,
} from "../../src/estimators";
import { hadamardProduct, lowRankProduct } from "../../src/parametrizations";
import { mcp, nuclear } from "../../src/penalties";
import { proximalGradient } from "../../src/solvers/classical";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { columnOf, severalResponses } from "../support/multi-response";

/** The options of several responses, and `Options` of one, which differ in the datafit only. */
type Several = ModelOptions<MultiResponseDatafit>;
interface Face {
  readonly several: (options: Several) => {
    fit(X: number[][], y: unknown, run?: RunOptions): MultiResponseFit;
  };
  readonly one: (options: ModelOptions) => {
    fit(X: number[][], y: number[]): { coef: Float64Array; intercept: number };
  };
  /** Whether coefficients of different responses meet in the penalty. */
  readonly joint?: boolean;
}

const groups = [0, 0, 1, 2, 2, 2];
/** Every estimator, for several responses and for one. */
const faces: Readonly<Record<string, Face>> = {
  SmoothLasso: faceOf(SmoothLasso, {}),
  "SmoothLasso without negative coefficients": faceOf(SmoothLasso, { nonNegative: true }),
  SmoothElasticNet: faceOf(SmoothElasticNet, { l1Ratio: 0.4 }),
  SmoothBridge: faceOf(SmoothBridge, { q: 0.5 }),
  SmoothGroupLasso: faceOf(SmoothGroupLasso, { groups }, true),
  SmoothGroupBridge: faceOf(SmoothGroupBridge, { groups, q: 0.5 }, true),
  SmoothSparseGroupLasso: faceOf(SmoothSparseGroupLasso, { groups, l1Ratio: 0.3 }, true),
  SmoothMcp: faceOf(SmoothMcp, {}),
  SmoothGroupMcp: faceOf(SmoothGroupMcp, { groups }, true),
  "SparseLinearModel of a product": faceOf(SparseLinearModel, {
    parametrization: hadamardProduct({ depth: 2 }),
  }),
  "SparseLinearModel of MCP": faceOf(SparseLinearModel, { penalty: mcp() }),
};

function faceOf(Class: new (options: never) => unknown, own: object, joint = false): Face {
  const make = (options: object): never => new Class({ ...own, ...options } as never) as never;
  return { several: make, one: make, joint };
}

const { X, Y, labels } = severalResponses(1);
const tasks = squaredError({ nResponses: 3 });

describe("several responses", () => {
  for (const [name, { several, one, joint }] of Object.entries(faces)) {
    it(`of one column are one response, by ${name}`, () => {
      const y = columnOf(Y, 0);
      const options = { lambda: 0.2, tol: 1e-12 };
      const alone = one(options).fit(X, y);
      const rows = y.map((entry) => [entry]);
      const fit = several({ ...options, datafit: squaredError({ nResponses: 1 }) }).fit(X, rows);
      assertAllClose("coefficients", fit.coefs[0], alone.coef, 1e-10);
      assertClose("intercept", fit.intercepts[0], alone.intercept, 1e-10);
    });

    if (joint) continue;
    it(`are fitted as each alone would be where no penalty joins them, by ${name}`, () => {
      const options = { lambda: 0.2, tol: 1e-12, penaltyFactors: [1, 1, 0, 1, Infinity, 1] };
      const fit = several({ ...options, datafit: tasks }).fit(X, Y);
      for (let r = 0; r < 3; r++) {
        const alone = one(options).fit(X, columnOf(Y, r));
        assertAllClose(`coefficients ${r}`, fit.coefs[r], alone.coef, 1e-8);
        assertClose(`intercept ${r}`, fit.intercepts[r], alone.intercept, 1e-8);
      }
    });
  }

  for (const [name, { several }] of Object.entries(faces)) {
    it(`converge by ${name}, for tasks and for classes, and a copied row counts as weight 2`, () => {
      const sampleWeight = X.map((_, i) => (i < 7 ? 2 : 1));
      const twice = <T>(rows: readonly T[]): T[] => [...rows, ...rows.slice(0, 7)];
      const data = [
        [tasks, Y],
        [multinomial(), labels],
      ] as const;
      for (const [datafit, y] of data) {
        const model = several({ lambda: 0.1, datafit, tol: 1e-10 });
        const weighted = model.fit(X, y, { sampleWeight });
        const copied = model.fit(twice(X), twice<unknown>(y));
        assert.equal(weighted.status, "converged");
        const [a, b] = [weighted.certificate.objective, copied.certificate.objective];
        assertClose("objective", a, b, 1e-8);
        if (weighted.certificate.dualityGap === undefined) continue;
        weighted.coefs.forEach((coef, r) => {
          assertAllClose(`coefficients ${r}`, coef, copied.coefs[r], 1e-4);
        });
      }
    });
  }
});

describe("two classes", () => {
  const y = labels.map((label) => Number(label === "bee"));
  const rooted = 0.05 / Math.SQRT2;
  const cases = {
    "one by one, at the same lambda": [
      new SmoothLasso({ lambda: 0.05, datafit: multinomial({ nClasses: 2 }), tol: 1e-13 }),
      0.05,
    ],
    "by rows, at lambda / sqrt 2": [
      new SmoothGroupLasso({
        groups: "rows",
        lambda: 0.05,
        datafit: multinomial({ nClasses: 2 }),
        tol: 1e-13,
      }),
      rooted,
    ],
  } as const;
  for (const [claim, [model, lambda]] of Object.entries(cases)) {
    it(`whose coefficients are penalized ${claim}, are the logistic lasso`, () => {
      const fit = model.fit(X, y);
      const expected = new SmoothLasso({ lambda, datafit: logistic(), tol: 1e-13 }).fit(X, y);
      const difference = fit.coefs[1].map((b, j) => b - fit.coefs[0][j]);
      assertAllClose("coefficients", difference, expected.coef, 1e-7);
      assertClose("intercept", fit.intercepts[1] - fit.intercepts[0], expected.intercept, 1e-7);
      assertClose("objective", fit.certificate.objective, expected.certificate.objective, 1e-12);
      assert.deepEqual(fit.support, expected.support);
    });
  }
});

describe("several classes", () => {
  const options = { lambda: 0.03, datafit: multinomial(), tol: 1e-12 };

  it("keep their fit when they are renamed, and the labels with it", () => {
    const names = ["zebra", "yak", "wolf"];
    const renamed = labels.map((label) => names[["ant", "bee", "cat"].indexOf(label)]);
    const fit = new SmoothLasso(options).fit(X, labels);
    const other = new SmoothLasso(options).fit(X, renamed);
    assert.deepEqual(other.classes, ["wolf", "yak", "zebra"]);
    fit.coefs.forEach((coef, r) => {
      assertAllClose(`class ${r}`, other.coefs[2 - r], coef, 1e-9);
    });
    assert.deepEqual(
      other.predict(X),
      fit.predict(X).map((label) => names[["ant", "bee", "cat"].indexOf(label as string)]),
    );
  });

  it("have intercepts and free coefficients that sum to zero, at which the loss is stationary", () => {
    const fit = new SmoothLasso({ ...options, penaltyFactors: [0, 1, 1, 0, 1, 1] }).fit(X, labels);
    const sums = [0, 3].map((j) => fit.coefs.reduce((sum, coef) => sum + coef[j], 0));
    assertAllClose("sums", [...sums, fit.intercepts.reduce((sum, b) => sum + b, 0)], [0, 0, 0], 1e-12);
    const probabilities = fit.predictProbability(X);
    fit.classes.forEach((label, c) => {
      const residual = probabilities.map((row, i) => row[c] - Number(labels[i] === label));
      for (const column of [X.map(() => 1), columnOf(X, 0), columnOf(X, 3)]) {
        const slope = residual.reduce((sum, entry, i) => sum + entry * column[i], 0) / X.length;
        assertClose(`slope of ${label}`, slope, 0, 1e-8);
      }
    });
  });

  it("of an even number, whose coefficients are often not unique, are solved to the last digits in few iterations", () => {
    const four = X.map((row) => Number(row[0] > -0.3) + 2 * Number(row[1] + 0.4 * row[2] > 0.6));
    const fit = new SmoothLasso({ ...options, lambda: 0.002 }).fit(X, four);
    const balanced = X[0].filter((_, j) => {
      const signs = fit.coefs.map((coef) => Math.sign(coef[j]));
      return !signs.includes(0) && signs.reduce((sum, sign) => sum + sign, 0) === 0;
    });
    assert.ok(balanced.length > 0, "a constant may be added to the coefficients of some feature");
    assertAtMost("gap", fit.certificate.dualityGap!, 1e-12);
    assertAtMost("iterations", fit.nIter, 100);
  });

  it("have the shares of the classes as probabilities where nothing else is fitted", () => {
    const fit = new SmoothLasso({ ...options, lambda: 10 }).fit(X, labels);
    const shares = fit.classes.map(
      (label) => labels.filter((other) => other === label).length / labels.length,
    );
    assertAllClose("probabilities", fit.predictProbability(X)[0], shares, 1e-12);
    assert.deepEqual([...fit.support], []);
  });

  it("take a part of their predictors that is known, and need it again to predict", () => {
    const offset = X.map((row) => [0.5 * row[0], 0, 0]);
    const model = new SmoothLasso({ ...options, penaltyFactors: [0, 1, 1, 1, 1, 1] });
    const [plain, fit] = [model.fit(X, labels), model.fit(X, labels, { offset })];
    // The free column takes the offset back, up to what all classes share.
    assertClose("objective", fit.certificate.objective, plain.certificate.objective, 1e-10);
    assertAllClose(
      "probabilities",
      fit.predictProbability(X, { offset })[5],
      plain.predictProbability(X)[5],
      1e-6,
    );
    assert.throws(() => fit.predict(X), {
      message: "SmoothLasso.predict: offset must be given, as in the fit, got undefined; pass zeros for none",
    });
  });
});

describe("a low-rank model of several responses", () => {
  it("is the same by its factors and by proximal steps of the nuclear norm", () => {
    for (const [datafit, y] of [
      [tasks, Y],
      [multinomial({ nClasses: 3 }), labels],
    ] as const) {
      const factored = new SparseLinearModel({
        parametrization: lowRankProduct({ nColumns: 3, rank: 3 }),
        lambda: 0.1,
        datafit,
        tol: 1e-9,
      });
      const proximal = new SparseLinearModel({
        penalty: nuclear({ nColumns: 3 }),
        solver: proximalGradient({ accelerated: true }),
        lambda: 0.1,
        datafit,
        tol: 1e-9,
      });
      const [a, b] = [factored.fit(X, y), proximal.fit(X, y)];
      assert.deepEqual([a.status, b.status], ["converged", "converged"]);
      assertAtMost("gap", a.certificate.dualityGap!, 1e-8);
      assertClose("objective", a.certificate.objective, b.certificate.objective, 1e-8);
    }
  });
});
