/** Names of columns as arguments: `frame.column("a`, `fromFrame(frame, { features: ["a`. */
import { isProxy } from "node:util/types";
import ts from "typescript";
import { frameOf } from "../display/frame-table";
import { constructorName, isDanfojs, lineage, propertyOf, valueOfExpression } from "./live-value";

/**
 * Columns of the data frame of which a method is called, or that is the first argument, where a string is begun among
 * the arguments; undefined elsewhere.
 */
export function columnArguments(variables: object, begun: ts.StringLiteral): readonly string[] | undefined {
  for (let at: ts.Node = begun; !ts.isSourceFile(at); at = at.parent) {
    const { parent } = at;
    if (!ts.isCallExpression(parent) && !ts.isNewExpression(parent)) continue;
    const { expression, arguments: given } = parent;
    const place = given?.indexOf(at as ts.Expression) ?? -1;
    if (place < 0) continue;
    const owner = ts.isPropertyAccessExpression(expression) ? expression.expression : undefined;
    const first = place > 0 ? given?.[0] : undefined;
    const names = columnsOf(variables, owner, false) ?? columnsOf(variables, first, true);
    if (names) return names;
  }
  return undefined;
}

/** @param isArgument whether arrays of records and records of columns count, whose own methods know no columns */
function columnsOf(
  variables: object,
  expression: ts.Expression | undefined,
  isArgument: boolean,
): readonly string[] | undefined {
  const value = expression && valueOfExpression(expression, variables)?.value;
  if (typeof value !== "object" || value === null || isProxy(value)) return undefined;
  if (Array.isArray(value)) return isArgument ? keysOfRecords(value) : undefined;
  const isTable = isDanfojs(value) || [...lineage(value)].some((each) => constructorName(each) === "Table");
  const names = isTable ? frameOf(value)?.names : undefined;
  if (names || !isArgument || Object.getPrototypeOf(value) !== Object.prototype) return names;
  const isColumn = (column: unknown): boolean => Array.isArray(column) || ArrayBuffer.isView(column);
  const columns = Object.keys(value);
  return columns.every((name) => isColumn(propertyOf(value, name)?.value)) ? columns : undefined;
}

/** The first of an array's elements tell, however long it is. */
const MOST_RECORDS = 100;

function keysOfRecords(values: readonly unknown[]): readonly string[] | undefined {
  const records = values.slice(0, MOST_RECORDS);
  const isRecord = (each: unknown): each is object => [...lineage(each)][1] === Object.prototype;
  return records.length > 0 && records.every(isRecord)
    ? [...new Set(records.flatMap(Object.keys))]
    : undefined;
}
