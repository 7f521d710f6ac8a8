import type { ChartSpec, Json } from "../rendering/chart-spec";

/** Names that every object has, which Vega 5 looks up among its signals, finds and fails on. */
const WORDS = Object.getOwnPropertyNames(Object.prototype);
/** Keys of a specification whose strings are shown, or are expressions of what is shown; others are names of fields. */
const SHOWN: ReadonlySet<string> = new Set(["text", "title", "subtitle", "value", "datum", "labelExpr"]);
/** Takes no room and has no shape. */
const WORD_JOINER = "\u2060";
const ALONE = new RegExp(`^(${WORDS.join("|")})$`);
const QUOTED = new RegExp(`(["'])(${WORDS.join("|")})\\1`, "g");

/**
 * Lets a feature be called `constructor` or `toString`: a text that is one of these words has a character more, which is
 * not seen. Data keep their values.
 */
export function withObjectWords(spec: ChartSpec): ChartSpec {
  return revised(spec, "") as ChartSpec;
}

function revised(value: Json, key: string): Json {
  if (typeof value === "string") return SHOWN.has(key) ? joined(value) : value;
  if (Array.isArray(value)) return value.map((item) => revised(item, key));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      name === "data" || name === "datasets" ? item : revised(item, name),
    ]),
  );
}

function joined(text: string): string {
  return text.replace(ALONE, `$1${WORD_JOINER}`).replace(QUOTED, `$1$2${WORD_JOINER}$1`);
}
