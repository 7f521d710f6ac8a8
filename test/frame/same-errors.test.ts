/** That errors about the values of a file are those of `fromFrame` and of fits in memory: the same rule, value, row and remedy. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { logistic, poisson, SmoothLasso, squaredError } from "../../src";
import { readCsv } from "../../src/data";
import { fileDesign, pipeline, summarizeFile } from "../../src/frame";
import type { Anything } from "../support/bad-input";

/** 50 rows of numbers but for one value, of the feature or of the response. */
function numbersBut(value: string, row: number, column: "a" | "y"): string {
  const lines = Array.from({ length: 50 }, (_, i) => {
    const [a, y] = [`${1.5 * i}`, `${((7 * i) % 5) + 0.25}`];
    return i !== row ? `${a},${y}` : column === "a" ? `${value},${y}` : `${a},${value}`;
  });
  return `a,y\n${lines.join("\n")}\n`;
}

const tables: Readonly<Record<string, string>> = {
  "a code among numbers": "a,y\n0,1\n12,2\n007,4\n13,3\n",
  "a code in another base": "a,y\n0,1\n12,2\n0x1F,4\n13,3\n",
  "a whole number of too many digits": "a,y\n0,1\n12,2\n13,4\n12345678901234567891,3\n",
  "a code in the response": "a,y\n0,1\n12,2\n5,004\n13,3\n",
  "a late text": numbersBut("oops", 40, "a"),
  "two late texts, the second before the first by the alphabet": numbersBut("oops", 40, "a").replace(
    "\n66,",
    "\nfail,",
  ),
  "a late text in the response": numbersBut("oops", 40, "y"),
  "a text in the response of few": "a,y\n1,2\n2,3\n4,oops\n5,7\n",
  "a text first in the response": "a,y\n1,oops\n2,3\n4,5\n5,7\n",
  "a decimal comma": numbersBut('"1,5"', 40, "a"),
  "a decimal comma in the response": numbersBut('"1,5"', 40, "y"),
  "decimal commas": 'a,y\n"7,5",2\n"2,5",3\n"4,5",5\n',
  "decimal commas in the response": 'a,y\n1,"7,5"\n2,"3,5"\n4,"2,5"\n',
  "dates in the response": "a,y\n1,2024-03-01\n2,2024-01-02\n3,2024-02-02\n",
  "a number too large": numbersBut("1e400", 40, "a"),
  "a number too large in the response": numbersBut("1e400", 40, "y"),
  "an infinity": numbersBut("Infinity", 40, "a"),
  "an infinity in the response": numbersBut("-Infinity", 40, "y"),
  "a missing number": numbersBut("NA", 40, "a"),
  "a missing response": numbersBut("", 40, "y"),
  "a missing level": "a,y\nu,1\nv,2\n,3\nu,4\n",
  "a column without values": "a,b,y\n1,,2\n2,,3\n4,,5\n",
  identifiers: `a,y\n${Array.from({ length: 25 }, (_, i) => `id${24 - i},${i % 3}`).join("\n")}\n`,
  "a percentage": numbersBut("5%", 40, "a"),
  "three classes": "a,y\n1,low\n2,high\n4,mean\n5,low\n",
  "two classes": "a,y\n1,low\n2,high\n4,high\n5,low\n",
};

