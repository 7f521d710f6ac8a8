/** Chooses the loss for a response by its values, and says why ({@link lossFor}). */
import type { FileColumns } from "smooth-edges/data";
import { columnUnknown, lossNeeded, lossRefused } from "../data-errors";
import { named, shellQuoted } from "./column-roles";
import { hasTexts } from "./csv-reading";

/** The losses that a new notebook may have. */
export const LOSSES = [
  "squaredError",
  "logistic",
  "multinomial",
  "poisson",
  "negativeBinomial",
  "gamma",
  "cox",
] as const;

export type LossName = (typeof LOSSES)[number];

/** The statements of the user about the response, which take the place of what its values say. */
export interface LossChoice {
  readonly loss?: LossName;
  /** The option that says the loss, for errors. Default: `--loss` with its name. */
  readonly saidBy?: string;
  /** The column that says whether a time ended with an event. */
  readonly event?: string;
}

/** The loss of a response. */
export interface ResponseLoss {
  readonly loss: LossName;
  /** Why, as the rest of a sentence after the name of the response, without a full stop. */
  readonly why: string;
  /** A sentence, without a full stop, where the values leave open what they are. */
  readonly doubt?: string;
  /** The columns of a response of times: that of events, and that of the times from which on rows were observed. */
  readonly event?: string;
  readonly start?: string | undefined;
  /** The response as a formula has it, where it is made of two columns. */
  readonly formula?: string;
}

/** Names of columns of times until an event, of those events, and of times of entry. */
const TIMES = /time|days|weeks|months|years|surviv|follow.?up|duration|tenure|^(os|pfs|dfs|rfs|ttp)$/i;
const EVENTS =
  /^(event|status|death|dead|died|deceased|failure|failed|relapse|recur(rence)?|progression|delta|churn(ed)?)s?$|[._ -](event|status)$|^(os|pfs|dfs|rfs)[._ ]?(event|status)$/i;

const STARTS = /^(t?start|entry|enter(ed)?|begin)([._ -]?time)?$/i;

/** The codes of events, and which of both is one: 1 beside 0, and 2 beside 1 as in the tables of R's survival. */
const CODES: Readonly<Record<string, number>> = { "0,1": 1, "1,2": 2 };

/**
 * Chooses the loss: that of the user, else Cox's for times with a column of events, a logistic or multinomial one for classes, Poisson's or,
 * where their variance is far above their mean, a negative binomial one for counts, and squared error for other numbers.
 *
 * @throws {UsageError} when the loss of the user does not fit the values, or their column of events is none, and when whole numbers may as
 * well be classes ({@link numberedClasses}).
 */
export function lossFor(
  where: string,
  data: string,
  response: string,
  columns: FileColumns,
  choice: LossChoice,
): ResponseLoss {
  const names = Object.keys(columns);
  if (choice.event !== undefined && !names.includes(choice.event))
    throw columnUnknown(where, "--event", choice.event, names, data);
  const values = columns[response].filter((value) => value !== null);
  const distinct = new Set(values);
  const isNumeric = !hasTexts(values);
  const least = isNumeric
    ? (values as number[]).reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
    : Number.NaN;
  const number = isNumeric ? `whose least is ${least}` : "which has texts";
  const count = `which has ${distinct.size}`;
  const needs: Readonly<Record<LossName, readonly [boolean, string, string]>> = {
    squaredError: [isNumeric, "numbers", number],
    logistic: [distinct.size === 2, "two values", count],
    multinomial: [distinct.size > 2, "three classes or more", count],
    poisson: [least >= 0, "numbers of at least 0", number],
    negativeBinomial: [least >= 0, "numbers of at least 0", number],
    gamma: [least > 0, "numbers above 0", number],
    cox: [least > 0, "times above 0", number],
  };
  const events = isNumeric && least > 0 ? eventsOf(where, response, columns, choice) : [];
  const event = events.length === 1 ? events[0] : undefined;
  const { loss, saidBy = `--loss ${loss}` } = choice;
  if (loss !== undefined) {
    const [fits, rule, fault] = needs[loss];
    if (!fits) throw lossRefused(where, saidBy, rule, response, fault);
    if (loss === "cox" && event === undefined)
      throw lossRefused(
        where,
        "--loss cox",
        "a column of events, which --event names",
        response,
        "without one",
      );
    if (loss !== "cox") return { loss, why: `is explained by \`${choice.saidBy ?? loss}\`, as you said` };
  }
  if (choice.event !== undefined && event === undefined)
    throw lossRefused(where, "--event", "times above 0", response, number);
  if (event !== undefined) return survivalLoss(response, columns, event);
  if (distinct.size === 2)
    return { loss: "logistic", why: "has two values: a logistic regression tells them apart" };
  if (!isNumeric)
    return {
      loss: "multinomial",
      why: `has ${distinct.size} classes: a multinomial regression tells them apart`,
    };
  const classes = numberedClasses(values as number[]);
  if (classes !== undefined) throw lossNeeded(where, response, data, classes);
  const counted = countLoss(values as number[]);
  if (events.length === 0) return { ...counted, why: `${counted.why}${unclearEvents(response, columns)}` };
  const several = events.map((name) => `\`--event ${shellQuoted(name)}\``).join(" or ");
  return { ...counted, why: `${counted.why}; where it is a time until an event, say ${several}` };
}

