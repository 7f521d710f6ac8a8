/**
 * Files as a table that is read in passes ({@link FileSource}): the first pass sums up the rows, each later one standardizes them block by
 * block.
 */
import type { Datafit } from "../../datafits";
import { DenseBlock } from "../../design/dense-block";
import type { ClassLabel } from "../../design/targets/class-codes";
import {
  PassEvaluator,
  type PassOptions,
  type PassPoint,
  type PassSums,
  type RowBlock,
  type RowSet,
  type TableMoments,
} from "../../estimators/out-of-core/passes";
import type { FrameEncoder } from "../frame-encoder";
import { type DesignTable, momentsOfFolds, scalesOf, type TableSource, targetFault } from "../table-design";
import type { FileRows, PassSignal } from "./file-rows";
import { BLOCK, type FirstPass, firstPass, partsOf } from "./file-summary";
import type { PlacedText } from "./file-texts";

/** Files as the source of a table. */
export class FileSource implements TableSource<FirstPass> {
  readonly name = "FileDesign";
  readonly #rows: FileRows;
  readonly #reads = { passes: 0 };

  constructor(rows: FileRows) {
    this.#rows = rows;
  }

  get encoder(): FrameEncoder {
    return this.#rows.encoder;
  }

  get responseName(): string {
    return this.#rows.responseName;
  }

  get labels(): readonly (string | boolean)[] | undefined {
    return this.#rows.labels;
  }

  get usesOffset(): boolean {
    return this.#rows.has("offset");
  }

  textInResponse(): Promise<PlacedText | undefined> {
    return this.#rows.textInResponse();
  }

  get foldBy(): string | undefined {
    return this.#rows.nameOf("foldBy");
  }

  get passes(): number {
    return this.#reads.passes;
  }

