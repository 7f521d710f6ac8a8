/**
 * The Gram matrix of the columns that solvers have asked for ({@link GramCache}), and blocks of it on which a
 * descent runs ({@link GramBlock}).
 */
import type { DesignMatrix } from "../../design/design-matrix";
import { columnDots } from "../../design/design-matrix";
import { isConstant } from "../../linalg/vector";
import { type Arena, arenaOf, bytesOf } from "../../simd/arena";
import { addScaledFrom } from "../../simd/typescript/dense";
import { typescriptKernels } from "../../simd/typescript-kernels";

/** Initial number of slots. */
const initialCapacity = 64;

/**
 * Number of columns whose Gram matrix costs little: its memory grows faster up to it, since a new memory and a copy cost more there than
 * unused entries, and that of all columns is made for a path of a few lambdas, and however few the rows are.
 */
export const FEW_COLUMNS = 200;

/**
 * Minimum ratio of new columns to present ones for which all products are computed again: one block takes one pass
 * over the columns, two blocks take two.
 */
const minRecomputeRatio = 8;

/** A signal that may end the work early. */
type Signal = { readonly aborted: boolean };

/**
 * The Gram matrix `X_K' (C - C Q Q'C) X_K` of all columns `K` requested so far; each product is computed once.
 *
 * Columns have slots in the order of their first request. New columns are multiplied in blocks.
 */
export class GramCache {
  readonly #design: DesignMatrix;
  readonly #products: CurvatureProducts;
  readonly #weightedBasis: readonly Float64Array[];
  /** `x_j'C q` for each column, by slot, and each `q`. */
  readonly #shares: number[][] = [];
  readonly #slots: Int32Array;
  #columns = new Int32Array(initialCapacity);
  #size = 0;
  #stride = 0;
  #arena: Arena | undefined;
  /** The slots of a product with the matrix; a buffer. */
  #indices: Int32Array = new Int32Array(0);
  #matrix: Float64Array = new Float64Array(0);
  #vectors: readonly Float64Array[] = [0, 1, 2, 3].map(() => new Float64Array(0));
  readonly #extraPerSlot: number;
  #extra: Float64Array = new Float64Array(0);

  /**
   * @param curvature the diagonal of `C`, at least 0.
   * @param weightedBasis `C q` for vectors `q` with `q'C q = 1`, orthogonal to each other in that product.
   * @param multiply multiplies by `C` if it is not diagonal.
   * @param joint the entries of such a `C` if it couples only the responses of one sample.
   * @param extraPerSlot how many numbers {@link extra} has per slot. Default: 0.
   */
  constructor(
    design: DesignMatrix,
    curvature: Float64Array,
    weightedBasis: readonly Float64Array[],
    multiply?: Multiply,
    joint?: JointCurvature,
    extraPerSlot = 0,
  ) {
    this.#design = design;
    this.#extraPerSlot = extraPerSlot;
    this.#products = new CurvatureProducts(design, curvature, multiply, joint);
    this.#weightedBasis = weightedBasis;
    this.#slots = new Int32Array(design.nFeatures).fill(-1);
  }

  /** The number of columns present. */
  get size(): number {
    return this.#size;
  }

  /** The columns by slot; a view. */
  get columns(): Int32Array {
    return this.#columns.subarray(0, this.#size);
  }

  /** The matrix, entry `(k, l)` at `k * stride + l` for slots `k` and `l`; valid until the next call of `include`. */
  get matrix(): Float64Array {
    return this.#matrix;
  }

  get stride(): number {
    return this.#stride;
  }

  /** The memory of the matrix, with the kernels that can read it. */
  get arena(): Arena | undefined {
    return this.#arena;
  }

  /** Four vectors of `stride` numbers in the memory of the matrix; calls of `include` and `times` overwrite them. */
  get vectors(): readonly Float64Array[] {
    return this.#vectors;
  }

