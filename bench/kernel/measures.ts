/** What is measured of a kernel: each row is something that a person at a notebook waits for. */
import { median } from "../interleaved";
import { FrontEnd, type KernelSpec } from "./front-end";

/** In the order of the table. */
export const ROWS = [
  "start to kernel_info reply, ms",
  "start to first result, ms",
  "start to a first cell's end that imports and prints, ms",
  "first cell that imports models and frames, ms",
  "completion right after the first cell, ms",
  "completion a second after the first cell, ms",
  "later completion, ms",
  "trivial cell, ms",
  "trivial cell after 200 declaring cells, ms",
  "1e8 turns of a loop over top-level variables, ms",
  "1e8 sums of a fraction in a top-level variable, ms",
  "1e8 sums by a function and a property in a top-level variable, ms",
  "heartbeat during a loop, ms",
  "control request during a loop, ms",
  "10,000 printed lines, ms",
  "lines of them that arrived",
  "50 MB printed at once, ms",
  "memory after one cell, MB",
  "processor time while idle, %",
] as const;
export type Row = (typeof ROWS)[number];

export type Note = (row: Row, value: number) => void;

const LOOP_SECONDS = 2;
/** What a kernel that loses requests may take for one. */
export const PATIENCE_MS = 15_000;

/** The same loop as a script of its own. */
export const TURNS =
  "let total = 0;\nfor (let turn = 0; turn < 1e8; turn++) total += turn % 7;\nconst sum = total;";

/** The sum of fractions, for which V8 may allocate memory at each turn. */
export const SUMS = "let fractions = 0;\nfor (let turn = 0; turn < 1e8; turn++) fractions += 0.1;";

/** A sum whose parts a function and a property give, which could assign the variable too. */
export const CALLS: string =
  "const half = (turn) => turn / 2, data = { part: 0.1 };\n" +
  "let parts = 0;\nfor (let turn = 0; turn < 1e8; turn++) parts += half(turn) + data.part;";

/** Measures each row once, with a kernel of its own for each that is about a fresh one. */
export async function measure(spec: KernelSpec, keep: Note): Promise<void> {
  const language =
    spec.language === "python" ? PYTHON : spec.language === "javascript" ? JAVASCRIPT : TYPESCRIPT;
  const fresh: readonly ((kernel: FrontEnd, note: Note, language: Language) => Promise<void>)[] = [
    noteIdleness,
    timeImport,
    timeLibraries,
    (...args) => timeCompletion(...args, "completion right after the first cell, ms", 0),
    (...args) => timeCompletion(...args, "completion a second after the first cell, ms", 1000),
  ];
  for (const work of fresh) {
    await withKernel(spec, (kernel) => inTime(keep, (note) => work(kernel, note, language)));
  }
  await withKernel(spec, async (kernel) => {
    await inTime(keep, (note) => timeStart(kernel, note));
    await inTime(keep, () => kernel.ready());
    await inTime(keep, (note) => timeCells(kernel, note, language));
    await inTime(keep, (note) => timeTurns(kernel, note, language));
    await inTime(keep, (note) => timeLoop(kernel, note, language));
    await inTime(keep, (note) => timeOutput(kernel, note, language));
  });
}

/** The cells, in the language of a kernel. */
interface Language {
  readonly importsAndPrints: string;
  /** Undefined where nobody would install both for that kernel. */
  readonly importsLibraries: string | undefined;
  readonly declares: (k: number) => string;
  readonly turns: string | undefined;
  readonly sums: string | undefined;
  readonly calls: string | undefined;
  readonly loops: string;
  readonly printsOne: string;
  readonly printsLines: string;
  readonly prints50MB: string;
}

const JAVASCRIPT: Language = {
  importsAndPrints: 'const { EOL } = require("node:os");\nconsole.log(EOL.length)',
  importsLibraries: undefined,
  declares: (k) => `const v${k} = { a: ${k}, b: [1, 2] };`,
  turns: TURNS,
  sums: SUMS,
  calls: CALLS,
  loops: `for (const end = Date.now() + ${LOOP_SECONDS * 1000}; Date.now() < end; );`,
  printsOne: "console.log(0)",
  printsLines: "for (let k = 0; k < 10000; k++) console.log(k);",
  prints50MB: 'console.log("x".repeat(50_000_000));',
};
const TYPESCRIPT: Language = {
  ...JAVASCRIPT,
  importsAndPrints: 'import { EOL } from "node:os";\nconsole.log(EOL.length)',
  importsLibraries:
    'import { SmoothLasso } from "smooth-edges";\nimport { DataFrame } from "danfojs-node";\n' +
    "[new DataFrame({ a: [1, 2] }).shape, new SmoothLasso({ lambda: 1 }).constructor.name]",
};
const PYTHON: Language = {
  importsAndPrints: "from os import linesep\nprint(len(linesep))",
  importsLibraries:
    "from sklearn.linear_model import Lasso\nfrom pandas import DataFrame\n" +
    '[DataFrame({"a": [1, 2]}).shape, type(Lasso()).__name__]',
  declares: (k) => `v${k} = {"a": ${k}, "b": [1, 2]}`,
  // Python takes ten seconds, which tells nothing about kernels.
  turns: undefined,
  sums: undefined,
  calls: undefined,
  loops: `import time\nend = time.time() + ${LOOP_SECONDS}\nwhile time.time() < end: pass`,
  printsOne: "print(0)",
  printsLines: "for k in range(10000): print(k)",
  prints50MB: 'print("x" * 50_000_000)',
};

