/**
 * What passes between the benchmark and a worker, one JSON object a line. Lines of a worker that do not begin with
 * `RESULT ` are what its libraries print, and are skipped.
 */

/** A worker has the data in memory. */
export interface Ready {
  /** Of the package, and what it rests on. */
  readonly version: string;
  readonly pid: number;
  /** The tolerance of the package itself; 0 for a method without one. */
  readonly defaultTol: number;
}

/** Solve once. */
export interface SolveRequest {
  /** 0 for a method without one. */
  readonly tol: number;
  /** Where the coefficients go, 64-bit floats, one lambda after the other. */
  readonly out: string;
}

/** What something takes. */
export interface Time {
  readonly seconds: number;
  /** Of the processor, all threads together. */
  readonly processorSeconds: number;
}

/** It is solved, in the time of the solve alone. */
export interface Solved extends Time {
  /** What it took before to make the contender's matrix of the user's plain arrays, where one was made for this solve. */
  readonly loading?: Time;
  readonly iterations?: number | null;
  /** The lambda that a cross-validation chose. */
  readonly chosen?: number;
}

export const RESULT = "RESULT ";
