/** The object `kernel` of every cell: information about the kernel, and its settings for cells. */
import { statSync } from "node:fs";
import { escapeHtml } from "../../src/display/formatting";
import type { MimeBundle } from "../../src/display/mime-bundle";
import { DISPLAY } from "../display/display";
import { strictInvalid, typeCheckingInvalid } from "../errors";
import type { TypeChecking } from "../notebook-kernel";
import { notebookKernel } from "../notebook-kernel";

/** Versions and places of a running kernel. */
export interface KernelEnvironment {
  /** This package, with its version. */
  readonly kernel: string;
  /** Version of Node. */
  readonly node: string;
  /** Version of the compiler that checks cells. */
  readonly typescript: string;
  /** Folder of the notebook, from which imports are resolved. */
  readonly folder: string;
  /** The Node that runs the kernel. */
  readonly executable: string;
  /** The kernel's process. */
  readonly pid: number;
  /** Resident memory in megabytes. */
  readonly memory: number;
}

/** The globals of cells and their purposes, the most used first. */
const HELP: readonly (readonly [string, string])[] = [
  ["display(value, { id? })", "shows a value below the cell; update() of the result replaces it"],
  ["clearOutput({ wait? })", "removes what the cell has put out so far"],
  ["progress(iterable)", "passes elements on, with a bar"],
  ['await input("Name? ")', "asks the person at the front end; prompt() does the same and sleeps meanwhile"],
  ["await sh`ls -l`", "runs a command with live output"],
  ["interruptSignal", "an AbortSignal that the stop button aborts: fit(X, y, { signal: interruptSignal })"],
  ["comm, widget", "channels to front ends, and Jupyter's interactive widgets"],
  ["kernel.env", "versions, folder and memory"],
  ["kernel.reset()", "forgets all variables, types and imports when the cell ends"],
  ["kernel.restartHint", "why to restart the kernel, undefined where nothing calls for it"],
  ['kernel.typeChecking = "warn"', 'runs cells that fail a type check, with a warning; also "on" and "off"'],
  [
    "kernel.strict = true",
    "checks null and undefined, and asks for types of parameters, as TypeScript's strict",
  ],
  ["kernel.timing = true", "tells after each cell how long it took, and memory that it grew by"],
  ["// @ts-nocheck", "on top of a cell: this cell is not type-checked"],
];

/** Commands and settings of the kernel. */
export const kernel = {
  /** Shows what every cell can use without importing it. */
  help(): object {
    return { [DISPLAY]: helpBundle };
  },

  /** Forgets all variables, types and imports, those of this cell too, when the cell ends; packages stay loaded. */
  reset(): void {
    notebookKernel("kernel.reset").control.reset();
  },

  /** Versions, places and memory of this kernel. */
  get env(): KernelEnvironment {
    const { version } = require("../../../package.json") as { version: string };
    // The kernel has loaded it anyway, but a program that only imports this module has not.
    const typescript = require("typescript") as { version: string };
    return {
      kernel: `smooth-edges ${version}`,
      node: process.version,
      typescript: typescript.version,
      folder: process.cwd(),
      executable: process.execPath,
      pid: process.pid,
      memory: Math.round(process.memoryUsage.rss() / 1e6),
    };
  },

  /** Names the packages and plain JavaScript, which are loaded once, that have changed on the disk since; undefined where none has. */
  get restartHint(): string | undefined {
    const { loadTimes } = notebookKernel("kernel.restartHint").control;
    const files = [...loadTimes].filter(([file, time]) => hasChanged(file, time)).map(([file]) => file);
    const changed = new Set(files.map(moduleName));
    if (changed.size === 0) return undefined;
    return `restart the kernel to load what changed on the disk: ${[...changed].join(", ")}`;
  },

  /**
   * How cells after this one are type-checked: `"on"` (default) refuses those that fail, `"warn"` runs them with a
   * warning, `"off"` does not check. Syntax errors are always refused.
   *
   * @throws CellError where the value is none of the three
   */
  get typeChecking(): TypeChecking {
    return notebookKernel("kernel.typeChecking").control.settings.typeChecking;
  },
  /** Holds for the cells after this one. */
  set typeChecking(value: TypeChecking) {
    if (!["on", "warn", "off"].includes(value)) throw typeCheckingInvalid(value);
    notebookKernel("kernel.typeChecking").control.settings.typeChecking = value;
  },

  /**
   * Whether cells after this one are checked as by TypeScript's `strict`: null and undefined belong to no other type, and
   * parameters need types. Default false, or true where the notebook's metadata have `"smooth-edges": { "strict": true }`.
   *
   * @throws CellError where the value is neither true nor false
   */
  get strict(): boolean {
    return notebookKernel("kernel.strict").control.settings.strict;
  },
  /** Holds for the cells after this one. */
  set strict(value: boolean) {
    if (typeof value !== "boolean") throw strictInvalid(value);
    notebookKernel("kernel.strict").control.settings.strict = value;
  },

  /** Whether each cell after this one prints its time and the memory by which the process grew. Default false. */
  get timing(): boolean {
    return notebookKernel("kernel.timing").control.settings.timing;
  },
  /** Holds for the cells after this one. */
  set timing(value: boolean) {
    notebookKernel("kernel.timing").control.settings.timing = Boolean(value);
  },
};

function helpBundle(): MimeBundle {
  const width = Math.max(...HELP.map(([name]) => name.length));
  const rows = HELP.map(
    ([name, what]) =>
      `<tr><td style="text-align: left"><code>${escapeHtml(name)}</code></td><td style="text-align: left">${escapeHtml(what)}</td></tr>`,
  );
  return {
    "text/plain": HELP.map(([name, what]) => `${name.padEnd(width)}  ${what}`).join("\n"),
    "text/html": `<table>${rows.join("")}</table>`,
  };
}

/** @param time when it was loaded */
function hasChanged(file: string, time: number): boolean {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats === undefined || Math.max(stats.mtimeMs, stats.ctimeMs) > time;
}

/** Turns `/a/node_modules/@scope/name/lib/x.js` into `@scope/name`; files outside of packages keep their path. */
function moduleName(file: string): string {
  return /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file)?.[1] ?? file;
}
