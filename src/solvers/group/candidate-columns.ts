import type { GroupPenalty } from "../../penalties";
import type { SparseProblem } from "../../problem/problem";

/** The columns whose slopes are followed as a model is minimised, and room for what that takes. */
export interface CandidateColumns {
  readonly columns: Int32Array;
  readonly dots: Float64Array;
  readonly change: Float64Array;
  readonly residual: Float64Array;
}

/** @param candidates groups that may enter the working set. */
export function candidateColumnsOf(
  { groups: { members } }: GroupPenalty,
  candidates: readonly number[],
  { design, target }: SparseProblem,
): CandidateColumns {
  const columns = joinedColumns(members, candidates);
  return {
    columns,
    dots: new Float64Array(columns.length),
    change: new Float64Array(design.nFeatures),
    residual: new Float64Array(target.length),
  };
}

/** The columns of some groups, one group after the other. */
export function joinedColumns(members: readonly Int32Array[], groups: readonly number[]): Int32Array {
  let size = 0;
  for (const g of groups) size += members[g].length;
  const columns = new Int32Array(size);
  size = 0;
  for (const g of groups) {
    columns.set(members[g], size);
    size += members[g].length;
  }
  return columns;
}
