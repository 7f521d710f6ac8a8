/** A CSV as a text, as bytes and as a file of a page gives what its path gives. */
import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type CsvFile, type CsvOptions, readCsv } from "../../../src/data";
import { InputError } from "../../../src/errors";
import type { Anything } from "../../support/bad-input";

const folder = mkdtempSync(join(tmpdir(), "csv-"));

describe("readCsv of what is no path", () => {
  const text = '\uFEFFarea,city\r\n50,Ulm\r\nNA,"Kiel, Süd"\r\n';
  const bytes = new Uint8Array(Buffer.from(text));
  const wanted = { area: [50, null], city: ["Ulm", "Kiel, Süd"] };

  it("takes a text, bytes, a buffer, a Blob and a gzipped one, with the numbers of the file", async () => {
    const path = join(folder, "rent.csv");
    writeFileSync(path, bytes);
    assert.deepEqual(readCsv(path), wanted);
    for (const source of [text, bytes, Buffer.from(text), bytes.buffer])
      assert.deepEqual(readCsv(source), wanted);
    for (const part of [bytes, new Uint8Array(gzipSync(bytes))])
      assert.deepEqual(await readCsv(new Blob([part])), wanted);
    const tabs = new File([text.replaceAll(",", "\t")], "rent.tsv");
    assert.deepEqual((await readCsv(tabs)).city[1], "Kiel\t Süd");
  });

  it("takes the options that it takes with a path", async () => {
    const latin = new Uint8Array(Buffer.from("a;b\nJürgen;1,5\n", "latin1"));
    const options: CsvOptions = { encoding: "latin1", decimal: "," };
    assert.deepEqual(readCsv(latin, options), { a: ["Jürgen"], b: [1.5] });
    assert.deepEqual(await readCsv(new Blob([latin]), options), { a: ["Jürgen"], b: [1.5] });
  });

  it("reads a whole number of millions of digits as the text that it is, like any that a number would change", () => {
    const digits = "7".repeat(8_000_000);
    for (const cell of [digits, `-${digits}`, `"${digits}"`]) {
      const { a, b } = readCsv(`a,b\n${cell},1\n2,3\n`);
      assert.deepEqual([String(a[0]).replaceAll("7", "").length <= 1, a[1], b], [true, "2", [1, 3]]);
      assert.equal(String(a[0]).replace("-", "").length, digits.length);
    }
    const grouped = readCsv(`a\n"1${",234".repeat(2_000_000)}"\n`, { thousands: "," }).a;
    assert.equal(String(grouped[0]).length, 8_000_001);
    assert.deepEqual(readCsv('a\n"1,234"\n', { thousands: "," }).a, [1234]);
  });

  it("refuses in one sentence what it cannot read", async () => {
    const refuses = (source: Anything, options: CsvOptions, message: string): void => {
      assert.throws(() => readCsv(source, options), new InputError(`readCsv: ${message}`));
    };
    refuses(
      text,
      { encoding: "latin1" },
      'encoding must be left out with a text, whose letters are known, got "latin1"',
    );
    refuses(
      new Uint8Array(gzipSync(bytes)),
      {},
      "the bytes must be those of a text, got gzipped ones; pass the path, or await readCsv(new Blob([bytes]))",
    );
    refuses(new Uint8Array(0), {}, "the bytes must have at least one line, got none");
    refuses(3, {}, "source must be the path of a file, a text, bytes, a File or a Response, got 3");
    const rejects = (file: Anything, message: string): Promise<void> =>
      assert.rejects(readCsv(file as CsvFile), new InputError(`readCsv: ${message}`));
    await rejects(
      new Blob([new Uint8Array(gzipSync(bytes)).subarray(0, 20)]),
      "the file must be a whole gzip file, got another end; it may be half a download",
    );
    await rejects(
      Object.defineProperty(new Response("<p>none", { status: 404 }), "url", {
        value: "http://host/none.csv",
      }),
      'source must be a file that the server has, got "http://host/none.csv"; it answers with status 404',
    );
    await rejects(
      new File(["a,b\n"], "y.csv"),
      "y.csv must have at least one line below its names, got the names alone; say { header: false } where the line has values",
    );
  });
});
