/** A byte offset in a memory. */
export type Place = number;

/** What `assembly/index.ts` exports. */
export interface KernelExports {
  dot(a: Place, b: Place, n: number): number;
  addScaled(scale: number, a: Place, n: number, out: Place): void;
  columnDots(columns: Place, count: number, v: Place, n: number, out: Place): void;
  columnDotsAt(columns: Place, indices: Place, count: number, v: Place, n: number, out: Place): void;
  addColumns(columns: Place, indices: Place, scales: Place, count: number, n: number, out: Place): void;
  summarizeColumns(
    columns: Place,
    count: number,
    n: number,
    means: Place,
    squares: Place,
    smallest: Place,
    largest: Place,
  ): void;
  sparseDots(starts: Place, rows: Place, values: Place, count: number, v: Place, out: Place): void;
  sparseDotsAt(
    starts: Place,
    rows: Place,
    values: Place,
    indices: Place,
    count: number,
    v: Place,
    out: Place,
  ): void;
  addSparseColumns(
    starts: Place,
    rows: Place,
    values: Place,
    indices: Place,
    scales: Place,
    count: number,
    out: Place,
  ): void;
  compactColumns(
    starts: Place,
    rows: Place,
    values: Place,
    count: number,
    n: number,
    sums: Place,
    squares: Place,
    smallest: Place,
    largest: Place,
  ): number;
  weightedSquaredNorms(
    columns: Place,
    indices: Place,
    count: number,
    weights: Place,
    n: number,
    out: Place,
  ): void;
  gramBlock(
    columns: Place,
    n: number,
    weights: Place,
    rows: Place,
    nRows: number,
    others: Place,
    nOthers: number,
    scratch: Place,
    out: Place,
  ): void;
  factorPacked(factor: Place, from: number, size: number, relativePivot: number, scratch: Place): number;
  forwardSolve(factor: Place, size: number, b: Place, scratch: Place): void;
  backSolve(factor: Place, size: number, b: Place): void;
  dropRow(factor: Place, size: number, k: number, rotations: Place): void;
  descendOnResidual(
    columns: Place,
    n: number,
    indices: Place,
    count: number,
    weights: Place,
    squaredNorms: Place,
    l1: Place,
    l2: Place,
    beta: Place,
    residual: Place,
  ): number;
  descendOnGram(
    gram: Place,
    stride: number,
    count: number,
    l1: Place,
    l2: Place,
    beta: Place,
    slopes: Place,
  ): number;
  descendFoldedOnGram(
    gram: Place,
    stride: number,
    order: Place,
    nOrder: number,
    count: number,
    isScad: number,
    gamma: number,
    levels: Place,
    beta: Place,
    slopes: Place,
  ): number;
  descendGroupsOnGram(
    gram: Place,
    stride: number,
    sizes: Place,
    nGroups: number,
    count: number,
    levels: Place,
    curvatures: Place,
    bases: Place,
    width: number,
    beta: Place,
    gradient: Place,
    scratch: Place,
  ): number;
}
