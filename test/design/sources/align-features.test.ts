import assert from "node:assert/strict";
import { DataFrame } from "danfojs-node";
import fc from "fast-check";
import { alignFeatures } from "../../../src/design/sources/align-features";
import { asDesignMatrix } from "../../../src/design/sources/read-table";
import { InputError } from "../../../src/errors";
import { asDense } from "../../support/as-dense";

const NAMES = ["age", "bmi"];
const rejects = (X: Parameters<typeof alignFeatures>[1], message: string) =>
  assert.throws(() => alignFeatures("SmoothLasso.predict", X, NAMES), new InputError(message));

describe("alignFeatures", () => {
  it("puts the columns of a frame into the order of the fit", () => {
    const design = asDense(alignFeatures("test", new DataFrame({ bmi: [22, 31], age: [40, 50] }), NAMES));
    assert.deepEqual(design.featureNames, NAMES);
    assert.deepEqual([...design.values], [40, 50, 22, 31]);
  });

  it("does not look at columns the fit does not know, be they text", () => {
    const design = asDense(alignFeatures("test", { name: ["Ann"], bmi: [22], age: [40] }, NAMES));
    assert.deepEqual([...design.values], [40, 22]);
  });

  it("takes rows by position", () => {
    assert.deepEqual([...asDense(alignFeatures("test", [[40, 22]], NAMES)).values], [40, 22]);
  });

  it("gives back the training table however its columns are shuffled", () => {
    const order = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 });
    const columns: [string, number[]][] = [..."abcd"].map((name, j) => [name, [j, -j]]);
    const trained = asDesignMatrix("test", Object.fromEntries(columns));
    fc.assert(
      fc.property(order, (positions) => {
        const shuffled = Object.fromEntries(positions.map((j) => columns[j]));
        assert.deepEqual(asDense(alignFeatures("test", shuffled, trained.featureNames)), trained);
      }),
    );
  });

  it("names the columns that are missing", () => {
    rejects({ age: [1] }, 'SmoothLasso.predict: X must have every column of the fit, got none called "bmi"');
    rejects(
      [{ a: 1 }],
      'SmoothLasso.predict: X must have every column of the fit, got none called "age", "bmi"',
    );
  });

  it("names encode where a column was made indicators of", () => {
    assert.throws(
      () => alignFeatures("test", { city: ["Ulm"], age: [1] }, ["age", "city=Bonn", "city=Ulm"]),
      new InputError(
        'test: X must have every column of the fit, got none called "city=Bonn", "city=Ulm"; encode the frame as the training data were, data.encode(frame) of fromFrame',
      ),
    );
  });

  it("names five missing columns and counts the rest", () => {
    assert.throws(
      () => alignFeatures("test", { y: [1] }, [..."abcdefg"]),
      new InputError(
        'test: X must have every column of the fit, got none called "a", "b", "c", "d", "e" and 2 more',
      ),
    );
  });

  it("counts the columns of rows", () => {
    rejects([[1, 2, 3]], "SmoothLasso.predict: X must have 2 columns as in the fit, got 3");
    rejects([[1]], "SmoothLasso.predict: X must have 2 columns as in the fit, got 1");
  });

  it("refuses an empty table and a missing value like asDesignMatrix", () => {
    rejects([], "SmoothLasso.predict: X must have at least one row and one column, got 0 rows and 0 columns");
    rejects(
      { bmi: [Number.NaN], age: [1] },
      'SmoothLasso.predict: column "bmi", row 0 must be a finite number, got NaN; drop or impute missing values first',
    );
  });
});
