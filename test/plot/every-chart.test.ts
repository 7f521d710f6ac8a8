import assert from "node:assert/strict";
import { hadamardDifference, hadamardProduct, type Parametrization } from "../../src/parametrizations";
import * as index from "../../src/plot";
import { interactive } from "../../src/plot/rendering/interactive";
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
type Make = (options?: index.PictureOptions) => index.Chart;
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
const groups = [0, 0.4, 1].map((observed, g) => ({
  predicted: 0.1 + 0.4 * g,
  observed,
  standardError: g === 0 ? Number.NaN : 0.1,
  nSamples: 4,
}));
const proof = {
  trace: Array.from({ length: 40 }, (_, i) => ({
    seconds: 0.02 * i ** 1.5,
    nodes: 3 * i,
    lowerBound: 2 - 8 * 0.8 ** i,
    objective: i < 10 ? 2.2 : 2,
  })),
  objective: 2,
  lowerBound: 1.999,
  seconds: 6,
  nodes: 120,
  claim: "the global minimum is at most 0.05 % lower",
};
const iterations = Array.from({ length: 30 }, (_, i) => ({
  iteration: i,
  objective: 3 + 0.5 ** i,
  stationarity: 0.6 ** i,
  ...(i % 10 === 0 ? { dualityGap: 0.3 ** i } : {}),
}));

const drawn = new Set<string | symbol>();
/** The functions of the index, of which each one that a chart calls is noted. */
const plot = new Proxy(index, {
  get(functions, name) {
    drawn.add(name);
    return Reflect.get(functions, name);
  },
});

