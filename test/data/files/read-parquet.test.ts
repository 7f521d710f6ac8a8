/** Parquet files as DuckDB and pyarrow write them, against what DuckDB reads. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { SmoothLasso } from "../../../src";
import { type ParquetOptions, type ParquetValue, readCsv, readParquet } from "../../../src/data";
import { InputError } from "../../../src/errors";
import { fromFrame } from "../../../src/frame";
import type { Anything } from "../../support/bad-input";
import { ROOT } from "../../support/tracked-files";

const folder = mkdtempSync(join(tmpdir(), "parquet-"));
const at = (name: string): string => join(folder, name);
const golden = (name: string): string => join(ROOT, "test/golden/parquet_files", name);

/** More rows than a group and than a dictionary's page of one byte an index has. */
const N_ROWS = 5000;

/** Columns in SQL of the row `i`, and how SQL makes of a column `c` what it becomes here. */
const COLUMNS: Readonly<Record<string, readonly [make: string, asked: string]>> = {
  tiny: ["CAST(i % 200 - 100 AS TINYINT)", "c"],
  byte: ["CAST(i % 256 AS UTINYINT)", "c"],
  small: ["CAST(i * 7 % 65536 AS USMALLINT)", "c"],
  int: ["CAST(hash(i) % 2147483648 AS INTEGER) - 1073741824", "c"],
  unsigned: ["CAST(hash(i) % 4294967296 AS UINTEGER)", "c"],
  whole: ["CAST(hash(i) % 9007199254740992 AS BIGINT) - 4503599627370496", "CAST(c AS DOUBLE)"],
  large: ["CAST(hash(i) >> 1 AS BIGINT) - 4611686018427387904", "CAST(c AS VARCHAR)"],
  huge: ["CAST(hash(i) AS UBIGINT)", "CAST(c AS VARCHAR)"],
  repeated: ["CAST(i % 300 AS BIGINT)", "CAST(c AS DOUBLE)"],
  float: ["CAST(sin(i) AS FLOAT)", "CAST(c AS DOUBLE)"],
  double: [
    "CASE i % 5 WHEN 0 THEN 'NaN'::DOUBLE WHEN 1 THEN '-Infinity'::DOUBLE ELSE exp(i / 50.0) END",
    "c",
  ],
  yes: ["i % 3 = 0", "c"],
  price: ["CAST((hash(i) % 10000000) / 100.0 AS DECIMAL(9, 2))", "CAST(c AS VARCHAR)"],
  rate: ["CAST((hash(i) % 1000000000000) / 10000000.0 AS DECIMAL(18, 7))", "CAST(c AS VARCHAR)"],
  amount: ["CAST(i AS DECIMAL(38, 12)) * 0.3", "CAST(c AS VARCHAR)"],
  count: ["CAST(i * 1000003 AS DECIMAL(20, 0))", "CAST(c AS DOUBLE)"],
  level: ["'level ' || (i % 7)", "c"],
  text: ["'Zürich, \"' || hash(i) || ' 🙂'", "c"],
  state: ["CAST(CASE i % 2 WHEN 0 THEN 'on' ELSE 'off' END AS ENUM ('off', 'on'))", "CAST(c AS VARCHAR)"],
  day: ["DATE '1969-01-01' + CAST(i AS INTEGER)", "CAST(c - DATE '1970-01-01' AS DOUBLE)"],
  second: ["CAST(TIMESTAMP '1969-12-01' + to_seconds(i * 1009) AS TIMESTAMP_S)", "epoch_us(c) / 86400e6"],
  milli: [
    "CAST(TIMESTAMP '1969-12-31' + to_milliseconds(i * 100003) AS TIMESTAMP_MS)",
    "epoch_us(c) / 86400e6",
  ],
  micro: ["TIMESTAMP '1969-12-31' + to_microseconds(i * 100000007)", "epoch_us(c) / 86400e6"],
  nano: ["CAST(TIMESTAMP '2024-02-29' + to_seconds(i) AS TIMESTAMP_NS)", "epoch_ns(c) / 86400e9"],
  zoned: ["CAST(TIMESTAMP '2024-02-29' + to_seconds(i) AS TIMESTAMPTZ)", "epoch_us(c) / 86400e6"],
  id: ["CAST(md5(CAST(i AS VARCHAR)) AS UUID)", "CAST(c AS VARCHAR)"],
};
const NUMBERS_AS_TEXTS = ["price", "rate", "amount"];
const TIMES = ["second", "milli", "micro", "nano", "zoned"];

