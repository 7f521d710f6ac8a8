/** The data on which {@link checkEstimator} tries estimators: random, of hostile scales, degenerate, and none at all. */
import type { Datafit } from "../datafits";
import { InputError } from "../errors";
import type { SeededRandom } from "../random/random";

export type Rows = readonly (readonly number[])[];

export interface TrialData {
  readonly X: Rows;
  /** Numbers, labels or times, or rows of numbers. */
  readonly y: readonly (number | string | readonly number[])[];
}

/** Data under a name, and what a run with them is given besides. */
export type NamedData = readonly [name: string, data: TrialData, run?: { readonly sampleWeight: number[] }];

/** Draws features, correlated in pairs, and a response of the kind that the loss wants, which depends on the first two. */
export function drawData(datafit: Datafit, random: SeededRandom, nFeatures: number): TrialData {
  const nSamples = 3 * nFeatures + 10;
  const X = Array.from({ length: nSamples }, () => {
    const row = Array.from({ length: nFeatures }, () => random.normal());
    return row.map((x, j) => (j % 2 === 1 ? 0.6 * row[j - 1] + 0.8 * x : x));
  });
  const signal = X.map((row) => row[0] - (row[1] ?? 0) / 2);
  return { X, y: drawResponse(datafit, signal, random) };
}

function drawResponse(datafit: Datafit, signal: readonly number[], random: SeededRandom): TrialData["y"] {
  const { response, responses, nResponses } = datafit;
  if (response === "classes") {
    const nClasses = responses === "classes" ? nResponses || 3 : 2;
    const noisy = signal.map((s) => s + random.normal());
    // The first rows have one class each, in turn; the others the class of their rank.
    const ranks = noisy.map((s) => noisy.filter((other) => other < s).length);
    return ranks.map(
      (rank, i) => `class ${i < nClasses ? i : Math.floor((nClasses * rank) / signal.length)}`,
    );
  }
  if (response === "times")
    return signal.map((s, i) => Math.exp(s + random.normal()) * (i > 1 && random.uniform() < 0.3 ? -1 : 1));
  if (responses !== undefined)
    return signal.map((s) =>
      Array.from({ length: nResponses || 3 }, (_, r) => (r + 1) * s + random.normal()),
    );
  const numbers = signal.map((s) => s + random.normal());
  const positive = numbers.map((s) => Math.exp(s / 2));
  const kinds = [numbers, positive, positive.map((odds) => odds / (1 + odds))];
  return kinds.find((kind) => takes(datafit, kind)) ?? numbers;
}

function takes(datafit: Datafit, numbers: readonly number[]): boolean {
  try {
    datafit.checkTarget("checkEstimator", Float64Array.from(numbers));
    return true;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

/** The data with features, and numbers as responses, multiplied by powers of ten to the ends of what 64 bits hold. */
export function dataAtScales({ X, y }: TrialData, datafit: Datafit): NamedData[] {
  const isNumeric = datafit.response === "numbers";
  const scaled = (entries: TrialData["y"], by: number): TrialData["y"] =>
    entries.map((entry) =>
      Array.isArray(entry) ? entry.map((number) => by * number) : by * (entry as number),
    );
  return [1e-300, 1e-150, 1e-8, 1, 1e8, 1e130, 1e150].flatMap((ofX) => {
    const features = X.map((row) => row.map((x) => ofX * x));
    return (isNumeric ? [1e-300, 1e-150, 1, 1e150] : [1]).map((ofY): NamedData => {
      const name = `features times ${ofX}${isNumeric ? ` and responses times ${ofY}` : ""}`;
      return [name, { X: features, y: isNumeric ? scaled(y, ofY) : y }];
    });
  });
}

/** Returns data that leave something undetermined. */
export function degenerateData({ X, y }: TrialData): NamedData[] {
  const nearlyConstant = X.map(([first, ...rest]) => [1 + 1e-15 * Math.sign(first), ...rest]);
  return [
    ["a constant column", { X: X.map(([, ...rest]) => [3, ...rest]), y }],
    ["a column of zeros", { X: X.map(([, ...rest]) => [0, ...rest]), y }],
    ["a column all but constant", { X: nearlyConstant, y }],
    ["equal columns", { X: X.map((row) => row.map(() => row[0])), y }],
    ["equal rows", { X: X.map(() => X[0]), y }],
    ["equal responses", { X, y: y.map(() => y[0]) }],
    ["one row", { X: X.slice(0, 1), y: y.slice(0, 1) }],
    ["two rows", { X: X.slice(0, 2), y: y.slice(0, 2) }],
  ];
}

/** Returns data that an estimator must refuse. */
export function invalidData({ X, y }: TrialData): NamedData[] {
  const withEntry = (entry: number): Rows => X.map((row, i) => (i === 1 ? [entry, ...row.slice(1)] : row));
  const isNumeric = typeof y[0] === "number";
  return [
    ["NaN in X", { X: withEntry(Number.NaN), y }],
    ["Infinity in X", { X: withEntry(Number.POSITIVE_INFINITY), y }],
    ["a short row", { X: X.map((row, i) => (i === 1 ? row.slice(1) : row)), y }],
    ["no rows", { X: [], y: [] }],
    ["a response too few", { X, y: y.slice(1) }],
    ["a response too many", { X, y: [...y, y[0]] }],
    ...(isNumeric ? [["NaN in y", { X, y: [Number.NaN, ...y.slice(1)] }] as const] : []),
    ["a negative weight", { X, y }, { sampleWeight: X.map((_, i) => (i === 0 ? -1 : 1)) }],
    ["weights of zero", { X, y }, { sampleWeight: X.map(() => 0) }],
  ];
}
