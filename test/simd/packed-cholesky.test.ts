import assert from "node:assert/strict";
import { seededRandom } from "../../src/random/random";
import type { Arena } from "../../src/simd/arena";
import { arenas, guarded, guardsHold } from "../support/kernel-arenas";
import { normals } from "../support/problems";

const SIZES = [0, 1, 2, 3, 4, 5, 7, 8, 9, 13, 30];

/** The packed lower triangle of `B B'`, `B` of twice as many columns. */
function packedGram(size: number): Float64Array {
  const B = Array.from({ length: size }, (_, i) => normals(seededRandom(100 + i), 2 * size));
  return Float64Array.from(B.flatMap((a, i) => B.slice(0, i + 1).map((b) => dot(a, b))));
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + x * b[i], 0);
const place = (i: number, j: number): number => (i * (i + 1)) / 2 + j;
const entry = (packed: Float64Array, i: number, j: number): number =>
  packed[i >= j ? place(i, j) : place(j, i)];

/** The packed lower triangle of `L L'`, and its largest entry. */
function square(L: Float64Array, size: number): Float64Array {
  const product = new Float64Array(L.length);
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++)
      for (let k = 0; k <= j; k++) product[place(i, j)] += L[place(i, k)] * L[place(j, k)];
  return product;
}

function assertNear(actual: Float64Array, expected: Float64Array, tolerance: number, label: string): void {
  const scale = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  expected.forEach((x, k) => {
    assert.ok(Math.abs(actual[k] - x) <= tolerance * scale, `${label}, entry ${k}: ${actual[k]} for ${x}`);
  });
}

/** What all backends compute, which has to be the same bits. */
function everywhere(run: (arena: Arena) => Float64Array): Float64Array {
  const [first, ...others] = arenas().map(({ arena }) => Float64Array.from(run(arena)));
  for (const other of others) assert.deepEqual(other, first);
  assert.ok(guardsHold());
  return first;
}

function factorOf(arena: Arena, size: number): Float64Array {
  const factor = guarded(arena, packedGram(size));
  assert.equal(arena.kernels.factorPacked(factor, 0, size, 1e-13), size);
  return factor;
}

describe("the kernels of a packed Cholesky factor", () => {
  it("factor a matrix: L L' is it again", () => {
    for (const size of SIZES) {
      const L = everywhere((arena) => factorOf(arena, size));
      assertNear(square(L, size), packedGram(size), 1e-14, `size ${size}`);
    }
  });

  it("go on from a factor of the leading rows to the same bits", () => {
    for (const size of SIZES) {
      const whole = everywhere((arena) => factorOf(arena, size));
      for (const from of [0, 1, 2, 3, 6].filter((rows) => rows <= size)) {
        for (const { arena } of arenas()) {
          const factor = guarded(arena, packedGram(size));
          assert.equal(arena.kernels.factorPacked(factor, 0, from, 1e-13), from);
          assert.equal(arena.kernels.factorPacked(factor, from, size, 1e-13), size);
          assert.deepEqual([...factor], [...whole]);
        }
      }
    }
  });

  it("stop where a pivot is too small, and keep the rows before", () => {
    for (const size of SIZES.slice(2)) {
      for (const broken of [size - 1, Math.floor(size / 2)]) {
        for (const value of [0, -1, Number.NaN]) {
          const A = packedGram(size);
          A[place(broken, broken)] = value;
          for (const { arena } of arenas()) {
            const factor = guarded(arena, A);
            assert.equal(arena.kernels.factorPacked(factor, 0, size, 1e-13), broken);
            const head = factor.subarray(0, place(broken, 0));
            assert.deepEqual([...head], [...factorOf(arena, size).subarray(0, head.length)]);
          }
        }
      }
    }
  });

  it("solve both triangles", () => {
    for (const size of SIZES) {
      const x = normals(seededRandom(size), size);
      const L = everywhere((arena) => factorOf(arena, size));
      const lower = x.map((_, i) =>
        x.reduce((sum, value, j) => sum + (j <= i ? L[place(i, j)] * value : 0), 0),
      );
      const upper = x.map((_, i) =>
        x.reduce((sum, value, j) => sum + (j >= i ? L[place(j, i)] * value : 0), 0),
      );
      const forward = everywhere((arena) => {
        const b = guarded(arena, lower);
        arena.kernels.forwardSolve(factorOf(arena, size), b);
        return b;
      });
      const back = everywhere((arena) => {
        const b = guarded(arena, upper);
        arena.kernels.backSolve(factorOf(arena, size), b);
        return b;
      });
      assertNear(forward, x, 1e-13, `L x = b, size ${size}`);
      assertNear(back, x, 1e-13, `L' x = b, size ${size}`);
    }
  });

  it("drop any row: L L' is the matrix without it", () => {
    for (const size of SIZES.slice(1)) {
      const A = packedGram(size);
      for (let k = 0; k < size; k++) {
        const L = everywhere((arena) => {
          const factor = factorOf(arena, size);
          arena.kernels.dropRow(factor, size, k, guarded(arena, new Float64Array(2 * size)));
          return factor.subarray(0, place(size - 1, 0));
        });
        const kept = Array.from({ length: size }, (_, i) => i).filter((i) => i !== k);
        const expected = kept.flatMap((i, m) => kept.slice(0, m + 1).map((j) => entry(A, i, j)));
        assertNear(square(L, size - 1), Float64Array.from(expected), 1e-14, `size ${size} without ${k}`);
      }
    }
  });
});
