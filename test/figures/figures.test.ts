import assert from "node:assert/strict";
import { figures } from "../../figures";
import type { Landscape } from "../../src/plot";
import { Chart } from "../../src/plot";
import { assertObeysSchema, compilerMessages } from "../support/vega-lite";

/** Data as they come back from a file. */
function throughJSON(data: unknown): unknown {
  return JSON.parse(
    JSON.stringify(data, (_, value) =>
      ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value,
    ),
  );
}

describe("the figures", () => {
  it("have different names in kebab-case", () => {
    const names = figures.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    for (const name of names) assert.match(name, /^[a-z]+(-[a-z0-9]+)*$/);
  });

  for (const figure of figures) {
    it(`are computed twice alike and drawn from JSON: ${figure.name}`, async () => {
      const data = throughJSON(await figure.compute());
      assert.deepEqual(throughJSON(await figure.compute()), data);
      const chart = figure.draw(data);
      assert.ok(chart instanceof Chart);
      assertObeysSchema(chart.spec);
      assert.deepEqual(compilerMessages(chart.spec), []);
      assert.ok(JSON.stringify(chart.spec).length < 150_000);
    });
  }

  it("show the paper's Figure 1 for two and three factors", async () => {
    const named = (name: string): unknown => figures.find((figure) => figure.name === name)?.compute();
    const landscapes = [await named("smoothed-edge"), await named("smoothed-edge-depth-3")] as Landscape[];
    assert.deepEqual(
      landscapes.map(({ nTied, z, lambda }) => ({ nTied, z, lambda })),
      [1, 2].map((nTied) => ({ nTied, z: 1.5, lambda: 0.5 })),
    );
  });
});
