import assert from "node:assert/strict";
import { hadamardDifference, hadamardPower, hadamardProduct } from "../../../src/parametrizations";
import { computeLandscape, type Landscape } from "../../../src/plot";

function pointsOf(landscape: Landscape, kind: string) {
  return landscape.surrogate.criticalPoints.filter((point) => point.kind === kind);
}

function assertNear(actual: number, expected: number, tolerance = 1e-9): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);
}

describe("computeLandscape", () => {
  it("finds the paper's minima and saddle for two factors, z = 1.5 and lambda = 0.5", () => {
    // Worked out by hand: beta = z - lambda = 1, u = v = ±1, Q = 0.125 + 0.5; Hessian [[1.5, 0.5], [0.5, 1.5]] there
    // and [[0.5, -1.5], [-1.5, 0.5]] at zero.
    const landscape = computeLandscape(hadamardProduct({ depth: 2 }));
    assert.deepEqual(landscape.base.minima, [{ beta: 1, value: 0.625 }]);
    const minima = pointsOf(landscape, "minimum").sort((a, b) => a.u - b.u);
    assert.equal(minima.length, 2);
    for (const [k, sign] of [-1, 1].entries()) {
      assertNear(minima[k].u, sign);
      assertNear(minima[k].v, sign);
      assertNear(minima[k].value, 0.625);
      assertNear(minima[k].eigenvalues[0], 1, 1e-8);
      assertNear(minima[k].eigenvalues[1], 2, 1e-8);
    }
    const saddles = pointsOf(landscape, "saddle");
    assert.equal(saddles.length, 1);
    assertNear(Math.hypot(saddles[0].u, saddles[0].v), 0);
    assertNear(saddles[0].value, 1.125);
    assertNear(saddles[0].eigenvalues[0], -1, 1e-8);
    assertNear(saddles[0].eigenvalues[1], 2, 1e-8);
  });

  it("makes zero a local minimum for three factors, behind two saddles", () => {
    const landscape = computeLandscape(hadamardProduct({ depth: 3 }));
    assert.equal(landscape.nTied, 2);
    const zero = pointsOf(landscape, "minimum").find(({ u, v }) => Math.hypot(u, v) < 1e-9);
    assertNear(zero?.value ?? Number.NaN, 1.125);
    // Stationary means beta - z + lambda q beta^(q-1) = 0 with q = 2/3, and balanced.
    for (const { u, v } of [...pointsOf(landscape, "saddle"), ...pointsOf(landscape, "minimum")]) {
      if (u === zero?.u) continue;
      const beta = u * v * v;
      assertNear(beta - 1.5 + (0.5 * 2) / 3 / Math.cbrt(beta), 0);
      assertNear(Math.abs(u), Math.abs(v));
    }
    assert.equal(pointsOf(landscape, "saddle").length, 2);
  });

  it("finds the two saddles beside zero at depth 2.5", () => {
    // Stationary means beta - z + lambda q beta^(q-1) = 0 with q = 4/5: bisection gives beta = 0.00135458.
    const saddles = pointsOf(computeLandscape(hadamardPower({ depth: 2.5 })), "saddle");
    assert.equal(saddles.length, 2);
    for (const { u, v } of saddles) {
      assertNear(u * Math.abs(v) ** 1.5, 0.00135458, 1e-8);
      assertNear(Math.abs(v), u);
    }
  });

  for (const [parametrization, z, lambda] of [
    [hadamardProduct({ depth: 2 }), 1.5, 0.5],
    [hadamardProduct({ depth: 2 }), -0.7, 0.2],
    [hadamardProduct({ depth: 3 }), -2, 0.4],
    [hadamardProduct({ depth: 4 }), 1.5, 0.3],
    [hadamardDifference({ depth: 2 }), 1.2, 0.5],
    [hadamardProduct({ depth: 2 }), 0.3, 1],
  ] as const) {
    it(`has the minima of the objective as those of the surrogate: ${parametrization.name}, z = ${z}`, () => {
      const landscape = computeLandscape(parametrization, { z, lambda });
      const beta = new Float64Array(1);
      const valueAt = new Map<string, number>();
      for (const { u, v, value } of pointsOf(landscape, "minimum")) {
        const xi = new Float64Array(parametrization.surrogateSize(1)).fill(v);
        xi[0] = u;
        parametrization.forward(xi, beta);
        valueAt.set((Math.round(beta[0] * 1e6) / 1e6 + 0).toString(), value);
      }
      assert.deepEqual(
        [...valueAt.keys()].sort(),
        landscape.base.minima.map(({ beta }) => (Math.round(beta * 1e6) / 1e6 + 0).toString()).sort(),
      );
      for (const { beta, value } of landscape.base.minima) {
        assertNear(valueAt.get((Math.round(beta * 1e6) / 1e6 + 0).toString()) ?? Number.NaN, value);
      }
    });
  }

  it("has the fibre where the factors give the minimizer", () => {
    const { fibre } = computeLandscape(hadamardProduct({ depth: 2 }));
    assert.equal(fibre.length, 2);
    for (const { x, y } of fibre) for (const [i, u] of x.entries()) assertNear(u * y[i], 1, 2e-3);
  });

  it("never lets the surrogate fall below the objective's minimum", () => {
    const { base, surrogate } = computeLandscape(hadamardProduct({ depth: 3 }), { z: 1, lambda: 0.2 });
    const lowest = Math.min(...base.minima.map(({ value }) => value));
    assert.ok(Math.min(...Array.from(surrogate.values)) >= lowest - 1e-6);
  });

  it("widens the square until the minima are in it", () => {
    const landscape = computeLandscape(hadamardProduct({ depth: 2 }), { z: 10, lambda: 1 });
    assert.equal(pointsOf(landscape, "minimum").length, 2);
    assert.ok(landscape.surrogate.extent > 3);
  });

  it("refuses options out of range and a parametrization without spare parameters", () => {
    const refused = (options: object, message: string): void =>
      assert.throws(() => computeLandscape(hadamardProduct({ depth: 2 }), options), {
        name: "InputError",
        message,
      });
    refused({ z: Number.NaN }, "surrogateLandscape: z must be a finite number, got NaN");
    refused({ lambda: 0 }, "surrogateLandscape: lambda must be a finite number > 0, got 0");
    refused({ extent: -1 }, "surrogateLandscape: extent must be a finite number > 0, got -1");
    refused({ resolution: 10 }, "surrogateLandscape: resolution must be an integer from 11 to 301, got 10");
    assert.throws(() => computeLandscape({ ...hadamardProduct({ depth: 2 }), surrogateSize: () => 1 }), {
      message:
        "surrogateLandscape: parametrization must be one with two or more parameters a coefficient, got 1",
    });
  });
});