/** The columns of events that may go with a response of times: the one named, or those whose names and values say so. */
function eventsOf(
  where: string,
  response: string,
  columns: FileColumns,
  { loss, event }: LossChoice,
): readonly string[] {
  const others = Object.keys(columns).filter((name) => name !== response);
  if (event !== undefined) {
    const rule = "a column of 0 and 1, or of 1 and 2, beside the response";
    if (!others.includes(event)) throw lossRefused(where, "--event", rule, event, "which is the response");
    if (codeOf(columns[event]) === undefined)
      throw lossRefused(where, "--event", rule, event, "which has other values");
    return [event];
  }
  const isTime = TIMES.test(response) || startOf(response, columns) !== undefined;
  if (loss !== "cox" && (loss !== undefined || !isTime)) return [];
  return others.filter((name) => EVENTS.test(name) && codeOf(columns[name]) !== undefined);
}

/** The column of the times at which the rows came under observation, by its name and its values, which are below those of the response. */
function startOf(response: string, columns: FileColumns): string | undefined {
  const isBefore = (start: unknown, i: number): boolean => {
    const stop = columns[response][i];
    return start === null || stop === null || (Number(start) >= 0 && Number(start) < Number(stop));
  };
  return Object.keys(columns).find(
    (name) => name !== response && STARTS.test(name) && columns[name].every(isBefore),
  );
}

/** A remedy where a column has the name of events and more values than two, as R's `pbc` has; empty where there is none. */
function unclearEvents(response: string, columns: FileColumns): string {
  const name = Object.keys(columns).find((each) => each !== response && EVENTS.test(each));
  if (name === undefined || !TIMES.test(response)) return "";
  const distinct = [...new Set(columns[name])].filter((value) => value !== null).sort();
  if (distinct.length < 3 || distinct.length > 5) return "";
  const codes = `${distinct.slice(0, -1).join(", ")} and ${distinct.at(-1)}`;
  return `; where it is a time that ended as ${named(name)} says, with ${codes}, add a column with 1 for an event and 0 for none, and name it by \`--event\``;
}

/** The value of an event; undefined for a column that has none. */
function codeOf(values: FileColumns[string]): number | undefined {
  return CODES[
    [...new Set(values)]
      .filter((value) => value !== null)
      .sort()
      .join(",")
  ];
}

function survivalLoss(response: string, columns: FileColumns, event: string): ResponseLoss {
  const code = codeOf(columns[event])!;
  const nEvents = columns[event].filter((value) => value === code).length;
  const isEvent = code === 1 ? inFormula(event) : `${inFormula(event)} == ${code}`;
  const start = startOf(response, columns);
  const since = start === undefined ? "" : `, observed from ${named(start)} on`;
  return {
    loss: "cox",
    event,
    start,
    formula: `Surv(${start === undefined ? "" : `${inFormula(start)}, `}${inFormula(response)}, ${isEvent})`,
    why: `is a time${since}, which ends with an event in the ${nEvents} rows where ${named(event)} is ${code}, and is censored in the others: Cox's proportional hazards explain it; \`--loss squaredError\` takes it for a number`,
  };
}

