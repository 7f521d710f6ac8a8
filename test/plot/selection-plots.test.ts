import assert from "node:assert/strict";
import { SmoothLasso } from "../../src";
import { inclusionPlot, knockoffPlot, stabilityPlot } from "../../src/plot";
import { bootstrapInclusion, knockoffFilter, stabilitySelection } from "../../src/selection";
import { linearData } from "../support/problems";
import { textsOf } from "../support/vega-lite";

const { X, y } = linearData(4, 60, 5);
const throws = (make: () => unknown, message: string): void =>
  assert.throws(make, { name: "InputError", message });

describe("stabilityPlot", () => {
  const selection = {
    lambdas: [4, 2, 1],
    probabilitiesAlong: [
      [0, 0, 0],
      [0.5, 0, 0.1],
      [0.9, 0.8, 0.1],
    ],
    featureNames: ["a.b", "c", "d"],
    threshold: 0.9,
    nPairs: 5,
  };

  it("names what is stable, and draws the threshold", async () => {
    const chart = stabilityPlot(selection);
    const texts = textsOf(await chart.toSVG());
    assert.ok(texts.includes("1 of 3 features selected in 90% or more of 10 half-samples"), texts.join("|"));
    assert.ok(texts.includes("a.b") && !texts.includes("c"));
    assert.match(JSON.stringify(chart.spec), /"y":\{"datum":0.9\}/);
    assert.match(chart.toString(), /half-samples: a.b 0.9\./);
  });

  it("takes a selection as it is", () => {
    const chosen = stabilitySelection(new SmoothLasso(), X, y, { nPairs: 3, nLambdas: 10 });
    assert.match(
      stabilityPlot(chosen).toString(),
      new RegExp(`^Line chart. ${chosen.selected().length} of 5 features`),
    );
  });

  it("refuses what is none", () => {
    throws(
      () =>
        stabilityPlot({
          ...selection,
          probabilitiesAlong: [
            [0, 0, 2],
            [0, 0, 0],
            [0, 0, 0],
          ],
        }),
      'stabilityPlot: probabilitiesAlong[0][2] ("d") must be within [0, 1], got 2',
    );
    throws(
      () => stabilityPlot({ ...selection, probabilitiesAlong: [] }),
      "stabilityPlot: probabilitiesAlong must be 3 arrays, one a lambda, got an array of 0",
    );
  });
});

describe("inclusionPlot", () => {
  it("has the most often included first", async () => {
    const chart = inclusionPlot({ inclusion: [0.25, 1, 0], featureNames: ["a", "b", "c"] });
    const texts = textsOf(await chart.toSVG());
    assert.ok(texts.includes("1 of 3 features in every bootstrap fit, 2 in any"));
    assert.ok(texts.indexOf("b") < texts.indexOf("a") && !texts.includes("c"));
    assert.ok(texts.includes("25%"));
  });

  it("says so where no feature is in any fit, on the same axis", async () => {
    const none = textsOf(await inclusionPlot({ inclusion: [0, 0], featureNames: ["a", "b"] }).toSVG());
    for (const text of ["no feature is in any fit", "0", "50", "100"]) assert.ok(none.includes(text), text);
  });

  it("takes bootstrap fits as they are", () => {
    const bootstrap = bootstrapInclusion(new SmoothLasso({ lambda: 0.1 }), X, y, { nBootstraps: 4 });
    assert.match(inclusionPlot(bootstrap).toString(), /of 5 features in every bootstrap fit/);
  });

  it("refuses what is no share", () => {
    throws(
      () => inclusionPlot({ inclusion: [Number.NaN], featureNames: ["a"] }),
      'inclusionPlot: inclusion[0] ("a") must be within [0, 1], got NaN',
    );
    throws(
      () => inclusionPlot({ inclusion: [], featureNames: [] }),
      "inclusionPlot: inclusion must be at least one number, got an array of 0",
    );
  });
});

describe("knockoffPlot", () => {
  const filter = { statistics: [3, -2, 0.5, 0], threshold: 2, featureNames: ["a", "b", "c", "d"], fdr: 0.2 };

  it("tells selected features from the others, and draws the threshold", () => {
    const chart = knockoffPlot(filter);
    const rows = (chart.spec.data as { values: { name: string; pale: boolean }[] }).values;
    assert.deepEqual(
      rows.map(({ name, pale }) => [name, pale]),
      [
        ["a", false],
        ["b", true],
        ["c", true],
      ],
    );
    assert.match(JSON.stringify(chart.spec), /"x":\{"datum":2\}/);
    assert.match(
      chart.toString(),
      /1 of 4 features selected at a false discovery rate of 0.2; threshold 2; 1 feature at zero/,
    );
  });

  it("keeps its threshold off the numbers", async () => {
    const svg = await knockoffPlot({
      statistics: [3, 2],
      threshold: 2.5,
      featureNames: ["a", "b"],
      fdr: 0.2,
    }).toSVG();
    assert.match(
      svg,
      /<text[^>]* stroke="white" stroke-width="4"[^>]*>2<\/text>[\s\S]*<text[^>]*(?<!"round")>2<\/text>/,
    );
  });

  it("says so where every statistic is zero", async () => {
    const none = { statistics: [0, 0], threshold: Infinity, featureNames: ["a", "b"], fdr: 0.2 };
    assert.ok(textsOf(await knockoffPlot(none).toSVG()).includes("every statistic is zero"));
  });

  it("says that there is no threshold", () => {
    assert.match(knockoffPlot({ ...filter, threshold: Infinity }).toString(), /no threshold keeps that rate/);
  });

  it("takes a filter as it is", () => {
    assert.match(
      knockoffPlot(knockoffFilter(new SmoothLasso(), X, y, { fdr: 0.5 })).toString(),
      /of 5 features selected/,
    );
  });

  it("refuses what is no statistic", () => {
    throws(
      () => knockoffPlot({ ...filter, statistics: [1, 2, Number.NaN, 0] }),
      'knockoffPlot: statistics[2] ("c") must be a finite number, got NaN',
    );
  });
});
