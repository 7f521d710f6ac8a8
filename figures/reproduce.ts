/**
 * Makes notebooks and figures anew, in the build folder, and compares them with the committed ones; with `--write` it
 * makes the committed figures anew instead.
 */
import { join, relative, resolve } from "node:path";
import { abortOnSignals } from "../kernel/abort-on-signals";
import { UsageError } from "../kernel/errors";
import { compareFigure, writeFigure } from "./figure-files";
import { figures } from "./index";
import { reproduceNotebooks } from "./reproduce-notebooks";
import type { Reproduced } from "./reproduced";

const ROOT = resolve(__dirname, "../..");
const FIGURES = join(ROOT, "figures");
const BUILD = join(ROOT, "build");

async function write(): Promise<void> {
  for (const figure of figures) {
    await writeFigure(figure, FIGURES);
    say(`${figure.name}: ${figure.title}, written to ${fromHere(join(FIGURES, figure.name))}.*`);
  }
}

async function reproduce(): Promise<void> {
  // Kernels inherit it.
  process.env.SMOOTH_EDGES_SETTING ??= "quick";
  const { signal, release } = abortOnSignals();
  const notebooks = await reproduceNotebooks(join(ROOT, "notebooks"), join(BUILD, "notebooks"), signal);
  release();
  if (notebooks === undefined) {
    process.exitCode = 130;
    return;
  }
  const drawn: Reproduced[] = [];
  for (const figure of figures) {
    const problem = await compareFigure(figure, FIGURES, join(BUILD, "figures"));
    drawn.push({ path: join(BUILD, "figures", `${figure.name}.svg`), problem });
  }
  report([...notebooks, ...drawn]);
}

function report(all: readonly Reproduced[]): void {
  say("");
  for (const { path, problem } of all) {
    say(
      `${problem === undefined ? "same" : "DIFFERENT"}  ${fromHere(path)}${problem ? `\n  ${problem}` : ""}`,
    );
  }
  const differing = all.filter(({ problem }) => problem !== undefined);
  if (differing.length === 0) {
    say(
      `\nAll ${all.length} notebooks and figures agree with the committed ones; look into ${fromHere(BUILD)}/.`,
    );
    return;
  }
  say(
    `\n${differing.length} of ${all.length} notebooks and figures differ from the committed ones, see above.`,
  );
  process.exitCode = 1;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function fromHere(path: string): string {
  return relative(process.cwd(), path) || ".";
}

async function main(): Promise<void> {
  try {
    await (process.argv.includes("--write") ? write() : reproduce());
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    say(error.message);
    process.exitCode = 2;
  }
}

void main();
