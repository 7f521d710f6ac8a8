import assert from "node:assert/strict";
import type { Datafit } from "../../src/datafits";
import * as index from "../../src/datafits";
import { squaredError } from "../../src/datafits";
import { seededRandom } from "../../src/random/random";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { numericGradient } from "../support/finite-differences";
import { normals } from "../support/problems";

/** Each with a way to draw targets of its domain. */
const members: readonly (readonly [Datafit, (size: number, seed: number) => Float64Array])[] = [
  [squaredError(), (size, seed) => normals(seededRandom(seed), size)],
];

const lossAt = (f: Datafit, y: Float64Array, eta: Float64Array): number =>
  f.valueAndGradient(y, eta, new Float64Array(y.length));

describe("every datafit", () => {
  it("of the index is in this suite", () => {
    const made = Object.values(index).map((make) => make().name);
    assert.deepEqual(
      made,
      members.map(([f]) => f.name),
    );
  });

  for (const [f, draw] of members) {
    it(`${f.name} has the gradient and the curvature that finite differences give`, () => {
      const random = seededRandom(1);
      for (let trial = 0; trial < 10; trial++) {
        const y = draw(7, trial);
        const eta = normals(random, 7);
        const gradient = new Float64Array(7).fill(9);
        f.valueAndGradient(y, eta, gradient);
        assertAllClose(
          "gradient",
          gradient,
          numericGradient((at) => lossAt(f, y, at), eta),
          1e-9,
        );
        const curvature = new Float64Array(7);
        f.curvature(y, eta, curvature);
        const numeric = eta.map(
          (_, i) =>
            numericGradient((at) => {
              const slope = new Float64Array(7);
              f.valueAndGradient(y, at, slope);
              return slope[i];
            }, eta).at(i)!,
        );
        assertAllClose("curvature", curvature, numeric, 1e-8);
      }
    });

    it(`${f.name} is a mean over samples: doubling the data changes nothing`, () => {
      const [y, eta] = [draw(5, 2), normals(seededRandom(2), 5)];
      const twice = (v: Float64Array): Float64Array => Float64Array.of(...v, ...v);
      assertClose("value", lossAt(f, twice(y), twice(eta)), lossAt(f, y, eta), 1e-15);
      assertClose("saturated", f.saturatedValue(twice(y)), f.saturatedValue(y), 1e-15);
    });

    it(`${f.name} is convex along every line`, () => {
      const random = seededRandom(3);
      for (let trial = 0; trial < 50; trial++) {
        const [y, a, b] = [draw(5, trial), normals(random, 5), normals(random, 5)];
        const middle = a.map((entry, i) => (entry + b[i]) / 2);
        assertAtMost("midpoint", lossAt(f, y, middle), (lossAt(f, y, a) + lossAt(f, y, b)) / 2, 1e-14);
      }
    });

    it(`${f.name} never falls below its saturated value`, () => {
      const random = seededRandom(4);
      for (let trial = 0; trial < 50; trial++) {
        const y = draw(5, trial);
        assertAtMost("saturated", f.saturatedValue(y), lossAt(f, y, normals(random, 5)), 1e-14);
      }
    });

    it(`${f.name} has Fenchel and Young's inequality, tight exactly at its gradient`, () => {
      const random = seededRandom(5);
      for (let trial = 0; trial < 50; trial++) {
        const [y, eta, dual] = [draw(5, trial), normals(random, 5), normals(random, 5)];
        const gradient = new Float64Array(5);
        const value = f.valueAndGradient(y, eta, gradient);
        assert.equal(f.fenchelYoung!(y, eta, gradient) <= 1e-30, true);
        assert.ok(f.fenchelYoung!(y, eta, dual) > 0);
        // f + f* - eta'u may change with eta only as f - eta'u does, whatever the conjugate.
        const other = normals(random, 5);
        const [first, second] = [f.fenchelYoung!(y, eta, dual), f.fenchelYoung!(y, other, dual)];
        const inner = dual.reduce((sum, u, i) => sum + u * (other[i] - eta[i]), 0);
        assertClose("conjugate", second - first, lossAt(f, y, other) - value - inner, 1e-12);
      }
    });

    if (f.subset)
      it(`${f.name} is the mean of its batches, weighted or not`, () => {
        const [y, eta] = [draw(6, 8), normals(seededRandom(8), 6)];
        for (const whole of [f, f.weighted(Float64Array.of(0.5, 1.5, 1, 0, 2, 1))]) {
          const gradient = new Float64Array(6);
          const value = whole.valueAndGradient(y, eta, gradient);
          const mean = new Float64Array(6);
          let total = 0;
          for (const rows of [Int32Array.of(4, 0), Int32Array.of(1, 5), Int32Array.of(3, 2)]) {
            const [part, at] = [Float64Array.from(rows, (i) => y[i]), Float64Array.from(rows, (i) => eta[i])];
            const slope = new Float64Array(2);
            total += whole.subset!(rows).valueAndGradient(part, at, slope) / 3;
            rows.forEach((i, k) => {
              mean[i] += slope[k] / 3;
            });
          }
          assertClose("value", total, value, 1e-14);
          assertAllClose("gradient", mean, gradient, 1e-14);
        }
      });

    it(`${f.name} leaves its inputs alone`, () => {
      const [y, eta, dual] = [draw(5, 6), normals(seededRandom(6), 5), normals(seededRandom(7), 5)];
      const before = [y.slice(), eta.slice(), dual.slice()];
      const out = new Float64Array(5);
      f.checkTarget("test", y);
      f.valueAndGradient(y, eta, out);
      f.curvature(y, eta, out);
      f.inverseLink(eta, out);
      f.saturatedValue(y);
      f.fenchelYoung!(y, eta, dual);
      assert.deepEqual([y, eta, dual], before);
    });
  }
});

describe("squaredError", () => {
  it("is half the mean of squared errors", () => {
    assert.equal(lossAt(squaredError(), Float64Array.of(1, 3), Float64Array.of(0, 1)), (1 + 4) / 4);
  });
});
