/** Times kernels over the wire, one after the other in every round, so that they meet the same load. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os, { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "../interleaved";
import { FrontEnd, type KernelSpec } from "./front-end";

/** What is measured, in the order of the table. */
const ROWS = [
  "start to kernel_info reply, ms",
  "start to first result, ms",
  "start to a first cell's end that imports and prints, ms",
  "trivial cell, ms",
  "trivial cell after 200 declaring cells, ms",
  "heartbeat during a loop, ms",
  "control request during a loop, ms",
  "10,000 printed lines, ms",
  "lines of them that arrived",
  "50 MB printed at once, ms",
  "memory after one cell, MB",
  "processor time while idle, %",
] as const;
type Row = (typeof ROWS)[number];

const CLI = join(__dirname, "../../kernel/cli.js");
const LOOP_SECONDS = 2;
/** What a kernel that loses requests may take for one. */
const PATIENCE_MS = 15_000;

/** @param specFiles kernel.json files of the kernels to compare with */
export async function benchKernel(specFiles: readonly string[], rounds: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "kernel-bench-"));
  try {
    const specs = [ownSpec(folder), ...specFiles.map(readSpec)];
    const found = specs.map(() => new Map<Row, number[]>());
    for (let round = 0; round < rounds; round++) {
      for (const [at, spec] of specs.entries()) await measure(spec, found[at] as Map<Row, number[]>);
    }
    return table(specs, found);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function ownSpec(prefix: string): KernelSpec {
  execFileSync(process.execPath, [CLI, "kernel", "install", "--prefix", prefix]);
  const spec = readSpec(join(prefix, "share/jupyter/kernels/smooth-edges/kernel.json"));
  return { ...spec, display_name: "smooth-edges" };
}

function readSpec(file: string): KernelSpec {
  return JSON.parse(readFileSync(file, "utf8")) as KernelSpec;
}

async function measure(spec: KernelSpec, found: Map<Row, number[]>): Promise<void> {
  const keep = (row: Row, value: number): void => void found.set(row, [...(found.get(row) ?? []), value]);
  const isPython = spec.language === "python";
  await withKernel(spec, (kernel) => inTime(keep, (note) => noteIdleness(kernel, note)));
  await withKernel(spec, (kernel) => inTime(keep, (note) => timeImport(kernel, note, spec.language)));
  await withKernel(spec, async (kernel) => {
    await inTime(keep, (note) => timeStart(kernel, note));
    await inTime(keep, () => kernel.ready());
    await inTime(keep, (note) => timeCells(kernel, note, isPython));
    await inTime(keep, (note) => timeLoop(kernel, note, isPython));
    await inTime(keep, (note) => timeOutput(kernel, note, isPython));
  });
}

async function withKernel(spec: KernelSpec, work: (kernel: FrontEnd) => Promise<void>): Promise<void> {
  const kernel = await FrontEnd.start(spec);
  try {
    await work(kernel);
  } finally {
    await kernel.stop();
  }
}

type Note = (row: Row, value: number) => void;

const FIRST_CELL = { code: "1 + 1", silent: false, store_history: true, allow_stdin: false };

/** As a front end leaves a kernel: asked what it is, then for a while nothing, then for a cell. */
async function noteIdleness(kernel: FrontEnd, note: Note): Promise<void> {
  await kernel.firstReply("kernel_info_request", {});
  // What follows a start, as a compiler that warms up, is not idleness, but its memory counts.
  while ((await cpuWithin(kernel, 500)) > 25);
  note("processor time while idle, %", ((await cpuWithin(kernel, 2000)) / 2000) * 100);
  await kernel.firstReply("execute_request", FIRST_CELL);
  note("memory after one cell, MB", kernel.usage().memory);
}

/** Milliseconds of processor time that it takes within so many of the clock. */
async function cpuWithin(kernel: FrontEnd, ms: number): Promise<number> {
  const before = kernel.usage().cpu;
  await new Promise((resolve) => setTimeout(resolve, ms));
  return kernel.usage().cpu - before;
}

async function timeStart(kernel: FrontEnd, note: Note): Promise<void> {
  await kernel.firstReply("kernel_info_request", {});
  note("start to kernel_info reply, ms", kernel.age);
  await kernel.firstReply("execute_request", FIRST_CELL);
  note("start to first result, ms", kernel.age);
}

/** What `1 + 1` leaves out: modules, and globals that are not the language's. */
async function timeImport(kernel: FrontEnd, note: Note, language = ""): Promise<void> {
  await kernel.firstReply("kernel_info_request", {});
  const code = IMPORTS[language] ?? 'import { EOL } from "node:os";\nconsole.log(EOL.length)';
  await kernel.firstReply("execute_request", { ...FIRST_CELL, code });
  note("start to a first cell's end that imports and prints, ms", kernel.age);
}

const IMPORTS: Record<string, string> = {
  javascript: 'const { EOL } = require("node:os");\nconsole.log(EOL.length)',
  python: "from os import linesep\nprint(len(linesep))",
};

async function timeCells(kernel: FrontEnd, note: Note, isPython: boolean): Promise<void> {
  const trivial = async (): Promise<number> => {
    const times: number[] = [];
    for (let k = 0; k < 30; k++) times.push((await kernel.execute(`1 + ${k}`)).ms);
    return median(times);
  };
  note("trivial cell, ms", await trivial());
  for (let k = 0; k < 200; k++) {
    await kernel.execute(
      isPython ? `v${k} = {"a": ${k}, "b": [1, 2]}` : `const v${k} = { a: ${k}, b: [1, 2] };`,
    );
  }
  note("trivial cell after 200 declaring cells, ms", await trivial());
}

async function timeLoop(kernel: FrontEnd, note: Note, isPython: boolean): Promise<void> {
  const loop = kernel.execute(
    isPython
      ? `import time\nend = time.time() + ${LOOP_SECONDS}\nwhile time.time() < end: pass`
      : `for (const end = Date.now() + ${LOOP_SECONDS * 1000}; Date.now() < end; );`,
  );
  await new Promise((resolve) => setTimeout(resolve, 300));
  note("heartbeat during a loop, ms", await kernel.heartbeat());
  note("control request during a loop, ms", (await kernel.request("kernel_info_request", {}, "control")).ms);
  await loop.catch(() => {});
  await kernel.execute("1");
}

async function timeOutput(kernel: FrontEnd, note: Note, isPython: boolean): Promise<void> {
  // What a first line leads to, as the types of globals, is in the start of a cell that prints.
  await kernel.execute(isPython ? "print(0)" : "console.log(0)");
  const lines = await kernel.execute(
    isPython ? "for k in range(10000): print(k)" : "for (let k = 0; k < 10000; k++) console.log(k);",
  );
  note("10,000 printed lines, ms", lines.ms);
  const text = lines.messages
    .map(({ content }) => (typeof content.text === "string" ? content.text : ""))
    .join("");
  note("lines of them that arrived", text.split("\n").filter((line) => line !== "").length);
  const big = await kernel.execute(
    isPython ? 'print("x" * 50_000_000)' : 'console.log("x".repeat(50_000_000));',
  );
  note("50 MB printed at once, ms", big.ms);
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

function table(specs: readonly KernelSpec[], found: readonly Map<Row, number[]>[]): string {
  const cell = (values: number[] | undefined): string => {
    if (values === undefined) return "none";
    const value = median(values);
    return value < 10 ? value.toFixed(1) : value.toFixed(0);
  };
  const rows = ROWS.map((row) => `| ${row} | ${found.map((each) => cell(each.get(row))).join(" | ")} |`);
  return [
    `| | ${specs.map(({ display_name }) => display_name).join(" | ")} |`,
    `| --- |${" --- |".repeat(specs.length)}`,
    ...rows,
    "",
    `Load at the end ${os.loadavg()[0]?.toFixed(2)}; "none": no answer within ${PATIENCE_MS / 1000} s.`,
  ].join("\n");
}
