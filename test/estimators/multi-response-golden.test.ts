import assert from "node:assert/strict";
import { multinomial, squaredError } from "../../src/datafits";
import {
  MultiTaskLasso,
  SmoothGroupLasso,
  SmoothLasso,
  SmoothSparseGroupLasso,
  SparseLinearModel,
} from "../../src/estimators";
import { groupHadamardProduct } from "../../src/parametrizations";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { columnOf, type GoldenRows, readMultiResponse, rowsOf } from "../support/multi-response";

/** Solved to rounding, so that what is left of a difference is the reference's. */
const raw = { standardize: false, tol: 1e-13 };

describe("a multi-task lasso", () => {
  const file = readMultiResponse<GoldenRows & { y: number[]; tasks: number }>("multitask");
  const Y = rowsOf(file.y, file.n);
  const datafit = squaredError({ nResponses: file.tasks });
  const labels = Array.from({ length: file.p * file.tasks }, (_, k) => k % file.p);
  const ways = {
    "MultiTaskLasso of as many tasks as there are": new MultiTaskLasso({ fitIntercept: false, ...raw }),
    "SmoothGroupLasso of rows": new SmoothGroupLasso({
      groups: "rows",
      datafit,
      fitIntercept: false,
      ...raw,
    }),
    "SmoothGroupLasso of one label a feature": new SmoothGroupLasso({
      groups: labels.slice(0, file.p),
      datafit,
      fitIntercept: false,
      ...raw,
    }),
    "SmoothSparseGroupLasso without its lasso": new SmoothSparseGroupLasso({
      groups: "rows",
      l1Ratio: 0,
      datafit,
      fitIntercept: false,
      ...raw,
    }),
    "SparseLinearModel of a surrogate on rows": new SparseLinearModel({
      parametrization: groupHadamardProduct(labels),
      datafit,
      fitIntercept: false,
      ...raw,
    }),
  };
  for (const [name, model] of Object.entries(ways)) {
    it(`by ${name} is scikit-learn's MultiTaskLasso on its whole grid`, () => {
      const path = model.path(file.rows, Y, { lambdas: file.lambdas });
      path.fits.forEach((fit, k) => {
        const expected = file.coefficients[k];
        fit.coefs.forEach((coef, r) => {
          assertAllClose(`lambda ${fit.lambda}, task ${r}`, coef, columnOf(expected, r), 1e-9);
        });
        assert.deepEqual(
          [...fit.support],
          expected.flatMap((row, j) => (row.some((b) => b !== 0) ? [j] : [])),
        );
        assert.deepEqual([...fit.intercepts], [0, 0, 0]);
        assertAtMost("gap", fit.certificate.dualityGap!, 1e-12);
      });
    });
  }

  it("starts its path where scikit-learn's grid does", () => {
    const model = new SmoothGroupLasso({ groups: "rows", datafit, fitIntercept: false, ...raw });
    const { lambdas } = model.path(file.rows, Y, { nLambdas: 2 });
    assertClose("lambda max", lambdas[0], file.lambdas[0], 1e-12);
  });
});

describe("a multinomial regression", () => {
  type Case = GoldenRows & { readonly lambda_max: number };
  const file = readMultiResponse<{ y: string[]; classes: string[]; elementwise: Case; by_rows: Case }>(
    "multinomial",
  );
  const cases = {
    "of each coefficient is scikit-learn's": [
      new SmoothLasso({ datafit: multinomial(), ...raw }),
      file.elementwise,
    ],
    "of rows is what proximal gradient steps find": [
      new SmoothGroupLasso({ groups: "rows", datafit: multinomial({ nClasses: 3 }), ...raw }),
      file.by_rows,
    ],
  } as const;
  for (const [claim, [model, golden]] of Object.entries(cases)) {
    it(`with a penalty ${claim}, on the whole grid`, () => {
      const path = model.path(file.rows, file.y, { lambdas: golden.lambdas });
      path.fits.forEach((fit, k) => {
        assert.deepEqual(fit.classes, file.classes);
        fit.coefs.forEach((coef, r) => {
          const expected = columnOf(golden.coefficients[k], r);
          assertAllClose(`lambda ${fit.lambda}, class ${r}`, coef, expected, 1e-9);
          assert.deepEqual(
            Array.from(coef, (b) => b === 0),
            expected.map((b) => b === 0),
          );
        });
        assertAllClose("intercepts", fit.intercepts, golden.intercepts[k], 1e-9);
      });
      const { lambdas } = model.path(file.rows, file.y, { nLambdas: 2 });
      assertClose("lambda max", lambdas[0], golden.lambda_max, 1e-12);
    });
  }
});
