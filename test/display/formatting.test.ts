import assert from "node:assert/strict";
import fc from "fast-check";
import { counted, escapeHtml, formatNumber, isOrAre } from "../../src/display/formatting";

describe("formatNumber", () => {
  it("rounds to significant digits and drops trailing zeros", () => {
    assert.equal(formatNumber(0.123456), "0.1235");
    assert.equal(formatNumber(0.5), "0.5");
    assert.equal(formatNumber(-2.7654, 3), "-2.77");
    assert.equal(formatNumber(0.00012346), "0.0001235");
  });

  it("keeps every digit before the point below a million", () => {
    assert.equal(formatNumber(12345.6), "12346");
    assert.equal(formatNumber(999_999.4), "999999");
    assert.equal(formatNumber(9.99996), "10");
  });

  it("writes the very small and the very large with an exponent", () => {
    assert.equal(formatNumber(1.23456e-7), "1.235e-7");
    assert.equal(formatNumber(1e-7), "1e-7");
    assert.equal(formatNumber(1234567.8), "1.235e6");
  });

  it("never rounds an integer, and knows no minus zero", () => {
    assert.equal(formatNumber(123456789), "123456789");
    assert.equal(formatNumber(-0), "0");
    assert.equal(formatNumber(2n ** 70n), "1180591620717411303424");
  });

  it("writes what is no finite number by its name", () => {
    assert.deepEqual(
      [Number.NaN, Infinity, -Infinity].map((x) => formatNumber(x)),
      ["NaN", "Infinity", "-Infinity"],
    );
  });

  it("is a number within half a unit of the last digit", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e300, max: 1e300, noNaN: true }),
        fc.integer({ min: 1, max: 17 }),
        (x, digits) => {
          assert.ok(
            Math.abs(Number(formatNumber(x, digits)) - x) <=
              (5 * 10 ** -digits + Number.EPSILON) * Math.abs(x),
          );
        },
      ),
    );
  });
});

describe("counted", () => {
  it("gives one thing no s", () => {
    assert.deepEqual(
      [0, 1, 2].map((count) => counted(count, "fold")),
      ["0 folds", "1 fold", "2 folds"],
    );
  });
});

describe("isOrAre", () => {
  it("is singular for one only", () => {
    assert.deepEqual([0, 1, 2].map(isOrAre), ["are", "is", "are"]);
  });
});

describe("escapeHtml", () => {
  it("makes markup and quotes into text, and an entity into its letters", () => {
    assert.equal(
      escapeHtml(`<b class="x" id='y'>&amp;</b>`),
      "&lt;b class=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;&lt;/b&gt;",
    );
  });
});
