/** Encodes the terms of a formula as features ({@link FormulaEncoder}): columns, calculations, polynomials, splines, and their products. */
import { InputError, mustBe, placeOf } from "../errors";
import { didYouMean } from "../options";
import {
  type ColumnEncoder,
  type FrameColumn,
  isMissing,
  type PutEntry,
  valueNeeded,
} from "./column-encoder";
import { type Argument, columnsIn, type Expression, isTruthValue, parseExpression, textOf } from "./formula";
import { levelColumn, type UnknownRule } from "./level-column";
import { quantileKnots, splineBasis } from "./spline-features";

/** The column of a name in the rows that are encoded. */
export type ColumnReader = (name: string) => FrameColumn;

/** One factor of the products that terms are: a column, or a calculation and what was learnt for it. */
export type FormulaFactor = ColumnFactor | CalculatedFactor;

interface ColumnFactor {
  /** The index of the column. */
  readonly column: number;
  /** Whether the first level has no indicator. */
  readonly dropsFirst: boolean;
}

interface CalculatedFactor {
  /** The name that R gives it, such as `ns(log(age), 4)`. */
  readonly text: string;
  /** Knots of splines, or the recurrence of polynomials; nothing for others. */
  readonly learnt: readonly number[];
}

/** The factors of a formula, and its terms, which are lists of their indices. */
export interface FormulaParts {
  /** The factors of all terms, each once. */
  readonly factors: readonly FormulaFactor[];
  /** One list of indices a term, in the order of the features. */
  readonly terms: readonly (readonly number[])[];
}

/** The entries of the features of a factor: for each row the index and the value of those that are not zero. */
type Entries = readonly (readonly (readonly [feature: number, value: number])[])[];

interface FactorEncoder {
  readonly featureNames: readonly string[];
  /** Writes the entries of its features that are not zero. */
  write(where: string, read: ColumnReader, nRows: number, put: PutEntry): void;
}

/** Encodes frames by the terms of a formula. */
export class FormulaEncoder {
  readonly featureNames: readonly string[];
  /** The number of its term for each feature. */
  readonly groups: number[];
  /** For each term its text and how many features it has. */
  readonly terms: readonly { readonly text: string; readonly nFeatures: number }[];
  readonly parts: FormulaParts;
  readonly #encoders: readonly FactorEncoder[];

  /** @throws InputError when an expression is none, or uses a column that is not there. */
  constructor(where: string, parts: FormulaParts, columns: readonly ColumnEncoder[], unknown: UnknownRule) {
    this.parts = parts;
    this.#encoders = parts.factors.map((factor) =>
      "column" in factor
        ? columnFactor(columns[factor.column], factor.dropsFirst, unknown)
        : calculatedFactor(where, factor, columns),
    );
    const names = parts.terms.map((term) =>
      term
        .map((f) => this.#encoders[f].featureNames)
        .reduce((all, factor) => factor.flatMap((name) => all.map((before) => `${before}:${name}`))),
    );
    const texts = parts.factors.map((factor) =>
      "column" in factor ? columns[factor.column].name : factor.text,
    );
    this.featureNames = names.flat();
    this.groups = names.flatMap((own, label) => own.map(() => label));
    this.terms = parts.terms.map((term, t) => ({
      text: term.map((f) => texts[f]).join(":"),
      nFeatures: names[t].length,
    }));
  }

  /** Writes the entries that are not zero. @throws InputError naming the first value that cannot be read. */
  encode(where: string, read: ColumnReader, nRows: number, put: PutEntry): void {
    const sizes = this.#encoders.map(({ featureNames }) => featureNames.length);
    const known = new Map<number, Entries>();
    const entriesOf = (f: number): Entries => {
      const entries = known.get(f) ?? entriesBy(this.#encoders[f], where, read, nRows);
      known.set(f, entries);
      return entries;
    };
    let first = 0;
    this.parts.terms.forEach((term, t) => {
      const start = first;
      first += this.terms[t].nFeatures;
      if (term.length === 1) {
        this.#encoders[term[0]].write(where, read, nRows, (row, feature, value) =>
          put(row, start + feature, value),
        );
        return;
      }
      const entries = term.map(entriesOf);
      const putProducts = (row: number, depth: number, at: number, stride: number, value: number): void => {
        if (depth === term.length) put(row, start + at, value);
        else
          for (const [feature, own] of entries[depth][row])
            putProducts(row, depth + 1, at + stride * feature, stride * sizes[term[depth]], value * own);
      };
      for (let row = 0; row < nRows; row++) putProducts(row, 0, 0, 1, 1);
    });
  }
}

