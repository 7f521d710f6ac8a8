import type { RowMajorMatrix } from "../../design/design-input";
import { counted, formatNumber } from "../../display/formatting";
import { displayableMatrix } from "../../display/matrix-table";
import { displayable, Table } from "../../display/table";
import { mustBe } from "../../errors";
import { supportOf } from "../../linalg/vector";
import { type SeededRandom, seededRandom } from "../../random/random";

/** Rows of a simulation. */
export interface SimulatedRows {
  /** By rows, with column names. */
  readonly X: RowMajorMatrix & { readonly data: Float64Array };
  /** The response of each row. */
  readonly y: Float64Array;
}

/** Data with the truth that they were drawn from: `eta = intercept + X coef`. */
export interface Simulation extends SimulatedRows {
  /** The true coefficients, one a feature. */
  readonly coef: Float64Array;
  /** The true intercept. */
  readonly intercept: number;
  /** Where `coef` is not zero, ascending. */
  readonly support: Int32Array;
  /** One label a feature, as group penalties take them; of one feature each where there are no groups. */
  readonly groups: number[];
  /** The standard deviation of the normal noise that `y` is `eta` and; undefined for classes, where `P(y = 1) = 1 / (1 + exp(-eta))`. */
  readonly sigma: number | undefined;
  /** Further rows, simulated from the same coefficients, to test a fit on. */
  readonly test: SimulatedRows;
  /** The covariance of two features in the population; of a fixed design the mean product of two columns. */
  covariance(j: number, k: number): number;
}

/** Options of every simulation. */
export interface SimulationOptions {
  /** Rows to fit. */
  readonly nSamples?: number;
  /** Further rows, simulated from the same coefficients, to test a fit on. Default: 0. */
  readonly nTest?: number;
  /** Equal seeds give equal numbers on every machine. Default: 1. */
  readonly seed?: number;
}

/** A true model, and the distribution of its rows. */
export interface Truth {
  readonly coef: Float64Array;
  readonly intercept?: number;
  readonly groups?: number[];
  readonly sigma: number | undefined;
  /** Draws a row of features. */
  draw(random: SeededRandom, row: Float64Array): void;
  covariance(j: number, k: number): number;
}

/** Draws the rows of a simulation. Features and noise have separate streams, so options of one do not change the other. */
export function simulation(truth: Truth, { nSamples, nTest, seed }: Required<SimulationOptions>): Simulation {
  const { coef, intercept = 0, groups = Array.from(coef, (_, j) => j), sigma } = truth;
  const features = streamOf(seed, 1);
  const noise = streamOf(seed, 2);
  const rows = (n: number): SimulatedRows => {
    const p = coef.length;
    const data = new Float64Array(n * p);
    const y = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      const row = data.subarray(i * p, (i + 1) * p);
      truth.draw(features, row);
      let eta = intercept;
      for (let j = 0; j < p; j++) eta += row[j] * coef[j];
      if (sigma === undefined) y[i] = noise.uniform() < 1 / (1 + Math.exp(-eta)) ? 1 : 0;
      else y[i] = eta + sigma * noise.normal();
    }
    const featureNames = Array.from(coef, (_, j) => `x${j}`);
    return { X: displayableMatrix({ data, nSamples: n, nFeatures: p, featureNames }), y };
  };
  const training = rows(nSamples);
  const simulated: Simulation = {
    ...training,
    coef,
    intercept,
    support: supportOf(coef),
    groups,
    sigma,
    test: rows(nTest),
    covariance: truth.covariance,
  };
  return displayable(simulated, truthTable);
}

/** Returns a table of the true coefficients that are not zero, in the order of the features. */
function truthTable({ X, coef, intercept, support, sigma, test }: Simulation): Table {
  const noise = sigma === undefined ? "classes" : `noise of standard deviation ${formatNumber(sigma)}`;
  const beside = test.y.length > 0 ? ` and ${test.y.length} to test` : "";
  return new Table({
    title: `Simulation of ${counted(X.nSamples, "row")}${beside}, ${support.length} of ${counted(X.nFeatures, "feature")} with an effect, ${noise}`,
    columns: ["feature", "true coefficient"],
    rows: [["(intercept)", intercept], ...[...support].map((j) => [X.featureNames?.[j], coef[j]] as const)],
    bars: [null, ...[...support].map((j) => coef[j])],
    maxRows: 20,
  });
}

/** Returns a random stream of a seed: number 0 for the true model, 1 for features, 2 for noise. */
export function streamOf(seed: number, number: number): SeededRandom {
  const root = seededRandom(seed);
  for (let k = 0; k < number; k++) root.split();
  return root.split();
}

/** Returns `count` evenly spaced positions below `size`. */
export function evenlySpaced(size: number, count: number): number[] {
  return Array.from({ length: count }, (_, m) => Math.floor(((m + 0.5) * size) / count));
}

/** `beta' Sigma beta`, the variance of the signal. */
export function signalVariance(coef: Float64Array, covariance: (j: number, k: number) => number): number {
  const support = [...supportOf(coef)];
  return support.reduce(
    (sum, j) => sum + support.reduce((inner, k) => inner + coef[j] * covariance(j, k) * coef[k], 0),
    0,
  );
}

/** @throws InputError unless each size is a whole number in its range. */
export function checkSizes(
  where: string,
  sizes: Readonly<Record<string, readonly [value: number, least: number, most?: number]>>,
): void {
  for (const [name, [value, least, most = Number.POSITIVE_INFINITY]] of Object.entries(sizes)) {
    if (Number.isInteger(value) && value >= least && value <= most) continue;
    const rule = most < Number.POSITIVE_INFINITY ? `from ${least} to ${most}` : `>= ${least}`;
    throw mustBe(where, name, `a whole number ${rule}`, value);
  }
}

/** @throws InputError unless `rho` is a correlation from 0 to 1, below 1. */
export function checkCorrelation(where: string, rho: number): void {
  if (!(typeof rho === "number" && rho >= 0 && rho < 1)) {
    throw mustBe(where, "rho", "a number of at least 0 and below 1", rho);
  }
}

/** @throws InputError unless `sigma` is a finite number of at least 0. */
export function checkSigma(where: string, sigma: number): void {
  if (!(typeof sigma === "number" && sigma >= 0 && sigma < Number.POSITIVE_INFINITY)) {
    throw mustBe(where, "sigma", "a finite number >= 0", sigma);
  }
}
