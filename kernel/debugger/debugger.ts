/**
 * Answers the requests of the Debug Adapter Protocol, and those that Jupyter adds to it, by Node's inspector.
 *
 * It runs in the socket thread, because the main thread is stopped while it is debugged.
 *
 * @see https://jupyter-client.readthedocs.io/en/stable/messaging.html#debug-request
 */
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { CellScript } from "../transport/thread-port";
import { type JsonObject, textOf } from "../transport/wire";
import { Breakpoints, type SourceBreakpoint } from "./breakpoints";
import { type CallFrame, CallStack } from "./call-stack";
import { CellScripts, SOURCE_NAMES } from "./cell-scripts";
import { bundleOfExpression, evaluateExpression } from "./evaluation";
import { MainInspector } from "./main-inspector";
import { Variables } from "./variables";

/** The effects of the debugger on the rest of the kernel. */
export interface DebuggerPorts {
  /** Publishes an event of the protocol. */
  emit(event: JsonObject): void;
  /** Lets a cell run that waited for its breakpoints. */
  release(job: number): void;
  /** Says whether cells have to wait for their breakpoints. */
  setActive(active: boolean): void;
}

interface Paused {
  readonly callFrames: readonly CallFrame[];
  readonly reason: string;
  readonly hitBreakpoints?: readonly string[];
}

/** The state between `attach` and `disconnect`. */
interface Attached {
  readonly inspector: MainInspector;
  readonly breakpoints: Breakpoints;
  variables: Variables;
  stack: CallStack | undefined;
  /** The current step, and where it began. */
  step: { readonly command: string; readonly from: CallStack } | undefined;
}

const THREAD = 1;
const STEPS: Readonly<Record<string, string>> = {
  next: "Debugger.stepOver",
  stepIn: "Debugger.stepInto",
  stepOut: "Debugger.stepOut",
};
/** Patterns of code that the debugger skips: Node's, packages' and the kernel's own. */
const FOREIGN: readonly string[] = [
  "^node:",
  "[/\\\\]node_modules[/\\\\]",
  resolve(dirname(__dirname)).replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"),
];

/** Answers debug requests, and stops and resumes the main thread. */
export class Debugger {
  readonly #ports: DebuggerPorts;
  readonly #cells: CellScripts = new CellScripts();
  #attached: Attached | undefined;
  #lastSeq = 0;

  constructor(ports: DebuggerPorts) {
    this.#ports = ports;
  }

  /** Registers a cell that is about to run, and sets its breakpoints. */
  async addScript(script: CellScript): Promise<void> {
    const cell = this.#cells.add(script);
    if (!script.mustWait) return;
    try {
      // V8 has parsed the script, but its event may still be on its way; the reply to a later request comes after it.
      if (cell.scriptId === undefined)
        await this.#attached?.inspector.post("Runtime.evaluate", { expression: "0" });
      await this.#attached?.breakpoints.place(cell);
    } finally {
      this.#ports.release(script.job);
    }
  }

