import assert from "node:assert/strict";
import { squaredError } from "../../../src/datafits";
import { l1 } from "../../../src/penalties";
import { seededRandom } from "../../../src/random/random";
import { GatedRidge } from "../../../src/solvers/surrogate/gated-ridge";
import { assertAllClose, assertAtMost, assertClose } from "../../support/assert-close";
import { linearData, normals, problemOf } from "../../support/problems";

describe("GatedRidge", () => {
  const random = seededRandom(1);
  for (const [name, n, p] of [
    ["n < p", 12, 30],
    ["p <= n", 30, 12],
    ["p = n", 15, 15],
  ] as const) {
    it(`is stationary in u and psi with ${name}, at a loss that is that of its residual`, () => {
      const free = [new Float64Array(n).fill(1), normals(random, n)];
      const data = linearData(2, n, p);
      const problem = problemOf(data, l1(), free);
      const ridge = new GatedRidge(problem);
      for (const strength of [1e-3, 0.1, 10]) {
        const gate = normals(random, p).map((entry, j) => (j % 4 === 0 ? 0 : entry));
        if (strength === 0.1) gate.fill(Number.POSITIVE_INFINITY, 1, 4);
        const loss = ridge.solve(gate, strength);
        const { factor, beta, residual, correlation } = ridge;
        assertAllClose(
          "beta",
          beta,
          gate.map((entry, j) => (entry === Infinity ? factor[j] : entry * factor[j])),
          1e-15,
        );

        // y - X beta differs from the residual by what the free columns span, and the residual has none of that.
        const rest = residual.map(
          (r, i) => data.y[i] - data.X[i].reduce((sum, x, j) => sum + x * beta[j], 0) - r,
        );
        problem.free.projectOut(rest);
        assertAllClose("span", rest, new Float64Array(n), 1e-12);
        for (const column of free)
          assertClose(
            "psi",
            column.reduce((sum, q, i) => sum + q * residual[i], 0),
            0,
            1e-12,
          );

        for (let j = 0; j < p; j++) {
          const inner = data.X.reduce((sum, row, i) => sum + row[j] * residual[i], 0) / n;
          assertClose("correlation", correlation[j], inner, 1e-12);
          if (gate[j] === Infinity) assertClose("stationarity without a ridge", inner, 0, 1e-12);
          else assertClose("stationarity", strength * factor[j], gate[j] * inner, 1e-12);
        }
        assertClose("loss", loss, residual.reduce((sum, r) => sum + r * r, 0) / (2 * n), 1e-14);
      }
    });
  }

  it("counts samples, not entries, where there are several responses", () => {
    const data = linearData(3, 20, 4);
    const one = new GatedRidge(problemOf(data));
    const two = new GatedRidge({ ...problemOf(data), datafit: { ...squaredError(), nResponses: 2 } });
    const gate = new Float64Array(4).fill(1);
    assertClose("loss", two.solve(gate, 0.2), 2 * one.solve(gate, 0.1), 1e-14);
    assertAllClose("factor", two.factor, one.factor, 1e-14);
  });

  it("says NaN where more columns than rows have no ridge", () => {
    const gate = new Float64Array(9).fill(Number.POSITIVE_INFINITY);
    assert.ok(Number.isNaN(new GatedRidge(problemOf(linearData(6, 5, 9))).solve(gate, 1)));
  });

  it("says NaN where the ridge is lost in rounding", () => {
    const { X, y } = linearData(4, 20, 3);
    const ridge = new GatedRidge(problemOf({ X: X.map((row) => [...row, row[0]]), y }));
    assert.ok(Number.isNaN(ridge.solve(new Float64Array(4).fill(1), 1e-18)));
    assertAtMost("loss", ridge.solve(new Float64Array(4).fill(1), 1e-6), 10);
  });
});
