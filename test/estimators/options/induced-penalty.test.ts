import assert from "node:assert/strict";
import { logistic, squaredError } from "../../../src/datafits";
import {
  MultiTaskLasso,
  SmoothBridge,
  SmoothElasticNet,
  SmoothGroupBridge,
  SmoothGroupLasso,
  SmoothGroupMcp,
  SmoothLasso,
  SmoothMcp,
  SmoothSparseGroupLasso,
  SparseLinearModel,
} from "../../../src/estimators";
import type { Estimator } from "../../../src/estimators/named/estimator";
import type { ModelOptions } from "../../../src/estimators/options/model-options";
import {
  elasticNetProduct,
  groupHadamardProduct,
  hadamardProduct,
  type Parametrization,
  sparseGroupProduct,
} from "../../../src/parametrizations";
import { l1 } from "../../../src/penalties";
import type { Solver } from "../../../src/solvers";
import { linearData } from "../../support/problems";

const { X, y } = linearData(1, 20, 4);
const groups = [0, 0, 0, 1];
const lambda = 0.1;

/** Parametrizations of penalties whose weights differ from those of the estimators below. */
const heavy = hadamardProduct({ depth: 2, weights: [1, 1, 1, 2] });
const ofGroups = groupHadamardProduct(groups, { depth: 2, weights: [1, 1] });

type Model = Pick<Estimator<ModelOptions>, "fit" | "path">;

/** Estimators with a parametrization that induces their penalty but for its weights. */
const cases: Readonly<Record<string, (options: object) => Model>> = {
  SmoothLasso: (options) => new SmoothLasso({ lambda, parametrization: heavy, ...options }),
  SmoothElasticNet: (options) =>
    new SmoothElasticNet({
      lambda,
      datafit: logistic(),
      parametrization: elasticNetProduct({ l1Ratio: 0.5, weights: [1, 1, 1, 2] }),
      ...options,
    }),
  SmoothBridge: (options) => new SmoothBridge({ lambda, q: 1, parametrization: heavy, ...options }),
  SmoothMcp: (options) => new SmoothMcp({ lambda, parametrization: heavy, ...options }),
  SmoothGroupLasso: (options) =>
    new SmoothGroupLasso({ groups, lambda, parametrization: ofGroups, ...options }),
  SmoothGroupBridge: (options) =>
    new SmoothGroupBridge({ groups, lambda, q: 1, parametrization: ofGroups, ...options }),
  SmoothGroupMcp: (options) => new SmoothGroupMcp({ groups, lambda, parametrization: ofGroups, ...options }),
  SmoothSparseGroupLasso: (options) =>
    new SmoothSparseGroupLasso({
      groups,
      lambda,
      parametrization: sparseGroupProduct(groups, { l1Ratio: 0.5, weights: [1, 1] }),
      ...options,
    }),
  MultiTaskLasso: (options) =>
    new MultiTaskLasso({
      lambda,
      datafit: squaredError({ nResponses: 2 }),
      parametrization: groupHadamardProduct([0, 1, 2, 3, 0, 1, 2, 3], { depth: 2, weights: [1, 1, 1, 2] }),
      ...options,
    }) as unknown as Model,
  SparseLinearModel: (options) =>
    new SparseLinearModel({ lambda, penalty: l1(), parametrization: heavy, ...options }),
};

const responsesOf = (name: string): number[] | number[][] => {
  if (name === "SmoothElasticNet") return Array.from(y, (value) => Number(value > 0));
  return name === "MultiTaskLasso" ? Array.from(y, (value) => [value, -value]) : Array.from(y);
};

describe("a parametrization that induces another penalty", () => {
  for (const [name, make] of Object.entries(cases)) {
    it(`is refused by fits and paths of ${name}`, () => {
      const rule = name === "SparseLinearModel" ? "" : " with weights 1";
      const remedy = rule && "; weights go into penaltyFactors";
      const message = new RegExp(
        `^${name}\\.(fit|path): parametrization must induce \\S+${rule}, got .*, which induces .*${remedy}$`,
      );
      const model = make({});
      const own = responsesOf(name) as number[];
      assert.throws(() => model.fit(X, own), { name: "InputError", message });
      assert.throws(() => model.path(X, own), { name: "InputError", message });
    });
  }

  it("is refused before a pilot of adaptive weights is fitted", () => {
    const solver: Solver = {
      name: "none",
      solve: () => {
        throw new Error("a pilot was fitted");
      },
    };
    for (const name of ["SmoothLasso", "SmoothElasticNet", "SmoothGroupLasso", "SmoothSparseGroupLasso"])
      assert.throws(
        () => cases[name]({ adaptive: true, solver }).fit(X, responsesOf(name) as number[]),
        /parametrization must induce/,
      );
  });

  it("is none where its weights are those of the penalty", () => {
    const weights = [Math.sqrt(3), 1];
    const parametrization: Parametrization = groupHadamardProduct(groups, { depth: 2, weights });
    const fit = new SmoothGroupLasso({ groups, lambda, parametrization }).fit(X, y);
    const { coef } = new SmoothGroupLasso({ groups, lambda }).fit(X, y);
    assert.deepEqual(fit.coef, coef);
  });
});
