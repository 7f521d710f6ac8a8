/**
 * Connects the functions that cells call with the kernel, through a well-known symbol, because the copy of this package
 * that a notebook imports need not be the one that the kernel runs from.
 */
import type { MimeBundle } from "../src/display/mime-bundle";
import { noKernel } from "./errors";
import type { CommHub } from "./execution/comm-hub";

/** The services of the kernel for cells. */
export interface NotebookKernel {
  display(data: MimeBundle, id: string | undefined, update: boolean): void;
  clear(wait: boolean): void;
  /** Shows the progress of long work, in a display that `smooth-edges run` does not keep. */
  progress(data: MimeBundle, id: string, isFirst: boolean, ifInterrupted: MimeBundle | undefined): void;
  /** Makes the running cell end only after `work`, and fail where it is rejected. */
  holdCell(work: Promise<unknown>): void;
  /** The signal that is aborted when the running cell is interrupted; undefined where none runs. */
  readonly signal: AbortSignal | undefined;
  readonly comms: CommHub;
  /** The implementation of the object `kernel`. */
  readonly control: KernelControl;
  prompt(message: string | undefined): string | null;
  input(message: string | undefined, options: InputOptions | undefined): Promise<string | null>;
}

const KERNEL = Symbol.for("smooth-edges.kernel");

/** Makes a kernel available to the functions that cells call. */
export function registerKernel(kernel: NotebookKernel): void {
  Object.defineProperty(globalThis, KERNEL, { value: kernel });
}

/**
 * Returns the kernel that runs the notebook.
 *
 * @param where name of the calling function, for the error
 * @throws KernelError outside a notebook
 */
export function notebookKernel(where: string): NotebookKernel {
  const kernel = (globalThis as Record<symbol, unknown>)[KERNEL] as NotebookKernel | undefined;
  if (!kernel) throw noKernel(where);
  return kernel;
}

/**
 * How a cell is checked: one that fails is refused (`"on"`), or runs with a warning (`"warn"`), or nothing is checked (`"off"`).
 */
export type TypeChecking = "on" | "warn" | "off";

/** Settings that cells can change, for the cells after them. */
export interface KernelSettings {
  typeChecking: TypeChecking;
  strict: boolean;
  timing: boolean;
}

/** The parts of a running kernel that the object `kernel` uses. */
export interface KernelControl {
  readonly settings: KernelSettings;
  reset(): void;
  /** The time at which each file was loaded, in milliseconds. */
  readonly loadTimes: ReadonlyMap<string, number>;
}

/** Options of `input`. */
export interface InputOptions {
  /** Whether to hide the typed text. */
  readonly password?: boolean;
}
