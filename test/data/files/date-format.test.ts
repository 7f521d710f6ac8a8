/** Dates in declared formats, against the calendar of the engine. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { readCsv } from "../../../src/data/files";
import { dateReader, formatsOf } from "../../../src/data/files/date-format";
import { InputError } from "../../../src/errors";
import { encoderFromJSON } from "../../../src/frame/frame-encoder";
import { fromFrame } from "../../../src/frame/from-frame";

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Writes a date by the tokens of a format, each of which occurs at most once. */
function written(date: Date, format: string): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const [month, hour] = [date.getUTCMonth() + 1, date.getUTCHours()];
  const twelve = hour % 12 === 0 ? 12 : hour % 12;
  const parts: Record<string, string> = {
    YYYY: String(date.getUTCFullYear()).padStart(4, "0"),
    YY: two(date.getUTCFullYear() % 100),
    MMM: months[month - 1],
    MM: two(month),
    M: String(month),
    DD: two(date.getUTCDate()),
    D: String(date.getUTCDate()),
    HH: two(hour),
    H: String(hour),
    hh: two(twelve),
    h: String(twelve),
    mm: two(date.getUTCMinutes()),
    ss: two(date.getUTCSeconds()),
    A: hour < 12 ? "AM" : "PM",
  };
  return format.replace(/YYYY|YY|MMM|MM|M|DD|D|HH|H|hh|h|mm|ss|A/g, (token) => parts[token]);
}

const formats = [
  "YYYY-MM-DD",
  "DD.MM.YYYY",
  "D.M.YY",
  "M/D/YYYY",
  "DD-MMM-YY",
  "YYYY/M/D",
  "YYYY-MM-DDTHH:mm:ssZ",
];
formats.push("M/D/YY h:mm A", "D.M.YYYY H:mm", "MM-DD-YYYY hh:mm:ssA", "YYYY MM DD HH:mm");

describe("a format of dates", () => {
  for (const format of formats) {
    it(`reads ${format} as the calendar has it, and finds it in texts`, () => {
      const read = dateReader("test", "format", format);
      const seconds = { min: Date.UTC(1969, 0, 1) / 1000, max: Date.UTC(2068, 11, 31) / 1000 };
      fc.assert(
        fc.property(fc.integer(seconds), (second) => {
          const step = format.includes("ss") ? 1 : format.includes("mm") ? 60 : 86_400;
          const time = Math.floor(second / step) * step;
          const text = written(new Date(1000 * time), format);
          assert.ok(Math.abs((read(text) as number) - time / 86_400) <= 1e-9, text);
        }),
      );
      const texts = ["2021-11-23T09:05:09Z", "2024-02-29T23:59:58Z", "1999-03-04T00:00:00Z"];
      assert.deepEqual(formatsOf(texts.map((text) => written(new Date(text), format))), [format]);
    });
  }

  it("refuses days that there are not, and texts of other formats", () => {
    const day = dateReader("test", "format", "DD.MM.YYYY");
    for (const text of ["29.02.2023", "31.04.2024", "00.01.2024", "1.2.2024", "01.13.2024", "01.02.24", "x"])
      assert.equal(day(text), undefined, text);
    const time = dateReader("test", "format", "YYYY-MM-DD h:mm A");
    for (const text of ["2024-01-01 0:30 AM", "2024-01-01 13:30 PM", "2024-01-01 1:60 PM"])
      assert.equal(time(text), undefined, text);
    assert.equal(dateReader("test", "format", "YYYY-MM")("1970-02"), 31);
  });

  it("finds every format that texts may have, and none in texts of several", () => {
    assert.deepEqual(formatsOf(["03/04/2024", "05/06/2024"]), ["DD/MM/YYYY", "MM/DD/YYYY"]);
    assert.deepEqual(formatsOf(["03/04/2024", "05/16/2024"]), ["MM/DD/YYYY"]);
    assert.deepEqual(formatsOf(["03/14/2024", "15/06/2024"]), []);
    assert.deepEqual(formatsOf(["3.4.05"]), ["D.M.YY", "M.D.YY"]);
    assert.deepEqual(formatsOf([]), []);
  });

  it("is one with a year and a month, and guessed from what other programs write", () => {
    const rule =
      'test: x must be a format with a year and a month, such as "DD.MM.YYYY" or "YYYY-MM-DD HH:mm"';
    for (const [format, rest] of [
      ["dd.mm.yyyy", 'got "dd.mm.yyyy"; did you mean "DD.MM.YYYY"?'],
      ["%d/%m/%y", 'got "%d/%m/%y"; did you mean "DD/MM/YY"?'],
      ["DD.MM", 'got "DD.MM"'],
      ["YYYY-MM-DD h:mm", 'got "YYYY-MM-DD h:mm"'],
      ["DD of MM YYYY", 'got "DD of MM YYYY"'],
      [undefined, "got undefined"],
    ])
      assert.throws(() => dateReader("test", "x", format), new InputError(`${rule}, ${rest}`));
  });
});

