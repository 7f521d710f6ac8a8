/** Model formulas of R for data frames ({@link fromFormula}). */
import { dateReaders } from "../data/files/date-format";
import type { DesignInput } from "../design/design-input";
import { checkFeatureNames } from "../design/design-matrix";
import { listOf, mustBe } from "../errors";
import { checkKeys, didYouMean } from "../options";
import type { ColumnEncoder } from "./column-encoder";
import {
  columnsIn,
  type Expression,
  keyOf,
  namesIn,
  parseFormula,
  strataIn,
  type Term,
  type Terms,
  termsOf,
  textOf,
} from "./formula";
import { type ColumnReader, type FormulaFactor, learnCalculated } from "./formula-encoder";
import { divideStrata, type FormulaResponse, formulaResponse } from "./formula-response";
import { FrameData, type FrameResponse } from "./frame-data";
import { FrameEncoder } from "./frame-encoder";
import {
  checkRules,
  type FromFrameOptions,
  firstValue,
  freshColumns,
  keptRows,
  listedNames,
  missingOf,
  relearnColumn,
  rowsUpTo,
  tableOf,
} from "./from-frame";
import { learnLevelColumn } from "./level-column";
import { learnNumberColumn } from "./number-column";

/** Options of {@link fromFormula}: those of {@link fromFrame} but for the columns, which the formula names. */
export type FromFormulaOptions = Omit<FromFrameOptions, "response" | "features" | "exclude">;

const keys = ["categorical", "dates", "missing", "drop", "unknown", "sparse"];

/** The remedy for options that say what the formula says. */
const otherNames = Object.fromEntries(
  ["response", "features", "exclude"].map((name) => [name, "the formula names the columns"]),
);

/**
 * Reads a data frame for a model by a formula as R has it, such as `rent ~ area + city + area:city`.
 *
 * | in the formula | features |
 * | --- | --- |
 * | `a + b`, `.` | columns, or all others; texts become indicators of their levels, as in {@link fromFrame} |
 * | `a:b`, `a * b` | the products of their features; these, and both by themselves |
 * | `(a + b)^2`, `a/b`, `- a` | products of up to two; `a + a:b`; all but `a` |
 * | `poly(a, 3)`, `poly(a, 3, raw = TRUE)` | orthonormal polynomials; powers |
 * | `ns(a, 4)`, `bs(a, 5, degree = 2)` | natural and B-splines |
 * | `log(a)`, `sqrt(a)`, `I(a^2 + b)`, `I(a > 3)`, `I(city == "Ulm")` | a calculation, 1 and 0 where it compares |
 * | `factor(a)` | indicators of the levels of a column of numbers |
 * | `- 1`, `+ 0` | no intercept: `fitIntercept` of the result is false, which estimators take |
 *
 * The response may be a column, a calculation such as `log(rent)`, `Surv(time, event)` or `Surv(start, time, event)` with `event`
 * 1 or `status == 2` and the like, for `cox()`, perhaps with `+ strata(site)` among the terms, or `cbind(a, b)` for several responses, and
 * `cbind(successes = a, failures = b)` for `binomial()`. A column within a calculated response may be a feature too, but for times and events, which
 * are not known when a prediction is made. `.` leaves out the columns of the response and those that `strata()` names. Columns are
 * those of R's `model.matrix`, products named `a:b` too, but indicators are `city=Ulm`; with `drop: "first"` levels are coded as R's
 * treatment contrasts are. The features of one term are one group. A name with other marks than letters, digits, points and underscores
 * stands in backticks.
 *
 * @param formula the response, `~` and the terms.
 * @param frame as {@link fromFrame} takes it.
 * @param options those of {@link fromFrame}. Missing values are imputed before anything is calculated from them.
 * @returns what {@link fromFrame} does: `encode` remembers levels, knots, polynomials and imputed values for new frames.
 * @throws InputError naming the character of the formula, the column or the value that is not as it must be.
 * @see R, `formula` and `model.matrix`; Wilkinson and Rogers, Symbolic description of factorial models (1973)
 * @example
 * ```ts
 * const frame = { area: [50, 70, 90, 60], city: ["Ulm", "Bonn", "Kiel", "Ulm"], rent: [9, 14, 15, 10] };
 * const data = fromFormula("log(rent) ~ area * city", frame);
 * data.featureNames.slice(3); // ["city=Ulm", "area:city=Bonn", "area:city=Kiel", "area:city=Ulm"]
 * data.groups; // [0, 1, 1, 1, 2, 2, 2]
 * const fit = new SmoothGroupLasso({ groups: data.groups, lambda: 0.1 }).fit(data.X, data.y);
 * fit.predict(data.encode({ city: ["Kiel"], area: [80] })).length; // 1
 * ```
 */
