import type { CscMatrix } from "../../design/design-input";
import { InputError, mustBe, outOfMemory } from "../../errors";
import { checkKeys } from "../../options";
import { readText } from "./read-bytes";

/** Options of {@link readLibsvm}: how many columns the matrix has, where the last ones are empty. */
export interface LibsvmOptions {
  /** At least the largest index. Default: the largest index, which a test file may not have, and which is at most ten million then. */
  readonly nFeatures?: number;
}

/** Maximum number of features that a file has without a word: a line of 15 bytes can have the index 4294967295. */
const MOST_FEATURES = 10_000_000;

/**
 * Reads a file of LIBSVM or SVMlight, gzipped or not: lines `label index:value index:value ...`, indices from 1.
 *
 * @returns a sparse matrix, and the labels.
 * @throws InputError when the file cannot be read, or naming the first line that is not of this form, or has an index above ten million
 * that `nFeatures` does not allow.
 * @see https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/
 * @example
 * ```ts
 * import { writeFileSync } from "node:fs";
 * writeFileSync("a.libsvm", "+1 1:0.5 3:2\n-1 2:1\n+1 3:1\n");
 * const data = readLibsvm("a.libsvm");
 * data.y; // [1, -1, 1]
 * ```
 */
export function readLibsvm(path: string, options: LibsvmOptions = {}): { X: CscMatrix; y: Float64Array } {
  const where = "readLibsvm";
  checkKeys(where, options, ["nFeatures"]);
  const most = Math.max(MOST_FEATURES, Number(options.nFeatures ?? 0));
  const labels: number[] = [];
  const entries: Entry[] = [];
  let largest = 0;
  readText(where, path)
    .split(/\r?\n/)
    .forEach((raw, index) => {
      const [label, ...pairs] = raw.replace(/#.*/, "").trim().split(/\s+/);
      if (label === "") return;
      const number = Number(label);
      if (!Number.isFinite(number)) throw mustBe(where, `line ${index + 1}`, "begun by a number", label);
      for (const pair of pairs) {
        if (pair.startsWith("qid:")) continue;
        const [feature, value] = pair.split(":").map(Number);
        if (
          !(Number.isInteger(feature) && feature >= 1 && Number.isFinite(value) && /^[^:]+:[^:]+$/.test(pair))
        )
          throw mustBe(where, `line ${index + 1}`, "index:value with an index from 1", pair);
        if (feature > most) {
          const rule = `index:value with an index of at most ${most}`;
          throw mustBe(where, `line ${index + 1}`, rule, pair, "name a larger nFeatures where it is right");
        }
        largest = Math.max(largest, feature);
        entries.push({ row: labels.length, column: feature - 1, value });
      }
      labels.push(number);
    });
  if (labels.length === 0) throw new InputError(`${where}: ${path} must have at least one line, got none`);
  const { nFeatures = largest } = options;
  if (!(Number.isInteger(nFeatures) && nFeatures >= largest))
    throw mustBe(where, "nFeatures", `a whole number >= ${largest}, the largest index`, nFeatures);
  return { X: cscOf(entries, labels.length, nFeatures), y: Float64Array.from(labels) };
}

interface Entry {
  readonly row: number;
  readonly column: number;
  readonly value: number;
}

/** Sorts entries by columns, and within each by rows, which is their order in the file. */
function cscOf(entries: readonly Entry[], nSamples: number, nFeatures: number): CscMatrix {
  const indptr = pointersOf(nFeatures);
  for (const { column } of entries) indptr[column + 1]++;
  for (let j = 0; j < nFeatures; j++) indptr[j + 1] += indptr[j];
  const data = new Float64Array(entries.length);
  const indices = new Int32Array(entries.length);
  for (const { row, column, value } of entries) {
    data[indptr[column]] = value;
    indices[indptr[column]++] = row;
  }
  // Each pointer is at the end of its column now, where the next one begins.
  indptr.copyWithin(1, 0);
  indptr[0] = 0;
  return { format: "csc", data, indices, indptr, nSamples, nFeatures };
}

function pointersOf(nFeatures: number): Int32Array {
  try {
    return new Int32Array(nFeatures + 1);
  } catch {
    throw outOfMemory(nFeatures + 1);
  }
}
