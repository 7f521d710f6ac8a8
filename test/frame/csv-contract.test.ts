import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { SmoothLasso } from "../../src";
import { readCsv } from "../../src/data";
import type { RowMajorMatrix } from "../../src/design/design-input";
import { InputError } from "../../src/errors";
import { fileDesign, fromFrame, sqlDesign, summarizeFile } from "../../src/frame";
import { FileRows } from "../../src/frame/files/file-rows";

/** What a reader finds in a file, or its refusal. */
type Reading =
  | {
      readonly featureNames: readonly string[];
      readonly rows?: readonly number[][];
      readonly fit: readonly number[];
    }
  | InputError;

const isRefused = (reading: Reading): reading is InputError => reading instanceof InputError;

/** Texts that a column of numbers may have among others. */
const oddValues = [
  ...[
    " +3 ",
    "+3",
    "-0",
    "0.0",
    "3.",
    ".5",
    "-.5e-3",
    "1e3",
    "1E+3",
    "1e-400",
    "1e400",
    "-1e999",
    "1.7976931348623157e308",
    "1.7976931348623159e308",
    "+Infinity",
    "Infinity",
  ],
  ...["-Infinity", "inf", "infinity", "INF", "nan", "NaN", "NAN", "+nan", "NA", "na", "N/A", "NULL", "null"],
  ...["None", "?", "", "   ", "\u00a07", "7\u2009", "\t7\t", "\ufeff8", "7 8", "0x10", "0b11", "0o7", "-0x1"],
  ...[
    "01067",
    "-012",
    "00",
    "00.5",
    "0.5",
    "1,000",
    "1,5",
    "1.234,5",
    "5%",
    "5 %",
    "$5",
    "5€",
    "1'000",
    "1 000",
  ],
  ...[
    "1_000",
    "1__0",
    "+-1",
    "--1",
    "1e",
    "1e+",
    "e5",
    "1.2.3",
    "1-",
    "1d",
    "1f",
    "1L",
    "1n",
    "true",
    "TRUE",
    "t",
  ],
  ...[
    "9007199254740993",
    "9007199254740992",
    "12345678901234567000",
    "12345678901234567890",
    "1000000000000000",
  ],
  ...["123456789012345678", "1e21", "100000000000000000000000", "-9007199254740993", "9007199254740993.0"],
  ...[
    "2024-08-31",
    "31.08.2024",
    "8/31/24",
    "12:30",
    "#5",
    "#N/A",
    "<NA>",
    "-1.#IND",
    "1.#QNAN",
    "٣",
    "Ⅷ",
    "½",
  ],
  ...[
    "a",
    "A ",
    " a",
    'a"b',
    '"a',
    '"',
    "a#b",
    "# a",
    "a;b",
    "a|b",
    "a\\b",
    "a\\",
    "\\N",
    "'a'",
    "a''b",
    "ä\u0308",
  ],
];

