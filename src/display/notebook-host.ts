import type { MimeBundle } from "./mime-bundle";

/** The functions that the notebook kernel offers to the library. */
export interface NotebookHost {
  /**
   * A display that `smooth-edges run` does not write into notebooks.
   *
   * @param ifInterrupted what is to stay where the cell is interrupted next; undefined at the end of the work
   */
  progress(data: MimeBundle, id: string, isFirst: boolean, ifInterrupted: MimeBundle | undefined): void;
  /** Aborted when the running cell is interrupted; undefined where none runs. */
  readonly signal: AbortSignal | undefined;
}

/** The kernel that this code runs in; undefined outside of ours. */
export function notebookHost(): Partial<NotebookHost> | undefined {
  // By a well-known symbol: the copy of this package that a notebook imports need not be the one that its kernel runs from.
  return Reflect.get(globalThis, Symbol.for("smooth-edges.kernel")) as Partial<NotebookHost> | undefined;
}

/**
 * The signal of asynchronous work that was given none: an interrupt ends what the running cell awaits, and the work would go on
 * beside later cells. Undefined outside of our kernel.
 */
export function notebookSignal(): AbortSignal | undefined {
  return notebookHost()?.signal;
}
