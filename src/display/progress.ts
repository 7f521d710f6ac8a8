/** What long work tells while it runs. */
export interface ProgressEvent {
  /** What is being done, e.g. `"SmoothLasso.path"`. */
  readonly task: string;
  /** Units done so far, at most `total`. */
  readonly done: number;
  readonly total: number;
  /** One short phrase about the present state, e.g. `"lambda 0.031, 17 features"`. */
  readonly message: string;
}

/** Called at most ten times a second and once at the end. */
export type ProgressListener = (event: ProgressEvent) => void;
