import assert from "node:assert/strict";
import { tableFromArrays } from "apache-arrow";
import { DataFrame, Series } from "danfojs-node";
import { bundleOf } from "../../../kernel/display/display";
import { frameOf } from "../../../kernel/display/frame-table";

const bundle = (value: unknown): Record<string, string> => bundleOf(value) as Record<string, string>;

describe("the table of a data frame", () => {
  it("shows danfojs frames as HTML and as text, with types, missing values and the shape", () => {
    const { "text/plain": text, "text/html": html } = bundle(
      new DataFrame({ a: [1, 2.5, Number.NaN], "b<c": ["x", null, "y"] }),
    );
    assert.equal(
      text,
      [
        "3 rows × 2 columns",
        "                    a  b<c",
        "   float32, 1 missing  string, 1 missing",
        "────────────────────────────────────────",
        "0                 1    x",
        "1                 2.5",
        "2               NaN    y",
      ].join("\n"),
    );
    assert.match(html, /b&lt;c<br><span[^>]*>string, 1 missing<\/span>/);
  });

  it("shows a series as one column", () => {
    const { "text/plain": text } = bundle(new Series([7, 8], { index: ["r", "s"] }));
    assert.match(text, /^2 rows × 1 column\n/);
    assert.match(text, /^r {2,}7$/m);
  });

  it("shows the first and last rows and columns of a large frame", () => {
    const rows = Array.from({ length: 1000 }, (_, row) =>
      Array.from({ length: 30 }, (_, at) => row * 100 + at),
    );
    const lines = bundle(new DataFrame(rows))["text/plain"].split("\n");
    assert.equal(lines[0], "1000 rows × 30 columns");
    assert.match(lines[4], /^0 +0 .*… .* 29$/);
    assert.equal(lines[14], "… 980 of 1000 rows not shown …");
    assert.match(lines[24], /^999 +99900 .*… .* 99929$/);
    assert.equal(lines.at(-1), "… 10 columns not shown …");
  });

  it("shows Apache Arrow tables", () => {
    const table = tableFromArrays({ x: Float64Array.of(1, 2), "weird [name].": ["a", "b"] });
    const { "text/plain": text, "text/html": html } = bundle(table);
    assert.match(text, /^2 rows × 2 columns\n +x +weird \[name\]\.\n +Float64 +Dictionary/);
    assert.match(html, /<table/);
  });

  it("shows arrays of records as a table, and as text as they are", () => {
    const rows = [
      { a: 1, b: "x" },
      { a: 2n, c: new Date(0) },
    ];
    const { "text/plain": text, "text/html": html } = bundle(rows);
    assert.match(text, /^\[ \{ a: 1, b: 'x' \}/);
    assert.match(html, /2 rows × 3 columns/);
    assert.match(html, />number or bigint</);
    assert.match(html, />date, 1 missing</);
    assert.match(html, /1970-01-01T00:00:00\.000Z/);
  });

  it("shows columns by name as a table", () => {
    const columns = { rent: Float64Array.of(900, 1200), "city, part": ["Ulm", null] };
    const { "text/plain": text, "text/html": html } = bundle(columns);
    assert.equal(
      text.split("\n").slice(0, 3).join("\n"),
      "2 rows × 2 columns\n     rent  city, part\n   number  string, 1 missing",
    );
    assert.match(html, />1200</);
  });

  it("leaves objects of arrays that are no columns alone", () => {
    for (const value of [
      { a: [1, 2] },
      { a: [1], b: [2] },
      { a: [1, 2], b: [1] },
      { a: [1, 2], b: 3 },
      { a: [1, 2], b: [[1], [2]] },
      { a: "ab", b: "cd" },
      { a: [1, 2], b: new DataView(new ArrayBuffer(2)) },
      {},
    ]) {
      assert.deepEqual(Object.keys(bundle(value)), ["text/plain"]);
    }
  });

  it("leaves other values alone", () => {
    class Point {
      readonly x = 1;
    }
    for (const value of [
      { columns: ["a"], data: [] },
      [],
      [{}],
      [1, 2],
      [{ a: [1] }],
      [new Point()],
      [null],
    ]) {
      assert.equal(frameOf(value), undefined);
    }
  });
});
