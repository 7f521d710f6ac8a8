/** Writes problems of best subsets and our proved fits as JSON, for `test/global/best_subsets.py`, which solves them by other programs. */
import { seededRandom } from "../../src";
import { simulateToeplitz } from "../../src/data";
import { BestSubset } from "../../src/global";
import { smallProblem } from "./global-problems";

interface Data {
  readonly X: readonly (readonly number[])[];
  readonly y: ArrayLike<number>;
  readonly lambda: number;
}

/** A larger problem; every third has fewer rows than features. */
function toeplitz(seed: number, p: number): Data {
  const nSamples = seed % 3 === 0 ? Math.round(0.7 * p) : 3 * p;
  const rho = [0, 0.5, 0.8][seed % 3];
  const { X, y } = simulateToeplitz({ nSamples, nFeatures: p, nActive: 4, rho, snr: 4, seed });
  const rows = Array.from({ length: nSamples }, (_, i) => Array.from(X.data.subarray(i * p, (i + 1) * p)));
  return { X: rows, y, lambda: [0.4, 0.1, 0.3][seed % 3] };
}

/** A ridge or a box, weights, an intercept and standardized columns in turns; penalty factors and bounds of each coefficient for a MIP only. */
function problem(peer: "el0ps" | "l0bnb" | "highs", seed: number, { X, y, lambda }: Data) {
  const random = seededRandom(seed);
  const n = X.length;
  const hasBox = peer === "highs" || (peer === "el0ps" && seed % 2 === 1);
  const unit = Math.hypot(...Array.from(y)) / Math.hypot(...X.map((row) => row[0]));
  const size = unit * 10 ** random.uniform();
  const bounds = X[0].map((): [number, number] => {
    if (peer !== "highs") return [-size, size];
    return random.uniform() < 0.3 ? [0, unit * random.uniform()] : [-size, size * random.uniform()];
  });
  const penaltyFactors = X[0].map(() => (peer === "highs" ? 0.5 + random.uniform() : 1));
  const sampleWeight = seed % 4 < 2 ? Array.from({ length: n }, () => 0.5 + random.uniform()) : undefined;
  const lambda2 = hasBox ? 0 : seed % 3 === 0 ? 0.02 : 0.3;
  const options = {
    lambda,
    lambda2,
    fitIntercept: seed % 5 !== 0,
    standardize: seed % 7 < 3,
    penaltyFactors,
  };
  const model = new BestSubset({ ...options, ...(hasBox ? { bounds } : {}), timeLimit: 30 });
  const { coef, intercept, global } = model.fit(X, y, { sampleWeight });
  return {
    peer,
    seed,
    X,
    y: Array.from(y),
    ...options,
    bounds: hasBox ? bounds : null,
    sampleWeight: sampleWeight ?? new Array<number>(n).fill(1),
    coef: Array.from(coef),
    intercept,
    status: global?.status,
    lowerBound: global?.lowerBound,
  };
}

const seeds = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, k) => first + k);
const problems = [
  ...seeds(1, 60).map((seed) => problem("el0ps", seed, smallProblem(seed, 8 + (seed % 9)))),
  ...seeds(61, 90).map((seed) => problem("el0ps", seed, toeplitz(seed, 30 + (seed % 11)))),
  ...seeds(101, 112).map((seed) => problem("l0bnb", seed, toeplitz(seed, 20))),
  ...seeds(121, 150).map((seed) => problem("highs", seed, smallProblem(seed, 8))),
];
process.stdout.write(JSON.stringify(problems));
