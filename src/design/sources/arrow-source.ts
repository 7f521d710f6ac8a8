import { mustBe } from "../../errors";
import type { ColumnSource } from "../column-source";
import type { ArrowTable, ArrowVector } from "../design-input";

/** Reads an Apache Arrow table. */
export function arrowSource(where: string, X: object): ColumnSource | undefined {
  const { schema, getChild } = X as Partial<ArrowTable>;
  if (typeof getChild !== "function" || !Array.isArray(schema?.fields)) return undefined;
  const table = X as ArrowTable;
  const names = schema.fields.map((field) => String(field.name));
  const vector = (j: number) => table.getChild(names[j]) as ArrowVector;
  return {
    names,
    nColumns: names.length,
    nRows: names.length === 0 ? 0 : vector(0).length,
    column: (j) => arrowVectorValues(where, `column ${JSON.stringify(names[j])}`, vector(j)),
  };
}

/** By its type too: a table has all the rest. */
export function isArrowVector(value: object): value is ArrowVector {
  const { type, get, toArray, nullCount } = value as Partial<ArrowVector>;
  return (
    type !== undefined &&
    typeof get === "function" &&
    typeof toArray === "function" &&
    typeof nullCount === "number"
  );
}

/**
 * The values of an Arrow vector, null where it is null.
 *
 * `toArray` hands out raw storage: a null is 0 there, a half float its bits, a timestamp an integer of unnamed unit.
 * So it is used for plain numbers without nulls only, where it copies nothing.
 */
export function arrowVectorValues(where: string, what: string, vector: ArrowVector): ArrayLike<unknown> {
  const type = String(vector.type);
  if (/^(Date|Time|Timestamp|Duration|Interval|Decimal)/.test(type)) {
    throw mustBe(where, what, "a column of numbers", type, "convert it to numbers first");
  }
  if (vector.nullCount === 0 && /^(Int|Uint)(8|16|32|64)$|^Float(32|64)$/.test(type)) {
    return vector.toArray() as ArrayLike<unknown>;
  }
  return Array.from({ length: vector.length }, (_, i) => vector.get(i));
}
