/**
 * Runs cells on the main thread: compiled by the converter, with the variables of all cells as properties of one object.
 */
import { dirname } from "node:path";
import { isPromise } from "node:util/types";
import { runInThisContext } from "node:vm";
import { OwnPromise, OwnSet, stringify, withBuiltIns } from "../built-ins";
import { CELL_RUNTIME, VARIABLES } from "../cell-runtime-name";
import { keptDeclarations } from "../compiler/cell-declarations";
import { guardedCompiler } from "../compiler/guarded-compiler";
import type { CellConverter, CellRuntime, ConvertedCell } from "../compiler/types";
import { codeAnswer, documentationIn, helpQuestion } from "../completion/code-answer";
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
 * In front of a cell on its first line; `exports` and `require` are what compiled modules expect, and the names further out
 * what a cell may declare itself. The script gives a function that runs the cell, so that breakpoints can be set in between.
 */
const WRAPPER_START = `(__filename, __dirname) => () => (function (exports, ${VARIABLES}, require) { `;
const WRAPPER_END = `\n})(${CELL_RUNTIME}.exports, ${CELL_RUNTIME}.variables, ${CELL_RUNTIME}.require)`;
const ASYNC_WRAPPER_START: string = WRAPPER_START.replace("function", "async function");

// Cells may put another in its place.
const { setImmediate } = globalThis;

/** Node hands on arguments of `setImmediate` by an iterator, which a cell can replace. */
function nextTurn(): Promise<void> {
  return new OwnPromise((done) => {
    setImmediate(() => done());
  });
}

export class Executor {
  readonly #converter: CellConverter;
  readonly #loader: ModuleLoader;
  readonly #outputs: Outputs;
  readonly #shared: SharedState;
  readonly #debugGate: DebugGate;
  readonly #cells: CellRegistry = new CellRegistry((name) => Object.hasOwn(this.#variables.values, name));
  readonly #variables: CellVariables = new CellVariables((name) => this.#cell?.assigned.add(name));
  readonly #runtime: CellRuntime;
  /** Cells whose own code must not go on once it was stopped. */
  readonly #stoppedJobs: Set<number> = new OwnSet();
  #declarations = "";
  #resetting = false;
  #cell: RunningCell | undefined;
  #lastLabel = "Cell";

  /** What cells can set through `kernel`. */
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

