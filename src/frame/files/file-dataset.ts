/** Reads the rows of Parquet and CSV files in batches for networks ({@link fileDataset}). */
import type { DesignInput, RowMajorMatrix } from "../../design/design-input";
import { mustBe } from "../../errors";
import { checkKeys } from "../../options";
import type { FileDesignOptions } from "./file-columns";
import { FileRows, type PassSignal } from "./file-rows";
import { hashOfRow } from "./file-summary";

/** Options of {@link fileDataset}: which columns are read in which way, as of `fileDesign`, and how rows are batched. */
export interface FileDatasetOptions
  extends Pick<
    FileDesignOptions,
    | "response"
    | "features"
    | "exclude"
    | "categorical"
    | "missing"
    | "drop"
    | "delimiter"
    | "memoryLimit"
    | "onProgress"
    | "signal"
  > {
  /** Number of rows of a batch, a positive integer. Default: 32. */
  readonly batchSize?: number;
  /** Number of rows among which the next one is drawn, a positive integer; 1 keeps the order of the files. Default: 16384. */
  readonly window?: number;
  /** An integer that decides the order. Default: 1. */
  readonly seed?: number;
  /** Whether features have mean 0 and variance 1 over all rows, for which they are read once before. Default: true. */
  readonly standardize?: boolean;
}

/** Numbers of a tensor, as `tf.tensor(values, shape)` takes them. */
export interface TensorData {
  /** Row-major. */
  readonly values: Float32Array;
  /** Length of each axis; `values` has as many entries as their product. */
  readonly shape: number[];
}

const ownKeys = ["batchSize", "window", "seed", "standardize"];
const columnKeys = [
  "response",
  "features",
  "exclude",
  "categorical",
  "missing",
  "drop",
  "delimiter",
  "memoryLimit",
  "onProgress",
  "signal",
];

/** Rows of files in batches. */
export class FileDataset {
  /** One a feature; distinct. */
  readonly featureNames: readonly string[];
  /** The classes of a response of texts or truth values, ascending; undefined of numbers. */
  readonly classes: readonly (string | boolean)[] | undefined;
  /** The number that is subtracted from each feature; zeros where they are not standardized. */
  readonly means: Float64Array;
  /** The number that each feature is divided by then; ones where they are not standardized, and for a constant feature. */
  readonly deviations: Float64Array;
  /**
   * Reads the files, and gives batches `[x, y]` of an epoch, counted from 1, as `trainOnBatches` takes them: `x` of shape `[rows, features]`,
   * `y` of shape `[rows, 1]` with the number, or 0 and 1 of two classes, and of `K > 2` classes their indicators in `[rows, K]`.
   *
   * The last batch may be smaller. @throws InputError naming file and row of the first value that is no finite number.
   */
  readonly batches: (epoch: number) => AsyncGenerator<readonly [x: TensorData, y: TensorData], void>;
  readonly #rows: FileRows;

  constructor(
    rows: FileRows,
    { means, deviations }: Pick<FileDataset, "means" | "deviations">,
    order: Required<Pick<FileDatasetOptions, "batchSize" | "window" | "seed">>,
  ) {
    this.featureNames = rows.featureNames;
    this.classes = rows.labels;
    this.means = means;
    this.deviations = deviations;
    this.#rows = rows;
    this.batches = (epoch) => this.#batches(epoch, order);
  }

  /** The features of a new frame, as those of the files are, for `model.predict(tf.tensor(values, shape))`. */
  encode(frame: DesignInput): TensorData {
    const { data, nSamples, nFeatures } = this.#rows.encoder.encode(frame) as RowMajorMatrix;
    const { means, deviations } = this;
    const values = Float32Array.from(data, (value, k) => {
      return (value - means[k % nFeatures]) / deviations[k % nFeatures];
    });
    return { values, shape: [nSamples, nFeatures] };
  }

