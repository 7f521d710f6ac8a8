import assert from "node:assert/strict";
import { hadamardDifference, hadamardProduct, type Parametrization } from "../../src/parametrizations";
import {
  type Chart,
  coefficientPlot,
  comparisonPlot,
  crossValidationPlot,
  inclusionPlot,
  knockoffPlot,
  type PictureOptions,
  parametrizationPlot,
  pathPlot,
  saddleAnimation,
  sparsityPlot,
  stabilityPlot,
  supportPlot,
  surrogateExplorer,
  surrogateLandscape,
  tracePlot,
  tradeoffPlot,
  trainingPlot,
} from "../../src/plot";
import { LIGHT } from "../../src/plot/rendering/theme";
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
  ...hadamardProduct({ depth: 2 }),
  name: "v|v|",
  surrogateSize: (nFeatures) => nFeatures,
  forward: (xi, beta) => beta.set(xi.map((v) => v * Math.abs(v))),
  surrogatePenalty: (xi) => xi.reduce((sum, v) => sum + v * v, 0),
};

/** Whatever an option or none makes of it. */
type Make = (options?: PictureOptions) => Chart;
const long = "a name that is much longer than any label has room for, ".repeat(8);
const selection = {
  ...path,
  probabilitiesAlong: path.coefs.map((coef) => coef.map((b) => Math.min(1, Math.abs(b) / 10))),
  threshold: 0.6,
  nPairs: 10,
};
const epochs = Array.from({ length: 40 }, (_, i) => ({
  epoch: i + 1,
  loss: 100 * 0.8 ** i,
  valLoss: i === 5 ? Number.NaN : 100 * 0.85 ** i,
  'say "hi"[0].x': i,
}));
const layers = awkwardNames.map((name, j) => ({
  name,
  weights: 1e6,
  nonZeroWeights: 1e5 * j,
  units: 10,
  liveUnits: j,
}));
const iterations = Array.from({ length: 30 }, (_, i) => ({
  iteration: i,
  objective: 3 + 0.5 ** i,
  stationarity: 0.6 ** i,
  ...(i % 10 === 0 ? { dualityGap: 0.3 ** i } : {}),
}));

