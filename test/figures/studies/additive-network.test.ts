import assert from "node:assert/strict";
import { SHAPES } from "../../../figures/studies/additive-network";

describe("the shapes of the additive network", () => {
  SHAPES.forEach((shape, j) => {
    it(`have mean 0 and variance 1 for a normal feature: feature ${j + 1}`, () => {
      // The middle of cells, so that no point lies on the jump at zero.
      const step = 1e-3;
      let [mean, square] = [0, 0];
      for (let z = -8 + step / 2; z < 8; z += step) {
        const weight = (step * Math.exp(-(z * z) / 2)) / Math.sqrt(2 * Math.PI);
        mean += weight * shape(z);
        square += weight * shape(z) ** 2;
      }
      assert.ok(Math.abs(mean) < 1e-6, `mean ${mean}`);
      assert.ok(Math.abs(square - 1) < 1e-6, `variance ${square}`);
    });
  });
});
