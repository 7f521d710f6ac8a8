import {
  cox,
  evaluate,
  gradientDescent,
  logistic,
  type MultiResponseFit,
  mcp,
  multinomial,
  predictSurvival,
  SmoothBridge,
  SmoothGroupLasso,
  SmoothLasso,
  SmoothMcp,
  type SparseLinearFit,
  SparseLinearModel,
  type SparsePath,
  seededRandom,
  trainTestSplit,
} from "smooth-edges";
import {
  loadBreastCancer,
  loadDiabetes,
  loadDigits,
  loadWine,
  type Simulation,
  simulateToeplitz,
} from "smooth-edges/data";
import { certifyGlobal } from "smooth-edges/global";
import type {
  BoundPlotData,
  CalibrationPlotGroup,
  CoefficientPlotData,
  ConfusionPlotData,
  CrossValidationPlotData,
  GroupPlotData,
  InclusionPlotData,
  KnockoffPlotData,
  PathPlotData,
  PathPlotResponses,
  ResidualPlotData,
  RocPlotData,
  SparsityPlotData,
  StabilityPlotData,
  SupportPlotFit,
  SupportPlotPath,
  SurvivalPlotData,
  TracePlotData,
  TradeoffPoint,
  TrainingRecord,
} from "smooth-edges/plot";
import { bootstrapInclusion, knockoffFilter, stabilitySelection } from "smooth-edges/selection";
import { proximalNewton, surrogateDescent } from "smooth-edges/solvers";
import { hadamardProduct, surrogateObjective } from "smooth-edges/surrogate";

const SEEDS: readonly number[] = Array.from({ length: 8 }, (_, seed) => seed);

const models = {
  lasso: new SmoothLasso(),
  "bridge q = 1/2": new SmoothBridge({ q: 0.5, solver: proximalNewton() }),
  MCP: new SparseLinearModel({ penalty: mcp({ gamma: 3 }), solver: proximalNewton() }),
} as const;

/** A study that several exhibits show is made once. */
function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

export function diabetesFit(): CoefficientPlotData {
  const { columns, response } = loadDiabetes();
  const fit = new SmoothLasso({ lambda: 2 }).fit(columns, response);
  return { coef: fit.coef, featureNames: fit.featureNames, supportDeviations: fit.supportDeviations };
}

export const validation: () => CrossValidationPlotData & { readonly path: PathPlotData } = once(() => {
  const { columns, response } = loadDiabetes();
  const options = { folds: 5, seed: 1, nLambdas: 60 };
  const cv = new SmoothLasso().crossValidate(columns, response, options);
  const { lambdas, meanScore, standardError, df, lambdaMin, lambda1se, measure, folds } = cv;
  const { coefs, featureNames, fits } = cv.path;
  const scores = { lambdas, meanScore, standardError, df, lambdaMin, lambda1se, measure, folds };
  return { ...scores, path: { lambdas: cv.path.lambdas, coefs, featureNames, fits: fits.map(deviationsOf) } };
});

/** What a path's fit knows of the scales of its features. */
function deviationsOf({ supportDeviations }: SparseLinearFit | MultiResponseFit): {
  readonly supportDeviations: Float64Array | undefined;
} {
  return { supportDeviations };
}

/** A group lasso of breast tumours, whose ten measurements have three features each: mean, error and worst. */
export function tumourGroups(): GroupPlotData {
  const { columns, response } = loadBreastCancer();
  const groups = Object.keys(columns).map((name) => name.replace(/^(mean|worst) | error$/g, ""));
  const model = new SmoothGroupLasso({ datafit: logistic(), groups, lambda: 0.05 });
  const { groupNorms } = model.fit(columns, response);
  return { groupNorms };
}

/** What a fit of breast tumours, chosen by the area under its ROC curve, says of the rows of a test set. */
export const judgedTumours: () => RocPlotData & { readonly groups: readonly CalibrationPlotGroup[] } = once(
  () => {
    const { columns, response } = loadBreastCancer();
    const { train, test } = trainTestSplit(columns, response, { testShare: 0.3, seed: 1 });
    const model = new SmoothLasso({ datafit: logistic() });
    const options = { folds: 5, nLambdas: 40, measure: "auc" } as const;
    const { oneStandardError } = model.crossValidate(train.X, train.y, options);
    const evaluation = evaluate(oneStandardError, test.X, test.y);
    const { roc, auc, aucInterval } = evaluation;
    const points = roc?.map(({ falsePositiveRate, truePositiveRate }) => ({
      falsePositiveRate,
      truePositiveRate,
    }));
    return { roc: points, auc, aucInterval, groups: evaluation.calibration() };
  },
);