  /** @param onDone called exactly once, even where the cell was ended by force */
  execute(job: ExecuteJob, onDone: (outcome: ExecuteOutcome) => void): void {
    // Termination unwinds this very function, so the cell must be known before anything of it runs.
    const stopwatch = this.settings.timing ? new Stopwatch() : undefined;
    const onAnswer = (outcome: ExecuteOutcome): void => {
      if (this.#cell === cell) this.#cell = undefined;
      try {
        withBuiltIns(() => {
          this.#outputs.endProgress(this.#shared.interruptedJob === job.job);
          this.#keepDeclarations(cell, outcome.status === "ok");
          if (this.#resetting) this.#forgetAll();
        });
        if (stopwatch && !job.silent) this.#outputs.stream("stdout", `${job.label}: ${stopwatch.told()}\n`);
      } finally {
        onDone(outcome);
      }
    };
    const cell = withBuiltIns(() => new RunningCell(job, onAnswer));
    this.#cell = cell;
    this.#lastLabel = job.label;
    void this.#answer(cell);
  }

  /** By `await` and not by `then`, which a cell can replace. */
  async #answer(cell: RunningCell): Promise<void> {
    let outcome: ExecuteOutcome;
    try {
      outcome = await this.#run(cell);
    } catch (error) {
      outcome = this.#failure(error, cell);
    }
    // Node reports a rejection that nothing handles in the next turn, and it belongs to this cell.
    await nextTurn();
    cell.answer(outcome);
  }

  /** Stops the cell where it awaits something. */
  interrupt(job: number): void {
    const cell = this.#cell;
    // What the inspector ends is told of by `terminated`, which knows where it was.
    if (cell?.job.job !== job || this.#shared.isTerminating) return;
    this.#stoppedJobs.add(job);
    cell.stop();
    // Two turns later the cell has answered by the rejection that passed through it, unless it caught it and went on.
    setImmediate(() => setImmediate(() => cell.answer(this.#failure(new InterruptError(), cell))));
  }

  /** Code with these frames was ended from outside, perhaps the kernel's; nothing that ran before will answer. */
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

  /** Has the running cell forget everything when it ends. */
  reset(): void {
    this.#resetting = true;
  }

  #forgetAll(): void {
    this.#resetting = false;
    this.#declarations = "";
    this.#variables.clear();
  }

  /** Errors that no cell waits for: rejections without a handler, exceptions in timers. */
  describeStray(error: unknown): ErrorContent {
    return describeError(error, this.#cells, this.#lastLabel);
  }

  /** What the front end asks about code. */
  answer(job: CodeJob): object {
    try {
      const notebook = {
        declarations: this.#declarations,
        variables: this.#variables.snapshot((name) => job.code.includes(name)),
      };
      return codeAnswer(this.#converter, notebook, job, (work) => this.#compiling(work));
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
      const question = helpQuestion(job);
      return question && documentationIn(this.answer(question), question);
    });
    if (documentation) {
      this.#outputs.display(documentation, undefined, false);
      return { status: "ok", userExpressions: "{}" };
    }
    const converted = this.#convert(job.code, job.job, job.label);
    cell.left = converted;
    this.#outputs.forgetHeld();
    const { value } = await this.#evaluate(converted, cell, true);
    if (value !== undefined) {
      const bundle = bundleOf(value);
      this.#outputs.result(isPromise(bundle) ? await cell.race(bundle) : bundle);
    }
    await cell.race(this.#outputs.settled());
    const names = withBuiltIns(() => Object.keys(job.userExpressions));
    // No list and no iterator, which cells can replace.
    let results = "";
    for (let at = 0; at < names.length; at++) {
      const name = names[at] as string;
      const result = await this.#userExpression(job.userExpressions[name] as string, cell);
      results += `${at === 0 ? "" : ","}${stringify(name)}:${result}`;
    }
    return { status: "ok", userExpressions: `{${results}}` };
  }

  /** A cell that failed half way leaves what it assigned by then. */
  #keepDeclarations(cell: RunningCell, isWhole: boolean): void {
    if (cell.left === undefined) return;
    this.#declarations = isWhole
      ? cell.left.declarations
      : keptDeclarations(this.#declarations, cell.left, cell.assigned);
  }

  #convert(code: string, job: number, label: string): ConvertedCell {
    const converted = this.#compiling(() => {
      this.#cells.addSource(label, code);
      const found = this.#converter.convert(this.#declarations, code, job);
      if (found.kind === "converted") this.#cells.add(job, label, found);
      return found;
    });
    if (converted.kind === "refused") throw new RefusedCellError(converted.diagnostics);
    if (converted.warnings.length > 0) {
      const warning = describeWarnings(converted.warnings, this.#cells, label);
      this.#outputs.stream("stderr", `${warning}\n`);
    }
    return converted;
  }

  /** Runs compiled code and gives the value of its last expression, wrapped: a promise is a value, not to be awaited. */
  async #evaluate(
    converted: ConvertedCell,
    cell: RunningCell,
    isWholeCell: boolean,
  ): Promise<{ readonly value: unknown }> {
    withBuiltIns(() => {
      this.#loader.updateLocalModules(converted.localModules);
      this.#cells.addModules(converted.localModules);
    });
    for (let at = 0; at < converted.imports.length; at++) {
      const specifier = converted.imports[at] as string;
      const loading = this.#loader.preload(specifier);
      await cell.race(loading, (error) => this.#cells.notePlace(error, placeOfImport(specifier, cell.job)));
    }
    // An interrupt that came while the compiler ran was only noted.
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
      this.#variables.prepare(converted.declaredNames);
      return isWholeCell && this.#debugGate.pass(job, label, code, converted.positions);
    });
    if (breakpointsSet) await cell.race(breakpointsSet);
    const done = begin();
    if (converted.hasTopLevelAwait) await cell.race(done);
    if (!converted.hasResult) return { value: undefined };
    const { result: value } = this.#runtime;
    this.#runtime.result = undefined;
    return { value };
  }

  /** The result as JSON, made here: a value that has none fails by itself and not with the cell. */
  async #userExpression(expression: string, cell: RunningCell): Promise<JsonText> {
    try {
      const converted = this.#compiling(() =>
        this.#converter.convert(cell.left?.declarations ?? "", expression, cell.job.job),
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
    // A child that the interrupt ended fails like any other; the interrupt is what the cell failed of.
    const wasInterrupted = this.#shared.interruptedJob === cell.job.job && !isInterrupt(error);
    const shown = wasInterrupted ? new InterruptError({ cause: error }) : error;
    return { status: "error", error: inColor(describeError(shown, this.#cells, cell.job.label)) };
  }
}

/** Growth below which memory is not worth telling. */
const TOLD_MB = 10;

/** Measures what a cell takes, from when it is made. */
class Stopwatch {
  readonly #start: number = performance.now();
  readonly #memory: number = process.memoryUsage.rss();

  /** The time since the start, and memory where it grew. */
  told(): string {
    const ms = performance.now() - this.#start;
    const time = ms < 1000 ? `${ms.toFixed(ms < 10 ? 1 : 0)} ms` : `${(ms / 1000).toFixed(2)} s`;
    const memory = process.memoryUsage.rss();
    const grown = Math.round((memory - this.#memory) / 1e6);
    return grown < TOLD_MB ? time : `${time}, memory grew by ${grown} MB to ${Math.round(memory / 1e6)} MB`;
  }
}
