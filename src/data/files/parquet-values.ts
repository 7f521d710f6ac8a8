/** What the values of a Parquet column become: numbers, truth values or texts ({@link readingOf}). */
import { InputError } from "../../errors";
import { nearestDecimal } from "../../number-texts";
import type { SchemaElement } from "../../platform/parquet";

/** A value of a column; null where it is missing. */
export type ParquetValue = number | string | boolean | null;

/** How a column is read. */
export interface ColumnReading {
  /** The column's element of the schema, of which the library converts what it converts without a loss. */
  readonly element: SchemaElement;
  /** Makes the values of the table of those that the library gives, null among them. */
  convert(values: unknown[]): ParquetValue[];
}

const MILLISECONDS_A_DAY = 86_400_000n;
const TICKS_A_DAY: Readonly<Record<string, bigint>> = {
  MILLIS: MILLISECONDS_A_DAY,
  MICROS: MILLISECONDS_A_DAY * 1000n,
  NANOS: MILLISECONDS_A_DAY * 1_000_000n,
};

const TEXTS = ["STRING", "UTF8", "ENUM", "JSON"];

/** Returns how the column of an element is read; undefined for a type that no table has. */
export function readingOf(element: SchemaElement): ColumnReading | undefined {
  const { type, logical_type: logical, converted_type: converted } = element;
  const meaning = logical === undefined ? converted : (logical.type ?? "unknown");
  const { converted_type: _, logical_type: __, ...plain } = element;
  /** A column whose values the library leaves as they lie in the file. */
  const raw = (convert: ColumnReading["convert"]): ColumnReading => ({ element: plain, convert });
  const kept = (values: unknown[]): ParquetValue[] => values as ParquetValue[];
  if (meaning === "DECIMAL") return raw((values) => decimals(values, element.scale ?? logical?.scale ?? 0));
  // The library makes nanoseconds of the timestamps of older programs.
  if (type === "INT96" && meaning === undefined)
    return raw((values) => mapped(values, (value) => daysOf(value as bigint, TICKS_A_DAY.NANOS)));
  if (type === "BYTE_ARRAY" && TEXTS.includes(meaning ?? ""))
    return { element: { ...plain, converted_type: "UTF8" }, convert: kept };
  if (type === "FIXED_LEN_BYTE_ARRAY" && (meaning === "UUID" || meaning === "FLOAT16"))
    return { element, convert: kept };
  if (["BOOLEAN", "FLOAT", "DOUBLE"].includes(type ?? "") && meaning === undefined) return raw(kept);
  if (type !== "INT32" && type !== "INT64") return undefined;
  const ticks = TICKS_A_DAY[logical?.unit ?? converted?.replace("TIMESTAMP_", "") ?? ""];
  if (/^TIMESTAMP/.test(meaning ?? "") && ticks !== undefined)
    return raw((values) => mapped(values, (value) => daysOf(BigInt(value as bigint), ticks)));
  if (meaning !== undefined && !/^(U?INT_\d+|INTEGER|DATE|NULL)$/.test(meaning)) return undefined;
  const isUnsigned = logical?.isSigned === false || /^UINT_/.test(converted ?? "");
  const bits = type === "INT32" ? 32 : 64;
  return raw((values) => integers(values, isUnsigned ? bits : undefined));
}

function mapped<Value>(values: readonly unknown[], convert: (value: unknown) => Value): (Value | null)[] {
  return values.map((value) => (value === null ? null : convert(value)));
}

/**
 * Whole numbers, or all of them as texts where a 64-bit float cannot hold one.
 *
 * @param unsignedBits the number of bits of integers that have no sign, which the library reads as if they had.
 */
function integers(values: readonly unknown[], unsignedBits?: number): ParquetValue[] {
  const unsigned = (value: unknown): bigint => BigInt.asUintN(unsignedBits!, BigInt(value as bigint));
  const whole = unsignedBits === undefined ? values : mapped(values, unsigned);
  const isHeld = (value: unknown): boolean => typeof value !== "bigint" || BigInt(Number(value)) === value;
  return whole.every(isHeld) ? mapped(whole, Number) : mapped(whole, String);
}

/** Decimals as the nearest 64-bit floats; those without decimals as whole numbers. */
function decimals(values: readonly unknown[], scale: number): ParquetValue[] {
  const whole = mapped(values, unscaled);
  return scale === 0 ? integers(whole) : mapped(whole, (value) => nearestDecimal(value as bigint, scale));
}

/** The integer of a decimal: one already, or bytes of its two's complement, the highest first. */
function unscaled(value: unknown): bigint {
  if (!ArrayBuffer.isView(value)) return BigInt(value as bigint);
  const bytes = value as Uint8Array;
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return BigInt.asIntN(8 * bytes.length, BigInt(`0x${digits || "0"}`));
}

/** Days since 1970-01-01, with the time of day as a fraction. */
function daysOf(ticks: bigint, ticksADay: bigint): number {
  return Number(ticks / ticksADay) + Number(ticks % ticksADay) / Number(ticksADay);
}

/** Decodes texts, and refuses bytes that are none. */
export function textReader(where: string, place: string): (bytes: Uint8Array) => string {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  return (bytes) => {
    try {
      return decoder.decode(bytes);
    } catch {
      throw new InputError(`${where}: ${place} must be text in utf-8, got other bytes`);
    }
  };
}
