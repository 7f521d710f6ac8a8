/** Coefficients in groups, of whose norms a penalty is a sum ({@link Objective}). */
import { groupNorm } from "../penalties/groups";
import type { PenaltyTerms } from "./envelopes";
import type { Loss } from "./loss";

/** The columns of each group, in ascending order. */
export type Blocks = readonly Int32Array[];

/** The objective: a loss, and terms of the magnitudes of coefficients or, where there are groups, of the norms of these. */
export interface Objective {
  readonly loss: Loss;
  readonly terms: PenaltyTerms;
  readonly blocks?: Blocks;
}

/** The columns of these groups, one group after the other. */
export function columnsOf(blocks: Blocks | undefined, kept: Int32Array): Int32Array {
  if (blocks === undefined) return kept;
  const columns = new Int32Array(kept.reduce((sum, g) => sum + blocks[g].length, 0));
  let end = 0;
  for (const g of kept) {
    columns.set(blocks[g], end);
    end += blocks[g].length;
  }
  return columns;
}

/** The objective of these terms alone, all other coefficients being zero. */
export function restrictedTo({ loss, terms, blocks }: Objective, kept: Int32Array): Objective {
  let end = 0;
  const own =
    blocks &&
    Array.from(kept, (g) => {
      const start = end;
      end += blocks[g].length;
      return Int32Array.from(blocks[g], (_, i) => start + i);
    });
  return {
    loss: loss.restrictedTo(columnsOf(blocks, kept)),
    terms: terms.restrictedTo(kept),
    ...(own && { blocks: own }),
  };
}

/** The norm of each group. */
export function normsIn(blocks: Blocks, b: Float64Array): Float64Array {
  return Float64Array.from(blocks, (members) => groupNorm(b, members));
}

/** A number that the largest eigenvalue of a group's part of a matrix is not above, by its norms. */
export function largestEigenvalue(members: Int32Array, column: (j: number) => Float64Array): number {
  let [squares, largestSum] = [0, 0];
  for (const j of members) {
    const own = column(j);
    let sum = 0;
    for (const k of members) {
      sum += Math.abs(own[k]);
      squares += own[k] * own[k];
    }
    largestSum = Math.max(largestSum, sum);
  }
  return members.length === 1 ? largestSum : Math.min(Math.sqrt(squares), largestSum) * (1 + 1e-12);
}
