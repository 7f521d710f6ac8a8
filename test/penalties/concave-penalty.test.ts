import assert from "node:assert/strict";
import { arctan, l1, laplace, selo, transformedL1 } from "../../src/penalties";
import { assertClose } from "../support/assert-close";

const magnitudes = [0.02, 0.3, 0.9, 1.3, 1.7, 2.4, 5, 40];

describe("a penalty of a concave function of the magnitude", () => {
  it("has the prox of transformed l1 that Zhang and Xin give in closed form", () => {
    // Theorem 3.1 of their paper: the largest root of the cubic, from a threshold on that depends on lambda and a.
    const prox = (x: number, lambda: number, a: number): number => {
      const threshold =
        lambda <= a ** 2 / (2 * (a + 1)) ? (lambda * (a + 1)) / a : Math.sqrt(2 * lambda * (a + 1)) - a / 2;
      if (x <= threshold) return 0;
      const angle = Math.acos(1 - (27 * lambda * a * (a + 1)) / (2 * (a + x) ** 3));
      return (2 / 3) * (a + x) * Math.cos(angle / 3) - (2 * a) / 3 + x / 3;
    };
    let kept = 0;
    for (const a of [0.05, 0.5, 1, 10]) {
      for (const lambda of [0.01, 0.2, 0.9, 3]) {
        for (const z of magnitudes) {
          const b = transformedL1({ a }).coordinateProx(0, z, 1, lambda);
          assertClose(`a ${a}, lambda ${lambda}, z ${z}`, b, prox(z, lambda, a), 1e-12);
          if (b > 0) kept++;
        }
      }
    }
    assert.ok(kept > 50);
  });

  it("has the prox of the Laplace penalty that Lambert's W function gives", () => {
    // b - z + tau / theta exp(-b / theta) = 0 has the root z + theta W0(-tau / theta^2 exp(-z / theta)).
    const lambertW = (x: number): number => {
      let w = x > -0.25 ? x : -1 + Math.sqrt(2 * (1 + Math.E * x));
      for (let k = 0; k < 100; k++) w -= (w * Math.exp(w) - x) / (Math.exp(w) * (w + 1));
      return w;
    };
    let kept = 0;
    for (const theta of [0.2, 1, 4]) {
      for (const tau of [0.05, 0.6, 2]) {
        for (const z of magnitudes) {
          const b = laplace({ theta }).coordinateProx(0, z, tau, 1);
          if (b === 0) continue;
          kept++;
          assertClose(
            `${theta} ${tau} ${z}`,
            b,
            z + theta * lambertW((-tau / theta ** 2) * Math.exp(-z / theta)),
            1e-12,
          );
        }
      }
    }
    assert.ok(kept > 40);
  });

  it("has the lower of two minima away from zero where the slope is not convex", () => {
    // Where tau phi'' is below -1 at gamma / sqrt(3), the objective can have a minimum before and another beyond it.
    const [gamma, tau] = [1, 1.2];
    const R = arctan({ gamma });
    const slopeAt = (b: number, z: number): number => b - z + R.coordinateSlope(0, b, tau);
    const proxes = Array.from({ length: 400 }, (_, k) => R.coordinateProx(0, 1.5 + k / 400, 1, tau));
    proxes.forEach((b, k) => {
      if (b > 0) assertClose(`z ${1.5 + k / 400}`, slopeAt(b, 1.5 + k / 400), 0, 1e-13);
    });
    const jumps = proxes.filter((b, k) => k > 0 && b - proxes[k - 1] > 0.1);
    assert.equal(jumps.length, 1);
  });

  it("counts coefficients, or is the lasso, in the limits that the authors state", () => {
    const beta = Float64Array.of(1.5, 0, -0.7);
    assertClose("selo", selo({ tau: 1e-12 }).value(beta, 0.6), 2 * 0.6, 1e-10);
    assertClose("laplace", laplace({ theta: 1e-3 }).value(beta, 0.6), 2 * 0.6, 1e-15);
    assertClose("transformed l1, a -> 0", transformedL1({ a: 1e-12 }).value(beta, 0.6), 2 * 0.6, 1e-10);
    assertClose("arctan, gamma -> 0", arctan({ gamma: 1e-12 }).value(beta, 0.6), 2 * 0.6, 1e-10);
    const lasso = l1().value(beta, 0.6);
    assertClose("transformed l1, a -> infinity", transformedL1({ a: 1e10 }).value(beta, 0.6), lasso, 1e-9);
    assertClose("arctan, gamma -> infinity", arctan({ gamma: 1e10 }).value(beta, 0.6), lasso, 1e-9);
  });

  it("has finite slopes for parameters whose squares are not", () => {
    for (const penalty of [arctan({ gamma: 1e200 }), transformedL1({ a: 1e200 })]) {
      const slope = penalty.coordinateSlope(0, 1, 0.5);
      assert.ok(Number.isFinite(slope) && slope > 0, `${penalty.name}: ${slope}`);
      assertClose(penalty.name, penalty.coordinateProx(0, 2, 1, 0.5) / (2 - slope), 1, 1e-12);
    }
  });

  it("refuses what is no positive parameter, in one sentence", () => {
    const makers: [string, (value: number) => unknown][] = [
      ["laplace: theta", (theta) => laplace({ theta })],
      ["arctan: gamma", (gamma) => arctan({ gamma })],
      ["transformedL1: a", (a) => transformedL1({ a })],
      ["selo: tau", (tau) => selo({ tau })],
    ];
    for (const [what, make] of makers) {
      for (const bad of [0, -1, Number.NaN, Infinity]) {
        assert.throws(() => make(bad), {
          name: "InputError",
          message: `${what} must be a positive finite number, got ${bad}`,
        });
      }
    }
  });
});
