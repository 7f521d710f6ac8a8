/** Reads a CSV file for a model: the response and its loss, the features, and the columns that are left out with the reasons ({@link tableRoles}). */
import { existsSync } from "node:fs";
import type { FileColumns } from "smooth-edges/data";
import {
  columnUnknown,
  dataMissing,
  dataUnreadable,
  responseConstant,
  responseMissing,
  responseRefused,
} from "../data-errors";
import {
  ambiguityRemark,
  areNumberedLevels,
  dateFormatsOf,
  exclusionReason,
  type KeepingRemedies,
  named,
  remarkOnTextValues,
  responseFault,
  subjectColumn,
} from "./column-roles";
import { type CsvReading, type ReadingOptions, readingOf } from "./csv-reading";
import { type LossChoice, lossFor, type ResponseLoss } from "./response-loss";

/** Least number of rows of a model, and of subjects that folds are made of: ten folds need as many. */
export const MIN_ROWS = 10;

/** The columns that the user names, which take the place of what their values say. */
export interface ColumnChoice {
  /** The features. Default: all columns but the response and those that {@link TableRoles.leftOut} has. */
  readonly features?: readonly string[];
  /** Columns that are no features. */
  readonly exclude?: readonly string[];
  /** Features whose values are levels. */
  readonly categorical?: readonly string[];
}

/** A CSV file as a model takes it. */
export interface TableRoles {
  readonly reading: CsvReading;
  /** The loss, and the columns of a response of times. */
  readonly method: ResponseLoss;
  /** The response, and the columns of its events and of its times of entry. */
  readonly responses: readonly string[];
  readonly features: readonly string[];
  /** The reason why a column is no feature; empty where the user said so. */
  readonly leftOut: ReadonlyMap<string, string>;
  /** Features whose values are levels although some of them are numbers. */
  readonly categorical: readonly string[];
  /** Sentences, without a full stop, about columns that are left out or may be read differently. */
  readonly remarks: readonly string[];
  /** The column of identifiers of which several rows are; undefined where there is none. */
  readonly subject: string | undefined;
}

/** What a caller asks of a file, and the words of its remedies. */
interface RolesRequest {
  readonly given: ReadingOptions;
  readonly choice: LossChoice;
  readonly columns?: ColumnChoice;
  readonly remedies: KeepingRemedies;
}

/**
 * Reads a CSV file and finds what each of its columns is.
 *
 * These columns are left out: those without a name or a value, of one value, or that count the rows, and texts that are all
 * different, dates of several possible formats, or otherwise no categories. Texts of few levels, some of which are integers, such as
 * `1`, `2` and `3+` or postcodes, are categorical.
 *
 * @param where the command, for its errors.
 * @param data path of a CSV file with a line of names.
 * @param response the column to explain.
 * @throws {UsageError} when the data cannot be read or lack a column that is named, and when the response has one value or none, or is
 * neither numeric nor of classes.
 */
export function tableRoles(
  where: string,
  data: string,
  response: string,
  { given, choice, columns: chosen = {}, remedies }: RolesRequest,
): TableRoles {
  const reading = readWithDates(where, data, response, given);
  const { columns, options } = reading;
  const names = Object.keys(columns);
  if (response === "" || !names.includes(response))
    throw columnUnknown(where, "--response", response, names, data);
  for (const [role, listed] of Object.entries(chosen))
    for (const name of listed)
      if (!names.includes(name)) throw columnUnknown(where, `--${role}`, name, names, data);
  const distinct = new Set(columns[response].filter((value) => value !== null));
  if (distinct.size === 0) throw responseMissing(where, response, data);
  if (distinct.size === 1) throw responseConstant(where, response, data);
  const refusal = responseFault(response, reading);
  if (refusal !== undefined) throw responseRefused(where, response, refusal);
  const method = lossFor(where, data, response, columns, choice);
  const responses = [response, method.event, method.start].filter((name) => name !== undefined);
  const others = names.filter((name) => !responses.includes(name));
  const leftOut = new Map<string, string>();
  for (const name of others) {
    const { features, exclude = [], categorical = [] } = chosen;
    const isUnwanted = exclude.includes(name) || (features && !features.includes(name));
    const isWanted = features?.includes(name) || categorical.includes(name);
    const reason = isUnwanted ? "" : isWanted ? undefined : exclusionReason(name, reading, remedies);
    if (reason !== undefined) leftOut.set(name, reason);
  }
  const features = others.filter((name) => !leftOut.has(name));
  const subject = subjectColumn(columns, MIN_ROWS);
  return {
    reading,
    method,
    responses,
    features,
    leftOut,
    categorical: features.filter(
      (name) => chosen.categorical?.includes(name) || areNumberedLevels(columns[name]),
    ),
    remarks: [
      ...Object.entries(options.dates ?? {})
        .filter(([name]) => features.includes(name))
        .map(
          ([name, format]) =>
            `${named(name)} has dates of the format ${format}, read as days since 1970-01-01`,
        ),
      ...remarksOnLeftOut(leftOut),
      ...[...reading.ambiguities]
        .filter(([name]) => !leftOut.has(name))
        .map(([name, formats]) => `${named(name)}: ${ambiguityRemark(columns[name], formats)}`),
      ...[...responses, ...features].flatMap((name) => remarkOnTextValues(name, reading)),
    ],
    subject: subject !== undefined && leftOut.has(subject) ? subject : undefined,
  };
}

/** One sentence a column that is left out for its values. */
export function remarksOnLeftOut(leftOut: TableRoles["leftOut"]): string[] {
  return [...leftOut]
    .filter(([, reason]) => reason !== "")
    .map(([name, reason]) => `${named(name)} is left out: ${reason}`);
}

/** Describes the column with the fewest values, unless all columns are complete. */
export function emptiestOf(names: readonly string[], columns: FileColumns): string[] {
  const lacks = (name: string): number => columns[name].filter((value) => value === null).length;
  const name = names.reduce((most, each) => (lacks(each) > lacks(most) ? each : most));
  return lacks(name) === 0 ? [] : [`${named(name)} lacks ${lacks(name)} of ${columns[name].length} values`];
}

/** Reads the file, with the dates whose texts have one format only. */
function readWithDates(where: string, data: string, response: string, given: ReadingOptions): CsvReading {
  const plain = readTable(where, data, given);
  const dates = Object.entries(plain.columns).flatMap(([name, values]) => {
    const formats = name === response ? [] : dateFormatsOf(name, values);
    return formats.length === 1 ? [[name, formats[0]]] : [];
  });
  if (dates.length === 0) return plain;
  return readTable(where, data, { ...given, dates: { ...given.dates, ...Object.fromEntries(dates) } });
}

/** Reads a CSV file. @throws {UsageError} when it is not there or cannot be read as the options say. */
export function readTable(where: string, data: string, given: ReadingOptions): CsvReading {
  if (!existsSync(data)) throw dataMissing(where, data);
  try {
    return readingOf(data, given);
  } catch (error) {
    throw dataUnreadable(where, data, (error as Error).message);
  }
}
