import { areEqual, maxAbs, sum } from "../linalg/vector";
import type { ColumnEntries, DesignMatrix } from "./design-matrix";
import { isAccurateSumOfSquares } from "./design-matrix";
import { SparseBlock } from "./sparse-block";

/**
 * Standardized columns of a sparse table: each is a constant, its background, plus a multiple of the stored entries, which are
 * not copied.
 *
 * Centring turns zeros into the background: `(x_j - m) / s` is `x_j / s` with background `-m / s`, so no zero is ever stored.
 * Every operation costs one pass over the stored entries, plus one over the rows for the backgrounds.
 */
export class StandardizedSparse implements DesignMatrix {
  readonly nSamples: number;
  readonly nFeatures: number;
  readonly featureNames: readonly string[];
  readonly #block: SparseBlock;
  readonly #places: Int32Array;
  readonly #factors: Float64Array;
  readonly #backgrounds: Float64Array;
  readonly #isShifted: boolean;
  /** Whether every column is one of the block's as it is. */
  readonly #isUnscaled: boolean;
  /** Whether column `k` is a multiple of column `k` of the block, for every column of the block. */
  readonly #isInPlace: boolean;
  /** The coefficients of the block's columns, or products with them, for batches of rows. */
  #mixed: Float64Array | undefined;

  /** Returns all columns of a block, neither centred nor scaled. */
  static ofBlock(block: SparseBlock, featureNames: readonly string[]): StandardizedSparse {
    const nFeatures = featureNames.length;
    const places = new Int32Array(nFeatures);
    for (let j = 0; j < nFeatures; j++) places[j] = j;
    const [factors, backgrounds] = [new Float64Array(nFeatures).fill(1), new Float64Array(nFeatures)];
    return new StandardizedSparse(block, places, factors, backgrounds, featureNames);
  }

  /** @param places column `k` is `backgrounds[k]` plus `factors[k]` times column `places[k]` of `block`; all kept, not copied. */
  private constructor(
    block: SparseBlock,
    places: Int32Array,
    factors: Float64Array,
    backgrounds: Float64Array,
    featureNames: readonly string[],
  ) {
    this.nSamples = block.nSamples;
    this.nFeatures = places.length;
    this.featureNames = featureNames;
    this.#block = block;
    this.#places = places;
    this.#factors = factors;
    this.#backgrounds = backgrounds;
    this.#isShifted = maxAbs(backgrounds) > 0;
    this.#isUnscaled = !this.#isShifted && factors.every(isOne);
    this.#isInPlace = places.length === block.nFeatures && areCounted(places);
  }

