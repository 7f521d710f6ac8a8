import assert from "node:assert/strict";
import * as api from "../src";

type Maker = (options: object) => unknown;

/** Every factory of losses, penalties and parametrizations that takes options, and those it knows. */
const factories: Readonly<Record<string, readonly [string, Maker]>> = {
  huber: ["delta", (o) => api.huber(o)],
  quantile: ["tau, smoothing", (o) => api.quantile(o)],
  squaredError: ["nResponses", (o) => api.squaredError(o)],
  l1: ["weights", (o) => api.l1(o)],
  lq: ["weights", (o) => api.lq(0.5, o)],
  elasticNet: ["l1Ratio, weights", (o) => api.elasticNet(o)],
  mcp: ["gamma, weights", (o) => api.mcp(o)],
  scad: ["gamma, weights", (o) => api.scad(o)],
  groupL2: ["weights", (o) => api.groupL2([0, 0], o)],
  groupLq: ["weights", (o) => api.groupLq([0, 0], 0.5, o)],
  groupLpq: ["weights", (o) => api.groupLpq([0, 0], 1, 0.5, o)],
  groupMcp: ["gamma, weights", (o) => api.groupMcp([0, 0], o)],
  groupScad: ["gamma, weights", (o) => api.groupScad([0, 0], o)],
  compositeMcp: ["gamma", (o) => api.compositeMcp([0, 0], o)],
  sparseGroup: ["l1Ratio, weights, l1Weights", (o) => api.sparseGroup([0, 0], o as api.SparseGroupOptions)],
  hadamardProduct: ["weights, lambdaConvention", (o) => api.hadamardProduct(2, o)],
  hadamardDifference: ["weights, lambdaConvention", (o) => api.hadamardDifference(2, o)],
  hadamardPower: ["weights, sharing, lambdaConvention", (o) => api.hadamardPower(3, o)],
  signedPower: ["weights, lambdaConvention", (o) => api.signedPower(2, o)],
  nonNegativeSquare: ["weights, lambdaConvention", (o) => api.nonNegativeSquare(o)],
  groupHadamardProduct: ["weights, lambdaConvention", (o) => api.groupHadamardProduct([0, 0], 2, o)],
  groupHadamardPower: ["weights, lambdaConvention", (o) => api.groupHadamardPower([0, 0], 3, o)],
  nestedHadamard: ["weights, lambdaConvention", (o) => api.nestedHadamard([0, 0], 2, 3, o)],
  sparseGroupProduct: [
    "l1Ratio, weights, l1Weights",
    (o) => api.sparseGroupProduct([0, 0], o as api.SparseGroupOptions),
  ],
  lowRankProduct: ["lambdaConvention", (o) => api.lowRankProduct(2, 1, 2, o)],
};

describe("options of losses, penalties and parametrizations", () => {
  for (const [name, [known, make]] of Object.entries(factories)) {
    it(`of ${name} are refused in one sentence when unknown, and when they are no object`, () => {
      const guess = known.includes("gamma") ? '; did you mean "gamma"?' : "";
      assert.throws(() => make({ gama: 3 }), {
        name: "InputError",
        message: `${name}: every option must be one of ${known}, got "gama"${guess}`,
      });
      for (const bad of [3, null]) {
        assert.throws(() => make(bad as unknown as object), {
          name: "InputError",
          message: new RegExp(
            `^${name}: options must be an object, got ${bad}(; write \\{ (tau|delta): .+)?$`,
          ),
        });
      }
    });
  }

  it("of quantile and huber that are bare numbers are named in the error", () => {
    for (const [make, message] of [
      [api.quantile, "quantile: options must be an object, got 0.5; write { tau: 0.9 } for the 0.9 quantile"],
      [api.huber, "huber: options must be an object, got 0.5; write { delta: 1.5 } for a kink at 1.5"],
    ] as const) {
      assert.throws(() => make(0.5 as unknown as object), { name: "InputError", message });
    }
  });
});
