/** Registers the cells that were run, and turns positions and names of compiled code in errors into those that the user wrote. */
import { isNativeError } from "node:util/types";
import { keepBuiltIn, withBuiltIns } from "../built-ins";
import type { CellPosition, PositionMap } from "../cell-positions";
import type { ConvertedCell, LocalModule } from "../compiler/types";
import type { ExecuteJob } from "../transport/thread-port";

interface RegisteredCell {
  readonly label: string;
  readonly positions: PositionMap;
  /** Lines of the compiled code. */
  readonly lines: number;
}

/** A place in a cell. */
export interface CellPlace {
  readonly label: string;
  readonly position: CellPosition;
}

const SCRIPT_NAME = /cell-script:(\d+):(\d+):(\d+)/;

/** Returns the place where a cell imports a module. */
export function placeOfImport(specifier: string, { label, code }: ExecuteJob): CellPlace {
  const before = code.slice(0, Math.max(0, code.indexOf(specifier))).split("\n");
  return { label, position: { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 } };
}

/** Returns the file name under which a cell's compiled code runs. */
export function scriptName(job: number): string {
  return `cell-script:${job}`;
}

/** The cells and local modules that were run, with their positions. */
export class CellRegistry {
  readonly #byJob: Map<number, RegisteredCell> = new Map();
  readonly #codeByLabel: Map<string, string> = new Map();
  /** Local modules by the path under which their compiled code runs. */
  readonly #modules: Map<string, LocalModule> = new Map();
  /** Places of errors that the last cell met; a module that failed throws the same error in each cell that imports it. */
  #places: WeakMap<object, CellPlace> = new WeakMap();
  /** Whether a name is one of the notebook's variables. */
  readonly isVariable: (name: string) => boolean;

  constructor(isVariable: (name: string) => boolean) {
    this.isVariable = isVariable;
  }

  /** Notes a cell before it is compiled, so that refusals can show its lines. */
  addSource(label: string, code: string): void {
    this.#codeByLabel.set(label, code);
  }

  add(job: number, label: string, { output, positions }: ConvertedCell): void {
    this.#byJob.set(job, { label, positions, lines: output.split("\n").length });
    this.#places = new WeakMap();
  }

  addModules(modules: readonly LocalModule[]): void {
    for (const module of modules) this.#modules.set(module.path, module);
  }

  codeOf(label: string): string | undefined {
    return this.#codeByLabel.get(label);
  }

  /** Notes the innermost await that an error passed, because stacks end at a stoppable await. */
  noteAwait(thrown: unknown, job: number, line: number, column: number): void {
    const cell = this.#byJob.get(job);
    const position = cell?.positions.fromModuleText(line, column);
    if (cell && position) this.notePlace(thrown, { label: cell.label, position });
  }

  /** Notes the place of an error in a cell, for errors whose stack does not contain it. */
  notePlace(thrown: unknown, place: CellPlace): void {
    if (typeof thrown !== "object" || thrown === null || this.#places.has(thrown)) return;
    this.#places.set(thrown, place);
  }

  placeOf(thrown: unknown): CellPlace | undefined {
    return typeof thrown === "object" && thrown !== null ? this.#places.get(thrown) : undefined;
  }

  /** Makes the stacks of errors name cells and their own lines. */
  installStackFormat(): void {
    // Node's default of ten frames would cut off the cell below a deep library call.
    Error.stackTraceLimit = 50;
    Error.prepareStackTrace = (error, sites) => {
      const header = headerOf(error, this.isVariable);
      return withBuiltIns(() => {
        // The frames below the function around the cell are the kernel's.
        const end = sites.findIndex((site) => this.#isWrapper(site));
        const shown = end < 0 ? sites : sites.slice(0, end);
        return `${header}${shown.map((site) => `\n    at ${this.#describe(site)}`).join("")}`;
      });
    };
    // Packages that map stacks replace `prepareStackTrace`.
    keepBuiltIn(Error, "prepareStackTrace");
  }

  /** Whether a call site is the call of the function around a cell, which is on a line of its own after the cell. */
  #isWrapper(site: NodeJS.CallSite): boolean {
    const job = /^cell-script:(\d+)$/.exec(site.getScriptNameOrSourceURL() ?? "")?.[1];
    return (
      job !== undefined && (site.getLineNumber() ?? 0) > (this.#byJob.get(Number(job))?.lines ?? Infinity)
    );
  }

  #describe(site: NodeJS.CallSite): string {
    // Functions of earlier cells are called as methods of the object that holds them.
    const frame = String(site).replace(/^(async )?Proxy\./, "$1");
    const module = this.#modules.get(site.getScriptNameOrSourceURL() ?? "");
    if (module) {
      const [line, column] = [site.getLineNumber() ?? 1, site.getColumnNumber() ?? 1];
      const found = module.positions.fromOutput(line - 1, column - 1);
      const place = found ? `${module.source}:${found.line}:${found.column}` : module.source;
      return frame.replace(`${module.path}:${line}:${column}`, place);
    }
    return frame.replace(SCRIPT_NAME, (whole, job, line, column) => {
      const cell = this.#byJob.get(Number(job));
      const position = cell?.positions.fromOutput(Number(line) - 1, Number(column) - 1);
      if (!cell) return whole;
      return position ? `${cell.label}, line ${position.line}, column ${position.column}` : cell.label;
    });
  }
}

function headerOf(error: Error, isVariable: (name: string) => boolean): string {
  try {
    // `Error.captureStackTrace` gives a stack to any object, with the header of an error.
    if (!isNativeError(error)) return Error.prototype.toString.call(error);
    const { message } = error;
    return String(error).replace(message, () => withoutCompilerNames(message, error, isVariable));
  } catch {
    // An error whose own toString throws still has a stack.
    return "Error";
  }
}

/** Matches V8's messages that quote an expression; other messages are texts of programs and stay as they are. */
const QUOTING: readonly RegExp[] = [
  / is not (?:a function|a constructor|iterable|async iterable)(?:$| |\.)/,
  /^Cannot destructure /,
  / is not defined$/,
  /^Class extends value /,
];

/**
 * Returns the message with the names that the user wrote: `(0 , __variables__.d) is not a function` becomes `d is not a function`.
 *
 * @param isVariable whether a name is one of the notebook's variables
 */
export function withoutCompilerNames(
  message: string,
  thrown: unknown,
  isVariable: (name: string) => boolean,
): string {
  if (!isNativeError(thrown) || !QUOTING.some((pattern) => pattern.test(message))) return message;
  return message
    .replace(/\(0 , ([\w$]+)\.([^\s().]+)\)/g, (whole, owner: string, name: string) =>
      isOwner(owner, name, isVariable) || /_\d+$/.test(owner) ? name : whole,
    )
    .replace(
      /(?<![\w$.])(__variables__|exports)\.([\p{ID_Continue}$]+)/gu,
      (whole, owner: string, name: string) => (isOwner(owner, name, isVariable) ? name : whole),
    );
}

function isOwner(owner: string, name: string, isVariable: (name: string) => boolean): boolean {
  return owner === "__variables__" || (owner === "exports" && isVariable(name));
}
