/** The data of the unit tests of deepregression, the R package of the authors, against the exact answers. */
import assert from "node:assert/strict";
import { SmoothLasso } from "../../src/estimators";
import { lbfgs, minimize } from "../../src/optimizers";
import { hadamardDifference, hadamardProduct } from "../../src/parametrizations";
import { equalFactors, initialize, surrogateObjective, unitGates } from "../../src/surrogate";
import { assertAllClose, assertClose } from "../support/assert-close";
import { golden, p, sameMoments } from "../support/deepregression";

describe("the layers of deepregression, with penalty parameter 1 on the squares of their weights", () => {
  const { X, y } = sameMoments();
  const plain = { fitIntercept: false, standardize: false, tol: 1e-13 };

  // Their loss is the mean squared error, ours half of it; R_xi is (u^2 + v^2)/2 of the product, u^2 + v^2 of the other.
  for (const [layer, parametrization, lambda, first] of [
    ["product", hadamardProduct({ depth: 2 }), 1, 6.785],
    ["difference", hadamardDifference({ depth: 2 }), 1 / 2, 8.353],
  ] as const) {
    it(`induce ${golden[layer].penalty} ||beta||_1 as the ${layer} layer, whose answer is ${first} and 49 exact zeros`, () => {
      const fit = new SmoothLasso({ ...plain, parametrization, lambda }).fit(X, y);
      assertClose("beta_1", fit.coef[0], first, 1e-3 / (1 + first));
      assert.deepEqual([...fit.support], [0]);
      assertAllClose("numpy's ISTA", fit.coef, golden[layer].coefficients, 1e-10);
    });

    it(`reach it by descent from the start that they have themselves, the ${layer} layer`, () => {
      const start = layer === "product" ? unitGates({ seed: 1 }) : equalFactors(1e-6);
      const Q = surrogateObjective(X, y, { parametrization, lambda });
      const x0 = initialize(parametrization, p, start);
      const { x } = minimize(Q, lbfgs(), x0, { tol: 1e-9, maxIter: 5000 });
      assertAllClose("coefficients", Q.coefficients(x).coef, golden[layer].coefficients, 1e-6);
    });
  }
});