  async *#batches(
    epoch: number,
    { batchSize, window, seed }: Required<Pick<FileDatasetOptions, "batchSize" | "window" | "seed">>,
  ): AsyncGenerator<readonly [TensorData, TensorData], void> {
    const { means, deviations } = this;
    const p = means.length;
    const nClasses = this.classes && this.classes.length > 2 ? this.classes.length : 1;
    // Each row of the window, and of the batch, is its features and then its response.
    const held = new Float32Array(window * (p + 1));
    let nHeld = 0;
    let nDrawn = 0;
    const key = hashOfRow(hashOfRow(seed) + epoch);
    const draw = (count: number): number => Math.floor((hashOfRow(key + nDrawn++) / 2 ** 32) * count);
    let batch = new Float32Array(batchSize * (p + 1));
    let nInBatch = 0;
    const take = (from: number): void => {
      batch.set(held.subarray(from * (p + 1), (from + 1) * (p + 1)), nInBatch++ * (p + 1));
    };
    const finished = (): readonly [TensorData, TensorData] => {
      const [x, y] = [new Float32Array(nInBatch * p), new Float32Array(nInBatch * nClasses)];
      for (let i = 0; i < nInBatch; i++) {
        x.set(batch.subarray(i * (p + 1), i * (p + 1) + p), i * p);
        const value = batch[i * (p + 1) + p];
        if (nClasses > 1) y[i * nClasses + value] = 1;
        else y[i] = value;
      }
      const shapes = [
        [nInBatch, p],
        [nInBatch, nClasses],
      ];
      batch = new Float32Array(batchSize * (p + 1));
      nInBatch = 0;
      return [
        { values: x, shape: shapes[0] },
        { values: y, shape: shapes[1] },
      ];
    };
    for await (const { nRows, columns } of this.#rows.chunks(false)) {
      for (let i = 0; i < nRows; i++) {
        let place = nHeld;
        if (nHeld === window) {
          place = draw(window);
          take(place);
        } else nHeld++;
        for (let j = 0; j < p; j++) held[place * (p + 1) + j] = (columns[j][i] - means[j]) / deviations[j];
        held[place * (p + 1) + p] = columns[p][i];
        if (nInBatch === batchSize) yield finished();
      }
    }
    while (nHeld > 0) {
      const place = draw(nHeld);
      take(place);
      nHeld--;
      held.copyWithin(place * (p + 1), nHeld * (p + 1), (nHeld + 1) * (p + 1));
      if (nInBatch === batchSize) yield finished();
    }
    if (nInBatch > 0) yield finished();
  }
}

/** The means and deviations of features, in one pass. */
async function scalesOfRows(
  rows: FileRows,
  signal: PassSignal | undefined,
): Promise<Pick<FileDataset, "means" | "deviations">> {
  const p = rows.featureNames.length;
  const [means, squares] = [new Float64Array(p), new Float64Array(p)];
  let count = 0;
  await rows.scan(
    ({ nRows, columns }) => {
      for (let j = 0; j < p; j++)
        for (let i = 0; i < nRows; i++) {
          const shift = columns[j][i] - means[j];
          means[j] += shift / (count + i + 1);
          squares[j] += shift * (columns[j][i] - means[j]);
        }
      count += nRows;
    },
    false,
    signal,
  );
  const deviations = squares.map((square, j) => {
    const deviation = Math.sqrt(square / count);
    return deviation > 1e-14 * Math.abs(means[j]) ? deviation : 1;
  });
  return { means, deviations };
}

/**
 * Opens files as batches for networks, of which a window of rows is in memory.
 *
 * Columns are read as `fileDesign` reads them. Each row is drawn from the next `window` rows of the files, in another order in each epoch
 * that `seed` decides; rows of files that are sorted stay near their place, so write such files in another order first.
 *
 * @param paths a file, a pattern such as `"part-*.parquet"`, or a list of them.
 * @param options see {@link FileDatasetOptions}; `response` must be given.
 * @throws InputError as `fileDesign`, and when a number is outside its domain.
 * @example
 * ```ts
 * import { writeFileSync } from "node:fs";
 * writeFileSync("flats.csv", "area,city,rent\n50,Ulm,9\n70,Kiel,14\n90,Kiel,15\n");
 * const flats = await fileDataset("flats.csv", { response: "rent", batchSize: 2 });
 * flats.featureNames; // ["area", "city=Ulm"]
 * const sizes: number[] = [];
 * for await (const [x] of flats.batches(1)) sizes.push(x.shape[0]);
 * sizes; // [2, 1]
 * ```
 */
export async function fileDataset(
  paths: string | readonly string[],
  options: FileDatasetOptions,
): Promise<FileDataset> {
  const where = "fileDataset";
  checkKeys(
    where,
    options,
    [...columnKeys, ...ownKeys],
    'name the response, as in { response: "y" }',
    Object.fromEntries(
      ["sampleWeight", "offset", "foldBy"].map((key) => [
        key,
        "networks take rows without it; see fileDesign",
      ]),
    ),
  );
  const { batchSize = 32, window = 16_384, seed = 1, standardize = true, ...columns } = options;
  for (const [name, value] of Object.entries({ batchSize, window }))
    if (!(Number.isSafeInteger(value) && value >= 1)) throw mustBe(where, name, "an integer >= 1", value);
  if (!Number.isSafeInteger(seed)) throw mustBe(where, "seed", "an integer", seed);
  if (typeof standardize !== "boolean") throw mustBe(where, "standardize", "true or false", standardize);
  const rows = await FileRows.open(where, paths, columns);
  const p = rows.featureNames.length;
  const scales = standardize
    ? await scalesOfRows(rows, columns.signal)
    : { means: new Float64Array(p), deviations: new Float64Array(p).fill(1) };
  return new FileDataset(rows, scales, { batchSize, window, seed });
}
