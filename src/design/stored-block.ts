import { type Arena, arenaOf, bytesOf, plainArena } from "../simd/arena";
import type { StoredColumns } from "../simd/kernels";

/**
 * Sparse columns with the kernels that run over their stored entries, and room there for the vectors that callers bring.
 *
 * A vector that lies elsewhere is copied in or out: `n` or `p` numbers beside the entries of a pass.
 */
export class StoredBlock {
  /** The entries; rows ascend and are distinct within a column. */
  readonly stored: StoredColumns;
  readonly #arena: Arena;
  readonly #bySample: Float64Array;
  readonly #byFeature: Float64Array;
  readonly #indices: Int32Array;
  readonly #one: { readonly index: Int32Array; readonly scale: Float64Array };

  /**
   * @param given the entries, kept and not copied: then the kernels run in TypeScript, to the same bits. Or only how many there
   * are: zeros then, to be filled.
   */
  constructor(nSamples: number, nFeatures: number, given: StoredColumns | number) {
    const isFilled = typeof given !== "number";
    const bytes = isFilled ? 0 : bytesOf(given) + bytesOf(given, 4);
    const arena = isFilled
      ? plainArena
      : arenaOf(
          bytes + bytesOf(nSamples) + bytesOf(nFeatures) + 2 * bytesOf(nFeatures + 1, 4) + 2 * bytesOf(1),
        );
    this.#arena = arena;
    this.stored = isFilled
      ? given
      : { starts: arena.int32(nFeatures + 1), rows: arena.int32(given), values: arena.float64(given) };
    this.#bySample = arena.float64(nSamples);
    this.#byFeature = arena.float64(nFeatures);
    this.#indices = arena.int32(nFeatures);
    this.#one = { index: arena.int32(1), scale: arena.float64(1) };
  }

  /** `out = constant + X beta`, which skips zeros. */
  multiply(beta: Float64Array, constant: number, out: Float64Array): void {
    let count = 0;
    for (let j = 0; j < beta.length; j++) {
      if (beta[j] === 0) continue;
      this.#indices[count] = j;
      this.#byFeature[count++] = beta[j];
    }
    const sums = this.#bySample.fill(constant);
    const indices = this.#indices.subarray(0, count);
    this.#arena.kernels.addSparseColumns(this.stored, indices, this.#byFeature.subarray(0, count), sums);
    out.set(sums);
  }

  /** `out = X' v` */
  dots(v: Float64Array, out: Float64Array): void {
    this.#bySample.set(v);
    this.#arena.kernels.sparseDots(this.stored, this.#bySample, this.#byFeature);
    out.set(this.#byFeature);
  }

  /** `out[k] = x_j' v` for `j = columns[k]` */
  dotsAt(columns: Int32Array, v: Float64Array, out: Float64Array): void {
    this.#bySample.set(v);
    this.#inTurn(columns, (start, indices) => {
      const dots = this.#byFeature.subarray(0, indices.length);
      this.#arena.kernels.sparseDotsAt(this.stored, indices, this.#bySample, dots);
      out.set(dots, start);
    });
  }

  /**
   * `out[k, l] = sum_i weights[i] x_ia x_ib` for `a = rows[k]`, `b = columns[l]`; where both are the same array, for `l >= k`
   * only. One column at a time is spread out over all rows, the others meet it with their stored entries.
   *
   * @param weights ones if left out.
   */
  gram(rows: Int32Array, columns: Int32Array, out: Float64Array, weights?: Float64Array): void {
    const { starts, rows: places } = this.stored;
    const width = columns.length;
    const spread = this.#bySample.fill(0);
    const { index, scale } = this.#one;
    this.#inTurn(columns, (start, indices) => {
      for (let k = 0; k < rows.length; k++) {
        const a = rows[k];
        const skipped = rows === columns ? Math.max(0, k - start) : 0;
        if (skipped >= indices.length) continue;
        index[0] = a;
        scale[0] = 1;
        this.#arena.kernels.addSparseColumns(this.stored, index, scale, spread);
        if (weights) for (let e = starts[a]; e < starts[a + 1]; e++) spread[places[e]] *= weights[places[e]];
        const others = indices.subarray(skipped);
        const dots = this.#byFeature.subarray(0, others.length);
        this.#arena.kernels.sparseDotsAt(this.stored, others, spread, dots);
        out.set(dots, k * width + start + skipped);
        for (let e = starts[a]; e < starts[a + 1]; e++) spread[places[e]] = 0;
      }
    });
  }

  /** Some columns after the other, as many as there is room for. */
  #inTurn(columns: Int32Array, visit: (start: number, indices: Int32Array) => void): void {
    const most = this.#indices.length;
    for (let start = 0; start < columns.length; start += most) {
      const indices = this.#indices.subarray(0, Math.min(most, columns.length - start));
      indices.set(columns.subarray(start, start + indices.length));
      visit(start, indices);
    }
  }
}
