import assert from "node:assert/strict";
import { lq } from "../../src/penalties";
import { localMinima, minimumMagnitude } from "../../src/theory";
import { assertAtMost, assertClose } from "../support/assert-close";
import { linearData } from "../support/problems";

describe("minimumMagnitude", () => {
  it("is (2 lambda / (k G))^(k/(k-2)) of a gradient G, with q = 2/k", () => {
    for (const depth of [3, 4, 7]) {
      const expected = ((2 * 0.3) / (depth * 1.7)) ** (depth / (depth - 2));
      assertClose(`depth ${depth}`, minimumMagnitude(2 / depth, 0.3, { gradient: 1.7 }), expected, 1e-13);
    }
  });

  it("is where the second derivative of the penalty cancels that of the loss", () => {
    const [q, lambda, curvature, weight] = [0.4, 0.6, 2.5, 3];
    const b = minimumMagnitude(q, lambda, { curvature, weight });
    assertClose("second derivative", curvature + lambda * weight * q * (q - 1) * b ** (q - 2), 0, 1e-12);
  });

  it("is the larger of both, and 0 for the lasso, which has no gap", () => {
    const [first, second] = [{ gradient: 0.2 }, { curvature: 1 }].map((bounds) =>
      minimumMagnitude(0.5, 0.1, bounds),
    );
    assert.equal(minimumMagnitude(0.5, 0.1, { gradient: 0.2, curvature: 1 }), Math.max(first, second));
    assert.equal(minimumMagnitude(1, 0.1, { gradient: 0.2, curvature: 1 }), 0);
  });

  it("is reached to 1 % by a minimum about to vanish", () => {
    const [q, lambda] = [0.5, 0.3];
    const bound = minimumMagnitude(q, lambda, { curvature: 1 });
    const z = ((bound * (2 - q)) / (1 - q)) * (1 + 1e-5);
    const [, other] = localMinima([[1]], [z], { penalty: lq({ q }), lambda });
    assertAtMost("bound", bound, other.beta[0]);
    assertAtMost("reached", other.beta[0], 1.01 * bound);
  });

  it("bounds every coefficient of every local minimum, by either bound", () => {
    let tested = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const { X, y } = linearData(seed, 12, 3);
      const [q, lambda] = [[1 / 2, 2 / 3][seed % 2], [0.05, 0.2, 0.6][seed % 3]];
      for (const { beta } of localMinima(X, y, { penalty: lq({ q }), lambda })) {
        const residual = X.map((row, i) => row.reduce((sum, x, j) => sum + x * beta[j], -y[i]));
        beta.forEach((b, j) => {
          if (b === 0) return;
          tested++;
          const gradient = Math.abs(X.reduce((sum, row, i) => sum + (row[j] * residual[i]) / 12, 0));
          const curvature = X.reduce((sum, row) => sum + row[j] ** 2 / 12, 0);
          assertAtMost("first order", minimumMagnitude(q, lambda, { gradient }), Math.abs(b), 1e-9);
          assertAtMost("second order", minimumMagnitude(q, lambda, { curvature }), Math.abs(b));
        });
      }
    }
    assert.ok(tested > 50);
  });

  it("refuses what is outside its domain, in one sentence", () => {
    for (const [call, message] of [
      [
        () => minimumMagnitude(1.5, 1, { curvature: 1 }),
        "minimumMagnitude: q must be a number with 0 < q <= 1, got 1.5",
      ],
      [
        () => minimumMagnitude(0.5, 0, { curvature: 1 }),
        "minimumMagnitude: lambda must be a positive finite number, got 0",
      ],
      [
        () => minimumMagnitude(0.5, 1, {}),
        "minimumMagnitude: bounds must be a gradient, a curvature or both, got an object",
      ],
    ] as const) {
      assert.throws(call, { name: "InputError", message });
    }
  });
});
