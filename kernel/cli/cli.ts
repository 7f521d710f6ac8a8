#!/usr/bin/env node
/** The command `smooth-edges`. Exit codes: 0 done, 1 a notebook failed, 2 wrong input, 130 interrupted. */
import "./required-packages";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import type { SummarizeOptions } from "smooth-edges/frame";
import { timeoutInvalid, UsageError } from "../errors";
import { addModelCommands } from "../model-commands/add-commands";
import { newNotebookCommand } from "../new-notebook/new-notebook-command";
import {
  addReadingFlags,
  lossOption,
  type ReadingFlags,
  readingOptions,
} from "../new-notebook/reading-flags";
import type { LossChoice } from "../new-notebook/response-loss";
import { doctorCommand } from "./doctor-command";
import { installCommand, type PlaceOptions, uninstallCommand } from "./install-command";
import { mergeCommand, momentsCommand } from "./moments-command";
import { abortOnSignals, type RunCommandOptions, runCommand } from "./run-command";

async function program(): Promise<Command> {
  const { version } = JSON.parse(readFileSync(join(__dirname, "../../../package.json"), "utf8"));
  const root = new Command("smooth-edges")
    .description("Fits sparse models to CSV files, and runs TypeScript notebooks, in Jupyter or without it.")
    .version(version)
    .exitOverride()
    .showHelpAfterError("(--help shows what there is)");
  await addModelCommands(root, process.argv.slice(2), {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    signal: () => abortOnSignals().signal,
  });
  addNotebookCommands(root);
  addMomentsCommands(root);
  root
    .command("doctor")
    .description("try what notebooks and the library need, and say what to do where something lacks")
    .action(async () => {
      process.exitCode = await doctorCommand((line) => process.stdout.write(`${line}\n`));
    });
  addKernelCommands(root);
  return root;
}

/** Adds `run` and `new`. */
function addNotebookCommands(root: Command): void {
  root
    .command("run")
    .description("run notebooks without Jupyter or Python and store their outputs")
    .argument("<notebook...>", "notebook files (.ipynb)")
    .option("-o, --output <folder>", "write the results there and leave the notebooks as they are")
    .option("-t, --timeout <seconds>", "interrupt a cell that takes longer (default: no limit)")
    .option("--allow-errors", "go on after a cell that fails")
    .option(
      "-p, --parameter <name=value...>",
      "declare it behind the cell tagged parameters; values are JSON or else text",
    )
    .addHelpText("after", runExamples)
    .action(run);
  const start = root
    .command("new")
    .description("start a notebook on the data of a CSV file")
    .argument("<notebook>", "the notebook to write (.ipynb)")
    .argument("<data>", "a CSV file with a line of names")
    .option("-y, --response <column>", "the column to explain (has to be given)");
  addReadingFlags(start)
    .addOption(lossOption())
    .option("--event <column>", "the response is a time, which ended with an event where this column says so")
    .addHelpText("after", newExamples)
    .action(
      (
        notebook: string,
        data: string,
        { response, loss, event, ...reading }: NewOptions,
        command: Command,
      ) => {
        // The response is checked here, so that an error about a misspelt option comes first.
        if (response === undefined) command.error("error: --response <column> must be given");
        const choice = { ...(loss && { loss }), ...(event !== undefined && { event }) };
        process.stdout.write(newNotebookCommand(notebook, data, response, readingOptions(reading), choice));
      },
    );
}

/** Adds `moments` and `merge`. */
function addMomentsCommands(root: Command): void {
  root
    .command("moments")
    .description("sum up the files of a table as means and covariances, of which least squares are fitted")
    .argument("<file...>", "files of the table (.parquet, .csv or .tsv)")
    .requiredOption("-y, --response <column>", "the column to explain")
    .requiredOption("-o, --out <file>", "where to write the summary (.json)")
    .option("--features <column...>", "the columns to explain it by (default: all others)")
    .option("--exclude <column...>", "columns that are no features, such as texts and dates")
    .option("--drop-missing", "leave out rows with a missing value (default: an error)")
    .addHelpText("after", momentsExamples)
    .action(moments);
  root
    .command("merge")
    .description("merge summaries of parts of a table into that of the table")
    .argument("<summary...>", "files that moments or merge wrote")
    .requiredOption("-o, --out <file>", "where to write the summary (.json)")
    .action((files: string[], { out }: { readonly out: string }) => {
      process.stdout.write(mergeCommand(files, out));
    });
}

