import assert from "node:assert/strict";
import { InternalError } from "../../src/errors";
import { type Arena, arenaOf, plainArena } from "../../src/simd/arena";
import { withWorkers } from "../../src/simd/matvec-workers";
import { sharedOut } from "../support/shared-out";

const n = 8209;
const ROOM = 1 << 24;

interface Factors {
  readonly arena: Arena;
  readonly columns: Float64Array;
  readonly v: Float64Array;
}

function factorsIn(arena: Arena, nColumns: number): Factors {
  const [columns, v] = [arena.float64(n * nColumns), arena.float64(n)];
  columns.forEach((_, i) => {
    columns[i] = Math.sin(1.3 * i) * (1 + (i % 11));
  });
  v.forEach((_, i) => {
    v[i] = Math.cos(0.7 * i);
  });
  return { arena, columns, v };
}

function listIn(arena: Arena, values: readonly number[]): Int32Array {
  const list = arena.int32(values.length);
  list.set(values);
  return list;
}

/** Each product of so many columns that a crew shares out. */
function products({ arena, columns, v }: Factors, count: number): number[][] {
  const { kernels } = arena;
  const reversed = Array.from({ length: count }, (_, k) => count - 1 - k);
  const [list, others] = [listIn(arena, reversed), listIn(arena, reversed.slice(1))];
  const [dots, dotsAt] = [arena.float64(count), arena.float64(count)];
  kernels.columnDots(columns.subarray(0, n * count), v, dots);
  kernels.columnDotsAt(columns, list, v, dotsAt);
  const [gram, block] = [arena.float64(count * count), arena.float64(count * (count - 1))];
  kernels.gramBlock(columns, n, list, list, gram, v);
  kernels.gramBlock(columns, n, list, others, block);
  return [dots, dotsAt, gram, block].map((values) => [...values]);
}

describe("kernels on memory that threads share", () => {
  before(function () {
    if (arenaOf(ROOM, true) !== plainArena) return;
    process.stdout.write("skipped: without WebAssembly kernels every call computes alone\n");
    this.skip();
  });

  const sharedByTwo = (work: () => void): number => sharedOut(() => withWorkers(2, work));

  it("give the bits of one thread, by whatever number of columns the parts of a product are uneven", () => {
    for (const count of [64, 65, 67, 71, 78]) {
      const expected = products(factorsIn(plainArena, 78), count);
      const nShared = sharedByTwo(() => {
        assert.deepStrictEqual(products(factorsIn(arenaOf(ROOM, true), 78), count), expected, `${count}`);
      });
      assert.equal(nShared, 4);
    }
  });

  it("compute small products alone, as they do without a crew", () => {
    const { arena, columns, v } = factorsIn(arenaOf(ROOM, true), 70);
    const dots = arena.float64(70);
    assert.equal(
      sharedByTwo(() => arena.kernels.columnDots(columns, v, dots.subarray(0, 60))),
      0,
    );
    arena.kernels.columnDots(columns, v, dots);
    assert.notEqual(dots[69], 0);
  });

  it("refuse room for fewer numbers than there will be, with a crew and without, and leave numbers beyond as they are", () => {
    const { arena, columns, v } = factorsIn(arenaOf(ROOM, true), 70);
    const { kernels } = arena;
    const all = listIn(
      arena,
      Array.from({ length: 70 }, (_, k) => k),
    );
    const refused = (work: () => void, count: number): void =>
      assert.throws(
        work,
        new InternalError(`kernels: an array must have ${count} entries, got ${count - 1}`),
      );
    const [dots, gram] = [arena.float64(71).fill(7), arena.float64(70 * 70)];
    const refuse = (): void => {
      refused(() => kernels.columnDotsAt(columns, all, v, dots.subarray(0, 69)), 70);
      refused(() => kernels.gramBlock(columns, n, all, all, gram.subarray(1)), 4900);
    };
    refuse();
    assert.equal(sharedByTwo(refuse), 0);
    assert.ok(dots.every((value) => value === 7));
    sharedByTwo(() => kernels.columnDotsAt(columns, all, v, dots));
    assert.equal(dots[70], 7);
  });
});