/** Whole tables, in which what is odd is not a value. */
const tables: Readonly<Record<string, string>> = {
  "a row that begins with #": "a,y\n1,2\n#4,3\n3,7\n",
  "a first row that begins with #": "a,y\n#1,2\n4,3\n3,7\n",
  "names in capital letters": "x,X,y\n1,5,1\n2,1,3\n4,2,2\n3,2,5\n",
  "one name twice": "x,x,y\n1,5,1\n2,1,3\n",
  "padded names": " a , y\n1,2\n3,4\n4,7\n",
  "names in quotes": '"a, b","y"\n1,2\n3,4\n4,7\n',
  "a line break in a name": '"a\nb",y\n1,2\n3,4\n4,7\n',
  "names that are numbers": "1,y\n1,2\n3,4\n4,7\n",
  "no names below which all is alike": "a,b,y\nu,v,1\nv,u,2\nu,u,4\n",
  "an empty name": ",a,y\n0,1,2\n1,3,4\n2,4,7\n",
  "a byte order mark": "\ufeffa,y\n1,2\n3,4\n4,7\n",
  "Windows line ends": "a,y\r\n1,2\r\n3,4\r\n4,7\r\n",
  "old Macs' line ends": "a,y\r1,2\r3,4\r4,7\r",
  "both line ends": "a,y\n1,2\r\n3,4\n4,7\r\n",
  "no line end at the end": "a,y\n1,2\n3,4\n4,7",
  "blank lines": "a,y\n1,2\n\n3,4\n\n4,7\n\n\n",
  "blank lines before the names": "\n\na,y\n1,2\n3,4\n4,7\n",
  "lines of blanks": "a,y\n1,2\n   \n3,4\n4,7\n",
  "a row too long": "a,y\n1,2\n3,4,5\n4,7\n",
  "a row too short": "a,b,y\n1,2,3\n3,4\n4,7,1\n",
  "a comma at the end of rows": "a,y\n1,2,\n3,4,\n4,7,\n",
  "a comma at the end of all lines": "a,y,\n1,2,\n3,4,\n4,7,\n",
  "an open quote": 'a,y\n1,2\n"3,4\n4,7\n',
  "a line break in a value": 'a,y\n"u\nv",2\n"u\nv",4\nw,7\n',
  "doubled quotes": 'a,y\n"u ""v""",2\nw,4\nw,7\n',
  "text after quotes": 'a,y\n"u"v,2\nw,4\nw,7\n',
  "blanks after quotes": 'a,y\n"u" ,2\nw,4\nw,7\n',
  "blanks before quotes": 'a,y\n "u",2\nw,4\nw,7\n',
  "blanks before quotes around a comma": 'a,y\n "u,v",2\nw,4\nw,7\n',
  "quotes in a value": 'a,y\nu"v",2\nw,4\nw,7\n',
  "numbers in quotes": 'a,y\n"1","2"\n" 3 ","4"\n"4","7"\n',
  "missing in quotes": 'a,y\n"NA","2"\n"","4"\n"4","7"\n1,2\n',
  semicolons: "a;y\n1;2\n3;4\n4;7\n",
  tabs: "a\ty\n1\t2\n3\t4\n4\t7\n",
  bars: "a|y\n1|2\n3|4\n4|7\n",
  "names alone": "a,y\n",
  nothing: "",
  "a zero byte": "a,y\n1\0,2\n3,4\n4,7\n",
  "a zero byte in a text": "a,y\nu\0,2\nu,4\nv,7\n",
  "truth values": "a,y\ntrue,2\nfalse,4\ntrue,7\n",
  identifiers: `a,y\n${Array.from({ length: 25 }, (_, i) => `id${i},${i % 3}`).join("\n")}\n`,
  "a column without values": "a,b,y\n,1,2\n,2,3\n,4,4\n",
  "a late text": `a,y\n${Array.from({ length: 100 }, (_, i) => `${i === 90 ? "oops" : i},${i % 3}`).join("\n")}\n`,
};

/** What DuckDB refuses although `readCsv` reads it. */
const mayRefuse = new Set(["both line ends", "lines of blanks", "text after quotes"]);

/** Names that a table of DuckDB cannot have. */
const namesOfNoDatabase = new Set([
  "names in capital letters",
  "an empty name",
  "a comma at the end of all lines",
]);

