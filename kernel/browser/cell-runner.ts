/**
 * Runs cells in a Web Worker as `execution/executor.ts` does in Node: compiled by the same converter, with the variables of all cells
 * as properties of one object, and with the same words for errors. A page interrupts a cell by ending the worker.
 */
import type { MimeBundle } from "../../src/display/mime-bundle";
import { CELL_RUNTIME, VARIABLES } from "../cell-runtime-name";
import { createCellConverter } from "../compiler/cell-converter";
import { declarationsAfterFailure } from "../compiler/declarations/cell-declarations";
import { guardedCompiler } from "../compiler/guarded-compiler";
import type { CellConverter, CellRuntime, ConvertedCell } from "../compiler/types";
import { answerCodeRequest, documentationIn, helpRequest } from "../completion/code-requests";
import { bundleOf } from "../display/display";
import { describeError, describeWarnings, inColor, RefusedCellError } from "../errors/cell-error";
import { CellRegistry, scriptName } from "../errors/cell-registry";
import { CellVariables } from "../execution/cell-variables";
import type { CodeJob, ErrorContent } from "../transport/thread-port";
import { pointsBefore, unitsBefore } from "./messages";
import { loadModulesOf, requireModule } from "./modules-of-cells";
import { runInThisContext } from "./node-modules";
import type { Outputs } from "./outputs";

/** The text around a cell; the function that it makes runs the cell. */
const WRAPPER_START = `() => (function (exports, ${VARIABLES}, require) { `;
const ASYNC_WRAPPER_START: string = WRAPPER_START.replace("function", "async function");
const WRAPPER_END = `\n})(${CELL_RUNTIME}.exports, ${CELL_RUNTIME}.variables, ${CELL_RUNTIME}.require)`;

/** Matches the place in the kernel's own module that a stack names, of which the name of the function is enough. */
const OWN_PLACE = / \(?(?:[a-z]+:)*\/\/[^\s()]*:\d+:\d+\)?$/gm;

/** Matches what engines call the code of a cell that stands in no function, which `eval` has run. */
const EVALUATED = /\beval \((Cell \[\d+\], line \d+, column \d+)\)/g;

/** Matches the line of a function without a name, of which no place is left. */
const NAMELESS = /\n\s+at$/gm;

/** The answer to a request about code, in the form of Jupyter's protocol. */
interface CodeReply {
  readonly matches?: readonly string[];
  readonly cursor_start?: number;
  readonly cursor_end?: number;
  readonly found?: boolean;
  readonly data?: MimeBundle;
}

/** Runs the cells of a notebook, one at a time, and answers requests about code. */
export class CellRunner {
  readonly #converter: CellConverter = createCellConverter();
  readonly #outputs: Outputs;
  readonly #cells: CellRegistry = new CellRegistry((name) => Object.hasOwn(this.#variables.values, name));
  readonly #variables: CellVariables = new CellVariables((name) => this.#assigned.add(name));
  readonly #runtime: CellRuntime;
  #assigned: Set<string> = new Set();
  #declarations = "";
  #count = 0;

