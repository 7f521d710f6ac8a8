import assert from "node:assert/strict";
import { seededRandom } from "../../src";
import { arenas, guarded, guardsHold, indicesIn } from "../support/kernel-arenas";
import { normals } from "../support/problems";

describe("compactColumns", () => {
  it("drops stored zeros before it sums, and tells the first column that is not sound", () => {
    const size = 11;
    const ascending = Array.from({ length: size }, (_, k) => 2 * k);
    const swapped = ascending.with(6, ascending[7]).with(7, ascending[6]);
    const entries = Array.from(normals(seededRandom(3), size));
    const withZeros = entries.map((x, k) => (k % 3 === 1 ? 0 : x));
    for (const [fault, rows, values] of [
      ["none", ascending, withZeros],
      ["rows that descend", swapped, withZeros],
      ["a row twice", ascending.with(10, ascending[9]), withZeros],
      ["a row below the first", ascending.with(0, -1), withZeros],
      ["a row beyond the last", ascending.with(10, 2 * size), withZeros],
      ["NaN", ascending, withZeros.with(2, Number.NaN)],
      ["infinity", ascending, withZeros.with(9, Number.POSITIVE_INFINITY)],
    ] as const) {
      for (const { arena } of arenas()) {
        const columns = {
          starts: indicesIn(arena, [0, size, size, 2 * size, 3 * size]),
          rows: indicesIn(arena, [...ascending, ...rows, ...ascending]),
          values: guarded(arena, [...entries, ...values, ...withZeros]),
        };
        const room = () => guarded(arena, new Float64Array(4).fill(7));
        const out = { sums: room(), squares: room(), smallest: room(), largest: room() };
        const nSound = arena.kernels.compactColumns(columns, 2 * size, out);
        assert.equal(nSound, fault === "none" ? 4 : 2, fault);
        const kept = withZeros.filter((x) => x !== 0);
        const n = kept.length;
        const end = columns.starts[4];
        assert.deepEqual([...columns.values.subarray(end - n, end)], kept, fault);
        assert.deepEqual(
          [...columns.rows.subarray(end - n, end)],
          ascending.filter((_, k) => withZeros[k] !== 0),
        );
        assert.deepEqual([out.smallest[3], out.largest[3]], [Math.min(...kept), Math.max(...kept)], fault);
        assert.deepEqual([out.sums[1], out.smallest[1], out.largest[1]], [0, Infinity, -Infinity], fault);
        // The sums are those of a column without the zeros, to the last bit.
        const alone = {
          starts: indicesIn(arena, [0, n]),
          rows: indicesIn(arena, ascending.slice(0, n)),
          values: guarded(arena, kept),
        };
        const own = { sums: room(), squares: room(), smallest: room(), largest: room() };
        arena.kernels.compactColumns(alone, 2 * size, {
          sums: own.sums.subarray(0, 1),
          squares: own.squares.subarray(0, 1),
          smallest: own.smallest.subarray(0, 1),
          largest: own.largest.subarray(0, 1),
        });
        assert.deepEqual([out.sums[3], out.squares[3]], [own.sums[0], own.squares[0]], fault);
      }
    }
    assert.ok(guardsHold());
  });
});
