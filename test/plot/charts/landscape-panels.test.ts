import assert from "node:assert/strict";
import { hadamardProduct } from "../../../src/parametrizations";
import { computeLandscape } from "../../../src/plot";
import { basePanel, labelledPoints, surrogatePanel } from "../../../src/plot/charts/landscape-panels";
import type { JsonObject } from "../../../src/plot/rendering/chart-spec";

const landscape = computeLandscape(hadamardProduct({ depth: 3 }));

/** The rows of every layer that has some. */
function rowsOf(panel: JsonObject): Record<string, unknown>[][] {
  return (panel.layer as unknown as { data: { values: Record<string, unknown>[] } }[]).map(
    ({ data }) => data.values,
  );
}

describe("surrogatePanel", () => {
  it("paints from high to low, so that no region covers a lower one", () => {
    const regions = rowsOf(surrogatePanel(landscape)).find(([row]) => "height" in row) ?? [];
    const heights = regions.map(({ height }) => height as number);
    assert.ok(new Set(heights).size > 10);
    assert.deepEqual(
      heights,
      [...heights].sort((a, b) => b - a),
    );
  });

  it("has a contour through the saddles", () => {
    const regions = rowsOf(surrogatePanel(landscape)).find(([row]) => "height" in row) ?? [];
    const { value } = landscape.surrogate.criticalPoints.find(({ kind }) => kind === "saddle") ?? {
      value: Number.NaN,
    };
    const minimum = Math.min(...landscape.base.minima.map(({ value }) => value));
    assert.ok(regions.some(({ height }) => Math.abs((height as number) - (value - minimum)) < 1e-3));
  });
});

describe("basePanel", () => {
  it("draws the curve through its kink", () => {
    const curve = rowsOf(basePanel(landscape)).find(([row]) => Array.isArray(row.x))?.[0] as {
      x: number[];
      y: number[];
    };
    assert.equal(curve.x.length, curve.y.length);
    assert.equal(curve.y[curve.x.indexOf(0)], 1.125);
  });
});

describe("labelledPoints", () => {
  it("label what is equal in both panels equally", () => {
    const { base, surrogate } = labelledPoints(landscape);
    assert.deepEqual(base.map(({ label }) => label).sort(), ["global minimum 0.6095", "local minimum 1.125"]);
    for (const { label } of base) assert.ok(surrogate.some((point) => point.label === label));
  });
});
