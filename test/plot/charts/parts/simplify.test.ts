import assert from "node:assert/strict";
import fc from "fast-check";
import { simplify } from "../../../../src/plot/charts/parts/isolines";

const coordinate = fc.double({ min: -1, max: 1, noNaN: true });
const points = fc.array(fc.tuple(coordinate, coordinate), { minLength: 2, maxLength: 40 });

function distance(p: readonly number[], a: readonly number[], b: readonly number[]): number {
  let nearest = Infinity;
  for (let k = 0; k <= 1000; k++) {
    const share = k / 1000;
    nearest = Math.min(
      nearest,
      Math.hypot(p[0] - a[0] - share * (b[0] - a[0]), p[1] - a[1] - share * (b[1] - a[1])),
    );
  }
  return nearest;
}

describe("simplify", () => {
  it("keeps nothing but the ends of a straight line", () => {
    const x = Array.from({ length: 50 }, (_, i) => i / 10);
    assert.deepEqual(simplify({ x, y: x.map((t) => 1 - 2 * t) }, 1e-9), { x: [0, 4.9], y: [1, -8.8] });
  });

  it("keeps corners and closes what was closed", () => {
    const square = { x: [0, 0.5, 1, 1, 1, 0, 0, 0], y: [0, 0, 0, 0.3, 1, 1, 0.7, 0] };
    assert.deepEqual(simplify(square, 0.01), { x: [0, 1, 1, 0, 0], y: [0, 0, 1, 1, 0] });
  });

  it("stays within the tolerance of every point, with points of the line in their order", () => {
    fc.assert(
      fc.property(points, (given) => {
        const kept = simplify({ x: given.map(([x]) => x), y: given.map(([, y]) => y) }, 0.3);
        const line = kept.x.map((x, i) => [x, kept.y[i]]);
        let from = 0;
        for (const point of line) {
          from = given.findIndex(([x, y], i) => i >= from && x === point[0] && y === point[1]);
          assert.ok(from >= 0);
        }
        for (const point of given) {
          const nearest = Math.min(...line.slice(1).map((end, i) => distance(point, line[i], end)));
          assert.ok(nearest <= 0.3 + 1e-2);
        }
      }),
      { numRuns: 30 },
    );
  });
});
