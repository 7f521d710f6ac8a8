import assert from "node:assert/strict";
import fc from "fast-check";
import type { DenseDesign } from "../../src/design/dense-design";
import { columnMoments } from "../../src/design/design-matrix";
import { seededRandom } from "../../src/random/random";
import { designOf } from "../support/problems";

const SIZE = { min: 1, max: 7 };
const entry = fc.integer({ min: -9, max: 9 });
const vector = (size: number): fc.Arbitrary<number[]> =>
  fc.array(entry, { minLength: size, maxLength: size });

/** Rows of small integers, for which every product below is exact, and a vector for each side. */
const problem = fc.tuple(fc.integer(SIZE), fc.integer(SIZE)).chain(([n, p]) =>
  fc.record({
    rows: fc.array(vector(p), { minLength: n, maxLength: n }),
    beta: vector(p),
    residual: vector(n),
  }),
);

const sum = (terms: number[]): number => terms.reduce((total, term) => total + term, 0);
/** Equal up to the sign of zero. */
const same = (actual: Float64Array, expected: number[]): void =>
  assert.deepEqual(
    Array.from(actual, (value) => value + 0),
    expected.map((value) => value + 0),
  );

describe("DenseDesign", () => {
  it("multiplies by the definition, whatever the out-parameters held before", () => {
    fc.assert(
      fc.property(problem, ({ rows, beta, residual }) => {
        const design = designOf(rows);
        const eta = new Float64Array(design.nSamples).fill(7);
        design.matvec(Float64Array.from(beta), eta);
        same(
          eta,
          rows.map((row) => sum(row.map((x, j) => x * beta[j]))),
        );
        const gradient = new Float64Array(design.nFeatures).fill(7);
        design.rmatvec(Float64Array.from(residual), gradient);
        same(
          gradient,
          beta.map((_, j) => sum(rows.map((row, i) => row[j] * residual[i]))),
        );
      }),
    );
  });

  it("answers column by column what it answers as a whole", () => {
    fc.assert(
      fc.property(problem, ({ rows, residual }) => {
        const design = designOf(rows);
        const v = Float64Array.from(residual);
        const gradient = new Float64Array(design.nFeatures);
        const norms = new Float64Array(design.nFeatures);
        design.rmatvec(v, gradient);
        design.weightedSquaredNorms(v, norms);
        for (let j = 0; j < design.nFeatures; j++) {
          const column = rows.map((row) => row[j]);
          assert.equal(design.columnDot(j, v), gradient[j]);
          same(norms.subarray(j, j + 1), [sum(column.map((x, i) => residual[i] * x * x))]);
          const own = new Float64Array(1);
          design.weightedSquaredNormsAt(Int32Array.of(j), v, own);
          assert.equal(own[0], norms[j]);
          const shifted = Float64Array.from(residual);
          design.addColumn(j, -2, shifted);
          same(
            shifted,
            residual.map((value, i) => value - 2 * column[i]),
          );
        }
      }),
    );
  });

  it("answers for a batch of rows, in any order and repeated, as a design of these rows does", () => {
    fc.assert(
      fc.property(problem, fc.array(fc.nat(), { minLength: 1, maxLength: 9 }), (given, picks) => {
        const { rows, beta, residual } = given;
        const batch = Int32Array.from(picks, (pick) => pick % rows.length);
        const part = designOf(Array.from(batch, (i) => rows[i]));
        const [eta, partEta] = [new Float64Array(batch.length).fill(7), new Float64Array(batch.length)];
        designOf(rows).matvecRows(batch, Float64Array.from(beta), eta);
        part.matvec(Float64Array.from(beta), partEta);
        same(eta, [...partEta]);
        const u = Float64Array.from(batch, (i) => residual[i]);
        const [gradient, partGradient] = [
          new Float64Array(beta.length).fill(7),
          new Float64Array(beta.length),
        ];
        designOf(rows).rmatvecRows(batch, u, gradient);
        part.rmatvec(u, partGradient);
        same(gradient, [...partGradient]);
      }),
    );
  });

  it("standardizes the columns it is asked for, in that order, and leaves itself as it was", () => {
    const design = designOf([
      [1, 10, 0],
      [3, 30, 4],
    ]);
    const before = design.values.slice();
    const standardized = design.standardizedColumns(
      Int32Array.of(2, 0),
      Float64Array.of(2, 2),
      Float64Array.of(2, 1),
    );
    assert.deepEqual([...standardized.values], [-1, 1, -1, 1]);
    assert.deepEqual(standardized.featureNames, ["x2", "x0"]);
    assert.deepEqual(design.values, before);
  });

  it("knows the squared norms of columns that it centred and scaled, far from zero too", () => {
    const random = seededRandom(3);
    const n = 50;
    const rows = Array.from({ length: n }, () => [0, 1, 1e3, 1e6].map((mean) => mean + random.normal()));
    const { means } = columnMoments(designOf(rows));
    const columns = Int32Array.of(0, 1, 2, 3);
    const scales = Float64Array.of(3, 1e-3, 7, Number.POSITIVE_INFINITY);
    const weightings = [new Float64Array(n).fill(0.3), Float64Array.from({ length: n }, (_, i) => 1 + i / n)];
    const check = (design: DenseDesign): void => {
      for (const weights of weightings) {
        const norms = new Float64Array(columns.length);
        design.weightedSquaredNorms(weights, norms);
        columns.forEach((j) => {
          const expected = sum(Array.from(design.column(j), (x, i) => weights[i] * x * x));
          assert.ok(Math.abs(norms[j] - expected) <= 1e-12 * expected, `${norms[j]} is not ${expected}`);
        });
      }
    };
    for (const centers of [means, new Float64Array(4), means.map((mean) => mean + 1e-3)]) {
      for (const order of [columns, columns.slice().reverse()]) {
        const by = (values: Float64Array): Float64Array => values.map((_, k) => values[order[k]]);
        const once = designOf(rows).standardizedColumns(order, by(centers), by(scales));
        check(once);
        check(once.standardizedColumns(columns, new Float64Array(4), scales));
        check(once.standardizedColumns(columns, Float64Array.of(0, 1, 1, 0), scales));
      }
      check(designOf(rows).standardizedInPlace(columns, centers, scales));
    }
  });
});

describe("columnMoments", () => {
  it("takes the deviation with divisor n, and exactly 0 for a constant column", () => {
    const { means, deviations } = columnMoments(
      designOf([
        [1, 0.1],
        [3, 0.1],
        [5, 0.1],
      ]),
    );
    assert.equal(means[0], 3);
    assert.ok(Math.abs(deviations[0] - Math.sqrt(8 / 3)) < 1e-15);
    assert.equal(deviations[1], 0);
  });
});
