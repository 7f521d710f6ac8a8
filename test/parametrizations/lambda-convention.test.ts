import assert from "node:assert/strict";
import { seededRandom } from "../../src";
import { SmoothLasso } from "../../src/estimators";
import * as index from "../../src/parametrizations";
import { assertAllClose, assertClose } from "../support/assert-close";
import { normals } from "../support/problems";

type Maker = (options: index.ConventionOptions) => index.Parametrization;

/** Members whose raw penalty is the sum of all squares, and the coefficient of the penalty that it induces. */
const sumsOfSquares: readonly (readonly [string, number, Maker])[] = [
  ["hadamardProduct(2)", 2, (options) => index.hadamardProduct({ depth: 2, ...options })],
  ["hadamardProduct(5)", 5, (options) => index.hadamardProduct({ depth: 5, ...options })],
  ["hadamardDifference(2)", 1, (options) => index.hadamardDifference({ depth: 2, ...options })],
  ["hadamardDifference(3)", 1, (options) => index.hadamardDifference({ depth: 3, ...options })],
  [
    "plainly shared hadamardPower(5)",
    5 * 4 ** (-4 / 5),
    (options) => index.hadamardPower({ depth: 5, ...options, sharing: "plain" }),
  ],
  ["nonNegativeSquare()", 1, (options) => index.nonNegativeSquare(options)],
  [
    "lowRankProduct(2, 1)",
    2,
    (options) => index.lowRankProduct({ nColumns: 2, rank: 1, depth: 2, ...options }),
  ],
  [
    "lowRankProduct(1, 1, 4)",
    4,
    (options) => index.lowRankProduct({ nColumns: 1, rank: 1, depth: 4, ...options }),
  ],
  ["signedPower(3)", 1, (options) => index.signedPower({ depth: 3, ...options })],
];

const beta = Float64Array.of(1.5, 0.25);

describe("the conventions of lambda", () => {
  for (const [title, constant, make] of sumsOfSquares) {
    const normalized = make({});
    const [raw, decay] = [make({ lambdaConvention: "raw" }), make({ lambdaConvention: "weight-decay" })];
    const xi = normals(seededRandom(2), raw.surrogateSize(2));

    it(`of ${title}: raw is the sum of squares and induces ${constant} times the penalty`, () => {
      assertClose(
        "R_xi",
        raw.surrogatePenalty(xi),
        xi.reduce((sum, x) => sum + x * x, 0),
        1e-15,
      );
      const induced = normalized.inducedPenalty.value(beta, 1);
      assertClose("R", raw.inducedPenalty.value(beta, 1), constant * induced, 1e-15);
    });

    it(`of ${title}: weight decay adds xi to the gradient and induces half as much as raw`, () => {
      const gradient = new Float64Array(xi.length);
      decay.addSurrogateGradient(xi, 1, gradient);
      assertAllClose("gradient", gradient, xi, 1e-15);
      const induced = raw.inducedPenalty.value(beta, 1);
      assertClose("R", decay.inducedPenalty.value(beta, 1), induced / 2, 1e-15);
    });
  }

  it("make the raw penalty of a shared factor ||u||^2 + (k - 1) ||v||^2", () => {
    const K = index.hadamardPower({ depth: 3.5, lambdaConvention: "raw" });
    assertClose("R_xi", K.surrogatePenalty(Float64Array.of(2, 3)), 4 + 2.5 * 9, 1e-15);
    assertClose("R", K.inducedPenalty.value(Float64Array.of(1), 1), 3.5, 1e-15);
  });

  it("make weight decay on two factors exactly the lasso", () => {
    const K = index.hadamardProduct({ depth: 2, lambdaConvention: "weight-decay" });
    assert.equal(K.inducedPenalty.name, "l1");
    assert.equal(K.inducedPenalty.value(beta, 0.5), 0.875);
  });

  it("leave map, balanced point and starting point as they are", () => {
    const [K, raw] = [
      index.hadamardProduct({ depth: 3 }),
      index.hadamardProduct({ depth: 3, lambdaConvention: "raw" }),
    ];
    const points = [K, raw].map((each) => {
      const [image, pulled] = [new Float64Array(2), new Float64Array(6)];
      const [balanced, start] = [new Float64Array(6), new Float64Array(6)];
      each.rightInverse(beta, balanced);
      each.startingPoint!(beta, 0.5, start);
      each.forward(start, image);
      each.pullback(start, beta, pulled);
      return { image, pulled, balanced, start };
    });
    assert.deepEqual(points[1], points[0]);
  });

  it("are refused when unknown, by every member", () => {
    const options = { lambdaConvention: "keras" } as unknown as index.ConventionOptions;
    const unknown = (where: string) => ({
      name: "InputError",
      message: `${where}: lambdaConvention must be "normalized", "raw" or "weight-decay", got "keras"`,
    });
    assert.throws(() => index.hadamardProduct({ depth: 2, ...options }), unknown("hadamardProduct"));
    assert.throws(() => index.hadamardDifference({ depth: 2, ...options }), unknown("hadamardDifference"));
    assert.throws(() => index.hadamardPower({ depth: 3, ...options }), unknown("hadamardPower"));
    assert.throws(() => index.signedPower({ depth: 3, ...options }), unknown("signedPower"));
    assert.throws(() => index.nonNegativeSquare(options), unknown("nonNegativeSquare"));
    assert.throws(
      () => index.lowRankProduct({ nColumns: 2, rank: 1, depth: 2, ...options }),
      unknown("lowRankProduct"),
    );
  });

  it("have no place in an estimator, whose lambda is normalized", () => {
    const parametrization = index.hadamardProduct({ depth: 2, lambdaConvention: "raw" });
    assert.throws(() => new SmoothLasso({ parametrization }), {
      name: "InputError",
      message:
        "SmoothLasso: parametrization must induce l1 with weights 1, got hadamardProduct(2) in the raw convention, which induces 2 l1; weights go into penaltyFactors",
    });
  });
});
