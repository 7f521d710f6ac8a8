/** Summarizes files in the first pass over their rows ({@link firstPass}). */
import { counted } from "../../display/formatting";
import { automaticProgress, throttledProgress } from "../../display/progress-display";
import { InputError, mustBe } from "../../errors";
import type { PassOptions } from "../../estimators/out-of-core/passes";
import { MomentSummary } from "../moment-summary";
import type { TableSummary } from "../table-design";
import type { FileRows, RowChunk } from "./file-rows";
import { Moments } from "./summarize-file";

/** Number of rows of a block. */
export const BLOCK = 2048;

/** Number of rows of the sample from which fits begin, and of its entries at most. */
const SAMPLE_ROWS = 20_000;
const SAMPLE_ENTRIES = 4_000_000;

/** The results of the first pass. */
export interface FirstPass extends TableSummary {
  /** Rows as they are in the files: features, response, weight and offset. */
  readonly sample: readonly Float64Array[];
}

/** A hash of the number of a row: the finalizer of MurmurHash3. */
export function hashOfRow(row: number): number {
  let hash = row | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The columns of a chunk beside the features, and the folds of its rows. */
interface ChunkParts {
  readonly target: Float64Array;
  readonly weights: Float64Array | undefined;
  readonly offset: Float64Array | undefined;
  readonly folds: Int32Array | undefined;
}

/** Names the columns of a chunk beside the features. */
export function partsOf(
  rows: FileRows,
  { columns, nRows }: RowChunk,
  first: number,
  nFolds: number,
): ChunkParts {
  let at = rows.featureNames.length;
  const target = columns[at++];
  const weights = rows.has("sampleWeight") ? columns[at++] : undefined;
  const offset = rows.has("offset") ? columns[at++] : undefined;
  const keys = rows.has("foldBy") ? columns[at++] : undefined;
  const foldOf = (i: number): number => (keys ? keys[i] : hashOfRow(first + i)) % nFolds;
  const folds = nFolds === 1 ? undefined : Int32Array.from({ length: nRows }, (_, i) => foldOf(i));
  return { target, weights, offset, folds };
}

/** Sums up the rows of each fold, draws a sample, and checks that all values are finite. */
export async function firstPass(
  where: string,
  rows: FileRows,
  nFolds: number,
  { onProgress = automaticProgress(), signal }: PassOptions,
): Promise<FirstPass> {
  const reporter = (total: number) =>
    throttledProgress(`${where}, first pass`, total, onProgress ?? (() => {}));
  const tell = reporter(Number.POSITIVE_INFINITY);
  const { featureNames, responseName } = rows;
  const sums = Array.from(
    { length: nFolds },
    () => new FoldSums(featureNames.length, rows.has("sampleWeight")),
  );
  const sample = new RowSample(featureNames.length);
  let foldId: Int32Array = new Int32Array(nFolds === 1 ? 0 : 1 << 16);
  let nSamples = 0;
  await rows.scan(
    (chunk) => {
      const { target, weights, offset, folds } = partsOf(rows, chunk, nSamples, nFolds);
      for (let i = 0; i < chunk.nRows; i++) {
        const fold = folds ? folds[i] : 0;
        if (fold < 0)
          throw new InputError(
            `${where}: column ${JSON.stringify(rows.nameOf("foldBy"))}, row ${nSamples + i} of those read, must have a value, which decides the fold, got null; give such rows a value each, or leave them out of the files`,
          );
        const row = { target: target[i], weight: weights ? weights[i] : 1, offset: offset ? offset[i] : 0 };
        sums[fold].add(chunk.columns, i, row);
        // Rows without weight tell a fit nothing.
        if (row.weight !== 0) sample.draw(nSamples + i, chunk.columns, i, row);
      }
      if (folds) foldId = withFolds(foldId, folds, nSamples);
      nSamples += chunk.nRows;
      tell(nSamples, () => counted(nSamples, "row"));
    },
    false,
    signal,
  );
  reporter(nSamples)(nSamples, () => counted(nSamples, "row"));
  if (nSamples < 2) throw mustBe(where, "the number of rows without missing values", "at least 2", nSamples);
  if (!sums.some(({ nCounted }) => nCounted > 0))
    throw mustBe(where, "the sum of sampleWeight", "positive", 0);
  return {
    nSamples,
    moments: sums.map((own) => own.summary(featureNames, responseName)),
    nCounted: sums.map(({ nCounted }) => nCounted),
    foldId: foldId.slice(0, nFolds === 1 ? 0 : nSamples),
    ranges: sums.map(({ range }) => range),
    sample: sample.rows,
  };
}

/** The parts of a row beside the features. */
interface RowParts {
  readonly target: number;
  readonly weight: number;
  readonly offset: number;
}

/** The sums over the rows of a fold, block by block. */
class FoldSums {
  /** Number of rows of positive weight, and the range of their response. */
  nCounted = 0;
  readonly range: [number, number] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  readonly #moments: Moments;
  readonly #nFeatures: number;
  readonly #isWeighted: boolean;
  /** The rows of the block that are not summed up yet. */
  #count = 0;
  readonly #weights = new Float64Array(BLOCK);

  constructor(nFeatures: number, isWeighted: boolean) {
    this.#moments = new Moments(nFeatures + 1, BLOCK);
    this.#nFeatures = nFeatures;
    this.#isWeighted = isWeighted;
  }

  add(columns: readonly ArrayLike<number>[], i: number, { target, weight, offset }: RowParts): void {
    if (weight > 0) {
      this.nCounted++;
      this.range[0] = Math.min(this.range[0], target);
      this.range[1] = Math.max(this.range[1], target);
    }
    if (this.#count === BLOCK) this.#flush();
    const { values } = this.#moments.block;
    const p = this.#nFeatures;
    for (let j = 0; j < p; j++) values[j * BLOCK + this.#count] = columns[j][i];
    values[p * BLOCK + this.#count] = target - offset;
    this.#weights[this.#count++] = weight;
  }

  /** The moments of all rows that were added. */
  summary(featureNames: readonly string[], responseName: string): MomentSummary {
    this.#flush();
    const { weight, means, products } = this.#moments;
    const covariance = products.map((value) => value / (weight || 1));
    return new MomentSummary({
      featureNames,
      responseName,
      nSamples: weight,
      nDropped: 0,
      means,
      covariance,
    });
  }

  #flush(): void {
    this.#moments.add(this.#count, this.#isWeighted ? this.#weights : undefined);
    this.#count = 0;
  }
}

/** A sample of rows drawn by hashes of their numbers, each with its features, response, weight and offset (Vitter's algorithm R). */
class RowSample {
  readonly rows: Float64Array[] = [];
  readonly #nFeatures: number;
  readonly #size: number;
  #nDrawn = 0;

  constructor(nFeatures: number) {
    this.#nFeatures = nFeatures;
    this.#size = Math.max(1, Math.min(SAMPLE_ROWS, Math.floor(SAMPLE_ENTRIES / (nFeatures + 1))));
  }

  draw(row: number, columns: readonly ArrayLike<number>[], i: number, parts: RowParts): void {
    const n = this.#nDrawn++;
    const place = n < this.#size ? n : Math.floor(((n + 1) * hashOfRow(~row)) / 2 ** 32);
    if (place >= this.#size) return;
    const p = this.#nFeatures;
    const own = new Float64Array(p + 3);
    for (let j = 0; j < p; j++) own[j] = columns[j][i];
    own.set([parts.target, parts.weight, parts.offset], p);
    this.rows[place] = own;
  }
}

/** Returns the folds of rows with those of a further chunk, in a longer array where they need one. */
function withFolds(foldId: Int32Array, folds: Int32Array, from: number): Int32Array {
  let longer = foldId;
  if (from + folds.length > foldId.length) {
    longer = new Int32Array(2 * foldId.length);
    longer.set(foldId);
  }
  longer.set(folds, from);
  return longer;
}
