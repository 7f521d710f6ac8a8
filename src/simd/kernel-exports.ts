/** A byte offset in a memory. */
export type Place = number;

/** The offsets of up to four factors, 0 for missing ones. */
export type FourPlaces = [Place, Place, Place, Place];

/** The exports of `assembly/index.ts`. */
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
  factorProduct(k: number, ...rest: [...FourPlaces, n: number, out: Place]): number;
  factorGradients(
    k: number,
    slope: Place,
    decay: number,
    ...rest: [...FourPlaces, ...FourPlaces, n: number]
  ): void;
}

/** The number of parameters of each kernel. */
export const PARAMETERS: {
  readonly [Name in keyof KernelExports]: Parameters<KernelExports[Name]>["length"];
} = {
  dot: 3,
  addScaled: 4,
  columnDots: 5,
  columnDotsAt: 6,
  addColumns: 6,
  summarizeColumns: 7,
  sparseDots: 6,
  sparseDotsAt: 7,
  addSparseColumns: 7,
  compactColumns: 9,
  weightedSquaredNorms: 6,
  gramBlock: 9,
  factorPacked: 5,
  forwardSolve: 4,
  backSolve: 3,
  dropRow: 4,
  descendFoldedOnGram: 10,
  descendGroupsOnGram: 12,
  factorProduct: 7,
  factorGradients: 12,
};
