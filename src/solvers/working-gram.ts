import { type Arena, arenaOf, bytesOf } from "../simd/arena";
import type { NewtonModel } from "./newton-model";

const FIRST_CAPACITY = 32;

/** The Hessian of a model in some coordinates, to which more can be added. */
export class WorkingGram {
  #arena!: Arena;
  #capacity = 0;
  #matrix!: Float64Array;
  #rows: Float64Array[] = [];
  #coordinates: number[] = [];
  #slopes!: Float64Array;
  #image!: Float64Array;

  constructor() {
    this.#reserve(FIRST_CAPACITY);
  }

  get size(): number {
    return this.#coordinates.length;
  }

  /** Row `k`, as long as there are coordinates. */
  row(k: number): Float64Array {
    return this.#rows[k];
  }

  /** Two vectors that {@link addRow} adds to; what they hold is lost where coordinates come or go. */
  get slopes(): Float64Array {
    return this.#slopes;
  }

  get image(): Float64Array {
    return this.#image;
  }

  append(model: NewtonModel, coordinates: Int32Array): void {
    const before = this.size;
    const size = before + coordinates.length;
    if (size > this.#capacity) this.#reserve(Math.max(size, Math.ceil(1.5 * this.#capacity)));
    for (const j of coordinates) this.#coordinates.push(j);
    const block = new Float64Array(coordinates.length * size);
    model.block(coordinates, Int32Array.from(this.#coordinates), block);
    const [matrix, stride] = [this.#matrix, this.#capacity];
    for (let k = before; k < size; k++) {
      const row = block.subarray((k - before) * size, (k - before + 1) * size);
      matrix.set(row, k * stride);
      for (let l = 0; l < before; l++) matrix[l * stride + k] = row[l];
    }
    this.#look();
  }

  clear(): void {
    this.#coordinates = [];
    this.#look();
  }

  /** `out += scale * row k` for one of the two vectors. */
  addRow(k: number, scale: number, out: Float64Array): void {
    this.#arena.kernels.addScaled(scale, this.#rows[k], out);
  }

  #reserve(capacity: number): void {
    const arena = arenaOf(bytesOf(capacity * capacity) + 2 * bytesOf(capacity));
    const matrix = arena.float64(capacity * capacity);
    this.#rows.forEach((row, k) => {
      matrix.set(row, k * capacity);
    });
    [this.#arena, this.#matrix, this.#capacity] = [arena, matrix, capacity];
    [this.#slopes, this.#image] = [arena.float64(capacity), arena.float64(capacity)];
    this.#look();
  }

  /** Makes the views as long as there are coordinates. */
  #look(): void {
    const { size } = this;
    const cut = (vector: Float64Array): Float64Array =>
      new Float64Array(vector.buffer as ArrayBuffer, vector.byteOffset, size);
    [this.#slopes, this.#image] = [cut(this.#slopes), cut(this.#image)];
    this.#rows = Array.from({ length: size }, (_, k) =>
      this.#matrix.subarray(k * this.#capacity, k * this.#capacity + size),
    );
  }
}
