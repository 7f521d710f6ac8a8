/**
 * Values of CSV files in SQL, by the rules of `readCsv`: DuckDB reads texts, and what numbers they are is decided here, since types that are
 * guessed from the first rows of a file would round the decimals that come later.
 */
import { USUAL_MISSING } from "../../data/files/table-columns";
import { quoted } from "./duckdb";

/** The characters that `trim` of JavaScript removes. */
const BLANKS =
  "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff";

/** Numbers that need no further look: none is a code, and none overflows. */
const PLAIN_NUMBER = "[+-]?(0|[1-9][0-9]{0,14})(\\.[0-9]*)?([eE][+-]?[0-9]{1,2})?";

/** The texts that `Number` of JavaScript reads as a number, but for integers in other bases, which are codes. */
const NUMBER = "[+-]?(([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?|Infinity)";

const MISSING = USUAL_MISSING.map(quoted).join(", ");

/** What values of a column are; a column is described by the bits of all of its values. */
export const NUMERIC = 1;
export const TEXTUAL = 2;
const PADDED = 4;
export const ZERO_BYTE = 8;

function trimmed(column: string): string {
  return `trim(${column}, ${quoted(BLANKS)})`;
}

/** Whether a text is a code, such as `01067`, `0x10` or an integer with more digits than a float holds, as `isCode` of `readCsv` says. */
function isCode(text: string): string {
  const digits = `ltrim(${text}, '+-')`;
  const float = `CAST(TRY_CAST(${digits} AS DOUBLE) AS VARCHAR)`;
  const exponent = `CAST(split_part(${float}, 'e+', 2) AS INTEGER)`;
  // JavaScript writes integers below 1e21 without an exponent: the digits that determine the float, and then zeros.
  const written = `CASE WHEN NOT contains(${float}, 'e+') THEN split_part(${float}, '.', 1)
    WHEN ${exponent} >= 21 THEN '' ELSE rpad(replace(split_part(${float}, 'e+', 1), '.', ''), ${exponent} + 1, '0') END`;
  return `CASE WHEN regexp_matches(${text}, '^[+-]?0[0-9boxBOX]') THEN true
    WHEN regexp_full_match(${text}, '[+-]?[0-9]{16,}') THEN coalesce(${digits} <> (${written}), true) ELSE false END`;
}

/** The bits of a value. */
function bitsOfValue(column: string): string {
  const text = trimmed(column);
  // A number that no 64-bit float holds is a text, as a code is.
  const overflows = `isinf(TRY_CAST(${text} AS DOUBLE)) AND NOT contains(${text}, 'Infinity')`;
  const kind = `CASE WHEN ${text} IN (${MISSING}) THEN 0
    WHEN NOT regexp_full_match(${text}, ${quoted(NUMBER)}) OR ${isCode(text)} OR (${overflows}) THEN ${TEXTUAL} ELSE ${NUMERIC} END`;
  const faults = `CASE WHEN ${column} <> ${text} THEN ${PADDED} ELSE 0 END
    | CASE WHEN contains(${column}, chr(0)) THEN ${ZERO_BYTE} ELSE 0 END`;
  return `CASE WHEN ${column} IS NULL THEN 0 WHEN regexp_full_match(${column}, ${quoted(PLAIN_NUMBER)}) THEN ${NUMERIC}
    ELSE (${kind}) | ${faults} END`;
}

/**
 * The query for the number of rows and the bits of each column.
 *
 * DuckDB takes milliseconds to plan {@link bitsOfValue}, so it is written once, for the list of the values of a row.
 */
export function bitsOfColumns(columns: readonly string[], source: string): string {
  const bits = columns.map((_, j) => `bit_or(bits[${j + 1}])`);
  return `SELECT ${["count(*)", ...bits].join(", ")}
    FROM (SELECT list_transform([${columns.join(", ")}], lambda value: ${bitsOfValue("value")}) AS bits FROM ${source})`;
}

/** Whether a text is no number as it is written. */
export function isNoNumber(column: string): string {
  return `(${column} IN (${MISSING}) OR (${bitsOfValue(column)}) & ${TEXTUAL} <> 0)`;
}

/** A value as a 64-bit float, null where it is missing, of a column whose values are all numbers. */
export function numberOfCsv(column: string, bits: number): string {
  const text = (bits & PADDED) === 0 ? column : trimmed(column);
  return `nullif(TRY_CAST(${text} AS DOUBLE), CAST('nan' AS DOUBLE))`;
}

/** A value as a text without blanks around it, null where it is missing. */
export function textOfCsv(column: string, bits: number): string {
  const text = (bits & PADDED) === 0 ? column : trimmed(column);
  return `CASE WHEN ${text} IN (${MISSING}) THEN NULL ELSE ${text} END`;
}
