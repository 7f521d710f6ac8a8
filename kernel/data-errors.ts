/** The errors of commands that read tables and models, as those of `errors.ts`. */
import { didYouMean } from "../src/options";
import { quote, UsageError } from "./errors";

const readers =
  "--delimiter, --decimal, --thousands, --missing, --no-header and --encoding say how it is read";

export function dataMissing(where: string, path: string): UsageError {
  return new UsageError(`${where}: DATA must be an existing file, got ${quote(path)}`);
}

/** The error for a file that is no table. @param reason the error of the function that read it. */
export function dataUnreadable(where: string, path: string, reason: string): UsageError {
  return new UsageError(
    `${where}: DATA must be a CSV file that can be read as the options say, got ${quote(path)}: ${adviceOn(causeOf(reason))}`,
  );
}

export function responseRefused(where: string, column: string, reason: string): UsageError {
  return new UsageError(
    `${where}: --response must be a column of numbers or classes, got ${quote(column)}: ${adviceOn(reason)}`,
  );
}

/** A message without the name of the function that it begins with, which is none of a command line. */
function causeOf(message: string): string {
  return message.replace(/^[\w.]+: /, "");
}

/** Writes remedies as flags, and names those that say how a file is read, where a line of it is the cause and no remedy is known. */
function adviceOn(cause: string): string {
  const advice = cause.replace(/{ (\w+: .+?) }/g, (_, options: string) =>
    Array.from(options.matchAll(/(\w+): ("(?:[^"\\]|\\.)*"|\w+)/g), ([, name, value]) =>
      value === "false" ? `--no-${name}` : `--${name} ${value}`,
    ).join(" "),
  );
  return advice === cause && /\blines? \d/.test(cause) ? `${cause}; ${readers}` : advice;
}

export function columnUnknown(
  where: string,
  option: string,
  column: string,
  columns: readonly string[],
  path: string,
): UsageError {
  const most = 20;
  const more = columns.length > most ? ` and ${columns.length - most} more` : "";
  const hasValues = columns.some((name) => name !== "" && Number.isFinite(Number(name)));
  const remedy = "; where these are values, say --no-header: the columns are x0, x1 and so on then";
  const guess = didYouMean(column, columns);
  return new UsageError(
    `${where}: ${option} must be a column of ${path}, got ${quote(column)}; ` +
      (guess ?? `it has ${columns.slice(0, most).map(quote).join(", ")}${more}${hasValues ? remedy : ""}`),
  );
}

/** The error for a table with too few rows or features. @param rows that must be there, such as `"rows with a response"`. */
export function dataTooFew(
  where: string,
  path: string,
  rows: string,
  nRows: number,
  fewest: number,
  nFeatures: number,
  reasons: readonly string[],
): UsageError {
  return new UsageError(
    `${where}: DATA must have at least ${fewest} ${rows} and one column to explain it by, ` +
      `got ${nRows} row${nRows === 1 ? "" : "s"} and ${nFeatures} such column${nFeatures === 1 ? "" : "s"} in ${[quote(path), ...reasons].join("; ")}`,
  );
}

/** The error for a loss that does not fit the values of the response. @param fault what the column is instead, such as `which has texts`. */
export function lossRefused(
  where: string,
  option: string,
  rule: string,
  column: string,
  fault: string,
): UsageError {
  return new UsageError(`${where}: ${option} needs ${rule}, got column ${quote(column)}, ${fault}`);
}

/** The error for numbers that may as well be classes. @param counts of the rows of each number. */
export function lossNeeded(
  where: string,
  column: string,
  path: string,
  counts: ReadonlyMap<number, number>,
): UsageError {
  const values = [...counts].map(([value, count]) => `${value} (${count} rows)`);
  return new UsageError(
    `${where}: --loss must say what ${quote(column)} of ${path} is, since its numbers may be classes, counts or a measure, got ${values.join(", ")}; ` +
      "say --loss multinomial for classes, --loss poisson for counts, or --loss squaredError for a measure",
  );
}

export function responseConstant(where: string, column: string, path: string): UsageError {
  return new UsageError(
    `${where}: --response must be a column of at least two values, got ${quote(column)} of ${path}, which has one`,
  );
}

export function responseMissing(where: string, column: string, path: string): UsageError {
  return new UsageError(
    `${where}: --response must be a column of at least two values, got ${quote(column)} of ${path}, which has none`,
  );
}

export function modelMissing(where: string, path: string): UsageError {
  return new UsageError(`${where}: MODEL must be an existing file, got ${quote(path)}`);
}

