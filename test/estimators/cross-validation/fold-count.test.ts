import assert from "node:assert/strict";
import { InputError } from "../../../src/errors";
import { foldCount } from "../../../src/estimators/cross-validation/folds";

describe("foldCount", () => {
  const countOf = (folds: unknown, count: number): number => foldCount("f", folds as number, count, "rows");
  const refuses = (folds: unknown, count: number, message: string): void =>
    assert.throws(() => countOf(folds, count), new InputError(`f: ${message}`));

  it("is 10 unless named, and then up to one for each of what is dealt", () => {
    assert.equal(countOf(undefined, 1000), 10);
    assert.equal(countOf(undefined, 10), 10);
    for (const count of [2, 3, 9, 500]) {
      for (const folds of [2, count]) assert.equal(countOf(folds, count), folds);
    }
  });

  it("leaves no fold empty and none alone", () => {
    const rule = "folds must be an integer from 2 to the number of rows, here 12";
    for (const [folds, shown] of [
      [13, "13"],
      [1, "1"],
      [0, "0"],
      [-3, "-3"],
      [2.5, "2.5"],
      [Number.NaN, "NaN"],
      [Infinity, "Infinity"],
      ["5", '"5"'],
      [null, "null"],
    ] as const) {
      refuses(folds, 12, `${rule}, got ${shown}`);
    }
  });

  it("names folds that would do where there is too little for ten", () => {
    const advised = (count: number, folds: number): void => {
      const rule = "the number of rows must be at least 10, the default of folds";
      refuses(undefined, count, `${rule}, got ${count}; name folds, such as { folds: ${folds} }`);
      assert.equal(countOf(folds, count), folds);
    };
    advised(9, 5);
    advised(2, 2);
  });

  it("says that one of what is dealt is too few for any number of folds", () => {
    for (const count of [0, 1]) {
      for (const folds of [undefined, 2]) {
        refuses(folds, count, `the number of rows must be at least 2, got ${count}`);
      }
    }
  });
});
