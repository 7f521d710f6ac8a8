export { backSolve, dropRow, factorPacked, forwardSolve } from "./cholesky";
export { descendFoldedOnGram } from "./descent";
export { factorGradients, factorProduct } from "./factors";
export { gramBlock } from "./gram";
export { descendGroupsOnGram } from "./group-descent";
export { addColumns, addScaled, columnDots, columnDotsAt, dot } from "./products";
export { weightedSquaredNorms } from "./squared-norms";
export { summarizeColumns } from "./summaries";
export { addSparseColumns, compactColumns, sparseDots, sparseDotsAt } from "./sparse";
