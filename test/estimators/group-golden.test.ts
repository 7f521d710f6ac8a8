import assert from "node:assert/strict";
import { SparseLinearModel } from "../../src/estimators";
import {
  groupHadamardPower,
  groupHadamardProduct,
  nestedHadamard,
  type Parametrization,
  sparseGroupProduct,
} from "../../src/parametrizations";
import { assertAllClose, assertAtMost } from "../support/assert-close";
import { readGroupFile } from "../support/group-golden";

/** The design as rows. */
function rowsOf({ n, p, X }: ReturnType<typeof readGroupFile>): number[][] {
  return Array.from({ length: n }, (_, i) => Array.from({ length: p }, (_unused, j) => X[i + j * n]));
}

describe("SparseLinearModel with a parametrization on groups", () => {
  const cases: readonly (readonly [string, (groups: readonly number[]) => Parametrization])[] = [
    ["group-raw", (groups) => groupHadamardProduct(groups, { depth: 2 })],
    ["sparse-group", (groups) => sparseGroupProduct(groups, { l1Ratio: 0.4 })],
  ];
  for (const [name, make] of cases) {
    it(`has the solutions of ${name} on its whole grid, and their exact zeros`, () => {
      const file = readGroupFile(name);
      const [X, parametrization] = [rowsOf(file), make(file.group)];
      file.lambdas.forEach((lambda, k) => {
        const options = { parametrization, lambda, standardize: false, fitIntercept: false, tol: 1e-12 };
        const fit = new SparseLinearModel(options).fit(X, file.y);
        assertAllClose(`lambda ${lambda}`, fit.coef, file.coefficients[k], 1e-6);
        const support = file.coefficients[k].flatMap((b, j) => (b === 0 ? [] : [j]));
        assert.deepEqual([...fit.support], support);
        assertAtMost("gap", fit.certificate.dualityGap!, 1e-12);
      });
    });
  }

  it("converges also where the penalty is not convex, to whole groups or, nested, to parts of them", () => {
    const file = readGroupFile("group-raw");
    const X = rowsOf(file);
    for (const lambda of [1, 0.3, 0.05]) {
      const fitOf = (parametrization: Parametrization) =>
        new SparseLinearModel({ parametrization, lambda }).fit(X, file.y);
      const [product, power] = [
        groupHadamardProduct(file.group, { depth: 3 }),
        groupHadamardPower(file.group, { depth: 3 }),
      ].map(fitOf);
      const nested = fitOf(nestedHadamard(file.group, { elementwiseDepth: 2, depth: 3 }));
      for (const fit of [product, power, nested]) {
        assert.equal(fit.status, "converged");
        assertAtMost("violation", fit.certificate.violation, 1e-7 * lambda);
      }
      for (let g = 0; g < 6; g++) {
        for (const fit of [product, power]) {
          const active = fit.support.filter((j) => file.group[j] === g).length;
          assert.ok(active === 0 || active === 4, "a group stays whole");
        }
      }
      const groups = new Set(Array.from(nested.support, (j) => file.group[j]));
      assert.ok(nested.support.length > 0 && nested.support.length < 4 * groups.size);
    }
  });

  it("refuses labels that are not one for each feature in one sentence", () => {
    const parametrization = groupHadamardProduct([0, 0, 1]);
    assert.throws(
      () =>
        new SparseLinearModel({ parametrization, lambda: 1 }).fit(
          [
            [1, 2],
            [3, 5],
          ],
          [1, 2],
        ),
      {
        name: "InputError",
        message: "groupL2: groups must have one label for each of the 2 features, got 3",
      },
    );
  });
});
