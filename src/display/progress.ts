/** The progress of a long computation. */
export interface ProgressEvent {
  /** The name of the computation, e.g. `"SmoothLasso.path"`. */
  readonly task: string;
  /** Number of units done so far, at most `total`. */
  readonly done: number;
  /** Number of units to do, at least 1; infinite until it is known. */
  readonly total: number;
  /**
   * The share of the work that is done, from 0 to 1, where units do not tell: the `total` iterations of a fit are the most it
   * may take, so there it is estimated from how fast the certificate comes closer to the tolerance. Default: `done / total`.
   */
  readonly share?: number;
  /** Whether the work was stopped here and gives what it has; left out otherwise. No event follows. */
  readonly interrupted?: true;
  /** One short phrase about the present state, e.g. `"lambda 0.031, 17 features"`. */
  readonly message: string;
}

/** Called at most ten times a second and once at the end: with `done` equal to `total`, or `interrupted`. */
export type ProgressListener = (event: ProgressEvent) => void;
