import assert from "node:assert/strict";
import * as arrow from "apache-arrow";
import { DataFrame } from "danfojs-node";
import { InputError } from "../../src/errors";
import { type FrameColumns, toFrame } from "../../src/frame";
import { multinomial, SmoothLasso } from "../../src/index";
import type { Anything } from "../support/bad-input";

const X = { a: [1, 0, 1, 2, 0], b: [0, 1, 1, 1, 3] };
const y = [1, 0, 1, 2, 1];
const fit = new SmoothLasso({ lambda: 0.1 }).fit(X, y);
const path = new SmoothLasso().path(X, y, { nLambdas: 4 });

describe("toFrame", () => {
  it("gives the intercept and every coefficient of a fit", () => {
    assert.deepEqual(toFrame(fit), {
      feature: ["(intercept)", "a", "b"],
      coefficient: [fit.intercept, ...fit.coef],
    });
  });

  it("gives a row a response and feature of a fit of classes", () => {
    const classes = new SmoothLasso({ lambda: 0.01, datafit: multinomial() }).fit(X, [
      "u",
      "v",
      "w",
      "u",
      "v",
    ]);
    const frame = toFrame(classes);
    assert.deepEqual(frame.response.slice(2, 5), ["u", "v", "v"]);
    assert.deepEqual(frame.feature.slice(2, 5), ["b", "(intercept)", "a"]);
    assert.deepEqual(frame.coefficient.slice(2, 5), [
      classes.coefs[0][1],
      classes.intercepts[1],
      classes.coefs[1][0],
    ]);
  });

  it("gives the records of a path and of a cross-validation by columns", () => {
    assert.deepEqual(
      toFrame(path).lambda,
      path.toRecords().map(({ lambda }) => lambda),
    );
    assert.deepEqual(
      toFrame(path).coefficient,
      path.toRecords().map(({ coefficient }) => coefficient),
    );
    const cv = new SmoothLasso().crossValidate(X, y, { folds: 5, nLambdas: 4 });
    assert.deepEqual(toFrame(cv).meanScore, [...cv.meanScore]);
  });

  it("gives the columns of a table", () => {
    const table = fit.summary();
    assert.deepEqual(
      toFrame(table).feature,
      table.rows.map(([feature]) => feature),
    );
  });

  it("makes a frame by a class, by a function and by an arrow function", async () => {
    const frame = toFrame(path, DataFrame);
    assert.ok(frame instanceof DataFrame);
    assert.deepEqual(frame.column("coefficient").values, toFrame(path).coefficient);
    const { table } = await import("arquero");
    const rows = toFrame(fit, table as (columns: FrameColumns) => { numRows(): number });
    assert.equal(rows.numRows(), 3);
    assert.equal(
      toFrame(fit, (columns) => columns.feature.length),
      3,
    );
  });

  it("gives columns of which Arrow makes a table, and predictions that it takes without a copy", () => {
    const table: arrow.Table = arrow.tableFromArrays(toFrame(path));
    assert.deepEqual(
      table.toArray().map((row) => ({ ...row.toJSON() })),
      path.toRecords(),
    );
    const read = arrow.tableFromIPC(arrow.tableToIPC(arrow.tableFromArrays(toFrame(fit))));
    assert.deepEqual([...read.getChild("coefficient")!], [fit.intercept, ...fit.coef]);
    const prediction = fit.predict(X);
    assert.equal(
      arrow.tableFromArrays({ prediction }).getChild("prediction")!.toArray().buffer,
      prediction.buffer,
    );
  });

  it("refuses everything else in one sentence", () => {
    for (const [value, shown] of [
      [3, "3"],
      [null, "null"],
      [{}, "an object"],
    ] as const) {
      assert.throws(
        () => toFrame(value as Anything),
        new InputError(`toFrame: value must be a fit, a path, a cross-validation or a table, got ${shown}`),
      );
    }
    assert.throws(
      () => toFrame(fit, "DataFrame" as Anything),
      new InputError(
        'toFrame: DataFrameClass must be a class or a function that makes a frame of columns, got "DataFrame"',
      ),
    );
  });
});
