import { expRemainder } from "../../src/linalg/exp-remainder";
import { assertAtMost } from "../support/assert-close";

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
