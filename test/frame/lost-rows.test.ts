import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DuckDBInstance, DuckDBResult } from "@duckdb/node-api";
import { logistic, SmoothLasso } from "../../src";
import { InputError } from "../../src/errors";
import { fileDataset, fileDesign, summarizeFile } from "../../src/frame";

const N = 60_000;

/** Rows of the first, a middle and the last chunk of DuckDB. */
const places = [7, N / 2, N - 1];

describe("rows of files that DuckDB cannot read", function () {
  this.timeout(300_000);
  let folder: string;
  type Connection = Awaited<ReturnType<DuckDBInstance["connect"]>>;
  let connection: Connection;
  const at = (name: string): string => join(folder, name);
  const lines = Array.from(
    { length: N },
    (_, i) => `${i % 1013},${Math.sin(i).toFixed(6)},${(i * i) % 7 < 3 ? 1 : 0}`,
  );
  const csv = (change: (own: string[]) => void = () => {}): string => {
    const own = [...lines];
    change(own);
    return ["a,b,y", ...own, ""].join("\n");
  };

  const options = { response: "y" };
  const lasso = new SmoothLasso({ lambda: 0.01 });
  const readers: Readonly<Record<string, (file: string) => Promise<unknown>>> = {
    summarizeFile: async (file) => (await summarizeFile(file, options)).nSamples,
    "fileDesign, a squared error": async (file) => {
      const design = await fileDesign(file, options);
      await design.fit(lasso);
      return design.nSamples;
    },
    "fileDesign, a logistic loss": async (file) => {
      const design = await fileDesign(file, options);
      await design.fit(lasso.withParams({ datafit: logistic() }));
      return design.nSamples;
    },
    fileDataset: async (file) => {
      let nRows = 0;
      const { batches } = await fileDataset(file, options);
      for await (const [x] of batches(1)) nRows += x.shape[0];
      return nRows;
    },
  };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "lost-"));
    connection = await (await DuckDBInstance.create(":memory:")).connect();
    writeFileSync(at("whole.csv"), csv());
    writeFileSync(at("whole.csv.gz"), gzipSync(csv()));
    await connection.run(
      `COPY (SELECT * FROM read_csv('${at("whole.csv")}')) TO '${at("whole.parquet")}' (ROW_GROUP_SIZE 10000)`,
    );
  });
  after(() => rmSync(folder, { recursive: true }));

  const assertRefused = async (file: string, message: RegExp): Promise<void> => {
    for (const [name, read] of Object.entries(readers))
      await assert.rejects(
        read(file),
        (error: Error) => {
          assert.ok(error instanceof InputError, error.stack);
          assert.match(error.message, message);
          assert.ok(!error.message.includes("\n"));
          return true;
        },
        `${name} of ${file}`,
      );
  };

  for (const name of ["whole.csv", "whole.csv.gz", "whole.parquet"])
    it(`takes each row of ${name} where nothing fails`, async () => {
      for (const read of Object.values(readers)) assert.equal(await read(at(name)), N);
    });

  const faults: Readonly<
    Record<string, readonly [change: (own: string[], row: number) => void, message: RegExp]>
  > = {
    "a text among numbers": [
      (own, row) => {
        own[row] = `oops,${own[row].slice(own[row].indexOf(",") + 1)}`;
      },
      /column "a", row \d+ of .* must be a number(, as all but 1 of 60000 values of the column are)?, got "oops"/,
    ],
    "a row too long": [
      (own, row) => {
        own[row] += ",1";
      },
      // R writes the names of rows so, of which the first row alone may be one.
      /row (?:0 of .* must be of 3 values as the names are, got 4; where rows begin with a name, .*|[1-9]\d* of .* must be of 3 values as the names are, got 4)$/,
    ],
    "a row too short": [
      (own, row) => {
        own[row] = "1,2";
      },
      /row \d+ of .* must be of 3 values as the names are, got 2$/,
    ],
    "an open quote": [
      (own, row) => {
        own[row] = `"${own[row]}`;
      },
      /the quotes that row \d+ of .* opens must be closed, got the end of the file$/,
    ],
    "bytes that are no text": [
      (own, row) => {
        own[row] = "BYTE,1,1";
      },
      /DuckDB can read, got its answer|must be text in utf-8, got other bytes/,
    ],
  };
  for (const [what, [change, message]] of Object.entries(faults))
    it(`are refused for ${what} in the first, a middle and the last chunk of CSV, gzipped or not`, async () => {
      for (const row of places) {
        const bytes = Buffer.from(csv((own) => change(own, row)).replace("BYTE", "\u0001"));
        const broken = bytes.indexOf(1);
        if (broken >= 0) bytes[broken] = 0xff;
        writeFileSync(at("broken.csv"), bytes);
        writeFileSync(at("broken.csv.gz"), gzipSync(bytes));
        for (const name of ["broken.csv", "broken.csv.gz"]) await assertRefused(at(name), message);
      }
    });

  it("are refused where a gzip file breaks off, or has another byte", async () => {
    const whole = readFileSync(at("whole.csv.gz"));
    for (const share of [0.01, 0.5, 0.999]) {
      const place = Math.floor(share * whole.length);
      writeFileSync(at("short.csv.gz"), whole.subarray(0, place));
      const flipped = Buffer.from(whole);
      flipped[place] ^= 4;
      writeFileSync(at("flipped.csv.gz"), flipped);
      for (const name of ["short.csv.gz", "flipped.csv.gz"])
        await assertRefused(at(name), /must be a whole gzip file, got Z_|row \d+ of .* must be of 3 values/);
    }
    const sum = Buffer.from(whole);
    sum[whole.length - 6] ^= 1; // of the checksum
    writeFileSync(at("sum.csv.gz"), sum);
    await assertRefused(
      at("sum.csv.gz"),
      /must be a whole gzip file, got Z_DATA_ERROR; it may be half a download$/,
    );
  });

  it("are refused where pages of a Parquet file are damaged", async () => {
    const whole = readFileSync(at("whole.parquet"));
    for (const share of [0.02, 0.5, 0.85]) {
      const damaged = Buffer.from(whole);
      const place = Math.floor(share * whole.length);
      damaged.fill(0x7f, place, place + Math.floor(whole.length / 12)); // pages with their headers
      writeFileSync(at("damaged.parquet"), damaged);
      await assertRefused(at("damaged.parquet"), /DuckDB can read, got its answer/);
    }
  });

  it("are refused for a whole number beyond 2^53 in each chunk of a Parquet file", async () => {
    for (const row of places) {
      await connection.run(
        `COPY (SELECT CASE WHEN i = ${row} THEN 9007199254740993 ELSE i % 1013 END AS a, i % 5 AS b, i % 7 % 2 AS y FROM range(${N}) t(i)) TO '${at("large.parquet")}' (ROW_GROUP_SIZE 10000)`,
      );
      await assertRefused(
        at("large.parquet"),
        /column "a" must be integers that a 64-bit float holds exactly, got 9007199254740993$/,
      );
    }
  });

  describe("are missed in the first, a middle and the last pass where the client ends them, of", () => {
    const { fetchChunk } = DuckDBResult.prototype;
    /** Ends the rows of the `pass`-th query after some chunks, as the client does where a query fails. */
    const reading = async (
      read: (file: string) => Promise<unknown>,
      file: string,
      pass: number,
      chunks: number,
    ) => {
      const seen = new Map<DuckDBResult, number>();
      DuckDBResult.prototype.fetchChunk = async function () {
        if (!this.isStreaming) return fetchChunk.call(this);
        const count = seen.get(this) ?? 0;
        seen.set(this, count + 1);
        return seen.size === pass && count >= chunks ? null : fetchChunk.call(this);
      };
      try {
        await read(file);
        return seen.size;
      } finally {
        DuckDBResult.prototype.fetchChunk = fetchChunk;
      }
    };

    for (const name of ["whole.csv", "whole.csv.gz", "whole.parquet"])
      it(name, async () => {
        for (const read of Object.values(readers)) {
          const nPasses = await reading(read, at(name), 0, 0);
          assert.ok(nPasses >= 1);
          for (const pass of new Set([1, Math.ceil(nPasses / 2), nPasses]))
            for (const chunks of [0, 3])
              await assert.rejects(
                reading(read, at(name), pass, chunks),
                /the number of rows of .*whole.* must be 60000 in every pass, got \d+$/,
              );
        }
      });
  });

  it("are refused where a file is replaced by another one of as many rows, of the same size and time", async () => {
    for (const name of ["swap.csv", "swap.parquet"]) {
      const write = async (file: string, a: string): Promise<void> => {
        const rows = `SELECT ${a} AS a, i % 5 AS b, i % 7 % 2 AS y FROM range(3000) t(i)`;
        await connection.run(`COPY (${rows}) TO '${file}'`);
      };
      await write(at(name), "i % 9");
      const design = await fileDesign(at(name), options);
      const dataset = await fileDataset(at(name), options);
      await design.fit(lasso);
      const { atime, mtime } = statSync(at(name));
      await write(at(`new-${name}`), "8 - i % 9");
      utimesSync(at(`new-${name}`), atime, mtime);
      renameSync(at(`new-${name}`), at(name));
      const message =
        /swap\.(csv|parquet) must stay as it was when it was opened, got another file, .*; open it again$/;
      await assert.rejects(design.fit(lasso.withParams({ datafit: logistic() })), message);
      await assert.rejects(dataset.batches(1).next(), message);
      rmSync(at(name));
      await assert.rejects(dataset.batches(1).next(), /got no such file; open it again$/);
    }
  });
});
