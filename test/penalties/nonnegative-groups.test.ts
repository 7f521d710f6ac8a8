/** Group penalties on nonnegative coefficients: their definitions, and fits against CVXPY. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { logistic, squaredError } from "../../src/datafits";
import { estimatorFromJSON, SmoothLasso, SparseLinearModel } from "../../src/estimators";
import {
  type GroupPenalty,
  groupL2,
  groupLq,
  l1,
  nonNegative,
  type Penalty,
  sparseGroup,
} from "../../src/penalties";
import { scaledPenalty } from "../../src/penalties/scaled-penalty";
import { seededRandom } from "../../src/random/random";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { groupLabels, threeWeights } from "../support/group-penalties";
import { normals } from "../support/problems";

const golden: {
  readonly groups: number[];
  readonly weights: number[];
  readonly X: number[][];
  readonly y: number[];
  readonly labels: number[];
  readonly cases: readonly {
    readonly family: "gaussian" | "binomial";
    readonly l1Ratio: number;
    readonly lambda: number;
    readonly intercept: number;
    readonly coef: number[];
    readonly objective: number;
  }[];
} = JSON.parse(readFileSync(path.resolve(__dirname, "../../../test/golden/nonnegative-groups.json"), "utf8"));
const { groups, X, y, labels } = golden;

const given = [
  groupL2(groupLabels, { weights: threeWeights }),
  sparseGroup(groupLabels, { l1Ratio: 0.5, weights: threeWeights, l1Weights: [0.3, 2, 1, 0.7, 1.4, 3] }),
] as readonly Penalty[] as readonly GroupPenalty[];

describe("a group penalty on nonnegative coefficients", () => {
  for (const plain of given) {
    const penalty = nonNegative(plain) as GroupPenalty;
    const random = seededRandom(5);
    const size = groupLabels.length;
    const lambda = 0.7;
    const drawn = (): Float64Array => normals(random, size).map((z) => (Math.abs(z) < 0.3 ? 0 : z));

    it(`is ${plain.name} there, and infinite elsewhere`, () => {
      for (let trial = 0; trial < 20; trial++) {
        const beta = drawn();
        const inside = beta.map(Math.abs);
        assertClose("value", penalty.value(inside, lambda), plain.value(inside, lambda), 1e-14);
        const isOutside = beta.some((b) => b < 0);
        assert.equal(penalty.value(beta, lambda) === Infinity, isOutside);
        assert.equal(penalty.violation(beta, beta, lambda) === Infinity, isOutside);
      }
      assert.equal(penalty.value(Float64Array.of(-1, 0, 0, 0, 0, 0), 0), Infinity);
    });

    it(`has the least point of its prox, of ${plain.name}`, () => {
      for (let trial = 0; trial < 40; trial++) {
        const z = drawn();
        const out = new Float64Array(size);
        penalty.prox!(z, 0.8, lambda, out);
        const valueAt = (b: Float64Array): number =>
          b.reduce((sum, entry, j) => sum + (entry - z[j]) ** 2 / 2, 0) + 0.8 * penalty.value(b, lambda);
        const least = valueAt(out);
        for (let k = 0; k < 60; k++) {
          const step = 10 ** -(k % 6);
          const near = normals(random, size).map((move, j) => Math.max(out[j] + step * move, 0));
          assertAtMost("prox", least, valueAt(near), 1e-12);
        }
        // What is stationary for the prox is so for the violation, and the other way round.
        const slope = out.map((b, j) => (b - z[j]) / 0.8);
        assertClose("violation", penalty.violation(out, slope, lambda), 0, 1e-12);
      }
    });

    it(`has a violation that is the distance to its subdifferential, of ${plain.name}`, () => {
      // Of a stationary point a slope that differs by v is at most ||v|| from the subdifferential, and where no kink is, just that.
      for (let trial = 0; trial < 40; trial++) {
        const z = drawn().map(Math.abs);
        const out = new Float64Array(size);
        penalty.prox!(z, 0.1, lambda, out);
        const v = normals(random, size);
        const slope = out.map((b, j) => (b - z[j]) / 0.1 + v[j]);
        penalty.groups.members.forEach((features, g) => {
          const of = (vector: Float64Array): Float64Array => Float64Array.from(features, (j) => vector[j]);
          const distance = penalty.groupViolation(g, of(out), of(slope), lambda);
          assertAtMost("distance", distance, Math.hypot(...of(v)), 1e-12);
          if (of(out).every((b) => b > 0)) assertClose("distance", distance, Math.hypot(...of(v)), 1e-12);
        });
      }
    });

    it(`has the dual norm and the conjugate of its definition, of ${plain.name}`, () => {
      for (let trial = 0; trial < 30; trial++) {
        const dual = drawn();
        const radius = penalty.dualNorm!(dual);
        assertClose(
          "lambdaMax",
          penalty.lambdaMax(
            dual.map((u) => -u),
            dual,
          ),
          radius,
          1e-14,
        );
        // At that lambda zero is the prox of the dual point, below it is not.
        const out = new Float64Array(size);
        penalty.prox!(dual, 1, radius * (1 + 1e-9), out);
        assert.ok(out.every((b) => b === 0));
        penalty.prox!(dual, 1, radius * (1 - 1e-6), out);
        assert.equal(
          out.some((b) => b > 0),
          radius > 0,
        );
        const feasible = dual.map((u) => (u * lambda) / Math.max(radius, 1e-3));
        const b = drawn().map(Math.abs);
        const product = b.reduce((sum, entry, j) => sum + entry * feasible[j], 0);
        const gap = penalty.fenchelYoung!(b, feasible, lambda);
        assertClose("Fenchel-Young", gap, penalty.value(b, lambda) - product, 1e-12);
        assert.ok(gap >= 0);
      }
    });

    it(`keeps all this where it is scaled, of ${plain.name}`, () => {
      const beta = Float64Array.of(1, 0.5, 0, 2, 0, 0.3);
      for (const scaled of [scaledPenalty(penalty, 3), nonNegative(scaledPenalty(plain, 3))]) {
        assertClose("value", scaled.value(beta, lambda), penalty.value(beta, 3 * lambda), 1e-14);
        assert.equal(scaled.value(Float64Array.of(1, -1, 0, 0, 0, 0), lambda), Infinity);
        assert.deepEqual((scaled as GroupPenalty).domain!(0), [0, Infinity]);
      }
    });
  }

  for (const { family, l1Ratio, lambda, intercept, coef, objective } of golden.cases) {
    it(`has the fit of an interior point method: ${family}, l1Ratio ${l1Ratio}, lambda ${lambda}`, () => {
      const penalty = nonNegative(sparseGroup(groups, { l1Ratio, weights: golden.weights }));
      const datafit = family === "gaussian" ? squaredError() : logistic();
      const model = new SparseLinearModel({ penalty, datafit, lambda, standardize: false, tol: 1e-12 });
      const fit = model.fit(X, family === "gaussian" ? y : labels);
      assert.equal(fit.status, "converged");
      assertClose("intercept", fit.intercept, intercept, 2e-6);
      assertAllClose("coefficients", fit.coef, coef, 2e-6);
      assertClose("objective", fit.certificate.objective, objective, 1e-10);
      assertAtMost("gap", fit.certificate.dualityGap!, 1e-11);
      assert.ok(fit.coef.every((b) => b >= 0));
    });
  }

  it("is refitted by least squares with nonnegative coefficients", () => {
    const penalty = nonNegative(groupL2(groups));
    const fit = new SparseLinearModel({ penalty, lambda: 0.05 }).fit(X, y);
    const kept = Array.from(fit.support);
    const refit = fit.refit();
    const only = (row: number[]): number[] => kept.map((j) => row[j]);
    const other = new SmoothLasso({ lambda: 0, nonNegative: true, tol: 1e-13 }).fit(X.map(only), y);
    assertAllClose(
      "coefficients",
      kept.map((j) => refit.coef[j]),
      other.coef,
      1e-7,
    );
  });

  it("is the nonnegative lasso where each group has one feature, and the group lasso where no bound holds", () => {
    const singles = groups.map((_, j) => j);
    const [own, lasso] = [nonNegative(groupL2(singles)), nonNegative(l1())].map((penalty) =>
      new SparseLinearModel({ penalty, lambda: 0.05, tol: 1e-13 }).fit(X, y),
    );
    assertAllClose("lasso", own.coef, lasso.coef, 1e-8);
    const positive = X.map((row, i) => row.reduce((sum, x, j) => sum + (j < 6 ? x : 0), Math.sin(i) / 20));
    const features = X.map((row) => row.slice(0, 6));
    const [bounded, free] = [true, false].map((isBounded) => {
      const penalty = groupL2(groups.slice(0, 6));
      const used = isBounded ? nonNegative(penalty) : penalty;
      return new SparseLinearModel({ penalty: used, lambda: 0.05, tol: 1e-13 }).fit(features, positive);
    });
    assertAllClose("group lasso", bounded.coef, free.coef, 1e-8);
  });

  it("is written as JSON, and refuses other sums over groups", () => {
    const model = new SparseLinearModel({ penalty: nonNegative(groupL2(groups)), lambda: 0.05 });
    const again = estimatorFromJSON(JSON.stringify(model)) as typeof model;
    assert.deepEqual(again.fit(X, y).coef, model.fit(X, y).coef);
    assert.throws(() => nonNegative(groupLq(groups, { q: 0.5 })), {
      name: "InputError",
      message:
        /^nonNegative: penalty must be a sum over coefficients such as l1\(\), or groupL2 or sparseGroup, got /,
    });
  });
});
