import assert from "node:assert/strict";
import fc from "fast-check";
import { columnOf, type DesignMatrix } from "../../src/design/design-matrix";
import { ScaledColumns, StandardizedTable } from "../../src/design/standardized-table";
import { InternalError } from "../../src/errors";
import { seededRandom } from "../../src/random/random";
import { assertAllClose } from "../support/assert-close";
import { designOf, normals } from "../support/problems";

const entry = fc.integer({ min: -9, max: 9 });
const vector = (size: number): fc.Arbitrary<number[]> =>
  fc.array(entry, { minLength: size, maxLength: size });

/** Rows of small integers, of which some columns are standardized in place and some of these become zero. */
const problem = fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 6 })).chain(([n, p]) =>
  fc.record({
    rows: fc.array(vector(p), { minLength: n, maxLength: n }),
    columns: fc.subarray(Array.from({ length: p }, (_, j) => j)),
    centers: vector(p),
    scales: fc.array(fc.constantFrom(0.5, 2, 3, Number.POSITIVE_INFINITY), { minLength: p, maxLength: p }),
    beta: vector(p),
    residual: vector(n),
    batch: fc.array(fc.integer({ min: 0, max: n - 1 }), { minLength: 1, maxLength: 5 }),
  }),
);

interface Given {
  readonly rows: number[][];
  readonly columns: number[];
  readonly centers: number[];
  readonly scales: number[];
}

function tableOf({ rows, columns, centers, scales }: Given): StandardizedTable {
  const [c, s] = [centers, scales].map((of) => Float64Array.from(columns, (j) => of[j]));
  return StandardizedTable.of(designOf(rows), true, Int32Array.from(columns), c, s);
}

/** What a design answers to everything that it can be asked, vector by vector. */
function answers(
  design: DesignMatrix,
  { beta, residual, batch }: { beta: number[]; residual: number[]; batch: number[] },
): Float64Array[] {
  const { nSamples: n, nFeatures: p } = design;
  const [b, r, rows] = [Float64Array.from(beta), Float64Array.from(residual), Int32Array.from(batch)];
  const filled = (size: number, set: (out: Float64Array) => void): Float64Array => {
    const out = new Float64Array(size).fill(7);
    set(out);
    return out;
  };
  const each = (of: (j: number) => number): Float64Array => Float64Array.from({ length: p }, (_, j) => of(j));
  return [
    filled(n, (out) => design.matvec(b, out)),
    filled(p, (out) => design.rmatvec(r, out)),
    filled(batch.length, (out) => design.matvecRows(rows, b, out)),
    filled(p, (out) =>
      design.rmatvecRows(
        rows,
        Float64Array.from(batch, (i) => residual[i]),
        out,
      ),
    ),
    filled(p, (out) => design.weightedSquaredNorms(r.map(Math.abs), out)),
    each((j) => design.columnDot(j, r)),
    each((j) => design.largestEntry(j)),
    ...Array.from({ length: p }, (_, j) => columnOf(design, j)),
  ];
}

