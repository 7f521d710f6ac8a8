import assert from "node:assert/strict";
import { squaredError } from "../../../src/datafits";
import { estimatorFromJSON, MultiTaskLasso, SmoothGroupLasso } from "../../../src/estimators";
import { assertAllClose } from "../../support/assert-close";
import type { Anything } from "../../support/bad-input";
import { severalResponses } from "../../support/multi-response";

const { X, Y } = severalResponses(1);

describe("MultiTaskLasso", () => {
  it("is the group lasso of rows, with penalty factors of features", () => {
    const options = { lambda: 0.1, tol: 1e-12, penaltyFactors: [1, 2, 0.5, 1, 0, Infinity] };
    const fit = new MultiTaskLasso(options).fit(X, Y);
    const datafit = squaredError({ nResponses: 3 });
    const twin = new SmoothGroupLasso({ ...options, datafit, groups: "rows" }).fit(X, Y);
    assert.equal(fit.status, "converged");
    fit.coefs.forEach((coef, r) => {
      assertAllClose(`coefficients ${r}`, coef, twin.coefs[r], 1e-12);
    });
  });

  it("takes as many responses as y has columns, unless their number is given", () => {
    const lasso = new MultiTaskLasso({ lambda: 0.1 });
    for (const nResponses of [1, 2, 3]) {
      const y = Y.map((row) => row.slice(0, nResponses));
      assert.equal(lasso.fit(X, y).coefs.length, nResponses);
      assert.equal(lasso.path(X, y, { nLambdas: 3 }).fits[2].coefs.length, nResponses);
    }
    assert.equal(lasso.crossValidate(X, Y, { nLambdas: 3, folds: 3 }).best.coefs.length, 3);
    const ofTwo = new MultiTaskLasso({ lambda: 0.1, datafit: squaredError({ nResponses: 2 }) });
    assert.throws(() => ofTwo.fit(X, Y), {
      message: "MultiTaskLasso.fit: the number of columns of y must be the datafit's 2 responses, got 3",
    });
  });

  it("is read back from JSON", () => {
    const again = estimatorFromJSON(JSON.stringify(new MultiTaskLasso({ lambda: 0.1 })));
    const fit = again.fit(X, Y as never) as unknown as ReturnType<MultiTaskLasso["fit"]>;
    assert.deepEqual(fit.coefs, new MultiTaskLasso({ lambda: 0.1 }).fit(X, Y).coefs);
  });

  it("refuses another loss, and a response of one column", () => {
    assert.throws(() => new MultiTaskLasso({ datafit: squaredError() as Anything }), {
      message: 'MultiTaskLasso: datafit must be squaredError({ nResponses }), got "squaredError"',
    });
    assert.throws(() => new MultiTaskLasso({ lambda: 1 }).fit(X, Y.map(([first]) => first) as Anything), {
      message: /^MultiTaskLasso.fit: y must be rows of numbers, a matrix or a data frame, got /,
    });
  });
});
