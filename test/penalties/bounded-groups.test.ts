/** Group penalties on coefficients between bounds: their definitions, and fits against CVXPY. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { seededRandom } from "../../src";
import { logistic, squaredError } from "../../src/datafits";
import { InputError } from "../../src/errors";
import { estimatorFromJSON, SparseLinearModel } from "../../src/estimators";
import {
  type Bound,
  bounded,
  type GroupPenalty,
  groupL2,
  groupMcp,
  nonNegative,
  type Penalty,
  sparseGroup,
} from "../../src/penalties";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { groupLabels, threeWeights } from "../support/group-penalties";
import { normals } from "../support/problems";

type WrittenBound = readonly [number | null, number | null];

const golden: {
  readonly groups: number[];
  readonly weights: number[];
  readonly bounds: Readonly<Record<string, readonly WrittenBound[]>>;
  readonly X: number[][];
  readonly y: number[];
  readonly labels: number[];
  readonly cases: readonly {
    readonly family: "gaussian" | "binomial";
    readonly l1Ratio: number;
    readonly lambda: number;
    readonly bounds: string;
    readonly intercept: number;
    readonly coef: number[];
    readonly objective: number;
  }[];
} = JSON.parse(readFileSync(path.resolve(__dirname, "../../../test/golden/bounded-groups.json"), "utf8"));
const { groups, X, y, labels } = golden;

const boundsOf = (written: readonly WrittenBound[]): Bound[] =>
  written.map(([low, high]): Bound => [low ?? -Infinity, high ?? Infinity]);

const given = [
  groupL2(groupLabels, { weights: threeWeights }),
  sparseGroup(groupLabels, { l1Ratio: 0.5, weights: threeWeights, l1Weights: [0.3, 2, 1, 0.7, 1.4, 3] }),
] as readonly Penalty[] as readonly GroupPenalty[];
const lambda = 0.7;
const ends: readonly Bound[] = [
  [-0.5, 0.8],
  [0, 0.3],
  [-Infinity, 0.4],
  [-1, 0],
  [-Infinity, Infinity],
  [-0.2, Infinity],
];

describe("a group penalty between bounds", () => {
  for (const plain of given) {
    const penalty = bounded(plain, ends) as GroupPenalty;
    const random = seededRandom(7);
    const size = groupLabels.length;
    const drawn = (scale = 1): Float64Array =>
      normals(random, size).map((z) => (Math.abs(z) < 0.2 ? 0 : scale * z));
    const inside = (b: Float64Array): Float64Array =>
      b.map((entry, j) => Math.max(ends[j][0], Math.min(ends[j][1], entry)));

    it(`is ${plain.name} there, and infinite elsewhere`, () => {
      for (let trial = 0; trial < 20; trial++) {
        const beta = drawn();
        const cut = inside(beta);
        assertClose("value", penalty.value(cut, lambda), plain.value(cut, lambda), 1e-14);
        const isOutside = beta.some((b, j) => b !== cut[j]);
        assert.equal(penalty.value(beta, lambda) === Infinity, isOutside);
        assert.equal(penalty.violation(beta, beta, lambda) === Infinity, isOutside);
      }
    });

    it(`has a prox that is stationary and below points beside it, of ${plain.name}`, () => {
      let nCut = 0;
      for (let trial = 0; trial < 200; trial++) {
        const z = drawn(trial % 3 === 0 ? 4 : 1);
        const step = 0.3 + random.uniform();
        const out = new Float64Array(size);
        penalty.prox!(z, step, lambda, out);
        const slope = out.map((b, j) => (b - z[j]) / step);
        assertAtMost("violation", penalty.violation(out, slope, lambda), 1e-13);
        if (out.some((b, j) => b !== 0 && ends[j].includes(b))) nCut++;
        const objective = (b: Float64Array): number =>
          b.reduce((sum, entry, j) => sum + (entry - z[j]) ** 2 / 2, 0) + step * penalty.value(b, lambda);
        const least = objective(out);
        for (let k = 0; k < 20; k++) {
          const near = inside(out.map((b) => b + 0.1 * (random.uniform() - 0.5)));
          assertAtMost("prox", least - objective(near), 1e-14);
        }
      }
      assert.ok(nCut > 50, `${nCut} of 200 at a bound`);
    });

    it(`has the conjugate of its definition, of ${plain.name}`, () => {
      for (let trial = 0; trial < 60; trial++) {
        const dual = drawn(2);
        const radius = penalty.dualNorm!(dual);
        const feasible = dual.map((u) => (0.8 * u * lambda) / Math.max(radius, lambda));
        // The conjugate is the largest gap between the line and the penalty: here that of a long proximal iteration.
        let best = new Float64Array(size);
        for (let k = 0; k < 4000; k++) {
          const next = new Float64Array(size);
          penalty.prox!(
            best.map((b, j) => b + feasible[j]),
            1,
            lambda,
            next,
          );
          best = next;
        }
        const product = (b: Float64Array): number =>
          b.reduce((sum, entry, j) => sum + entry * feasible[j], 0);
        const conjugate = product(best) - penalty.value(best, lambda);
        const b = inside(drawn());
        const gap = penalty.fenchelYoung!(b, feasible, lambda);
        const wanted = penalty.value(b, lambda) - product(b) + conjugate;
        assert.ok(gap >= 0);
        assertClose("Fenchel-Young", gap, wanted, 1e-9);
        assertAtMost("at the maximiser", penalty.fenchelYoung!(inside(best), feasible, lambda), 1e-9);
      }
    });

    it(`is left at zero at its largest lambda, and not below, of ${plain.name}`, () => {
      for (let trial = 0; trial < 20; trial++) {
        const gradient = drawn();
        const largest = penalty.lambdaMax(gradient, gradient);
        const zero = new Float64Array(size);
        assert.equal(penalty.violation(zero, gradient, largest * (1 + 1e-12)), 0);
        assert.ok(penalty.violation(zero, gradient, largest * (1 - 1e-6)) > 0);
      }
    });
  }

  for (const own of golden.cases) {
    const { family, l1Ratio, intercept, coef, objective } = own;
    it(`has the fit of an interior point method: ${family}, ${own.bounds}, l1Ratio ${l1Ratio}, lambda ${own.lambda}`, () => {
      const penalty = bounded(
        sparseGroup(groups, { l1Ratio, weights: golden.weights }),
        boundsOf(golden.bounds[own.bounds]),
      );
      const datafit = family === "gaussian" ? squaredError() : logistic();
      const options = { penalty, datafit, lambda: own.lambda, standardize: false, tol: 1e-12 };
      const model = new SparseLinearModel(options);
      const fit = model.fit(X, family === "gaussian" ? y : labels);
      assert.equal(fit.status, "converged");
      assertClose("intercept", fit.intercept, intercept, 3e-6);
      assertAllClose("coefficients", fit.coef, coef, 3e-6);
      assertClose("objective", fit.certificate.objective, objective, 1e-9);
      assertAtMost("gap", fit.certificate.dualityGap!, 1e-11);
      assert.equal(penalty.value(fit.coef, 1) < Infinity, true);
      const copy = estimatorFromJSON(JSON.stringify(model)) as typeof model;
      assert.deepEqual(copy.fit(X, family === "gaussian" ? y : labels).coef, fit.coef);
    });
  }

  it("meets other bounds, and follows a path", () => {
    const both = bounded(nonNegative(groupL2(groups)), [-1, 0.4]);
    const model = new SparseLinearModel({ penalty: both, standardize: false, tol: 1e-10 });
    const path = model.path(X, y, { nLambdas: 12 });
    assert.equal(path.fits[0].support.length, 0);
    for (const { coef, status } of path.fits) {
      assert.equal(status, "converged");
      assert.ok(coef.every((b) => b >= 0 && b <= 0.4));
    }
    assert.ok(path.fits.at(-1)!.coef.includes(0.4));
    const refit = path.fits.at(-1)!.refit();
    assert.ok(refit.coef.every((b) => b >= 0 && b <= 0.4));
  });

  it("refuses penalties whose prox between bounds is not known, and bounds without zero", () => {
    const message =
      "bounded: penalty must be a sum over coefficients such as l1(), or groupL2 or sparseGroup, got an object";
    assert.throws(() => bounded(groupMcp(groups), [-1, 1]), new InputError(message));
    assert.throws(
      () => bounded(groupL2(groups), [1, 2]),
      /^InputError: bounded: bounds must be \[low, high\]|bounds\[0\]/,
    );
    assert.throws(
      () => bounded(groupL2(groups), [[0, 1]]),
      new InputError("bounded: the length of bounds must be the number of coefficients, got 1"),
    );
  });
});
