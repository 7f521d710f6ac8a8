import assert from "node:assert/strict";
import {
  type GridField,
  isolines,
  type Polyline,
  sublevelOutlines,
} from "../../../../src/plot/charts/parts/isolines";

function field(f: (x: number, y: number) => number, resolution = 81, extent = 2): GridField {
  const node = (i: number): number => (2 * extent * i) / (resolution - 1) - extent;
  const values = Array.from({ length: resolution ** 2 }, (_, k) =>
    f(node(k % resolution), node(Math.floor(k / resolution))),
  );
  return { extent, resolution, values };
}

/** Positive where the curve runs counter-clockwise. */
function area({ x, y }: Polyline): number {
  let twice = 0;
  for (let i = 1; i < x.length; i++) twice += x[i - 1] * y[i] - x[i] * y[i - 1];
  return twice / 2;
}

function isClosed({ x, y }: Polyline): boolean {
  return x[0] === x[x.length - 1] && y[0] === y[y.length - 1];
}

describe("isolines", () => {
  it("trace a circle as one closed curve of the right radius and area", () => {
    const curves = isolines(
      field((x, y) => x * x + y * y),
      1,
    );
    assert.equal(curves.length, 1);
    assert.ok(isClosed(curves[0]));
    for (const [i, x] of curves[0].x.entries()) {
      assert.ok(Math.abs(Math.hypot(x, curves[0].y[i]) - 1) < 1e-3);
    }
    assert.ok(Math.abs(Math.abs(area(curves[0])) - Math.PI) < 5e-3);
  });

  it("trace both branches of a hyperbola from border to border", () => {
    const curves = isolines(
      field((x, y) => x * y),
      1,
    );
    assert.equal(curves.length, 2);
    for (const { x, y } of curves) {
      for (const end of [0, x.length - 1]) {
        assert.equal(Math.max(Math.abs(x[end]), Math.abs(y[end])), 2);
        assert.ok(Math.abs(x[end] * y[end] - 1) < 1e-9);
      }
    }
  });

  it("are exact on a plane", () => {
    const [{ x, y }, ...others] = isolines(
      field((x, y) => x + 2 * y),
      0.3,
    );
    assert.equal(others.length, 0);
    for (const [i, abscissa] of x.entries()) assert.ok(Math.abs(abscissa + 2 * y[i] - 0.3) < 1e-12);
  });

  it("never cross at a saddle between nodes", () => {
    const saddle = field((x, y) => x * y, 4);
    assert.equal(isolines(saddle, 0.01).length, 2);
    assert.equal(isolines(saddle, -0.01).length, 2);
  });

  it("are none where the field does not reach the level", () => {
    assert.deepEqual(
      isolines(
        field((x) => x),
        3,
      ),
      [],
    );
  });
});

describe("sublevelOutlines", () => {
  it("close along the border and enclose the region, with the lower side on the right", () => {
    // The square without the two corners beyond xy = 1, each 3 - log 4 large.
    const outlines = sublevelOutlines(
      field((x, y) => x * y),
      1,
    );
    assert.equal(outlines.length, 1);
    assert.ok(isClosed(outlines[0]));
    assert.ok(Math.abs(area(outlines[0]) + (16 - 2 * (3 - Math.log(4)))) < 5e-3);
  });

  it("are the square itself where all of it is low", () => {
    const outlines = sublevelOutlines(
      field((x, y) => x * y),
      100,
    );
    assert.equal(outlines.length, 1);
    assert.ok(Math.abs(area(outlines[0]) + 16) < 1e-9);
  });

  it("run the other way around a hole", () => {
    const [outer, hole] = sublevelOutlines(
      field((x, y) => -(x * x) - y * y),
      -1,
    ).sort((a, b) => area(a) - area(b));
    assert.ok(Math.abs(area(outer) + 16) < 1e-9);
    assert.ok(Math.abs(area(hole) - Math.PI) < 5e-3);
  });
});
