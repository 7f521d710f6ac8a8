import { isDate, mustBe, unknownClass } from "../../errors";
import type { TargetInput } from "../design-input";
import { targetValues } from "./numeric-target";

/** The label of a class. */
export type ClassLabel = string | number | boolean;

/** A response of classes, encoded as numbers. */
export interface EncodedClasses {
  /** The distinct labels, of one kind, in ascending order: texts by their characters, false before true. */
  readonly classes: readonly ClassLabel[];
  /** For each row the index of its label in `classes`. */
  readonly codes: Float64Array;
}

/**
 * Encodes any number of classes as 0, 1, ... in the ascending order of their labels, as scikit-learn does.
 *
 * @param y texts, finite numbers or truth values, all of one kind: an array, a series or a table of one column.
 * @param what the name of `y` in the error message.
 * @throws InputError naming the first row, counted from 0, that holds no label, or one of another kind than row 0.
 */
export function encodeClasses(where: string, y: TargetInput, what = "y"): EncodedClasses {
  const labels = labelsOf(where, y, what);
  const classes = [...new Set(labels)].sort((a, b) => (a < b ? -1 : 1));
  return { classes, codes: codesAmong(where, labels, classes, what) };
}

/**
 * The codes of labels whose classes are known already.
 *
 * @param what as in {@link encodeClasses}.
 * @throws InputError as {@link encodeClasses}, and naming the first row whose label is not among `classes`.
 */
export function classCodes(
  where: string,
  y: TargetInput,
  classes: readonly ClassLabel[],
  what = "y",
): Float64Array {
  return codesAmong(where, labelsOf(where, y, what), classes, what);
}

function codesAmong(
  where: string,
  labels: readonly ClassLabel[],
  classes: readonly ClassLabel[],
  what: string,
): Float64Array {
  const codeOf = new Map(classes.map((label, code) => [label, code]));
  return Float64Array.from(labels, (label, i) => {
    const code = codeOf.get(label);
    if (code === undefined) throw unknownClass(where, what, i, label, classes);
    return code;
  });
}

function labelsOf(where: string, y: TargetInput, what: string): ClassLabel[] {
  const values = targetValues(where, y, what);
  const labels = Array.from(values, (value, i) => labelOf(where, `${what}, row ${i}`, value));
  labels.forEach((label, i) => {
    const kind = typeof labels[0];
    const rule = `${kind === "string" ? "a text" : kind === "number" ? "a number" : "true or false"} like row 0`;
    if (typeof label !== kind) throw mustBe(where, `${what}, row ${i}`, rule, label);
  });
  return labels;
}

function labelOf(where: string, what: string, value: unknown): ClassLabel {
  const isBlank = typeof value === "string" && value.trim() === "";
  if ((typeof value === "string" && !isBlank) || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value === 0 ? 0 : value; // -0 is 0
  if (typeof value === "bigint" && BigInt(Number(value)) === value) return Number(value);
  const missing = value === undefined || value === null || Number.isNaN(value);
  const remedy = isBlank
    ? "name it, or leave the row out"
    : missing
      ? "drop missing labels first"
      : isDate(value)
        ? "write dates as texts"
        : undefined;
  throw mustBe(where, what, "a label: a text, a finite number, true or false", value, remedy);
}