const charts: Readonly<Record<string, Make>> = {
  "a coefficient plot": (options) => plot.coefficientPlot(fit, options),
  "a coefficient plot of many": (options) =>
    plot.coefficientPlot({ coef: many, featureNames: many.map(String) }, options),
  "a coefficient plot of one": (options) =>
    plot.coefficientPlot({ coef: [-3], featureNames: [long] }, options),
  "a coefficient plot of zeros": (options) =>
    plot.coefficientPlot({ coef: [0, 0], featureNames: ["a", "b"] }, options),
  "a path plot": (options) => plot.pathPlot(path, { lambdaMin: 0.02, lambda1se: 0.9, ...options }),
  "a path plot of many": (options) =>
    plot.pathPlot(
      {
        lambdas: Array.from({ length: 200 }, (_, l) => 1.05 ** -l),
        coefs: Array.from({ length: 200 }, (_, l) => many.map((b) => b * l)),
        featureNames: many.map((_, j) => (j % 2 ? long : "重み\u200fمرحبا")),
      },
      options,
    ),
  "a path plot of zeros": (options) =>
    plot.pathPlot({ lambdas: [2, 1], coefs: [[0], [0]], featureNames: ["a"] }, options),
  "a path plot of responses": (options) =>
    plot.pathPlot(
      {
        ...path,
        coefs: path.coefs.map((coef) => awkwardNames.map((_, r) => coef.map((b) => b * (r - 4)))),
        responseNames: awkwardNames,
      },
      { lambdaMin: 0.02, lambda1se: 0.9, ...options },
    ),
  "a path plot of many responses": (options) =>
    plot.pathPlot(
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
    plot.pathPlot(
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
  "a plot of a cross-validation": (options) => plot.crossValidationPlot(validated, options),
  "a plot of a cross-validation in one fold": (options) =>
    plot.crossValidationPlot(
      { ...validated, folds: [0], standardError: [1, 2, 3].map(() => Number.NaN) },
      options,
    ),
  "a trace": (options) => plot.tracePlot({ trace: iterations, status: "converged" }, options),
  "a trace of one iteration": (options) => plot.tracePlot({ trace: iterations.slice(0, 1) }, options),
  "a proof": (options) => plot.boundPlot(proof, options),
  "a proof at its root": (options) => plot.boundPlot({ ...proof, trace: [], claim: long }, options),
  "a support along a path": (options) => plot.supportPlot(path, [0, "β", 8], options),
  "a support of methods": (options) => plot.supportPlot({ [long]: fit, "a.b[0]": fit }, [0], options),
  "a support of nothing": (options) =>
    plot.supportPlot({ none: { coef: [0, 0], featureNames: ["a", "a"] } }, [], options),
  "a comparison": (options) =>
    plot.comparisonPlot({ "a.b[0]": [1, 2, 4], "": [3, 3, 3], [long]: [2, 1, 1] }, options),
  "a comparison with a baseline": (options) =>
    plot.comparisonPlot({ "a.b": [1, 2, 4], c: [3, 3, 3] }, { baseline: "c", metric: long, ...options }),
  "a comparison of single values": (options) =>
    plot.comparisonPlot({ a: [5], b: [5] }, { log: true, ...options }),
  "a tradeoff": (options) =>
    plot.tradeoffPlot(
      {
        [long]: [
          { x: 100, y: 0.9, standardError: 0.05 },
          { x: 2, y: 0.95, standardError: 0.02 },
        ],
        "b[0]": [{ x: 5, y: 0.95 }],
      },
      options,
    ),
  "a training": (options) => plot.trainingPlot(epochs, options),
  "a training of one epoch": (options) => plot.trainingPlot([{ epoch: 1, loss: 0 }], options),
  "the sparsity of layers": (options) => plot.sparsityPlot({ layers }, options),
  "a stability selection": (options) => plot.stabilityPlot(selection, options),
  "a stability selection of nothing": (options) =>
    plot.stabilityPlot(
      { ...selection, probabilitiesAlong: path.coefs.map((coef) => coef.map(() => 0)) },
      options,
    ),
  "bootstrap frequencies": (options) =>
    plot.inclusionPlot({ inclusion: awkwardNames.map((_, j) => j / 8), featureNames: awkwardNames }, options),
  "norms of groups": (options) =>
    plot.groupPlot(
      { groupNorms: awkwardNames.map((group, j) => ({ group, norm: j, nSelected: j, nFeatures: j + 1 })) },
      options,
    ),
  "norms of no group": (options) => plot.groupPlot({ groupNorms: [] }, options),
  "knockoff statistics": (options) =>
    plot.knockoffPlot(
      { statistics: path.coefs[2], threshold: 3, featureNames: awkwardNames, fdr: 0.2 },
      options,
    ),
  "knockoff statistics without a threshold": (options) =>
    plot.knockoffPlot(
      { statistics: [0, 0], threshold: Infinity, featureNames: ["a", "b"], fdr: 0.2 },
      options,
    ),
  "a ROC curve": (options) =>
    plot.rocPlot(
      {
        roc: Array.from({ length: 900 }, (_, k) => ({
          falsePositiveRate: (k / 899) ** 2,
          truePositiveRate: k / 899,
        })),
        auc: 2 / 3,
        aucInterval: [0.6, 0.75],
      },
      options,
    ),
  "a ROC curve of two points": (options) =>
    plot.rocPlot(
      { roc: [0, 1].map((rate) => ({ falsePositiveRate: rate, truePositiveRate: rate })) },
      options,
    ),
  "a calibration of shares": (options) => plot.calibrationPlot({ calibration: () => groups }, options),
  "a calibration of numbers": (options) =>
    plot.calibrationPlot(
      groups.map((group) => ({ ...group, observed: -1e7 * group.observed })),
      options,
    ),
  "a calibration of one group": (options) => plot.calibrationPlot(groups.slice(0, 1), options),
  "a confusion of two classes": (options) =>
    plot.confusionPlot(
      {
        classes: [long, 'say "hi"'],
        confusion: [
          [1e6, 3],
          [0, 0],
        ],
      },
      options,
    ),
  "a confusion of many classes": (options) =>
    plot.confusionPlot(
      {
        classes: many.slice(0, 30).map((_, c) => (c % 2 ? `${long}${c}` : c)),
        confusion: many.slice(0, 30).map((_, c) => many.slice(0, 30).map((_, d) => (c + d) % 4)),
      },
      options,
    ),
  residuals: (options) =>
    plot.residualPlot(
      {
        observed: [...many, ...many, ...many, ...many],
        predicted: many.concat(many, many, many).map(Math.abs),
      },
      options,
    ),
  "residuals of one row": (options) => plot.residualPlot({ observed: [1], predicted: [1] }, options),
  "survival curves": (options) =>
    plot.survivalPlot(
      { times: [1, 2, 5], survival: awkwardNames.map((_, i) => [0.9, 0.5, i / 10]) },
      { names: awkwardNames, ...options },
    ),
  "a survival curve at time 0": (options) => plot.survivalPlot({ times: [0], survival: [[1]] }, options),
  "a landscape of two factors": (options) => plot.surrogateLandscape(hadamardProduct({ depth: 2 }), options),
  "a landscape of three factors": (options) =>
    plot.surrogateLandscape(hadamardProduct({ depth: 3 }), { z: -2, ...options }),
  "a landscape of a difference": (options) =>
    plot.surrogateLandscape(hadamardDifference({ depth: 2 }), { lambda: 3, ...options }),
  "a landscape with sliders": (options) => plot.surrogateExplorer({ depth: 3, ...options }),
  "an animation of the saddle": (options) => plot.saddleAnimation(options),
  "a parametrization of three factors": (options) =>
    plot.parametrizationPlot(() => hadamardProduct({ depth: 3 }), options),
  "a parametrization of a difference": (options) =>
    plot.parametrizationPlot(() => hadamardDifference({ depth: 2 }), { z: -1, lambda: 2, ...options }),
  "a parametrization of one factor": (options) => plot.parametrizationPlot(() => identitySquare, options),
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

    it("is that too where people point at it", () => {
      const shown = interactive(chart.spec);
      assertObeysSchema(shown);
      assert.deepEqual(compilerMessages(shown), []);
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

/** Functions of the index that make no chart of data: parts of other functions, and what is done to charts or made of several. */
const NO_CHARTS = [
  ...["computeLandscape", "computeParametrizationPicture", "drawLandscape", "drawParametrization"],
  ...["Chart", "concatCharts", "facetCharts", "layerCharts", "report", "setChartTheme"],
];

describe("every chart", () => {
  it("of the index is among those above", () => {
    assert.deepEqual([...drawn, ...NO_CHARTS].sort(), Object.keys(index).sort());
  });
});
