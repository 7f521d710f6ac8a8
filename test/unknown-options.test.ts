import assert from "node:assert/strict";
import * as api from "../src";
import * as datafits from "../src/datafits";
import * as parametrizations from "../src/parametrizations";
import * as penalties from "../src/penalties";
import * as surrogate from "../src/surrogate";

const shrinking: api.ConcaveFunction = {
  name: "rational",
  value: (b, level) => (level * b) / (1 + b),
  slope: (b, level) => level / (1 + b) ** 2,
  curvature: (b, level) => (-2 * level) / (1 + b) ** 3,
};

type Maker = (options: object) => unknown;

/** Every factory of losses, penalties and parametrizations that takes options, and those it knows. */
const factories: Readonly<Record<string, readonly [string, Maker]>> = {
  huber: ["delta", (o) => api.huber(o)],
  logCosh: ["delta", (o) => api.logCosh(o)],
  quantile: ["tau, smoothing", (o) => api.quantile(o)],
  squaredError: ["nResponses", (o) => api.squaredError(o)],
  multinomial: ["nClasses", (o) => api.multinomial(o)],
  l1: ["weights", (o) => api.l1(o)],
  l0: ["lambda2, weights", (o) => penalties.l0(o)],
  lq: ["q, weights", (o) => api.lq(o as api.LqOptions)],
  logSum: ["epsilon, weights", (o) => api.logSum(o as api.LogSumOptions)],
  laplace: ["theta, weights", (o) => api.laplace(o as api.LaplaceOptions)],
  arctan: ["gamma, weights", (o) => api.arctan(o as api.ArctanOptions)],
  transformedL1: ["a, weights", (o) => api.transformedL1(o)],
  selo: ["tau, weights", (o) => api.selo(o)],
  elasticNet: ["l1Ratio, weights, scales", (o) => api.elasticNet(o)],
  concavePenalty: ["weights", (o) => api.concavePenalty(shrinking, o)],
  mcp: ["gamma, weights", (o) => api.mcp(o)],
  scad: ["gamma, weights", (o) => api.scad(o)],
  groupL2: ["weights", (o) => api.groupL2([0, 0], o)],
  groupLq: ["q, weights", (o) => api.groupLq([0, 0], o as api.GroupLqOptions)],
  groupLpq: ["p, q, weights", (o) => api.groupLpq([0, 0], o as api.GroupLpqOptions)],
  nuclear: ["nColumns", (o) => api.nuclear(o as api.NuclearOptions)],
  schatten: ["nColumns, q", (o) => api.schatten(o as api.SchattenOptions)],
  groupMcp: ["gamma, weights", (o) => api.groupMcp([0, 0], o)],
  groupScad: ["gamma, weights", (o) => api.groupScad([0, 0], o)],
  compositeMcp: ["gamma", (o) => api.compositeMcp([0, 0], o)],
  sparseGroup: ["l1Ratio, weights, l1Weights", (o) => api.sparseGroup([0, 0], o as api.SparseGroupOptions)],
  hadamardProduct: ["depth, weights, lambdaConvention", (o) => surrogate.hadamardProduct(o)],
  hadamardDifference: ["depth, weights, lambdaConvention", (o) => surrogate.hadamardDifference(o)],
  hadamardPower: [
    "depth, weights, sharing, lambdaConvention",
    (o) => surrogate.hadamardPower(o as surrogate.HadamardPowerOptions),
  ],
  signedPower: ["depth, weights, lambdaConvention", (o) => surrogate.signedPower(o)],
  nonNegativeSquare: ["weights, lambdaConvention", (o) => surrogate.nonNegativeSquare(o)],
  groupHadamardProduct: [
    "depth, weights, lambdaConvention",
    (o) => surrogate.groupHadamardProduct([0, 0], o),
  ],
  groupHadamardPower: [
    "depth, weights, lambdaConvention",
    (o) => surrogate.groupHadamardPower([0, 0], o as surrogate.GroupHadamardPowerOptions),
  ],
  nestedHadamard: [
    "elementwiseDepth, depth, weights, lambdaConvention",
    (o) => surrogate.nestedHadamard([0, 0], o as surrogate.NestedHadamardOptions),
  ],
  elasticNetProduct: ["l1Ratio, weights, scales", (o) => surrogate.elasticNetProduct(o)],
  sparseGroupProduct: [
    "l1Ratio, weights, l1Weights",
    (o) => surrogate.sparseGroupProduct([0, 0], o as api.SparseGroupOptions),
  ],
  cox: ["ties", (o) => api.cox(o)],
  binomial: ["link", (o) => api.binomial(o)],
  negativeBinomial: ["theta", (o) => api.negativeBinomial(o as never)],
  tweedie: ["power", (o) => api.tweedie(o)],
  lowRankProduct: [
    "nColumns, rank, depth, lambdaConvention",
    (o) => surrogate.lowRankProduct(o as surrogate.LowRankOptions),
  ],
};

/** What the indexes have besides: factories that take no options, and functions that make nothing. */
const withoutOptions = [
  ...["convexLoss", "gamma", "logistic", "poisson", "squaredHinge"],
  ...["bounded", "isGroupwise", "isSeparable", "nonNegative"],
];

describe("options of losses, penalties and parametrizations", () => {
  it("are tried of every factory of the indexes that takes some", () => {
    const names = [datafits, penalties, parametrizations].flatMap((index) => Object.keys(index));
    assert.deepEqual([...Object.keys(factories), ...withoutOptions].sort(), names.sort());
  });

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
          message: new RegExp(`^${name}: options must be an object, got ${bad}(; write \\{ \\w+: .+)?$`),
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
