import assert from "node:assert/strict";
import { inspect } from "node:util";
import { DISPLAY, type MimeBundle } from "../../src/display/mime-bundle";
import { displayable, Table } from "../../src/display/table";

const rows = (count: number): [number, string][] => Array.from({ length: count }, (_, i) => [i, `row ${i}`]);

describe("Table", () => {
  it("aligns numbers at their points and texts on the left", () => {
    const table = new Table({
      title: "Fit",
      columns: ["feature", "β\u0302", "n", "note"],
      rows: [
        ["bmi", 24.90321, 3, "ok"],
        ["s.1", -0.0000123, 12345678, null],
        ["age", 1234.5678, 0n, true],
        ["sex", null, undefined, "a\nb"],
      ],
    });
    assert.equal(
      table.toString(),
      [
        "Fit",
        "feature           β\u0302         n  note",
        "───────────────────────────────────",
        "bmi        24.9             3  ok",
        "s.1        -1.23e-5  12345678",
        "age      1235               0  true",
        "sex                            a b",
      ].join("\n"),
    );
  });

  it("says how many rows it does not show, and keeps them", () => {
    const table = new Table({ columns: ["i", "name"], rows: rows(100), maxRows: 5 });
    const lines = table.toString().split("\n").slice(2);
    assert.deepEqual(lines, [
      " 0  row 0",
      " 1  row 1",
      " 2  row 2",
      "… 95 of 100 rows not shown …",
      "98  row 98",
      "99  row 99",
    ]);
    const html = table.toMimeBundle()["text/html"] as string;
    assert.equal(html.match(/<td style/g)?.length, 10);
    assert.ok(html.includes('<td colspan="2" style="text-align: center">… 95 of 100 rows not shown …</td>'));
    assert.equal(table.rows.length, 100);
  });

  it("shows every row up to the limit", () => {
    assert.doesNotMatch(new Table({ columns: ["i", "name"], rows: rows(40) }).toString(), /not shown/);
    assert.match(
      new Table({ columns: ["i", "name"], rows: rows(41) }).toString(),
      /… 1 of 41 rows not shown …/,
    );
  });

  it("escapes whatever a user's data puts into HTML", () => {
    const evil = '<script>alert("x")</script>';
    const table = new Table({ title: evil, columns: [evil], rows: [[evil]] });
    const html = table.toMimeBundle()["text/html"] as string;
    assert.doesNotMatch(html, /<script>/);
    assert.equal(html.match(/&lt;script&gt;alert\(&quot;x&quot;\)&lt;\/script&gt;/g)?.length, 3);
  });

  it("aligns numbers in HTML with spaces of the widths of digits and points", () => {
    const html = new Table({ columns: ["x"], rows: [[1], [2.25], [3.5]] }).toMimeBundle()[
      "text/html"
    ] as string;
    const cells = [...html.matchAll(/<td style="text-align: right">([^<]*)</g)].map(([, cell]) => cell);
    assert.deepEqual(cells, ["1\u2008\u2007\u2007", "2.25", "3.5\u2007"]);
  });

  it("is not changed by what its maker does to the rows afterwards", () => {
    const row = [1];
    const table = new Table({ columns: ["x"], rows: [row] });
    row[0] = 2;
    assert.deepEqual(table.rows, [[1]]);
  });

  it("shows bars at the end of its rows, judgements above and notes below", () => {
    const table = new Table({
      title: "Fit",
      columns: ["feature", "coef"],
      subheads: ["text", "per unit"],
      rows: [
        ["bmi", 2],
        ["age", -1],
      ],
      bars: [2, -1],
      lights: [{ colour: "green", text: "gap 0" }],
      notes: ["that is all"],
    });
    assert.equal(
      table.toString(),
      [
        "Fit",
        "✓ gap 0",
        "feature      coef",
        "text     per unit",
        "─────────────────",
        "bmi             2      ████████",
        "age            -1  ████",
        "that is all",
      ].join("\n"),
    );
    const html = table.toMimeBundle()["text/html"] as string;
    assert.match(html, /gap 0.*<th scope="col"[^>]*>coef<br><span[^>]*>per unit<.*width: 80px.*that is all/s);
    assert.doesNotMatch(html, /<script|<style|<svg|class=/);
  });

  it("says how many rows and columns it was not given", () => {
    const table = new Table({
      columns: ["a", "d"],
      rows: [
        [1, 4],
        [3, 6],
      ],
      nRows: 3,
      nColumns: 4,
    });
    assert.equal(
      table.toString(),
      [
        "a  …  d",
        "───────",
        "1  …  4",
        "… 1 of 3 rows not shown …",
        "3  …  6",
        "… 2 columns not shown …",
      ].join("\n"),
    );
  });

  it("says how many columns it does not show", () => {
    const columns = Array.from({ length: 30 }, (_, j) => `c${j}`);
    const table = new Table({ columns, rows: [columns], maxColumns: 2 });
    assert.equal(table.toString().split("\n")[0], "c0  …  c29");
    assert.match(table.toString(), /… 28 columns not shown …$/);
  });

  it("has the colour of the text around it", () => {
    const html = new Table({ title: "t", columns: ["x"], rows: [[1]], subheads: ["int"] }).toMimeBundle()[
      "text/html"
    ];
    assert.doesNotMatch(html as string, /color/);
  });

  it("may be empty", () => {
    assert.equal(new Table({ columns: ["a", "b"], rows: [] }).toString(), "a  b\n────");
  });

  it("refuses a row that is too short and options out of range", () => {
    const make = (options: object) => () => new Table({ columns: ["a", "b"], rows: [[1, 2]], ...options });
    assert.throws(make({ rows: [[1, 2], [3]] }), {
      name: "InputError",
      message: "Table: row 1 must be 2 cells, one a column, got an array of 1",
    });
    assert.throws(make({ digits: 0 }), { message: "Table: digits must be an integer from 1 to 17, got 0" });
    assert.throws(make({ maxColumns: 1 }), { message: "Table: maxColumns must be an integer >= 2, got 1" });
    assert.throws(make({ nRows: 0 }), {
      message: "Table: nRows must be an integer >= 1, the rows that are given, got 0",
    });
    assert.throws(make({ nColumns: 1 }), {
      message: "Table: nColumns must be an integer >= 2, the columns that are given, got 1",
    });
    assert.throws(make({ bars: [] }), {
      message: "Table: bars must be 1 numbers, one a row, got an array of 0",
    });
    assert.throws(make({ subheads: ["a"] }), {
      message: "Table: subheads must be 2 texts, one a column, got an array of 1",
    });
    assert.throws(make({ maxRows: 1.5 }), { message: "Table: maxRows must be an integer >= 2, got 1.5" });
  });
});

describe("displayable", () => {
  const record = displayable({ a: 1 }, ({ a }) => new Table({ columns: ["a"], rows: [[a]] }));

  it("makes one record show itself as a table to kernels and to the console", () => {
    assert.equal(inspect(record), "a\n─\n1");
    assert.equal(String(record), "a\n─\n1");
    const bundle = (Reflect.get(record, DISPLAY) as () => MimeBundle)();
    assert.equal(bundle["text/plain"], "a\n─\n1");
    assert.match(String(bundle["text/html"]), /<table/);
  });

  it("adds nothing that is listed, copied or written", () => {
    assert.deepEqual(record, { a: 1 });
    assert.deepEqual(Reflect.ownKeys({ ...record }), ["a"]);
    assert.equal(JSON.stringify(record), '{"a":1}');
  });
});
