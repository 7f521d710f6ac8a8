import assert from "node:assert/strict";
import fc from "fast-check";
import { choleskyFactor, choleskySolve, UpdatedCholesky } from "../../src/linalg/cholesky";
import { seededRandom } from "../../src/random/random";
import { assertAllClose } from "../support/assert-close";
import { normals } from "../support/problems";

/** `x_a'x_b` of `size` columns that share a common part: `spread` 1e-4 makes a condition number of about 1e10. */
function gramOf(size: number, spread: number, seed: number): Float64Array {
  const random = seededRandom(seed);
  const n = 2 * size;
  const common = normals(random, n);
  const columns = Array.from({ length: size }, () =>
    normals(random, n).map((z, i) => common[i] + spread * z),
  );
  return Float64Array.from({ length: size * size }, (_, k) => {
    const [a, b] = [columns[Math.floor(k / size)], columns[k % size]];
    return a.reduce((sum, value, i) => sum + value * b[i], 0);
  });
}

/** The rows and columns `kept` of a matrix. */
function part(gram: Float64Array, size: number, kept: readonly number[]): Float64Array {
  return Float64Array.from(kept.flatMap((a) => kept.map((b) => gram[a * size + b])));
}

function append(factor: UpdatedCholesky, gram: Float64Array, size: number, kept: number[], j: number): void {
  const column = Float64Array.from(kept, (a) => gram[j * size + a]);
  assert.ok(factor.append(column, gram[j * size + j]) > 1e-13);
  kept.push(j);
}

/** `max_i |A x - b|_i / (max |A| sum |x|)`: what rounding may leave is a small multiple of 1e-16. */
function backwardError(A: Float64Array, x: Float64Array, b: Float64Array): number {
  const size = x.length;
  const length = x.reduce((sum, value) => sum + Math.abs(value), 0);
  const largest = A.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const misses = x.map((_, i) => x.reduce((sum, value, j) => sum + A[i * size + j] * value, -b[i]));
  return Math.max(...misses.map(Math.abs)) / (largest * length);
}

/** Numbers of which each says: drop row `k mod size`, or append the next column. */
const moves = fc.array(fc.nat({ max: 60 }), { minLength: 1, maxLength: 60 });

function follow(
  gram: Float64Array,
  size: number,
  steps: readonly number[],
  factor: UpdatedCholesky,
): number[] {
  const kept: number[] = [];
  let next = 0;
  for (const step of steps) {
    if (step % 3 === 0 && kept.length > 0) {
      const k = step % kept.length;
      factor.drop(k);
      kept.splice(k, 1);
    } else if (next < size) append(factor, gram, size, kept, next++);
  }
  return kept;
}

const SIZE = 40;
/** Large enough for WebAssembly, whatever grows in it. */
const CAPACITIES = [1, 200];

