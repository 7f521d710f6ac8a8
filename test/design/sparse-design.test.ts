import assert from "node:assert/strict";
import fc from "fast-check";
import type { DesignMatrix } from "../../src/design/design-matrix";
import { columnMoments, columnOf } from "../../src/design/design-matrix";
import { asDesignMatrix } from "../../src/design/sources/read-table";
import { SparseDesign } from "../../src/design/sparse-design";
import { stackResponses } from "../../src/design/stacked-responses";
import { assertAllClose, assertClose } from "../support/assert-close";
import { cscOf, matrixOf } from "../support/csc";
import { designOf } from "../support/problems";

const SIZE = { min: 1, max: 8 };
const entry = fc.integer({ min: -9, max: 9 });
const vector = (size: number) => fc.array(entry, { minLength: size, maxLength: size });

/** Rows of any sparsity, empty rows and columns among them, and what a design is asked with. */
const problem = fc
  .tuple(fc.integer(SIZE), fc.integer(SIZE), fc.integer({ min: 0, max: 10 }))
  .chain(([n, p, fullness]) => {
    const cell = fc.tuple(fc.integer({ min: 1, max: 10 }), entry).map(([u, x]) => (u <= fullness ? x : 0));
    return fc.record({
      rows: fc.array(fc.array(cell, { minLength: p, maxLength: p }), { minLength: n, maxLength: n }),
      beta: vector(p),
      residual: vector(n),
      columns: fc.shuffledSubarray(Array.from({ length: p }, (_, j) => j)),
      centers: vector(p),
      scales: fc.array(fc.constantFrom(0.5, 1, 3, Infinity), { minLength: p, maxLength: p }),
      batch: fc.array(fc.nat({ max: n - 1 }), { maxLength: 9 }),
    });
  });

function sparseOf(rows: readonly (readonly number[])[]): SparseDesign {
  const design = asDesignMatrix("test", cscOf(matrixOf(rows)));
  assert.ok(design instanceof SparseDesign);
  return design;
}

/** All that a design can be asked; out-parameters are dirty. */
function answers(
  design: DesignMatrix,
  given: { beta: number[]; residual: number[]; batch: number[] },
): number[] {
  const { nSamples, nFeatures } = design;
  const beta = Float64Array.from({ length: nFeatures }, (_, j) => given.beta[j % given.beta.length]);
  const residual = Float64Array.from(
    { length: nSamples },
    (_, i) => given.residual[i % given.residual.length],
  );
  const batch = Int32Array.from(given.batch);
  const [eta, gradient, norms] = [nSamples, nFeatures, nFeatures].map((n) => new Float64Array(n).fill(7));
  const [someEta, someGradient] = [batch.length, nFeatures].map((n) => new Float64Array(n).fill(7));
  design.matvec(beta, eta);
  design.rmatvec(residual, gradient);
  design.weightedSquaredNorms(residual.map(Math.abs), norms);
  design.matvecRows(batch, beta, someEta);
  design.rmatvecRows(
    batch,
    Float64Array.from(batch, (i, k) => residual[i] + k),
    someGradient,
  );
  const byColumn = Array.from({ length: nFeatures }, (_, j) => {
    const moved = residual.slice();
    design.addColumn(j, -2, moved);
    return [design.columnDot(j, residual), design.largestEntry(j), ...moved];
  });
  return [...eta, ...gradient, ...norms, ...someEta, ...someGradient, ...byColumn.flat()];
}

