/** Adds the commands that fit, use and explain models to the command line ({@link addModelCommands}). */
import type { Command } from "commander";
import { addReadingFlags, oneOf, type ReadingFlags, readingOptions } from "../new-notebook/reading-flags";
import { LOSSES, type LossName } from "../new-notebook/response-loss";
import { explainCommand } from "./explain-command";
import { fitCommand } from "./fit-command";
import { CHOICES, type Choice, type FitRequest, MISSING_RULES } from "./fit-plan";
import { predictCommand } from "./predict-command";
import { ESTIMATORS } from "./run-plan";

/** Where the results of the commands go. */
export interface CommandStreams {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Makes the signal that the user ends the work by. */
  readonly signal: () => AbortSignal;
}

/**
 * Adds `fit`, `predict` and `explain`.
 *
 * @param args of the command line: the options of the library are read from their declarations, which takes a while, where `fit` is asked for.
 */
export async function addModelCommands(
  root: Command,
  args: readonly string[],
  streams: CommandStreams,
): Promise<void> {
  await addFit(root, args, streams);
  const predict = root
    .command("predict")
    .description("predict the rows of a CSV file by a model")
    .argument("<model>", "the file that fit wrote (.json)")
    .argument("<data>", "a CSV file with the columns of the model, in any order")
    .option("-o, --output <file>", "write the predictions there (default: to standard output)")
    .addOption(
      oneOf("--unknown <rule>", "levels that the fit has not seen (default: error)", ["error", "zero"]),
    );
  addReadingFlags(predict)
    .addHelpText("after", predictExamples)
    .action((model: string, data: string, { output, unknown, ...reading }: PredictFlags) => {
      predictCommand(model, data, { output, unknown, reading: readingOptions(reading), ...streams });
    });
  root
    .command("explain")
    .description("say what a model is and how it was made")
    .argument("<model>", "the file that fit wrote (.json)")
    .option("--report <file>", "write it there as a page too, with charts (.html)")
    .action(async (model: string, { report }: { readonly report?: string }) => {
      process.exitCode = await explainCommand(model, { report, out: streams.out, err: streams.err });
    });
}

type PredictFlags = ReadingFlags & { readonly output?: string; readonly unknown?: "error" | "zero" };

/** The flags of `fit` that are not options of the library. */
interface OwnFlags extends ReadingFlags {
  readonly response: string;
  readonly output: string;
  readonly report?: string;
  readonly estimator: string;
  readonly loss?: LossName;
  readonly event?: string;
  readonly features?: readonly string[];
  readonly exclude?: readonly string[];
  readonly categorical?: readonly string[];
  readonly missingRule: FitRequest["missingRule"];
  readonly choose: Choice;
}

async function addFit(
  root: Command,
  args: readonly string[],
  { out, err, signal }: CommandStreams,
): Promise<void> {
  const fit = root
    .command("fit")
    .description("fit a sparse model to a CSV file, with lambda chosen by cross-validation")
    .argument("<data>", "a CSV file with a line of names")
    .requiredOption("-y, --response <column>", "the column to explain")
    .option("-o, --output <file>", "where to write the model", "model.json")
    .option("--report <file>", "write a report there, a page with charts (.html)")
    .addOption(oneOf("--estimator <name>", "the model", ESTIMATORS).default("SmoothLasso"))
    .addOption(oneOf("--loss <name>", "what is fitted (default: by the values of the response)", LOSSES))
    .option("--event <column>", "the response is a time, which ended with an event where this column says so")
    .option("--features <column...>", "the columns to explain it by (default: all that can be)")
    .option("--exclude <column...>", "columns that are no features")
    .option("--categorical <column...>", "columns whose values are levels, though they are numbers")
    .addOption(
      oneOf(
        "--missing-rule <rule>",
        "what a missing value is read as, or its row left out",
        MISSING_RULES,
      ).default("mean"),
    )
    .addOption(
      oneOf(
        "--choose <rule>",
        "the fit of the best score, or the sparsest within its standard error",
        CHOICES,
      ).default("oneStandardError"),
    );
  fit.optionsGroup("How the file is written:");
  addReadingFlags(fit);
  fit.addHelpText("after", fitExamples);
  if (!args.includes("fit")) return;
  const { divided, flagOf, offeredOptions, takes } = await import("./library-flags.js");
  const offered = offeredOptions();
  for (const { option, group } of offered.values()) fit.addOption(flagOf(option).helpGroup(group));
  fit.action(async (data: string, flags: OwnFlags) => {
    const given = Object.fromEntries(
      Object.entries(flags).filter(([name]) => offered.has(name) && fit.getOptionValueSource(name) === "cli"),
    );
    const { estimator, features, exclude, categorical, loss, event } = flags;
    const request: FitRequest = {
      data,
      response: flags.response,
      reading: readingOptions(flags),
      columns: {
        ...(features && { features }),
        ...(exclude && { exclude }),
        ...(categorical && { categorical }),
      },
      missingRule: flags.missingRule,
      loss: { ...(loss && { loss }), ...(event !== undefined && { event }) },
      takesGroups: takes(estimator, "groups"),
      choose: flags.choose,
      ...divided(estimator, given, offered),
    };
    process.exitCode = await fitCommand(request, {
      output: flags.output,
      report: flags.report,
      out,
      err,
      signal: signal(),
    });
  });
}

const fitExamples = `
Values are JSON or else text: --q 0.5, --lambdas [1,0.1], --standardize false.
With --lambda the model is fitted at it, without cross-validation.

Examples:
  $ smooth-edges fit flats.csv --response rent
  $ smooth-edges fit flats.csv --response rent --report report.html
  $ smooth-edges fit flats.csv --response rent --estimator SmoothBridge --q 0.5
  $ smooth-edges fit stays.csv --response days --event died --choose best
  $ smooth-edges predict model.json new-flats.csv --output predictions.csv

Exit codes: 0 done, 1 a result is not in its place, 2 wrong input, 130 interrupted: what was fitted before is written.`;

const predictExamples = `
Examples:
  $ smooth-edges predict model.json new-flats.csv > predictions.csv
  $ smooth-edges predict model.json new-flats.csv --unknown zero`;
