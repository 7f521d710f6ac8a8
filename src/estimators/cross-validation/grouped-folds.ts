import type { TargetInput } from "../../design/design-input";
import { encodeClasses } from "../../design/targets/class-codes";
import { seededRandom } from "../../random/random";
import { checkRows } from "../options/sample-options";
import { foldCount } from "./fold-count";

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
  folds: number | undefined,
  seed: number,
  counts: ArrayLike<number>,
): Int32Array {
  const { classes: labels, codes } = encodeClasses(where, sampleGroups, "sampleGroups");
  checkRows(where, "sampleGroups", codes.length, counts.length);
  const sizes = new Float64Array(labels.length);
  codes.forEach((code, i) => {
    sizes[code] += counts[i];
  });
  const nCounted = sizes.reduce((count, size) => count + (size > 0 ? 1 : 0), 0);
  const nFolds = foldCount(where, folds, nCounted, "sampleGroups");
  const order = [...seededRandom(seed).permutation(labels.length)].sort((a, b) => sizes[b] - sizes[a]);
  const filled = new Float64Array(nFolds);
  const foldOf = new Int32Array(labels.length);
  for (const label of order) {
    const lightest = filled.indexOf(Math.min(...filled));
    foldOf[label] = lightest;
    filled[lightest] += sizes[label];
  }
  return Int32Array.from(codes, (code) => foldOf[code]);
}
