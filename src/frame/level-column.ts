/** Columns of categories, which are encoded by indicators of their levels. */

import { listOf, mustBe, placeOf } from "../errors";
import { checkTextLevels, textsOf } from "./check-texts";
import type { ColumnEncoder, FrameColumn, Level } from "./column-encoder";
import { isMissing, type MissingRule, meansOf, missingName, putAll, valueNeeded } from "./column-encoder";

/** The rule for levels without a feature of their own: the first of two, the first of any number, or none. */
export type DropRule = "ifBinary" | "first" | "none";

export const dropRules: readonly DropRule[] = ["ifBinary", "first", "none"];

/** The rule for a level that the training data lack: an error, or indicators of 0. */
export type UnknownRule = "error" | "zero";

export const unknownRules: readonly UnknownRule[] = ["error", "zero"];

/** The fields of a {@link levelColumn}. */
export interface LevelColumnFields {
  readonly name: string;
  /** Distinct, of one kind. */
  readonly levels: readonly Level[];
  readonly drop: DropRule;
  readonly unknown: UnknownRule;
  /** Whether missing values are a level of their own, the last. */
  readonly marksMissing: boolean;
  readonly means: readonly number[] | undefined;
}

/** Encodes a column of categories by one indicator `name=level` for each level, except for the dropped one. */
export function levelColumn(fields: LevelColumnFields): ColumnEncoder {
  const { name, levels, drop, unknown, marksMissing } = fields;
  const nLevels = levels.length + (marksMissing ? 1 : 0);
  const nDropped = drop === "first" || (drop === "ifBinary" && nLevels === 2) ? 1 : 0;
  const featureNames = levels.slice(nDropped).map((level) => `${name}=${level}`);
  if (marksMissing) featureNames.push(missingName(name));
  const means = marksMissing
    ? featureNames.map((_, code) => (code === featureNames.length - 1 ? 1 : 0))
    : fields.means;
  const codeOf = new Map(levels.map((level, code) => [level, code - nDropped]));
  const kind = typeof levels[0];
  const codeIn = (where: string, row: number, value: unknown): number => {
    const level = levelOf(where, name, row, value, kind);
    const code = codeOf.get(level);
    if (code !== undefined) return code;
    if (unknown === "zero") return -1;
    const rule = `a level of the training data, ${listOf(levels, "or")}`;
    throw mustBe(
      where,
      placeOf(name, row),
      rule,
      level,
      'an encoder learnt with unknown: "zero" takes it for none of them',
    );
  };
  return {
    name,
    featureNames,
    levels,
    marksMissing,
    means,
    encode(where, column, put) {
      column.rows.forEach((i, k) => {
        const value = column.values[i];
        if (!isMissing(value)) {
          const code = codeIn(where, i, value);
          if (code >= 0) put(k, code, 1);
        } else if (means) putAll(k, means, put);
        else throw valueNeeded(where, column, i);
      });
    },
  };
}

/**
 * The levels of a column in ascending order: texts by their characters, false before true.
 *
 * @param isAsked whether the caller called it categorical: then texts may be numbers, dates or names of rows.
 * @throws InputError naming the first row whose value is no level, or of another kind than those before, or as {@link checkTextLevels}.
 */
export function learnLevelColumn(
  where: string,
  column: FrameColumn,
  { drop, unknown, missing, isRequested }: LevelLearning,
): ColumnEncoder {
  const { name, values, rows } = column;
  const found = new Set<Level>();
  let kind: string | undefined;
  let nPresent = 0;
  for (const i of rows) {
    if (isMissing(values[i])) continue;
    const level = levelOf(where, name, i, values[i], kind);
    kind ??= typeof level;
    nPresent++;
    found.add(level);
  }
  const levels = [...found].sort((a, b) => (a < b ? -1 : 1));
  if (!isRequested) checkTextLevels(where, textsOf(column));
  const marksMissing = missing === "level" && nPresent < rows.length;
  const fields = { name, levels, drop, unknown, marksMissing, means: undefined };
  const encoder = levelColumn(fields);
  if (missing !== "mean" && missing !== "median") return encoder;
  return levelColumn({ ...fields, means: meansOf(where, encoder, column) });
}

/** The rules by which levels are learnt. */
export interface LevelLearning {
  readonly drop: DropRule;
  readonly unknown: UnknownRule;
  readonly missing: MissingRule;
  readonly isRequested: boolean;
}

const kinds: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  boolean: "true or false",
};

function levelOf(where: string, name: string, row: number, value: unknown, kind: string | undefined): Level {
  const level = asLevel(value);
  if (level === undefined) {
    const rule = "a level: a text, a finite number, true or false";
    throw mustBe(where, placeOf(name, row), rule, value, "write it as a text first");
  }
  if (kind !== undefined && typeof level !== kind) {
    const rule = `${kinds[kind]}, as others of the column are`;
    throw mustBe(where, placeOf(name, row), rule, value, "write all levels in one way");
  }
  return level;
}

function asLevel(value: unknown): Level | undefined {
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value === 0 ? 0 : value; // -0 is 0
  if (typeof value === "bigint" && BigInt(Number(value)) === value) return Number(value);
  return undefined;
}
