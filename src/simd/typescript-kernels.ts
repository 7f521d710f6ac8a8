import { addScaled, dot } from "../linalg/vector";
import type { Kernels } from "./kernels";
import {
  addColumns,
  backSolve,
  columnDots,
  columnDotsAt,
  dropRow,
  factorPacked,
  forwardSolve,
  gramBlock,
  summarizeColumns,
  weightedSquaredNorms,
} from "./typescript/dense";
import { descendFoldedOnGram, descendGroupsOnGram } from "./typescript/descent";
import { addSparseColumns, compactColumns, sparseDots, sparseDotsAt } from "./typescript/sparse";

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
};