  matvec(beta: Float64Array, out: Float64Array): void {
    const [places, factors] = [this.#places, this.#factors];
    this.#block.multiply(beta, this.#backgroundOf(beta), out, { places, factors });
  }

  rmatvec(residual: Float64Array, out: Float64Array): void {
    if (this.#isInPlace) this.#block.dots(residual, out);
    else this.#block.dotsAt(this.#places, residual, out);
    this.#scale(out, residual);
  }

  matvecRows(rows: Int32Array, beta: Float64Array, out: Float64Array): void {
    this.#block.multiplyRows(rows, this.#mix(beta), this.#backgroundOf(beta), out);
  }

  rmatvecRows(rows: Int32Array, residual: Float64Array, out: Float64Array): void {
    this.#mixed ??= new Float64Array(this.#block.nFeatures);
    this.#block.dotsOfRows(rows, residual, this.#mixed);
    for (let k = 0; k < out.length; k++) out[k] = this.#mixed[this.#places[k]];
    this.#scale(out, residual);
  }

  columnDot(j: number, v: Float64Array, total?: number): number {
    const background = this.#backgrounds[j];
    const stored = this.#factors[j] * this.#block.dot(this.#places[j], v);
    return (background === 0 ? 0 : background * (total ?? sum(v))) + stored;
  }

  addColumn(j: number, scale: number, out: Float64Array): void {
    const shift = scale * this.#backgrounds[j];
    if (shift !== 0) for (let i = 0; i < out.length; i++) out[i] += shift;
    this.#block.addColumn(this.#places[j], scale * this.#factors[j], out);
  }

  weightedSquaredNorms(weights: Float64Array, out: Float64Array): void {
    const { starts, rows, values } = this.#block.stored;
    const total = sum(weights);
    const areAlike = areEqual(weights, new Float64Array(weights.length).fill(weights[0]));
    const { sums, squares: knownSquares } = this.#block.summaries;
    for (let k = 0; k < this.nFeatures; k++) {
      const j = this.#places[k];
      const factor = this.#factors[k];
      const background = this.#backgrounds[k];
      const known = knownSquares[j];
      if (areAlike && isAccurateSumOfSquares(known)) {
        // A background is never large against what is left of the column, so nothing cancels.
        const cross = 2 * background * factor * sums[j];
        out[k] = weights[0] * (factor * (factor * known) + cross + this.nSamples * background ** 2);
        continue;
      }
      let inside = 0;
      let squares = 0;
      for (let e = starts[j]; e < starts[j + 1]; e++) {
        const weight = weights[rows[e]];
        inside += weight;
        squares += weight * (background + factor * values[e]) ** 2;
      }
      // Where nearly all weight lies on stored rows the difference may round to less than nothing.
      out[k] = squares + Math.max(0, total - inside) * background ** 2;
    }
  }

  rmatvecColumns(columns: Int32Array, residual: Float64Array, out: Float64Array): void {
    this.#block.dotsAt(this.#placesOf(columns), residual, out);
    if (this.#isUnscaled) return;
    const total = this.#isShifted ? sum(residual) : 0;
    for (let k = 0; k < columns.length; k++) {
      out[k] = this.#factors[columns[k]] * out[k] + this.#backgrounds[columns[k]] * total;
    }
  }

  /** With `x_a = m_a 1 + s_a`: `x_a' W x_b = s_a' W s_b + m_a w' s_b + m_b w' s_a + m_a m_b sum(w)`. */
  gram(rows: Int32Array, columns: Int32Array, out: Float64Array, weights?: Float64Array): void {
    const [factors, backgrounds] = [this.#factors, this.#backgrounds];
    const places = this.#placesOf(columns);
    this.#block.gram(rows === columns ? places : this.#placesOf(rows), places, out, weights);
    if (this.#isUnscaled) return;
    const width = columns.length;
    for (let k = 0; k < rows.length; k++) {
      const factor = factors[rows[k]];
      for (let l = 0; l < width; l++) out[k * width + l] *= factor * factors[columns[l]];
    }
    if (!this.#isShifted) return;
    const totalWeight = weights ? sum(weights) : this.nSamples;
    const others = this.#storedSums(columns, weights);
    const own = rows === columns ? others : this.#storedSums(rows, weights);
    for (let k = 0; k < rows.length; k++) {
      const background = backgrounds[rows[k]];
      for (let l = 0; l < width; l++) {
        const other = backgrounds[columns[l]];
        // In this order, so that a symmetric block is so to the last bit.
        out[k * width + l] += background * others[l] + other * own[k] + background * other * totalWeight;
      }
    }
  }

  columnEntries(j: number): ColumnEntries {
    const { starts, rows, values } = this.#block.stored;
    const [start, end] = [starts[this.#places[j]], starts[this.#places[j] + 1]];
    const factor = this.#factors[j];
    return {
      background: this.#backgrounds[j],
      rows: rows.subarray(start, end),
      values: values.subarray(start, end).map((value) => factor * value),
    };
  }

  largestEntry(j: number): number {
    const place = this.#places[j];
    const { starts } = this.#block.stored;
    const nStored = starts[place + 1] - starts[place];
    const factor = this.#factors[j];
    const background = this.#backgrounds[j];
    const { smallest, largest } = this.#block.summaries;
    const ofZeros = nStored < this.nSamples ? Math.abs(background) : 0;
    if (nStored === 0) return ofZeros;
    const [low, high] = [background + factor * smallest[place], background + factor * largest[place]];
    return Math.max(ofZeros, Math.abs(low), Math.abs(high));
  }

  /**
   * Centres by a background where less than half of a column is stored, and stores any other centred column in full, which
   * at most doubles the copy that is made then.
   *
   * With a share `f < 1/2` of stored entries `m^2 <= f (m^2 + s^2)`, hence `|m| < s`: a background is never large against
   * what is left of the column, so no digits are lost. Of a fuller column with a mean far from zero they would be.
   */
  standardizedColumns(columns: Int32Array, centers: Float64Array, scales: Float64Array): StandardizedSparse {
    const { starts } = this.#block.stored;
    const [factors, backgrounds] = [new Float64Array(columns.length), new Float64Array(columns.length)];
    const inFull = new Uint8Array(columns.length);
    const names = new Array<string>(columns.length);
    for (let k = 0; k < columns.length; k++) {
      const j = columns[k];
      names[k] = this.featureNames[j];
      if (scales[k] === Infinity) continue;
      const place = this.#places[j];
      const isShifted = this.#backgrounds[j] !== centers[k];
      if (isShifted && 2 * (starts[place + 1] - starts[place]) >= this.nSamples) inFull[k] = 1;
      else if (isShifted) backgrounds[k] = (this.#backgrounds[j] - centers[k]) / scales[k];
      factors[k] = this.#factors[j] / scales[k];
    }
    if (!inFull.includes(1)) {
      return new StandardizedSparse(
        this.#block,
        this.#placesOf(columns).slice(),
        factors,
        backgrounds,
        names,
      );
    }
    const copy = this.#copied(columns, centers, scales, inFull);
    const places = columns.map((_, k) => k);
    return new StandardizedSparse(copy, places, factors.fill(1), backgrounds, names);
  }

  /** Copies columns divided by their scales; those marked in `inFull` are centred and stored densely. */
  #copied(columns: Int32Array, centers: Float64Array, scales: Float64Array, inFull: Uint8Array): SparseBlock {
    const n = this.nSamples;
    const { starts: from } = this.#block.stored;
    const sizes = columns.map((j, k) => {
      const place = this.#places[j];
      return scales[k] === Infinity ? 0 : inFull[k] ? n : from[place + 1] - from[place];
    });
    const block = new SparseBlock(
      n,
      columns.length,
      sizes.reduce((total, size) => total + size, 0),
    );
    const { starts, rows, values } = block.stored;
    columns.forEach((j, k) => {
      starts[k + 1] = starts[k] + sizes[k];
      if (sizes[k] === 0) return;
      const ownRows = rows.subarray(starts[k], starts[k + 1]);
      const own = values.subarray(starts[k], starts[k + 1]);
      const entries = this.columnEntries(j);
      if (inFull[k]) {
        for (let i = 0; i < n; i++) ownRows[i] = i;
        own.fill((entries.background - centers[k]) / scales[k]);
        entries.rows.forEach((row, e) => {
          own[row] = (entries.background + entries.values[e] - centers[k]) / scales[k];
        });
      } else {
        ownRows.set(entries.rows);
        for (let e = 0; e < own.length; e++) own[e] = entries.values[e] / scales[k];
      }
    });
    return block;
  }

  /** Returns the block's columns behind these columns: `columns` itself where the two numberings agree, else a new array. */
  #placesOf(columns: Int32Array): Int32Array {
    if (this.#isInPlace) return columns;
    const places = new Int32Array(columns.length);
    for (let k = 0; k < places.length; k++) places[k] = this.#places[columns[k]];
    return places;
  }

  /** Returns the coefficients of the block's columns; the next call overwrites them. */
  #mix(beta: Float64Array): Float64Array {
    this.#mixed ??= new Float64Array(this.#block.nFeatures);
    const mixed = this.#mixed.fill(0);
    for (let k = 0; k < beta.length; k++) {
      if (beta[k] !== 0) mixed[this.#places[k]] += this.#factors[k] * beta[k];
    }
    return mixed;
  }

  /** Returns the constant that the backgrounds add to every entry of `X beta`. */
  #backgroundOf(beta: Float64Array): number {
    if (!this.#isShifted) return 0;
    let shift = 0;
    for (let k = 0; k < this.nFeatures; k++) shift += beta[k] * this.#backgrounds[k];
    return shift;
  }

  /** Converts products with the stored entries into products with the columns. */
  #scale(products: Float64Array, v: Float64Array): void {
    if (this.#isUnscaled) return;
    const total = this.#isShifted ? sum(v) : 0;
    for (let k = 0; k < products.length; k++) {
      products[k] = this.#factors[k] * products[k] + this.#backgrounds[k] * total;
    }
  }

  /** `sum_i weights[i] s_ij` of the multiples of stored entries. */
  #storedSums(columns: Int32Array, weights: Float64Array | undefined): Float64Array {
    const { sums } = this.#block.summaries;
    return Float64Array.from(columns, (k) => {
      const place = this.#places[k];
      return this.#factors[k] * (weights ? this.#block.dot(place, weights) : sums[place]);
    });
  }
}

const isOne = (factor: number): boolean => factor === 1;

/** Returns whether the places are 0, 1, ... */
function areCounted(places: Int32Array): boolean {
  for (let k = 0; k < places.length; k++) if (places[k] !== k) return false;
  return true;
}