function entriesBy(encoder: FactorEncoder, where: string, read: ColumnReader, nRows: number): Entries {
  const rows = Array.from({ length: nRows }, (): [number, number][] => []);
  encoder.write(where, read, nRows, (row, feature, value) => rows[row].push([feature, value]));
  return rows;
}

/** A column of numbers, or of levels with or without the first. */
function columnFactor(column: ColumnEncoder, dropsFirst: boolean, unknown: UnknownRule): FactorEncoder {
  const { name, levels, marksMissing, means } = column;
  const own =
    levels && dropsFirst
      ? levelColumn({ name, levels, drop: "first", unknown, marksMissing, means: means?.slice(1) })
      : column;
  return {
    featureNames: own.featureNames,
    write(where, read, _, put) {
      own.encode(where, read(name), put);
    },
  };
}

function calculatedFactor(
  where: string,
  { text, learnt }: CalculatedFactor,
  columns: readonly ColumnEncoder[],
): FactorEncoder {
  const { base, basis } = basisOf(where, parseExpression(where, text));
  const values = basis?.from(learnt) ?? ((x: number) => [x]);
  const size = basis?.size ?? 1;
  return {
    featureNames: basis ? Array.from({ length: size }, (_, k) => `${text}${k + 1}`) : [text],
    write(at, read, nRows, put) {
      calculate(at, base, text, columns, read, nRows).forEach((x, row) => {
        values(x).forEach((value, k) => {
          if (!Number.isFinite(value)) {
            const remedy = "divide the column by a power of ten first";
            throw mustBe(at, `${text}${k + 1} of ${x}`, "a finite number", value, remedy);
          }
          if (value !== 0) put(row, k, value);
        });
      });
    },
  };
}

/** Learns what a calculation needs from rows. @throws InputError as {@link calculate}, or when the rows make no such basis. */
export function learnCalculated(
  where: string,
  expression: Expression,
  columns: readonly ColumnEncoder[],
  read: ColumnReader,
  nRows: number,
): CalculatedFactor {
  const text = textOf(expression);
  const { base, basis } = basisOf(where, expression);
  const values = calculate(where, base, text, columns, read, nRows);
  return { text, learnt: basis?.learn(values) ?? [] };
}

// Bases: several features of one number.

interface Basis {
  readonly size: number;
  learn(values: Float64Array): number[];
  from(learnt: readonly number[]): (x: number) => readonly number[];
}

/** Splits `ns(log(age), 4)` into what is calculated, `log(age)`, and the basis of it. */
function basisOf(
  where: string,
  expression: Expression,
): { readonly base: Expression; readonly basis: Basis | undefined } {
  if (expression.kind !== "call" || !Object.hasOwn(BASES, expression.name))
    return { base: expression, basis: undefined };
  const text = textOf(expression);
  const names = BASES[expression.name];
  const given = new Map<string, Expression>();
  const unnamed = names.filter((name) => !expression.args.some((arg) => arg.name === name));
  for (const { name, value } of expression.args) {
    const key = name ?? unnamed.shift();
    if (key === undefined || !names.includes(key))
      throw mustBe(where, text, `of ${names.join(", ")}`, key ?? textOf(value), didYouMean(key, names));
    if (given.has(key)) throw mustBe(where, text, "of each argument once", key);
    given.set(key, value);
  }
  const base = given.get("x");
  if (base === undefined) throw new InputError(`${where}: ${text} must be of a column, got none`);
  const integer = (name: string, otherwise: number, least: number): number => {
    const value = given.get(name);
    if (value === undefined) return otherwise;
    if (value.kind === "number" && Number.isInteger(value.value) && value.value >= least) return value.value;
    throw mustBe(where, `${name} of ${text}`, `an integer >= ${least}`, textOf(value));
  };
  if (expression.name === "poly") {
    const raw = given.get("raw");
    if (raw && !(raw.kind === "name" && /^(T|F|TRUE|FALSE)$/.test(raw.name)))
      throw mustBe(where, `raw of ${text}`, "TRUE or FALSE", textOf(raw));
    const degree = integer("degree", 1, 1);
    const isRaw = raw?.kind === "name" && raw.name.startsWith("T");
    return { base, basis: isRaw ? powers(degree) : orthogonalPolynomials(where, text, degree) };
  }
  const kind = expression.name === "ns" ? "natural" : "b";
  const degree = kind === "b" ? integer("degree", 3, 1) : 3;
  const least = kind === "b" ? degree : 1;
  const df = integer("df", least, least);
  const basis: Basis = {
    size: df,
    learn: (values) => quantileKnots(where, textOf(base), values, df + 2 - least),
    from: (knots) => splineBasis(kind, knots, degree),
  };
  return { base, basis };
}