/** Writes a name as a formula has it. */
export function inFormula(name: string): string {
  return /^[\p{L}.][\p{L}\p{N}._]*$/u.test(name) ? name : `\`${name}\``;
}

/** Bounds of the number of different whole numbers that may be classes. */
const [MIN_CLASSES, MAX_CLASSES] = [3, 10];

/** Least share of the rows in each of the numbers that may be classes: counts have rarer ones among their largest. */
const MIN_CLASS_SHARE = 0.05;

/**
 * The rows of each number where numbers may as well be classes: 3 to 10 different ones, which follow each other from 0 or 1, each in two
 * rows or more and in 5 % of the rows.
 */
function numberedClasses(values: readonly number[]): ReadonlyMap<number, number> | undefined {
  const counts = countsOf(values);
  const numbers = [...counts.keys()];
  const isRun = numbers.every((number, k) => number === numbers[0] + k) && [0, 1].includes(numbers[0]);
  const isMany = numbers.length >= MIN_CLASSES && numbers.length <= MAX_CLASSES;
  const fewest = Math.max(2, MIN_CLASS_SHARE * values.length);
  return isRun && isMany && numbers.every((number) => counts.get(number)! >= fewest) ? counts : undefined;
}

/** The rows of each different value, ascending. */
function countsOf(values: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return new Map([...counts].sort(([a], [b]) => a - b));
}

/** The doubt about whole numbers of which few are different, each of them in several rows. */
function doubtOf(values: readonly number[], taken: string): { readonly doubt?: string } {
  const nDistinct = countsOf(values).size;
  if (nDistinct > MAX_CLASSES || 2 * nDistinct > values.length) return {};
  return {
    doubt: `the ${nDistinct} different whole numbers are taken for ${taken}; if they are classes, say \`--loss multinomial\``,
  };
}

/** Counts are whole numbers with zeros among them, most of them small; others may be scores, years or prices. */
function countLoss(values: readonly number[]): ResponseLoss {
  const isWhole = values.every((value) => Number.isInteger(value) && value >= 0);
  const squares = "is a number: least squares explain it";
  if (!isWhole) return { loss: "squaredError", why: squares };
  const ascending = Float64Array.from(values).sort();
  const [middle, most] = [ascending[Math.floor(ascending.length / 2)], ascending[ascending.length - 1]];
  const nZeros = values.filter((value) => value === 0).length;
  if (nZeros === 0 || 2 * middle > most)
    return {
      loss: "squaredError",
      why: `${squares}; where it counts something, \`--loss poisson\` may do better`,
      ...doubtOf(values, "a measure"),
    };
  const counted = `looks like a count, with whole numbers from 0 (${nZeros} of ${values.length}) to ${most}, half of them at most ${middle}`;
  const ratio = dispersionIndex(values);
  // Its standard error for Poisson's counts of one mean.
  const error = Math.sqrt(2 / (values.length - 1));
  if (ratio > OVERDISPERSED && ratio > 1 + SURE_ERRORS * error) {
    const varies = `whose variance is ${ratio.toPrecision(2)} times its mean, and 1 times for a Poisson count of one mean`;
    const model = "a negative binomial regression with an estimated theta explains it";
    const limit = "where the columns explain that variance, theta is large and the model near Poisson's";
    return {
      loss: "negativeBinomial",
      why: `${counted}, ${varies}: ${model}; ${limit}, which \`--loss poisson\` takes`,
      ...doubtOf(values, "counts"),
    };
  }
  return {
    loss: "poisson",
    why: `${counted}: a Poisson regression explains it; \`--loss squaredError\` takes it for a number`,
    ...doubtOf(values, "counts"),
  };
}

/** Least ratio of the variance of counts to their mean for a negative binomial model. */
const OVERDISPERSED = 2;

/** Least number of standard errors between the variance and the mean for it. */
const SURE_ERRORS = 4;

/**
 * The variance of counts over their mean.
 *
 * @see Fisher, The significance of deviations from expectation in a Poisson series (1950)
 */
function dispersionIndex(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return squares / (values.length - 1) / mean;
}
