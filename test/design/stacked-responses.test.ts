import assert from "node:assert/strict";
import fc from "fast-check";
import { DenseBlock } from "../../src/design/dense-block";
import { DenseDesign } from "../../src/design/dense-design";
import type { DesignMatrix } from "../../src/design/design-matrix";
import { stackResponses } from "../../src/design/stacked-responses";
import { designOf } from "../support/problems";

const entry = fc.integer({ min: -9, max: 9 });
const vector = (size: number) => fc.array(entry, { minLength: size, maxLength: size });
const SIZE = { min: 1, max: 5 };

/** Rows of small integers, for which every product is exact, a number of responses and a vector for each side. */
const problem = fc
  .tuple(fc.integer(SIZE), fc.integer(SIZE), fc.integer({ min: 2, max: 4 }))
  .chain(([n, p, m]) =>
    fc.record({
      rows: fc.array(vector(p), { minLength: n, maxLength: n }),
      nResponses: fc.constant(m),
      beta: vector(p * m),
      residual: vector(n * m),
      columns: fc.shuffledSubarray(Array.from({ length: p * m }, (_, j) => j)),
      batch: fc.array(fc.integer({ min: 0, max: n * m - 1 }), { maxLength: 9 }),
    }),
  );

/** The block-diagonal matrix in full: the Kronecker product of the identity and the rows. */
function inFull(rows: readonly (readonly number[])[], nResponses: number): DenseDesign {
  const responses = Array.from({ length: nResponses }, (_, r) => r);
  return designOf(
    responses.flatMap((r) => rows.map((row) => responses.flatMap((s) => row.map((x) => (r === s ? x : 0))))),
  );
}

/** Fails unless two designs answer alike, whatever their out-parameters held before. */
function assertSameDesign(
  actual: DesignMatrix,
  expected: DesignMatrix,
  beta: number[],
  residual: number[],
): void {
  const { nSamples, nFeatures } = expected;
  assert.deepEqual([actual.nSamples, actual.nFeatures], [nSamples, nFeatures]);
  const answers = (design: DesignMatrix): number[] => {
    const [coef, v] = [Float64Array.from(beta).slice(0, nFeatures), Float64Array.from(residual)];
    const eta = new Float64Array(nSamples).fill(7);
    design.matvec(coef, eta);
    const gradient = new Float64Array(nFeatures).fill(7);
    design.rmatvec(v, gradient);
    const norms = new Float64Array(nFeatures).fill(7);
    design.weightedSquaredNorms(v, norms);
    const backwards = Int32Array.from(norms, (_, j) => nFeatures - 1 - j);
    const normsAt = new Float64Array(nFeatures).fill(7);
    design.weightedSquaredNormsAt!(backwards, v, normsAt);
    const byColumn = Array.from({ length: nFeatures }, (_, j) => {
      const moved = v.slice();
      design.addColumn(j, -2, moved);
      return [design.columnDot(j, v), ...moved];
    });
    return [...eta, ...gradient, ...norms, ...normsAt, ...byColumn.flat()].map((value) => value + 0); // no -0
  };
  assert.deepEqual(answers(actual), answers(expected));
}

describe("forEachResponse", () => {
  it("answers as the block-diagonal matrix does", () => {
    fc.assert(
      fc.property(problem, ({ rows, nResponses, beta, residual }) => {
        const design = stackResponses(designOf(rows), nResponses);
        assertSameDesign(design, inFull(rows, nResponses), beta, residual);
      }),
    );
  });

  it("answers for a batch of its rows, in any order, as the block-diagonal matrix does", () => {
    fc.assert(
      fc.property(problem, ({ rows, nResponses, beta, residual, batch }) => {
        const entries = Int32Array.from(batch);
        const weights = Float64Array.from(entries, (row, k) => residual[row] + k);
        const answers = (design: DesignMatrix): number[] => {
          const eta = new Float64Array(entries.length).fill(7);
          design.matvecRows(entries, Float64Array.from(beta), eta);
          const gradient = new Float64Array(design.nFeatures).fill(7);
          design.rmatvecRows(entries, weights, gradient);
          return [...eta, ...gradient].map((value) => value + 0); // no -0
        };
        const actual = stackResponses(designOf(rows), nResponses);
        assert.deepEqual(answers(actual), answers(inFull(rows, nResponses)));
      }),
    );
  });

  it("standardizes any of its columns in any order, once and again", () => {
    fc.assert(
      fc.property(problem, ({ rows, nResponses, beta, residual, columns }) => {
        const chosen = Int32Array.from(columns);
        const scales = Float64Array.from(columns, (_, k) => 2 ** -(k % 3));
        const zero = new Float64Array(columns.length);
        const [actual, expected] = [stackResponses(designOf(rows), nResponses), inFull(rows, nResponses)].map(
          (design) => design.standardizedColumns(chosen, zero, scales),
        );
        assertSameDesign(actual, expected, beta, residual);
        const last = Int32Array.from(columns, (_, k) => columns.length - 1 - k);
        assertSameDesign(
          actual.standardizedColumns(last, zero, scales),
          expected.standardizedColumns(last, zero, scales),
          beta,
          residual,
        );
      }),
    );
  });

  it("centres a column within its own response only", () => {
    const design = stackResponses(designOf([[1], [3]]), 2);
    const centred = design.standardizedColumns(Int32Array.of(1), Float64Array.of(2), Float64Array.of(0.5));
    const column = new Float64Array(4);
    centred.addColumn(0, 1, column);
    assert.deepEqual(column, Float64Array.of(0, 0, -2, 2));
    assert.deepEqual(centred.featureNames, ["x0, response 1"]);
  });

  it("keeps one standardized copy for all responses that ask for the same", () => {
    let copies = 0;
    class Counted extends DenseDesign {
      override standardizedColumns(
        columns: Int32Array,
        centers: Float64Array,
        scales: Float64Array,
      ): DenseDesign {
        copies++;
        return super.standardizedColumns(columns, centers, scales);
      }
    }
    const block = new DenseBlock(2, 2);
    block.values.set([1, 2, 3, 4]);
    const design = stackResponses(new Counted(block, ["a", "b"]), 3);
    const all = Int32Array.of(0, 1, 2, 3, 4, 5);
    const scales = Float64Array.of(1, 2, 1, 2, 1, 2);
    design.standardizedColumns(all, new Float64Array(6), scales);
    assert.equal(copies, 1);
    design.standardizedColumns(all, new Float64Array(6), Float64Array.of(1, 2, 1, 2, 1, 3));
    assert.equal(copies, 1 + 2);
  });

  it("says which response a column belongs to, also where columns were taken", () => {
    const design = stackResponses(designOf([[1, 2]]), 3);
    const responses = (of: DesignMatrix, count: number) =>
      Array.from({ length: count }, (_, j) => of.responseOf!(j));
    assert.deepEqual(responses(design, 6), [0, 0, 1, 1, 2, 2]);
    const taken = design.standardizedColumns(
      Int32Array.of(5, 0, 3),
      new Float64Array(3),
      Float64Array.of(1, 1, 1),
    );
    assert.deepEqual(responses(taken, 3), [2, 0, 1]);
  });

  it("names columns by feature and response", () => {
    const design = designOf([[1, 2]]);
    assert.deepEqual(stackResponses(design, 2).featureNames, [
      "x0, response 0",
      "x1, response 0",
      "x0, response 1",
      "x1, response 1",
    ]);
  });
});
