/** What compiled cells call: awaits that an interrupt ends, `import()` from the notebook's folder, and `import.meta`. */

import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { isPromise } from "node:util/types";
import { stringify } from "../built-ins";
import type { CellRuntime } from "../compiler/types";
import { bundleOf, textOf } from "../display/display";
import type { CellRegistry } from "../errors/cell-registry";
import type { CellVariables } from "./cell-variables";
import type { ModuleLoader } from "./module-loader";
import type { RunningCell } from "./running-cell";

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