  summarize(where: string, nFolds: number, run: PassOptions): Promise<FirstPass> {
    this.#reads.passes++;
    return firstPass(where, this.#rows, nFolds, run);
  }

  tableOf(where: string, nFolds: number, found: FirstPass, { signal }: PassOptions): DesignTable {
    return new FileTable(where, this.#rows, nFolds, found, { reads: this.#reads, signal });
  }
}

/** The files as a table that is read in passes. */
class FileTable implements DesignTable {
  readonly featureNames: readonly string[];
  readonly means: Float64Array;
  readonly deviations: Float64Array;
  readonly spread: Float64Array;
  readonly usesOffset: boolean;
  readonly sampleHasFeatures = true;
  readonly #where: string;
  readonly #rows: FileRows;
  readonly #nFolds: number;
  readonly #found: FirstPass;
  readonly #reads: { passes: number };
  readonly #signal: PassSignal | undefined;
  #second: ClassLabel | undefined;
  #loss: Datafit | undefined;

  constructor(
    where: string,
    rows: FileRows,
    nFolds: number,
    found: FirstPass,
    { reads, signal }: { readonly reads: { passes: number }; readonly signal: PassSignal | undefined },
  ) {
    const { means, spread, deviations } = scalesOf(found);
    this.featureNames = rows.featureNames;
    this.means = means;
    this.spread = spread;
    this.deviations = deviations;
    this.usesOffset = rows.has("offset");
    this.#where = where;
    this.#rows = rows;
    this.#nFolds = nFolds;
    this.#found = found;
    this.#reads = reads;
    this.#signal = signal;
  }

  codeAs(classes: readonly ClassLabel[] | undefined, loss: Datafit): void {
    // Texts are read as their codes.
    this.#second = this.#rows.labels ? 1 : classes?.[1];
    this.#loss = loss;
  }

  async classes(): Promise<ClassLabel[]> {
    if (this.#rows.labels) return [...this.#rows.labels];
    const found = new Set<number>();
    const p = this.featureNames.length;
    for (const row of this.#found.sample) if (found.size < 3) found.add(row[p]);
    if (found.size < 3) {
      this.#reads.passes++;
      await this.#rows.scan(
        ({ columns }) => {
          for (const value of columns[p]) if (found.size < 3) found.add(value);
        },
        true,
        this.#signal,
      );
    }
    return [...found].sort((a, b) => a - b);
  }

  async lossFor(datafit: Datafit): Promise<Datafit> {
    if (!datafit.forTarget) return datafit;
    const { nSamples } = this.#found;
    const [y, weights] = [new Float64Array(nSamples), new Float64Array(nSamples)];
    let first = 0;
    this.#reads.passes++;
    await this.#rows.scan(
      (chunk) => {
        const { target, weights: own, offset } = partsOf(this.#rows, chunk, first, 1);
        for (let i = 0; i < chunk.nRows; i++) {
          y[first + i] = target[i] - (offset ? offset[i] : 0);
          weights[first + i] = own ? own[i] : 1;
        }
        first += chunk.nRows;
      },
      true,
      this.#signal,
    );
    return datafit.forTarget(y, this.#rows.has("sampleWeight") ? weights : undefined);
  }

  hasConjugate(datafit: Datafit): boolean {
    return datafit.fenchelYoung !== undefined;
  }

  momentsOf(rows?: RowSet): TableMoments {
    return momentsOfFolds(this.#found, rows);
  }

  get passes(): number {
    return this.#reads.passes;
  }

  get sample(): RowBlock {
    const { sample } = this.#found;
    const p = this.featureNames.length;
    const block = this.#blockOf(sample.length);
    sample.forEach((row, i) => {
      for (let j = 0; j < p; j++) block.columns.values[j * sample.length + i] = this.#standardized(row[j], j);
      block.target[i] = this.#coded(row[p]);
      block.weights[i] = row[p + 1];
      if (block.offset) block.offset[i] = row[p + 2];
    });
    return block;
  }

  async evaluate(datafit: Datafit, points: readonly PassPoint[]): Promise<PassSums[]> {
    const evaluator = new PassEvaluator(datafit, points);
    await this.#scan((block) => evaluator.add(block));
    return evaluator.sums();
  }

  async #scan(onBlock: (block: RowBlock) => void): Promise<void> {
    const p = this.featureNames.length;
    const block = this.#blockOf(BLOCK);
    const { values } = block.columns;
    let [first, held] = [0, 0];
    this.#reads.passes++;
    const flush = (): void => {
      if (held === 0) return;
      // Rows after the last are copies of the first without weight.
      for (let j = 0; j < p; j++) values.fill(values[j * BLOCK], j * BLOCK + held, (j + 1) * BLOCK);
      block.target.fill(block.target[0], held);
      block.offset?.fill(block.offset[0], held);
      block.weights.fill(0, held);
      if (this.#loss) this.#checkDomain(this.#loss, block.target, first - held);
      onBlock(block);
      held = 0;
    };
    await this.#rows.scan(
      (chunk) => {
        const { target, weights, offset, folds } = partsOf(this.#rows, chunk, first, this.#nFolds);
        for (let from = 0; from < chunk.nRows; ) {
          const to = Math.min(chunk.nRows, from + BLOCK - held);
          for (let j = 0; j < p; j++) {
            const [column, mean, deviation] = [chunk.columns[j], this.means[j], this.deviations[j]];
            const at = j * BLOCK + held - from;
            for (let i = from; i < to; i++) values[at + i] = (column[i] - mean) / deviation;
          }
          for (let i = from; i < to; i++) {
            const at = held + i - from;
            block.target[at] = this.#coded(target[i]);
            block.weights[at] = weights ? weights[i] : 1;
            if (block.offset) block.offset[at] = offset![i];
            if (folds) block.folds![at] = folds[i];
          }
          held += to - from;
          first += to - from;
          from = to;
          if (held === BLOCK) flush();
        }
      },
      true,
      this.#signal,
    );
    flush();
    this.#loss = undefined;
  }

  #blockOf(nRows: number): RowBlock & { readonly offset: Float64Array | undefined } {
    const p = this.featureNames.length;
    const columns = new DenseBlock(nRows, p + 1);
    columns.values.fill(1, p * nRows);
    return {
      columns,
      target: new Float64Array(nRows),
      weights: new Float64Array(nRows),
      offset: this.usesOffset ? new Float64Array(nRows) : undefined,
      folds: this.#nFolds > 1 ? new Int32Array(nRows) : undefined,
    };
  }

  #standardized(value: number, j: number): number {
    return (value - this.means[j]) / this.deviations[j];
  }

  #coded(value: number): number {
    return this.#second === undefined ? value : value === this.#second ? 1 : 0;
  }

  /** @throws InputError naming the first row with a response that the loss does not take. */
  #checkDomain(loss: Datafit, target: Float64Array, first: number): void {
    try {
      loss.checkTarget(this.#where, target);
    } catch (error) {
      for (const [row, value] of target.entries()) {
        const what = `column ${JSON.stringify(this.#rows.responseName)}, row ${first + row} of those read,`;
        const fault = targetFault(this.#where, what, loss, value);
        if (fault) throw fault;
      }
      throw error;
    }
  }
}
