import { encodeClasses } from "../../design/class-codes";
import type { TargetInput } from "../../design/design-input";
import { mustBe } from "../../errors";
import { seededRandom } from "../../random/random";

/**
 * Folds that keep rows of the same label together: labels, those of most rows first and equal ones in the order of the seed,
 * go to the fold with the fewest rows so far, as in scikit-learn's `GroupKFold`.
 *
 * @param counts how much each row counts for the size of a fold, 0 or 1.
 * @throws InputError when there is not one label a row, or fewer labels that count than folds.
 */
export function groupedFolds(
  where: string,
  sampleGroups: TargetInput,
  folds: number,
  seed: number,
  counts: ArrayLike<number>,
): Int32Array {
  const { classes: labels, codes } = encodeClasses(where, sampleGroups, "sampleGroups");
  if (codes.length !== counts.length) {
    throw mustBe(where, "the length of sampleGroups", `the number of rows ${counts.length}`, codes.length);
  }
  const sizes = new Float64Array(labels.length);
  codes.forEach((code, i) => {
    sizes[code] += counts[i];
  });
  const nCounted = sizes.reduce((count, size) => count + (size > 0 ? 1 : 0), 0);
  if (!(Number.isInteger(folds) && folds >= 2 && folds <= nCounted)) {
    throw mustBe(where, "folds", `an integer from 2 to the number of sampleGroups, here ${nCounted}`, folds);
  }
  const order = [...seededRandom(seed).permutation(labels.length)].sort((a, b) => sizes[b] - sizes[a]);
  const filled = new Float64Array(folds);
  const foldOf = new Int32Array(labels.length);
  for (const label of order) {
    const lightest = filled.indexOf(Math.min(...filled));
    foldOf[label] = lightest;
    filled[lightest] += sizes[label];
  }
  return Int32Array.from(codes, (code) => foldOf[code]);
}
