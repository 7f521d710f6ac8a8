import assert from "node:assert/strict";
import fc from "fast-check";
import { type Combination, combinedColumns } from "../../src/design/combined-columns";
import type { DesignMatrix } from "../../src/design/design-matrix";
import { asDesignMatrix } from "../../src/design/sources/read-table";
import { cscOf, matrixOf } from "../support/csc";
import { designOf } from "../support/problems";

const entry = fc.integer({ min: -4, max: 4 });
const list = (size: number) => fc.array(entry, { minLength: size, maxLength: size });

/** Rows of small integers, for which every product is exact, with columns 0, 3 and 1, 2, 4 combined into fewer. */
const problem = fc.record({
  rows: fc.array(list(6), { minLength: 1, maxLength: 7 }),
  pair: list(4),
  triple: list(6),
  beta: list(6),
  residual: list(7),
  batch: fc.array(fc.nat(6), { maxLength: 5 }),
});

const combinationsOf = (pair: number[], triple: number[]): Combination[] => [
  { sources: Int32Array.of(0, 3), targets: Int32Array.of(3, 0), matrix: Float64Array.from(pair) },
  { sources: Int32Array.of(4, 1, 2), targets: Int32Array.of(1, 4), matrix: Float64Array.from(triple) },
];

/** The same columns by their definition; columns 2 and 5 have no combination. */
function inFull(rows: number[][], [a, b, c, d]: number[], [e, f, g, h, i, j]: number[]): number[][] {
  return rows.map((x) => [
    b * x[0] + d * x[3],
    e * x[4] + g * x[1] + i * x[2],
    0,
    a * x[0] + c * x[3],
    f * x[4] + h * x[1] + j * x[2],
    0,
  ]);
}

function answersOf(design: DesignMatrix, beta: number[], residual: number[], batch: number[]): number[] {
  const { nSamples: n, nFeatures: p } = design;
  const [coef, v] = [Float64Array.from(beta), Float64Array.from(residual).slice(0, n)];
  const rows = Int32Array.from(batch, (row) => row % n);
  const [eta, some] = [new Float64Array(n).fill(7), new Float64Array(rows.length).fill(7)];
  const [gradient, ofRows, norms] = [0, 1, 2].map(() => new Float64Array(p).fill(7));
  design.matvec(coef, eta);
  design.rmatvec(v, gradient);
  design.matvecRows(rows, coef, some);
  design.rmatvecRows(rows, v.slice(0, rows.length), ofRows);
  design.weightedSquaredNorms(v, norms);
  const byColumn = Array.from({ length: p }, (_, j) => {
    const moved = v.slice();
    design.addColumn(j, -2, moved);
    return [design.columnDot(j, v), design.largestEntry(j), ...moved];
  });
  return [...eta, ...gradient, ...some, ...ofRows, ...norms, ...byColumn.flat()].map((value) => value + 0);
}

describe("combinedColumns", () => {
  it("answers as the matrix of the sums does, of a dense design and lazily of a sparse one", () => {
    fc.assert(
      fc.property(problem, ({ rows, pair, triple, beta, residual, batch }) => {
        const expected = designOf(inFull(rows, pair, triple));
        for (const design of [designOf(rows), asDesignMatrix("test", cscOf(matrixOf(rows)))]) {
          const combined = combinedColumns(design, combinationsOf(pair, triple));
          assert.deepEqual([combined.nSamples, combined.nFeatures], [rows.length, 6]);
          assert.deepEqual(combined.featureNames, design.featureNames);
          const same = (one: DesignMatrix, other: DesignMatrix): void =>
            assert.deepEqual(
              answersOf(one, beta, residual, batch.slice(0, rows.length)),
              answersOf(other, beta, residual, batch.slice(0, rows.length)),
            );
          same(combined, expected);
          const order = Int32Array.of(4, 4, 0, 2, 1, 3);
          const [centers, scales] = [Float64Array.from(beta), Float64Array.of(1, 2, 4, Infinity, 0.5, 1)];
          same(
            combined.standardizedColumns(order, centers, scales),
            expected.standardizedColumns(order, centers, scales),
          );
        }
      }),
    );
  });
});
