import {
  type CscMatrix,
  type DesignInput,
  denseMatrix,
  SmoothLasso,
  seededRandom,
  Table,
} from "smooth-edges";

const SEED = 1;
const MEGABYTE = 2 ** 20;
/** Features that the response depends on. */
const SUPPORT = 20;

/** How a table comes in. */
export type TableKind = "columns" | "dense" | "sparse";

/** The size of a problem. */
export interface MemorySize {
  readonly nSamples: number;
  readonly nFeatures: number;
  /** Stored entries of each column of a sparse table. */
  readonly nStored: number;
}

/** The lambdas of a fit or a path. */
export type MemoryLambdas =
  | { readonly lambdas: readonly number[] }
  | { readonly nLambdas: number; readonly lambdaMinRatio: number };

interface MadeTable {
  readonly X: DesignInput;
  readonly y: Float64Array;
  /** Of the numbers of the table, and of their rows in a sparse one. */
  readonly bytes: number;
}

/**
 * Time and memory of a lasso path, or of a fit at one lambda, as the operating system counts it: what the process holds
 * before, and the most it held until the end. One run a process, since the most is that of its whole life. A dense table is
 * fitted as problems of the benchmark are, without intercept and standardization.
 */
export function benchMemory(kind: TableKind, size: MemorySize, lambdas: MemoryLambdas): Table {
  const { X, y, bytes } = MAKERS[kind](size);
  const before = process.memoryUsage.rss();
  const start = process.hrtime.bigint();
  const columnsAsTheyAre = kind === "dense" && { fitIntercept: false, standardize: false };
  const { fits } = new SmoothLasso({ tol: 1e-6, ...columnsAsTheyAre }).path(X, y, lambdas);
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  const most = process.resourceUsage().maxRSS * 1024;
  const last = fits[fits.length - 1];
  return new Table({
    title: `a lasso of ${fits.length} lambdas on ${kind}, n = ${size.nSamples}, p = ${size.nFeatures}, seed ${SEED}`,
    columns: ["X, MB", "before, MB", "most, MB", "more, as a share of X", "seconds", "support", "status"],
    rows: [
      [
        bytes / MEGABYTE,
        before / MEGABYTE,
        most / MEGABYTE,
        (most - before) / bytes,
        seconds,
        last.support.length,
        fits.map(({ status }) => status).find((status) => status !== "converged") ?? "converged",
      ],
    ],
  });
}

const MAKERS: Readonly<Record<TableKind, (size: MemorySize) => MadeTable>> = {
  columns: ({ nSamples: n, nFeatures: p }) => {
    const [next, y] = [normalsOf(n), new Float64Array(n)];
    const columns = Object.fromEntries(
      Array.from({ length: p }, (_, j) => [`x${j}`, next(new Float64Array(n), j, y)]),
    );
    return { X: columns, y, bytes: 8 * n * p };
  },
  dense: ({ nSamples: n, nFeatures: p }) => {
    const [next, y] = [normalsOf(n), new Float64Array(n)];
    const X = denseMatrix({ nSamples: n, nFeatures: p, fitIntercept: false }, (values) => {
      for (let j = 0; j < p; j++) next(values.subarray(j * n, (j + 1) * n), j, y);
    });
    return { X, y, bytes: 8 * n * p };
  },
  sparse: ({ nSamples: n, nFeatures: p, nStored }) => {
    const [random, y] = [seededRandom(SEED), new Float64Array(n)];
    const [data, indices] = [new Float64Array(p * nStored), new Int32Array(p * nStored)];
    for (let k = 0; k < data.length; k++) {
      data[k] = random.normal();
      indices[k] = Math.floor(random.uniform() * n);
      if (k < SUPPORT * nStored) y[indices[k]] += data[k];
    }
    for (let i = 0; i < n; i++) y[i] += 0.1 * random.normal();
    const indptr = Int32Array.from({ length: p + 1 }, (_, j) => j * nStored);
    const X: CscMatrix = { format: "csc", data, indices, indptr, nSamples: n, nFeatures: p };
    return { X, y, bytes: 12 * data.length };
  },
};

/** Fills columns with normals one after the other, adding to `y` those that it depends on, and noise. */
export function normalsOf(n: number): (column: Float64Array, j: number, y: Float64Array) => Float64Array {
  const random = seededRandom(SEED);
  return (column, j, y) => {
    for (let i = 0; i < n; i++) column[i] = random.normal();
    for (let i = 0; i < n; i++) {
      if (j === 0) y[i] += random.normal();
      if (j < SUPPORT) y[i] += column[i];
    }
    return column;
  };
}
