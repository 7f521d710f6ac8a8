/** A factor that is kept from one set of rows to the next: solves with it, by the products of what it is the factor of. */
import assert from "node:assert/strict";
import { seededRandom } from "../../../src/random/random";
import { CachedCholesky } from "../../../src/solvers/block/cached-cholesky";
import { blockOf, GramCache } from "../../../src/solvers/subproblem/gram-cache";
import { assertAllClose } from "../../support/assert-close";
import { designOf, linearData, normals } from "../../support/problems";

const [n, p] = [60, 24];
const { X } = linearData(3, n, p);
const cache = new GramCache(designOf(X), new Float64Array(n).fill(1 / n), []);
cache.include(Array.from({ length: p }, (_, j) => p - 1 - j));
const block = blockOf(cache);

/** `X_a'X_b / n` for rows `a`, `b` of the block. */
const product = (a: number, b: number): number =>
  X.reduce((sum, row) => sum + (row[block.members[a]] * row[block.members[b]]) / n, 0);

describe("CachedCholesky", () => {
  it("solves with the matrix of the rows and bends that were asked for last, whichever came before", () => {
    const random = seededRandom(5);
    const kept = new CachedCholesky();
    const bends = new Float64Array(p);
    let rows = Array.from({ length: p }, (_, k) => k);
    for (let round = 0; round < 60; round++) {
      const many = round % 10 === 9;
      const changed = (): boolean => random.uniform() < (many ? 0.5 : 0.06);
      rows = Array.from({ length: p }, (_, k) => k).filter((k) => rows.includes(k) !== changed());
      for (let k = 0; k < p; k++) if (changed()) bends[k] = random.uniform() - 0.05;
      const factor = round < 40 ? 1 : 2;
      assert.equal(kept.update(block, factor, rows, bends), true);
      assert.deepEqual(
        [...kept.rows].sort((a, b) => a - b),
        rows,
      );
      const given = normals(random, rows.length);
      const x = given.slice();
      kept.solve(x);
      const back = given.map((_, a) =>
        kept.rows.reduce(
          (sum, k, b) => sum + factor * product(kept.rows[a], k) * x[b],
          bends[kept.rows[a]] * x[a],
        ),
      );
      assertAllClose(`round ${round}`, back, given, 1e-9);
    }
  });

  it("says where the matrix is not positive definite, fresh or kept, and goes on from there", () => {
    const kept = new CachedCholesky();
    const bends = new Float64Array(p);
    const rows = Array.from({ length: p }, (_, k) => k);
    bends[3] = -product(3, 3);
    assert.equal(kept.update(block, 1, rows, bends), false);
    bends[3] = 0;
    assert.equal(kept.update(block, 1, rows, bends), true);
    // Of a column less than what the others leave of it.
    bends[7] = -0.99 * product(7, 7);
    assert.equal(kept.update(block, 1, rows, bends), false);
    bends[7] = 0;
    assert.equal(kept.update(block, 1, rows, bends), true);
  });
});