describe("dates by a declared format", () => {
  let folder: string;
  let path: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "dates-"));
    path = join(folder, "stays.csv");
    writeFileSync(path, "admitted;days\n03.04.2024;5\n\n;7\n31.12.2023;2\n");
  });
  after(() => rmSync(folder, { recursive: true }));

  it("are days in a file, and null where one is missing", () => {
    const { admitted } = readCsv(path, { delimiter: ";", dates: { admitted: "DD.MM.YYYY" } });
    assert.deepEqual(admitted, [
      Date.UTC(2024, 3, 3) / 86_400_000,
      null,
      Date.UTC(2023, 11, 31) / 86_400_000,
    ]);
    assert.deepEqual(readCsv(path, { delimiter: ";" }).admitted, ["03.04.2024", null, "31.12.2023"]);
  });

  it("are refused with line and text where the format is another", () => {
    assert.throws(
      () => readCsv(path, { delimiter: ";", dates: { admitted: "MM.DD.YYYY" } }),
      new InputError(
        'readCsv: column "admitted", line 5 must be a date of the format "MM.DD.YYYY", got "31.12.2023"; "DD.MM.YYYY" is a format that it has',
      ),
    );
    assert.throws(
      () => readCsv(path, { delimiter: ";", dates: { admited: "DD.MM.YYYY" } }),
      new InputError(
        'readCsv: dates must be formats of columns of the file, got "admited"; did you mean "admitted"?',
      ),
    );
  });

  const frame = { seen: ["1/2/24", null, "1/31/24"], cost: [1, 2, 3] };

  it("are numbers of a frame, which the encoder reads in new rows and after JSON", () => {
    const data = fromFrame(frame, { response: "cost", dates: { seen: "M/D/YY" }, missing: "mean" });
    const day = (month: number, date: number): number => Date.UTC(2024, month - 1, date) / 86_400_000;
    const mean = (day(1, 2) + day(1, 31)) / 2;
    assert.deepEqual(data.X.data, Float64Array.of(day(1, 2), mean, day(1, 31)));
    const fresh = { seen: ["12/24/24", new Date("2024-12-25"), null] };
    const wanted = Float64Array.of(day(12, 24), day(12, 25), mean);
    assert.deepEqual(data.encode(fresh), { ...data.encode(fresh), data: wanted });
    const read = encoderFromJSON(JSON.stringify(data.encoder));
    assert.deepEqual(read.encode(fresh), data.encode(fresh));
    assert.match(`${data}`, /seen +days since 1970-01-01, of M\/D\/YY/);
    const json = data.encoder.toJSON();
    const broken = { ...json, columns: [{ ...json.columns[0], dateFormat: "M/D" }] };
    assert.throws(
      () => encoderFromJSON(broken),
      /^InputError: encoderFromJSON: dateFormat of "seen" must be/,
    );
  });

  it("are refused in a frame with row and text, and without a format with those that they may have", () => {
    const refuses = (table: object, dates: Record<string, string> | undefined, message: string): void => {
      const options = { response: "cost", missing: "drop", ...(dates && { dates }) } as const;
      assert.throws(() => fromFrame(table as typeof frame, options), new InputError(`fromFrame: ${message}`));
    };
    refuses(
      frame,
      { seen: "D/M/YY" },
      'column "seen", row 2 must be a date of the format "D/M/YY", got "1/31/24"; "M/D/YY" is a format that it has',
    );
    refuses(
      frame,
      { cost: "D/M/YY" },
      'dates must be formats of features that are not categorical, got "cost"',
    );
    refuses(
      { ...frame, seen: ["1/2/24", "3/4/24", "5/6/24"] },
      undefined,
      'column "seen", row 0 must be a finite number, got "1/2/24"; say which format dates have, as in dates: { "seen": "D/M/YY" } or dates: { "seen": "M/D/YY" }, or leave "seen" out by exclude or features, or list "seen" in categorical',
    );
    refuses(
      { ...frame, seen: [1, 2, 3] },
      { seen: "D/M/YY" },
      'column "seen", row 0 must be a date of the format "D/M/YY", got 1; take it out of dates where it is a number already',
    );
  });
});
