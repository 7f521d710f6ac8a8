import assert from "node:assert/strict";
import { Chart } from "../../../src/plot";
import { textsOf } from "../../support/vega-lite";

const names = ["zeta", "alpha", "mid"];
const data = { values: ["zeta", "alpha", "zeta", "mid"].map((g, x) => ({ g, x })) };
const encoding = { x: { field: "x", type: "quantitative" } };
const channel = { field: "g", type: "nominal", sort: null };
const description = "Points by group.";

describe("facets with sort: null", () => {
  const charts = {
    facet: { data, facet: channel, spec: { mark: "point", encoding } },
    "facet by columns": { data, facet: { column: channel }, spec: { mark: "point", encoding } },
    "the column channel": { data, mark: "point", encoding: { ...encoding, column: channel } },
  } as const;
  for (const [what, spec] of Object.entries(charts)) {
    it(`are drawn in the order of the data: ${what}`, async () => {
      const texts = textsOf(await new Chart({ description, ...spec }).toSVG());
      assert.deepEqual(
        texts.filter((text) => names.includes(text)),
        names,
      );
    });
  }

  it("are left as they are where another order is asked for, or the data are in a file", () => {
    const sorted = { description, ...charts.facet, facet: { ...channel, sort: "descending" } };
    assert.deepEqual(new Chart(sorted).spec.facet, sorted.facet);
    const elsewhere = { description, ...charts.facet, data: { url: "points.csv" } };
    assert.deepEqual(new Chart(elsewhere).spec.facet, channel);
  });
});
