/** What options may be, over every function that takes some. */
import assert from "node:assert/strict";
import * as optimizers from "../src/optimizers";
import { checkChoice, checkKeys, checkMethods, checkPositive, didYouMean } from "../src/options";
import { hadamardProduct } from "../src/parametrizations";
import { l1 } from "../src/penalties";
import { pinball } from "../src/piecewise-linear";
import * as plot from "../src/plot";
import { solvePiecewiseLinear, surrogateDescent } from "../src/solvers";
import { irls, proximalGradient } from "../src/solvers/classical";
import { balanced, surrogateObjective, unbalanced, unitGates, varianceMatched } from "../src/surrogate";
import { escapeDirection, isStrictSaddle, localMinima, minimumMagnitude } from "../src/theory";
import { type Anything, X, y } from "./support/bad-input";
import { parabola } from "./support/smooth-objectives";

const { lbfgs, minimize } = optimizers;
const parametrization = hadamardProduct({ depth: 2 });

const path = { lambdas: [2, 1], coefs: [[0], [1]], featureNames: ["a"] };
const chart = plot.pathPlot(path);
const proof = { trace: [], objective: 2, lowerBound: 1, seconds: 1, nodes: 1, claim: "half" };
const validated = {
  ...path,
  meanScore: [1, 2],
  standardError: [1, 1],
  df: [0, 1],
  lambdaMin: 2,
  lambda1se: 2,
  measure: "deviance",
  folds: [0, 1],
};
const selection = { ...path, probabilitiesAlong: path.coefs, threshold: 0.9, nPairs: 5 };
const knockoffs = { statistics: [1], threshold: 1, featureNames: ["a"], fdr: 0.5 };

/** Calls with what an option may be wrong in, and the valid rest that the function needs. */
const takers: Readonly<Record<string, readonly [(options: Anything) => unknown, object]>> = {
  adam: [optimizers.adam, {}],
  coefficientPlot: [(options) => plot.coefficientPlot({ coef: [1], featureNames: ["a"] }, options), {}],
  comparisonPlot: [(options) => plot.comparisonPlot({ a: [1] }, options), {}],
  boundPlot: [(options) => plot.boundPlot(proof, options), {}],
  concatCharts: [(options) => plot.concatCharts([chart], options), {}],
  crossValidationPlot: [(options) => plot.crossValidationPlot(validated, options), {}],
  facetCharts: [(options) => plot.facetCharts({ a: chart }, options), {}],
  inclusionPlot: [(options) => plot.inclusionPlot({ inclusion: [1], featureNames: ["a"] }, options), {}],
  knockoffPlot: [(options) => plot.knockoffPlot(knockoffs, options), {}],
  pathPlot: [(options) => plot.pathPlot(path, options), {}],
  saddleAnimation: [(options) => plot.saddleAnimation(options), {}],
  sparsityPlot: [
    (options) => plot.sparsityPlot({ layers: [{ name: "a", weights: 1, nonZeroWeights: 1 }] }, options),
    {},
  ],
  stabilityPlot: [(options) => plot.stabilityPlot(selection, options), {}],
  supportPlot: [(options) => plot.supportPlot(path, [0], options), {}],
  surrogateExplorer: [(options) => plot.surrogateExplorer(options), {}],
  surrogateLandscape: [(options) => plot.surrogateLandscape(parametrization, options), {}],
  tracePlot: [
    (options) => plot.tracePlot({ trace: [{ iteration: 0, objective: 1, stationarity: 1 }] }, options),
    {},
  ],
  tradeoffPlot: [(options) => plot.tradeoffPlot({ a: [{ x: 1, y: 1 }] }, options), {}],
  trainingPlot: [(options) => plot.trainingPlot([{ epoch: 1, loss: 1 }], options), {}],
  balanced: [balanced, { signs: "positive" }],
  cosine: [optimizers.cosine, { steps: 3 }],
  escapeDirection: [(options) => escapeDirection(parabola, [0], options), {}],
  gradientDescent: [optimizers.gradientDescent, {}],
  irls: [irls, {}],
  isStrictSaddle: [(options) => isStrictSaddle(parabola, [0], options), {}],
  lbfgs: [lbfgs, {}],
  localMinima: [(options) => localMinima(X, y, options), { penalty: l1(), lambda: 1 }],
  minimize: [(options) => minimize(parabola, lbfgs(), [1], options), {}],
  minimumMagnitude: [(options) => minimumMagnitude(0.5, 1, options), { curvature: 1 }],
  momentum: [optimizers.momentum, { step: 1 }],
  nesterov: [optimizers.nesterov, {}],
  parametrizationPlot: [(options) => plot.parametrizationPlot(() => parametrization, options), {}],
  proximalGradient: [proximalGradient, { accelerated: true }],
  sgd: [optimizers.sgd, { step: 1 }],
  solvePiecewiseLinear: [
    (options) => solvePiecewiseLinear(X, y, options),
    { datafit: pinball(0.5), lambda: 1 },
  ],
  stepDecay: [optimizers.stepDecay, { every: 3 }],
  surrogateDescent: [(options) => surrogateDescent(parametrization, lbfgs(), options), {}],
  surrogateObjective: [(options) => surrogateObjective(X, y, options), { parametrization, lambda: 1 }],
  unbalanced: [unbalanced, {}],
  unitGates: [unitGates, {}],
  varianceMatched: [varianceMatched, { sigma: 0.1 }],
};

