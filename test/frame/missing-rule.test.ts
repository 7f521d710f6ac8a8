import assert from "node:assert/strict";
import fc from "fast-check";
import { InputError } from "../../src/errors";
import { encoderFromJSON, fromFrame } from "../../src/frame";
import { rowsOf } from "../support/rows-of";

describe("missing values", () => {
  const holes = { age: [31, null, 45, 20], city: ["Ulm", "Bonn", "", "Ulm"], y: [1, 2, 3, 4] };

  it("are an error unless said otherwise, in all of their spellings", () => {
    for (const hole of [null, undefined, Number.NaN, ""]) {
      const shown = hole === "" ? '""' : String(hole);
      assert.throws(
        () => fromFrame({ age: [31, hole], y: [1, 2] }, { response: "y" }),
        new InputError(
          `fromFrame: column "age", row 1 must be a value, got ${shown}; drop such rows, or impute them: missing: "drop", "mean", "median" or "level"`,
        ),
      );
    }
  });

  it("are counted where means stand for them", () => {
    const data = fromFrame({ ...holes, floor: [1, 2, 3, 5] }, { response: "y", missing: "mean" });
    assert.deepEqual(data.nFilled, [1, 1, 0]);
    const lines = `${data}`.split("\n");
    assert.match(lines[1], /features +missing, filled$/);
    assert.deepEqual(
      lines.slice(3).map((line) => line.trim().split(/ +/).at(-1)),
      ["1", "1", "0"],
    );
    const whole = fromFrame({ floor: [1, 2], y: [1, 2] }, { response: "y", missing: "mean" });
    assert.deepEqual(whole.nFilled, [0]);
    assert.doesNotMatch(`${whole}`, /missing/);
    assert.deepEqual(fromFrame(holes, { response: "y", missing: "drop" }).nFilled, [0, 0]);
  });

  it("drop their rows, which are told", () => {
    const data = fromFrame(holes, { response: "y", missing: "drop" });
    assert.deepEqual([...data.rows], [0, 3]);
    assert.deepEqual([...data.droppedRows], [1, 2]);
    assert.deepEqual(data.y, Float64Array.of(1, 4));
    assert.throws(
      () => data.encode(holes),
      new InputError(
        'FrameEncoder.encode: column "age", row 1 must be a value, got null; leave such rows out, or learn the encoder with missing: "mean", "median" or "level", which reads them',
      ),
    );
  });

  it("are dropped in the response too, and never imputed there", () => {
    const table = { x: [1, 2, 3], y: [1, null, 3] };
    assert.deepEqual(fromFrame(table, { response: "y", missing: "drop" }).y, Float64Array.of(1, 3));
    assert.throws(
      () => fromFrame(table, { response: "y", missing: "mean" }),
      new InputError(
        'fromFrame: column "y", row 1 must be a value of the response, got null; a response is never imputed: missing: "drop" leaves its row out, or filter such rows out first',
      ),
    );
  });

  it("are the mean of the training data, of levels their shares, in new frames too", () => {
    const data = fromFrame(holes, { response: "y", missing: "mean" });
    assert.deepEqual(data.featureNames, ["age", "city=Ulm"]);
    assert.deepEqual(rowsOf(data.X), [
      [31, 1],
      [32, 0],
      [45, 2 / 3],
      [20, 1],
    ]);
    assert.deepEqual(rowsOf(data.encode({ city: [null, "Bonn"], age: [Number.NaN, 7] })), [
      [32, 2 / 3],
      [7, 0],
    ]);
  });

  it("leave the mean of every feature as it is", () => {
    const cell = fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constant(null));
    fc.assert(
      fc.property(fc.array(cell, { minLength: 2, maxLength: 30 }), (age) => {
        const present = age.filter((value) => value !== null);
        fc.pre(present.length > 0);
        const { X } = fromFrame({ age, y: age.map((_, i) => i) }, { response: "y", missing: "mean" });
        const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
        assert.ok(Math.abs(mean(rowsOf(X).map(([value]) => value)) - mean(present)) <= 1e-8);
      }),
      { seed: 5 },
    );
  });

  it("become a value that as many others are below as above, and of texts the shares", () => {
    const cell = fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constant(null));
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 30 }), (age) => {
        const present = age.filter((value) => value !== null);
        fc.pre(present.length > 0);
        const frame = { age: [...age, null], y: [...age.keys(), 7] };
        const { X } = fromFrame(frame, { response: "y", missing: "median" });
        const [median] = rowsOf(X)[age.length];
        const count = (test: (value: number) => boolean): number => present.filter(test).length;
        assert.ok(count((value) => value < median) <= present.length / 2);
        assert.ok(count((value) => value > median) <= present.length / 2);
      }),
      { seed: 6 },
    );
    const even = {
      age: [1, 2, 10, 100, null],
      city: ["Ulm", "Bonn", "Ulm", null, "Ulm"],
      y: [1, 2, 3, 4, 5],
    };
    const data = fromFrame(even, { response: "y", missing: "median" });
    assert.deepEqual(rowsOf(data.X)[4], [6, 1]);
    assert.deepEqual(rowsOf(data.X)[3], [100, 3 / 4]);
    const read = encoderFromJSON(JSON.stringify(data.encoder));
    assert.deepEqual(rowsOf(read.encode({ age: [null], city: [null] })), [[6, 3 / 4]]);
  });

  it("are features of their own where asked, only of columns that have some", () => {
    const frame = {
      age: [10, null, 30],
      city: ["Ulm", null, "Bonn"],
      lift: ["yes", "no", "yes"],
      sole: ["a", null, null],
      y: [1, 2, 3],
    };
    const { X, featureNames, groups, encoder } = fromFrame(frame, { response: "y", missing: "level" });
    assert.deepEqual(featureNames, [
      ...["age", "age=(missing)", "city=Bonn", "city=Ulm", "city=(missing)", "lift=yes", "sole=(missing)"],
    ]);
    assert.deepEqual(groups, [0, 0, 1, 1, 1, 2, 3]);
    assert.deepEqual(rowsOf(X), [
      [10, 0, 0, 1, 0, 1, 0],
      [20, 1, 0, 0, 1, 0, 1],
      [30, 0, 1, 0, 0, 1, 1],
    ]);
    assert.match(encoder.summary().toString(), /age +numbers, and whether missing +2/);
    for (const drop of ["first", "none"] as const) {
      const data = fromFrame(frame, { response: "y", missing: "level", drop, sparse: true });
      const read = encoderFromJSON(JSON.stringify(data.encoder));
      const fresh = { age: [null, 5], city: [null, "Bonn"], lift: ["no", "yes"], sole: ["a", null] };
      assert.deepEqual(read.encode(fresh), data.encode(fresh));
      assert.deepEqual(read.featureNames, data.featureNames);
    }
    assert.throws(
      () => encoder.encode({ ...frame, lift: ["yes", null, "no"] }),
      /column "lift", row 1 must be a value, got null/,
    );
  });

  it("have no mean where there is nothing else, and leave no row then", () => {
    const table = { a: [null, null], b: [1, 2], y: [1, 2] };
    assert.throws(
      () => fromFrame(table, { response: "y", missing: "mean" }),
      new InputError(
        'fromFrame: column "a" must have a value to take the mean of, got none; leave it out by exclude or features',
      ),
    );
    assert.throws(
      () => fromFrame(table, { response: "y", missing: "drop" }),
      new InputError('fromFrame: at least one row must have all values, got none; column "a" lacks 2 of 2'),
    );
  });
});
