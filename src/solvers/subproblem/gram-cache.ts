import type { DesignMatrix } from "../../design/design-matrix";
import { columnDots } from "../../design/design-matrix";
import { isConstant } from "../../linalg/vector";
import { type Arena, arenaOf, bytesOf } from "../../simd/arena";
import { addScaledFrom } from "../../simd/typescript/products";
import { typescriptKernels } from "../../simd/typescript-kernels";

/** Slots at first, and below which a fresh memory and a copy cost more than the room of a much larger matrix. */
const FIRST_CAPACITY = 64;
const FEW_SLOTS = 200;

/**
 * Columns that come for each that is there, from which on the products of these are computed again: one block takes one pass over all
 * columns, and two blocks two.
 */
const MANY = 8;

/** Of one who may not want to wait for the end. */
type Signal = { readonly aborted: boolean };

/**
 * The Gram matrix `X_K' (C - C Q Q'C) X_K` of the columns `K` that were asked for so far, each product computed once.
 *
 * Columns have slots in the order in which they came. Whole blocks of new columns are multiplied at a time.
 */
export class GramCache {
  readonly #design: DesignMatrix;
  readonly #products: CurvatureProducts;
  readonly #weightedBasis: readonly Float64Array[];
  /** `x_j'C q` for each column by slot and `q`. */
  readonly #shares: number[][] = [];
  readonly #slots: Int32Array;
  #columns = new Int32Array(FIRST_CAPACITY);
  #size = 0;
  #stride = 0;
  #arena: Arena | undefined;
  /** Room for the slots of a product with the matrix. */
  #indices: Int32Array = new Int32Array(0);
  #matrix: Float64Array = new Float64Array(0);
  #vectors: readonly Float64Array[] = [0, 1, 2, 3].map(() => new Float64Array(0));
  readonly #roomPerSlot: number;
  #room: Float64Array = new Float64Array(0);

  /**
   * @param curvature the diagonal of `C`, at least 0.
   * @param weightedBasis `C q` for vectors `q` with `q'C q = 1`, orthogonal to each other in that product.
   * @param multiply by `C` where it is more than its diagonal.
   * @param joint the entries of such a `C` where they join the responses of a sample alone, if they are known.
   * @param roomPerSlot numbers a slot of {@link room}. Default: 0.
   */
  constructor(
    design: DesignMatrix,
    curvature: Float64Array,
    weightedBasis: readonly Float64Array[],
    multiply?: Multiply,
    joint?: JointCurvature,
    roomPerSlot = 0,
  ) {
    this.#design = design;
    this.#roomPerSlot = roomPerSlot;
    this.#products = new CurvatureProducts(design, curvature, multiply, joint);
    this.#weightedBasis = weightedBasis;
    this.#slots = new Int32Array(design.nFeatures).fill(-1);
  }

  /** Number of columns that are there. */
  get size(): number {
    return this.#size;
  }

  /** The columns by slot; a view. */
  get columns(): Int32Array {
    return this.#columns.subarray(0, this.#size);
  }

  /** Whether no column is missing. */
  get isComplete(): boolean {
    return this.#size === this.#slots.length;
  }

  /** Entry `(k, l)` for slots `k`, `l` at `k * stride + l`; until the next call of `include`. */
  get matrix(): Float64Array {
    return this.#matrix;
  }

  get stride(): number {
    return this.#stride;
  }

  /** Where the matrix lies, with kernels that can take it. */
  get arena(): Arena | undefined {
    return this.#arena;
  }

  /** Four vectors of `stride` numbers beside the matrix; what they hold is lost in a call of `include` or `times`. */
  get vectors(): readonly Float64Array[] {
    return this.#vectors;
  }

  /** What the owner keeps beside the matrix, some numbers for each slot that there is or will be; lost where `arena` changes. */
  get room(): Float64Array {
    return this.#room;
  }

  /** Slots, copied beside the matrix until the next call of `include`, `times` or this. */
  order(slots: ArrayLike<number>): Int32Array {
    const order = this.#indices.subarray(0, slots.length);
    order.set(slots);
    return order;
  }

  /** The slot of column `j`, -1 where it is not there. */
  slotOf(j: number): number {
    return this.#slots[j];
  }

