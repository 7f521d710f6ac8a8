/** What each estimator penalizes, by twins that must agree and by the solutions of other packages. */
import assert from "node:assert/strict";
import {
  SmoothBridge,
  SmoothElasticNet,
  SmoothGroupBridge,
  SmoothGroupLasso,
  SmoothGroupMcp,
  SmoothGroupScad,
  SmoothLasso,
  SmoothMcp,
  SmoothScad,
  SmoothSparseGroupLasso,
  SparseLinearModel,
} from "../../src/estimators";
import { elasticNet, groupL2, groupMcp, groupScad, lq, mcp, scad } from "../../src/penalties";
import { assertAllClose, assertClose } from "../support/assert-close";
import type { Anything } from "../support/bad-input";
import { linearData } from "../support/problems";
import { deviationsOf } from "../support/written-out";

const { X, y } = linearData(7, 40, 6);
const groups = ["a", "a", "b", "b", "b", "c"];
const [lambda, tol] = [0.2, 1e-13];
const common = { lambda, tol };

describe("the estimators", () => {
  const lasso = new SmoothLasso(common).fit(X, y);

  it("are the lasso where their penalty is: l1Ratio 1, q 1, groups of one", () => {
    const alone = [0, 1, 2, 3, 4, 5];
    for (const twin of [
      new SmoothElasticNet({ ...common, l1Ratio: 1 }),
      new SmoothBridge({ ...common, q: 1 }),
      new SmoothBridge({ ...common, depth: 2 }),
      new SmoothGroupLasso({ ...common, groups: alone }),
      new SmoothGroupBridge({ ...common, groups: alone, q: 1 }),
      new SmoothSparseGroupLasso({ ...common, groups, l1Ratio: 1 }),
      new SmoothSparseGroupLasso({ ...common, groups: alone, l1Ratio: 0.3 }),
    ]) {
      const fit = twin.fit(X, y);
      assert.equal(fit.status, "converged", fit.estimator);
      assertAllClose(fit.estimator, fit.coef, lasso.coef, 1e-8);
      assertClose("intercept", fit.intercept, lasso.intercept, 1e-8);
    }
  });

  it("are the models of their penalty, weights included", () => {
    const weights = [1, 2, 0.5, 1, 3, 1];
    const groupWeights = [2, 1, 0.5];
    const [deviation] = deviationsOf(y.map((value) => [value]));
    for (const [face, model] of [
      [
        new SmoothElasticNet({ ...common, l1Ratio: 0.4, penaltyFactors: weights }),
        new SparseLinearModel({
          ...common,
          penalty: elasticNet({ l1Ratio: 0.4, weights, scales: deviation }),
        }),
      ],
      [
        new SmoothBridge({ ...common, q: 2 / 3, penaltyFactors: weights }),
        new SparseLinearModel({ ...common, penalty: lq({ q: 2 / 3, weights }) }),
      ],
      [
        new SmoothGroupLasso({ ...common, groups, penaltyFactors: groupWeights }),
        new SparseLinearModel({ ...common, penalty: groupL2(groups, { weights: groupWeights }) }),
      ],
      [
        new SmoothGroupLasso({ ...common, groups }),
        new SparseLinearModel({
          ...common,
          penalty: groupL2(groups, { weights: [Math.SQRT2, Math.sqrt(3), 1] }),
        }),
      ],
      [
        new SmoothMcp({ ...common, gamma: 2, penaltyFactors: weights }),
        new SparseLinearModel({ ...common, penalty: mcp({ gamma: 2, weights }) }),
      ],
      [
        new SmoothScad({ ...common, penaltyFactors: weights }),
        new SparseLinearModel({ ...common, penalty: scad({ gamma: 3.7, weights }) }),
      ],
      [
        new SmoothGroupMcp({ ...common, groups, penaltyFactors: groupWeights }),
        new SparseLinearModel({ ...common, penalty: groupMcp(groups, { gamma: 3, weights: groupWeights }) }),
      ],
      [
        new SmoothGroupScad({ ...common, groups, gamma: 4, standardize: "groups" }),
        new SparseLinearModel({
          ...common,
          standardize: "groups",
          penalty: groupScad(groups, { gamma: 4, weights: [Math.SQRT2, Math.sqrt(3), 1] }),
        }),
      ],
    ] as const) {
      const [fit, twin] = [face.fit(X, y), model.fit(X, y)];
      assert.equal(fit.status, "converged");
      assertAllClose(fit.estimator, fit.coef, twin.coef, 1e-7);
    }
  });

  it("leave groups with factor 0 free and give those with Infinity no coefficient", () => {
    for (const make of [
      (penaltyFactors: number[]) => new SmoothGroupLasso({ ...common, groups, penaltyFactors }),
      (penaltyFactors: number[]) => new SmoothSparseGroupLasso({ ...common, groups, penaltyFactors }),
      (penaltyFactors: number[]) => new SmoothGroupBridge({ ...common, groups, q: 0.5, penaltyFactors }),
      (penaltyFactors: number[]) => new SmoothGroupMcp({ ...common, groups, penaltyFactors }),
    ]) {
      const fit = make([0, 1, Infinity]).fit(X, y);
      assert.equal(fit.status, "converged");
      assert.ok(fit.coef[0] !== 0 && fit.coef[1] !== 0);
      assert.equal(fit.coef[5], 0);
      const alone = make([0, Infinity, Infinity]).fit(X, y);
      const free = new SmoothLasso({
        ...common,
        penaltyFactors: [0, 0, Infinity, Infinity, Infinity, Infinity],
      });
      assertAllClose("least squares on the free group", alone.coef, free.fit(X, y).coef, 1e-9);
    }
  });

  it("exclude features by index or name", () => {
    const named = X.map((row) => Object.fromEntries(row.map((x, j) => [`f${j}`, x])));
    const without = new SmoothLasso({ ...common, penaltyFactors: [1, Infinity, 1, 1, Infinity, 1] }).fit(
      X,
      y,
    );
    const fit = new SmoothLasso({ ...common, exclude: ["f1", 4] }).fit(named, y);
    assertAllClose("coef", fit.coef, without.coef, 1e-12);
    assert.throws(() => new SmoothLasso({ ...common, exclude: ["g"] }).fit(named, y), {
      message: 'SmoothLasso.fit: exclude[0] must be a feature, by name or an index below 6, got "g"',
    });
  });

  it("have no negative coefficient where none is allowed, and are optimal among those", () => {
    for (const make of [
      (l: number) => new SmoothLasso({ lambda: l, tol, nonNegative: true }),
      (l: number) => new SmoothElasticNet({ lambda: l, tol, nonNegative: true, l1Ratio: 0.5 }),
      (l: number) => new SmoothBridge({ lambda: l, tol: 1e-9, nonNegative: true, q: 0.5 }),
    ]) {
      const fit = make(lambda).fit(X, y);
      assert.equal(fit.status, "converged", fit.estimator);
      assert.ok(fit.coef.every((b) => b >= 0) && fit.support.length > 0);
      assert.ok(lasso.coef.some((b) => b < 0));
      if (fit.certificate.dualityGap !== undefined) assert.ok(fit.certificate.dualityGap < 1e-11);
    }
  });

  it("show their options and change some of them in a copy", () => {
    const model = new SmoothElasticNet({ lambda: 1, l1Ratio: 0.3 });
    const other = model.withParams({ lambda: 2 });
    assert.deepEqual(model.params, { lambda: 1, l1Ratio: 0.3 });
    assert.deepEqual(other.params, { lambda: 2, l1Ratio: 0.3 });
    assert.ok(other instanceof SmoothElasticNet);
  });

  it("refuse options outside their domain, each in a sentence", () => {
    const refusals: readonly (readonly [() => unknown, string])[] = [
      [
        () => new SmoothElasticNet({ l1Ratio: -0.1 }),
        "SmoothElasticNet: l1Ratio must be a number from 0 to 1, got -0.1",
      ],
      [
        () => new SmoothBridge({ lambda: 1 }).fit(X, y),
        "SmoothBridge.fit: one of q and depth must be given, got neither; crossValidate(X, y, { grid: { depth } }) chooses a depth",
      ],
      [
        () => new SmoothGroupBridge({ groups }).crossValidate(X, y),
        "SmoothGroupBridge.crossValidate: one of q and depth must be given, got neither; crossValidate(X, y, { grid: { depth } }) chooses a depth",
      ],
      [
        () => new SmoothBridge({ q: 0.5, depth: 4 }),
        "SmoothBridge: q must come without depth, which is 2 / q, got both",
      ],
      [() => new SmoothBridge({ depth: 1.5 }), "SmoothBridge: depth must be a finite number >= 2, got 1.5"],
      [
        () => new SmoothGroupLasso({ groups: [0, 1], lambda: 1 }).fit(X, y),
        "SmoothGroupLasso.fit: groups must have one label for each of the 6 features, got 2",
      ],
      [
        () => new SmoothGroupLasso({ groups, penaltyFactors: [1, 1], lambda: 1 }).fit(X, y),
        "SmoothGroupLasso.fit: the length of penaltyFactors must be the number of groups 3, got 2",
      ],
      [
        () => new SmoothSparseGroupLasso({ groups, l1Ratio: 2 }),
        "SmoothSparseGroupLasso: l1Ratio must be a number above 0 and at most 1, got 2",
      ],
    ];
    for (const [refused, message] of refusals) assert.throws(refused, { name: "InputError", message });
  });

  it("name the option that they cannot do without, where they are made with none", () => {
    const Classes: Record<string, Anything> = {
      SmoothGroupLasso,
      SmoothGroupBridge,
      SmoothSparseGroupLasso,
      SparseLinearModel,
    };
    for (const [name, Class] of Object.entries(Classes)) {
      const message =
        name === "SparseLinearModel"
          ? `${name}: one of parametrization and penalty must be given, got neither; try parametrization: hadamardProduct({ depth: 2 })`
          : `${name}: groups must be one label a feature, a list of features for each group or "rows", got undefined`;
      assert.throws(() => new Class(), { name: "InputError", message });
      assert.throws(() => new Class({}), { name: "InputError", message });
    }
    assert.throws(() => new SmoothGroupLasso({ groups: "row" as "rows" }), {
      message:
        'SmoothGroupLasso: groups must be one label a feature, a list of features for each group or "rows", got "row"; did you mean "rows"?',
    });
    assert.throws(() => new SmoothBridge().path(X, y), /^InputError: SmoothBridge.path: one of q and depth /);
  });
});
