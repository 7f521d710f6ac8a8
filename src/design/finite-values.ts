import { type InputError, isDate, mustBe, standsForMissing } from "../errors";
import { isNumberText } from "../number-texts";

/**
 * Copies a column into `out`, value by value as {@link finiteValue} reads it.
 *
 * @param what the column's name in the error message.
 * @throws InputError naming the first row, counted from 0, whose value is refused.
 */
export function copyFiniteColumn(
  where: string,
  what: string,
  column: ArrayLike<unknown>,
  out: Float64Array,
): void {
  for (let i = 0; i < out.length; i++) out[i] = finiteValue(where, what, i, column[i]);
}

/**
 * The value of a row as a number: numbers as they are, `true` and `false` as 1 and 0, a bigint that a 64-bit float holds
 * exactly.
 *
 * @throws InputError if it is anything else or not finite.
 */
export function finiteValue(where: string, what: string, row: number, value: unknown): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "bigint" && BigInt(Number(value)) === value) return Number(value);
  throw mustBeFinite(where, `${what}, row ${row}`, value);
}

/** Returns the error for a value that is no finite number, with advice that depends on the value. */
function mustBeFinite(where: string, what: string, value: unknown): InputError {
  return mustBe(where, what, "a finite number", value, remedyFor(what, value));
}

function remedyFor(what: string, value: unknown): string | undefined {
  if (value === undefined || value === null || Number.isNaN(value)) {
    return "drop or impute missing values first";
  }
  if (standsForMissing(value)) return "write null where it stands for a missing value";
  const spelling = numberFormatRemedies(value);
  if (spelling) return describeRemedies(spelling);
  if (typeof value === "string" && what.startsWith("column "))
    return Number.isFinite(Number(value))
      ? "convert texts of digits to numbers first"
      : "fromFrame of smooth-edges/frame makes numbers of texts";
  if (typeof value === "string") return "encode text as numbers first";
  if (isDate(value)) return "convert dates to numbers first";
  if (typeof value === "bigint") return "a 64-bit float cannot hold it exactly";
  return undefined;
}

/** Advice on values that are no numbers: an option of `fromFrame`, formats for `readCsv`, formats of dates for both, or a sentence. */
export type Remedy =
  | { readonly option: "exclude" | "categorical" }
  | { readonly readings: readonly NumberReading[] }
  | { readonly dates: readonly string[] }
  | { readonly words: string };

/** Options of `readCsv` that make numbers of texts. */
export interface NumberReading {
  /** The decimal separator. */
  readonly decimal?: ",";
  /** The separator of groups of three digits. */
  readonly thousands?: "," | "." | " " | "'";
  /** Texts that are no numbers and may stand for missing values. */
  readonly missing?: readonly string[];
}

/** Joins advice into a phrase. @param column the name of the column that the advice is about. */
export function describeRemedies(remedies: readonly Remedy[], column = ""): string {
  const words = remedies.map((remedy) => {
    if ("words" in remedy) return remedy.words;
    if ("readings" in remedy)
      return `read them by readCsv with ${remedy.readings.map(asOptions).join(" or ")}`;
    const name = JSON.stringify(column);
    if ("dates" in remedy) {
      const ways = remedy.dates.map((format) => `dates: { ${name}: ${JSON.stringify(format)} }`);
      return `say which format dates have, as in ${ways.join(" or ")}`;
    }
    return remedy.option === "exclude"
      ? `leave ${name} out by exclude or features`
      : `list ${name} in categorical`;
  });
  return words.join(", or ");
}

/** `decimal: "," and missing: ["-"]` */
function asOptions(reading: NumberReading): string {
  return Object.entries(reading)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join(" and ");
}

const pointed = { words: "write numbers with a decimal point" };
const ungrouped = { words: "write numbers with a decimal point and no separators of thousands" };
const eitherComma = /^[+-]?[1-9]\d{0,2},\d{3}$/;
const NUMBER_FORMATS: readonly (readonly [RegExp, ...Remedy[]])[] = [
  [/^[+-]?\d+([.,]\d+)?\s*%$/, { words: "write numbers without %" }],
  [
    /^(?=.*[$€£¥])[+-]?[$€£¥]?\s*\d[\d.,'’\s]*[$€£¥]?$/,
    { words: "write numbers without the sign of a currency" },
  ],
  [eitherComma, ungrouped, { readings: [{ thousands: "," }, { decimal: "," }] }],
  [/^[+-]?\d+,\d+$/, pointed, { readings: [{ decimal: "," }] }],
  [/^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/, ungrouped, { readings: [{ thousands: "," }] }],
  [/^[+-]?[1-9]\d{0,2}(\s\d{3})+(\.\d+)?$/, ungrouped, { readings: [{ thousands: " " }] }],
  [/^[+-]?[1-9]\d{0,2}(\s\d{3})+,\d+$/, ungrouped, { readings: [{ decimal: ",", thousands: " " }] }],
  [/^[+-]?[1-9]\d{0,2}(['’]\d{3})+(\.\d+)?$/, ungrouped, { readings: [{ thousands: "'" }] }],
  [/^[+-]?[1-9]\d{0,2}(['’]\d{3})+,\d+$/, ungrouped, { readings: [{ decimal: ",", thousands: "'" }] }],
  [
    /^[+-]?(\d{1,3}(\.\d{3})+,\d+|\d{1,3}(\.\d{3}){2,})$/,
    ungrouped,
    { readings: [{ decimal: ",", thousands: "." }] },
  ],
];

/** Returns advice for a number in another format, such as `1,5`, `1.234.567,8`, `1 234`, `1.5 %` or `$1.5`; undefined for other values. */
export function numberFormatRemedies(value: unknown): readonly Remedy[] | undefined {
  if (typeof value !== "string") return undefined;
  return NUMBER_FORMATS.find(([pattern]) => pattern.test(value.trim()))?.slice(1) as Remedy[] | undefined;
}

/** Returns the first text that is a number in another format, preferring unambiguous ones to `1,234`; undefined if there is none. */
export function mostInformativeNumber(values: readonly unknown[]): unknown {
  const known = values.filter((value) => numberFormatRemedies(value) !== undefined);
  return known.find((value) => !eitherComma.test(String(value).trim())) ?? known[0];
}

/** Returns the error for a text in a response of numbers. @param others some of the other texts. */
export function textInTarget(
  where: string,
  what: string,
  text: string,
  others: readonly unknown[],
): InputError {
  const spelling = numberFormatRemedies(text);
  const remedy = spelling
    ? describeRemedies(spelling)
    : (remedyAmongNumbers(text, others) ??
      "encode text as numbers first, or use datafit: logistic() for classes");
  return mustBe(where, what, "a finite number", text, remedy);
}

/** The remedy for a text among others that are numbers; undefined where it is one too, or none of them is. */
export function remedyAmongNumbers(text: string, others: readonly unknown[]): string | undefined {
  if (isNumberText(text)) return undefined;
  if (!others.some((other) => typeof other === "string" && isNumberText(other))) return undefined;
  return `others are numbers as texts, so correct it, or read it as a missing value by readCsv with missing: [${JSON.stringify(text)}]`;
}
