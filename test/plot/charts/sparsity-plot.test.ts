import assert from "node:assert/strict";
import { sparsityPlot } from "../../../src/plot";
import { textsOf } from "../../support/vega-lite";

const layers = [
  { name: "dense[0]", weights: 2000, nonZeroWeights: 500, units: 10, liveUnits: 9 },
  { name: "out", weights: 2000, nonZeroWeights: 1500 },
];

describe("sparsityPlot", () => {
  it("has a bar for the weights of each layer, and one for its units where they are counted", async () => {
    const chart = sparsityPlot({ layers });
    const { values } = chart.spec.data as unknown as { values: { name: string; value: number }[] };
    assert.deepEqual(
      values.map(({ name, value }) => [name, value]),
      [
        ["dense[0]", 25],
        ["units", 90],
        ["out", 75],
      ],
    );
    const texts = textsOf(await chart.toSVG());
    for (const text of ["500 of 2\u2009000", "9 of 10", "2\u2009000 of 4\u2009000 weights not zero, 1 in 2"])
      assert.ok(texts.includes(text), `${text}: ${texts.join("|")}`);
  });

  it("draws a network of which nothing is left, and an empty layer", () => {
    assert.match(
      sparsityPlot({ layers: [{ name: "a", weights: 0, nonZeroWeights: 0 }] }).toString(),
      /0 of 0 weights not zero/,
    );
  });

  it("says that it leaves out layers", () => {
    const many = Array.from({ length: 50 }, (_, l) => ({ name: `${l}`, weights: 1, nonZeroWeights: 1 }));
    assert.match(JSON.stringify(sparsityPlot({ layers: many }).spec.title), /the first 40 of 50 layers/);
  });

  it("refuses what is no report", () => {
    const refused = (report: unknown, message: string): void =>
      assert.throws(() => sparsityPlot(report as never), {
        name: "InputError",
        message: `sparsityPlot: ${message}`,
      });
    refused(undefined, "report must be what sparsityReport(model) gives, got undefined");
    refused({ layers: [] }, "layers must be at least one layer, got an array of 0");
    refused(
      { layers: [{ name: "a", weights: 1, nonZeroWeights: 2 }] },
      'layers[0] ("a").nonZeroWeights must be an integer from 0 to 1, got 2',
    );
    refused(
      { layers: [{ name: "a", weights: Number.NaN, nonZeroWeights: 2 }] },
      'layers[0] ("a").weights must be an integer >= 0, got NaN',
    );
  });
});
