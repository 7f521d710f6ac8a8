import { addScaled, dot } from "../linalg/vector";
import type { Kernels } from "./kernels";
import { backSolve, dropRow, factorPacked, forwardSolve } from "./typescript/cholesky";
import { descendFoldedOnGram } from "./typescript/descent";
import { gramBlock } from "./typescript/gram";
import { descendGroupsOnGram, descendGroupsOnResidual } from "./typescript/group-descent";
import { addColumns, columnDots, columnDotsAt } from "./typescript/products";
import { addSparseColumns, compactColumns, sparseDots, sparseDotsAt } from "./typescript/sparse";
import { weightedSquaredNorms } from "./typescript/squared-norms";
import { summarizeColumns } from "./typescript/summaries";

/** The kernels in TypeScript, for any arrays: small ones, and machines without WebAssembly SIMD. */
export const typescriptKernels: Kernels = {
  dot,
  addScaled,
  columnDots,
  columnDotsAt,
  addColumns,
  sparseDots,
  summarizeColumns,
  sparseDotsAt,
  addSparseColumns,
  compactColumns,
  weightedSquaredNorms,
  gramBlock,
  factorPacked,
  forwardSolve,
  backSolve,
  dropRow,
  descendFoldedOnGram,
  descendGroupsOnGram,
  descendGroupsOnResidual,
};
