import assert from "node:assert/strict";
import { Chart, coefficientPlot, pathPlot, supportPlot } from "../../../src/plot";
import { textsOf } from "../../support/vega-lite";

describe("names that every object has", () => {
  const featureNames = ["constructor", "toString", "hasOwnProperty", "__proto__", "income"];
  const path = {
    lambdas: [2, 1],
    coefs: [
      [0, 0, 0, 0, 0],
      [5, 4, -3, -2, 1],
    ],
    featureNames,
  };
  const charts: Readonly<Record<string, Chart>> = {
    coefficientPlot: coefficientPlot({ coef: path.coefs[1], featureNames }),
    pathPlot: pathPlot(path),
    supportPlot: supportPlot(path, [0, 1]),
  };
  for (const [name, chart] of Object.entries(charts)) {
    it(`are names of features in ${name}`, async () => {
      const texts = textsOf(await chart.toSVG()).map((text) => text.replace("\u2060", ""));
      for (const feature of featureNames) assert.ok(texts.includes(feature), `${feature} in ${texts}`);
    });
  }

  it("stay as they are in data and in names of fields", () => {
    const data = { values: [{ constructor: "toString", x: 1 }] };
    const encoding = { x: { field: "x" }, color: { field: "constructor" } };
    const { spec } = new Chart({ description: "A point.", data, mark: "point", encoding });
    assert.deepEqual(spec.data, data);
    assert.deepEqual(spec.encoding, encoding);
  });
});