export function modelUnreadable(where: string, path: string, reason: string): UsageError {
  return new UsageError(
    `${where}: MODEL must be a file that smooth-edges fit wrote, got ${quote(path)}: ${causeOf(reason)}`,
  );
}

/** The error for a column of a model that new data lack. */
export function modelColumnMissing(
  where: string,
  column: string,
  path: string,
  guess: string | undefined,
): UsageError {
  return new UsageError(
    `${where}: DATA must have every column of the model, got ${quote(path)} without ${quote(column)}${guess ? `; ${guess}` : ""}`,
  );
}

/**
 * The error for a value that a model cannot read.
 *
 * @param reason the error of the library, which counts rows from 0.
 * @param lineOf the line of the file in which a row begins.
 */
export function predictionRefused(
  where: string,
  path: string,
  reason: string,
  lineOf: (row: number) => number,
): UsageError {
  const cause = causeOf(reason)
    .replace(
      /^column (".*?"), row (\d+)/,
      (_, column, row) => `line ${lineOf(Number(row))}, column ${column}`,
    )
    .replace('an encoder learnt with unknown: "zero" takes', "--unknown zero takes")
    .replace(
      /; leave such rows out, or learn the encoder with missing: .*/,
      "; leave such rows out, or fit with --missing-rule mean",
    );
  return new UsageError(
    `${where}: DATA must have values that the model can read, got ${quote(path)}: ${cause}`,
  );
}

/** The error for weights or an offset that are no numbers. */
export function columnOfTexts(where: string, column: string, path: string): UsageError {
  return new UsageError(
    `${where}: --sample-weight and --offset must be columns of numbers, got ${quote(column)} of ${path}, which has texts`,
  );
}

/** The error for penalty factors of columns beside groups, whose penalties have factors of their own. */
export function factorsOfGroups(where: string, estimator: string): UsageError {
  return new UsageError(
    `${where}: --penalty-factor must come with an estimator of single coefficients, got ${estimator}; factors of groups need the library: its penaltyFactors`,
  );
}

/** The error for an option that another program has. @param remedy what does the same here. */
export function optionForeign(where: string, flag: string, remedy: string): UsageError {
  return new UsageError(`${where}: options must be those that --help lists, got ${flag}; ${remedy}`);
}

/** The error for a command without a file. */
export function dataNotNamed(where: string, lists: readonly string[]): UsageError {
  const remedy =
    lists.length === 0 ? "" : `; name it before ${lists.join(" and ")}, which take all words behind them`;
  return new UsageError(`${where}: DATA must be a CSV file, got none${remedy}`);
}

/** The error for a fit without a response. */
export function responseNotNamed(where: string, columns: readonly string[], path: string): UsageError {
  const most = 20;
  const more = columns.length > most ? ` and ${columns.length - most} more` : "";
  return new UsageError(
    `${where}: --response must be a column of ${path}, got none; it has ${columns.slice(0, most).map(quote).join(", ")}${more}`,
  );
}

export function placeTaken(where: string, option: string, path: string): UsageError {
  return new UsageError(
    `${where}: ${option} must be a new file or one that this command wrote, got ${quote(path)}; choose another name`,
  );
}

export function placeTwice(where: string, path: string): UsageError {
  return new UsageError(`${where}: --report must be another file than --output, got ${quote(path)} for both`);
}

export function reportNameInvalid(where: string, path: string): UsageError {
  return new UsageError(`${where}: --report must be a name that ends in .html, got ${quote(path)}`);
}

export function reportUndrawable(where: string, reason: string): UsageError {
  return new UsageError(`${where}: --report must be a page that can be drawn, got a failure (${reason})`);
}

export function placeNotWritable(where: string, option: string, path: string, code: string): UsageError {
  return new UsageError(`${where}: ${option} must be a path one can write to, got ${quote(path)} (${code})`);
}

export function interruptedEarly(): UsageError {
  return new UsageError(
    "smooth-edges fit: at least one fold must be fitted, got an interruption before; nothing is written",
  );
}

export function optionOfAnother(
  where: string,
  flag: string,
  estimators: readonly string[],
  estimator: string,
): UsageError {
  return new UsageError(
    `${where}: ${flag} must come with an estimator that has it, got ${estimator}; say --estimator ${estimators.join(" or ")}`,
  );
}

/** The error for a loss beside an estimator that has its own. */
export function lossOfEstimator(where: string, loss: string, estimator: string): UsageError {
  return new UsageError(
    `${where}: --loss must be left out with --estimator ${estimator}, which has a loss of its own, got ${loss}`,
  );
}

export function optionUnreadable(where: string, flag: string, text: string): UsageError {
  return new UsageError(`${where}: the value of ${flag} must be JSON or a word, got ${quote(text)}`);
}