export function fromFormula(
  formula: string,
  frame: DesignInput,
  options: FromFormulaOptions = {},
): FrameData {
  const where = "fromFormula";
  checkKeys(where, options, keys, undefined, otherNames);
  const rules = checkRules(where, options);
  const { missing } = rules;
  const { source, names, valuesOf } = tableOf(where, frame);
  const { parsed, terms, strata } = readTerms(where, formula, names);
  const formatOf = (name: string): string | undefined => (dates.has(name) ? options.dates![name] : undefined);
  const response = formulaResponse(where, parsed.response, strata, { names, formatOf });
  checkColumns(where, response.names, names);
  const namesOf = (factor: Expression): string[] =>
    factor.kind === "name" ? [factor.name] : columnsIn(factor, names);
  const features = [...new Set(terms.terms.flat().flatMap(namesOf))];
  const whole = terms.terms.flat().find((factor) => textOf(factor) === textOf(parsed.response));
  checkColumns(where, features, names, [...response.reserved, ...(whole ? namesOf(whole) : [])]);
  const used = [...new Set([...response.names, ...features])];
  checkFeatureNames(where, names, used);
  const dates = dateReaders(where, options.dates ?? {}, used, "formats of columns of the formula");
  const categorical = new Set(listedNames(options.categorical ?? []));
  for (const name of categorical)
    if (!features.includes(name))
      throw mustBe(where, "categorical", "columns of the formula", name, didYouMean(name, features));

  const values = new Map(used.map((name) => [name, valuesOf(name)]));
  const rows = missing === "drop" ? keptRows(where, values, source.nRows) : rowsUpTo(source.nRows);
  const readerOf =
    (some: Int32Array): ColumnReader =>
    (name) => ({ name, values: values.get(name) ?? valuesOf(name), rows: some });
  const read = readerOf(rows);
  const learner = new FormulaLearner(where, terms, { features, categorical, formatOf, read, rules });
  const encoder = learner.encoderOf(where, learner.columns, read, rows.length);
  return new FrameData({
    X: encoder.encodeRows(where, source, rows),
    y: response.read(where, read),
    rows,
    nRows: source.nRows,
    nFilled: learner.columns.map(({ name }) => missingOf(read(name))),
    encoder,
    fitIntercept: terms.intercept,
    learn: (at, some) => {
      const own = readerOf(some);
      const columns = learner.columns.map((column) => relearnColumn(at, column, own(column.name), rules));
      return learner.encoderOf(at, columns, own, some.length);
    },
    source,
    responseParts: {
      columns: response.names,
      expression: {
        text: textOf(parsed.response),
        strata: strata.map(({ value }) => textOf(value)),
        dates: Object.fromEntries(
          response.names.filter((name) => dates.has(name)).map((name) => [name, options.dates![name]]),
        ),
      },
    },
    missing,
    response: (fresh, some) => readFreshResponse(response, fresh, some),
  });
}

/** Parses a formula, and divides its terms into those of features and those of strata. */
function readTerms(where: string, formula: string, names: readonly string[]) {
  const parsed = parseFormula(where, formula);
  const beside = new Set([...columnsIn(parsed.response, names), ...strataIn(parsed.terms)]);
  const others = names.filter((name) => !beside.has(name));
  const { terms: all, intercept } = termsOf(where, parsed.terms, others);
  const { features, strata } = divideStrata(where, all);
  const terms: Terms = { terms: features, intercept };
  return { parsed, terms, strata };
}

/** What the columns of a formula are learnt from. */
interface LearntFrom {
  readonly features: readonly string[];
  /** Columns that are of levels whatever their values. */
  readonly categorical: ReadonlySet<string>;
  /** The format of a column of dates; undefined for others. */
  readonly formatOf: (name: string) => string | undefined;
  readonly read: ColumnReader;
  readonly rules: ReturnType<typeof checkRules>;
}

/** Learns the columns of the terms of a formula, and how its factors are encoded. */
class FormulaLearner {
  /** A column is one of levels, one of numbers, or both, as in `x + factor(x)`. */
  readonly columns: ColumnEncoder[] = [];
  readonly #where: string;
  readonly #terms: Terms;
  readonly #from: LearntFrom;
  readonly #positions = new Map<string, number>();
  readonly #isContrast: (term: Term, factor: Expression) => boolean;

  constructor(where: string, terms: Terms, from: LearntFrom) {
    this.#where = where;
    this.#terms = terms;
    this.#from = from;
    const { features, categorical } = from;
    for (const factor of terms.terms.flat()) {
      if (this.#columnOf(factor) !== undefined) continue;
      for (const name of namesIn(factor))
        if (features.includes(name)) this.#indexOf(name, this.#isLevels(name), categorical.has(name));
    }
    this.#isContrast = contrastsOf(terms, (factor) => {
      const name = columnIn(where, factor);
      return name !== undefined && (factor.kind === "call" || this.#isLevels(name));
    });
  }