describe("CSV files by their readers", function () {
  this.timeout(300_000);
  let folder: string;
  type Connection = Awaited<ReturnType<DuckDBInstance["connect"]>>;
  let connection: Connection;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "contract-"));
    connection = await (await DuckDBInstance.create(":memory:")).connect();
  });
  after(() => rmSync(folder, { recursive: true }));

  const tried = async (read: () => Reading | Promise<Reading>): Promise<Reading> => {
    try {
      return await read();
    } catch (error) {
      assert.ok(error instanceof InputError, (error as Error).stack);
      assert.ok(!error.message.includes("\n"), error.message);
      return error;
    }
  };

  const options = { response: "y", missing: "drop" } as const;
  const model = new SmoothLasso({ lambda: 0.01, tol: 1e-13 });

  const inMemory = (file: string): Reading => {
    const { X, y, featureNames } = fromFrame(readCsv(file), options);
    const { data, nSamples, nFeatures } = X as RowMajorMatrix;
    // Negative zeros are zeros.
    const rows = Array.from({ length: nSamples }, (_, i) => [
      ...(data as Float64Array).slice(i * nFeatures, (i + 1) * nFeatures),
      y[i] as number,
    ]);
    const { coef, intercept } = model.fit(X, y);
    return { featureNames, rows, fit: [...coef, intercept] };
  };

  const inPasses = async (file: string): Promise<Reading> => {
    const rows: number[][] = [];
    const { featureNames } = await (async () => {
      const own = await FileRows.open("test", file, options);
      await own.scan(({ nRows, columns }) => {
        for (let i = 0; i < nRows; i++) rows.push(columns.map((column) => column[i] + 0));
      }, false);
      return own;
    })();
    const { coef, intercept } = await (await fileDesign(file, options)).fit(model);
    return { featureNames, rows, fit: [...coef, intercept] };
  };

  const inSummary = async (file: string): Promise<Reading> => {
    const summary = await summarizeFile(file, options);
    const { coef, intercept } = summary.fit(model);
    return { featureNames: summary.featureNames, fit: [...coef, intercept] };
  };

  const inDatabase = async (file: string): Promise<Reading> => {
    const frame = readCsv(file);
    const names = Object.keys(frame);
    const isText = (name: string) => frame[name].some((value) => typeof value === "string");
    const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
    const columns = names.map((name) => `${quoted(name)} ${isText(name) ? "VARCHAR" : "DOUBLE"}`);
    await connection.run("DROP TABLE IF EXISTS t");
    await connection.run(`CREATE TABLE t (${columns.join(", ")})`);
    const literal = (value: string | number | null) =>
      value === null
        ? "NULL"
        : typeof value === "string"
          ? `'${value.replaceAll("'", "''")}'`
          : `'${value}'::DOUBLE`;
    for (let i = 0; i < frame[names[0]].length; i++)
      await connection.run(
        `INSERT INTO t VALUES (${names.map((name) => literal(frame[name][i])).join(", ")})`,
      );
    const query = async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjects();
    const features = names.filter((name) => name !== "y");
    const design = await sqlDesign({ query, table: "t", features, ...options });
    const { coef, intercept } = await design.fit(model);
    return { featureNames: design.featureNames, fit: [...coef, intercept] };
  };

  /** Compares a reading with that of `readCsv` and `fromFrame`. */
  const assertSame = (what: string, found: Reading, wanted: Reading): void => {
    if (isRefused(found) || isRefused(wanted)) {
      assert.ok(isRefused(found), `${what} is read, but readCsv says ${(wanted as InputError).message}`);
      assert.ok(isRefused(wanted), `${what}: ${found.message}`);
      return;
    }
    assert.deepEqual(found.featureNames, wanted.featureNames, what);
    if (found.rows) assert.deepEqual(found.rows, wanted.rows, what);
    for (const [k, value] of found.fit.entries())
      assert.ok(Math.abs(value - wanted.fit[k]) <= 1e-8 * (Math.abs(value) + 1), what);
  };

  const assertAlike = async (what: string, text: string): Promise<void> => {
    const file = join(folder, "table.csv");
    writeFileSync(file, text);
    const wanted = await tried(() => inMemory(file));
    const design = await tried(() => inPasses(file));
    if (mayRefuse.has(what)) assert.ok(isRefused(design), `${what} is read`);
    else assertSame(`${what}, by fileDesign`, design, wanted);
    const summary = await tried(() => inSummary(file));
    // Summaries are of numbers alone.
    if (
      isRefused(summary) &&
      / must be a number(, got "| that a 64-bit float keeps as it is written, got ")/.test(summary.message)
    )
      assert.ok(isRefused(wanted) || wanted.featureNames.some((name) => name.includes("=")), what);
    else assertSame(`${what}, by summarizeFile`, summary, isRefused(design) ? design : wanted);
    const isForDatabase = !isRefused(wanted) && !namesOfNoDatabase.has(what);
    if (isForDatabase) assertSame(`${what}, by sqlDesign`, await tried(() => inDatabase(file)), wanted);
  };

  for (const [what, text] of Object.entries(tables))
    it(`are read alike with ${what}`, () => assertAlike(what, text));

  for (const value of oddValues)
    it(`are read alike with ${JSON.stringify(value)} among numbers`, async () => {
      const inFile = /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
      await assertAlike(value, `a,y\n1,2\n${inFile},3\n3,5\n4,8\n5,9\n`);
    });

  it("takes decimals for decimals where the first 30000 rows of a column are whole", async () => {
    const file = join(folder, "late.csv");
    const values = Array.from({ length: 30_004 }, (_, i) =>
      i < 30_000 ? i % 5 : [0.4, 0.5, -0.5, 1.5][i - 30_000],
    );
    writeFileSync(file, `a,y\n${values.map((value, i) => `${value},${i % 3}`).join("\n")}\n`);
    const summary = await summarizeFile(file, { response: "y" });
    const mean = (60_000 + 0.4 + 0.5 - 0.5 + 1.5) / 30_004;
    assert.ok(Math.abs(summary.means[0] - mean) < 1e-14);
    const { rows } = (await inPasses(file)) as Exclude<Reading, InputError>;
    assert.deepEqual(
      rows!.map(([a]) => a),
      values,
    );
  });

  it("reads files with another delimiter where it is named", async () => {
    const file = join(folder, "semicolons.csv");
    writeFileSync(file, "a;y\n1.5;2\n3;4\n4;7\n");
    const { X } = fromFrame(readCsv(file, { delimiter: ";" }), options);
    const own = await FileRows.open("test", file, { ...options, delimiter: ";" });
    const found: number[] = [];
    await own.scan(({ columns }) => found.push(...columns[0]), false);
    assert.deepEqual(found, Array.from((X as RowMajorMatrix).data));
    await assert.rejects(fileDesign(file, options), /name its delimiter/);
  });

  it("reads names in quotes behind a byte order mark, and a name that begins with two of its bytes", async () => {
    for (const [name, text] of [
      ["a,b", '\ufeff"a,b",y\n1,2\n3,4\n4,7\n'],
      ["\ufefb", "\ufefb,y\n1,2\n3,4\n4,7\n"],
    ]) {
      const file = join(folder, "mark.csv");
      writeFileSync(file, text);
      const summary = await summarizeFile(file, { response: "y" });
      assert.deepEqual([...summary.featureNames], [name]);
      assert.deepEqual([...summary.featureNames], fromFrame(readCsv(file), options).featureNames);
      assert.equal(summary.nSamples, 3);
      assert.ok(Math.abs(summary.means[0] - 8 / 3) < 1e-14);
    }
  });

  it("refuses a delimiter that is more than a byte, which other characters end with too", async () => {
    const file = join(folder, "sections.csv");
    writeFileSync(file, "a\u00a7y\n1\u00a72\n3\u00a74\n");
    assert.deepEqual(readCsv(file, { delimiter: "\u00a7" }), { a: [1, 3], y: [2, 4] });
    await assert.rejects(
      summarizeFile(file, { response: "y", delimiter: "\u00a7" }),
      /^InputError: summarizeFile: delimiter must be one character of ASCII, got "\u00a7"; read the file with readCsv$/,
    );
  });
});
