import assert from "node:assert/strict";
import type { DesignMatrix } from "../../src/design/design-matrix";
import { columnMoments, columnOf } from "../../src/design/design-matrix";
import { asDesignMatrix } from "../../src/design/sources/read-table";
import { seededRandom } from "../../src/random/random";
import { cscOf, matrixOf } from "../support/csc";
import { designOf, normals } from "../support/problems";

/** Rows of normals of mean 1, about `share` of them kept and the others zero. */
function rowsOf(n: number, p: number, share: number): number[][] {
  const random = seededRandom(n + p);
  return Array.from({ length: n }, () =>
    Array.from(normals(random, p), (z) => (random.uniform() < share ? z + 1 : 0)),
  );
}

function standardized(design: DesignMatrix): DesignMatrix {
  const columns = Int32Array.from({ length: design.nFeatures }, (_, j) => j);
  const { means, deviations } = columnMoments(design);
  return design.standardizedColumns(columns, means, deviations);
}

/** Designs small and large (150 columns take two tiles, and memory of their own; so do 16000 stored entries once they are centred), as they are and centred. */
const DESIGNS: readonly { name: string; design: DesignMatrix }[] = [
  { name: "small dense", design: designOf(rowsOf(7, 5, 1)) },
  { name: "large dense", design: designOf(rowsOf(81, 150, 1)) },
  { name: "large sparse", design: asDesignMatrix("test", cscOf(matrixOf(rowsOf(2000, 40, 0.2)))) },
  { name: "sparse", design: asDesignMatrix("test", cscOf(matrixOf(rowsOf(30, 40, 0.2)))) },
].flatMap(({ name, design }) => [
  { name, design },
  { name: `centred ${name}`, design: standardized(design) },
]);

function assertSum(value: number, terms: Float64Array): void {
  const sum = terms.reduce((total, term) => total + term, 0);
  const size = terms.reduce((total, term) => total + Math.abs(term), 0);
  assert.ok(Math.abs(value - sum) <= 1e-12 * size, `${value} for ${sum}`);
}

describe("a block of a design's Gram matrix", () => {
  for (const { name, design } of DESIGNS) {
    const { nSamples: n, nFeatures: p } = design;
    const random = seededRandom(3);
    const columns = Array.from({ length: p }, (_, j) => columnOf(design, j));
    const weights = normals(random, n).map((z) => z * z);
    const all = Int32Array.from({ length: p }, (_, k) => (k * 7 + 2) % p);
    const some = Int32Array.of(3, 0, 4, 4);

    it(`is the products of its columns, with and without weights: ${name}`, () => {
      for (const w of [undefined, weights]) {
        for (const [rows, others] of [
          [some, all],
          [all, some],
          [all, all],
          [some, new Int32Array(0)],
        ]) {
          const out = new Float64Array(rows.length * others.length).fill(7);
          assert.ok(design.gram);
          design.gram(rows, others, out, w);
          out.forEach((value, at) => {
            const a = columns[rows[Math.floor(at / others.length)]];
            const b = columns[others[at % others.length]];
            assertSum(
              value,
              a.map((x, i) => x * b[i] * (w?.[i] ?? 1)),
            );
          });
        }
      }
    });

    it(`answers for some columns what it answers for all: ${name}`, () => {
      const residual = normals(random, n);
      const everyDot = new Float64Array(p).fill(7);
      design.rmatvec(residual, everyDot);
      const twice = Int32Array.from([...all, ...all]);
      const dots = new Float64Array(twice.length).fill(7);
      assert.ok(design.rmatvecColumns);
      design.rmatvecColumns(twice, residual, dots);
      assert.deepEqual(
        dots,
        Float64Array.from(twice, (j) => everyDot[j]),
      );
      columns.forEach((column, j) => {
        assertSum(
          everyDot[j],
          column.map((x, i) => x * residual[i]),
        );
      });
    });

    it(`multiplies and weighs as its columns say: ${name}`, () => {
      const beta = normals(random, p).map((z) => Math.max(z, 0));
      const eta = new Float64Array(n).fill(7);
      design.matvec(beta, eta);
      eta.forEach((value, i) => {
        assertSum(
          value,
          beta.map((b, j) => b * columns[j][i]),
        );
      });
      const norms = new Float64Array(p).fill(7);
      design.weightedSquaredNorms(weights, norms);
      norms.forEach((value, j) => {
        assertSum(
          value,
          columns[j].map((x, i) => weights[i] * x * x),
        );
      });
    });
  }
});