/** The functions that make several features, and the names of their arguments. */
const BASES: Readonly<Record<string, readonly string[]>> = {
  poly: ["x", "degree", "raw"],
  ns: ["x", "df"],
  bs: ["x", "df", "degree"],
};

function powers(degree: number): Basis {
  return {
    size: degree,
    learn: () => [],
    from: () => (x) => Array.from({ length: degree }, (_, k) => x ** (k + 1)),
  };
}

/**
 * The polynomials that are orthonormal on the rows, each with a positive leading coefficient, by their three-term recurrence.
 *
 * @see R, `poly`; Kennedy and Gentle, Statistical computing (1980), pp. 343-4
 */
function orthogonalPolynomials(where: string, text: string, degree: number): Basis {
  const recurrence =
    (alphas: readonly number[], norms: readonly number[]) =>
    (x: number): number[] => {
      const values = [0, 1];
      alphas.forEach((alpha, k) => {
        const ratio = k === 0 ? 0 : norms[k] / norms[k - 1];
        values.push((x - alpha) * values[k + 1] - ratio * values[k]);
      });
      return values.slice(1);
    };
  return {
    size: degree,
    learn(values) {
      if (new Set(values).size <= degree)
        throw mustBe(where, text, `of a column with more than ${degree} values`, new Set(values).size);
      const [alphas, norms]: number[][] = [[], []];
      const center = values.reduce((sum, x) => sum + x / values.length, 0);
      for (let k = 0; k <= degree; k++) {
        let [norm, moment] = [0, 0];
        const at = recurrence(alphas, norms);
        for (const x of values) {
          const square = at(x)[k] ** 2;
          norm += square;
          moment += (x - center) * square;
        }
        norms.push(norm);
        if (k < degree) alphas.push(center + moment / norm);
      }
      return [...alphas, ...norms];
    },
    from(learnt) {
      const [alphas, norms] = [learnt.slice(0, degree), learnt.slice(degree)];
      const at = recurrence(alphas, norms);
      return (x) => at(x).flatMap((value, k) => (k === 0 ? [] : [value / Math.sqrt(norms[k])]));
    },
  };
}

// Calculations: one number of each row.

const FUNCTIONS: Readonly<Record<string, (x: number) => number>> = {
  I: (x) => x,
  ...{
    log: Math.log,
    log2: Math.log2,
    log10: Math.log10,
    log1p: Math.log1p,
    exp: Math.exp,
    expm1: Math.expm1,
  },
  ...{ sqrt: Math.sqrt, abs: Math.abs, sin: Math.sin, cos: Math.cos, tan: Math.tan },
};

/** The functions of one number. */
export const functionNames: readonly string[] = Object.keys(FUNCTIONS);

const OPERATORS: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "^": (a, b) => a ** b,
  "==": (a, b) => Number(a === b),
  "!=": (a, b) => Number(a !== b),
  "<": (a, b) => Number(a < b),
  ">": (a, b) => Number(a > b),
  "<=": (a, b) => Number(a <= b),
  ">=": (a, b) => Number(a >= b),
};

/**
 * The value of an expression in each row.
 *
 * @param text what it is part of, for the message.
 * @throws InputError for a function that there is not, or naming the first row whose value is no finite number.
 */
