/** What compiled cells call: awaits that an interrupt ends, `import()` from the notebook's folder, and `import.meta`. */
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { isPromise } from "node:util/types";
import { stringify } from "../built-ins";
import { bundleOf, textOf } from "../display/display";
import type { CellRegistry } from "../errors/cell-registry";
import type { CellVariables } from "./cell-variables";
import type { ModuleLoader } from "./module-loader";
import type { RunningCell } from "./running-cell";

/** What compiled cells call. */
export interface CellRuntime {
  /** The variables of all cells, as cells declare them. */
  readonly exports: object;
  /** The object whose properties cells read and assign. */
  readonly variables: object;
  /** Declares imported names by functions that read them. */
  link(names: Readonly<Record<string, () => unknown>>): void;
  /** The initialized variables as a plain object, for the debugger. */
  snapshot(): object;
  /** The value of the last expression of the cell that ran last. */
  result: unknown;
  readonly require: NodeJS.Require;
  /** `value`, unless the running cell is interrupted first; the position is that of the await, for error traces. */
  stoppable(value: unknown, cell: number, line: number, column: number): unknown;
  /** The same for each step of a `for await` loop. */
  stoppableSteps(values: unknown, cell: number, line: number, column: number): AsyncIterable<unknown>;
  /** The MIME bundle of a value as JSON, for the debugger. */
  bundle(value: unknown): string;
  /** `import(specifier)` as if written in the notebook's folder. */
  importModule(specifier: string, options?: ImportCallOptions): Promise<unknown>;
  /** `import.meta` of a local module, or else of a file in the notebook's folder. */
  importMeta(file?: string): object;
}

/** Who runs, and whose code must not go on. */
export interface Stopping {
  runningCell(): RunningCell | undefined;
  wasStopped(job: number): boolean;
}

/**
 * @param cells told of the awaits that errors pass
 */
export function createCellRuntime(
  stopping: Stopping,
  cells: CellRegistry,
  variables: CellVariables,
  loader: ModuleLoader,
): CellRuntime {
  const stoppable = (value: unknown, job: number, line: number, column: number): unknown => {
    const cell = stopping.runningCell();
    if (cell) return cell.race(value, (error) => cells.noteAwait(error, job, line, column));
    // Code of a stopped cell that caught the interrupt must not run on beside later cells.
    if (stopping.wasStopped(job)) return new Promise(() => {});
    return value;
  };
  return {
    exports: variables.exports,
    variables: variables.values,
    link: (names) => variables.link(names),
    snapshot: () => variables.snapshot(),
    result: undefined,
    require: loader.require,
    stoppable,
    stoppableSteps: (values, ...position) => steps(values, (value) => stoppable(value, ...position)),
    bundle: (value) => {
      const bundle = bundleOf(value);
      return stringify(isPromise(bundle) ? { "text/plain": textOf(value) } : bundle);
    },
    importModule: (specifier, options) => loader.importModule(specifier, options),
    importMeta: (file = loader.place) => ({
      dirname: dirname(file),
      filename: file,
      url: pathToFileURL(file).href,
      resolve: (specifier: string) => loader.resolve(specifier),
    }),
  };
}

/** The steps of a `for await` loop, which awaits the values of a plain iterable too. */
function steps(values: unknown, stoppable: (value: unknown) => unknown): AsyncIterable<unknown> {
  const iterable = values as Partial<Record<symbol, () => Iterator<unknown>>>;
  const startAsync = iterable[Symbol.asyncIterator];
  const start = startAsync ?? iterable[Symbol.iterator];
  if (typeof start !== "function") throw new TypeError("for await: the value is not iterable");
  return {
    [Symbol.asyncIterator]() {
      const iterator = start.call(values);
      return {
        async next() {
          const step = (await stoppable(iterator.next())) as IteratorResult<unknown>;
          return startAsync || step.done ? step : { done: false, value: await stoppable(step.value) };
        },
        async return() {
          return (await iterator.return?.()) ?? { done: true, value: undefined };
        },
      };
    },
  };
}
