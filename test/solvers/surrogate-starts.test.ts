import assert from "node:assert/strict";
import { SmoothLasso } from "../../src/estimators";
import { gradientDescent, lbfgs } from "../../src/optimizers";
import { hadamardDifference, hadamardProduct, type Parametrization } from "../../src/parametrizations";
import { surrogateDescent } from "../../src/solvers";
import {
  balanced,
  equalFactors,
  type Initialization,
  unbalanced,
  unitGates,
  varianceMatched,
} from "../../src/surrogate";
import { assertAllClose } from "../support/assert-close";
import { linearData } from "../support/problems";
import { warningsOf } from "../support/warnings";

describe("surrogateDescent with a start", () => {
  const { X, y } = linearData(6, 40, 6);
  const lasso = new SmoothLasso({ lambda: 0.1, tol: 1e-12 }).fit(X, y);
  const fitFrom = (parametrization: Parametrization, start: Initialization, optimizer = lbfgs()) => {
    const solver = surrogateDescent(parametrization, optimizer, { init: start });
    return new SmoothLasso({ lambda: 0.1, parametrization, solver, maxIter: 2000, tol: 1e-12 }).fit(X, y);
  };

  it("finds the lasso from every scheme that locks no sign", () => {
    const [product, difference] = [hadamardProduct({ depth: 2 }), hadamardDifference({ depth: 2 })];
    const starts: readonly (readonly [Parametrization, Initialization])[] = [
      [product, unbalanced()],
      [difference, unbalanced({ magnitude: 1e-3 })],
      [difference, equalFactors(0.1)],
      [product, unitGates()],
      [product, varianceMatched({ sigma: 0.1 })],
      [difference, varianceMatched({ sigma: 0.1 })],
    ];
    for (const [parametrization, start] of starts) {
      for (const optimizer of [lbfgs(), gradientDescent()]) {
        const fit = fitFrom(parametrization, start, optimizer);
        assert.equal(fit.status, "converged");
        assertAllClose(`${parametrization.name}, ${optimizer.name}`, fit.coef, lasso.coef, 1e-6);
      }
    }
  });

  it("finds the lasso from a balanced point with the lasso's signs, and does not from the opposite ones", () => {
    const signs = Array.from(lasso.coef, (b) => (b < 0 ? -1 : 1));
    const scheme = (side: number): Initialization => balanced({ signs: signs.map((sign) => side * sign) });
    assert.equal(
      warningsOf(() => assert.equal(fitFrom(hadamardProduct({ depth: 2 }), scheme(1)).status, "converged"))
        .length,
      1,
    );
    const warnings = warningsOf(() => {
      const fit = fitFrom(hadamardProduct({ depth: 2 }), scheme(-1), gradientDescent());
      assert.notEqual(fit.status, "converged");
      assert.ok(fit.certificate.dualityGap! > 0.1);
    });
    assert.match(warnings[0], /^SignLockWarning: initialize: no first-order method/);
    assert.match(warnings[1], /^ConvergenceWarning: SmoothLasso\.fit: /);
  });

  it("refuses the origin instead of calling it converged", () => {
    const origin: Initialization = (K, p) => new Float64Array(K.surrogateSize(p));
    for (const K of [hadamardProduct({ depth: 2 }), hadamardDifference({ depth: 2 })]) {
      assert.throws(() => fitFrom(K, origin), {
        name: "InputError",
        message:
          /^initialize: the start must let every coefficient move, got a derivative of zero for all 6 /,
      });
    }
  });
});