export function judgedWines(): ConfusionPlotData {
  const { columns, response } = loadWine();
  const { train, test } = trainTestSplit(columns, response, { testShare: 0.5, seed: 1 });
  const fit = new SmoothLasso({ datafit: multinomial(), lambda: 0.25 }).fit(train.X, train.y);
  const { classes, confusion } = evaluate(fit, test.X, test.y);
  return { classes, confusion };
}

export function judgedDiabetes(): ResidualPlotData {
  const { columns, response } = loadDiabetes();
  const { train, test } = trainTestSplit(columns, response, { seed: 1 });
  const { observed, predicted } = evaluate(
    new SmoothLasso({ lambda: 2 }).fit(train.X, train.y),
    test.X,
    test.y,
  );
  return { observed, predicted };
}

export function survivalOfThree(): SurvivalPlotData {
  const random = seededRandom(1);
  const X = Array.from({ length: 100 }, () => [random.normal(), random.normal()]);
  const y = X.map(([risk]) => -Math.log(random.uniform()) * Math.exp(-risk));
  const fit = new SmoothLasso({ datafit: cox(), lambda: 0.02 }).fit(X, y);
  const times = Array.from({ length: 81 }, (_, k) => k / 20);
  const { survival } = predictSurvival(
    fit,
    { X, y },
    [
      [-1, 0],
      [0, 0],
      [1, 0],
    ],
    { times },
  );
  return { times, survival };
}

export function nonConvexPath(): PathPlotData {
  const { columns, response } = loadDiabetes();
  const options = { nLambdas: 60, lambdaMinRatio: 1e-3 };
  const path = models.MCP.path(columns, response, options);
  const { lambdas, coefs, featureNames, locallyConvex } = path;
  return { lambdas, coefs, featureNames, locallyConvex, fits: path.fits.map(deviationsOf) };
}

export function wineClasses(): PathPlotResponses {
  const { columns, response } = loadWine();
  const model = new SmoothLasso({ datafit: multinomial() });
  const path = model.path(columns, response, { nLambdas: 50 });
  const { lambdas, coefs, featureNames, responseNames } = path;
  return { lambdas, coefs, featureNames, responseNames, fits: path.fits.map(deviationsOf) };
}

export function gradientDescentFit(): TracePlotData {
  const { X, y } = simulated(0);
  const solver = surrogateDescent(hadamardProduct({ depth: 2 }), gradientDescent());
  const { trace, status, nullDeviance } = new SmoothLasso({ lambda: 0.3, solver, tol: 1e-6 }).fit(X, y);
  return { trace, status, nullDeviance };
}

/** The numbers that are the same on every run. */
export function proofOfMcp(): BoundPlotData {
  const { X, y } = simulateToeplitz({ nSamples: 100, nFeatures: 40, nActive: 5, rho: 0.5, snr: 2, seed: 2 });
  const { trace, objective, lowerBound, nodes, claim } = certifyGlobal(
    new SmoothMcp({ lambda: 0.25 }).fit(X, y),
  );
  return {
    trace: trace.map((row) => ({ ...row, seconds: 0 })),
    objective,
    lowerBound,
    seconds: 0,
    nodes,
    claim,
  };
}

export function simulatedPath(): { path: SupportPlotPath; truth: { coef: Float64Array } } {
  const { X, y, coef } = simulated(0);
  const { lambdas, coefs, featureNames } = models.lasso.path(X, y, { nLambdas: 50, lambdaMinRatio: 0.02 });
  return { path: { lambdas, coefs, featureNames }, truth: { coef } };
}

export function threeMethods(): { fits: Record<string, SupportPlotFit>; truth: { coef: Float64Array } } {
  const simulation = simulated(0);
  const fits = byMethod((path) => {
    const { coef, featureNames } = path.best("bic");
    return { coef, featureNames };
  }, simulation);
  return { fits, truth: { coef: simulation.coef } };
}

/** The test error of each method at its lowest BIC. */
export const methodsBySeed: () => Record<string, number[]> = once(() => {
  const errors = SEEDS.map((seed) =>
    byMethod((path, data) => testError(path.best("bic"), data), simulated(seed)),
  );
  return Object.fromEntries(Object.keys(models).map((name) => [name, errors.map((each) => each[name])]));
});

