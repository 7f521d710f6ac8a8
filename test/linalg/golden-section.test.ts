import assert from "node:assert/strict";
import { goldenSection } from "../../src/linalg/golden-section";

describe("goldenSection", () => {
  it("finds the minimum inside, at a kink and at either end", () => {
    const near = (x: number, minimizer: number) => assert.ok(Math.abs(x - minimizer) < 1e-7, `${x}`);
    near(
      goldenSection((x) => x - Math.log(x), 0.1, 3),
      1,
    );
    near(
      goldenSection((x) => Math.abs(x - 0.3), -2, 5),
      0.3,
    );
    near(
      goldenSection((x) => x, 1, 2),
      1,
    );
    near(
      goldenSection((x) => -x, 1, 2),
      2,
    );
  });
});