  /**
   * The same as {@link include} for one unit of columns after the other, at least for a first few, until a signal is aborted.
   *
   * @param units that share no columns.
   * @returns how many units are there, none of them in part.
   */
  includeUntil(signal: Signal | undefined, units: readonly ArrayLike<number>[]): number {
    if (units.length === 0) return 0;
    const fresh = units.map((unit) => Array.prototype.filter.call(unit, (j) => this.#slots[j] < 0));
    this.#reserve(this.#size, this.#size + fresh.reduce((sum, { length }) => sum + length, 0));
    let done = 0;
    do {
      const most = signal ? this.#products.columnsAtOnce(this.#size) : Number.POSITIVE_INFINITY;
      const columns = [...fresh[done++]];
      while (done < units.length && columns.length + fresh[done].length <= most)
        columns.push(...fresh[done++]);
      this.include(columns);
    } while (done < units.length && !signal?.aborted);
    return done;
  }

  /** Computes what is missing of the products of some columns with each other and with those that are there. */
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
    const from = this.#products.hasBlocks && added >= MANY * before ? 0 : before;
    const fresh = this.columns.subarray(from);
    this.#write(from, from, this.#products.of(fresh, fresh), fresh.length);
    if (from === 0) return;
    const former = this.columns.subarray(0, before);
    // Blocks are multiplied best with the few packed; else each column on the right is multiplied by C.
    if (this.#products.hasBlocks) this.#write(before, 0, this.#products.of(fresh, former), before);
    else this.#write(0, before, this.#products.of(former, fresh), added);
  }

  /** `out[j] = sum_k G_jk beta_k` for every column `j` that is there; so are those of entries that are not zero. */
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
    const grown = Math.ceil((this.#stride < FEW_SLOTS ? 2.5 : 1.5) * this.#stride);
    const capacity = Math.min(Math.max(FIRST_CAPACITY, wanted, grown), this.#design.nFeatures);
    const room = capacity * this.#roomPerSlot;
    const arena = arenaOf(
      bytesOf(capacity * capacity) + 4 * bytesOf(capacity) + bytesOf(room) + bytesOf(capacity, 4),
    );
    const matrix = arena.float64(capacity * capacity);
    this.#room = arena.float64(room);
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

  /** Writes a block and its transpose to slots from `row` and `column` on, less what the basis has of it. */
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

/** Products of entries that take a good tenth of a second. */
const productsAtOnce = 3e8;

/** For each pair of responses the second derivative by both, a sample after the other. */
export type JointCurvature = readonly (readonly Float64Array[])[];

/** `out = C v` */
export type Multiply = (v: Float64Array, out: Float64Array) => void;

/** Products of the columns of a design with the second derivatives `C` of a loss between them. */
class CurvatureProducts {
  readonly #design: DesignMatrix;
  /** Undefined where the curvature is {@link scale} in every row. */
  readonly #curvature: Float64Array | undefined;
  readonly #multiply: Multiply | undefined;
  readonly #joint: JointCurvature | undefined;
  /** What {@link of} leaves to be multiplied by. */
  readonly scale: number;

  /**
   * @param curvature the diagonal of `C`, at least 0.
   * @param multiply by `C` where it is more than its diagonal.
   * @param joint the entries of such a `C`, for each pair of responses a diagonal, where they join the responses of a sample
   * alone, if they are known.
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
  get hasBlocks(): boolean {
    const { gram, joinedGram } = this.#design;
    return this.#multiply ? joinedGram !== undefined && this.#joint !== undefined : gram !== undefined;
  }

  /** How many columns are multiplied with each other and with `nOthers` in about a tenth of a second. */
  columnsAtOnce(nOthers: number): number {
    const products = (this.#multiply ? productsAtOnce / 4 : productsAtOnce) / this.#design.nSamples;
    return Math.floor(Math.sqrt(nOthers ** 2 + 2 * products) - nOthers);
  }

  /** `X_rows' C X_columns / scale`, row-major. */
  of(rows: Int32Array, columns: Int32Array): Float64Array {
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

/** A Gram matrix of some coordinates, with the vectors of a descent on it, all of them where the kernels can take them. */
export interface GramBlock {
  /** Coordinate of each row. */
  readonly members: ArrayLike<number>;
  readonly size: number;
  /** Row-major, rows `stride` apart; only the leading `size` rows and columns count. */
  readonly gram: Float64Array;
  readonly stride: number;
  readonly kernels: Arena["kernels"];
  /** Coefficients of the members. */
  readonly beta: Float64Array;
  /** Minus the gradient of a quadratic in them. */
  readonly slopes: Float64Array;
  /** The same and what is behind it, as long as a row of the matrix. */
  readonly slopesAndRoom: Float64Array;
  /** The slopes of a folded penalty at zero; for others up to where a point is taken to zero, -1 where that is not known. */
  readonly levels: Float64Array;
  /** Room for a number a row. */
  readonly steps: Float64Array;
  /** Rows to go over, copied beside the matrix. */
  order(rows: ArrayLike<number>): Int32Array;
}

/** Members up to which a plain loop takes less than a view of a row and the call of a kernel. */
const fewMembers = 64;

/** Adds a multiple of a row of the matrix to the slopes. */
export function addRow({ kernels, gram, stride, size, slopes }: GramBlock, row: number, scale: number): void {
  if (size <= fewMembers) addScaledFrom(scale, gram, row * stride, size, slopes);
  else kernels.addScaled(scale, gram.subarray(row * stride, row * stride + size), slopes);
}

/** The same for several rows, each by its own scale. */
export function addRows(block: GramBlock, rows: ArrayLike<number>, scales: Float64Array): void {
  const { kernels, gram, steps, slopesAndRoom } = block;
  const given = steps.subarray(0, rows.length);
  given.set(scales);
  // A kernel's column is a row here; beyond the members the matrix is zero.
  kernels.addColumns(gram, block.order(rows), given, slopesAndRoom);
}

/** All columns of a cache, by slot; until the next column comes. */
export function blockOf(cache: GramCache): GramBlock {
  const { size } = cache;
  const [beta, slopes, levels] = cache.vectors.map((vector) => vector.subarray(0, size));
  const [, slopesAndRoom, , steps] = cache.vectors;
  return {
    members: cache.columns,
    size,
    gram: cache.matrix,
    stride: cache.stride,
    kernels: cache.arena?.kernels ?? typescriptKernels,
    beta,
    slopes,
    slopesAndRoom,
    levels,
    steps,
    order: (rows) => cache.order(rows),
  };
}

/** The Gram matrix of so many slots from one on, row-major; a copy. */
export function partOf({ matrix, stride }: GramCache, from: number, size: number): Float64Array {
  const part = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    const start = (from + i) * stride + from;
    part.set(matrix.subarray(start, start + size), i * size);
  }
  return part;
}