/** The mean over simulations of the lowest test error along the path with at most so many features. */
export const sizesAndErrors: () => Record<string, TradeoffPoint[]> = once(() => {
  const sizes = [1, 2, 3, 5, 8, 10, 12, 15, 20, 30];
  const lowest = SEEDS.map((seed) =>
    byMethod((path, data) => {
      const errors = [...path.lambdas].map((lambda) => testError(path.at(lambda), data));
      return sizes.map((size) => Math.min(...errors.filter((_, l) => path.df[l] <= size)));
    }, simulated(seed)),
  );
  return Object.fromEntries(
    Object.keys(models).map((name) => [
      name,
      sizes.map((x, k) => ({ x, ...meanAndError(lowest.map((each) => each[name][k])) })),
    ]),
  );
});

/** Gradient descent on the two factors of each of 60 coefficients. */
export function trainingRecords(): TrainingRecord[] {
  const { X, y, test } = simulated(0);
  const objective = surrogateObjective(X, y, { parametrization: hadamardProduct({ depth: 2 }), lambda: 0.2 });
  const records: TrainingRecord[] = [];
  for (const { x } of gradientDescent().iterate(objective, objective.startingPoint())) {
    const { coef } = objective.coefficients(x);
    records.push({
      epoch: records.length,
      loss: squaredError(X, y, coef),
      valLoss: squaredError(test.X, test.y, coef),
      sparsity: coef.filter((b) => Math.abs(b) < 1e-3).length / coef.length,
    });
    if (records.length > 150) break;
  }
  return records;
}

export function digitLayers(): SparsityPlotData {
  const { columns, response } = loadDigits();
  const rows = Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [name, column.slice(0, 400)]),
  );
  const model = new SmoothLasso({ datafit: multinomial(), lambda: 0.02, tol: 1e-5 });
  const { coefs } = model.fit(rows, response.slice(0, 400)) as unknown as { coefs: Float64Array[] };
  const layers = coefs.map((coef, digit) => ({
    name: `digit ${digit}`,
    weights: coef.length,
    nonZeroWeights: coef.filter((b) => b !== 0).length,
  }));
  return { layers };
}

export function stability(): StabilityPlotData {
  const { columns, response } = loadDiabetes();
  const options = { q: 5, threshold: 0.8, nLambdas: 40, seed: 1 };
  const { lambdas, probabilitiesAlong, featureNames, threshold, nPairs } = stabilitySelection(
    new SmoothLasso(),
    columns,
    response,
    options,
  );
  return { lambdas, probabilitiesAlong, featureNames, threshold, nPairs };
}

export function bootstrap(): InclusionPlotData {
  const { columns, response } = loadDiabetes();
  const options = { nBootstraps: 50, seed: 1 };
  const { inclusion, featureNames } = bootstrapInclusion(
    new SmoothLasso({ lambda: 2 }),
    columns,
    response,
    options,
  );
  return { inclusion, featureNames };
}

export function knockoffs(): KnockoffPlotData {
  const { X, y } = simulateToeplitz({ nSamples: 200, nFeatures: 40, seed: 5 });
  const { statistics, threshold, featureNames, fdr } = knockoffFilter(new SmoothLasso(), X, y, {
    fdr: 0.2,
    seed: 1,
  });
  return { statistics, threshold, featureNames, fdr };
}

function simulated(seed: number): Simulation {
  return simulateToeplitz({ nSamples: 80, nFeatures: 60, nActive: 10, nTest: 500, seed });
}

function byMethod<T>(
  study: (path: SparsePath, simulation: Simulation) => T,
  simulation: Simulation,
): Record<string, T> {
  const options = { nLambdas: 25, lambdaMinRatio: 0.02 };
  return Object.fromEntries(
    Object.entries(models).map(([name, model]) => [
      name,
      study(model.path(simulation.X, simulation.y, options), simulation),
    ]),
  );
}

function testError(fit: SparseLinearFit, { test }: Simulation): number {
  const predicted = fit.predict(test.X);
  return predicted.reduce((sum, eta, i) => sum + (eta - test.y[i]) ** 2, 0) / predicted.length;
}

function squaredError(
  { data, nFeatures }: Simulation["X"],
  y: ArrayLike<number>,
  coef: Float64Array,
): number {
  let sum = 0;
  for (let i = 0; i < y.length; i++) {
    let eta = 0;
    for (let j = 0; j < nFeatures; j++) eta += data[i * nFeatures + j] * coef[j];
    sum += (eta - y[i]) ** 2;
  }
  return sum / (2 * y.length);
}

function meanAndError(values: readonly number[]): { y: number; standardError: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { y: mean, standardError: Math.sqrt(squares / (values.length - 1) / values.length) };
}
