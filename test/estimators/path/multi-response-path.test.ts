import assert from "node:assert/strict";
import { multinomial, squaredError } from "../../../src/datafits";
import { SmoothGroupLasso, SmoothLasso, SparseLinearModel } from "../../../src/estimators";
import { mcp } from "../../../src/penalties";
import { assertAllClose, assertClose } from "../../support/assert-close";
import { columnOf, severalResponses } from "../../support/multi-response";

const { X, Y, labels } = severalResponses(3);

describe("a path of several responses", () => {
  const model = new SmoothGroupLasso({ groups: "rows", datafit: squaredError({ nResponses: 3 }), tol: 1e-9 });
  const path = model.path(X, Y, { nLambdas: 12, lambdaMinRatio: 0.01 });

  it("begins where the first feature enters, and has the features of its fits", () => {
    assert.equal(path.df[0], 0);
    assert.equal(model.path(X, Y, { lambdas: [path.lambdas[0] * 0.99] }).df[0], 1);
    assert.deepEqual(
      [...path.df],
      path.fits.map(({ support }) => support.length),
    );
    assert.deepEqual([path.lambdas.length, path.coefs.length, path.intercepts.length], [12, 12, 12]);
    assert.ok(path.df[11] > 3);
  });

  it("explains the share of the squares about the means that is left over", () => {
    let total = 0;
    for (let r = 0; r < 3; r++) {
      const y = columnOf(Y, r);
      const mean = y.reduce((sum, entry) => sum + entry / y.length, 0);
      total += y.reduce((sum, entry) => sum + (entry - mean) ** 2, 0);
    }
    path.fits.forEach((fit, k) => {
      const rows = fit.predict(X);
      const left = rows.flatMap((row, i) => Array.from(row, (entry, r) => (entry - Y[i][r]) ** 2));
      const ratio = 1 - left.reduce((sum, square) => sum + square, 0) / total;
      assertClose(`lambda ${fit.lambda}`, path.devianceRatio[k], ratio, 1e-12);
    });
  });

  it("fits anew between its lambdas, as a fit from nothing does", () => {
    assert.equal(path.at(path.lambdas[4]), path.fits[4]);
    const lambda = Math.sqrt(path.lambdas[4] * path.lambdas[5]);
    const alone = model.withParams({ lambda }).fit(X, Y);
    path.at(lambda).coefs.forEach((coef, r) => {
      assertAllClose(`response ${r}`, coef, alone.coefs[r], 1e-6);
    });
    assert.throws(() => path.at(-1), {
      name: "InputError",
      message: "SmoothGroupLasso.path.at: lambda must be a finite number >= 0, got -1",
    });
  });

  it("gives one record a lambda, response and feature", () => {
    const records = path.toRecords();
    assert.equal(records.length, 12 * 3 * 6);
    for (const [place, k, r, j] of [
      [0, 0, 0, 0],
      [12 * 18 - 1, 11, 2, 5],
      [7 * 18 + 6 + 2, 7, 1, 2],
    ]) {
      assert.deepEqual(records[place], {
        lambda: path.lambdas[k],
        response: `y${r}`,
        feature: `x${j}`,
        coefficient: path.fits[k].coefs[r][j],
      });
    }
  });

  it("shows one line a lambda", () => {
    const [title, light, header, , ...lines] = String(path).split("\n");
    assert.match(title, /^SmoothGroupLasso, path of 12 lambdas from/);
    assert.equal(light, "✓ 12 of 12 fits converged");
    assert.match(header, /lambda +df +% deviance +gap \/ null deviance +status/);
    assert.equal(lines.length, 12);
    assert.match(path.toMimeBundle()["text/html"] as string, /<table/);
  });

  it("is locally convex where that of each of its tasks is, which no penalty joins", () => {
    const run = { lambdas: [1, 0.5, 0.2, 0.05] };
    const penalty = mcp({ gamma: 1.3 });
    const several = new SparseLinearModel({ penalty, datafit: squaredError({ nResponses: 3 }) }).path(
      X,
      Y,
      run,
    );
    const alone = [0, 1, 2].map(
      (r) => new SparseLinearModel({ penalty }).path(X, columnOf(Y, r), run).locallyConvex!,
    );
    const all = run.lambdas.map((_, k) => alone.every((convex) => convex[k]));
    assert.deepEqual(several.locallyConvex, all);
    assert.deepEqual(new Set(all), new Set([true, false]));
    assert.equal(several.convexFrom, run.lambdas[all.indexOf(false) - 1]);
  });

  it("of classes goes from their shares to what separates them", () => {
    const classes = new SmoothLasso({ datafit: multinomial() }).path(X, labels, { nLambdas: 8 });
    assert.deepEqual(classes.responseNames, ["ant", "bee", "cat"]);
    assert.equal(classes.df[0], 0);
    const { length } = classes.lambdas;
    for (let k = 1; k < length; k++) assert.ok(classes.devianceRatio[k] > classes.devianceRatio[k - 1]);
    assert.ok(classes.fits[length - 1].score(X, labels) > classes.fits[0].score(X, labels));
  });
});
