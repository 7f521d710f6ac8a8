/**
 * Runs cells on the main thread: compiled by the converter, with the variables of all cells as properties of one object.
 */
import { dirname } from "node:path";
import { isPromise } from "node:util/types";
import { runInThisContext } from "node:vm";
import { OwnPromise, OwnSet, own, stringify, withBuiltIns } from "../built-ins";
import { CELL_RUNTIME, VARIABLES } from "../cell-runtime-name";
import { declarationsAfterFailure } from "../compiler/declarations/cell-declarations";
import { guardedCompiler } from "../compiler/guarded-compiler";
import type { CellConverter, CellRuntime, ConvertedCell } from "../compiler/types";
import { answerCodeRequest, documentationIn, helpRequest } from "../completion/code-requests";
import type { DebugGate } from "../debugger/debug-gate";
import { bundleOf } from "../display/display";
import type { Outputs } from "../display/outputs";
import { InterruptError, isInterrupt } from "../errors";
import { describeError, describeWarnings, inColor, RefusedCellError } from "../errors/cell-error";
import { CellRegistry, placeOfImport, scriptName } from "../errors/cell-registry";
import type { KernelSettings } from "../notebook-kernel";
import type {
  CodeJob,
  ErrorContent,
  ExecuteJob,
  ExecuteOutcome,
  JsonText,
  SharedState,
} from "../transport/thread-port";
import { createCellRuntime } from "./cell-runtime";
import { CellVariables } from "./cell-variables";
import type { ModuleLoader } from "./module-loader";
import { interruptSignalOf, RunningCell } from "./running-cell";

/**
 * The text before a cell, on its first line. Compiled modules expect `exports` and `require`; the names of the outer function may be
 * declared by the cell itself. The script returns a function that runs the cell, so that breakpoints can be set in between.
 */
const WRAPPER_START = `(__filename, __dirname) => () => (function (exports, ${VARIABLES}, require) { `;
const WRAPPER_END = `\n})(${CELL_RUNTIME}.exports, ${CELL_RUNTIME}.variables, ${CELL_RUNTIME}.require)`;
const ASYNC_WRAPPER_START: string = WRAPPER_START.replace("function", "async function");

/** Waits for the next turn of the event loop; `setImmediate` gets no arguments, since Node passes them by a replaceable iterator. */
function nextTurn(): Promise<void> {
  return new OwnPromise((done) => {
    own.setImmediate(() => done());
  });
}

/** Runs the cells of a notebook, one at a time, and answers requests about code. */
export class Executor {
  readonly #converter: CellConverter;
  readonly #loader: ModuleLoader;
  readonly #outputs: Outputs;
  readonly #shared: SharedState;
  readonly #debugGate: DebugGate;
  readonly #cells: CellRegistry = new CellRegistry((name) => Object.hasOwn(this.#variables.values, name));
  readonly #variables: CellVariables = new CellVariables((name) => this.#cell?.assigned.add(name));
  readonly #runtime: CellRuntime;
  /** Numbers of the stopped cells, whose code must not go on. */
  readonly #stoppedJobs: Set<number> = new OwnSet();
  #declarations = "";
  #resetting = false;
  #cell: RunningCell | undefined;
  #lastLabel = "Cell";

  /** The settings that cells can change through `kernel`. */
  readonly settings: KernelSettings;

