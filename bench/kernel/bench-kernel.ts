/** Times kernels over the wire, one after the other in every round, so that they meet the same load. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os, { tmpdir } from "node:os";
import { join } from "node:path";
import { markdownTable, ratio } from "../comparison/markdown";
import { median } from "../interleaved";
import type { KernelSpec } from "./front-end";
import { CALLS, measure, PATIENCE_MS, ROWS, type Row, SUMS, TURNS } from "./measures";
import { peerKernels } from "./peer-kernels";

/** How many times what the peer takes ours is to take at most. */
interface Target {
  readonly row: Row;
  readonly peer: string;
  readonly most: number;
}

/** A script whose sums of fractions are a function's, since a script's own takes as long as a notebook's did. */
const SCRIPT = "a plain script";
const TARGETS: readonly Target[] = [
  { row: "start to first result, ms", peer: "ipykernel", most: 1.2 },
  { row: "first cell that imports models and frames, ms", peer: "ipykernel", most: 1.2 },
  { row: "completion right after the first cell, ms", peer: "Deno", most: 5 },
  { row: "completion a second after the first cell, ms", peer: "Deno", most: 5 },
  { row: "trivial cell, ms", peer: "Deno", most: 1.5 },
  { row: "memory after one cell, MB", peer: "ipykernel", most: 1.6 },
  { row: "1e8 turns of a loop over top-level variables, ms", peer: SCRIPT, most: 1.5 },
  { row: "1e8 sums of a fraction in a top-level variable, ms", peer: SCRIPT, most: 2 },
  { row: "1e8 sums by a function and a property in a top-level variable, ms", peer: SCRIPT, most: 2 },
];

const CLI = join(__dirname, "../../kernel/cli/cli.js");

/** The values of each round; undefined where there was no answer. */
type Found = ReadonlyMap<Row, readonly (number | undefined)[]>;
interface Contestant {
  readonly name: string;
  readonly found: Found;
}

/**
 * @param python a program in whose environment ipykernel and Deno are looked for
 * @param specFiles kernel.json files of other kernels to compare with
 */
export async function benchKernel(
  python: string,
  specFiles: readonly string[],
  rounds: number,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "kernel-bench-"));
  try {
    const { specs: peers, missing } = peerKernels(python);
    const specs = [ownSpec(folder), ...peers, ...specFiles.map(readSpec)];
    const found = specs.map(() => new Map<Row, (number | undefined)[]>());
    const script = new Map<Row, (number | undefined)[]>();
    for (let round = 0; round < rounds; round++) {
      // Each round with another one first.
      for (let turn = 0; turn < specs.length; turn++) {
        const at = (turn + round) % specs.length;
        const values = new Map<Row, number>();
        await measure(specs[at] as KernelSpec, (row, value) => void values.set(row, value));
        for (const row of ROWS) append(found[at] as Map<Row, (number | undefined)[]>, row, values.get(row));
      }
      append(script, "1e8 turns of a loop over top-level variables, ms", timeScript(folder, TURNS));
      const inFunction = (code: string): number => timeScript(folder, `(() => {\n${code}\n})();`);
      append(script, "1e8 sums of a fraction in a top-level variable, ms", inFunction(SUMS));
      append(script, "1e8 sums by a function and a property in a top-level variable, ms", inFunction(CALLS));
    }
    const contestants = specs.map(({ display_name: name }, at) => ({ name, found: found[at] as Found }));
    return [
      table([...contestants, { name: SCRIPT, found: script }]),
      ratios(contestants, { name: SCRIPT, found: script }),
      [
        ...missing,
        `Medians of ${rounds} rounds; a ratio is the median of those of each round. "none": no answer within ${PATIENCE_MS / 1000} s, or not asked.`,
        `Load at the end ${os.loadavg()[0]?.toFixed(2)}.`,
      ].join("\n"),
    ].join("\n\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function append<T>(lists: Map<Row, T[]>, row: Row, value: T): void {
  lists.set(row, [...(lists.get(row) ?? []), value]);
}

function ownSpec(prefix: string): KernelSpec {
  execFileSync(process.execPath, [CLI, "kernel", "install", "--prefix", prefix]);
  const spec = readSpec(join(prefix, "share/jupyter/kernels/smooth-edges/kernel.json"));
  return { ...spec, display_name: "smooth-edges" };
}

function readSpec(file: string): KernelSpec {
  return JSON.parse(readFileSync(file, "utf8")) as KernelSpec;
}

/** Milliseconds that code takes in a file that Node runs, without the start of Node. */
function timeScript(folder: string, code: string): number {
  const file = join(folder, "turns.cjs");
  writeFileSync(file, `const start = performance.now();\n${code}\nconsole.log(performance.now() - start);`);
  return Number.parseFloat(execFileSync(process.execPath, [file], { encoding: "utf8" }));
}

function table(contestants: readonly Contestant[]): string {
  const cell = (row: Row, { found }: Contestant): string => {
    const values = (found.get(row) ?? []).filter((value) => value !== undefined);
    if (values.length === 0) return "none";
    const value = median(values);
    return value < 10 ? value.toFixed(1) : value.toFixed(0);
  };
  return markdownTable(
    ["", ...contestants.map(({ name }) => name)],
    ROWS.map((row) => [row, ...contestants.map((each) => cell(row, each))]),
  );
}

/** The median over rounds of ours divided by the peer's, for each target whose peer is there. */
function ratios([ours, ...peers]: readonly Contestant[], script: Contestant): string {
  const lines = TARGETS.flatMap(({ row, peer, most }) => {
    const other = [...peers, script].find(({ name }) => name.startsWith(peer));
    const theirs = other?.found.get(row) ?? [];
    const quotients = (ours?.found.get(row) ?? []).flatMap((value, round) => {
      const their = theirs[round];
      return value === undefined || their === undefined ? [] : [value / their];
    });
    if (quotients.length === 0) return [];
    const found = median(quotients);
    return [[row, peer, ratio(found), String(most), found <= most ? "met" : "not met"]];
  });
  return markdownTable(["smooth-edges", "divided by that of", "ratio", "target", ""], lines);
}
