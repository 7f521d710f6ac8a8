import assert from "node:assert/strict";
import { Chart, pathPlot, stackCharts } from "../../src/plot";

const path = pathPlot({ lambdas: [2, 1], coefs: [[0], [1]], featureNames: ["a"] });

describe("stackCharts", () => {
  it("tells all charts in words, in order", () => {
    const bar = new Chart({ description: "A bar.", mark: "bar" });
    assert.equal(stackCharts([bar, path]).toString(), `A bar. ${path}`);
  });

  it("is as high as its charts together and as wide as the widest", async () => {
    const sizeOf = async (chart: Chart): Promise<number[]> =>
      /width="(\d+)" height="(\d+)"/
        .exec(await chart.toSVG())
        ?.slice(1)
        .map(Number) ?? [];
    const [width, height] = await sizeOf(path);
    const stacked = await sizeOf(stackCharts([path, path]));
    assert.equal(stacked[0], width);
    assert.ok(stacked[1] > 1.9 * height && stacked[1] < 2.2 * height);
  });

  it("leaves the charts it is made of as they were", async () => {
    const before = await path.toSVG();
    await stackCharts([path, path]).toSVG();
    assert.equal(await path.toSVG(), before);
  });

  it("refuses to stack nothing", () => {
    assert.throws(() => stackCharts([]), {
      name: "InputError",
      message: "stackCharts: charts must be at least one chart, got an array of 0",
    });
  });
});