/** Adds `kernel install` and `kernel uninstall`. */
function addKernelCommands(root: Command): void {
  const kernel = root.command("kernel").description("manage the Jupyter kernel");
  kernel
    .command("install")
    .description("make the kernel known to Jupyter")
    .option("--user", "for the current user (default)")
    .option("--prefix <folder>", "into folder/share/jupyter")
    .option("--sys-prefix", "into the active Python environment (VIRTUAL_ENV or CONDA_PREFIX)")
    .addHelpText("after", installExamples)
    .action((options: PlaceOptions) => {
      process.stdout.write(installCommand(options));
    });
  kernel
    .command("uninstall")
    .description("remove the kernel from where install put it")
    .option("--user", "of the current user (default)")
    .option("--prefix <folder>", "from folder/share/jupyter")
    .option("--sys-prefix", "from the active Python environment (VIRTUAL_ENV or CONDA_PREFIX)")
    .action((options: PlaceOptions) => {
      process.stdout.write(uninstallCommand(options));
    });
}

async function moments(
  files: string[],
  { out, dropMissing, ...options }: Omit<SummarizeOptions, "missing"> & MomentsFlags,
): Promise<void> {
  const missing = dropMissing ? "drop" : "error";
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  process.stdout.write(await momentsCommand(files, out, { ...options, missing }, say));
}

interface MomentsFlags {
  readonly out: string;
  readonly dropMissing?: boolean;
}

type NewOptions = ReadingFlags & LossChoice & { readonly response?: string };

const newExamples = `
How numbers are written is found by the columns where --decimal and --thousands are not
given; the notebook's first cell says what is left out, and why.

Examples:
  $ smooth-edges new flats.ipynb flats.csv --response rent
  $ smooth-edges new prix.ipynb prix.csv --response prix --decimal , --thousands " "
  $ smooth-edges new stays.ipynb stays.csv --response days --date admitted=DD.MM.YYYY --loss poisson
  $ smooth-edges new sales.ipynb sales.csv --response price --missing - --missing unknown`;

const momentsExamples = `
Each part may be summed up where it is, in any order and at the same time.

Examples:
  $ smooth-edges moments part-1.parquet --response rent --out part-1.json
  $ smooth-edges moments part-2.parquet --response rent --out part-2.json
  $ smooth-edges merge part-*.json --out rent.json`;

const runExamples = `
Each notebook runs in a fresh kernel whose working folder is the notebook's own.
Ctrl-C ends the run with the cell that runs: outputs so far are written, and cells
that were not reached have none.
A cell tagged raises-exception may fail; one tagged skip-execution does not run.

Examples:
  $ smooth-edges run analysis.ipynb
  $ smooth-edges run analysis.ipynb --parameter lambda=0.1 name=lasso
  $ smooth-edges run --timeout 600 --output build/notebooks notebooks/*.ipynb

A result that cannot be written to its place is kept in a folder for temporary files.

Exit codes: 0 all cells ran, 1 a cell failed or a result is not in its place, 2 wrong
input, 130 interrupted.`;

const installExamples = `
Examples:
  $ smooth-edges kernel install
  $ smooth-edges kernel install --prefix /opt/conda
JUPYTER_DATA_DIR, where set, is the user's folder.`;

async function run(
  notebooks: string[],
  { timeout, ...options }: Omit<RunCommandOptions, "timeout"> & { timeout?: string },
): Promise<void> {
  const exitCode = await runCommand(
    notebooks,
    {
      ...options,
      ...(timeout !== undefined && { timeout: parseTimeout(timeout) }),
      signal: abortOnSignals().signal,
    },
    { out: process.stdout, err: process.stderr },
  );
  process.exitCode = exitCode || process.exitCode;
}

function parseTimeout(text: string): number {
  const seconds = Number(text);
  // A timer counts milliseconds in 31 bits, which gives the upper limit.
  if (text.trim() === "" || !(seconds > 0 && seconds <= 2e6)) throw timeoutInvalid(text);
  return seconds;
}

// A reader of the output, such as `head`, may close it early, and a file that it goes to may be on a full disk: the work goes on.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") return;
  process.exitCode ||= 1;
  process.stderr.write(
    `smooth-edges: the output must go to a file that can be written to, got ${error.code}\n`,
  );
});
process.stderr.on("error", () => {});

async function main(): Promise<void> {
  try {
    await (await program()).parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
    else if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 2;
    } else throw error;
  }
}

void main();
