/** The Gram matrix that grows: the products of any columns, asked for in any order. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { columnOf } from "../../../src/design/design-matrix";
import { asDesignMatrix } from "../../../src/design/sources/read-table";
import { stackResponses } from "../../../src/design/stacked-responses";
import { dot } from "../../../src/linalg/vector";
import { seededRandom } from "../../../src/random/random";
import { GramCache } from "../../../src/solvers/subproblem/gram-cache";
import { weightedBasis } from "../../../src/solvers/subproblem/quadratic-model";
import { assertAllClose, assertAtMost } from "../../support/assert-close";
import { cscOf, matrixOf } from "../../support/csc";
import { designOf, linearData, normals } from "../../support/problems";

const small = linearData(5, 12, 9).X;
const DESIGNS = [
  ["small dense", designOf(small)],
  ["large dense", designOf(linearData(7, 90, 150).X)],
  ["sparse", asDesignMatrix("test", cscOf(matrixOf(small)))],
  ["two responses", stackResponses(designOf(small), 2)],
] as const;

describe("GramCache", () => {
  it("has room for its products whatever its size, and multiplies by the matrix", () => {
    const random = seededRandom(6);
    for (let p = 100; p < 200; p++) {
      const design = designOf([normals(random, p), normals(random, p)].map((row) => Array.from(row)));
      const gram = new GramCache(design, Float64Array.of(1, 2), []);
      gram.include(Array.from({ length: p }, (_, k) => p - 1 - k));
      const beta = normals(random, p).map((z) => Math.max(z, 0));
      const [eta, expected, product] = [new Float64Array(2), new Float64Array(p), new Float64Array(p)];
      design.matvec(beta, eta);
      design.rmatvec(Float64Array.of(eta[0], 2 * eta[1]), expected);
      gram.times(beta, product);
      assertAllClose(`${p} columns`, product, expected, 1e-12);
    }
  });

  it("takes whole units of columns until a signal is aborted, and the rest later", () => {
    const [n, p] = [2000, 801];
    const data = Float64Array.from({ length: n * p }, (_, at) => ((at * 7919) % 10007) / 10007 - 0.5);
    const design = asDesignMatrix("test", { data, nSamples: n, nFeatures: p });
    const units = Array.from({ length: p / 3 }, (_, g) => [3 * g, 3 * g + 1, 3 * g + 2]);
    const gram = new GramCache(design, new Float64Array(n).fill(1), []);
    const taken = gram.includeUntil({ aborted: true }, units);
    assert.ok(taken > 1 && taken < units.length, `${taken}`);
    assert.equal(gram.size, 3 * taken);
    assert.equal(gram.includeUntil(undefined, units), units.length);
    const [beta, eta] = [new Float64Array(p).fill(1), new Float64Array(n)];
    const [expected, product] = [new Float64Array(p), new Float64Array(p)];
    design.matvec(beta, eta);
    design.rmatvec(eta, expected);
    gram.times(beta, product);
    assertAllClose("all columns", product, expected, 1e-11);
  });

  it("multiplies twice by second derivatives that are no blocks for each column that comes, however many are there", () => {
    const [n, p] = [12, 60];
    let calls = 0;
    const multiply = (v: Float64Array, out: Float64Array): void => {
      calls++;
      out.set(v);
    };
    const design = designOf(linearData(5, n, p).X);
    const gram = new GramCache(design, new Float64Array(n).fill(1), [], multiply);
    for (let j = 0; j < p; j += 5) gram.include([0, 1, 2, 3, 4].map((k) => j + k));
    assertAtMost("products with C", calls, 2 * p);
    const expected = dot(columnOf(design, 3), columnOf(design, 58));
    assertAllClose(
      "entry",
      Float64Array.of(gram.matrix[3 * gram.stride + 58]),
      Float64Array.of(expected),
      1e-12,
    );
  });

  for (const [name, one] of DESIGNS.slice(0, 3)) {
    it(`is the products with second derivatives that join responses, of any sign: ${name}`, () => {
      const random = seededRandom(4);
      const [n, nResponses] = [one.nSamples, 3];
      const design = stackResponses(one, nResponses);
      const half = Array.from({ length: nResponses }, () =>
        Array.from({ length: nResponses }, () => normals(random, n)),
      );
      const joint = half.map((row, r) => row.map((w, s) => w.map((entry, i) => entry + half[s][r][i])));
      const multiply = (v: Float64Array, out: Float64Array): void => {
        for (let at = 0; at < v.length; at++) {
          const [r, i] = [Math.floor(at / n), at % n];
          out[at] = joint[r].reduce((sum, w, s) => sum + w[i] * v[s * n + i], 0);
        }
      };
      const diagonal = Float64Array.from({ length: n * nResponses }, (_, at) => {
        const r = Math.floor(at / n);
        return joint[r][r][at % n];
      });
      const gram = new GramCache(design, diagonal, [], multiply, joint);
      const p = design.nFeatures;
      const order = Int32Array.from({ length: p }, (_, k) => (k * 7 + 2) % p);
      assert.equal(new Set(order).size, p);
      gram.include(order.subarray(0, 5));
      gram.include(order);
      const [eta, image, expected] = [new Float64Array(n * 3), new Float64Array(n * 3), new Float64Array(p)];
      const product = new Float64Array(p);
      const beta = normals(random, p);
      design.matvec(beta, eta);
      multiply(eta, image);
      design.rmatvec(image, expected);
      gram.times(beta, product);
      assertAllClose(name, product, expected, 1e-11);
    });
  }

  for (const [name, design] of DESIGNS) {
    const { nSamples: n, nFeatures: p } = design;
    const random = seededRandom(2);
    const basis = [new Float64Array(n).fill(1), normals(random, n)];
    for (const [weights, curvature] of [
      ["equal weights", new Float64Array(n).fill(0.5)],
      ["weights", normals(random, n).map((z) => z * z)],
    ] as const) {
      it(`is the products of the projected columns, however they come: ${name}, ${weights}`, () => {
        const root = curvature.map(Math.sqrt);
        const weighted = weightedBasis(basis, (v, out) => {
          for (let i = 0; i < n; i++) out[i] = curvature[i] * v[i];
        });
        // C^1/2 x less its component in the span of C^1/2 Q.
        const projected = Array.from({ length: p }, (_, j) => {
          const x = columnOf(design, j);
          const column = x.map((entry, i) => root[i] * entry);
          for (const q of weighted) {
            const share = dot(q, x);
            for (let i = 0; i < n; i++) column[i] -= (share * q[i]) / root[i];
          }
          return column;
        });
        const requests = fc.array(fc.array(fc.nat({ max: p - 1 }), { maxLength: 7 }), { maxLength: 20 });
        fc.assert(
          fc.property(requests, (blocks) => {
            const gram = new GramCache(design, curvature, weighted);
            for (const block of blocks) gram.include(block);
            const asked = [...new Set(blocks.flat())];
            assert.deepEqual([...gram.columns], asked);
            asked.forEach((a, k) => {
              const row = gram.matrix.subarray(k * gram.stride, k * gram.stride + asked.length);
              const expected = Float64Array.from(asked, (b) => dot(projected[a], projected[b]));
              assertAllClose("row", row, expected, 1e-11);
            });
          }),
          { numRuns: 20, examples: [[[[4], [0, 1, 2, 3, 5, 6, 7, 8]]]] },
        );
      });
    }
  }

  it("takes second derivatives that are more than a diagonal, and free columns that they cannot tell apart", () => {
    const [n, p] = [12, 9];
    const design = designOf(small);
    const root = Array.from({ length: n }, (_, i) => {
      const row = normals(seededRandom(i), n);
      const mean = row.reduce((sum, entry) => sum + entry, 0) / n;
      return row.map((entry) => entry - mean); // so that the constant has no curvature
    });
    const multiply = (v: Float64Array, out: Float64Array): void => {
      out.fill(0);
      for (const row of root) {
        const share = dot(row, v);
        for (let i = 0; i < n; i++) out[i] += share * row[i];
      }
    };
    const curvature = Float64Array.from({ length: n }, (_, i) =>
      root.reduce((sum, row) => sum + row[i] * row[i], 0),
    );
    const free = normals(seededRandom(77), n);
    const weighted = weightedBasis([free, free.map((entry) => 1 - entry)], multiply);
    assert.equal(weighted.length, 1);
    const gram = new GramCache(design, curvature, weighted, multiply);
    gram.include(Array.from({ length: p }, (_, j) => j));
    const image = (v: Float64Array): Float64Array => {
      const out = new Float64Array(n);
      multiply(v, out);
      return out;
    };
    const columns = Array.from({ length: p }, (_, j) => columnOf(design, j));
    const scale = dot(free, image(free));
    columns.forEach((x, a) => {
      const row = gram.matrix.subarray(a * gram.stride, a * gram.stride + p);
      const [along, weightedFree] = [image(x), image(free)];
      const expected = Float64Array.from(
        columns,
        (z) => dot(z, along) - (dot(x, weightedFree) * dot(z, weightedFree)) / scale,
      );
      assertAllClose("row", row, expected, 1e-10);
    });
  });
});
