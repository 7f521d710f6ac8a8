/** Dates in a declared format, such as `DD.MM.YYYY`, as days since 1970-01-01 ({@link dateReader}), and the formats that texts may have. */
import { mustBe, show } from "../../errors";
import { didYouMean } from "../../options";

/** The formats of columns of dates, by the name of the column. */
export type DateFormats = Readonly<Record<string, string>>;

/** Reads a text as days since 1970-01-01, with the time of day as a fraction; undefined if it is no date of the format. */
export type DateReader = (text: string) => number | undefined;

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

const SECONDS_A_DAY = 86_400;

/** The tokens of formats, longer ones first, and what they match. */
const TOKENS: Readonly<Record<string, string>> = {
  YYYY: "\\d{4}",
  YY: "\\d{2}",
  MMM: "[A-Za-z]{3}",
  MM: "\\d{2}",
  M: "\\d{1,2}",
  DD: "\\d{2}",
  D: "\\d{1,2}",
  HH: "\\d{2}",
  H: "\\d{1,2}",
  hh: "\\d{2}",
  h: "\\d{1,2}",
  mm: "\\d{2}",
  ss: "\\d{2}(?:[.,]\\d+)?",
  A: "[AaPp][Mm]",
};

/** A token, or one character as it stands; of letters only those that ISO 8601 has between date and time and at the end. */
const PIECE = new RegExp(`${Object.keys(TOKENS).join("|")}|[TZ]|[^A-Za-z]`, "gu");

/**
 * Makes the reader of a format of the tokens `YYYY`, `YY`, `MMM` (Jan), `MM`, `M`, `DD`, `D`, `HH`, `H`, `hh`, `h`, `mm`, `ss` and `A` (AM or
 * PM); `M`, `D`, `H` and `h` take one digit or two, `ss` decimals too, the others as many as they have letters. Of two digits, years from 69 on are those of the
 * last century, as in R and Python.
 *
 * @param what the place of the format, for the message.
 * @throws InputError unless the format has a year and a month once, a day and a time at most once, and no other letters than `T` and `Z`.
 */
export function dateReader(where: string, what: string, format: unknown): DateReader {
  const rule = 'a format with a year and a month, such as "DD.MM.YYYY" or "YYYY-MM-DD HH:mm"';
  if (typeof format !== "string") throw mustBe(where, what, rule, format);
  const pieces = format.match(PIECE) ?? [];
  const fields = pieces.filter((piece) => Object.hasOwn(TOKENS, piece));
  const count = (...tokens: string[]): number => fields.filter((field) => tokens.includes(field)).length;
  const [hours, halves] = [count("HH", "H"), count("hh", "h")];
  const isSound =
    pieces.join("") === format &&
    count("YYYY", "YY") === 1 &&
    count("MMM", "MM", "M") === 1 &&
    [count("DD", "D"), hours + halves, count("mm"), count("ss")].every((times) => times <= 1) &&
    count("A") === halves &&
    hours + halves >= count("mm") &&
    count("mm") >= count("ss");
  if (!isSound) throw mustBe(where, what, rule, format, otherWriting(format));
  const pattern = pieces.map((piece) =>
    Object.hasOwn(TOKENS, piece) ? `(${TOKENS[piece]})` : piece.replace(/[\^$\\.*+?()[\]{}|/]/g, "\\$&"),
  );
  const whole = new RegExp(`^${pattern.join("")}$`, "u");
  return (text) => {
    const values = whole.exec(text.trim())?.slice(1);
    return values && daysOf(new Map(fields.map((field, k) => [field, values[k]])));
  };
}

/** Days since 1970-01-01; undefined for a date or a time that there is not, such as the 30th of February. */
function daysOf(fields: ReadonlyMap<string, string>): number | undefined {
  const number = (names: readonly string[], otherwise: number): number => {
    const name = names.find((each) => fields.has(each));
    return name === undefined ? otherwise : Number(fields.get(name)!.replace(",", "."));
  };
  const short = number(["YY"], Number.NaN);
  const year = Number.isNaN(short) ? number(["YYYY"], 0) : short + (short >= 69 ? 1900 : 2000);
  const word = fields.get("MMM");
  const month = word === undefined ? number(["MM", "M"], 1) : MONTHS.indexOf(word.toLowerCase()) + 1;
  const day = number(["DD", "D"], 1);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const half = number(["hh", "h"], Number.NaN);
  const isAfternoon = /p/i.test(fields.get("A") ?? "");
  const hour = Number.isNaN(half) ? number(["HH", "H"], 0) : (half % 12) + (isAfternoon ? 12 : 0);
  const [minute, second] = [number(["mm"], 0), number(["ss"], 0)];
  if (hour > 23 || half > 12 || half === 0 || minute > 59 || second >= 60) return undefined;
  return date.getTime() / (1000 * SECONDS_A_DAY) + (3600 * hour + 60 * minute + second) / SECONDS_A_DAY;
}

