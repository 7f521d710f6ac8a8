import assert from "node:assert/strict";
import { multinomial, SmoothGroupLasso, SmoothLasso, squaredError } from "../../src";
import { concatCharts, pathPlot } from "../../src/plot";
import { LIGHT } from "../../src/plot/rendering/theme";
import { assertObeysSchema, compilerMessages, textsOf } from "../support/vega-lite";

describe("pathPlot of several responses", () => {
  const several = {
    lambdas: [4, 2, 1],
    coefs: [
      [
        [0, 0, 0],
        [0, 0, 0],
      ],
      [
        [0, 3, 0],
        [0, 4, 0],
      ],
      // Norms of 4.5, 1.5 and 0: the 5 that b had before is larger.
      [
        [4.5, 0, 0],
        [0, 1.5, 0],
      ],
    ],
    responseNames: ["left", "right"],
    featureNames: ["a", "b", "never"],
  };

  it("has a panel each, with names where a feature enters, and one axis of lambda", async () => {
    const chart = pathPlot(several);
    assert.equal(
      chart.toString(),
      "Line chart in 2 panels. Regularization path: 2 of 3 features enter while lambda falls from 4 to 1. At the smallest lambda: left: a 4.5; right: b 1.5.",
    );
    const texts = textsOf(await chart.toSVG());
    const once = ["left", "right", "a", "λ (log scale, falling)", "coefficients not zero"];
    for (const text of once) assert.equal(texts.filter((each) => each === text).length, 1, text);
    assert.equal(texts.filter((text) => text === "b").length, 2);
    assert.ok(!texts.includes("never"));
  });

  it("names in each panel what is largest there, and leaves out nothing of a panel without what is large elsewhere", async () => {
    const featureNames = Array.from({ length: 30 }, (_, j) => `x${j}`);
    const left = featureNames.map((_, j) => (j < 29 ? 100 + j : 0));
    const right = featureNames.map((_, j) => (j < 29 ? 0 : 1));
    const coefs = [0, 1].map((l) => [left.map((b) => b * l), right.map((b) => b * l)]);
    const chart = pathPlot({ lambdas: [2, 1], coefs, responseNames: ["l", "r"], featureNames });
    assert.match(chart.toString(), /; r: x29 1\.$/);
    const subtitle = "the 12 largest in each are drawn; the 9 largest in each are named";
    assert.equal((chart.spec.title as { subtitle: string }).subtitle, subtitle);
    const texts = textsOf(await chart.toSVG());
    assert.equal(texts.filter((text) => /^x\d+$/.test(text)).length, 10);
    assert.ok(!texts.includes("every coefficient is zero"));
  });

  it("gives a feature one colour, in the order of the largest norm, and all panels one scale", () => {
    const panels = pathPlot(several).spec.concat as { layer: { layer?: object[] }[] }[];
    const looks = panels.map((panel) => {
      const text = JSON.stringify(panel);
      const colours = text.matchAll(/"name":"([ab])","last":[\d.]+,"named":true,"color":"(#\w+)"/g);
      return {
        colours: Object.fromEntries([...colours].map(([, name, colour]) => [name, colour])),
        domains: [...new Set(text.match(/"domain":\[-[^\]]+\]/g))],
      };
    });
    assert.deepEqual(Object.keys(looks[0].colours).sort(), ["a", "b"]);
    assert.deepEqual(looks[1].colours, { b: looks[0].colours.b });
    assert.equal(looks[0].colours.b, LIGHT.categories[0]);
    assert.equal(looks[0].colours.a, LIGHT.categories[1]);
    // From 0 to 4.5, and a twentieth of that on both sides.
    for (const { domains } of looks) assert.deepEqual(domains, ['"domain":[-0.225,4.725]']);
  });

  it("marks lambdas in each panel, and names them and the shaded ground once", async () => {
    const chart = pathPlot({ ...several, locallyConvex: [true, true, false] }, { lambdaMin: 2 });
    const texts = textsOf(await chart.toSVG());
    for (const text of ["lambdaMin 2", "not locally convex"])
      assert.equal(texts.filter((each) => each === text).length, 1, text);
    const panels = chart.spec.concat as object[];
    for (const panel of panels) assert.equal(JSON.stringify(panel).match(/"strokeDash":\[4,3\]/g)?.length, 1);
  });

  it("says so where no feature enters in one of them", async () => {
    const coefs = several.coefs.map(([left]) => [left, [0, 0, 0]]);
    const texts = textsOf(await pathPlot({ ...several, coefs }).toSVG());
    assert.ok(texts.includes("every coefficient is zero"));
    assert.ok(texts.includes("4"), "the scale of the other panel");
  });

  it("draws twelve of many, in two columns where there is room, and says what it leaves out", () => {
    const responseNames = Array.from({ length: 14 }, (_, r) => `r${r}`);
    const coefs = [0, 1].map((l) => responseNames.map((_, r) => [l * r]));
    const many = { lambdas: [2, 1], coefs, responseNames, featureNames: ["a"] };
    const { spec } = pathPlot(many);
    assert.equal((spec.concat as object[]).length, 12);
    assert.equal(spec.columns, 2);
    assert.equal(pathPlot(many, { width: 400 }).spec.columns, 1);
    assert.match(JSON.stringify(spec.title), /the first 12 of 14 responses are drawn/);
  });

  it("takes paths of tasks and of classes as they are, beside other charts too", () => {
    const X = [[0], [1], [4], [5], [9], [8]];
    const tasks = new SmoothGroupLasso({ groups: "rows", datafit: squaredError({ nResponses: 2 }) });
    const path = tasks.path(
      X,
      X.map(([x]) => [x, -x]),
      { nLambdas: 5 },
    );
    assert.match(pathPlot(path).toString(), /in 2 panels\. Regularization path: 1 of 1 feature enters/);
    const classes = new SmoothLasso({ datafit: multinomial() });
    const cv = classes.crossValidate(X, ["low", "low", "mid", "mid", "top", "top"], {
      folds: 2,
      nLambdas: 5,
    });
    const { lambdaMin, lambda1se } = cv;
    const chart = pathPlot(cv.path, { lambdaMin, lambda1se });
    assert.match(chart.toString(), /low: .*; mid: .*; top: /);
    const both = concatCharts([chart, pathPlot(path)]);
    assertObeysSchema(both.spec);
    assert.deepEqual(compilerMessages(both.spec), []);
  });
});