  /** Memory of the owner beside the matrix, some numbers per slot; its contents are lost when `arena` changes. */
  get extra(): Float64Array {
    return this.#extra;
  }

  /** Copies slots into the memory of the matrix, valid until the next call of `include`, `times` or `order`. */
  order(slots: ArrayLike<number>): Int32Array {
    const order = this.#indices.subarray(0, slots.length);
    order.set(slots);
    return order;
  }

  /**
   * Includes disjoint units of columns one after the other, at least the first few, until a signal is aborted.
   *
   * @returns how many units are present, none of them in part.
   */
  includeUntil(signal: Signal | undefined, units: readonly ArrayLike<number>[]): number {
    if (units.length === 0) return 0;
    const fresh = units.map((unit) => Array.prototype.filter.call(unit, (j) => this.#slots[j] < 0));
    this.#reserve(this.#size, this.#size + fresh.reduce((sum, { length }) => sum + length, 0));
    let done = 0;
    do {
      const most = signal ? this.#products.columnsPerInterval(this.#size) : Number.POSITIVE_INFINITY;
      const columns = [...fresh[done++]];
      while (done < units.length && columns.length + fresh[done].length <= most)
        columns.push(...fresh[done++]);
      this.include(columns);
    } while (done < units.length && !signal?.aborted);
    return done;
  }

  /** Includes columns: computes the missing products with each other and with the columns present. */
  include(columns: ArrayLike<number>): void {
    const before = this.#size;
    for (let k = 0; k < columns.length; k++) {
      const j = columns[k];
      if (this.#slots[j] >= 0) continue;
      if (this.#size === this.#columns.length) {
        const more = new Int32Array(Math.min(2 * this.#size, this.#design.nFeatures));
        more.set(this.#columns);
        this.#columns = more;
      }
      this.#slots[j] = this.#size;
      this.#columns[this.#size++] = j;
    }
    const added = this.#size - before;
    if (added === 0) return;
    this.#reserve(before, this.#size);
    this.#addShares(this.columns.subarray(before));
    const from = this.#products.multipliesBlocks && added >= minRecomputeRatio * before ? 0 : before;
    const fresh = this.columns.subarray(from);
    this.#write(from, from, this.#products.product(fresh, fresh), fresh.length);
    if (from === 0) return;
    const former = this.columns.subarray(0, before);
    // Blocks are fastest with the fewer columns packed; without blocks each column on the right is multiplied by `C`.
    if (this.#products.multipliesBlocks)
      this.#write(before, 0, this.#products.product(fresh, former), before);
    else this.#write(0, before, this.#products.product(former, fresh), added);
  }

  /**
   * Sets `out[j] = sum_k G_jk beta_k` for every column `j` present. All nonzero entries must belong to present
   * columns.
   */
  times(beta: Float64Array, out: Float64Array): void {
    const [scales, sums] = this.#vectors;
    let count = 0;
    for (let j = 0; j < beta.length; j++) {
      if (beta[j] === 0) continue;
      this.#indices[count] = this.#slots[j];
      scales[count++] = beta[j];
    }
    sums.fill(0);
    this.#arena?.kernels.addColumns(
      this.#matrix,
      this.#indices.subarray(0, count),
      scales.subarray(0, count),
      sums,
    );
    for (let k = 0; k < this.#size; k++) out[this.#columns[k]] = sums[k];
  }

  #reserve(used: number, wanted: number): void {
    if (wanted <= this.#stride) return;
    const grown = Math.ceil((this.#stride < FEW_COLUMNS ? 2.5 : 1.5) * this.#stride);
    const capacity = Math.min(Math.max(initialCapacity, wanted, grown), this.#design.nFeatures);
    const extra = capacity * this.#extraPerSlot;
    const arena = arenaOf(
      bytesOf(capacity * capacity) + 4 * bytesOf(capacity) + bytesOf(extra) + bytesOf(capacity, 4),
    );
    const matrix = arena.float64(capacity * capacity);
    this.#extra = arena.float64(extra);
    this.#vectors = [0, 1, 2, 3].map(() => arena.float64(capacity));
    for (let k = 0; k < used; k++) {
      matrix.set(this.#matrix.subarray(k * this.#stride, k * this.#stride + used), k * capacity);
    }
    this.#indices = arena.int32(capacity);
    this.#arena = arena;
    this.#matrix = matrix;
    this.#stride = capacity;
  }

  #addShares(columns: Int32Array): void {
    const out = new Float64Array(columns.length);
    const first = this.#shares.length;
    columns.forEach(() => {
      this.#shares.push([]);
    });
    for (const q of this.#weightedBasis) {
      columnDots(this.#design, columns, q, out);
      out.forEach((share, k) => {
        this.#shares[first + k].push(share);
      });
    }
  }

  /** Writes a block and its transpose from slots `row` and `column` on, with the part of the basis subtracted. */
  #write(row: number, column: number, block: Float64Array, width: number): void {
    const matrix = this.#matrix;
    const stride = this.#stride;
    const { scale } = this.#products;
    const height = block.length / width;
    for (let k = 0; k < height; k++) {
      const own = this.#shares[row + k];
      for (let l = 0; l < (row === column ? k + 1 : width); l++) {
        let entry = scale * block[k * width + l];
        const other = this.#shares[column + l];
        for (let m = 0; m < own.length; m++) entry -= own[m] * other[m];
        matrix[(row + k) * stride + column + l] = entry;
        matrix[(column + l) * stride + row + k] = entry;
      }
    }
  }
}

/** Number of products of entries that take about a tenth of a second. */
const productsPerInterval = 3e8;

/** The second derivatives by each pair of responses, one number per sample. */
export type JointCurvature = readonly (readonly Float64Array[])[];

/** `out = C v` */
export type Multiply = (v: Float64Array, out: Float64Array) => void;

/** The products of a design's columns in the metric `C`, the second derivatives of a loss. */
class CurvatureProducts {
  readonly #design: DesignMatrix;
  /** The diagonal of `C`; undefined if it is {@link scale} in every row. */
  readonly #curvature: Float64Array | undefined;
  readonly #multiply: Multiply | undefined;
  readonly #joint: JointCurvature | undefined;
  /** The factor that the results of {@link product} still need. */
  readonly scale: number;

  /**
   * @param curvature the diagonal of `C`, at least 0.
   * @param multiply multiplies by `C` if it is not diagonal.
   * @param joint the entries of such a `C`, a diagonal for each pair of responses, if it couples only the responses
   * of one sample.
   */
  constructor(design: DesignMatrix, curvature: Float64Array, multiply?: Multiply, joint?: JointCurvature) {
    this.#design = design;
    this.#multiply = multiply;
    this.#joint = joint;
    const isScaled = !multiply && isConstant(curvature);
    this.#curvature = isScaled ? undefined : curvature;
    this.scale = isScaled && curvature.length > 0 ? curvature[0] : 1;
  }

  /** Whether the design multiplies whole blocks of columns. */
  get multipliesBlocks(): boolean {
    const { gram, joinedGram } = this.#design;
    return this.#multiply ? joinedGram !== undefined && this.#joint !== undefined : gram !== undefined;
  }

  /** Returns how many columns can be multiplied with each other and with `nOthers` in about a tenth of a second. */
  columnsPerInterval(nOthers: number): number {
    const products = (this.#multiply ? productsPerInterval / 4 : productsPerInterval) / this.#design.nSamples;
    return Math.floor(Math.sqrt(nOthers ** 2 + 2 * products) - nOthers);
  }

  /** Returns `X_rows' C X_columns / scale`, row-major. */
  product(rows: Int32Array, columns: Int32Array): Float64Array {
    const design = this.#design;
    const out = new Float64Array(rows.length * columns.length);
    const multiply = this.#multiply;
    if (design.gram && !multiply) {
      design.gram(rows, columns, out, this.#curvature);
      return out;
    }
    if (design.joinedGram && this.#joint) {
      design.joinedGram(rows, columns, out, this.#joint);
      return out;
    }
    const column = new Float64Array(design.nSamples);
    const weighted = multiply ? new Float64Array(design.nSamples) : column;
    const dots = new Float64Array(rows.length);
    columns.forEach((j, l) => {
      column.fill(0);
      design.addColumn(j, 1, column);
      if (multiply) multiply(column, weighted);
      else if (this.#curvature) for (let i = 0; i < column.length; i++) column[i] *= this.#curvature[i];
      columnDots(design, rows, weighted, dots);
      for (let k = 0; k < dots.length; k++) out[k * columns.length + l] = dots[k];
    });
    return out;
  }
}

/** A Gram matrix with the vectors of a descent on it, all in one memory if the kernels can read it. */
export interface GramBlock {
  readonly cache: GramCache;
  /** The coordinate of each row. */
  readonly members: ArrayLike<number>;
  readonly size: number;
  /** The matrix, row-major with rows `stride` apart; only the first `size` rows and columns count. */
  readonly gram: Float64Array;
  readonly stride: number;
  readonly kernels: Arena["kernels"];
  /** The coefficients of the members. */
  readonly beta: Float64Array;
  /** Minus the gradient of a quadratic in the members. */
  readonly slopes: Float64Array;
  /** The slopes and the unused entries behind them, as long as a row of the matrix. */
  readonly paddedSlopes: Float64Array;
  /**
   * The slopes of a folded concave penalty at zero; for other penalties the largest point that the prox maps to zero,
   * -1 if it is not known.
   */
  readonly levels: Float64Array;
  /** A buffer of one number per row. */
  readonly steps: Float64Array;
  /** Copies the rows of a cycle into the memory of the matrix. */
  order(rows: ArrayLike<number>): Int32Array;
}

/** Maximum size for which a plain loop is faster than a view of a row and the call of a kernel. */
const maxLoopSize = 64;

/** Adds a multiple of a row of the matrix to the slopes. */
export function addRow({ kernels, gram, stride, size, slopes }: GramBlock, row: number, scale: number): void {
  if (size <= maxLoopSize) addScaledFrom(scale, gram, row * stride, size, slopes);
  else kernels.addScaled(scale, gram.subarray(row * stride, row * stride + size), slopes);
}

/** Adds a combination of rows of the matrix to the slopes. */
export function addRows(block: GramBlock, rows: ArrayLike<number>, scales: Float64Array): void {
  const { kernels, gram, steps, paddedSlopes } = block;
  const given = steps.subarray(0, rows.length);
  given.set(scales);
  // A column of the kernel is a row here; beyond the members the matrix is zero.
  kernels.addColumns(gram, block.order(rows), given, paddedSlopes);
}

/** Returns all columns of a cache as a block, by slot; valid until the next column is included. */
export function blockOf(cache: GramCache): GramBlock {
  const { size } = cache;
  const [beta, slopes, levels] = cache.vectors.map((vector) => vector.subarray(0, size));
  const [, paddedSlopes, , steps] = cache.vectors;
  return {
    cache,
    members: cache.columns,
    size,
    gram: cache.matrix,
    stride: cache.stride,
    kernels: cache.arena?.kernels ?? typescriptKernels,
    beta,
    slopes,
    paddedSlopes,
    levels,
    steps,
    order: (rows) => cache.order(rows),
  };
}

/** Returns a copy of the Gram matrix of `size` slots from `from` on, row-major. */
export function diagonalBlock({ matrix, stride }: GramCache, from: number, size: number): Float64Array {
  const part = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    const start = (from + i) * stride + from;
    part.set(matrix.subarray(start, start + size), i * size);
  }
  return part;
}
