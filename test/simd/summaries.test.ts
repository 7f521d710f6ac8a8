import assert from "node:assert/strict";
import { arenas, guarded, guardsHold } from "../support/kernel-arenas";

describe("summarizeColumns", () => {
  /** The smallest and the largest entry of one column, by each of the backends. */
  const extremesOf = (column: readonly number[]): number[][] =>
    arenas().map(({ arena }) => {
      const room = () => guarded(arena, new Float64Array(1).fill(7));
      const out = { means: room(), squares: room(), smallest: room(), largest: room() };
      arena.kernels.summarizeColumns(guarded(arena, Float64Array.from(column)), column.length, out);
      assert.ok(guardsHold());
      return [out.smallest[0], out.largest[0]];
    });

  it("finds the extremes wherever they are in a column", () => {
    for (let n = 1; n < 11; n++) {
      for (let place = 0; place < n; place++) {
        for (const extreme of [-3, 3, -Infinity, Infinity]) {
          const column = Array.from({ length: n }, (_, i) => (i === place ? extreme : Math.sin(i)));
          const expected = [Math.min(...column), Math.max(...column)];
          for (const found of extremesOf(column)) assert.deepEqual(found, expected, `${n}, ${place}`);
        }
      }
    }
  });

  it("passes over no NaN", () => {
    for (let n = 1; n < 11; n++) {
      for (let place = 0; place < n; place++) {
        const column = Array.from({ length: n }, (_, i) => (i === place ? Number.NaN : i));
        for (const found of extremesOf(column)) assert.deepEqual(found, [Number.NaN, Number.NaN]);
      }
    }
  });

  it("gives zeros of either sign as 0 in all backends", () => {
    for (const column of [[-0], [0, -0, 0, -0, -0, 0], [-0, 0, -0, -0, 0]]) {
      for (const found of extremesOf(column)) assert.ok(found.every((extreme) => Object.is(extreme, 0)));
    }
  });

  it("keeps extremes whose sum is too large for a number", () => {
    const column = [1e308, -1e308, 1.5e308, 1.5e308, -1.5e308, -1.5e308, 1.7e308, -1.7e308, 1e308];
    for (const found of extremesOf(column)) assert.deepEqual(found, [-1.7e308, 1.7e308]);
  });
});