describe("options", () => {
  for (const [name, [take, valid]] of Object.entries(takers)) {
    it(`that ${name} does not know are refused by name, as is what holds no options`, () => {
      assert.doesNotThrow(() => take(valid));
      const message = new RegExp(`^${name}: every option must be one of .+, got "misspelt"$`);
      assert.throws(() => take({ ...valid, misspelt: 1 }), { name: "InputError", message });
      for (const [given, shown] of [
        [null, "null"],
        [5, "5"],
        [[1, 2], "an array of 2"],
      ]) {
        assert.throws(() => take(given), {
          name: "InputError",
          message: new RegExp(
            `^${name}: options must be an object, got ${shown}(; a fit remembers its data, .+)?$`,
          ),
        });
      }
    });
  }

  it("are named in full where one is refused", () => {
    assert.throws(() => checkKeys("fit", { lamda: 1 }, ["lambda", "tol"]), {
      name: "InputError",
      message: 'fit: every option must be one of lambda, tol, got "lamda"; did you mean "lambda"?',
    });
    assert.throws(() => checkKeys("fit", { maxiter: 1, lambda: 1 }, ["lambda", "maxIter"]), {
      message: 'fit: every option must be one of lambda, maxIter, got "maxiter"; did you mean "maxIter"?',
    });
    assert.doesNotThrow(() => checkKeys("fit", { tol: undefined }, ["lambda", "tol"]));
  });

  it("that must be positive are numbers, finite and above zero", () => {
    for (const value of [0, -1, Number.NaN, Infinity, "1", null, undefined, 1n]) {
      assert.throws(() => checkPositive("fit", "tol", value), { name: "InputError" });
    }
    assert.throws(() => checkPositive("fit", "tol", "1"), {
      message: 'fit: tol must be a positive finite number, got "1"',
    });
    assert.doesNotThrow(() => checkPositive("fit", "tol", Number.MIN_VALUE));
  });

  it("that are one of a few words are named in full, with the one that may have been meant", () => {
    for (const value of ["all", "off", true]) {
      assert.doesNotThrow(() => checkChoice("fit", "scale", value, [true, "all", "off"]));
    }
    for (const [value, end] of [
      ["ofF", '"ofF"; did you mean "off"?'],
      ["none", '"none"'],
      [false, "false"],
      ["constructor", '"constructor"'],
      [undefined, "undefined"],
    ] as const) {
      assert.throws(() => checkChoice("fit", "scale", value, [true, "all", "off"]), {
        name: "InputError",
        message: `fit: scale must be true, "all" or "off", got ${end}`,
      });
    }
  });

  it("are guessed by at most a third of their letters, or as the end of another word", () => {
    const words = ["fitIntercept", "tol", "nLambdas", "lambdas", "sampleWeight"];
    for (const [given, meant] of [
      ["fit_intercept", "fitIntercept"],
      ["FITINTERCEPT", "fitIntercept"],
      ["lambda", "lambdas"],
      ["nLambda", "nLambdas"],
      ["to", "tol"],
      ["weights", "sampleWeight"],
      ["intercept", "fitIntercept"],
      ["otl", "tol"],
    ]) {
      assert.equal(didYouMean(given, words), `did you mean "${meant}"?`);
    }
    for (const given of ["alpha", "top10", "bias", "", 3, null, Symbol.iterator]) {
      assert.equal(didYouMean(given, words), undefined);
    }
  });

  it("that must be made by a factory are known by their methods", () => {
    assert.doesNotThrow(() => checkMethods("fit", "solver", { solve: () => 1 }, ["solve"], "a solver"));
    for (const [value, shown] of [
      [undefined, "undefined"],
      [null, "null"],
      [{ solve: 1 }, "an object"],
      [lbfgs, "a function lbfgs; call it"],
    ] as const) {
      assert.throws(() => checkMethods("fit", "solver", value, ["solve"], "a solver"), {
        name: "InputError",
        message: `fit: solver must be a solver, got ${shown}`,
      });
    }
  });
});
