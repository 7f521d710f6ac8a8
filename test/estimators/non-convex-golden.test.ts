/** Fits of penalties that are not convex against the solutions of ncvreg and skglm, and closed forms. */
import assert from "node:assert/strict";
import { SparseLinearModel, type SparseLinearModelOptions } from "../../src/estimators";
import { hadamardDifference, hadamardPower, hadamardProduct } from "../../src/parametrizations";
import { compositeMcp, lq, mcp, type Penalty, scad } from "../../src/penalties";
import { assertAllClose, assertAtMost } from "../support/assert-close";
import { type GoldenPath, readGolden } from "../support/golden";
import { readGroupFile } from "../support/group-golden";

/** `(1/2n) ||y - b0 - X b||^2 + penalty(s * b)`, written out. */
function objectiveOf(golden: GoldenPath, penalty: Penalty, k: number): number {
  const { data, nSamples: n, nFeatures: p } = golden.X;
  const beta = golden.coefficients[k];
  let loss = 0;
  for (let i = 0; i < n; i++) {
    let residual = golden.y[i] - golden.intercepts[k];
    for (let j = 0; j < p; j++) residual -= data[i * p + j] * beta[j];
    loss += residual ** 2 / (2 * n);
  }
  const scaled = Float64Array.from(beta, (b, j) => {
    if (!golden.options.standardize) return b;
    let [sum, squares] = [0, 0];
    for (let i = 0; i < n; i++) sum += data[i * p + j] / n;
    for (let i = 0; i < n; i++) squares += (data[i * p + j] - sum) ** 2 / n;
    return Math.sqrt(squares) * b;
  });
  return loss + penalty.value(scaled, golden.lambdas[k]);
}

const composite = compositeMcp(readGroupFile("cmcp").group, { gamma: 3 });

const ways: readonly (readonly [string, Penalty, SparseLinearModelOptions])[] = [
  ["lq-half", lq({ q: 0.5 }), { parametrization: hadamardProduct({ depth: 4 }) }],
  ["lq-half", lq({ q: 0.5 }), { parametrization: hadamardDifference({ depth: 4 }) }],
  ["lq-half", lq({ q: 0.5 }), { penalty: lq({ q: 0.5 }) }],
  ["lq-twothirds", lq({ q: 2 / 3 }), { parametrization: hadamardProduct({ depth: 3 }) }],
  ["lq-twothirds", lq({ q: 2 / 3 }), { parametrization: hadamardPower({ depth: 3 }) }],
  ["mcp", mcp({ gamma: 3 }), { penalty: mcp({ gamma: 3 }) }],
  ["scad", scad({ gamma: 3.7 }), { penalty: scad({ gamma: 3.7 }) }],
  ["wide-mcp", mcp({ gamma: 3 }), { penalty: mcp({ gamma: 3 }) }],
  ["wide-scad", scad({ gamma: 3.7 }), { penalty: scad({ gamma: 3.7 }) }],
  ["cmcp", composite, { penalty: composite }],
];

describe("fits of penalties that are not convex", () => {
  for (const [name, penalty, options] of ways) {
    const method = options.parametrization?.name ?? `${options.penalty?.name} itself`;
    it(`by ${method} end no higher than the path of ${name}, stationary, and no coordinate improves them`, () => {
      const golden = readGolden(name);
      const model = new SparseLinearModel({ ...golden.options, ...options, tol: 1e-9 });
      const { fits } = model.path(golden.X, golden.y, { lambdas: golden.lambdas });
      fits.forEach((fit, k) => {
        assert.equal(fit.status, "converged", `lambda ${fit.lambda}`);
        const reference = objectiveOf(golden, penalty, k);
        assertAtMost(`lambda ${fit.lambda}`, fit.certificate.objective, reference * (1 + 1e-6));
      });
    });
  }

  for (const [name, parametrization] of [
    ["lq-half-orthonormal", hadamardProduct({ depth: 4 })],
    ["lq-twothirds-orthonormal", hadamardProduct({ depth: 3 })],
  ] as const) {
    it(`by ${parametrization.name} are the global minimisers of ${name}`, () => {
      const golden = readGolden(name);
      golden.lambdas.forEach((lambda, k) => {
        const options = { ...golden.options, parametrization, lambda, tol: 1e-10 };
        const fit = new SparseLinearModel(options).fit(golden.X, golden.y);
        assert.equal(fit.status, "converged");
        assertAllClose(`lambda ${lambda}`, fit.coef, golden.coefficients[k], 1e-8);
      });
    });
  }
});
