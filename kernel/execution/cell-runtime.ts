/** Provides the functions that compiled cells call: stoppable awaits, `import()` from the notebook's folder, and `import.meta`. */

import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { isPromise } from "node:util/types";
import { stringify } from "../built-ins";
import type { CellRuntime } from "../compiler/types";
import { bundleOf, textOf } from "../display/display";
import type { CellRegistry } from "../errors/cell-registry";
import type { CellVariables } from "./cell-variables";
import type { ModuleLoader } from "./module-loader";
import { type RunningCell, resumedCell } from "./running-cell";

/** The running cell, and whether a cell was stopped, so that its code must not go on. */
export interface StopState {
  runningCell(): RunningCell | undefined;
  wasStopped(job: number): boolean;
}

/**
 * @param cells registry that notes the awaits that errors pass
 */
export function createCellRuntime(
  stopState: StopState,
  cells: CellRegistry,
  variables: CellVariables,
  loader: ModuleLoader,
): CellRuntime {
  const stoppable = (value: unknown, job: number, line: number, column: number): unknown => {
    const cell = resumedCell() ?? stopState.runningCell();
    if (cell) return cell.race(value, (error) => cells.noteAwait(error, job, line, column));
    // Code of a stopped cell that caught the interrupt must not run beside later cells.
    if (stopState.wasStopped(job)) return new Promise(() => {});
    return value;
  };
  return {
    exports: variables.exports,
    get variables() {
      // The debugger reads them in the middle of a loop.
      variables.takeHeld();
      return variables.values;
    },
    link: (names) => variables.link(names),
    freeName: (name) => variables.freeName(name),
    hold: (fields) => variables.hold(fields),
    release: () => variables.release(),
    snapshot: () => variables.snapshot(),
    result: undefined,
    require: loader.require,
    stoppable,
    stoppableSteps: (values, ...position) => steps(values, (value) => stoppable(value, ...position)),
    bundle: (value) => {
      const bundle = bundleOf(value);
      return stringify(isPromise(bundle) ? { "text/plain": textOf(value) } : bundle);
    },
    importModule: (specifier, options, file) =>
      loader.importModule(specifier, options, file === undefined ? undefined : dirname(file)),
    importMeta: (file = loader.place) => ({
      dirname: dirname(file),
      filename: file,
      url: pathToFileURL(file).href,
      resolve: (specifier: string) => loader.resolve(specifier),
    }),
  };
}

/** Makes the steps of a `for await` loop stoppable; such a loop also awaits the values of a plain iterable. */
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