  constructor(
    converter: CellConverter,
    loader: ModuleLoader,
    outputs: Outputs,
    shared: SharedState,
    debugGate: DebugGate,
  ) {
    this.#debugGate = debugGate;
    this.#converter = converter;
    this.settings = {
      timing: false,
      get typeChecking() {
        return converter.typeChecking;
      },
      set typeChecking(value) {
        converter.typeChecking = value;
      },
      get strict() {
        return converter.strict;
      },
      set strict(value) {
        converter.strict = value;
      },
    };
    this.#loader = loader;
    loader.compile = (source) => this.#compileModule(source);
    this.#outputs = outputs;
    this.#shared = shared;
    this.#cells.installStackFormat();
    const stopping = {
      runningCell: () => this.#cell,
      wasStopped: (job: number) => this.#stoppedJobs.has(job),
    };
    this.#runtime = createCellRuntime(stopping, this.#cells, this.#variables, loader);
    Object.defineProperty(globalThis, CELL_RUNTIME, { value: this.#runtime });
    Object.defineProperty(globalThis, "interruptSignal", {
      configurable: true,
      get: () => interruptSignalOf(this.#cell, shared),
    });
  }

  /** The cell that runs, if one does. */
  get cell(): RunningCell | undefined {
    return this.#cell;
  }

  /** @param onDone called exactly once, even where the inspector terminated the cell */
  execute(job: ExecuteJob, onDone: (outcome: ExecuteOutcome) => void): void {
    // A termination unwinds this function too, so the cell is registered before any of its code runs.
    const stopwatch = this.settings.timing ? new Stopwatch() : undefined;
    const onAnswer = (outcome: ExecuteOutcome): void => {
      if (this.#cell === cell) this.#cell = undefined;
      try {
        withBuiltIns(() => {
          this.#outputs.endProgress(this.#shared.interruptedJob === job.job);
          this.#variables.release();
          this.#keepDeclarations(cell, outcome.status === "ok");
          this.#variables.settle();
          if (this.#resetting) this.#forgetAll();
        });
        if (stopwatch && !job.silent) this.#outputs.stream("stdout", `${job.label}: ${stopwatch.report()}\n`);
      } finally {
        onDone(outcome);
      }
    };
    const cell = withBuiltIns(() => new RunningCell(job, onAnswer));
    this.#cell = cell;
    this.#lastLabel = job.label;
    void this.#answer(cell);
  }

  /** Runs a cell and answers it; by `await`, since a cell can replace `then`. */
  async #answer(cell: RunningCell): Promise<void> {
    let outcome: ExecuteOutcome;
    try {
      outcome = await this.#run(cell);
    } catch (error) {
      outcome = this.#failure(error, cell);
    }
    // Node reports an unhandled rejection in the next turn, and it belongs to this cell.
    await nextTurn();
    cell.answer(outcome);
  }

  /** Stops a cell that awaits something. */
  interrupt(job: number): void {
    const cell = this.#cell;
    // A cell that the inspector ends is answered by `terminated`, which has its stack.
    if (cell?.job.job !== job || this.#shared.isTerminating) return;
    this.#stoppedJobs.add(job);
    cell.stop();
    // Within two turns the rejection has passed through the cell and answered it, unless the cell caught it and went on.
    own.setImmediate(() => own.setImmediate(() => cell.answer(this.#failure(new InterruptError(), cell))));
  }

  /** Answers the cell that the inspector terminated; the frames are those of the code that ran, which may be the kernel's. */
  terminated(stack: string): void {
    this.#shared.uninterruptible = false;
    withBuiltIns(() => this.#loader.dropUnfinished());
    const cell = this.#cell;
    if (!cell) return;
    this.#stoppedJobs.add(cell.job.job);
    cell.stop();
    const error = new InterruptError();
    error.stack = `${error.name}\n${stack}`;
    cell.answer(this.#failure(error, cell));
    this.#cell = undefined;
  }

  /** Forgets all variables and declarations when the running cell ends. */
  reset(): void {
    this.#resetting = true;
  }

  #forgetAll(): void {
    this.#resetting = false;
    this.#declarations = "";
    this.#variables.clear();
  }

  /** Describes an error that no cell waits for: a rejection without a handler, an exception in a timer. */
  describeUncaught(error: unknown): ErrorContent {
    return describeError(error, this.#cells, this.#lastLabel);
  }

  /** Answers a request about code. */
  answer(job: CodeJob): object {
    try {
      const notebook = {
        declarations: this.#declarations,
        variables: this.#variables.snapshot((name) => job.code.includes(name)),
      };
      return answerCodeRequest(this.#converter, notebook, job, (work) => this.#compiling(work));
    } catch (error) {
      return { status: "error", ...describeError(error, this.#cells, "code") };
    }
  }

  #compiling<T>(work: () => T): T {
    return this.#shared.compiling(() => guardedCompiler(work));
  }

  async #run(cell: RunningCell): Promise<ExecuteOutcome> {
    const { job } = cell;
    const documentation = withBuiltIns(() => {
      const question = helpRequest(job);
      return question && documentationIn(this.answer(question), question);
    });
    if (documentation) {
      this.#outputs.display(documentation, undefined, false);
      return { status: "ok", userExpressions: "{}" };
    }
    const converted = this.#convert(job.code, job.job, job.label);
    cell.compiled = converted;
    this.#outputs.forgetPending();
    const { value } = await this.#evaluate(converted, cell, true);
    if (value !== undefined) {
      const bundle = bundleOf(value);
      this.#outputs.result(isPromise(bundle) ? await cell.race(bundle) : bundle);
    }
    await cell.race(this.#outputs.settled());
    const names = withBuiltIns(() => Object.keys(job.userExpressions));
    // Cells can replace methods and iterators of arrays, so the text is joined by hand.
    let results = "";
    for (let at = 0; at < names.length; at++) {
      const name = names[at] as string;
      const result = await this.#userExpression(job.userExpressions[name] as string, cell);
      results += `${at === 0 ? "" : ","}${stringify(name)}:${result}`;
    }
    return { status: "ok", userExpressions: `{${results}}` };
  }

  /** Keeps the declarations that a cell left; a cell that failed half way leaves those that it had assigned. */
  #keepDeclarations(cell: RunningCell, isWhole: boolean): void {
    if (cell.compiled === undefined) return;
    this.#declarations = isWhole
      ? cell.compiled.declarations
      : declarationsAfterFailure(this.#declarations, cell.compiled, cell.assigned);
  }

  #convert(code: string, job: number, label: string): ConvertedCell {
    const converted = this.#compiling(() => {
      this.#cells.addSource(label, code);
      const found = this.#converter.convert(this.#declarations, code, job);
      if (found.kind === "converted") this.#cells.add(job, label, found);
      return found;
    });
    if (converted.kind === "refused") throw new RefusedCellError(converted.diagnostics);
    this.#warn(converted, label);
    return converted;
  }

  #warn({ warnings }: ConvertedCell, label: string): void {
    if (warnings.length === 0) return;
    this.#outputs.stream("stderr", `${describeWarnings(warnings, this.#cells, label)}\n`);
  }

  /** Compiles a module that the running cell names; a comment on top of the cell, such as @ts-nocheck, holds for it too. */
  #compileModule(source: string): void {
    const { code = "", job = 0, label = this.#lastLabel } = this.#cell?.job ?? {};
    const comments = /^(?:\s|\/\/.*\n)*/.exec(code)?.[0] ?? "";
    const found = this.#compiling(() =>
      this.#converter.convert(this.#declarations, `${comments}import ${JSON.stringify(source)};`, job),
    );
    if (found.kind === "refused") throw new RefusedCellError(found.diagnostics);
    this.#warn(found, label);
    this.#takeModules(found);
  }

  #takeModules({ localModules }: ConvertedCell): void {
    withBuiltIns(() => {
      this.#loader.updateLocalModules(localModules);
      this.#cells.addModules(localModules);
    });
  }

  /** Runs compiled code and returns the value of its last expression, wrapped, because a promise is not to be awaited. */
  async #evaluate(
    converted: ConvertedCell,
    cell: RunningCell,
    isWholeCell: boolean,
  ): Promise<{ readonly value: unknown }> {
    this.#takeModules(converted);
    for (let at = 0; at < converted.imports.length; at++) {
      const specifier = converted.imports[at] as string;
      const loading = this.#loader.preload(specifier);
      await cell.race(loading, (error) => this.#cells.notePlace(error, placeOfImport(specifier, cell.job)));
    }
    // An interrupt during compilation was only noted.
    if (this.#shared.interruptedJob === cell.job.job) throw new InterruptError();
    const start = converted.hasTopLevelAwait ? ASYNC_WRAPPER_START : WRAPPER_START;
    const { job, label, code } = cell.job;
    const { place } = this.#loader;
    const script = withBuiltIns(() =>
      runInThisContext(`${start}${converted.output}${WRAPPER_END}`, {
        filename: isWholeCell ? scriptName(job) : "user-expression",
        columnOffset: -start.length,
      }),
    ) as (file: string, folder: string) => () => unknown;
    const begin = script(place, dirname(place));
    const breakpointsSet = withBuiltIns(() => {
      this.#variables.prepare(converted);
      return isWholeCell && this.#debugGate.announceCell(job, label, code, converted.positions);
    });
    if (breakpointsSet) await cell.race(breakpointsSet);
    const done = begin();
    if (converted.hasTopLevelAwait) await cell.race(done);
    if (!converted.hasResult) return { value: undefined };
    const { result: value } = this.#runtime;
    this.#runtime.result = undefined;
    return { value };
  }

  /** Evaluates a user expression and returns its result as JSON; an error stays in the result and does not fail the cell. */
  async #userExpression(expression: string, cell: RunningCell): Promise<JsonText> {
    try {
      const converted = this.#compiling(() =>
        this.#converter.convert(cell.compiled?.declarations ?? "", expression, cell.job.job),
      );
      if (converted.kind === "refused") throw new RefusedCellError(converted.diagnostics);
      const { value } = await this.#evaluate(converted, cell, false);
      const data = await bundleOf(value);
      return stringify({ status: "ok", data, metadata: {} });
    } catch (error) {
      return stringify({ status: "error", ...describeError(error, this.#cells, "user expression") });
    }
  }

  #failure(error: unknown, cell: RunningCell): ExecuteOutcome {
    // An interrupted child process makes the cell fail too; the cause of the failure is the interrupt.
    const wasInterrupted = this.#shared.interruptedJob === cell.job.job && !isInterrupt(error);
    const shown = wasInterrupted ? new InterruptError({ cause: error }) : error;
    return { status: "error", error: inColor(describeError(shown, this.#cells, cell.job.label)) };
  }
}

/** Growth of memory, in megabytes, below which it is not reported. */
const REPORTED_MB = 10;

/** Measures time and memory of a cell, from its own creation on. */
class Stopwatch {
  readonly #start: number = performance.now();
  readonly #memory: number = process.memoryUsage.rss();

  /** Returns the time since the start, and the memory where it grew. */
  report(): string {
    const ms = performance.now() - this.#start;
    const time = ms < 1000 ? `${ms.toFixed(ms < 10 ? 1 : 0)} ms` : `${(ms / 1000).toFixed(2)} s`;
    const memory = process.memoryUsage.rss();
    const grown = Math.round((memory - this.#memory) / 1e6);
    return grown < REPORTED_MB
      ? time
      : `${time}, memory grew by ${grown} MB to ${Math.round(memory / 1e6)} MB`;
  }
}