  /** Returns the content of the reply to a `debug_request`; never rejects. */
  async answer(request: JsonObject): Promise<JsonObject> {
    const { seq, command } = request;
    const args = (request.arguments ?? {}) as JsonObject;
    const reply = { seq: ++this.#lastSeq, type: "response", request_seq: seq ?? 0, command: command ?? "" };
    try {
      return { ...reply, success: true, body: await this.#body(textOf(command), args) };
    } catch (error) {
      return { ...reply, success: false, message: (error as Error).message, body: {} };
    }
  }

  /** Ends the running cell where it is stopped, because the user interrupted it. */
  interrupt(): void {
    if (!this.#attached?.stack) return;
    this.#onResumed();
    this.#attached.inspector.post("Debugger.resume", { terminateOnResume: true }).catch(() => {});
  }

  /** Detaches the debugger and lets the main thread run on. */
  async detach(): Promise<void> {
    const attached = this.#attached;
    if (!attached) return;
    this.#ports.setActive(false);
    if (attached.stack) this.#onResumed();
    this.#attached = undefined;
    // A session that is closed while the main thread is stopped would leave it stopped.
    await attached.inspector.post("Debugger.disable").catch(() => {});
    attached.inspector.close();
  }

  async #body(command: string, args: JsonObject): Promise<JsonObject> {
    switch (command) {
      case "initialize":
        return {
          supportsConfigurationDoneRequest: true,
          supportsConditionalBreakpoints: true,
          supportsEvaluateForHovers: true,
          exceptionBreakpointFilters: [{ filter: "all", label: "Every exception", default: false }],
        };
      case "debugInfo":
        return this.#info();
      case "attach":
        await this.#attach();
        return {};
      case "disconnect":
        await this.detach();
        return {};
      case "configurationDone":
        return {};
      case "dumpCell":
        return { sourcePath: this.#cells.addSource(textOf(args.code)) };
      case "source":
        return this.#source(args);
      case "threads":
        return { threads: [{ id: THREAD, name: "notebook" }] };
      case "modules":
        return { modules: [] };
      case "inspectVariables":
        return { variables: await this.#withInspector(({ variables }) => variables.ofNotebook()) };
      case "richInspectVariables":
        return this.#withInspector(({ inspector }) =>
          bundleOfExpression(inspector, this.#attached?.stack?.frame(args)?.call, textOf(args.variableName)),
        );
      case "evaluate":
        return this.#withInspector(async ({ inspector, variables }) => {
          const call = this.#attached?.stack?.frame(args)?.call;
          const found = await evaluateExpression(inspector, call, textOf(args.expression));
          const { value, type, variablesReference } = variables.describe("", found);
          return { result: value, type, variablesReference };
        });
      default:
        return this.#whileAttached(command, args);
    }
  }

  async #whileAttached(command: string, args: JsonObject): Promise<JsonObject> {
    const attached = this.#attached;
    if (!attached) throw new Error(`${command}: the debugger must be attached, got no attach request`);
    const { inspector, breakpoints, variables, stack } = attached;
    switch (command) {
      case "setBreakpoints": {
        const { path } = (args.source ?? {}) as JsonObject;
        const wanted = Array.isArray(args.breakpoints) ? (args.breakpoints as SourceBreakpoint[]) : [];
        const lines = await breakpoints.set(textOf(path), wanted);
        return { breakpoints: lines.map((line) => ({ verified: true, line, source: { path } })) };
      }
      case "setExceptionBreakpoints": {
        const all = Array.isArray(args.filters) && args.filters.includes("all");
        await inspector.post("Debugger.setPauseOnExceptions", { state: all ? "all" : "none" });
        return {};
      }
      case "pause":
        await inspector.post("Debugger.pause");
        return {};
      case "stackTrace":
        return stack ? stack.list(args) : { stackFrames: [], totalFrames: 0 };
      case "variables":
        return { variables: await variables.list(Number(args.variablesReference)) };
    }
    if (!stack) throw new Error(`${command}: the notebook must be stopped, got one that runs or is idle`);
    switch (command) {
      case "scopes":
        return { scopes: await variables.scopes(stack.frame(args)?.call.scopeChain ?? []) };
      case "continue":
        this.#onResumed();
        await inspector.post("Debugger.resume");
        return { allThreadsContinued: true };
      case "next":
      case "stepIn":
      case "stepOut":
        this.#onResumed();
        attached.step = { command: STEPS[command] as string, from: stack };
        await inspector.post(attached.step.command);
        return {};
    }
    throw new Error(`debugger: the request must be one of the protocol's, got ${JSON.stringify(command)}`);
  }

  async #attach(): Promise<void> {
    if (this.#attached) return;
    const inspector = new MainInspector();
    const attached: Attached = {
      inspector,
      breakpoints: new Breakpoints(inspector, this.#cells),
      variables: new Variables(inspector),
      stack: undefined,
      step: undefined,
    };
    this.#attached = attached;
    inspector.on<{ url: string; scriptId: string }>("Debugger.scriptParsed", ({ url, scriptId }) => {
      const job = /^cell-script:(\d+)$/.exec(url)?.[1];
      if (job !== undefined) this.#cells.noteScript(Number(job), scriptId);
    });
    inspector.on<Paused>("Debugger.paused", (paused) => this.#onPaused(attached, paused));
    await inspector.post("Debugger.enable");
    await inspector.post("Debugger.setBlackboxPatterns", { patterns: FOREIGN });
    // A `disconnect` may have come meanwhile.
    if (this.#attached !== attached) return;
    this.#ports.setActive(true);
    this.#emit("initialized", {});
  }

  #onPaused(attached: Attached, { callFrames, reason, hitBreakpoints = [] }: Paused): void {
    const stack = new CallStack(callFrames, this.#cells);
    const { step } = attached;
    const isBreakpoint = hitBreakpoints.length > 0;
    // An exception inside an asynchronous function is reported as a rejection of its promise.
    const isException = reason === "exception" || reason === "promiseRejection";
    // A line of TypeScript can be several statements of JavaScript, some of them the compiler's own.
    const isOnTheWay = step && !isBreakpoint && !isException && isSameLine(step.from, stack);
    if (isOnTheWay || (step && !stack.top)) {
      attached.inspector.post(step.command).catch(() => {});
      return;
    }
    if (stack.frames.length === 0) {
      attached.inspector.post("Debugger.resume").catch(() => {});
      return;
    }
    attached.step = undefined;
    attached.stack = stack;
    attached.variables = new Variables(attached.inspector);
    const why = isException ? "exception" : isBreakpoint ? "breakpoint" : step ? "step" : "pause";
    this.#emit("stopped", { reason: why, threadId: THREAD, allThreadsStopped: true });
  }

  /** Notes and reports that the main thread runs on. */
  #onResumed(): void {
    if (!this.#attached) return;
    this.#attached.stack = undefined;
    this.#attached.step = undefined;
    this.#emit("continued", { threadId: THREAD, allThreadsContinued: true });
  }

  #info(): JsonObject {
    return {
      isStarted: this.#attached !== undefined,
      ...SOURCE_NAMES,
      breakpoints: this.#attached?.breakpoints.list() ?? [],
      stoppedThreads: this.#attached?.stack ? [THREAD] : [],
      richRendering: true,
      exceptionPaths: ["all"],
      copyToGlobals: false,
    };
  }

  async #source(args: JsonObject): Promise<JsonObject> {
    const path = textOf(((args.source ?? {}) as JsonObject).path);
    const content = this.#cells.codeAt(path) ?? (await readFile(path, "utf8"));
    return { content, mimeType: "text/typescript" };
  }

  /** Runs a request for values, which works also where the debugger is not attached. */
  async #withInspector<T>(
    work: (attached: Pick<Attached, "inspector" | "variables">) => Promise<T>,
  ): Promise<T> {
    if (this.#attached) return work(this.#attached);
    const inspector = new MainInspector();
    try {
      return await work({ inspector, variables: new Variables(inspector) });
    } finally {
      inspector.close();
    }
  }

  #emit(event: string, body: JsonObject): void {
    this.#ports.emit({ seq: ++this.#lastSeq, type: "event", event, body });
  }
}

/** Whether a step is still on the line on which it began. */
function isSameLine(from: CallStack, to: CallStack): boolean {
  return (
    to.depth === from.depth &&
    to.top !== undefined &&
    to.top.path === from.top?.path &&
    to.top.line === from.top.line
  );
}
