/** The dialects of SQL in which sums are asked for ({@link dialects}). */

/** The parts of SQL that databases write in different ways. */
export interface Dialect {
  /** Whether quoted names that differ in the case of letters alone are two. */
  readonly tellsCase: boolean;
  /** The name of a column or a table, quoted. */
  identifier(name: string): string;
  /** A text, quoted. */
  quoted(text: string): string;
  /** A finite number as a 64-bit float of the same value. */
  number(value: number): string;
  /** A number as a 64-bit float, NULL of NULL. */
  double(sql: string): string;
  /** A value as a text, NULL of NULL. */
  text(sql: string): string;
  isNaN(sql: string): string;
  /** The bytes 8 to 11 of the MD5 of a text as a whole number, the first of them the least significant. */
  hash(sql: string): string;
  /** The sum of 64-bit floats, by compensated summation where the database has it. */
  total(sql: string): string;
  /** The name of the type of a column. */
  typeOf(sql: string): string;
  /** A clause at the end of a subquery, by which its columns are computed once for each row and not anew wherever they are named. */
  readonly fence: string;
  /** Functions that are written in another way than by their names. */
  readonly calls?: Readonly<Record<string, ((...args: string[]) => string) | undefined>>;
}

/** Names of the dialects. */
export type DialectName = "duckdb" | "postgresql" | "spark" | "clickhouse" | "trino";

/** Shortest digits that read back as the same number, with an exponent: without one, literals are decimals in several dialects. */
function digitsOf(value: number): string {
  return value.toExponential();
}

/** A negative number in parentheses, since two signs would begin a comment. */
function signed(value: number, digits: string): string {
  return value < 0 ? `(${digits})` : digits;
}

function doubled(text: string, quote: string): string {
  return quote + text.replaceAll(quote, quote + quote) + quote;
}

/** The digits of an MD5 in hexadecimal in the order of {@link Dialect.hash}. */
function reversedBytes(md5: string): string[] {
  return [23, 21, 19, 17].map((at) => `substr(${md5}, ${at}, 2)`);
}

/** The members that dialects share where they keep to the standard. */
const standard = {
  tellsCase: false,
  identifier: (name: string) => doubled(name, '"'),
  quoted: (text: string) => doubled(text, "'"),
  number: (value: number) => signed(value, digitsOf(value)),
  double: (sql: string) => `CAST(${sql} AS DOUBLE)`,
  text: (sql: string) => `CAST(${sql} AS VARCHAR)`,
  isNaN: (sql: string) => `isnan(${sql})`,
  total: (sql: string) => `sum(${sql})`,
  typeOf: (sql: string) => `typeof(${sql})`,
  fence: "",
};

/** Texts of these dialects have escapes by backslashes. */
const escaped = (text: string): string => `'${text.replace(/[\\']/g, "\\$&")}'`;

export const dialects: Readonly<Record<DialectName, Dialect>> = {
  duckdb: {
    ...standard,
    total: (sql) => `fsum(${sql})`,
    hash: (sql) => `md5_number_lower(${sql}) % 4294967296`,
  },
  postgresql: {
    ...standard,
    tellsCase: true,
    // A literal with an exponent is a decimal here.
    number: (value) => signed(value, `CAST('${digitsOf(value)}' AS DOUBLE PRECISION)`),
    double: (sql) => `CAST(${sql} AS DOUBLE PRECISION)`,
    text: (sql) => `CAST(${sql} AS TEXT)`,
    isNaN: (sql) => `(${sql} = CAST('NaN' AS DOUBLE PRECISION))`,
    hash: (sql) => `CAST(CAST('x' || ${reversedBytes(`md5(${sql})`).join(" || ")} AS BIT(32)) AS BIGINT)`,
    typeOf: (sql) => `CAST(pg_typeof(${sql}) AS TEXT)`,
    fence: " OFFSET 0",
    // Where a result would overflow or underflow, PostgreSQL ends the query.
    calls: {
      exp: (x) => `exp(greatest(CAST(-300 AS DOUBLE PRECISION), least(CAST(300 AS DOUBLE PRECISION), ${x})))`,
    },
  },
  spark: {
    ...standard,
    identifier: (name) => doubled(name, "`"),
    quoted: escaped,
    number: (value) => signed(value, `${digitsOf(value).replace("+", "")}D`),
    text: (sql) => `CAST(${sql} AS STRING)`,
    hash: (sql) =>
      `CAST(conv(concat(${reversedBytes(`md5(CAST(${sql} AS BINARY))`).join(", ")}), 16, 10) AS BIGINT)`,
  },
  clickhouse: {
    ...standard,
    tellsCase: true,
    identifier: (name) => `"${name.replace(/[\\"]/g, "\\$&")}"`,
    quoted: escaped,
    double: (sql) => `toFloat64(${sql})`,
    text: (sql) => `toString(${sql})`,
    isNaN: (sql) => `isNaN(${sql})`,
    total: (sql) => `sumKahan(${sql})`,
    hash: (sql) => `reinterpretAsUInt32(substring(MD5(${sql}), 9, 4))`,
    typeOf: (sql) => `toTypeName(${sql})`,
  },
  trino: {
    ...standard,
    isNaN: (sql) => `is_nan(${sql})`,
    hash: (sql) => `from_base(concat(${reversedBytes(`to_hex(md5(to_utf8(${sql})))`).join(", ")}), 16)`,
  },
};

/** The kind of the values of a column, as DuckDB calls it, by what a database calls its type; the type itself for others. */
export function kindOfType(type: string): string {
  const plain = type.replace(/^(?:(?:Nullable|LowCardinality)\()+/, "");
  if (/^u?(?:tiny|small|big|huge)?int(?:eger)?\d*\b/i.test(plain)) return "BIGINT";
  if (/^(?:double|float\d*|real|numeric|decimal)\b/i.test(plain)) return "DOUBLE";
  if (/^bool(?:ean)?\b/i.test(plain)) return "BOOLEAN";
  if (/^(?:varchar|char|character|text|string|fixedstring|enum\d*|name)\b/i.test(plain)) return "VARCHAR";
  return type;
}
