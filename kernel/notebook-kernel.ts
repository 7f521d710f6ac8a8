/**
 * How the functions that cells call reach the kernel: through a well-known symbol, because the copy of this package
 * that a notebook imports need not be the one that the kernel runs from.
 */
import type { MimeBundle } from "../src/display/mime-bundle";
import { noKernel } from "./errors";
import type { CommHub } from "./execution/comm-hub";

/** What the kernel does for cells. */
export interface NotebookKernel {
  display(data: MimeBundle, id: string | undefined, update: boolean): void;
  clear(wait: boolean): void;
  /** For long work, which shows how it goes: a display that `smooth-edges run` does not keep. */
  progress(data: MimeBundle, id: string, isFirst: boolean, ifInterrupted: MimeBundle | undefined): void;
  /** The running cell ends after this, and fails where it is rejected. */
  holdCell(work: Promise<unknown>): void;
  /** Aborted when the running cell is interrupted; undefined where none runs. */
  readonly signal: AbortSignal | undefined;
  readonly comms: CommHub;
  /** Behind the object `kernel`. */
  readonly control: KernelControl;
  prompt(message: string | undefined): string | null;
  input(message: string | undefined, options: InputOptions | undefined): Promise<string | null>;
}

const KERNEL = Symbol.for("smooth-edges.kernel");

export function offerKernel(kernel: NotebookKernel): void {
  Object.defineProperty(globalThis, KERNEL, { value: kernel });
}

/**
 * @param where the function that is called, for the error
 * @throws KernelError outside a notebook
 */
export function notebookKernel(where: string): NotebookKernel {
  const kernel = (globalThis as Record<symbol, unknown>)[KERNEL] as NotebookKernel | undefined;
  if (!kernel) throw noKernel(where);
  return kernel;
}

/**
 * What becomes of a cell that fails its type check: it is refused, it runs with a warning, or nothing is checked.
 *
 * It stands by itself because every cell's globals mention it: all that they import is read at every start.
 */
export type TypeChecking = "on" | "warn" | "off";

/** What cells can set, for the cells after them. */
export interface KernelSettings {
  typeChecking: TypeChecking;
  strict: boolean;
  timing: boolean;
}

/** What a running kernel does for `kernel`. */
export interface KernelControl {
  readonly settings: KernelSettings;
  reset(): void;
  /** When each file was loaded, in milliseconds. */
  readonly loadTimes: ReadonlyMap<string, number>;
}

export interface InputOptions {
  /** Hides what is typed. */
  readonly password?: boolean;
}
