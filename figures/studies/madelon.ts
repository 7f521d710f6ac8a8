import { type SeededRandom, seededRandom } from "smooth-edges";

/** Features of each kind, those that carry the classes first. */
export const MADELON = { nInformative: 5, nRedundant: 15, nFeatures: 500 } as const;

const N_CLUSTERS = 2 ** MADELON.nInformative;
/** Half the side of the cube, in standard deviations of the cluster's normal numbers before they are mixed. */
const HALF_SIDE = 2;
/** Share of labels that are turned over. */
const FLIPPED = 0.01;

/** Rows with a class, 0 or 1, each. */
export interface Madelon {
  /** By rows; every feature has mean 0 and mean square 1. */
  readonly X: { readonly data: Float64Array; readonly nSamples: number; readonly nFeatures: number };
  readonly y: Float64Array;
}

/**
 * Rows after the recipe of the Madelon data: a cluster at each of the 32 corners of a cube in five dimensions, half of them,
 * drawn by the seed, of one class; within a cluster five normal numbers are mixed by a matrix of its own, uniform on
 * `[-1, 1]`. Fifteen features are combinations of the five, uniform on `[-1, 1]` too, and 480 are normal numbers that tell
 * nothing. One label in a hundred is turned over.
 *
 * The size of the cube is ours.
 *
 * @see Guyon, Design of experiments of the NIPS 2003 variable selection benchmark (2003), as `make_classification` of
 * scikit-learn has it
 */
export function simulateMadelon(nSamples: number, seed: number): Madelon {
  const random = seededRandom(seed);
  const { nInformative, nRedundant, nFeatures } = MADELON;
  const classOf = random.permutation(N_CLUSTERS).map((position) => position % 2);
  const mixings = Array.from({ length: N_CLUSTERS }, () => uniforms(random, nInformative * nInformative));
  const combinations = uniforms(random, nInformative * nRedundant);
  const data = new Float64Array(nSamples * nFeatures);
  const y = new Float64Array(nSamples);
  for (let i = 0; i < nSamples; i++) {
    const cluster = i % N_CLUSTERS;
    const row = data.subarray(i * nFeatures, (i + 1) * nFeatures);
    const inner = Float64Array.from({ length: nInformative }, () => random.normal());
    for (let j = 0; j < nInformative; j++) {
      row[j] = HALF_SIDE * ((cluster >> j) & 1 ? 1 : -1) + column(mixings[cluster], inner, j, nInformative);
    }
    const informative = row.subarray(0, nInformative);
    for (let j = 0; j < nRedundant; j++)
      row[nInformative + j] = column(combinations, informative, j, nRedundant);
    for (let j = nInformative + nRedundant; j < nFeatures; j++) row[j] = random.normal();
    y[i] = random.uniform() < FLIPPED ? 1 - classOf[cluster] : classOf[cluster];
  }
  standardize(data, nSamples, nFeatures);
  return { X: { data, nSamples, nFeatures }, y };
}

function uniforms(random: SeededRandom, count: number): Float64Array {
  return Float64Array.from({ length: count }, () => 2 * random.uniform() - 1);
}

/** Entry `j` of a row times a matrix by rows. */
function column(matrix: Float64Array, row: Float64Array, j: number, nColumns: number): number {
  return row.reduce((sum, value, k) => sum + value * matrix[k * nColumns + j], 0);
}

function standardize(data: Float64Array, nSamples: number, nFeatures: number): void {
  for (let j = 0; j < nFeatures; j++) {
    let [mean, square] = [0, 0];
    for (let at = j; at < data.length; at += nFeatures) mean += data[at] / nSamples;
    for (let at = j; at < data.length; at += nFeatures) square += (data[at] - mean) ** 2 / nSamples;
    for (let at = j; at < data.length; at += nFeatures) data[at] = (data[at] - mean) / Math.sqrt(square);
  }
}
