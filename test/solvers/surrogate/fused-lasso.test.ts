/** The fused lasso of a sequence, against the taut string and the optimality conditions. */
import assert from "node:assert/strict";
import { seededRandom } from "../../../src";
import { fusedLasso } from "../../../src/solvers";
import { assertAllClose, assertAtMost, assertClose } from "../../support/assert-close";

/**
 * The taut string through a tube of half-width `strength` around the cumulative sums: its slopes are the sequence of the least
 * `1/2 ||y - b||^2 + strength sum |differences|` (Davies and Kovac, Local extremes, runs, strings and multiresolution, 2001).
 */
function tautString(y: readonly number[], strength: number): Float64Array {
  const n = y.length;
  const sums = [0];
  for (const value of y) sums.push(sums[sums.length - 1] + value);
  const slopes = new Float64Array(n);
  let [knot, height] = [0, 0];
  while (knot < n) {
    let [low, high, atLow, atHigh] = [-Infinity, Infinity, -1, -1];
    let bend: { at: number; slope: number; side: number } | undefined;
    for (let k = knot + 1; k <= n && !bend; k++) {
      const width = k === n ? 0 : strength;
      const below = (sums[k] - width - height) / (k - knot);
      const above = (sums[k] + width - height) / (k - knot);
      if (below > high) bend = { at: atHigh, slope: high, side: 1 };
      else if (above < low) bend = { at: atLow, slope: low, side: -1 };
      else {
        if (below >= low) [low, atLow] = [below, k];
        if (above <= high) [high, atHigh] = [above, k];
      }
    }
    const { at, slope, side } = bend ?? { at: n, slope: low, side: 0 };
    slopes.fill(slope, knot, at);
    [knot, height] = [at, sums[at] + (at === n ? 0 : side * strength)];
  }
  return slopes;
}

const sequences: Readonly<Record<string, (n: number, seed: number) => number[]>> = {
  steps: (n, seed) => {
    const random = seededRandom(seed);
    return Array.from({ length: n }, (_, i) => 5 + (Math.floor((5 * i) / n) % 2) * 2 + random.normal());
  },
  "a random walk": (n, seed) => {
    const random = seededRandom(seed);
    let sum = 0;
    return Array.from({ length: n }, () => {
      sum += random.normal();
      return sum;
    });
  },
  "rounded numbers, many of them equal": (n, seed) => {
    const random = seededRandom(seed);
    return Array.from({ length: n }, () => Math.round(random.normal()));
  },
};

describe("fusedLasso", () => {
  for (const [kind, draw] of Object.entries(sequences)) {
    it(`is the taut string: ${kind}`, () => {
      for (const n of [1, 2, 3, 7, 40, 300, 2000]) {
        const y = draw(n, n);
        for (const strength of [0.05, 0.4, 3, 30]) {
          const fit = fusedLasso(y, { lambda: strength / n, tol: 1e-12 });
          assert.equal(fit.status, "converged");
          assertAllClose(`${n} numbers`, fit.coef, tautString(y, strength), 1e-9);
          assertAtMost("iterations", fit.nIter, 100);
          const changes = Array.from(fit.coef.keys()).filter((i) => i > 0 && fit.coef[i] !== fit.coef[i - 1]);
          assert.deepEqual([...fit.breaks], changes);
        }
      }
    });
  }

  it("has a gap between its objective and that of its dual point, with l1 and without", () => {
    for (const l1 of [0, 0.3, 2]) {
      const n = 60;
      const y = sequences.steps(n, 3).map((value) => value - 6);
      const lambda = 0.05;
      const { coef, dual, certificate, status } = fusedLasso(y, { lambda, l1 });
      assert.equal(status, "converged");
      const variation = coef.reduce((sum, b, i) => sum + (i > 0 ? Math.abs(b - coef[i - 1]) : 0), 0);
      const loss = coef.reduce((sum, b, i) => sum + (y[i] - b) ** 2 / (2 * n), 0);
      const size = coef.reduce((sum, b) => sum + Math.abs(b), 0);
      assertClose("objective", certificate.objective, loss + lambda * variation + l1 * size, 1e-13);
      assert.ok(dual.every((entry) => Math.abs(entry) <= lambda * (1 + 1e-14)));
      // The least over b of the Lagrangian at a dual point in its box, the lasso of y less the differences of the dual.
      const least = y.reduce((sum, value, i) => {
        const pulled = value - n * ((i > 0 ? dual[i - 1] : 0) - (i + 1 < n ? dual[i] : 0));
        const b = Math.sign(pulled) * Math.max(Math.abs(pulled) - n * l1, 0);
        return sum + ((b - pulled) ** 2 + value ** 2 - pulled ** 2) / (2 * n) + l1 * Math.abs(b);
      }, 0);
      assertClose("dual objective", least, certificate.objective - certificate.dualityGap, 1e-12);
      assertAtMost("gap", certificate.dualityGap, 1e-10 * certificate.objective, 1e-12);
    }
  });

  it("has no lower neighbour with l1", () => {
    const n = 30;
    const y = sequences.steps(n, 8).map((value) => value - 5.5);
    const objective = (b: ArrayLike<number>): number =>
      y.reduce((sum, value, i) => {
        const jump = i > 0 ? 0.04 * Math.abs(b[i] - b[i - 1]) : 0;
        return sum + (value - b[i]) ** 2 / (2 * n) + jump + 0.02 * Math.abs(b[i]);
      }, 0);
    const { coef } = fusedLasso(y, { lambda: 0.04, l1: 0.02 });
    const random = seededRandom(2);
    for (let trial = 0; trial < 300; trial++) {
      const step = 10 ** -(trial % 7);
      const [from, to] = [Math.floor(n * random.uniform()), Math.floor(n * random.uniform())];
      const moved = coef.map((b, i) => b + (i >= Math.min(from, to) && i <= Math.max(from, to) ? step : 0));
      const back = moved.map((b, i) => 2 * coef[i] - b);
      for (const other of [moved, back]) assertAtMost("objective", objective(coef), objective(other), 1e-14);
    }
  });

  it("says how far it is where it may not go on", () => {
    const y = sequences["a random walk"](2000, 5);
    const cut = fusedLasso(y, { lambda: 1, maxIter: 0 });
    assert.equal(cut.status, "max-iter");
    const best = fusedLasso(y, { lambda: 1, tol: 1e-13 });
    assert.ok(best.nIter > 0);
    const excess = cut.certificate.objective - best.certificate.objective;
    assert.ok(excess > 0);
    assertAtMost("excess", excess, cut.certificate.dualityGap, 1e-12);
  });

  it("refuses what is outside its domain in one sentence", () => {
    for (const [make, message] of [
      [() => fusedLasso([1, 2], { lambda: 0 }), "lambda must be a positive finite number, got 0"],
      [() => fusedLasso([1, 2], { lambda: 1, l1: -1 }), "l1 must be a finite number >= 0, got -1"],
      [() => fusedLasso([1, 2], { lambda: 1, maxIter: 0.5 }), "maxIter must be an integer >= 0, got 0.5"],
      [
        () => fusedLasso([1, Number.NaN], { lambda: 1 }),
        "y, row 1 must be a finite number, got NaN; drop or impute missing values first",
      ],
    ] as const) {
      assert.throws(make, { name: "InputError", message: `fusedLasso: ${message}` });
    }
  });
});
