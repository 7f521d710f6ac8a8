import assert from "node:assert/strict";
import fc from "fast-check";
import { firstDifference } from "../../notebooks/compare-values";

const tolerance = { relative: 1e-6, absolute: 1e-9 };

function differs(actual: unknown, expected: unknown, path: string): void {
  assert.equal(firstDifference(actual, expected, tolerance)?.path, path);
}

function agrees(actual: unknown, expected: unknown): void {
  assert.equal(firstDifference(actual, expected, tolerance), undefined);
}

describe("firstDifference", () => {
  it("takes numbers within the tolerance as equal, and no others", () => {
    agrees(1, 1 + 9e-7);
    agrees(3e-15, -8e-14);
    agrees(Number.NaN, Number.NaN);
    differs(1, 1 + 2e-6, "");
    differs(1e-5, 1.1e-5, "");
    differs(1, Number.NaN, "");
    differs(0, "0", "");
  });

  it("names the place of the first difference in arrays and objects", () => {
    differs({ a: [1, { b: 2 }] }, { a: [1, { b: 3 }] }, ".a[1].b");
    differs({ "x y": 1 }, { "x y": 2 }, '["x y"]');
    differs([1, 2], [1], ".length");
    differs({ a: 1, b: 1 }, { a: 1 }, ".b");
    differs({ a: 1 }, { a: 1, b: 1 }, ".b");
  });

  it("compares the numbers within texts by the tolerance and the words exactly", () => {
    agrees("gap 1.00000001e-3, n = 12", "gap 1.0e-3, n = 12");
    agrees("beta −0.5", "beta -0.50000001");
    differs("gap 1.1e-3", "gap 1.0e-3", "");
    differs("lasso 1.0", "ridge 1.0", "");
    differs("1.0 2.0", "1.0", "");
  });

  it("takes whole numbers in texts as exact", () => {
    differs("row 1000001", "row 1000000", "");
  });

  it("overlooks the widths of columns and rules", () => {
    agrees("| a    | 1.0       |\n|------|", "| a | 1.00000001 |\n|---------|");
  });

  it("names the line of a text in which the difference is", () => {
    assert.deepEqual(firstDifference("a\nb\nc", "a\nB\nc", tolerance), {
      path: ", line 2",
      actual: "b",
      expected: "B",
    });
  });

  it("finds no difference between a value and itself", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => agrees(value, structuredClone(value))));
  });

  it("finds a difference exactly where the other side does", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const forth = firstDifference(a, b, tolerance) === undefined;
        assert.equal(firstDifference(b, a, tolerance) === undefined, forth);
      }),
    );
  });
});
