import assert from "node:assert/strict";
import { hadamardDifference, hadamardProduct, type Parametrization } from "../../src/parametrizations";
import {
  type Chart,
  coefficientPlot,
  crossValidationPlot,
  parametrizationPlot,
  pathPlot,
  stackCharts,
  surrogateLandscape,
} from "../../src/plot";
import { assertObeysSchema, compilerMessages, textsOf } from "../support/vega-lite";

const awkwardNames = [
  "age.years",
  "x[0]",
  'say "hi" & <b>',
  "back\\slash",
  "β",
  "x[0]",
  "a'b",
  "line\nbreak",
  "",
];
const path = {
  lambdas: [1, 0.1, 0.01],
  coefs: [0, 1, 2].map((l) => awkwardNames.map((_, j) => (j === 8 ? 0 : l * (j - 3.5)))),
  featureNames: awkwardNames,
};
const fit = { coef: path.coefs[2], featureNames: awkwardNames };
const validated = {
  lambdas: path.lambdas,
  meanScore: [3, 1, 2],
  standardError: [0.5, 0.2, 1],
  df: [0, 4, 8],
  lambdaMin: 0.1,
  lambda1se: 0.1,
  measure: "deviance",
  folds: [0, 1, 2],
};
const many = Array.from({ length: 300 }, (_, j) => Math.sin(1 + j));

/** One factor: `beta = v |v|`. */
const identitySquare: Parametrization = {
  ...hadamardProduct(2),
  name: "v|v|",
  surrogateSize: (nFeatures) => nFeatures,
  forward: (xi, beta) => beta.set(xi.map((v) => v * Math.abs(v))),
  surrogatePenalty: (xi) => xi.reduce((sum, v) => sum + v * v, 0),
};

const charts: Readonly<Record<string, () => Chart>> = {
  "a coefficient plot": () => coefficientPlot(fit),
  "a coefficient plot of many": () => coefficientPlot({ coef: many, featureNames: many.map(String) }),
  "a coefficient plot of one": () => coefficientPlot({ coef: [-3], featureNames: ["only"] }),
  "a coefficient plot of zeros": () => coefficientPlot({ coef: [0, 0], featureNames: ["a", "b"] }),
  "a path plot": () => pathPlot(path),
  "a path plot of many": () =>
    pathPlot({
      lambdas: Array.from({ length: 200 }, (_, l) => 1.05 ** -l),
      coefs: Array.from({ length: 200 }, (_, l) => many.map((b) => b * l)),
      featureNames: many.map(String),
    }),
  "a path plot of zeros": () => pathPlot({ lambdas: [2, 1], coefs: [[0], [0]], featureNames: ["a"] }),
  "a plot of a cross-validation": () => crossValidationPlot(validated),
  "a plot of a cross-validation in one fold": () =>
    crossValidationPlot({ ...validated, folds: [0], standardError: [1, 2, 3].map(() => Number.NaN) }),
  "a landscape of two factors": () => surrogateLandscape(hadamardProduct(2)),
  "a landscape of three factors": () => surrogateLandscape(hadamardProduct(3), { z: -2 }),
  "a landscape of a difference": () => surrogateLandscape(hadamardDifference(2), { lambda: 3 }),
  "a parametrization of three factors": () => parametrizationPlot(() => hadamardProduct(3)),
  "a parametrization of a difference": () =>
    parametrizationPlot(() => hadamardDifference(2), { z: -1, lambda: 2 }),
  "a parametrization of one factor": () => parametrizationPlot(() => identitySquare),
  "a stack": () => stackCharts([pathPlot(path), coefficientPlot(fit), pathPlot(path)]),
};

for (const [name, make] of Object.entries(charts)) {
  describe(name, () => {
    const chart = make();

    it("is Vega-Lite v5 by its schema, and compiles without a word", () => {
      assert.equal(chart.spec.$schema, "https://vega.github.io/schema/vega-lite/v5.json");
      assertObeysSchema(chart.spec);
      assert.deepEqual(compilerMessages(chart.spec), []);
    });

    it("is told in words, which the SVG carries", async () => {
      assert.match(chart.toString(), /^[A-Z].{20,}\.$/s);
      assert.match(await chart.toSVG(), /^<svg role="img" aria-label="[^"]{20,}"/);
    });

    it("is light enough for a notebook", () => {
      assert.ok(JSON.stringify(chart.spec).length < 150_000);
    });

    it("shows no number that is none", async () => {
      const svg = await chart.toSVG();
      assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
      assert.ok(textsOf(svg).length > 2);
    });
  });
}
