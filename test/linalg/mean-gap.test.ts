import assert from "node:assert/strict";
import { expRemainder, meanGap } from "../../src/linalg/mean-gap";
import { seededRandom } from "../../src/random/random";
import { assertAtMost, assertClose } from "../support/assert-close";

const halves = Float64Array.of(0.5, 0.5);

describe("meanGap", () => {
  it("is half the square of the difference of two numbers of equal share", () => {
    for (const [a, b] of [
      [1, 2],
      [1, 1 + 2 ** -30],
      [5, 5],
      [1e-100, 1],
      [1e-140, 3e-140],
      [0, 3],
      [3, 0],
      [0, 0],
    ]) {
      const expected = (a - b) ** 2 / 2;
      assertAtMost(
        `${a}, ${b}`,
        Math.abs(meanGap(Float64Array.of(a, b), halves) - expected),
        1e-14 * expected,
      );
    }
  });

  it("is the weighted arithmetic less the geometric mean, at least 0", () => {
    const random = seededRandom(1);
    for (let trial = 0; trial < 200; trial++) {
      const roots = Float64Array.from({ length: 3 }, () => 3 * random.uniform() ** 4);
      const raw = Float64Array.from({ length: 3 }, () => 0.1 + random.uniform());
      const sum = raw.reduce((a, b) => a + b);
      const shares = raw.map((share) => share / sum);
      let [arithmetic, geometric] = [0, 1];
      roots.forEach((root, l) => {
        arithmetic += shares[l] * root ** 2;
        geometric *= root ** (2 * shares[l]);
      });
      const gap = meanGap(roots, shares);
      assert.ok(gap >= 0);
      assertClose("gap", gap, arithmetic - geometric, 1e-14);
    }
  });
});

describe("expRemainder", () => {
  it("is e^t - 1 - t to full relative precision on both sides of where the series ends", () => {
    for (const t of [1e-9, 1e-4, 0.1, 0.2499, 0.2501, 1, 3].flatMap((t) => [t, -t])) {
      let exact = 0;
      let term = 1;
      // Backwards the terms are summed from the smallest.
      const terms = Array.from({ length: 60 }, (_, n) => {
        term *= t / (n + 1);
        return term;
      }).slice(1);
      for (const value of terms.reverse()) exact += value;
      assertAtMost(`t = ${t}`, Math.abs(expRemainder(t) - exact), 4e-15 * exact);
    }
  });
});
