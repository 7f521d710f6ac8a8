import assert from "node:assert/strict";
import { columnOf } from "../../src/design/column-of";
import { ScaledColumns } from "../../src/design/scaled-columns";
import { seededRandom } from "../../src/random/random";
import { assertAllClose } from "../support/assert-close";
import { designOf, normals } from "../support/problems";

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
