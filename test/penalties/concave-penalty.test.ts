import assert from "node:assert/strict";
import { seededRandom } from "../../src";
import {
  arctan,
  type ConcaveFunction,
  concavePenalty,
  l1,
  laplace,
  mcp,
  scad,
  selo,
  transformedL1,
} from "../../src/penalties";
import { assertClose } from "../support/assert-close";
import { derivedMcp, derivedScad } from "../support/penalties";

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

  it("has the prox and the zeros of MCP and SCAD that are known in closed form", () => {
    const random = seededRandom(4);
    for (const [closed, derived] of [
      [mcp({ gamma: 3 }), derivedMcp(3)],
      [mcp({ gamma: 1.2 }), derivedMcp(1.2)],
      [scad(), derivedScad(3.7)],
      [scad({ gamma: 2.1 }), derivedScad(2.1)],
    ]) {
      let [kept, zeros] = [0, 0];
      for (let trial = 0; trial < 5000; trial++) {
        const [z, lambda] = [3 * random.normal(), 2 * random.uniform()];
        const step = 10 ** (3 * random.uniform() - 1.5);
        const b = closed.coordinateProx(0, z, step, lambda);
        assertClose(
          `${closed.name}: ${z}, ${step}, ${lambda}`,
          derived.coordinateProx(0, z, step, lambda),
          b,
          1e-12,
        );
        if (b !== 0) kept++;
        // On the way from |at| to zero the objective falls where its slope, a line there, is positive at both ends.
        const at = random.normal();
        const [gradient, curvature] = [random.normal(), 2 * random.uniform()];
        const falls =
          Math.abs(gradient) < Math.abs(closed.coordinateSlope(0, at, lambda)) &&
          Math.abs(gradient) + curvature * Math.abs(at) <= lambda;
        assert.equal(derived.roundsToZero(0, at, gradient, curvature, lambda), falls);
        if (falls) zeros++;
      }
      assert.ok(kept > 1000 && zeros > 200, `${kept} ${zeros}`);
    }
  });

  it("has the largest lambda of MCP and SCAD: where zero stops being stationary, or the flat part overtakes it", () => {
    const random = seededRandom(5);
    const weights = [1, 0.5, 2, 3];
    // Twice the value of the flat part over the square of the level.
    for (const [derived, flat] of [
      [mcp({ gamma: 3, weights }), 3],
      [derivedMcp(1.2, { weights }), 1.2],
      [scad({ weights }), 4.7],
      [derivedScad(2.1, { weights }), 3.1],
    ] as const) {
      for (let trial = 0; trial < 300; trial++) {
        const gradient = Float64Array.from(weights, () => random.normal());
        const curvature = Float64Array.from(weights, () => 10 ** (2 * random.uniform() - 1.5));
        const each = weights.map(
          (w, j) => Math.abs(gradient[j]) / w / Math.min(1, Math.sqrt(curvature[j] * flat)),
        );
        assertClose(derived.name, derived.lambdaMax(gradient, curvature) / Math.max(...each), 1, 1e-12);
      }
    }
  });

  it("has the end of the curved part of MCP as the smallest magnitude, where that is more curved than the loss", () => {
    for (const R of [mcp({ gamma: 3 }), derivedMcp(3)]) {
      assertClose("curved", R.smallestMagnitude!(0, 0.3, 0.7), 3 * 0.7, 1e-14);
      assert.equal(R.smallestMagnitude!(0, 0.34, 0.7), 0);
    }
  });

  it("refuses functions that are not what they are said to be, with the magnitude that shows it", () => {
    const phi: ConcaveFunction = {
      name: "rational",
      value: (b, level) => (level * b) / (1 + b),
      slope: (b, level) => level / (1 + b) ** 2,
      curvature: (b, level) => (-2 * level) / (1 + b) ** 3,
    };
    concavePenalty(phi);
    const where = "concavePenalty: ";
    for (const [wrong, message] of [
      [{ slope: phi.value }, "slope(0, 0.7) must be a positive finite number, got 0"],
      [
        { value: (b: number, level: number) => level + phi.value(b, level) },
        "value(0, 0.7) must be 0, got 0.7",
      ],
      [
        { slope: (_: number, level: number) => level },
        "slope at 0.0137 and level 0.7 must be the derivative of value there, 0.6812 by differences, got 0.7",
      ],
      [
        { curvature: () => 0 },
        "curvature at 0.0137 and level 0.7 must be the derivative of slope there, -1.344 by differences, got 0",
      ],
      [
        {
          value: (b: number, level: number) => phi.value(b, level ** 2),
          slope: (b: number, level: number) => phi.slope(b, level ** 2),
          curvature: (b: number, level: number) => phi.curvature(b, level ** 2),
        },
        /^concavePenalty: value at 0.0137 and level 0.7 must be the level times a function, or scalesWithLambda false, got 0.006/,
      ],
      [
        { turn: () => [1] },
        /^concavePenalty: every option must be one of name, .+, got "turn"; did you mean "turns"\?$/,
      ],
      [{ name: 3 }, "name must be a text, got 3"],
      [{ value: 3 }, "phi must be an object with name, value, slope and curvature, got an object"],
    ] as const) {
      const made = { ...phi, ...wrong } as unknown as ConcaveFunction;
      assert.throws(() => concavePenalty(made), {
        name: "InputError",
        message: typeof message === "string" ? where + message : message,
      });
    }
    // A convex one, and one whose second derivative turns without a word of it.
    const square = {
      name: "square",
      value: (b: number, l: number) => l * (b + b * b),
      slope: (b: number, l: number) => l * (1 + 2 * b),
      curvature: (_: number, l: number) => 2 * l,
    };
    assert.throws(
      () => concavePenalty(square),
      /slope at 0.0137 and level 0.7 must be between 0 and that at 0, 0.7, got 0.71918/,
    );
    const bend = (b: number): number => 1 + b * b;
    const turning = {
      name: "arc",
      value: (b: number, l: number) => l * Math.atan(b),
      slope: (b: number, l: number) => l / bend(b),
      curvature: (b: number, l: number) => (-2 * l * b) / bend(b) ** 2,
    };
    assert.throws(
      () => concavePenalty(turning),
      /slope below 0.371 must be convex, or turns of the curvature stated/,
    );
    concavePenalty({ ...turning, turns: () => [1 / Math.sqrt(3)] });
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
