import assert from "node:assert/strict";
import { seededRandom } from "../../src";
import { SmoothLasso } from "../../src/estimators";
import { hadamardProduct } from "../../src/parametrizations";
import { l1, lq, type Penalty } from "../../src/penalties";
import { localMinima } from "../../src/theory";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { linearData } from "../support/problems";

/** `P(beta)`, written out. */
function objective(
  X: number[][],
  y: number[],
  penalty: Penalty,
  lambda: number,
  beta: ArrayLike<number>,
): number {
  const squares = X.map((row, i) => (y[i] - row.reduce((sum, x, j) => sum + x * beta[j], 0)) ** 2);
  return squares.reduce((a, b) => a + b) / (2 * y.length) + penalty.value(Float64Array.from(beta), lambda);
}

describe("localMinima", () => {
  it("gives zero and the other minimum of one coefficient exactly where the closed form has it", () => {
    for (const q of [1 / 2, 2 / 3, 0.9]) {
      const tau = 0.3;
      const inflection = (tau * q * (1 - q)) ** (1 / (2 - q));
      const existsFrom = (inflection * (2 - q)) / (1 - q);
      for (const share of [0.5, 1 - 1e-6, 1 + 1e-6, 1.5, 10]) {
        const z = share * existsFrom;
        const minima = localMinima([[1]], [-z], { penalty: lq({ q }), lambda: tau }).map(
          ({ beta }) => beta[0],
        );
        assert.equal(minima.length, share > 1 ? 2 : 1, `q = ${q}, z = ${share} thresholds`);
        assert.ok(minima.includes(0));
        const other = minima.find((b) => b !== 0);
        if (other === undefined) continue;
        assert.ok(other < 0 && -other >= inflection);
        assertClose("stationary", other + z - tau * q * (-other) ** (q - 1), 0, 1e-12);
      }
    }
  });

  it("gives points that no nearby point is below, sorted, with their objective", () => {
    const random = seededRandom(4);
    for (const [seed, q] of [
      [1, 1 / 2],
      [2, 2 / 3],
      [3, 0.8],
    ]) {
      const { X, y } = linearData(seed, 12, 3);
      const penalty = lq({ q, weights: [1, 0.5, 2] });
      const minima = localMinima(X, y, { penalty, lambda: 0.3 });
      assert.ok(minima.length >= 3, `${minima.length} minima`);
      minima.forEach(({ beta, objective: value }, k) => {
        assertClose("objective", value, objective(X, y, penalty, 0.3, beta), 1e-13);
        if (k > 0) assertAtMost("sorted", minima[k - 1].objective, value);
        for (let draw = 0; draw < 300; draw++) {
          const moved = beta.map((b) => b + (b === 0 ? 1e-9 : 10 ** -(3 + (draw % 3))) * random.normal());
          assertAtMost("nearby", value, objective(X, y, penalty, 0.3, moved), 1e-13);
        }
      });
    }
  });

  it("has the best point of a fine grid first", () => {
    const { X, y } = linearData(5, 10, 2);
    for (const q of [1 / 2, 2 / 3]) {
      const [best] = localMinima(X, y, { penalty: lq({ q }), lambda: 0.4 });
      let least = Number.POSITIVE_INFINITY;
      for (let i = -50; i <= 50; i++) {
        for (let k = -50; k <= 50; k++) {
          least = Math.min(least, objective(X, y, lq({ q }), 0.4, [i / 20, k / 20]));
        }
      }
      assertAtMost("best", best.objective, least);
      assertAtMost("grid", least, best.objective, 1e-2);
    }
  });

  it("has the lasso's solution only, for the lasso's penalty", () => {
    for (const lambda of [0.01, 0.3, 1, 10]) {
      const { X, y } = linearData(6, 30, 3);
      const minima = localMinima(X, y, { penalty: l1({ weights: [1, 2, 0.5] }), lambda });
      const lasso = new SmoothLasso({
        lambda,
        penaltyFactors: [1, 2, 0.5],
        standardize: false,
        fitIntercept: false,
        tol: 1e-14,
      }).fit(X, y);
      assert.equal(minima.length, 1, `lambda ${lambda}`);
      assertAllClose("beta", minima[0].beta, lasso.coef, 1e-8);
    }
  });

  it("finds no minimum with dependent columns, between which the bridge penalty chooses", () => {
    const { X, y } = linearData(7, 20, 1);
    const minima = localMinima(
      X.map(([x]) => [x, x]),
      y,
      { penalty: lq({ q: 0.5 }), lambda: 0.2 },
    );
    assert.deepEqual(minima.map(({ beta }) => [...beta].filter((b) => b !== 0).length).sort(), [0, 1, 1]);
  });

  it("does not depend on the units of y and X", () => {
    const { X, y } = linearData(8, 15, 2);
    const plain = localMinima(X, y, { penalty: lq({ q: 0.5 }), lambda: 0.2 });
    for (const unit of [1e-8, 1e8]) {
      // With beta in other units lambda |beta|^q must keep pace with y^2.
      const scaled = localMinima(
        X,
        y.map((entry) => entry * unit),
        { penalty: lq({ q: 0.5 }), lambda: 0.2 * unit ** 1.5 },
      );
      assert.equal(scaled.length, plain.length);
      scaled.forEach(({ beta }, k) => {
        assertAllClose(
          `unit ${unit}`,
          beta.map((b) => b / unit),
          plain[k].beta,
          1e-9,
        );
      });
    }
  });

  it("refuses what it cannot enumerate, in one sentence", () => {
    const wide = linearData(1, 5, 9);
    const { X, y } = linearData(1, 5, 2);
    const refusals: readonly (readonly [() => unknown, string])[] = [
      [
        () => localMinima(wide.X, wide.y, { penalty: l1(), lambda: 1 }),
        "localMinima: the number of columns must be at most 8, got 9",
      ],
      [
        () => localMinima(X, y, { penalty: l1(), lambda: 0 }),
        "localMinima: lambda must be a positive finite number, got 0",
      ],
      [
        () => localMinima(X, y.slice(1), { penalty: l1(), lambda: 1 }),
        "localMinima: X has 5 rows but y has 4",
      ],
      [
        () => localMinima(X, y, { penalty: hadamardProduct({ depth: 2 }) as unknown as Penalty, lambda: 1 }),
        'localMinima: penalty must be l1() or lq({ q }), got "hadamardProduct(2)"',
      ],
      [
        () =>
          localMinima(X, y, {
            penalty: { ...l1(), name: "huber", coordinateValue: (_: number, b: number) => b * b } as Penalty,
            lambda: 1,
          }),
        'localMinima: penalty must be l1() or lq({ q }), got "huber"',
      ],
    ];
    for (const [call, message] of refusals) assert.throws(call, { name: "InputError", message });
  });
});
