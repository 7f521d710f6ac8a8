/** The flags by which commands are told how a CSV file is written ({@link addReadingFlags}). */
import { type Command, InvalidArgumentError, Option } from "commander";
import type { ReadingOptions } from "./csv-reading";
import { LOSSES } from "./response-loss";

/** The flags of {@link addReadingFlags} as commander reads them. */
export type ReadingFlags = Omit<ReadingOptions, "dates" | "usualMissing"> & {
  readonly date?: Readonly<Record<string, string>>;
};

/** Adds the flags that say how a CSV file is written; {@link readingOptions} reads them. */
export function addReadingFlags(command: Command): Command {
  return command
    .addOption(
      new Option("--delimiter <character>", "what separates values (default: by the first line)").argParser(
        (text) => (text === "\\t" ? "\t" : text),
      ),
    )
    .addOption(oneOf("--decimal <character>", "what stands before decimals", [".", ","]))
    .addOption(
      oneOf("--thousands <character>", "what stands between groups of three digits", [",", ".", " ", "'"]),
    )
    .addOption(
      new Option("--missing <text>", "what else stands for a missing value (may be repeated)").argParser(
        (text, before: string[] = []) => [...before, text],
      ),
    )
    .addOption(
      new Option("--date <column=format>", "dates, such as day=DD.MM.YYYY (may be repeated)").argParser(
        datesWith,
      ),
    )
    .option("--no-header", "the first line has values; the columns are x0, x1 and so on")
    .option("--encoding <name>", "how letters are written as bytes, such as latin1 (default: utf-8)");
}

/** The options of `readCsv` that the flags say. */
export function readingOptions(flags: ReadingFlags): ReadingOptions {
  const { delimiter, decimal, thousands, missing, date, header, encoding } = flags;
  return {
    ...(delimiter !== undefined && { delimiter }),
    ...(decimal !== undefined && { decimal }),
    ...(thousands !== undefined && { thousands }),
    ...(missing !== undefined && { missing }),
    ...(encoding !== undefined && { encoding }),
    ...(header === false && { header }),
    ...(date !== undefined && { dates: date }),
  };
}

/** The names of some losses in glmnet and statsmodels. */
const FAMILIES: Readonly<Record<string, string>> = { gaussian: "squaredError", binomial: "logistic" };

/** Makes the option of the loss; its error says which loss a family of glmnet is. */
export function lossOption(): Option {
  const option = oneOf("--loss <name>", "what is fitted (default: by the values of the response)", LOSSES);
  const check = option.parseArg!;
  return option.argParser((text) => {
    const loss = FAMILIES[text];
    if (loss === undefined) return check(text, undefined);
    throw new InvalidArgumentError(`The loss of the family ${text} is ${loss}.`);
  });
}

/** Makes an option of few values; its error quotes the values, because one of them may be a comma. */
export function oneOf(flags: string, description: string, values: readonly string[]): Option {
  return new Option(flags, description).choices(values).argParser((text) => {
    if (values.includes(text)) return text;
    throw new InvalidArgumentError(`It must be one of ${values.map((value) => `"${value}"`).join(" ")}.`);
  });
}

/** Adds the column and the format of `--date` to those before. */
function datesWith(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("It must be a column, = and a format, such as day=DD.MM.YYYY.");
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}
