/** Summaries of columns, against their definitions. */
import assert from "node:assert/strict";
import { summarizeColumns } from "../../src/frame";
import { assertClose } from "../support/assert-close";
import type { Anything } from "../support/bad-input";

const frame = {
  age: [34, 51, null, 28, Number.NaN, 60, 41],
  city: ["Ulm", "Bonn", "Ulm", "NA", "Ulm", undefined, "Bonn"],
  smoker: [true, false, true, null, true, true, false],
  since: [1, 2, 3, 4, 5, 6, 7].map((day) => new Date(Date.UTC(2024, 0, day))),
  mixed: [1, "two", 3, 4, 5, 6, 7],
  nothing: [null, null, null, null, null, null, null],
};

describe("summarizeColumns", () => {
  const summaries = summarizeColumns(frame);

  it("tells types, missing values and different values of every column", () => {
    const of = (key: "type" | "nMissing" | "nLevels"): unknown[] =>
      summaries.columns.map((column) => column[key]);
    assert.deepEqual(of("type"), ["number", "text", "truth value", "date", "mixed", "empty"]);
    assert.deepEqual(of("nMissing"), [2, 1, 1, 0, 0, 7]);
    assert.deepEqual(of("nLevels"), [5, 3, 2, 7, 7, 0]);
  });

  it("has the moments of numbers by their definitions", () => {
    const { mean, standardDeviation, min, median, max, levels } = summaries.get("age")!;
    const ages = [34, 51, 28, 60, 41];
    const center = (34 + 51 + 28 + 60 + 41) / 5;
    assertClose("mean", mean!, center, 1e-14);
    const squares = ages.reduce((sum, age) => sum + (age - center) ** 2, 0);
    assertClose("deviation", standardDeviation!, Math.sqrt(squares / 4), 1e-14);
    assert.deepEqual([min, median, max, levels], [28, 41, 60, []]);
    assert.equal(summarizeColumns({ x: [4, 1, 3, 2] }).get("x")!.median, 2.5);
    assertClose("share", summaries.get("smoker")!.mean!, 4 / 6, 1e-14);
    assert.equal(summaries.get("city")!.mean, undefined);
  });

  it("counts levels, the most frequent first, and names texts that may stand for missing values", () => {
    const { levels, missingTexts } = summaries.get("city")!;
    assert.deepEqual(levels, [
      { level: "Ulm", count: 3 },
      { level: "Bonn", count: 2 },
      { level: "NA", count: 1 },
    ]);
    assert.deepEqual(missingTexts, ["NA"]);
    const many = summarizeColumns({ id: Array.from({ length: 25 }, (_, i) => `row ${i}`) }).get("id")!;
    assert.deepEqual([many.nLevels, many.levels.length], [25, 10]);
  });

  it("shows one row a column, of any table", () => {
    const { rows, title, notes } = summaries.summary();
    assert.deepEqual([title, rows.length], ["6 columns of 7 rows", 6]);
    assert.deepEqual(notes, ['Column "city" has texts that may stand for missing values: "NA".']);
    assert.match(String(summaries), /Ulm \(3\), Bonn \(2\), NA \(1\)/);
    const rowsOfNumbers = summarizeColumns([
      [1, 2],
      [3, 4],
    ]);
    assert.deepEqual(
      rowsOfNumbers.columns.map(({ name, max }) => [name, max]),
      [
        ["x0", 3],
        ["x1", 4],
      ],
    );
  });

  it("refuses what is no table, in one sentence", () => {
    assert.throws(() => summarizeColumns([] as Anything), {
      name: "InputError",
      message: /^summarizeColumns: /,
    });
    assert.throws(() => summarizeColumns("a.csv" as Anything), {
      name: "InputError",
      message: /^summarizeColumns: frame must be/,
    });
    assert.equal(summaries.get("height"), undefined);
  });
});
