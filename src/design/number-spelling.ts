/** Numbers that are written otherwise than a computer reads them, and what to do about them. */

/** What may be done about values: an option of `fromFrame`, to read their file in one of several ways, or what the words say. */
export type Remedy =
  | { readonly option: "exclude" | "categorical" }
  | { readonly readings: readonly NumberReading[] }
  | { readonly words: string };

/** Options of `readCsv` that make numbers of texts. */
export interface NumberReading {
  /** What stands before the decimals. */
  readonly decimal?: ",";
  /** What stands between groups of three digits. */
  readonly thousands?: "," | "." | " " | "'";
  /** The texts that are no numbers, which may stand for missing values. */
  readonly missing?: readonly string[];
}

/** @param column the name of the one that it is about. */
export function inWords(remedies: readonly Remedy[], column = ""): string {
  const words = remedies.map((remedy) => {
    if ("words" in remedy) return remedy.words;
    if ("readings" in remedy)
      return `read them by readCsv with ${remedy.readings.map(asOptions).join(" or ")}`;
    const name = JSON.stringify(column);
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
const spellings: readonly (readonly [RegExp, ...Remedy[]])[] = [
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

/** What to do about `1,5`, `1,234`, `1.234.567,8`, `1 234`, `1.5 %` and `$1.5`, numbers written otherwise; undefined for others, such as `1.5`. */
export function numberSpelling(value: unknown): readonly Remedy[] | undefined {
  if (typeof value !== "string") return undefined;
  return spellings.find(([pattern]) => pattern.test(value.trim()))?.slice(1) as Remedy[] | undefined;
}

/** Of texts that are numbers written otherwise the first, one that is read in one way before `1,234`; undefined of none. */
export function tellingNumber(values: readonly unknown[]): unknown {
  const known = values.filter((value) => numberSpelling(value) !== undefined);
  return known.find((value) => !eitherComma.test(String(value).trim())) ?? known[0];
}
