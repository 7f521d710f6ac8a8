/** Products of combinations of residuals, against products with the columns. */
import assert from "node:assert/strict";
import { seededRandom } from "../../../src/random/random";
import { ResidualSubspace } from "../../../src/solvers/subproblem/residual-subspace";
import { assertAtMost } from "../../support/assert-close";
import { normals } from "../../support/problems";

const [n, p] = [40, 12];
const random = seededRandom(8);
const X = normals(random, n * p);

function product(residual: Float64Array): Float64Array {
  return Float64Array.from({ length: p }, (_, j) =>
    residual.reduce((sum, r, i) => sum + X[j * n + i] * r, 0),
  );
}

const combined = (...terms: readonly (readonly [number, Float64Array])[]): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => terms.reduce((sum, [scale, v]) => sum + scale * v[i], 0));

/** The distance stated, once it bounds the error of each product. */
function distanceTo(known: ResidualSubspace, residual: Float64Array): number {
  const out = new Float64Array(p).fill(7);
  const distance = known.nearest(residual, out);
  product(residual).forEach((exact, j) => {
    const size = Math.hypot(...X.subarray(j * n, (j + 1) * n));
    assertAtMost(`product ${j}`, Math.abs(exact - out[j]), size * distance * (1 + 1e-12));
  });
  return distance;
}

describe("known residuals", () => {
  it("tell the products of their combinations, and bound those of others by the distance", () => {
    const known = new ResidualSubspace(6);
    const [a, b, c] = [normals(random, n), normals(random, n), normals(random, n)];
    assert.ok(Math.abs(distanceTo(known, a) - Math.hypot(...a)) < 1e-12);
    known.add(a, product(a));
    known.add(b, product(b));
    assert.equal(known.size, 2);
    assertAtMost("in the span", distanceTo(known, combined([2, a], [-3, b])), 1e-12);
    const away = distanceTo(known, combined([2, a], [-3, b], [0.01, c]));
    assert.ok(away > 1e-3 && away < 0.01 * Math.hypot(...c));
  });

  it("stay true of residuals that hardly differ, with what rounding adds", () => {
    const known = new ResidualSubspace(6);
    const [start, way, bent] = [normals(random, n), normals(random, n), normals(random, n)];
    const at = (t: number): Float64Array => combined([1, start], [t, way], [t * t, bent]);
    for (const t of [0, 1e-5, 2e-5, 2e-5, 3e-5]) known.add(at(t), product(at(t)));
    assertAtMost("a little further", distanceTo(known, at(4e-5)), 1e-8);
    assertAtMost("much further", distanceTo(known, at(1)), Math.hypot(...bent));
    assert.ok(distanceTo(known, at(1)) > 1e-12);
  });

  it("count what rounding adds to directions that are made of others that it was added to", () => {
    const known = new ResidualSubspace(6);
    const [a, b, c] = [normals(random, n), normals(random, n), normals(random, n)];
    const residuals = [combined([1, b], [1e-4, c]), combined([1, a], [1e-4, b]), a];
    for (const residual of residuals) known.add(residual, product(residual));
    assertAtMost("in the span", distanceTo(known, c), 1e-5 * Math.hypot(...c));
  });

  it("count what rounding adds to sums of many entries", () => {
    const [count, tiny] = [2 ** 14, Number.EPSILON / 2];
    const residual = new Float64Array(count).fill(tiny).fill(1, 0, 1);
    // A column of ones: summed in turn each entry but the first is lost.
    const summed = residual.reduce((sum, r) => sum + r, 0);
    assert.equal(summed, 1);
    const known = new ResidualSubspace(6);
    known.add(residual, Float64Array.of(summed));
    const out = new Float64Array(1);
    const distance = known.nearest(residual, out);
    assertAtMost("the sum", 1 + (count - 1) * tiny - out[0], Math.sqrt(count) * distance);
  });

  it("forget the oldest", () => {
    const known = new ResidualSubspace(6);
    const residuals = Array.from({ length: 9 }, () => normals(random, n));
    for (const residual of residuals) known.add(residual, product(residual));
    assert.equal(known.size, 6);
    assertAtMost("the last", distanceTo(known, residuals[8]), 1e-12);
    assert.ok(distanceTo(known, residuals[0]) > 1);
  });
});
