/** Factors and weights that belong elsewhere, or are beyond 64-bit floats. */
import assert from "node:assert/strict";
import { SmoothBridge, SmoothLasso } from "../../../src/estimators";
import { hadamardProduct } from "../../../src/parametrizations";
import { X, y } from "../../support/bad-input";
import { linearData } from "../../support/problems";

const big = linearData(1, 20, 3);

function refuses(action: () => unknown, message: string): void {
  assert.throws(action, { name: "InputError", message });
}

describe("penalty factors", () => {
  it("refuses weights of a parametrization, which belong into penaltyFactors", () => {
    for (const weights of [
      [2, 1, 1],
      [1, 0.5, 1.5],
      [1, 1, 1 + 1e-6],
      [1, 8 / 7, 7 / 8], // 7/3 and 8/3 of it add up to 5 again
    ]) {
      const model = () =>
        new SmoothLasso({ lambda: 1, parametrization: hadamardProduct({ depth: 2, weights }) });
      const where = weights[0] === 1 ? "SmoothLasso.fit" : "SmoothLasso";
      refuses(
        () => model().fit(big.X, big.y),
        `${where}: parametrization must induce l1 with weights 1, got hadamardProduct(2), which induces l1; weights go into penaltyFactors`,
      );
    }
    refuses(
      () => new SmoothLasso({ parametrization: hadamardProduct({ depth: 3 }) }),
      `SmoothLasso: parametrization must induce l1 with weights 1, got hadamardProduct(3), which induces lq(0.6667); weights go into penaltyFactors`,
    );
  });

  it("whose columns become too large or too small are refused", () => {
    const options = { lambda: 1, fitIntercept: false, standardize: false, penaltyFactors: [2 ** -1000, 1] };
    refuses(
      () => new SmoothLasso(options).fit(X, y),
      `SmoothLasso.fit: column "x0", as scaled must be of a size between 1e-140 and 1e140, got ${2 ** 1001}; rescale it`,
    );
    // Not silently free or excluded, which their powers in 64-bit floats would be.
    for (const factor of [2 ** -1000, 1e200]) {
      refuses(
        () => new SmoothBridge({ lambda: 1, q: 0.5, penaltyFactors: [factor, 1] }).fit(X, y),
        `SmoothBridge.fit: penaltyFactors[0] must be 0, Infinity or a number whose power 1/q is between 1e-140 and 1e140, got ${factor}`,
      );
    }
  });
});