  constructor(outputs: Outputs) {
    this.#outputs = outputs;
    this.#cells.installStackFormat();
    this.#runtime = this.#createRuntime();
    Object.defineProperty(globalThis, CELL_RUNTIME, { value: this.#runtime });
  }

  /** The number of cells that were run. */
  get count(): number {
    return this.#count;
  }

  /** Runs a cell and sends its outputs and its error. @returns whether it ran to its end */
  async execute(code: string): Promise<boolean> {
    this.#count++;
    this.#assigned = new Set();
    let converted: ConvertedCell | undefined;
    try {
      const question = helpRequest({ job: this.#count, code });
      if (question) {
        const reply = this.#answer(question.kind, question.code, question.cursor, question.withDeclaration);
        this.#outputs.display(documentationIn(reply, question), undefined, false);
        return true;
      }
      await loadModulesOf(code);
      converted = this.#convert(code);
      const value = await this.#evaluate(converted);
      const data = value === undefined ? {} : await bundleOf(value);
      if (Object.keys(data).length > 0)
        this.#outputs.send({ type: "result", data, metadata: {}, executionCount: this.#count });
      await this.#outputs.settled();
      this.#declarations = converted.declarations;
      return true;
    } catch (error) {
      if (converted)
        this.#declarations = declarationsAfterFailure(this.#declarations, converted, this.#assigned);
      const { ename, evalue, traceback } = inColor(this.#describe(error));
      this.#outputs.send({ type: "error", name: ename, message: evalue, traceback });
      return false;
    } finally {
      this.#variables.settle();
    }
  }

  /** Describes an error that no cell waits for. */
  uncaught(error: unknown): string {
    return this.#describe(error).traceback.join("\n");
  }

  complete(code: string, cursor: number): { matches: readonly string[]; start: number; end: number } {
    const place = pointsBefore(code, cursor);
    const { matches = [], cursor_start = place, cursor_end = place } = this.#answer("complete", code, place);
    return { matches, start: unitsBefore(code, cursor_start), end: unitsBefore(code, cursor_end) };
  }

  inspect(code: string, cursor: number): { data: MimeBundle; found: boolean } {
    const { data = {}, found = false } = this.#answer("inspect", code, pointsBefore(code, cursor));
    return { data, found };
  }

  /** @param cursor in code points */
  #answer(kind: CodeJob["kind"], code: string, cursor: number, withDeclaration = false): CodeReply {
    const notebook = {
      declarations: this.#declarations,
      variables: this.#variables.snapshot((name) => code.includes(name)),
    };
    const job = { kind, job: this.#count, code, cursor, withDeclaration };
    try {
      return answerCodeRequest(this.#converter, notebook, job, guardedCompiler);
    } catch {
      // The compiler may fail at code that is being written.
      return {};
    }
  }

  #convert(code: string): ConvertedCell {
    const label = this.#label;
    this.#cells.addSource(label, code);
    const found = guardedCompiler(() => this.#converter.convert(this.#declarations, code, this.#count));
    if (found.kind === "refused") throw new RefusedCellError(found.diagnostics);
    this.#cells.add(this.#count, label, { ...found, positions: withoutWrapper(found) });
    if (found.warnings.length > 0)
      this.#outputs.print("stderr", `${describeWarnings(found.warnings, this.#cells, label)}\n`);
    return found;
  }

  async #evaluate(converted: ConvertedCell): Promise<unknown> {
    const start = startOf(converted);
    const begin = runInThisContext(`${start}${converted.output}${WRAPPER_END}`, {
      filename: scriptName(this.#count),
    }) as () => unknown;
    this.#variables.prepare(converted);
    const done = begin();
    if (converted.hasTopLevelAwait) await done;
    if (!converted.hasResult) return undefined;
    const { result } = this.#runtime;
    this.#runtime.result = undefined;
    return result;
  }

  get #label(): string {
    return `Cell [${this.#count}]`;
  }

  #describe(error: unknown): ErrorContent {
    const described = describeError(error, this.#cells, this.#label);
    const shown = described.traceback
      .map((part) => part.replace(OWN_PLACE, "").replace(EVALUATED, "$1").replace(NAMELESS, ""))
      // Frames that lead to no cell are all of the kernel.
      .filter((part) => !/^\s+at /.test(part) || part.includes("Cell ["));
    return { ...described, traceback: shown };
  }

  #createRuntime(): CellRuntime {
    const noting = async (value: unknown, cell: number, line: number, column: number): Promise<unknown> => {
      try {
        return await value;
      } catch (error) {
        this.#cells.noteAwait(error, cell, line, column);
        throw error;
      }
    };
    const variables = this.#variables;
    return {
      exports: variables.exports,
      variables: variables.values,
      link: (names) => variables.link(names),
      freeName: (name) => variables.freeName(name),
      hold: (fields) => variables.hold(fields),
      release: () => variables.release(),
      snapshot: () => variables.snapshot(),
      result: undefined,
      require: requireModule as unknown as NodeJS.Require,
      stoppable: noting,
      stoppableSteps: async function* (values, ...place) {
        for await (const value of values as AsyncIterable<unknown>) yield await noting(value, ...place);
      },
      bundle: () => "{}",
      importModule: async (specifier) => requireModule(specifier),
      importMeta: () => ({ url: location.href }),
    };
  }
}

declare const location: { readonly href: string };

function startOf({ hasTopLevelAwait }: ConvertedCell): string {
  return hasTopLevelAwait ? ASYNC_WRAPPER_START : WRAPPER_START;
}

/** Maps positions of the text that runs, whose first line begins with the wrapper. */
function withoutWrapper(cell: ConvertedCell): ConvertedCell["positions"] {
  const { positions } = cell;
  return {
    ...positions,
    fromOutput: (line, column) =>
      positions.fromOutput(line, line === 0 ? column - startOf(cell).length : column),
  };
}