/** The codes of strptime in R and Python. */
const STRPTIME: Readonly<Record<string, string>> = {
  ...{ Y: "YYYY", y: "YY", m: "MM", b: "MMM", d: "DD", H: "HH", I: "hh", M: "mm", S: "ss", p: "A" },
  ...{ F: "YYYY-MM-DD", T: "HH:mm:ss" },
};

/** A remedy for formats as strptime or a spreadsheet writes them: `%d.%m.%Y`, `dd.mm.yyyy`. */
function otherWriting(format: string): string | undefined {
  const upper = (letters: string): string => letters.toUpperCase();
  const coded = format.replace(/%([A-Za-z])/g, (_, code: string) => STRPTIME[code] ?? code);
  const raised = coded.replace(/[yd]+/g, upper);
  const own = raised.includes("M") ? raised : raised.replace(/m+/, upper);
  return own === format ? undefined : `did you mean ${show(own)}?`;
}

/**
 * Returns a text as days, or the error that names its place.
 *
 * @param place the column and the line or row.
 */
export function dateAt(where: string, place: string, format: string, read: DateReader, text: string): number {
  const days = read(text);
  if (days !== undefined) return days;
  const [other] = formatsOf([text]);
  const remedy =
    other === undefined
      ? "name the format that it has, or write null where it is missing"
      : `${show(other)} is a format that it has`;
  throw mustBe(where, place, `a date of the format ${show(format)}`, text, remedy);
}

/** Makes one reader a column. @throws InputError naming a column that is not there, or the format that is none. */
export function dateReaders(
  where: string,
  formats: DateFormats,
  columns: readonly string[],
  rule: string,
): Map<string, DateReader> {
  if (typeof formats !== "object" || formats === null || Array.isArray(formats))
    throw mustBe(where, "dates", 'formats by column, such as { admitted: "DD.MM.YYYY" }', formats);
  return new Map(
    Object.entries(formats).map(([name, format]) => {
      if (!columns.includes(name)) throw mustBe(where, "dates", rule, name, didYouMean(name, columns));
      return [name, dateReader(where, `dates of ${JSON.stringify(name)}`, format)];
    }),
  );
}

/**
 * The formats in which all of some texts are dates, such as `D/M/YYYY` and `M/D/YYYY` where none of them has a day above 12; none
 * where they are no dates, or not of one format.
 */
export function formatsOf(texts: readonly string[]): string[] {
  const parts = texts.map((text) => DATE.exec(text.trim())?.groups);
  const [one] = parts;
  if (one === undefined || !parts.every((each) => each !== undefined)) return [];
  const isPadded = (...names: string[]): boolean =>
    parts.every((each) => names.every((name) => each![name]?.length !== 1));
  const [day, month] = isPadded("first", "middle", "last") ? ["DD", "MM"] : ["D", "M"];
  const year = one.first.length === 4 || one.last.length === 4 ? "YYYY" : "YY";
  const dayFirst = [day, /\d/.test(one.middle) ? month : "MMM", year];
  // Only ISO 8601, or its mark with two digits, has the year first.
  const yearFirst = year === "YYYY" || one.mark === "-" ? [[year, dayFirst[1], day]] : [];
  const dates = [dayFirst, [month, day, year], ...yearFirst].map((order) => order.join(one.mark));
  const hour = (one.half === undefined ? "H" : "h").repeat(isPadded("hour") ? 2 : 1);
  const seconds = one.seconds === undefined ? "" : ":ss";
  const half = one.half?.replace(/[ap]m/i, "A") ?? "";
  const time = one.hour === undefined ? "" : `${one.gap}${hour}:mm${seconds}${half}${one.zone}`;
  return dates
    .map((date) => date + time)
    .filter((format) => {
      const read = dateReader("formatsOf", "format", format);
      return texts.every((text) => read(text) !== undefined);
    });
}

/** A date, perhaps with a time. */
const DATE =
  /^(?<first>\d+)(?<mark>[-./ ])(?<middle>\d+|[a-z]{3})\k<mark>(?<last>\d+)((?<gap>[T ])(?<hour>\d\d?):\d\d(?<seconds>:\d\d([.,]\d+)?)?(?<half> ?[ap]m)?(?<zone>Z?))?$/i;