async function withKernel(spec: KernelSpec, work: (kernel: FrontEnd) => Promise<void>): Promise<void> {
  const kernel = await FrontEnd.start(spec);
  try {
    await work(kernel);
  } finally {
    await kernel.stop();
  }
}

const FIRST_CELL = { code: "1 + 1", silent: false, store_history: true, allow_stdin: false };

/** As a front end leaves a kernel: asked what it is, then for a while nothing, then for a cell. */
async function noteIdleness(kernel: FrontEnd, note: Note): Promise<void> {
  await settle(kernel);
  note("processor time while idle, %", ((await cpuWithin(kernel, 2000)) / 2000) * 100);
  await kernel.firstReply("execute_request", FIRST_CELL);
  note("memory after one cell, MB", kernel.usage().memory);
}

/** What follows a start, as a compiler that warms up, is over. */
async function settle(kernel: FrontEnd): Promise<void> {
  await kernel.firstReply("kernel_info_request", {});
  while ((await cpuWithin(kernel, 500)) > 25);
}

/** Milliseconds of processor time that it takes within so many of the clock. */
async function cpuWithin(kernel: FrontEnd, ms: number): Promise<number> {
  const before = kernel.usage().cpu;
  await pause(ms);
  return kernel.usage().cpu - before;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function timeStart(kernel: FrontEnd, note: Note): Promise<void> {
  await kernel.firstReply("kernel_info_request", {});
  note("start to kernel_info reply, ms", kernel.age);
  await kernel.firstReply("execute_request", FIRST_CELL);
  note("start to first result, ms", kernel.age);
}

/** What `1 + 1` leaves out: modules, and globals that are not the language's. */
async function timeImport(kernel: FrontEnd, note: Note, { importsAndPrints: code }: Language): Promise<void> {
  await kernel.firstReply("kernel_info_request", {});
  await kernel.firstReply("execute_request", { ...FIRST_CELL, code });
  note("start to a first cell's end that imports and prints, ms", kernel.age);
}

/** The first cell of most notebooks, in a kernel that has been there for some seconds. */
async function timeLibraries(kernel: FrontEnd, note: Note, { importsLibraries }: Language): Promise<void> {
  if (importsLibraries === undefined) return;
  await settle(kernel);
  await kernel.ready();
  const { ms, messages } = await kernel.execute(importsLibraries);
  if (messages.some(({ type }) => type === "execute_result")) {
    note("first cell that imports models and frames, ms", ms);
  }
}

async function timeCompletion(
  kernel: FrontEnd,
  note: Note,
  { declares }: Language,
  row: Row,
  delay: number,
): Promise<void> {
  // One who runs a notebook anew does not wait.
  if (delay > 0) await settle(kernel);
  await kernel.ready();
  await kernel.execute(declares(0));
  await pause(delay);
  const complete = async (code: string): Promise<number> =>
    (await kernel.request("complete_request", { code, cursor_pos: code.length })).ms;
  note(row, await complete("v0."));
  if (delay === 0) return;
  const times: number[] = [];
  for (let k = 0; k < 10; k++) times.push(await complete(`v0.a + ${k} + v0.`));
  note("later completion, ms", median(times));
}

async function timeCells(kernel: FrontEnd, note: Note, { declares }: Language): Promise<void> {
  const trivial = async (): Promise<number> => {
    const times: number[] = [];
    for (let k = 0; k < 30; k++) times.push((await kernel.execute(`1 + ${k}`)).ms);
    return median(times);
  };
  note("trivial cell, ms", await trivial());
  for (let k = 0; k < 200; k++) await kernel.execute(declares(k));
  note("trivial cell after 200 declaring cells, ms", await trivial());
}

async function timeTurns(kernel: FrontEnd, note: Note, { turns, sums, calls }: Language): Promise<void> {
  if (turns === undefined || sums === undefined || calls === undefined) return;
  note("1e8 turns of a loop over top-level variables, ms", (await kernel.execute(turns)).ms);
  note("1e8 sums of a fraction in a top-level variable, ms", (await kernel.execute(sums)).ms);
  const called = (await kernel.execute(calls)).ms;
  note("1e8 sums by a function and a property in a top-level variable, ms", called);
}

async function timeLoop(kernel: FrontEnd, note: Note, { loops }: Language): Promise<void> {
  const loop = kernel.execute(loops);
  await pause(300);
  note("heartbeat during a loop, ms", await kernel.heartbeat());
  note("control request during a loop, ms", (await kernel.request("kernel_info_request", {}, "control")).ms);
  await loop.catch(() => {});
  await kernel.execute("1");
}

async function timeOutput(
  kernel: FrontEnd,
  note: Note,
  { printsOne, printsLines, prints50MB }: Language,
): Promise<void> {
  // What a first line leads to, as the types of globals, is in the start of a cell that prints.
  await kernel.execute(printsOne);
  const lines = await kernel.execute(printsLines);
  note("10,000 printed lines, ms", lines.ms);
  const text = lines.messages
    .map(({ content }) => (typeof content.text === "string" ? content.text : ""))
    .join("");
  note("lines of them that arrived", text.split("\n").filter((line) => line !== "").length);
  note("50 MB printed at once, ms", (await kernel.execute(prints50MB)).ms);
}

/**
 * Goes on after a while without an answer: what else is asked may have one. What comes of it later, beside other questions, is
 * not kept.
 */
async function inTime(keep: Note, work: (note: Note) => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let isLate = false;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      isLate = true;
      resolve();
    }, PATIENCE_MS);
  });
  const note: Note = (row, value) => {
    if (!isLate) keep(row, value);
  };
  await Promise.race([work(note), late]).finally(() => clearTimeout(timer));
}
