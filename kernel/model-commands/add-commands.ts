/** Adds the commands that fit, use and explain models to the command line ({@link addModelCommands}). */
import { type Command, InvalidArgumentError, Option } from "commander";
import { dataNotNamed, optionForeign, responseNotNamed } from "../data-errors";
import {
  addReadingFlags,
  lossOption,
  oneOf,
  type ReadingFlags,
  readingOptions,
} from "../new-notebook/reading-flags";
import type { LossName } from "../new-notebook/response-loss";
import { readTable } from "../new-notebook/table-roles";
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
  addForeignOptions(predict, "smooth-edges predict", FOREIGN_TO_PREDICT);
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
  readonly response?: string;
  readonly output: string;
  readonly report?: string;
  readonly estimator: string;
  readonly loss?: LossName;
  readonly event?: string;
  readonly sampleWeight?: string;
  readonly offset?: string;
  readonly penaltyFactor?: Readonly<Record<string, number>>;
  readonly features?: readonly string[];
  readonly exclude?: readonly string[];
  readonly categorical?: readonly string[];
  readonly missingRule: FitRequest["missingRule"];
  readonly choose: Choice;
}

/** The names of the choices in the tables and in glmnet. */
const OTHER_CHOICES: Readonly<Record<string, Choice>> = {
  lambda1se: "oneStandardError",
  lambdaMin: "best",
  "lambda.1se": "oneStandardError",
  "lambda.min": "best",
};

/** Adds the column and the factor of `--penalty-factor` to those before. */
function factorsWith(text: string, before: Readonly<Record<string, number>> = {}): Record<string, number> {
  const at = text.lastIndexOf("=");
  const factor = Number(text.slice(at + 1));
  if (at < 1 || text.length === at + 1 || !(factor >= 0 && factor < Number.POSITIVE_INFINITY))
    throw new InvalidArgumentError("It must be a column, = and a number of at least 0, such as age=0.");
  return { ...before, [text.slice(0, at)]: factor };
}

function chooseOption(): Option {
  const option = oneOf(
    "--choose <rule>",
    "the fit of the best score, or the sparsest within its standard error",
    CHOICES,
  );
  const check = option.parseArg!;
  return option
    .argParser((text) => OTHER_CHOICES[text] ?? check(text, undefined))
    .default("oneStandardError");
}

/** Options of glmnet and scikit-learn, and what does the same here. */
const FOREIGN_TO_FIT: Readonly<Record<string, string>> = {
  "--alpha": "glmnet's alpha is --l1-ratio with --estimator SmoothElasticNet, scikit-learn's is --lambda",
  "--family": "glmnet's family is --loss: gaussian is squaredError, binomial is logistic",
  "--s": "glmnet's s is --choose oneStandardError or --choose best, or a number for --lambda",
  "--type": "predict writes the expected values, and of classes the probability of each",
  "--weights": "--sample-weight names the column of weights",
  "--penalty-factors": "--penalty-factor column=0 leaves a column without a penalty",
};

const FOREIGN_TO_PREDICT: Readonly<Record<string, string>> = {
  "--s": "fit chooses lambda, by --choose or --lambda",
  "--type": "predict writes the expected values, and of classes the probability of each",
  "--newx": "name the file behind the model",
};

/** Adds options that help does not show, whose errors say what does the same here. */
function addForeignOptions(
  command: Command,
  where: string,
  remedies: Readonly<Record<string, string>>,
): void {
  for (const [flag, remedy] of Object.entries(remedies))
    command.addOption(
      new Option(`${flag} <value>`).hideHelp().argParser(() => {
        throw optionForeign(where, flag, remedy);
      }),
    );
}

/** The options that take all words behind them. */
function listsOf({ features, exclude, categorical }: OwnFlags): string[] {
  return Object.entries({ features, exclude, categorical }).flatMap(([name, list]) =>
    list ? [`--${name}`] : [],
  );
}

async function addFit(
  root: Command,
  args: readonly string[],
  { out, err, signal }: CommandStreams,
): Promise<void> {
  const fit = root
    .command("fit")
    .description("fit a sparse model to a CSV file, with lambda chosen by cross-validation")
    .argument("[data]", "a CSV file with a line of names")
    .option("-y, --response <column>", "the column to explain (has to be given)")
    .option("-o, --output <file>", "where to write the model", "model.json")
    .option("--report <file>", "write a report there, a page with charts (.html)")
    .addOption(oneOf("--estimator <name>", "the model", ESTIMATORS).default("SmoothLasso"))
    .addOption(lossOption())
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
    .option("--sample-weight <column>", "the weights of the rows")
    .option(
      "--offset <column>",
      "a known part of the linear predictor, or log(column), such as of an exposure; predict needs it too",
    )
    .addOption(
      new Option(
        "--penalty-factor <column=factor>",
        "multiplies the penalty of a column; 0 keeps it in the model (may be repeated)",
      ).argParser(factorsWith),
    )
    .addOption(chooseOption())
    .option("--help-all", "display the options of every estimator and of cross-validation too");
  addForeignOptions(fit, "smooth-edges fit", FOREIGN_TO_FIT);
  fit.optionsGroup("How the file is written:");
  addReadingFlags(fit);
  fit.addHelpText("after", fitExamples);
  if (!args.includes("fit")) return;
  const { divided, flagOf, offeredOptions, takes } = await import("./library-flags.js");
  const offered = offeredOptions();
  const isAll = args.includes("--help-all");
  for (const { option, group } of offered.values())
    fit.addOption(flagOf(option).helpGroup(group).hideHelp(!isAll));
  fit.on("option:help-all", () => fit.help());
  fit.action(async (data: string | undefined, flags: OwnFlags) => {
    const where = "smooth-edges fit";
    if (data === undefined) throw dataNotNamed(where, listsOf(flags));
    if (flags.response === undefined)
      throw responseNotNamed(where, Object.keys(readTable(where, data, readingOptions(flags)).columns), data);
    const given = Object.fromEntries(
      Object.entries(flags).filter(([name]) => offered.has(name) && fit.getOptionValueSource(name) === "cli"),
    );
    const { estimator, features, exclude, categorical, loss, event, sampleWeight, offset } = flags;
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
      sampleWeight,
      offset,
      penaltyFactors: flags.penaltyFactor,
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
--help-all lists the options of every estimator and of cross-validation, such as --lambda and --folds.
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