let duckdb: DuckDBConnection;

async function rowsOf(sql: string): Promise<Record<string, unknown>[]> {
  return (await duckdb.runAndReadAll(sql)).getRowObjectsJS() as Record<string, unknown>[];
}

/** The rows in SQL, a seventh of the values missing but for one column in two. */
function made(nRows: number = N_ROWS): string {
  const columns = Object.entries(COLUMNS).map(([name, [sql]], j) =>
    j % 2 === 0 ? `CASE WHEN (i + ${j}) % 7 = 0 THEN NULL ELSE ${sql} END AS ${name}` : `${sql} AS ${name}`,
  );
  return `SELECT ${columns.join(", ")} FROM range(${nRows}) t(i)`;
}

async function write(name: string, sql: string, options = ""): Promise<string> {
  await duckdb.run(`COPY (${sql}) TO '${at(name)}' (FORMAT parquet${options})`);
  return at(name);
}

function assertColumn(name: string, found: readonly ParquetValue[], wanted: readonly unknown[]): void {
  if (TIMES.includes(name)) {
    assert.equal(found.length, wanted.length);
    wanted.forEach((days, i) => {
      if (days === null) assert.equal(found[i], null);
      else
        assert.ok(
          Math.abs((found[i] as number) - (days as number)) <= 2 ** -38,
          `${name}, row ${i}: ${found[i]}`,
        );
    });
  } else
    assert.deepEqual(
      found,
      NUMBERS_AS_TEXTS.includes(name) ? wanted.map((text) => (text === null ? null : Number(text))) : wanted,
      name,
    );
}