export function calculate(
  where: string,
  expression: Expression,
  text: string,
  columns: readonly ColumnEncoder[],
  read: ColumnReader,
  nRows: number,
): Float64Array {
  const names = columns.map((column) => column.name);
  const vectorOf = (part: Expression): Float64Array => {
    const filled = (value: number): Float64Array => new Float64Array(nRows).fill(value);
    switch (part.kind) {
      case "number":
        return filled(part.value);
      case "negative":
        return vectorOf(part.of).map((x) => -x);
      case "name":
        if (isTruthValue(part.name, names)) return filled(Number(part.name.startsWith("T")));
        return numbersOf(where, part.name, text, columns, read, nRows);
      case "call": {
        const [argument] = part.args;
        checkCall(where, part.name, part.args);
        return vectorOf(argument.value).map(FUNCTIONS[part.name]);
      }
      case "binary": {
        const operate = OPERATORS[part.operator];
        if (operate === undefined) throw mustBe(where, text, "a calculation", textOf(part));
        const sides = [part.left, part.right];
        const word = sides.find((side) => side.kind === "text");
        const name = sides.find((side) => side.kind === "name");
        if (word?.kind === "text" && name?.kind === "name") {
          if (part.operator !== "==" && part.operator !== "!=")
            throw mustBe(where, text, "a comparison of texts by == or !=", textOf(part));
          const column = read(name.name);
          const { values, rows } = column;
          return Float64Array.from(rows, (i) => {
            if (isMissing(values[i])) throw valueNeeded(where, column, i);
            if (typeof values[i] !== "string")
              throw mustBe(where, placeOf(name.name, i), `a text, as in ${textOf(part)}`, values[i]);
            return Number((values[i] === word.value) === (part.operator === "=="));
          });
        }
        const truth = sides.find((side) => side.kind === "name" && isTruthValue(side.name, names));
        if (truth?.kind === "name" && name?.kind === "name")
          checkNoTexts(where, text, name === truth ? sides[1] : name, truth.name, columns);
        const [left, right] = sides.map(vectorOf);
        return left.map((x, k) => operate(x, right[k]));
      }
      default:
        throw mustBe(where, text, "a calculation with numbers", textOf(part));
    }
  };
  const values = vectorOf(expression);
  const k = values.findIndex((value) => !Number.isFinite(value));
  if (k < 0) return values;
  const [name] = columnsIn(expression, names);
  const row = name === undefined ? k : read(name).rows[k];
  throw mustBe(where, `${text}, row ${row}`, "a finite number", values[k]);
}

function checkCall(where: string, name: string, args: readonly Argument[]): void {
  const known = [...functionNames, ...Object.keys(BASES), "factor"];
  if (!Object.hasOwn(FUNCTIONS, name)) {
    const remedies: Readonly<Record<string, string>> = {
      scale: "estimators standardize columns by themselves",
      strata: "strata() must be a term by itself",
      Surv: "Surv() must be the response",
      cbind: "list columns with +",
      C: "factor() makes levels of numbers",
      s: "ns() and bs() make splines",
      ...Object.fromEntries(
        [...Object.keys(BASES), "factor"].map((own) => [own, `${own}() must stand by itself`]),
      ),
    };
    const remedy = Object.hasOwn(remedies, name) ? remedies[name] : didYouMean(name, [...known, "strata"]);
    throw mustBe(where, "a function of the formula", `one of ${known.join(", ")}`, name, remedy);
  }
  if (args.length !== 1 || args[0].name !== undefined)
    throw new InputError(`${where}: ${name}() must have one argument, got ${args.length}`);
}

/** @throws InputError where a column of texts is compared with a truth value. */
function checkNoTexts(
  where: string,
  text: string,
  side: Expression,
  truth: string,
  columns: readonly ColumnEncoder[],
): void {
  if (side.kind !== "name" || !columns.some(({ name, levels }) => name === side.name && levels)) return;
  const rule = `${placeOf(side.name)} must be truth values or numbers in ${text}, got texts`;
  const word = truth.startsWith("T") ? "TRUE" : "FALSE";
  throw new InputError(`${where}: ${rule}; compare it with a text, as in ${side.name} == "${word}"`);
}

function numbersOf(
  where: string,
  name: string,
  text: string,
  columns: readonly ColumnEncoder[],
  read: ColumnReader,
  nRows: number,
): Float64Array {
  const column = columns.find((each) => each.name === name && !each.levels);
  if (column === undefined) {
    const rule = `${placeOf(name)} must be a column of numbers in ${text}, got texts`;
    throw new InputError(`${where}: ${rule}; compare it with one, as in I(${name} == "a")`);
  }
  const numbers = new Float64Array(nRows);
  column.encode(where, read(name), (row, feature, value) => {
    if (feature > 0) {
      const place = placeOf(name, read(name).rows[row]);
      const remedy = 'missing: "mean" or "median" imputes it';
      throw new InputError(`${where}: ${place} must be a value in ${text}, got none; ${remedy}`);
    }
    numbers[row] = value;
  });
  return numbers;
}
