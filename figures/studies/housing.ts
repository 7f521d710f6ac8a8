import { join } from "node:path";
import type * as TensorFlow from "@tensorflow/tfjs";
import { seededRandom } from "smooth-edges";
import { readCsv } from "smooth-edges/data";
import { ROOT } from "../root";
import type { Samples } from "./regression-network";

const TEST_SHARE = 0.2;
/** What test rows are to training rows: splits share rows and are no independent draws. */
export const OVERLAP: number = TEST_SHARE / (1 - TEST_SHARE);

/** A block of houses in eight numbers, in the order of scikit-learn's copy: means of rooms, bedrooms and persons a household. */
const FEATURES: readonly ((block: Readonly<Record<string, number>>) => number)[] = [
  ({ income }) => income,
  ({ age }) => age,
  ({ rooms, households }) => rooms / households,
  ({ bedrooms, households }) => bedrooms / households,
  ({ population }) => population,
  ({ population, households }) => population / households,
  ({ latitude }) => latitude,
  ({ longitude }) => longitude,
];

/** Features and the median value of houses, in 100 000 dollars, of the blocks whose bedrooms are known. */
export function readHousing(): { readonly x: number[][]; readonly y: number[] } {
  const columns = readCsv(join(ROOT, "figures/housing/california.csv"));
  const names = Object.keys(columns);
  const blocks = columns.value
    .map((_, i) => Object.fromEntries(names.map((name) => [name, columns[name][i] as number])))
    .filter(({ bedrooms }) => bedrooms !== null);
  return {
    x: blocks.map((block) => FEATURES.map((feature) => feature(block))),
    y: blocks.map(({ value }) => value / 1e5),
  };
}

/** A fifth of the blocks, drawn by the seed, to test; features have mean 0 and variance 1 over the others. */
export function housingSplit(tf: typeof TensorFlow, seed: number): Record<"train" | "test", Samples> {
  const { x, y } = readHousing();
  const order = [...seededRandom(seed).permutation(y.length)];
  const nTest = Math.round(TEST_SHARE * y.length);
  const [testRows, trainRows] = [order.slice(0, nTest), order.slice(nTest)];
  const moments = FEATURES.map((_, j) => {
    const mean = trainRows.reduce((sum, i) => sum + x[i][j], 0) / trainRows.length;
    const variance = trainRows.reduce((sum, i) => sum + (x[i][j] - mean) ** 2, 0) / trainRows.length;
    return { mean, deviation: Math.sqrt(variance) };
  });
  const samples = (rows: readonly number[]): Samples => ({
    x: tf.tensor2d(rows.map((i) => moments.map(({ mean, deviation }, j) => (x[i][j] - mean) / deviation))),
    y: tf.tensor2d(rows.map((i) => [y[i]])),
  });
  return { train: samples(trainRows), test: samples(testRows) };
}
