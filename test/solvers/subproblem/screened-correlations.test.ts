/** Products with a residual that are exact only where they matter, against sums of their own. */
import assert from "node:assert/strict";
import { l1 } from "../../../src/penalties";
import { seededRandom } from "../../../src/random/random";
import { ScreenedCorrelations, squaredNorms } from "../../../src/solvers/subproblem/residual-subspace";
import { assertAllClose, assertAtMost } from "../../support/assert-close";
import { linearData, normals, problemOf } from "../../support/problems";

const [n, p] = [30, 20];
const data = linearData(5, n, p);
const problem = problemOf(data, l1());
const random = seededRandom(2);

const exact = (residual: Float64Array): Float64Array =>
  Float64Array.from({ length: p }, (_, j) => data.X.reduce((sum, row, i) => sum + row[j] * residual[i], 0));

const near = (residual: Float64Array, distance: number): Float64Array => {
  const shift = normals(random, n);
  return residual.map((entry, i) => entry + (distance / Math.hypot(...shift)) * shift[i]);
};

describe("ScreenedCorrelations", () => {
  it("are all exact with the first residual, and with another one where they are asked for", () => {
    const bounded = new ScreenedCorrelations(problem, 6);
    const first = normals(random, n);
    assert.ok(bounded.setResidual(first));
    assert.ok(!bounded.setResidual(first));
    assert.equal(bounded.distance, 0);
    assertAllClose("first", bounded.products, exact(first), 1e-13);

    const second = near(first, 0.1);
    assert.ok(bounded.setResidual(second));
    assertAtMost("distance", bounded.distance, 0.1 + 1e-12);
    for (const j of [3, 7, 3]) bounded.request(j, true);
    bounded.computeRequested();
    const expected = exact(second);
    let nApart = 0;
    for (let j = 0; j < p; j++) {
      const error = Math.abs(bounded.products[j] - expected[j]);
      const size = Math.hypot(...data.X.map((row) => row[j]));
      assertAtMost(`product ${j}`, error, j === 3 || j === 7 ? 1e-13 : size * bounded.distance);
      if (error > 1e-4) nApart++;
    }
    assert.ok(nApart > p / 2);
  });

  it("are taken from outside too", () => {
    const bounded = new ScreenedCorrelations(problem, 6);
    const known = normals(random, n);
    bounded.addKnown(known, exact(known));
    bounded.setResidual(known.map((entry) => 2 * entry));
    assertAtMost("in the span", bounded.distance, 1e-12);
    assertAllClose("twice", bounded.products, exact(known.map((entry) => 2 * entry)), 1e-12);
  });

  it("are all computed where more than half are asked for, or have been only since bounds were loose", () => {
    const first = normals(random, n);
    const bounded = new ScreenedCorrelations(problem, 6);
    bounded.setResidual(first);
    const ask = (count: number, isNeeded: boolean): boolean => {
      bounded.setResidual(near(first, 0.01));
      for (let j = 0; j < count; j++) bounded.request(j, isNeeded);
      bounded.computeRequested();
      return bounded.distance === 0;
    };
    assert.ok(!ask(p / 2, true));
    assert.ok(ask(p / 2 + 1, true));
    assert.ok(!ask(p / 2, true));
    assert.ok(!ask(p / 2 - 2, false));
    assert.ok(!ask(2, false));
    assert.ok(ask(1, false));
    assert.ok(!ask(p / 2, false));
  });
});

describe("squaredNorms", () => {
  it("are those of the columns, whatever the scale of the loss is", () => {
    const expected = Float64Array.from({ length: p }, (_, j) =>
      data.X.reduce((sum, row) => sum + row[j] ** 2, 0),
    );
    assertAllClose("squares", squaredNorms(problem), expected, 1e-12);
  });
});