describe("UpdatedCholesky", () => {
  for (const capacity of CAPACITIES) {
    it(`is the fresh factor after any sequence of appends and drops, with room for ${capacity}`, () => {
      const gram = gramOf(SIZE, 1, 3);
      fc.assert(
        fc.property(moves, (steps) => {
          const factor = new UpdatedCholesky(capacity);
          const kept = follow(gram, SIZE, steps, factor);
          assert.equal(factor.size, kept.length);
          const fresh = part(gram, SIZE, kept);
          assert.equal(choleskyFactor(fresh, kept.length), true);
          const b = Float64Array.from(kept, (j) => Math.cos(j));
          const expected = b.slice();
          choleskySolve(fresh, kept.length, expected);
          factor.solve(b);
          assertAllClose("solution", b, expected, 1e-12);
        }),
      );
    });

    it(`leaves nothing but rounding where columns correlate by 1 - 1e-8, with room for ${capacity}`, () => {
      const gram = gramOf(SIZE, 1e-4, 5);
      fc.assert(
        fc.property(moves, (steps) => {
          const factor = new UpdatedCholesky(capacity);
          const kept = follow(gram, SIZE, steps, factor);
          if (kept.length === 0) return;
          const b = Float64Array.from(kept, (j) => Math.cos(j));
          const x = b.slice();
          factor.solve(x);
          assert.ok(backwardError(part(gram, SIZE, kept), x, b) < 1e-14);
        }),
      );
    });

    it(`solves with L alone as a fresh factor does, with room for ${capacity}`, () => {
      const gram = gramOf(SIZE, 1, 7);
      const factor = new UpdatedCholesky(capacity);
      assert.equal(factor.refactor(gram, SIZE), SIZE);
      const L = gram.slice();
      choleskyFactor(L, SIZE);
      const x = Float64Array.from({ length: SIZE }, (_, i) => Math.sin(i));
      const b = x.map((_, i) => x.reduce((sum, value, j) => sum + (j <= i ? L[i * SIZE + j] * value : 0), 0));
      factor.forwardSolve(b);
      assertAllClose("L x = b", b, x, 1e-13);
    });
  }

  it("grows beyond any capacity, and its appended rows are those of one factorisation", () => {
    const size = 150;
    const gram = gramOf(size, 1, 11);
    const [grown, whole] = [new UpdatedCholesky(), new UpdatedCholesky()];
    const kept: number[] = [];
    for (let j = 0; j < size; j++) append(grown, gram, size, kept, j);
    assert.equal(whole.refactor(gram, size), size);
    const [a, b] = [new Float64Array(size).fill(1), new Float64Array(size).fill(1)];
    grown.solve(a);
    whole.solve(b);
    assertAllClose("solution", a, b, 1e-12);
  });

  it("appends blocks of rows as it appends single ones, as far as pivots allow", () => {
    const size = 60;
    const gram = gramOf(size, 1, 13);
    const rowsOf = (from: number, to: number): Float64Array =>
      Float64Array.from(
        Array.from({ length: to - from }, (_, k) => [
          ...gram.subarray((from + k) * size, (from + k) * size + from + k + 1),
        ]).flat(),
      );
    const [single, blocks] = [new UpdatedCholesky(), new UpdatedCholesky()];
    const kept: number[] = [];
    for (let j = 0; j < size; j++) append(single, gram, size, kept, j);
    for (const [from, to] of [
      [0, 5],
      [5, 6],
      [6, 6],
      [6, 60],
    ])
      assert.equal(blocks.appendRows(rowsOf(from, to), to - from), to - from);
    const [a, b] = [new Float64Array(size).fill(1), new Float64Array(size).fill(1)];
    single.solve(a);
    blocks.solve(b);
    assertAllClose("solution", a, b, 1e-12);

    const factor = new UpdatedCholesky();
    assert.equal(factor.appendRows(Float64Array.of(4, 2, 2, 4, 2, 4), 3), 2);
    assert.equal(factor.size, 2);
    const x = Float64Array.of(6, 4);
    factor.solve(x);
    assert.deepEqual(x, Float64Array.of(1, 1));
  });

  it("tells the relative pivot and refuses a row that depends on those there", () => {
    const factor = new UpdatedCholesky();
    assert.equal(factor.append(new Float64Array(0), 4), 1);
    assert.equal(factor.append(Float64Array.of(2), 2), 0.5);
    assert.equal(factor.append(Float64Array.of(4, 2), 4), 0);
    assert.equal(factor.append(Float64Array.of(Number.NaN, 0), 4), Number.NaN);
    assert.equal(factor.append(Float64Array.of(2, 1), 1.5, 0.4), 1 / 3);
    assert.equal(factor.size, 2);
    const b = Float64Array.of(6, 4);
    factor.solve(b);
    assert.deepEqual(b, Float64Array.of(1, 1));
  });

  it("keeps the leading rows of a matrix that has no factor", () => {
    const factor = new UpdatedCholesky();
    assert.equal(factor.refactor(Float64Array.of(4, 9, 9, 2, 2, 9, 4, 2, 4), 3), 2);
    const b = Float64Array.of(6, 4);
    factor.solve(b);
    assert.deepEqual(b, Float64Array.of(1, 1));
  });
});