describe("errors about values of files", function () {
  this.timeout(60_000);
  let folder: string;
  const at = (name: string): string => join(folder, name);
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "same-errors-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  const messageOf = async (attempt: () => unknown): Promise<string> => {
    try {
      await attempt();
    } catch (error) {
      assert.equal((error as Error).name, "InputError", (error as Error).stack);
      return (error as Error).message;
    }
    return assert.fail("no error");
  };

  /** The sentence in memory as one of a file: which function it is, what the column is called, and which file has the row. */
  const inFile = (message: string, file: string): string =>
    message
      .replace(/^fromFrame: /, "fileDesign: ")
      .replace(/^SmoothLasso\.fit: y, row/, 'FileDesign.fit: column "y", row')
      .replace(/, row (\d+) /, `, row $1 of ${file} `);

  const models = [squaredError(), poisson()].map((datafit) => new SmoothLasso({ lambda: 0.1, datafit }));
  const rules = ["error", "mean", "median", "drop"] as const;

  for (const [what, text] of Object.entries(tables))
    it(`are those in memory, of ${what}`, async () => {
      const file = at("table.csv");
      writeFileSync(file, text);
      let nErrors = 0;
      for (const missing of rules) {
        const options = { response: "y", missing };
        for (const model of models) {
          const inMemory = () => pipeline(options, model).fit(readCsv(file));
          const isRefused = await Promise.resolve()
            .then(inMemory)
            .then(
              () => false,
              () => true,
            );
          if (!isRefused) continue;
          const wanted = await messageOf(inMemory);
          // The only row without a missing value tells no fit anything.
          if (/at least one row must have all values/.test(wanted)) continue;
          nErrors++;
          const found = await messageOf(async () => (await fileDesign(file, options)).fit(model));
          assert.equal(found, inFile(wanted, file));
        }
      }
      assert.ok(nErrors > 0);
    });

  it("name the row and the file where there are several", async () => {
    const files = [at("part-0.csv"), at("part-1.csv")];
    const [names, ...lines] = numbersBut("oops", 40, "y").trim().split("\n");
    // Both parts have a text, since all files have to agree on what a column is.
    lines[49] = "1,later";
    writeFileSync(files[0], [names, ...lines.slice(0, 45)].join("\n"));
    writeFileSync(files[1], [names, ...lines.slice(45)].join("\n"));
    const read = (paths: string[], options: Anything = {}) =>
      fileDesign(paths, { response: "y", ...options });
    const place = (file: string, row: number) => `column "y", row ${row} of ${file}`;
    const tail =
      "others are numbers as texts, so correct it, or read it as a missing value by readCsv with missing";
    assert.equal(
      await messageOf(async () => (await read(files)).fit(models[0])),
      `FileDesign.fit: ${place(files[0], 40)} must be a finite number, got "oops"; ${tail}: ["oops"]`,
    );
    assert.equal(
      await messageOf(async () => (await read([...files].reverse())).fit(models[0])),
      `FileDesign.fit: ${place(files[1], 4)} must be a finite number, got "later"; ${tail}: ["later"]`,
    );
    writeFileSync(files[0], [names, ...lines.slice(0, 40)].join("\n"));
    assert.equal(
      await messageOf(() => read(files)),
      `fileDesign: ${place(files[1], 4)} must be a number, as in ${files[0]}, got "later"`,
    );
  });

  it("name a text in a response of many numbers before there is a loss", async () => {
    const file = at("many.csv");
    const lines = Array.from({ length: 50 }, (_, i) => `${i % 3},${i === 40 ? "oops" : 2 * i}`);
    writeFileSync(file, `a,y\n${lines.join("\n")}\n`);
    assert.equal(
      await messageOf(() => fileDesign(file, { response: "y" })),
      `fileDesign: column "y", row 40 of ${file} must be a number, or the label of one of at most 20 classes, got "oops"; others are numbers as texts, so correct it, or read it as a missing value by readCsv with missing: ["oops"]`,
    );
  });

  it("name the row of a text far down, and what there is beside it", async () => {
    const file = at("long.csv");
    const lines = Array.from(
      { length: 300_000 },
      (_, i) => `${i},${i === 250_007 ? "oops" : i % 2},${i % 9}`,
    );
    writeFileSync(file, `a,w,y\n${lines.join("\n")}\n`);
    const place = `column "w", row 250007 of ${file}`;
    assert.equal(
      await messageOf(() => summarizeFile(file, { response: "y" })),
      `summarizeFile: ${place} must be a number, got "oops"; leave it out by exclude or features, or encode it first`,
    );
    assert.equal(
      await messageOf(() => summarizeFile(file, { response: "w" })),
      `summarizeFile: ${place} must be a number, got "oops"`,
    );
    assert.equal(
      await messageOf(() => fileDesign(file, { response: "y", sampleWeight: "w" })),
      `fileDesign: ${place} must be a number, got "oops"`,
    );
    assert.match(
      await messageOf(() => fileDesign(file, { response: "y" })),
      new RegExp(
        `^fileDesign: ${place.replaceAll(/[.\\]/g, "\\$&")} must be a number, as all but 1 of 300000 values`,
      ),
    );
  });

  it("name dates of files with remedies that files have", async () => {
    const file = at("dates.csv");
    writeFileSync(file, "a,y\n2024-03-01,2\n2024-01-02,3\n2024-02-02,5\n");
    assert.equal(
      await messageOf(() => fileDesign(file, { response: "y" })),
      `fileDesign: column "a", row 0 of ${file} must be a finite number, got "2024-03-01"; convert dates to numbers first, such as days, or leave "a" out by exclude or features, or list "a" in categorical`,
    );
  });

  it("name texts of Parquet files", async () => {
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    const file = at("texts.parquet");
    const write = (values: string) =>
      connection.run(
        `COPY (SELECT * FROM (VALUES ${values}) t(a, y)) TO '${file.replaceAll("'", "''")}' (FORMAT parquet)`,
      );
    await write("(1, '2'), (2, 'NA'), (4, '5')");
    assert.match(
      await messageOf(async () => (await fileDesign(file, { response: "y" })).fit(models[0])),
      /column "y", row 1 of .* must be a finite number, got "NA"; others are numbers as texts/,
    );
    await write("(1, '2'), (2, '3'), (4, '5')");
    assert.match(
      await messageOf(async () => (await fileDesign(file, { response: "y" })).fit(models[0])),
      /column "y", row 0 of .* must be a finite number, got "2"; encode text as numbers first/,
    );
    connection.closeSync();
  });

  it("leave labels out that stand in dropped rows alone, as in memory", async () => {
    const file = at("labels.csv");
    writeFileSync(file, "a,y\n1,no\n2,yes\n,perhaps\n4,yes\n5,no\n");
    const design = await fileDesign(file, { response: "y", missing: "drop" });
    const model = new SmoothLasso({ lambda: 0.1, datafit: logistic() });
    assert.deepEqual((await design.fit(model)).classes, ["no", "yes"]);
  });
});