describe("readParquet", () => {
  before(async () => {
    duckdb = await (await DuckDBInstance.create(":memory:")).connect();
  });
  after(() => duckdb.closeSync());

  for (const codec of ["uncompressed", "snappy", "gzip", "zstd", "brotli", "lz4_raw"]) {
    const nRows = codec === "brotli" ? 100 : N_ROWS; // which is unpacked slowly
    it(`reads what DuckDB writes by ${codec}, as DuckDB reads it`, async () => {
      const path = await write(
        `${codec}.parquet`,
        made(nRows),
        `, COMPRESSION ${codec}, ROW_GROUP_SIZE 2048`,
      );
      const columns = await readParquet(path);
      assert.deepEqual(Object.keys(columns), Object.keys(COLUMNS));
      const asked = Object.entries(COLUMNS).map(
        ([name, [, sql]]) => `${sql.replace(/\bc\b/g, name)} AS ${name}`,
      );
      const rows = await rowsOf(`SELECT ${asked.join(", ")} FROM '${path}'`);
      assert.equal(rows.length, nRows);
      for (const name of Object.keys(COLUMNS))
        assertColumn(
          name,
          columns[name],
          rows.map((row) => row[name]),
        );
    });
  }

  it("reads what pyarrow writes, and the timestamps of older programs", async () => {
    const columns = await readParquet(golden("pyarrow.parquet"));
    // The values of test/golden/parquet_files.py.
    assert.deepEqual(columns, {
      u64: ["18446744073709551615", null, "3"],
      u32: [4294967295, null, 3],
      i8: [-128, null, 127],
      half: [1.5, -65504, 2 ** -14],
      money: [0.3, null, Number("-123456789012345678901234567890.12")],
      price: [0.1, 0.7, null],
      cents: [Number("12345678901234.6789"), 0.0003, null],
      code: ["b", "ä", "b"],
      day: [-1, null, Date.UTC(2024, 1, 29) / 86_400_000],
      ms: [0, -1 / 86_400_000, null],
      ns: [1 / 86_400e9, -1 / 86_400e9, Date.UTC(2024, 1, 29) / 86_400_000],
      nothing: [null, null, null],
      "a.b": [1, Number.NaN, null],
      'q"': [true, null, false],
      ["__proto__"]: [7, 8, 9],
    });
    const { ms, ns } = columns;
    assert.deepEqual(await readParquet(golden("int96.parquet")), { ms, ns });
  });

  it("reads some columns and rows, which are those of the whole", async () => {
    const path = await write("parts.parquet", made(), ", ROW_GROUP_SIZE 2048");
    const whole = await readParquet(path);
    const ranges = [[0, 1], [2047, 2049], [2048, 4096], [4999], [1, 9999], [4095, 4097]];
    for (const [rowStart, rowEnd] of ranges) {
      const options: ParquetOptions = { columns: ["text", "repeated", "double"], rowStart };
      const part = await readParquet(path, rowEnd === undefined ? options : { ...options, rowEnd });
      assert.deepEqual(Object.keys(part), options.columns);
      for (const [name, values] of Object.entries(part))
        assert.deepEqual(values, whole[name].slice(rowStart, rowEnd), `${name} from ${rowStart}`);
    }
    assert.deepEqual(await readParquet(path, { columns: "day" }), { day: whole.day });
    // Whether integers are texts is said by the rows that are read.
    const held = await write("held.parquet", "SELECT unnest([1, 2, 9007199254740993]) AS id");
    assert.deepEqual((await readParquet(held)).id, ["1", "2", "9007199254740993"]);
    assert.deepEqual((await readParquet(held, { rowEnd: 2 })).id, [1, 2]);
  });

  it("reads bytes and files of a browser, of which it takes no more than is asked for", async () => {
    const path = await write("bytes.parquet", made(), ", ROW_GROUP_SIZE 2048");
    const bytes = readFileSync(path);
    const wanted = await readParquet(path, { columns: "text" });
    const inside = new Uint8Array([1, 2, ...bytes, 3]).subarray(2, bytes.length + 2);
    const buffer = new Uint8Array(bytes).buffer;
    let nRead = 0;
    const file = {
      size: bytes.length,
      slice(start: number, end?: number) {
        nRead += (end ?? bytes.length) - start;
        return new Blob([bytes.subarray(start, end)]);
      },
    };
    for (const source of [bytes, inside, buffer, new Blob([bytes]), new File([bytes], "a.parquet"), file])
      assert.deepEqual(await readParquet(source, { columns: "text" }), wanted);
    assert.ok(bytes.length > 2 ** 19, "the end of the file is read whole");
    assert.ok(nRead < 0.9 * bytes.length, `${nRead} of ${bytes.length} bytes`);
  });

  it("gives the table that readCsv gives, and a fit the same coefficients", async () => {
    const sql =
      "SELECT sin(i) AS area, CASE WHEN i % 9 = 0 THEN NULL ELSE 'city ' || i % 3 END AS city, cos(i) + i % 3 AS rent FROM range(60) t(i)";
    const path = await write("rent.parquet", sql);
    await duckdb.run(`COPY (${sql}) TO '${at("rent.csv")}' (HEADER)`);
    const table = await readParquet(path);
    assert.deepEqual(table, readCsv(at("rent.csv")));
    const fitOf = (frame: Anything): readonly number[] => {
      const { X, y } = fromFrame(frame, { response: "rent", missing: "level" });
      return [...new SmoothLasso({ lambda: 0.01 }).fit(X, y).coef];
    };
    assert.deepEqual(fitOf(table), fitOf(readCsv(at("rent.csv"))));
  });

  it("refuses in one sentence what is no such file, and options that say nothing", async () => {
    const path = await write("plain.parquet", "SELECT i AS a, sin(i) AS b FROM range(3) t(i)");
    const bytes = readFileSync(path);
    writeFileSync(at("half.parquet"), bytes.subarray(0, bytes.length - 20));
    writeFileSync(at("hole.parquet"), Buffer.concat([bytes.subarray(0, 4), bytes.subarray(40)]));
    const empty = await write("empty.parquet", "SELECT 1 AS a WHERE false");
    const refuses = async (source: Anything, options: Anything, message: RegExp): Promise<void> => {
      await assert.rejects(readParquet(source, options), (error: Error) => {
        assert.ok(error instanceof InputError, String(error.stack));
        assert.match(error.message, message);
        assert.match(error.message, /^readParquet: [^\n]+$/);
        return true;
      });
    };
    await refuses(at("none.parquet"), {}, /path must be the path of a file that can be read, .*no such file/);
    await refuses(folder, {}, /it is a folder/);
    await refuses(
      at("half.parquet"),
      {},
      /half\.parquet must be a whole Parquet file, got hyparquet's answer ".*"; it may/,
    );
    await refuses(at("hole.parquet"), {}, /must/);
    await refuses(new Uint8Array(0), {}, /the bytes must be a whole Parquet file/);
    await refuses(undefined, {}, /source must be the path of a file, its bytes or a File, got undefined$/);
    await refuses([1, 2], {}, /source must be/);
    await refuses(empty, {}, /must have at least one row, got none$/);
    await refuses(path, { columns: ["a", "c"] }, /columns must be names of columns of .*, got "c"/);
    await refuses(path, { columns: ["a", "a"] }, /columns must be distinct names, got "a"$/);
    await refuses(path, { columns: [] }, /columns must be the name of at least one column/);
    await refuses(path, { columns: 3 }, /columns must be the name of at least one column, got 3$/);
    await refuses(path, { rowStart: 3 }, /rowStart must be a row of .*, an integer from 0 to 2, got 3$/);
    await refuses(path, { rowStart: 1.5 }, /rowStart must be/);
    await refuses(path, { rowStart: 1, rowEnd: 1 }, /rowEnd must be an integer above rowStart, 1, got 1$/);
    await refuses(path, { rowEnd: Number.NaN }, /rowEnd must be/);
    await refuses(path, { nrows: 3 }, /did you mean "rowEnd"\?$/);
  });

  it("names a column that no table has, which others do without", async () => {
    const others: Readonly<Record<string, readonly [sql: string, found: RegExp]>> = {
      list: ["[1, 2]", /got a nested one; name the others in columns$/],
      struct: ["{'a': 1}", /got a nested one/],
      map: ["MAP {'a': 1}", /got a nested one/],
      blob: ["'\\xAA'::BLOB", /got one of bytes of no named type \(BYTE_ARRAY\)/],
      time: ["TIME '12:00:00'", /got one of TIME \(INT64\)/],
      span: ["INTERVAL 1 DAY", /got one of INTERVAL \(FIXED_LEN_BYTE_ARRAY\)/],
    };
    for (const [name, [sql, found]] of Object.entries(others)) {
      const path = await write(`${name}.parquet`, `SELECT 1 AS a, ${sql} AS "x.y"`);
      await assert.rejects(readParquet(path), (error: Error) => {
        assert.match(error.message, /^readParquet: column "x\.y" of .* must be one of numbers, /);
        assert.match(error.message, found);
        return true;
      });
      assert.deepEqual(await readParquet(path, { columns: "a" }), { a: [1] });
    }
  });

  it("refuses bytes that are no text", async () => {
    const path = await write("text.parquet", "SELECT 'a' || chr(228) AS t", ", COMPRESSION uncompressed");
    const bytes = readFileSync(path);
    const damaged = Buffer.from(bytes.toString("latin1").replaceAll("Ã¤", "Ã("), "latin1");
    assert.notDeepEqual(damaged, bytes);
    await assert.rejects(
      readParquet(damaged),
      new InputError('readParquet: column "t" of the bytes must be text in utf-8, got other bytes'),
    );
  });

  it("says what to install where hyparquet is missing", () => {
    cpSync(join(ROOT, "dist/src"), at("dist/src"), { recursive: true });
    cpSync(join(ROOT, "package.json"), at("package.json")); // which says what #platform is
    mkdirSync(at("node_modules"));
    const link = (name: string): void =>
      symlinkSync(join(ROOT, "node_modules", name), at(`node_modules/${name}`));
    for (const name of readdirSync(join(ROOT, "node_modules"))) if (!name.startsWith("hyparquet")) link(name);
    const ask = (name: string): string => {
      const call = `require(${JSON.stringify(at("dist/src/data"))}).readParquet(${JSON.stringify(golden(name))})`;
      const program = `${call}.then(() => console.log("read"), (error) => console.log(error.message))`;
      return spawnSync(process.execPath, ["-e", program], { encoding: "utf8" }).stdout.trim();
    };
    const missing = (name: string): string =>
      `readParquet: the package ${name} must be installed, got none; run npm install ${name}`;
    assert.equal(ask("pyarrow.parquet"), missing("hyparquet"));
    link("hyparquet");
    assert.equal(ask("pyarrow.parquet"), missing("hyparquet-compressors"));
    assert.equal(ask("int96.parquet"), "read");
  });
});
