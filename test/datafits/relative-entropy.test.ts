import assert from "node:assert/strict";
import { relativeEntropy } from "../../src/datafits/relative-entropy";
import { assertClose } from "../support/assert-close";

const of = (a: number, b: number): number => relativeEntropy(a, b, Math.log(b));

describe("relativeEntropy", () => {
  it("is a log(a / b) - a + b, on either side of where it changes its formula", () => {
    for (const ratio of [1e-9, 0.1, 0.499, 0.501, 0.9, 1.1, 1.99, 2.01, 50, 1e9]) {
      for (const a of [1e-3, 1, 7]) {
        const b = ratio * a;
        assertClose(`at ${a}, ${b}`, of(a, b) / b, (a * Math.log(a / b) - a + b) / b, 1e-14);
      }
    }
  });

  it("keeps its digits near a = b, where it is (b - a)^2 / 2a - (b - a)^3 / 3a^2 + ...", () => {
    for (const d of [1e-3, -1e-3, 1e-6, -1e-6, 2 ** -40]) {
      const exact = d ** 2 * (1 / 2 - d / 3 + d ** 2 / 4 - d ** 3 / 5 + d ** 4 / 6);
      const shift = 1 + d - 1; // as far as 1 + d is away from 1
      const relative = of(1, 1 + d) / (exact * (shift / d) ** 2);
      assert.ok(Math.abs(relative - 1) < 1e-9, `${relative} at ${d}`);
    }
    assert.equal(of(0.3, 0.3), 0);
  });

  it("takes the logarithm that it is given where b underflows", () => {
    assertClose("at 0", relativeEntropy(0.5, 0, -800), 0.5 * (Math.log(0.5) + 800) - 0.5, 1e-14);
    const b = Math.exp(-744.4); // a single bit, half of a number away from what it stands for
    assertClose(
      "below all digits",
      relativeEntropy(0.5, b, -744.4),
      0.5 * (Math.log(0.5) + 744.4) - 0.5,
      1e-14,
    );
  });

  it("is b at a = 0 and infinite where b is", () => {
    assert.equal(of(0, 0.25), 0.25);
    assert.equal(relativeEntropy(2, Infinity, 1e3), Infinity);
  });
});
