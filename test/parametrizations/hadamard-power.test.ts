import assert from "node:assert/strict";
import { type HadamardPowerOptions, hadamardPower, hadamardProduct } from "../../src/parametrizations";
import { assertAllClose, assertClose } from "../support/assert-close";

describe("hadamardPower", () => {
  it("is the product of as many factors of which all but one are equal", () => {
    const [power, product] = [hadamardPower({ depth: 4 }), hadamardProduct({ depth: 4 })];
    const [shared, spread] = [
      Float64Array.of(1.5, -2, 0.5, 3),
      Float64Array.of(1.5, -2, 0.5, 3, 0.5, 3, 0.5, 3),
    ];
    const [a, b] = [new Float64Array(2), new Float64Array(2)];
    power.forward(shared, a);
    product.forward(spread, b);
    assertAllClose("K", a, b, 1e-15);
    assertClose("R_xi", power.surrogatePenalty(shared), product.surrogatePenalty(spread), 1e-15);
    assertClose("R", power.inducedPenalty.value(a, 1), product.inducedPenalty.value(a, 1), 1e-15);
  });

  it("states how smooth it is: without limit at odd depths, to a Hölder exponent at fractions", () => {
    const smoothness = [2.25, 3, 3.5, 4, 5].map((depth) => hadamardPower({ depth }).smoothness);
    assert.deepEqual(smoothness, [1.25, Infinity, 2.5, 2, Infinity]);
  });

  it("has a gradient whose increments at zero shrink with that exponent and no faster", () => {
    const K = hadamardPower({ depth: 2.25 });
    const slope = (v: number): number => {
      const out = new Float64Array(2);
      K.pullback(Float64Array.of(1, v), Float64Array.of(1), out);
      return out[1];
    };
    const rate = Math.log2(slope(2 ** -20) / slope(2 ** -21));
    assertClose("Hölder exponent", rate, 0.25, 1e-12);
  });

  it("is finite at the origin and where one factor is zero", () => {
    const K = hadamardPower({ depth: 2.5 });
    const out = new Float64Array(2);
    for (const xi of [Float64Array.of(0, 0), Float64Array.of(1, 0), Float64Array.of(0, 1)]) {
      K.pullback(xi, Float64Array.of(1), out);
      assert.ok(out.every(Number.isFinite));
    }
  });

  it("refuses depths at which it is no smooth map, and says what to take", () => {
    const depthMust = "hadamardPower: depth must be a finite number > 2, got";
    assert.throws(() => hadamardPower({ depth: 2 }), {
      message: `${depthMust} 2; take hadamardProduct({ depth: 2 }), which has no kink`,
    });
    for (const depth of [1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => hadamardPower({ depth }), {
        name: "InputError",
        message: `${depthMust} ${depth}`,
      });
    }
  });

  it("refuses an unknown sharing", () => {
    const options = { depth: 3, sharing: "equal" } as unknown as HadamardPowerOptions;
    assert.throws(() => hadamardPower(options), {
      message: 'hadamardPower: sharing must be "weighted" or "plain", got "equal"',
    });
  });
});
