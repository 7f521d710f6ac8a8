/** A working session, step by step: what each cell of a notebook is run for, and what it must show. */
export interface Step {
  readonly what: string;
  readonly code: string;
  /** What the text of the cell's outputs must match. */
  readonly shows: RegExp;
  /** What must be there below the cell, as a selector. */
  readonly has?: string;
}

const step = (what: string, code: string, shows: RegExp, has?: string): Step =>
  has === undefined ? { what, code, shows } : { what, code, shows, has };

export const STEPS: readonly Step[] = [
  step("shows a number", "1 + 1", /^2$/),
  step("shows nothing for a declaration", "const a = 20;", /^$/),
  step("knows the variables of earlier cells", "a * 2 + 2", /^42$/),
  step("declares a name again, with another type", 'const a = "twenty"; a.length', /^6$/),
  step("refuses a wrong type and shows the line", "\nconst n: number = a;", /not assignable.*line 2/s),
  step("refuses an unknown name", "b + 1", /Cannot find name 'b'/),
  step("refuses broken syntax", "const = 5", /SyntaxError/),
  step("runs the next cell after errors", '"still here"', /still here/),
  step("declares functions with types", "function square(x: number): number { return x * x; }", /^$/),
  step("calls these functions", "square(12)", /^144$/),
  step("checks the arguments of these functions", 'square("12")', /not assignable to parameter/),
  step("declares classes", "class Point { constructor(readonly x: number, readonly y: number) {} }", /^$/),
  step("makes objects of these classes", "new Point(1, 2)", /Point \{ x: 1, y: 2 \}/),
  step("declares enums", 'enum Color { Red = "red", Blue = "blue" } Color.Blue', /blue/),
  step("declares generic functions", "const first = <T>(list: T[]): T => list[0] as T; first([7, 8])", /^7$/),
  step(
    "disposes of what `using` declares",
    "{ using r = { [Symbol.dispose]() { console.log('gone') } }; console.log('here') }",
    /here\s+gone/,
  ),
  step("has the newest methods of arrays", "[3, 1, 2].toSorted().findLast((x) => x < 3)", /^2$/),
  step(
    "awaits a promise at the top level",
    "await new Promise<string>((done) => setTimeout(done, 20, 'later'))",
    /later/,
  ),
  step(
    "loops over an async generator",
    "for await (const k of (async function* () { yield 1; yield 2; })()) console.log('got', k);",
    /got 1\s+got 2/,
  ),
  step("imports from Node", 'import { join } from "node:path"; join("a", "b")', /a\/b/),
  step("imports dynamically", '(await import("node:os")).EOL.length', /^1$/),
  step("imports packages", 'import { mean } from "d3-array"; mean([1, 2, 3])', /^2$/),
  step("names a package that is missing", 'import { x } from "no-such-package";', /no-such-package/),
  step(
    "prints in order",
    "console.log('one'); console.error('two'); console.log('three');",
    /one[\s\S]*two[\s\S]*three/,
  ),
  step("prints many lines", "for (let k = 0; k < 500; k++) console.log('line', k);", /line 499/),
  step(
    "prints from timers",
    "await new Promise<void>((done) => setTimeout(() => { console.log('tick'); done(); }, 20));",
    /tick/,
  ),
  step("shows output of commands", "await sh`echo from the shell`;", /from the shell/),
  step(
    "shows an error's place and cause",
    'throw new RangeError("too far", { cause: new Error("the road") })',
    /RangeError: too far[\s\S]*the road/,
  ),
  step(
    "shows where a function failed",
    "function fail(): never { throw new Error('inside') }\nfail()",
    /inside[\s\S]*line 1/,
  ),
  step("shows a thrown value that is no error", 'throw "just text"', /just text/),
  step(
    "goes on after a rejected promise that nothing handles",
    "void Promise.reject(new Error('left alone')); 5",
    /5|left alone/,
  ),
  step("refuses process.exit", "process.exit(3)", /must not end the kernel/),
  step("shows arrays", "[1, 2, 3]", /\[ 1, 2, 3 \]/),
  step("shows typed arrays", "new Float64Array([1, 2])", /Float64Array/),
  step("shows maps", 'new Map([["k", 1]])', /Map[\s\S]*k/),
  step(
    "shows circular values",
    "const loop: { self?: object } = {}; loop.self = loop; loop",
    /Circular|circular/,
  ),
  step(
    "shows HTML",
    'display({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": "<b class=\'mine\'>bold</b>" }) }); 0',
    /bold/,
    "b.mine",
  ),
  step(
    "replaces an earlier output",
    'const shown = await display("before"); await shown.update("after"); 0',
    /after/,
  ),
  step(
    "fits a model",
    'import { SmoothLasso } from "smooth-edges"; import { loadDiabetes } from "smooth-edges/data"; const { columns, response } = loadDiabetes(); const fit = new SmoothLasso({ lambda: 1 }).fit(columns, response); fit',
    /duality gap/,
    "table",
  ),
  step(
    "draws a chart",
    'import { pathPlot } from "smooth-edges/plot"; pathPlot(new SmoothLasso().path(columns, response))',
    /[\s\S]*/,
    ".vega-embed canvas, .vega-embed svg",
  ),
  step("lists what a cell can use", "kernel.help()", /interruptSignal/, "table"),
  step("tells the version of Node", "kernel.env.node", /v\d+\./),
  step("turns the timing of cells on", "kernel.timing = true", /true/),
  step("shows the time that a cell took", "1 + 1", /Cell \[\d+\]: [\d.]+ ms/),
  step("turns the timing of cells off", "kernel.timing = false", /false/),
  step("sets the type check to warn", 'kernel.typeChecking = "warn"', /warn/),
  step(
    "runs a cell that fails its type check, with a warning",
    'const wrong: number = "text"; wrong',
    /Warning[\s\S]*text/,
  ),
  step("sets the type check to refuse again", 'kernel.typeChecking = "on"', /on/),
  step("leaves one cell unchecked", '// @ts-nocheck\nconst unchecked: number = "text"; unchecked', /text/),
  step("shows progress", "for (const k of progress([1, 2, 3])) { void k; } 'done'", /done/),
  step("resets the kernel", "kernel.reset()", /^$/),
  step("does not know an earlier name after the reset", "square(2)", /Cannot find name 'square'/),
];
