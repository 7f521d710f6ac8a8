import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { readingOf } from "../../../kernel/new-notebook/csv-reading";

describe("the reading of a CSV file", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "csv-reading-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  function file(content: string | Uint8Array, name = "a.csv"): string {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  }

  const plain = [
    ["commas", "a,b\n1.5,x\n", {}],
    ["semicolons", "a;b\n1.5;x\n", { delimiter: ";" }],
    ["tabs", "a\tb\n1.5\tx\n", { delimiter: "\t" }],
    ["spaces before quotes", '"a" "b"\n1.5 "x"\n', { delimiter: " " }],
  ] as const;
  for (const [what, text, options] of plain) {
    it(`finds ${what}`, () => {
      const reading = readingOf(file(text), {});
      assert.deepEqual(reading.options, options);
      assert.deepEqual(reading.columns, { a: [1.5], b: ["x"] });
      assert.equal(reading.ambiguities.size, 0);
    });
  }

  const written = [
    ["a;b\n1,5;1\n", { decimal: "," }, [1.5]],
    ["a;b\n1.234,5;1\n", { decimal: ",", thousands: "." }, [1234.5]],
    ["a;b\n1.234;0,5\n", { decimal: ",", thousands: "." }, [1234]],
    ["a;b\n1\u202F234,5;1\n", { decimal: ",", thousands: " " }, [1234.5]],
    ["a;b\n1'234.5;1\n", { thousands: "'", delimiter: ";" }, [1234.5]],
    ["a,b\n1\u2019234.5,1\n", { thousands: "'" }, [1234.5]],
    ["a,b\n1 234.5,1\n", { thousands: " " }, [1234.5]],
    ["a\tb\n1,5\t1\n", { decimal: ",", delimiter: "\t" }, [1.5]],
  ] as const;
  for (const [text, options, a] of written) {
    it(`finds how ${JSON.stringify(text.split("\n")[1])} is written`, () => {
      const reading = readingOf(file(text), {});
      assert.deepEqual(reading.options, options);
      assert.deepEqual(reading.columns.a, a);
      assert.equal(reading.ambiguities.size, 0);
    });
  }

  it("keeps the plain way where two give other numbers, and names them", () => {
    const { options, columns, ambiguities } = readingOf(file('a,b\n"1,234",5\n'), {});
    assert.deepEqual(options, {});
    assert.deepEqual(columns, { a: ["1,234"], b: [5] });
    assert.deepEqual([...ambiguities], [["a", [{ thousands: "," }, { decimal: "," }]]]);
    const points = readingOf(file("a;b\n1.234;5\n"), {});
    assert.deepEqual(points.columns, { a: [1.234], b: [5] });
    assert.deepEqual([...points.ambiguities], [["a", [{}, { decimal: ",", thousands: "." }]]]);
  });

  it("makes no column of numbers one of texts", () => {
    const { options, columns } = readingOf(file("a;b\n1.5;2,5\n"), {});
    assert.deepEqual(options, { delimiter: ";" });
    assert.deepEqual(columns, { a: [1.5], b: ["2,5"] });
  });

  it("takes what is given, and names the delimiter that goes with it", () => {
    const doubtful = file('a,b\n"1,234",5\n');
    assert.deepEqual(readingOf(doubtful, { decimal: "," }).options, { decimal: ",", delimiter: "," });
    assert.deepEqual(readingOf(doubtful, { decimal: "," }).columns.a, [1.234]);
    assert.deepEqual(readingOf(doubtful, { thousands: "," }).columns.a, [1234]);
    assert.deepEqual(readingOf(file("a|b\n1,5|2\n"), { delimiter: "|" }).columns, { a: [1.5], b: [2] });
    const wide = file(Buffer.from("Fl\u00e4che;b\n1,5;2\n", "utf16le"));
    assert.deepEqual(readingOf(wide, { encoding: "utf-16le" }).columns, { Fl\u00e4che: [1.5], b: [2] });
  });

  it("knows the line of each row, past those that are blank or within quotes", () => {
    const { lineOf } = readingOf(file('a;b\n\n"x\ny";1,5\nz;2,5\n'), {});
    assert.deepEqual([0, 1].map(lineOf), [3, 5]);
  });

  it("reads packed files and those of tabs by their names", () => {
    const packed = file(gzipSync("a;b\n1,5;2\n"), "a.csv.gz");
    assert.deepEqual(readingOf(packed, {}).columns, { a: [1.5], b: [2] });
    const { options, columns } = readingOf(file("a, b\tc\n1,5\t2\n", "a.tsv"), {});
    assert.deepEqual(options, { decimal: "," });
    assert.deepEqual(columns, { "a, b": [1.5], c: [2] });
  });
});