describe("a table whose columns are standardized in memory", () => {
  it("answers everything as the table that it was, to rounding", () => {
    fc.assert(
      fc.property(problem, (given) => {
        const expected = answers(designOf(given.rows), given);
        answers(tableOf(given), given).forEach((answer, k) => {
          assertAllClose(`answer ${k}`, answer, expected[k], 1e-12);
        });
      }),
    );
  });

  it("has in memory, to the last bit, what a standardized copy holds", () => {
    fc.assert(
      fc.property(problem, ({ rows, columns, centers, scales }) => {
        const [c, s] = [centers, scales].map((of) => Float64Array.from(columns, (j) => of[j]));
        const copy = designOf(rows).standardizedColumns(Int32Array.from(columns), c, s);
        const { standardized } = tableOf({ rows, columns, centers, scales });
        assert.deepEqual(standardized.values, copy.values);
        assert.deepEqual(standardized.featureNames, copy.featureNames);
      }),
    );
  });

  it("gives columns standardized otherwise, without a copy where they are centred as in memory", () => {
    fc.assert(
      fc.property(problem, fc.boolean(), (given, sameCenters) => {
        const { rows, columns, centers, scales, beta } = given;
        const table = tableOf(given);
        const some = Int32Array.from(columns.filter((j) => scales[j] < Infinity)).reverse();
        const c = Float64Array.from(some, (j) => centers[j] + (sameCenters ? 0 : 1));
        const s = Float64Array.from(some, (_, k) => (k === 1 ? Infinity : 4));
        const own = { ...given, beta: beta.slice(0, some.length) };
        const expected = answers(designOf(rows).standardizedColumns(some, c, s), own);
        answers(table.standardizedColumns(some, c, s), own).forEach((answer, k) => {
          assertAllClose(`answer ${k}`, answer, expected[k], 1e-12);
        });
      }),
    );
    const [columns, centers, scales] = [Int32Array.of(0, 1), Float64Array.of(2, 3), Float64Array.of(1, 4)];
    const rows = [
      [1, 2],
      [3, 4],
    ];
    const table = StandardizedTable.of(designOf(rows), true, columns, centers, scales);
    assert.equal(table.standardizedColumns(columns, centers, scales), table.standardized);
  });

  it("gives whole rows back", () => {
    fc.assert(
      fc.property(problem, (given) => {
        const kept = given.rows.map((_, i) => i).filter((i) => i % 2 === 0);
        const part = tableOf(given).selectRows(Int32Array.from(kept));
        given.rows[0].forEach((_, j) => {
          const expected = kept.map((i) => given.rows[i][j]);
          assertAllClose(`column ${j}`, columnOf(part, j), expected, 1e-13);
        });
      }),
    );
  });

  it("gives back a column far from zero to the last bit", () => {
    const rows = [0, 1, 3, 4, 2].map((x) => [1e8 + x / 3]);
    const [mean, deviation] = [1e8 + 2 / 3, Math.sqrt(2) / 3];
    const table = StandardizedTable.of(
      designOf(rows),
      true,
      Int32Array.of(0),
      Float64Array.of(mean),
      Float64Array.of(deviation),
    );
    assert.deepEqual(
      columnOf(table, 0),
      Float64Array.from(rows, ([x]) => x),
    );
  });

  it("leaves the design whose memory it has without any", () => {
    const design = designOf([[1], [2]]);
    StandardizedTable.of(design, true, Int32Array.of(0), Float64Array.of(1), Float64Array.of(1));
    assert.throws(
      () => design.matvec(Float64Array.of(1), new Float64Array(2)),
      new InternalError("a design without its memory must not be used"),
    );
    assert.throws(() => columnOf(design, 0));
  });
});

const random = seededRandom(1);
const [n, p] = [9, 5];
const rows = Array.from({ length: n }, () => [...normals(random, p)]);
const places = Int32Array.of(3, 0, 3, 4);
const factors = Float64Array.of(2, -0.5, 0, 3);
const scaled = new ScaledColumns(designOf(rows), places, factors, ["a", "b", "c", "d"]);
/** The same columns written out. */
const copy = designOf(rows.map((row) => Array.from(places, (j, k) => factors[k] * row[j])));

describe("scaled columns", () => {
  it("answer as their copies do, about all of them, some of them and some rows", () => {
    const [beta, residual, weights] = [
      normals(random, 4),
      normals(random, n),
      normals(random, n).map(Math.abs),
    ];
    const [some, batch] = [Int32Array.of(2, 1, 1), Int32Array.of(8, 0, 0)];
    for (const [label, size, ask] of [
      ["matvec", n, (of, out) => of.matvec(beta, out)],
      ["rmatvec", 4, (of, out) => of.rmatvec(residual, out)],
      ["rmatvecColumns", 3, (of, out) => of.rmatvecColumns(some, residual, out)],
      ["matvecRows", 3, (of, out) => of.matvecRows(batch, beta, out)],
      ["rmatvecRows", 4, (of, out) => of.rmatvecRows(batch, residual.subarray(0, 3), out)],
      ["weightedSquaredNorms", 4, (of, out) => of.weightedSquaredNorms(weights, out)],
      ["gram", 9, (of, out) => of.gram(some, some, out)],
      ["gram of others", 12, (of, out) => of.gram(some, Int32Array.of(0, 1, 2, 3), out, weights)],
    ] as [
      string,
      number,
      (of: Pick<ScaledColumns, Exclude<keyof ScaledColumns, "#design">>, out: Float64Array) => void,
    ][]) {
      const [actual, expected] = [new Float64Array(size).fill(7), new Float64Array(size).fill(7)];
      ask(scaled, actual);
      ask(copy as unknown as ScaledColumns, expected);
      assertAllClose(label, actual, expected, 1e-14);
    }
    places.forEach((_, k) => {
      assertAllClose("column", columnOf(scaled, k), columnOf(copy, k), 1e-15);
      assertAllClose("dot", [scaled.columnDot(k, residual)], [copy.columnDot(k, residual)], 1e-14);
      assertAllClose("largest", [scaled.largestEntry(k)], [copy.largestEntry(k)], 1e-15);
    });
  });

  it("are standardized by copies", () => {
    const by: [Int32Array, Float64Array, Float64Array] = [
      Int32Array.of(3, 0),
      Float64Array.of(1, 2),
      Float64Array.of(0.5, Infinity),
    ];
    const [own, expected] = [scaled.standardizedColumns(...by), copy.standardizedColumns(...by)];
    assert.deepEqual(own.values, expected.values);
    assert.deepEqual(own.featureNames, ["d", "a"]);
  });
});
