import assert from "node:assert/strict";
import {
  Chart,
  coefficientPlot,
  concatCharts,
  facetCharts,
  layerCharts,
  pathPlot,
  saddleAnimation,
  surrogateExplorer,
} from "../../../src/plot";
import { assertObeysSchema, compilerMessages, textsOf } from "../../support/vega-lite";

const path = pathPlot({ lambdas: [2, 1], coefs: [[0], [1]], featureNames: ["a"] });
const bar = new Chart({
  description: "A bar.",
  data: { values: [{ x: 1 }] },
  mark: "bar",
  encoding: { x: { field: "x", type: "quantitative" } },
});

async function sizeOf(chart: Chart): Promise<[width: number, height: number]> {
  const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(await chart.toSVG())!;
  return [Number(width), Number(height)];
}

function assertDrawable(chart: Chart): void {
  assertObeysSchema(chart.spec);
  assert.deepEqual(compilerMessages(chart.spec), []);
}

describe("concatCharts", () => {
  it("tells all charts in words, in order", () => {
    assert.equal(concatCharts([bar, path]).toString(), `A bar. ${path}`);
  });

  it("is as high as its charts together and as wide as the widest", async () => {
    const [width, height] = await sizeOf(path);
    const below = await sizeOf(concatCharts([path, path]));
    assert.equal(below[0], width);
    assert.ok(below[1] > 1.9 * height && below[1] < 2.2 * height);
    const beside = await sizeOf(concatCharts([path, path, path], { columns: 2 }));
    assert.ok(beside[0] > 1.9 * width && beside[0] < 2.2 * width, `${beside}`);
    assert.ok(beside[1] > 1.9 * height && beside[1] < 2.2 * height, `${beside}`);
  });

  it("has a name of its own for the zoom of each chart, also of charts made of charts", () => {
    const all = concatCharts([
      concatCharts([path, path]),
      path,
      coefficientPlot({ coef: [1], featureNames: ["a"] }),
    ]);
    assertDrawable(all);
    const names = [...JSON.stringify(all.spec).matchAll(/"name":"(zoom\w*)"/g)].map(([, name]) => name);
    assert.equal(names.length, 3);
    assert.equal(new Set(names).size, 3);
  });

  it("has one slider for inputs of one name", () => {
    const both = concatCharts([surrogateExplorer(), saddleAnimation(), path]);
    assertDrawable(both);
    const names = (both.spec.params as { name: string }[]).map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    assert.ok(names.includes("lambda"));
  });

  it("leaves the charts it is made of as they were", async () => {
    const before = await path.toSVG();
    await concatCharts([path, path]).toSVG();
    assert.equal(await path.toSVG(), before);
  });

  it("is dark of dark charts, and refuses to mix", () => {
    const config = (chart: Chart): unknown => chart.spec.config;
    assert.deepEqual(config(concatCharts([path.dark(), path.dark()])), config(path.dark()));
    assert.throws(() => concatCharts([path, path.dark()]), {
      name: "InputError",
      message:
        "concatCharts: charts must be all light or all dark, got an array of 2; combine light ones and make the whole dark",
    });
  });

  it("refuses nothing at all, what is no chart, and no columns", () => {
    const refused = (make: () => unknown, message: string): void =>
      assert.throws(make, { name: "InputError", message });
    refused(() => concatCharts([]), "concatCharts: charts must be at least one chart, got an array of 0");
    refused(
      () => concatCharts([path, {} as Chart]),
      "concatCharts: charts[1] must be a Chart, got an object",
    );
    refused(
      () => concatCharts([path], { columns: 0 }),
      "concatCharts: columns must be an integer >= 1, got 0",
    );
  });
});

describe("facetCharts", () => {
  it("has the name of each case above its chart, whose own title follows", async () => {
    const facets = facetCharts({ "a.b[0]": path, second: bar }, { columns: 2 });
    assertDrawable(facets);
    const texts = textsOf(await facets.toSVG());
    for (const text of ["a.b[0]", "second", "Regularization path: 1 of 1 feature enters"])
      assert.ok(texts.includes(text), text);
    assert.equal(facets.toString(), `a.b[0]: ${path} second: A bar.`);
  });

  it("refuses nothing at all", () => {
    assert.throws(() => facetCharts({}), {
      name: "InputError",
      message: "facetCharts: charts must be at least one chart, got an array of 0",
    });
  });
});

describe("layerCharts", () => {
  const limit = new Chart({
    description: "A limit at 0.5.",
    data: { values: [{}] },
    mark: "rule",
    encoding: { y: { datum: 0.5 } },
  });

  it("draws one over the other in the frame of the first", async () => {
    const layered = layerCharts([path, limit]);
    assertDrawable(layered);
    assert.deepEqual(await sizeOf(layered), await sizeOf(path));
    const rules = (svg: string): number => svg.split("<line").length;
    assert.ok(rules(await layered.toSVG()) > rules(await path.toSVG()));
    assert.equal(layered.toString(), `${path} A limit at 0.5.`);
  });

  it("refuses charts of several views", () => {
    assert.throws(() => layerCharts([path, surrogateExplorer()]), {
      name: "InputError",
      message: "layerCharts: charts[1] must be a chart of one view, got an object; use concatCharts",
    });
  });
});
