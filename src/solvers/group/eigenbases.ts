import type { GroupPenalty } from "../../penalties";
import type { GramCache } from "../subproblem/gram-cache";
import type { GroupBlock } from "./block";

/** Largest group whose eigenvectors are worth their price. */
const largestEigenbasis = 32;

/** The groups of a working set in the eigenbases of their parts of a Gram matrix, beside it, for the kernels that minimise each. */
export class GroupEigenbases {
  readonly #penalty: GroupPenalty;
  readonly #width: number;
  #room: Float64Array | undefined;
  #bases!: Float64Array;
  #curvatures!: Float64Array;
  #levels!: Float64Array;
  #sizes!: Int32Array;
  #nGroups = 0;

  /** @returns undefined where no kernel minimises a group of the penalty, or one is too large. */
  static of(penalty: GroupPenalty): GroupEigenbases | undefined {
    const width = penalty.groups.sizes.reduce((a, b) => Math.max(a, b), 0);
    return penalty.normSlope && width <= largestEigenbasis ? new GroupEigenbases(penalty, width) : undefined;
  }

  private constructor(penalty: GroupPenalty, width: number) {
    this.#penalty = penalty;
    this.#width = width;
  }

  /** What the Gram matrix must have room for. */
  get roomPerSlot(): number {
    return this.#width + 2;
  }

  /** Prepares cycles at one lambda, until the matrix gets further columns. */
  begin(gram: GramCache, blocks: readonly GroupBlock[], lambda: number): void {
    const { room, stride } = gram;
    const width = this.#width;
    if (room !== this.#room) {
      this.#room = room;
      const levels = stride * (width + 1);
      this.#bases = room.subarray(0, stride * width);
      this.#curvatures = room.subarray(stride * width, levels);
      this.#levels = room.subarray(levels, levels + stride);
      this.#nGroups = 0;
    }
    for (; this.#nGroups < blocks.length; this.#nGroups++) {
      const { start, eigen } = blocks[this.#nGroups];
      this.#curvatures.set(eigen.values, start);
      for (let k = 0; k < eigen.values.length; k++) this.#bases.set(eigen.vectors[k], (start + k) * width);
    }
    for (let k = 0; k < blocks.length; k++) {
      this.#levels[k] = this.#penalty.normSlope!(blocks[k].g, lambda);
    }
    this.#sizes = gram.order(Int32Array.from(blocks, ({ columns }) => columns.length));
  }

  /** Minimises over each group in turn; whether anything moved. */
  cycle({ matrix, stride, arena }: GramCache, beta: Float64Array, gradient: Float64Array): boolean {
    const change = arena!.kernels.descendGroupsOnGram(
      matrix,
      stride,
      this.#sizes,
      this.#levels,
      this.#curvatures,
      this.#bases,
      this.#width,
      beta,
      gradient,
    );
    return change !== 0;
  }
}
