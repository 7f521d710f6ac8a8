import { fitOnSupport } from "smooth-edges";
import { METHODS, TUNED_MCP } from "./bridges-against-folded-penalties";
import { meanOf } from "./means";
import {
  type Assessment,
  lambdaGrid,
  type RegressionSplit,
  type Rows,
  regressionSplit,
} from "./regression-split";
import { selectionOf } from "./selection";
import { grid, type Result, replicates, type Setting, type Study, type Task } from "./study";

const SIZE = { nSamples: 100, nFeatures: 200, nActive: 10 };
const N_LAMBDAS = 20;
const N_FOLDS = 5;
/** As many of the folds' fits must keep a feature that is called stable. */
const STABLE = 4;
/** `n / log n`, the size that Fan and Lv (2008) screen to: EBIC chooses among fits of at most as many features. */
const LARGEST = SIZE.nSamples / Math.log(SIZE.nSamples);

const COMPARED = [
  "lasso",
  "MCP",
  TUNED_MCP,
  "product, k = 3",
  "product, k = 3, from small lambda",
  "SmoothBridge, q = 1/2",
];

/** The rules that choose among the fits of a path, or among the features that folds keep. */
export const RULES = ["minimum", "one standard error", "EBIC", "EBIC of any size", "stable"] as const;

export type Rule = (typeof RULES)[number];

/** Of each rule what it chose: how good it is, and the lambda over the largest useful one. */
export type Chosen = Record<Rule, Assessment & { readonly share: number }>;

/** Centred rows, as the methods take them. */
interface Sample {
  readonly X: Rows;
  readonly y: Float64Array;
}

/**
 * Whether a ranking of penalties hangs on how lambda is chosen: by the minimum of 5-fold cross-validation, by one standard error
 * from it, by the extended Bayesian criterion with and without a bound on the size, or least squares on what four of five folds
 * keep at the minimum.
 */
export const selectionRules: Study = {
  name: "selection-rules",
  title: "Does the rule that chooses lambda change the ranking of bridges and MCP? (setting: ours)",
  tasks: (setting) =>
    grid({
      snr: setting === "quick" ? [3] : [1, 3, 10],
      method: COMPARED,
      replicate: replicates(COUNTS[setting]),
    }),
  run: ({ parameters: { snr, method, replicate } }: Task): Result => {
    const split = regressionSplit({ ...SIZE, rho: 0.5, snr: Number(snr), replicate: Number(replicate) });
    const lambdas = lambdaGrid(split, N_LAMBDAS, 1e-2);
    const pathOf = (sample: Sample): readonly Float64Array[] => {
      const coefs = METHODS[String(method)]({ ...split, ...sample }, lambdas, Number(replicate));
      // A path that goes up from the smallest lambda.
      return String(method).endsWith("from small lambda") ? [...coefs].reverse() : coefs;
    };
    return { ...chosen(split, lambdas, pathOf) };
  },
  // Which of the minima a descent ends in may hang on a rounding; the measures of one that is the same agree to this.
  tolerance: 1e-4,
};

const COUNTS: Readonly<Record<Setting, number>> = { quick: 1, desk: 100, paper: 100 };

function chosen(
  split: RegressionSplit,
  lambdas: readonly number[],
  pathOf: (sample: Sample) => readonly Float64Array[],
): Chosen {
  const coefs = pathOf(split);
  const folds = Array.from({ length: N_FOLDS }, (_, fold) => foldOf(split, fold));
  const paths = folds.map(({ sample }) => pathOf(sample));
  const scores = lambdas.map((_, k) => meanOf(folds.map(({ errorOf }, f) => errorOf(paths[f][k]))));
  const means = scores.map(({ mean }) => mean);
  const least = means.indexOf(Math.min(...means));
  const criteria = coefs.map((beta) => ebic(split, beta));
  const bounded = criteria.map(({ size, value }) => (size <= LARGEST ? value : Number.POSITIVE_INFINITY));
  const unbounded = criteria.map(({ value }) => value);
  const indices = {
    minimum: least,
    "one standard error": means.findIndex((mean) => mean <= means[least] + scores[least].error),
    EBIC: bounded.indexOf(Math.min(...bounded)),
    "EBIC of any size": unbounded.indexOf(Math.min(...unbounded)),
  };
  const at = (beta: Float64Array, k: number) => ({ ...split.assess(beta), share: lambdas[k] / lambdas[0] });
  return {
    minimum: at(coefs[indices.minimum], indices.minimum),
    "one standard error": at(coefs[indices["one standard error"]], indices["one standard error"]),
    EBIC: at(coefs[indices.EBIC], indices.EBIC),
    "EBIC of any size": at(coefs[indices["EBIC of any size"]], indices["EBIC of any size"]),
    stable: at(
      onStable(
        split,
        paths.map((path) => path[least]),
      ),
      least,
    ),
  };
}

/** Every fifth row is held out: rows are drawn independently, so that no order is to be broken. */
function foldOf({ X, y }: Sample, fold: number): { sample: Sample; errorOf(beta: Float64Array): number } {
  const p = X.nFeatures;
  const row = (i: number): Float64Array => X.data.subarray(i * p, (i + 1) * p);
  const all = Array.from(y.keys());
  const kept = all.filter((i) => i % N_FOLDS !== fold);
  const heldOut = all.filter((i) => i % N_FOLDS === fold);
  const centre = new Float64Array(p);
  for (const i of kept) {
    row(i).forEach((value, j) => {
      centre[j] += value / kept.length;
    });
  }
  const meanY = kept.reduce((sum, i) => sum + y[i], 0) / kept.length;
  const data = new Float64Array(kept.length * p);
  kept.forEach((i, k) => {
    data.set(
      row(i).map((value, j) => value - centre[j]),
      k * p,
    );
  });
  return {
    sample: {
      X: { data, nSamples: kept.length, nFeatures: p },
      y: Float64Array.from(kept, (i) => y[i] - meanY),
    },
    errorOf: (beta) =>
      heldOut.reduce((sum, i) => {
        const predicted = beta.reduce((total, b, j) => total + b * (row(i)[j] - centre[j]), meanY);
        return sum + (y[i] - predicted) ** 2 / heldOut.length;
      }, 0),
  };
}

/** The size, and `n log(RSS / n) + s log n + 2 log (p choose s)` of `s` coefficients that are not zero. */
function ebic({ X, y, truth }: RegressionSplit, beta: Float64Array): { size: number; value: number } {
  const { nSamples: n, nFeatures: p, data } = X;
  const rss = y.reduce((sum, value, i) => {
    const fitted = beta.reduce((total, b, j) => total + b * data[i * p + j], 0);
    return sum + (value - fitted) ** 2;
  }, 0);
  const { size } = selectionOf(beta, truth);
  let choices = 0;
  for (let i = 1; i <= size; i++) choices += Math.log((p - size + i) / i);
  return { size, value: n * Math.log(rss / n) + size * Math.log(n) + 2 * choices };
}

/** Least squares on the features that most folds keep. */
function onStable({ X, y, truth }: RegressionSplit, fits: readonly Float64Array[]): Float64Array {
  const counts = truth.map((_, j) => fits.filter((beta) => Math.abs(beta[j]) > 1e-6).length);
  const support = Array.from(counts.keys()).filter((j) => counts[j] >= STABLE);
  return fitOnSupport(X, y, support, { fitIntercept: false }).coef;
}