  /** Returns the encoder of columns that were learnt from some rows. */
  encoderOf(
    where: string,
    columns: readonly ColumnEncoder[],
    read: ColumnReader,
    nRows: number,
  ): FrameEncoder {
    const { drop, unknown, sparse } = this.#from.rules;
    const factors: FormulaFactor[] = [];
    const places = new Map<string, number>();
    const place = (key: string, make: () => FormulaFactor): number => {
      if (!places.has(key)) places.set(key, factors.push(make()) - 1);
      return places.get(key)!;
    };
    const terms = this.#terms.terms.map((term) =>
      term.map((factor) => {
        const text = textOf(factor);
        const column = this.#columnOf(factor);
        if (column === undefined)
          return place(text, () => learnCalculated(where, factor, columns, read, nRows));
        const { levels, featureNames } = columns[column];
        const isDropped = drop === "first" || (drop === "ifBinary" && featureNames.length === 2);
        const dropsFirst = levels !== undefined && isDropped && this.#isContrast(term, factor);
        return place(`${text}\0${dropsFirst}`, () => ({ column, dropsFirst }));
      }),
    );
    return new FrameEncoder(where, { columns, drop: "none", unknown, sparse, formula: { factors, terms } });
  }

  /** The place of the column that a factor is, which is learnt where it is new; undefined for a calculation. */
  #columnOf(factor: Expression): number | undefined {
    const name = columnIn(this.#where, factor);
    if (name === undefined) return undefined;
    const isForced = factor.kind === "call" || this.#from.categorical.has(name);
    return this.#indexOf(name, isForced || this.#isLevels(name), isForced);
  }

  #isLevels(name: string): boolean {
    const { categorical, formatOf, read } = this.#from;
    return (
      categorical.has(name) || (formatOf(name) === undefined && typeof firstValue(read(name)) === "string")
    );
  }

  #indexOf(name: string, asLevels: boolean, isRequested: boolean): number {
    const key = `${name}\0${asLevels}`;
    const known = this.#positions.get(key);
    if (known !== undefined) return known;
    this.#positions.set(key, this.columns.length);
    const { read, formatOf, rules } = this.#from;
    const { missing, unknown } = rules;
    const column = asLevels
      ? learnLevelColumn(this.#where, read(name), { drop: "none", unknown, missing, isRequested })
      : learnNumberColumn(this.#where, read(name), missing, formatOf(name));
    return this.columns.push(column) - 1;
  }
}

/** Reads the response of a formula from a new frame. @throws InputError naming a column that is missing, and as `read`. */
export function readFreshResponse(
  { names, read }: FormulaResponse,
  frame: DesignInput,
  rows?: Int32Array,
): FrameResponse {
  const where = "response";
  const own = freshColumns(where, frame, names, rows);
  return read(where, (name) => own[names.indexOf(name)]);
}

/** @param reserved the columns that cannot be features. */
function checkColumns(
  where: string,
  given: readonly string[],
  known: readonly string[],
  reserved: readonly string[] = [],
): void {
  const isKnown = new Set(known);
  for (const name of given) {
    if (reserved.includes(name)) {
      const remedy = "where it is a feature too, give the frame a copy of it under another name";
      throw mustBe(where, "the terms of the formula", "of columns that are no response", name, remedy);
    }
    if (isKnown.has(name)) continue;
    const free = known.filter((each) => !reserved.includes(each));
    const remedy = didYouMean(name, free) ?? `there are ${listOf(free, "and")}`;
    throw mustBe(where, "the formula", "of columns of the frame", name, remedy);
  }
}

/** The name of the column that a factor is, by itself or as `factor(name)`; undefined for a calculation. */
function columnIn(where: string, factor: Expression): string | undefined {
  if (factor.kind === "name") return factor.name;
  if (factor.kind !== "call" || !/^(as\.)?factor$/.test(factor.name)) return undefined;
  const [argument, ...rest] = factor.args;
  if (argument?.value.kind === "name" && rest.length === 0) return argument.value.name;
  throw mustBe(where, `${factor.name}()`, "of one column", textOf(factor));
}

/**
 * Tells which factors of which terms are coded by contrasts, without the first level: those whose term without them is in the formula too. All
 * levels of the first factor are coded where there is no intercept.
 *
 * @see R, `model.matrix`; Chambers and Hastie, Statistical models in S (1992), 2.4.1
 */
function contrastsOf({ terms, intercept }: Terms, isCategory: (factor: Expression) => boolean) {
  const known = new Set(terms.map(keyOf));
  const firstTerm = intercept ? undefined : terms.find((term) => term.some(isCategory));
  const first = firstTerm?.find(isCategory);
  return (term: Term, factor: Expression): boolean => {
    if (term === firstTerm && factor === first) return false;
    const rest = term.filter((other) => other !== factor);
    return rest.length === 0 || known.has(keyOf(rest));
  };
}