describe("SparseDesign", () => {
  it("answers as its dense twin does, whatever its sparsity", () => {
    fc.assert(
      fc.property(problem, (given) => {
        // Small integers: every sum is exact. Adding 0 makes -0 and 0 the same.
        const [actual, expected] = [sparseOf, designOf].map((make) =>
          answers(make(given.rows), given).map((value) => value + 0),
        );
        assert.deepEqual(actual, expected);
      }),
    );
  });

  it("answers as its dense twin does when standardized, and when columns are taken from it again", () => {
    fc.assert(
      fc.property(problem, (given) => {
        const columns = Int32Array.from(given.columns);
        const centers = Float64Array.from(given.centers);
        const scales = Float64Array.from(given.scales);
        const last = Int32Array.from(columns.keys()).reverse();
        const [zeros, ones] = [new Float64Array(last.length), new Float64Array(last.length).fill(1)];
        const [sparse, dense] = [sparseOf, designOf].map((make) =>
          make(given.rows).standardizedColumns(columns, centers, scales),
        );
        assert.deepEqual(sparse.featureNames, dense.featureNames);
        assertAllClose("standardized", answers(sparse, given), answers(dense, given), 1e-13);
        const [again, expected] = [sparse, dense].map((design) =>
          design.standardizedColumns(last, zeros, ones),
        );
        assertAllClose("taken again", answers(again, given), answers(expected, given), 1e-13);
        const [centred, shifted] = [sparse, dense].map((design) =>
          design.standardizedColumns(last, ones, ones),
        );
        assertAllClose("centred again", answers(centred, given), answers(shifted, given), 1e-13);
      }),
    );
  });

  it("answers for several responses as its dense twin does, standardized or not", () => {
    fc.assert(
      fc.property(problem, (given) => {
        const [sparse, dense] = [sparseOf, designOf].map((make) => stackResponses(make(given.rows), 3));
        assertAllClose("as it is", answers(sparse, given), answers(dense, given), 1e-13);
        const p = given.centers.length;
        const columns = Int32Array.from([0, 1, 2].flatMap((r) => given.columns.map((j) => j + r * p)));
        const repeated = (values: number[]) => Float64Array.from(columns, (_, k) => values[k % p]);
        const [centers, scales] = [repeated(given.centers), repeated(given.scales)];
        const [one, other] = [sparse, dense].map((design) =>
          design.standardizedColumns(columns, centers, scales),
        );
        assertAllClose("standardized", answers(one, given), answers(other, given), 1e-13);
      }),
    );
  });

  it("has the columns that background and entries make, rows ascending", () => {
    fc.assert(
      fc.property(problem, ({ rows, columns, centers, scales }) => {
        const chosen = Int32Array.from(columns);
        const [c, s] = [centers, scales].map((values) => Float64Array.from(values));
        const design = sparseOf(rows).standardizedColumns(chosen, c, s);
        chosen.forEach((_, k) => {
          const entries = design.columnEntries(k);
          const made = new Float64Array(design.nSamples).fill(entries.background);
          entries.rows.forEach((row, e) => {
            made[row] += entries.values[e];
            assert.ok(e === 0 || entries.rows[e - 1] < row);
          });
          assert.deepEqual([...made], [...columnOf(design, k)]);
        });
      }),
    );
  });

  it("stores no zero when it is standardized, and at most doubles", () => {
    fc.assert(
      fc.property(problem, ({ rows, centers, scales }) => {
        const design = sparseOf(rows);
        assert.equal(design.stored.values.length, rows.flat().filter((x) => x !== 0).length);
        const all = Int32Array.from(centers.keys());
        const [c, s] = [centers, scales].map((values) => Float64Array.from(values));
        const standardized = design.standardizedColumns(all, c, s);
        const nStored = Array.from(all, (k) => standardized.columnEntries(k).values.length);
        const most = 2 * design.stored.values.length;
        assert.ok(nStored.reduce((total, count) => total + count, 0) <= most);
      }),
    );
  });

  it("keeps the digits of a column far from zero that it is given in full, or nearly", () => {
    const spread = [0, 1, 3, 4, 2];
    const rows = spread.map((x) => [1e8 + x, x === 0 ? 0 : 1e8 + x]);
    const [sparse, dense] = [sparseOf(rows), designOf(rows)].map((design) => {
      const { means, deviations } = columnMoments(design);
      return design.standardizedColumns(Int32Array.of(0, 1), means, deviations);
    });
    for (const j of [0, 1]) assertAllClose(`column ${j}`, columnOf(sparse, j), columnOf(dense, j), 1e-15);
    assertAllClose(
      "the first",
      columnOf(sparse, 0),
      spread.map((x) => (x - 2) / Math.sqrt(2)),
      1e-15,
    );
  });

  it("has columns that nothing scales as they lie, whatever becomes of the list that asked for them", () => {
    const table = asDesignMatrix(
      "test",
      cscOf(
        matrixOf([
          [1, 0],
          [0, 2],
          [3, -4],
        ]),
      ),
    ) as SparseDesign;
    const all = Int32Array.of(0, 1);
    const columns = table.standardizedColumns(all, new Float64Array(2), new Float64Array(2).fill(1));
    all.reverse();
    const [residual, dots, gram] = [Float64Array.of(1, 2, 3), new Float64Array(2), new Float64Array(2)];
    columns.rmatvecColumns(Int32Array.of(1, 0), residual, dots);
    assert.deepEqual([...dots], [-8, 10]);
    columns.rmatvec(residual, dots);
    assert.deepEqual([...dots], [10, -8]);
    columns.gram(Int32Array.of(1), Int32Array.of(0, 1), gram);
    assert.deepEqual([...gram], [-12, 20]);
  });
});

describe("columnMoments of a sparse design", () => {
  it("are those of its dense twin, exactly 0 for an empty column, and so after standardization", () => {
    fc.assert(
      fc.property(problem, ({ rows }) => {
        const moments = [sparseOf(rows), designOf(rows)].map((design) => columnMoments(design));
        assertAllClose("means", moments[0].means, moments[1].means, 1e-15);
        assertAllClose("deviations", moments[0].deviations, moments[1].deviations, 1e-14);
        moments[1].deviations.forEach((deviation, j) => {
          assert.equal(moments[0].deviations[j] === 0, deviation === 0);
        });
        const all = Int32Array.from(rows[0].keys());
        const { means, deviations } = moments[0];
        const scales = deviations.map((deviation) => deviation || 1);
        const after = columnMoments(sparseOf(rows).standardizedColumns(all, means, scales));
        assertAllClose("means", after.means, new Float64Array(all.length), 1e-14);
        assertAllClose("deviations", after.deviations, deviations.map(Math.sign), 1e-14);
      }),
    );
  });

  it("keep their digits at any scale, with few entries among many zeros", () => {
    for (const scale of [1e-200, 1, 1e200]) {
      const rows = Array.from({ length: 1000 }, (_, i) => [i < 2 ? scale * (i + 1) : 0]);
      const { means, deviations } = columnMoments(sparseOf(rows));
      assertClose(`mean, ${scale}`, means[0] / scale, 0.003, 1e-15);
      assertClose(`deviation, ${scale}`, deviations[0] / scale, Math.sqrt(0.005 - 0.003 ** 2), 1e-15);
    }
  });
});
