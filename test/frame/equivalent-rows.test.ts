import assert from "node:assert/strict";
import fc from "fast-check";
import { Moments } from "../../src/frame/files/summarize-file";
import { equivalentRows } from "../../src/frame/moment-summary";

/** Means and covariances by their definition, in two passes. */
function momentsOf(columns: readonly ArrayLike<number>[]): { means: number[]; covariance: number[] } {
  const n = columns[0].length;
  const means = columns.map((column) => Array.from(column).reduce((a, b) => a + b, 0) / n);
  const covariance = columns.flatMap((a, j) =>
    columns.map((b, k) =>
      Array.from(a).reduce((sum, value, i) => sum + ((value - means[j]) * (b[i] - means[k])) / n, 0),
    ),
  );
  return { means, covariance };
}

function assertMoments(
  found: { means: ArrayLike<number>; covariance: ArrayLike<number> },
  wanted: { means: readonly number[]; covariance: readonly number[] },
  digits: number,
): void {
  const p = wanted.means.length;
  const deviations = wanted.means.map((_, j) => Math.sqrt(wanted.covariance[j * p + j]));
  for (let j = 0; j < p; j++) {
    const room = digits * (deviations[j] + Math.abs(wanted.means[j]));
    assert.ok(Math.abs(found.means[j] - wanted.means[j]) <= room, `mean ${j}`);
    for (let k = 0; k < p; k++) {
      const at = j * p + k;
      const noise = digits * Math.abs(wanted.means[j]) * Math.abs(wanted.means[k]) * Number.EPSILON * 1e4;
      const scale = digits * deviations[j] * deviations[k] + noise;
      assert.ok(Math.abs(found.covariance[at] - wanted.covariance[at]) <= scale, `covariance ${j}, ${k}`);
    }
  }
}

/** Columns of unlike sizes around unlike means. */
const table = fc.integer({ min: 1, max: 5 }).chain((p) =>
  fc.integer({ min: 2, max: 12 }).chain((n) =>
    fc.array(
      fc
        .record({
          center: fc.double({ min: -100, max: 100, noNaN: true }),
          scale: fc.constantFrom(1e-3, 1, 1e4),
          values: fc.array(fc.integer({ min: -50, max: 50 }), { minLength: n, maxLength: n }),
        })
        .map(({ center, scale, values }) => values.map((value) => center + scale * value)),
      { minLength: p, maxLength: p },
    ),
  ),
);

describe("equivalent rows", () => {
  it("have the means and covariances that were asked for, of any rank", () => {
    fc.assert(
      fc.property(table, (columns) => {
        const wanted = momentsOf(columns);
        const rows = equivalentRows(Float64Array.from(wanted.means), Float64Array.from(wanted.covariance));
        assert.ok(rows[0].length <= columns.length + 1 || rows[0].length === 2);
        assertMoments(momentsOf(rows), wanted, 1e-9);
      }),
      { seed: 8, numRuns: 200 },
    );
  });

  it("of a constant column are constant", () => {
    const [first] = equivalentRows(Float64Array.of(3, 1), Float64Array.of(0, 0, 0, 4));
    assert.deepEqual(first, Float64Array.of(3, 3));
  });
});

describe("moments", () => {
  it("do not depend on how rows are cut into blocks", () => {
    fc.assert(
      fc.property(table, fc.integer({ min: 1, max: 7 }), (columns, blockRows) => {
        const moments = new Moments(columns.length, blockRows);
        const n = columns[0].length;
        for (let start = 0; start < n; start += blockRows) {
          const count = Math.min(blockRows, n - start);
          columns.forEach((column, j) => {
            for (let i = 0; i < count; i++) moments.block.values[j * blockRows + i] = column[start + i];
          });
          moments.add(count);
        }
        assert.equal(moments.weight, n);
        const covariance = moments.products.map((value) => value / n);
        assertMoments({ means: moments.means, covariance }, momentsOf(columns), 1e-12);
      }),
      { seed: 9, numRuns: 200 },
    );
  });

  it("keep their digits where the first rows are unlike the rest and means are large", () => {
    const moments = new Moments(1, 4);
    const values = [0, 0, 0, 0, ...Array.from({ length: 400 }, (_, i) => 1e9 + (i % 2))];
    for (let start = 0; start < values.length; start += 4) {
      for (let i = 0; i < 4; i++) moments.block.values[i] = values[start + i];
      moments.add(4);
    }
    // The squares between the two parts, (4 * 400 / 404) (1e9 + 1/2)^2, and 400 times 1/4 within the second.
    const between = ((4 * 400) / 404) * (1e9 + 0.5) ** 2;
    assert.ok(Math.abs(moments.products[0] - between - 100) <= 1e-15 * between);
  });
});
