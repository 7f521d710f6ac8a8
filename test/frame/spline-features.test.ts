/** Spline bases, against those of R and by what makes a spline natural. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../../src/errors";
import { type SplineOptions, splineFeatures } from "../../src/frame";
import type { Anything } from "../support/bad-input";
import { ROOT } from "../support/tracked-files";

interface Golden {
  readonly x: number[];
  readonly others: number[];
  readonly cases: readonly (Required<Pick<SplineOptions, "kind" | "df" | "degree">> & {
    readonly knots: number[];
    readonly basis: number[][];
    readonly others: number[][] | null;
  })[];
}

const golden = JSON.parse(readFileSync(join(ROOT, "test/golden/splines.json"), "utf8")) as Golden;

function assertRows(columns: Record<string, Float64Array>, wanted: readonly number[][]): void {
  const found = Object.values(columns);
  assert.equal(found.length, wanted[0].length);
  wanted.forEach((row, i) => {
    row.forEach((value, k) => {
      assert.ok(
        Math.abs(found[k][i] - value) <= 1e-13,
        `row ${i}, feature ${k}: ${found[k][i]}, not ${value}`,
      );
    });
  });
}

describe("splineFeatures", () => {
  for (const { kind, df, degree, knots, basis, others } of golden.cases) {
    it(`is R's ${kind === "natural" ? "ns" : "bs"} of ${df} features, degree ${degree}`, () => {
      const spline = splineFeatures({ x: golden.x }, { kind, df, degree });
      assertRows(spline.columns, basis);
      spline.knots.x.forEach((knot, k) => {
        assert.ok(Math.abs(knot - knots[k]) <= 1e-15 * Math.max(1, Math.abs(knot)));
      });
      if (others === null) return;
      const fresh = splineFeatures({ x: golden.others }, { kind, df, degree, knots: spline.knots });
      assertRows(fresh.columns, others);
    });
  }

  it("is constant beyond the outermost knots of B-splines, and one with the first they add up to", () => {
    const { knots } = splineFeatures({ x: golden.x }, { kind: "b", df: 5 });
    const beyond = splineFeatures({ x: [-9, -2.5, 3, 8] }, { kind: "b", df: 5, knots });
    for (const column of Object.values(beyond.columns)) {
      assert.deepEqual([column[0], column[3]], [column[1], column[2]]);
    }
    const sums = Object.values(beyond.columns).reduce((sum, column) => sum + column[2], 0);
    assert.equal(sums, 1);
  });

  it("names features and groups by column, and keeps the knots of each", () => {
    const table = { age: golden.x, size: golden.x.map((value) => value ** 3) };
    const { columns, groups, knots } = splineFeatures(table, { df: 2 });
    assert.deepEqual(Object.keys(columns), ["ns(age)1", "ns(age)2", "ns(size)1", "ns(size)2"]);
    assert.deepEqual(groups, [0, 0, 1, 1]);
    assert.deepEqual(Object.keys(knots), ["age", "size"]);
    const one = splineFeatures({ size: [table.size[4]], age: [golden.x[4]] }, { df: 2, knots });
    for (const name of Object.keys(columns)) assert.equal(one.columns[name][0], columns[name][4]);
  });

  it("refuses what makes no spline in a sentence", () => {
    const refuses = (X: Anything, options: Anything, message: string): void => {
      assert.throws(() => splineFeatures(X, options), new InputError(`splineFeatures: ${message}`));
    };
    const table = { x: golden.x };
    refuses(table, { df: 0 }, "df must be an integer >= 1, got 0");
    refuses(table, { kind: "b", df: 2 }, "df must be an integer >= 3, got 2");
    refuses(table, { kind: "b", degree: 0 }, "degree must be an integer >= 1, got 0");
    refuses(table, { degree: 2 }, "degree must be 3 of natural splines, got 2");
    refuses(table, { kind: "cubic" }, 'kind must be "natural" or "b", got "cubic"');
    refuses(table, { knots: { y: [0, 1] } }, 'knots must be of columns of X by their names, got "y"');
    const rule = 'knots of "x" must be 3 finite numbers, ascending, as df asks for';
    refuses(table, { df: 2, knots: { x: [0, 1] } }, `${rule}, got an array of 2`);
    refuses(table, { df: 2, knots: { x: [0, 1, 1] } }, `${rule}, got an array of 3`);
    refuses(table, { df: 2, knots: {} }, `${rule}, got undefined`);
    refuses(
      { x: [1, 1, 1, 2] },
      {},
      'column "x" must be a column with 5 different quantiles, which are its knots, got 3; take a smaller df, or leave it as it is',
    );
    refuses(
      { x: [1, Number.NaN] },
      {},
      'column "x", row 1 must be a finite number, got NaN; drop or impute missing values first',
    );
  });
});
