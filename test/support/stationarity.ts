import type { Datafit } from "../../src/datafits";
import { columnMoments } from "../../src/design/design-matrix";
import { asDesignMatrix } from "../../src/design/sources/read-table";
import { l1 } from "../../src/penalties";
import { assertAtMost } from "./assert-close";
import { readGolden } from "./golden";

/** Fails unless every solution of a golden lasso path is stationary for our loss, to `1e-6 lambda`. */
export function assertStationary(datafit: Datafit, name: string): void {
  const { X, y, options, lambdas, intercepts, coefficients } = readGolden(name);
  const design = asDesignMatrix("test", X);
  const target = Float64Array.from(y);
  datafit.checkTarget("test", target);
  const penalty = l1(options.standardize ? { weights: columnMoments(design).deviations } : {});
  const eta = new Float64Array(design.nSamples);
  const residual = new Float64Array(design.nSamples);
  const gradient = new Float64Array(design.nFeatures);
  lambdas.forEach((lambda, k) => {
    const beta = Float64Array.from(coefficients[k]);
    design.matvec(beta, eta);
    for (let i = 0; i < eta.length; i++) eta[i] += intercepts[k];
    datafit.valueAndGradient(target, eta, residual);
    design.rmatvec(residual, gradient);
    assertAtMost(`${name}, lambda ${k}`, penalty.violation(beta, gradient, lambda), 1e-6 * lambda);
    if (options.fitIntercept) {
      const sum = residual.reduce((total, entry) => total + entry, 0);
      assertAtMost(`${name}, intercept ${k}`, Math.abs(sum), 1e-6 * lambda);
    }
  });
}
