import assert from "node:assert/strict";
import {
  findCriticalPoints,
  findMinima,
  type SurfaceFunction,
} from "../../../../src/plot/charts/parts/critical-points";

const nodes = Array.from({ length: 41 }, (_, i) => i / 10 - 2);

describe("findCriticalPoints", () => {
  it("finds the minimum, the saddles and the maxima of a wave, with their curvatures", () => {
    const wave: SurfaceFunction = {
      value: (u, v) => Math.cos(3 * u) + Math.cos(3 * v),
      gradient: (u, v) => [-3 * Math.sin(3 * u), -3 * Math.sin(3 * v)],
    };
    const points = findCriticalPoints(wave, nodes);
    const count = (kind: string): number => points.filter((point) => point.kind === kind).length;
    assert.deepEqual([count("maximum"), count("minimum"), count("saddle"), count("flat")], [1, 4, 4, 0]);
    for (const { u, v, eigenvalues } of points) {
      for (const coordinate of [u, v]) {
        const quarter = (3 * coordinate) / Math.PI;
        assert.ok(Math.abs(quarter - Math.round(quarter)) < 1e-9);
      }
      for (const eigenvalue of eigenvalues) assert.ok(Math.abs(Math.abs(eigenvalue) - 9) < 1e-6);
    }
  });

  it("calls a valley floor flat", () => {
    const cubic: SurfaceFunction = {
      value: (u, v) => u ** 3 + v * v,
      gradient: (u, v) => [3 * u * u, 2 * v],
    };
    const points = findCriticalPoints(cubic, nodes);
    assert.deepEqual(
      points.map(({ kind }) => kind),
      ["flat"],
    );
    assert.ok(Math.hypot(points[0].u, points[0].v) < 1e-6);
  });

  it("finds none on a slope", () => {
    assert.deepEqual(findCriticalPoints({ value: (u) => u, gradient: () => [1, 0] }, nodes), []);
  });
});

describe("findMinima", () => {
  it("finds a smooth minimum between nodes and a kink on one", () => {
    const minima = findMinima((x) => Math.min(Math.abs(x), 0.2 + (x - 1.234) ** 2), nodes);
    assert.equal(minima.length, 2);
    assert.deepEqual(minima[0], { beta: 0, value: 0 });
    assert.ok(Math.abs(minima[1].beta - 1.234) < 1e-7);
    assert.ok(Math.abs(minima[1].value - 0.2) < 1e-12);
  });
});
