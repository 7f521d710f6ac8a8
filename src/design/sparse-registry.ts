import type { SparseDesign } from "./sparse-design";

/** What `sparseMatrix` made lies where the library computes, checked once. */
const designs = new WeakMap<object, SparseDesign>();

/** Remembers the design of a matrix. */
export function registerDesign(matrix: object, design: SparseDesign): void {
  designs.set(matrix, design);
}

/** The design of a matrix that `sparseMatrix` made; undefined for any other table. */
export function registeredDesign(X: object): SparseDesign | undefined {
  return designs.get(X);
}