const charts: Readonly<Record<string, Make>> = {
  "a coefficient plot": (options) => coefficientPlot(fit, options),
  "a coefficient plot of many": (options) =>
    coefficientPlot({ coef: many, featureNames: many.map(String) }, options),
  "a coefficient plot of one": (options) => coefficientPlot({ coef: [-3], featureNames: [long] }, options),
  "a coefficient plot of zeros": (options) =>
    coefficientPlot({ coef: [0, 0], featureNames: ["a", "b"] }, options),
  "a path plot": (options) => pathPlot(path, { lambdaMin: 0.02, lambda1se: 0.9, ...options }),
  "a path plot of many": (options) =>
    pathPlot(
      {
        lambdas: Array.from({ length: 200 }, (_, l) => 1.05 ** -l),
        coefs: Array.from({ length: 200 }, (_, l) => many.map((b) => b * l)),
        featureNames: many.map((_, j) => (j % 2 ? long : "重み\u200fمرحبا")),
      },
      options,
    ),
  "a path plot of zeros": (options) =>
    pathPlot({ lambdas: [2, 1], coefs: [[0], [0]], featureNames: ["a"] }, options),
  "a path plot of responses": (options) =>
    pathPlot(
      {
        ...path,
        coefs: path.coefs.map((coef) => awkwardNames.map((_, r) => coef.map((b) => b * (r - 4)))),
        responseNames: awkwardNames,
      },
      { lambdaMin: 0.02, lambda1se: 0.9, ...options },
    ),
  "a path plot of many responses": (options) =>
    pathPlot(
      {
        lambdas: Array.from({ length: 200 }, (_, l) => 1.05 ** -l),
        coefs: Array.from({ length: 200 }, (_, l) =>
          many.slice(0, 20).map((a) => many.map((b) => a * b * l)),
        ),
        featureNames: many.map((_, j) => `feature ${j}`),
        responseNames: many.slice(0, 20).map((_, r) => (r % 2 ? long : `r${r}`)),
        locallyConvex: Array.from({ length: 200 }, (_, l) => l < 100),
      },
      options,
    ),
  "a path plot of responses that are zero": (options) =>
    pathPlot(
      {
        lambdas: [2, 1],
        coefs: [
          [[0], [0]],
          [[0], [0]],
        ],
        featureNames: ["a"],
        responseNames: ["b", "c"],
      },
      options,
    ),
  "a plot of a cross-validation": (options) => crossValidationPlot(validated, options),
  "a plot of a cross-validation in one fold": (options) =>
    crossValidationPlot(
      { ...validated, folds: [0], standardError: [1, 2, 3].map(() => Number.NaN) },
      options,
    ),
  "a trace": (options) => tracePlot({ trace: iterations, status: "converged" }, options),
  "a trace of one iteration": (options) => tracePlot({ trace: iterations.slice(0, 1) }, options),
  "a support along a path": (options) => supportPlot(path, [0, "β", 8], options),
  "a support of methods": (options) => supportPlot({ [long]: fit, "a.b[0]": fit }, [0], options),
  "a support of nothing": (options) =>
    supportPlot({ none: { coef: [0, 0], featureNames: ["a", "a"] } }, [], options),
  "a comparison": (options) =>
    comparisonPlot({ "a.b[0]": [1, 2, 4], "": [3, 3, 3], [long]: [2, 1, 1] }, options),
  "a comparison with a baseline": (options) =>
    comparisonPlot({ "a.b": [1, 2, 4], c: [3, 3, 3] }, { baseline: "c", metric: long, ...options }),
  "a comparison of single values": (options) => comparisonPlot({ a: [5], b: [5] }, { log: true, ...options }),
  "a tradeoff": (options) =>
    tradeoffPlot(
      {
        [long]: [
          { x: 100, y: 0.9, standardError: 0.05 },
          { x: 2, y: 0.95, standardError: 0.02 },
        ],
        "b[0]": [{ x: 5, y: 0.95 }],
      },
      options,
    ),
  "a training": (options) => trainingPlot(epochs, options),
  "a training of one epoch": (options) => trainingPlot([{ epoch: 1, loss: 0 }], options),
  "the sparsity of layers": (options) => sparsityPlot({ layers }, options),
  "a stability selection": (options) => stabilityPlot(selection, options),
  "a stability selection of nothing": (options) =>
    stabilityPlot({ ...selection, probabilitiesAlong: path.coefs.map((coef) => coef.map(() => 0)) }, options),
  "bootstrap frequencies": (options) =>
    inclusionPlot({ inclusion: awkwardNames.map((_, j) => j / 8), featureNames: awkwardNames }, options),
  "knockoff statistics": (options) =>
    knockoffPlot({ statistics: path.coefs[2], threshold: 3, featureNames: awkwardNames, fdr: 0.2 }, options),
  "knockoff statistics without a threshold": (options) =>
    knockoffPlot({ statistics: [0, 0], threshold: Infinity, featureNames: ["a", "b"], fdr: 0.2 }, options),
  "a landscape of two factors": (options) => surrogateLandscape(hadamardProduct({ depth: 2 }), options),
  "a landscape of three factors": (options) =>
    surrogateLandscape(hadamardProduct({ depth: 3 }), { z: -2, ...options }),
  "a landscape of a difference": (options) =>
    surrogateLandscape(hadamardDifference({ depth: 2 }), { lambda: 3, ...options }),
  "a landscape with sliders": (options) => surrogateExplorer({ depth: 3, ...options }),
  "an animation of the saddle": (options) => saddleAnimation(options),
  "a parametrization of three factors": (options) =>
    parametrizationPlot(() => hadamardProduct({ depth: 3 }), options),
  "a parametrization of a difference": (options) =>
    parametrizationPlot(() => hadamardDifference({ depth: 2 }), { z: -1, lambda: 2, ...options }),
  "a parametrization of one factor": (options) => parametrizationPlot(() => identitySquare, options),
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

    it("is dark by its colours alone, with every one of them replaced", () => {
      const dark = chart.dark();
      assertObeysSchema(dark.spec);
      const used = new Set(JSON.stringify(dark.spec).match(/#[0-9a-f]{6}(?=")/g));
      const light = new Set(Object.values(LIGHT).flat());
      assert.deepEqual(
        [...used].filter((color) => light.has(color)),
        [],
      );
    });

    it("fits a width of 320 pixels, with each text in it", async () => {
      const narrow = make({ width: 320 });
      assertObeysSchema(narrow.spec);
      assert.deepEqual(compilerMessages(narrow.spec), []);
      const [, width] = /width="(\d+)"/.exec(await narrow.toSVG())!;
      assert.ok(Number(width) <= 324, `${width} pixels`);
    });

    it("shows no number that is none", async () => {
      const svg = await chart.toSVG();
      assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
      assert.ok(textsOf(svg).length > 2);
    });
  });
}
