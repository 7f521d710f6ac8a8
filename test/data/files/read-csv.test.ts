import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { readCsv } from "../../../src/data/files";
import { InputError, show } from "../../../src/errors";

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "read-csv-"));
});
after(() => rmSync(folder, { recursive: true }));

/** Writes a file and gives its path. */
function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe("readCsv", () => {
  it("reads numbers as numbers, texts as texts and what is missing as null", () => {
    const path = file("a.csv", "a,b,c\n1,x,2.5e-3\n,?,NA\n-3, y ,7\n");
    assert.deepEqual(readCsv(path), { a: [1, null, -3], b: ["x", null, "y"], c: [0.0025, null, 7] });
  });

  it("takes for missing what pandas does, so that a column of numbers stays one", () => {
    // pandas 3.0.6, pandas._libs.parsers.STR_NA_VALUES.
    const markers = [
      ...["", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>"],
      ...["N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"],
    ];
    const path = file("na.csv", `a,b\n${markers.map((marker) => `${marker},x`).join("\n")}\n4,y\n`);
    assert.deepEqual(readCsv(path).a, [...markers.map(() => null), 4]);
  });

  it("keeps the usual texts for missing values where they are levels", () => {
    const path = file("fence.csv", "fence,area\nNone,1\nWood,\n,3\nNA,-\n");
    assert.deepEqual(readCsv(path).fence, [null, "Wood", null, null]);
    assert.deepEqual(readCsv(path, { usualMissing: false, missing: ["-"] }), {
      fence: ["None", "Wood", null, "NA"],
      area: [1, null, 3, null],
    });
    assert.throws(() => readCsv(path, { usualMissing: 0 } as never), {
      message: "readCsv: usualMissing must be true or false, got 0",
    });
    assert.throws(() => readCsv(path, { keep_default_na: false } as never), {
      message: /did you mean "usualMissing"\?$/,
    });
  });

  it("takes further texts for missing where they are named", () => {
    const path = file("dash.csv", "a,b\n1,-\n-,x\n999,NA\n");
    assert.deepEqual(readCsv(path, { missing: ["-", " 999 "] }), {
      a: [1, null, null],
      b: [null, "x", null],
    });
    assert.deepEqual(readCsv(path).a, ["1", "-", "999"]);
    assert.throws(() => readCsv(path, { missing: "-" as unknown as string[] }), {
      name: "InputError",
      message: 'readCsv: missing must be a list of texts such as ["-"], got "-"',
    });
  });

  it("keeps zeros before other digits, as of postcodes, and takes no other zero for one", () => {
    const path = file("zeros.csv", "code,n,share\n01067,0,0.5\nNA,-10,-0.25\n10115,100,0e1\n");
    assert.deepEqual(readCsv(path), {
      code: ["01067", null, "10115"],
      n: [0, -10, 100],
      share: [0.5, -0.25, 0],
    });
  });

  it("keeps codes that a number would change, and takes no number for one", () => {
    // 2 ** 53 + 1 is the smallest whole number that no 64-bit float is.
    const path = file(
      "codes.csv",
      [
        "id,hex,bits,octal,sum,written",
        "12345678901234567890,0x10,0b11,0o7,9007199254740992,123456789012345680000",
        "12345678901234567891,20,10,10,-1e3,1.2345678901234567891",
        "7,30,1,1,0.1,12345678901234567891.5",
        "",
      ].join("\n"),
    );
    assert.deepEqual(readCsv(path), {
      id: ["12345678901234567890", "12345678901234567891", "7"],
      hex: ["0x10", "20", "30"],
      bits: ["0b11", "10", "1"],
      octal: ["0o7", "10", "1"],
      sum: [2 ** 53, -1000, 0.1],
      written: [123456789012345680000, 1.2345678901234567, 12345678901234567000],
    });
    assert.deepEqual(readCsv(file("next.csv", "n\n-9007199254740993\n")), { n: ["-9007199254740993"] });
  });

  // IEEE 754: the largest 64-bit float is (2 - 2 ** -52) * 2 ** 1023, and what is nearer to 2 ** 1024 rounds to infinity.
  it("keeps a number that is too large for a 64-bit float as a text, as no column of numbers may hold another value", () => {
    const text =
      "a,b,c,d\n1e400,-1e999,1.7976931348623157e308,Infinity\n1,2,-1.7976931348623158e308,-Infinity\n";
    assert.deepEqual(readCsv(text), {
      a: ["1e400", "1"],
      b: ["-1e999", "2"],
      c: [(2 - 2 ** -52) * 2 ** 1023, -(2 - 2 ** -52) * 2 ** 1023],
      d: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    });
    assert.deepEqual(readCsv("a;b\n1,5e400;2,5\n", { decimal: "," }), { a: ["1,5e400"], b: [2.5] });
  });

  it("reads decimal commas, and takes no point of thousands for one of decimals", () => {
    const path = file("german.csv", "rent;code;total\n950,5;01067;1.234,5\n-1e2;10115;2,5\nNA;1,5;3\n");
    assert.deepEqual(readCsv(path, { decimal: "," }), {
      rent: [950.5, -100, null],
      code: ["01067", "10115", "1,5"],
      total: ["1.234,5", "2,5", "3"],
    });
    const tabs = file("german.tsv", "a\tb\n1,5\t2\n");
    assert.deepEqual(readCsv(tabs, { decimal: "," }), { a: [1.5], b: [2] });
    assert.throws(() => readCsv(path, { delimiter: "." }), {
      name: "InputError",
      message: 'readCsv: delimiter must be another character than decimal, got "."',
    });
    assert.throws(() => readCsv(path, { decimal: ";" as "," }), {
      name: "InputError",
      message: 'readCsv: decimal must be "." or ",", got ";"',
    });
    assert.throws(() => readCsv(path), {
      name: "InputError",
      message:
        'readCsv: line 2 must be of 1 value as line 1 has, got 3; name its delimiter and its decimal, such as { delimiter: ";", decimal: "," }',
    });
  });

  it("reads decimal commas in quotes where commas separate values too, as pandas and R do", () => {
    const path = file("quoted.csv", 'a,b,c\n"1,5","2",Ulm\n"-2,25",3,"Kiel, Nord"\n');
    const wanted = { a: [1.5, -2.25], b: [2, 3], c: ["Ulm", "Kiel, Nord"] };
    assert.deepEqual(readCsv(path, { decimal: ",", delimiter: "," }), wanted);
  });

  it("reads separators of thousands where they are named, and no groups of other lengths", () => {
    const path = file(
      "grouped.csv",
      'a,b,c\n"1,234",1.5,"1,5"\n"-12,500.25","1,234,567","2"\n950,NA,"0,123"\n',
    );
    assert.deepEqual(readCsv(path, { thousands: "," }), {
      a: [1234, -12500.25, 950],
      b: [1.5, 1234567, null],
      c: ["1,5", "2", "0,123"],
    });
    const german = file("grouped-german.csv", "a;b\n1.234,5;1.5\n1.234.567;2\n-1.234;0,5\n");
    assert.deepEqual(readCsv(german, { decimal: ",", thousands: "." }), {
      a: [1234.5, 1234567, -1234],
      b: ["1.5", "2", "0,5"],
    });
    assert.throws(() => readCsv(german, { thousands: "." }), {
      name: "InputError",
      message:
        'readCsv: thousands must be another character than decimal, got "."; name both, { decimal: ",", thousands: "." }',
    });
    assert.throws(() => readCsv(german, { thousands: "_" as "," }), {
      message: 'readCsv: thousands must be ",", ".", " " or "\'", got "_"',
    });
  });

  it("reads spaces and apostrophes of thousands, those that keep a line from breaking too", () => {
    const spaces = [" ", "\u00A0", "\u2009", "\u202F"];
    const french = file("french.csv", `a;b\n${spaces.map((s) => `1${s}234${s}567,5;12${s}34`).join("\n")}\n`);
    assert.deepEqual(readCsv(french, { decimal: ",", thousands: " " }), {
      a: spaces.map(() => 1234567.5),
      b: spaces.map((s) => `12${s}34`),
    });
    assert.deepEqual(readCsv(french, { decimal: "," }).a[0], "1 234 567,5");
    const swiss = file("swiss.csv", "a,b\n1'234.5,1\u2019234\n-12'345'678,999\n");
    assert.deepEqual(readCsv(swiss, { thousands: "'" }), { a: [1234.5, -12345678], b: [1234, 999] });
  });

  it("takes no commas between values for those of decimals", () => {
    for (const [name, delimiter] of [
      ["commas.csv", ";"],
      ["commas.tsv", "\\t"],
    ]) {
      const path = file(name, "a,b\n1,2\n3,4\n");
      assert.throws(() => readCsv(path, { decimal: "," }), {
        name: "InputError",
        message: `readCsv: the names in line 1 must be separated by "${delimiter}" where decimal is ",", got "a,b"; leave decimal out where commas only separate values, else name the delimiter, such as "," with numbers in quotes`,
      });
      assert.deepEqual(readCsv(path, { decimal: ",", delimiter: ";" }), { "a,b": [1.2, 3.4] });
    }
    const bare = file("bare.csv", "1,5\n2,5\n");
    assert.deepEqual(readCsv(bare, { decimal: ",", header: false }), { x0: [1.5, 2.5] });
  });

  it("says what options of other libraries are called here", () => {
    const path = file("other.csv", "a\n1\n");
    const rule =
      "readCsv: every option must be one of delimiter, decimal, thousands, header, encoding, missing, usualMissing, dates, lineColumn, got";
    const reads = (options: object) => () => readCsv(path, options);
    assert.throws(reads({ sep: ";" }), { message: `${rule} "sep"; did you mean "delimiter"?` });
    assert.throws(reads({ na_values: ["-"] }), { message: `${rule} "na_values"; did you mean "missing"?` });
    assert.throws(reads({ dec: "," }), { message: `${rule} "dec"; did you mean "decimal"?` });
  });

  it("reads quotes, line breaks in them, a byte order mark, Windows' line ends and gzip", () => {
    const text = '\uFEFF"a, b","c"\r\n"say ""hi""\nthere",1\r\n"plain",2';
    const wanted = { "a, b": ['say "hi"\nthere', "plain"], c: [1, 2] };
    assert.deepEqual(readCsv(file("q.csv", text)), wanted);
    assert.deepEqual(readCsv(file("q.csv.gz", gzipSync(text))), wanted);
  });

  it("reads the line ends of old Macs, and of files that mix theirs", () => {
    const wanted = { a: ["say\rhi", "plain"], b: [1, 2] };
    assert.deepEqual(readCsv(file("mac.csv", 'a,b\r"say\rhi",1\rplain,2\r')), wanted);
    assert.deepEqual(readCsv(file("mixed.csv", 'a,b\r"say\rhi",1\r\nplain,2\n')), wanted);
  });

  it("gives the line in which each row begins, past blank lines and line breaks in quotes", () => {
    const path = file("lines.csv", 'a,b\r\n\r\n"x\r\ny",1\r\nz,2\n"u\rv",3\nw,4');
    assert.deepEqual(readCsv(path, { lineColumn: "line" }).line, [3, 5, 6, 8]);
    assert.deepEqual(readCsv(path, { lineColumn: "line", header: false }).line, [1, 3, 5, 6, 8]);
    const named = (name: unknown) => () => readCsv(path, { lineColumn: name as string });
    assert.throws(named("b"), { message: 'readCsv: column names must be distinct, got "b" twice' });
    assert.throws(named(true), { message: "readCsv: lineColumn must be a name, got true" });
  });

  it("reads other encodings by their name, and refuses bytes that are none of it", () => {
    const path = file("latin.csv", Buffer.from("name,n\nB\u00f6ll,1\n", "latin1"));
    assert.deepEqual(readCsv(path, { encoding: "latin1" }), { name: ["B\u00f6ll"], n: [1] });
    assert.throws(() => readCsv(path), {
      name: "InputError",
      message: `readCsv: ${path} must be text in utf-8, got other bytes in line 2; name its encoding, such as { encoding: "latin1" }`,
    });
    assert.throws(() => readCsv(path, { encoding: "klingon" }), {
      message: 'readCsv: encoding must be the name of one, such as "latin1" or "utf-16le", got "klingon"',
    });
    const wide = file("wide.csv", Buffer.from("\uFEFFa\n1\n", "utf16le"));
    assert.deepEqual(readCsv(wide, { encoding: "utf-16le" }), { a: [1] });
    assert.throws(() => readCsv(wide), {
      message: `readCsv: ${wide} must be text in utf-8, got other bytes in line 1; name its encoding, such as { encoding: "utf-16le" }`,
    });
    const swapped = file("swapped.csv", Buffer.from("\uFEFFa\n1\n", "utf16le").swap16());
    assert.throws(() => readCsv(swapped), /such as { encoding: "utf-16be" }$/);
    assert.deepEqual(readCsv(swapped, { encoding: "utf-16be" }), { a: [1] });
  });

  it("refuses UTF-16 without a mark, whose Latin letters have zero bytes beside them", () => {
    for (const letters of ["a,b\n1,2\n", "Fl\u00e4che,b\n1,2\n"]) {
      const bytes = Buffer.from(letters, "utf16le");
      for (const encoding of ["utf-16le", "utf-16be"]) {
        const path = file("bare.csv", encoding === "utf-16le" ? bytes : Buffer.from(bytes).swap16());
        const rule =
          /must be text in utf-8, got (a zero byte|other bytes) in line 1; name its encoding, such as {/;
        assert.throws(() => readCsv(path), rule);
        assert.throws(() => readCsv(path), new RegExp(`{ encoding: "${encoding}" }$`));
        assert.deepEqual(readCsv(path, { encoding }).b, [2]);
      }
    }
  });

  it("refuses names that another delimiter separates, unless one is named", () => {
    for (const [delimiter, remedy] of [
      [";", 'name its delimiter and its decimal, such as { delimiter: ";", decimal: "," }'],
      ["\t", 'name its delimiter, { delimiter: "\\t" }'],
    ]) {
      const path = file("other.csv", ["a", "b\n1", "2\n3", "4\n"].join(delimiter));
      const names = JSON.stringify(`a${delimiter}b`);
      assert.throws(() => readCsv(path), {
        name: "InputError",
        message: `readCsv: the names in line 1 must be separated by ",", or one column with its delimiter named, got ${names}; ${remedy}`,
      });
      assert.deepEqual(readCsv(path, { delimiter }), { a: [1, 3], b: [2, 4] });
      assert.deepEqual(Object.keys(readCsv(path, { delimiter: "," })), [`a${delimiter}b`]);
    }
  });

  it("says how R writes a table whose rows begin with a name", () => {
    const remedy =
      "where rows begin with a name, give their column one too, as write.csv of R does, and write.table with col.names = NA";
    assert.throws(() => readCsv(file("rows.csv", '"a","b"\n"r1",1,2\n"r2",3,4\n')), {
      name: "InputError",
      message: `readCsv: line 2 must be of 2 values as line 1 has, got 3; ${remedy}`,
    });
    assert.deepEqual(readCsv(file("rows.csv", '"","a"\n"r1",1\n')), { "": ["r1"], a: [1] });
    assert.throws(
      () => readCsv(file("one-row.csv", "a,b\n1,2\n1,2,3\n")),
      (error: Error) => {
        assert.doesNotMatch(error.message, /R/);
        return true;
      },
    );
    assert.throws(
      () => readCsv(file("spaces.txt", '"a" "b"\n"1" 2 3\n')),
      /name its delimiter, { delimiter: " " }$/,
    );
  });

  it("reads tabs, other delimiters and files without names", () => {
    assert.deepEqual(readCsv(file("t.tsv", "a\tb\n1\t2\n")), { a: [1], b: [2] });
    assert.deepEqual(readCsv(file("s.csv", "1;2\n3;4\n"), { delimiter: ";", header: false }), {
      x0: [1, 3],
      x1: [2, 4],
    });
  });

  it("divides lines as papaparse does", () => {
    const { parse } = require("papaparse") as {
      parse(text: string, options: object): { data: string[][]; errors: unknown[] };
    };
    // Each begins with a letter, so that it is neither a number nor missing.
    const bare = fc.string({ unit: fc.constantFrom("a", "é", "1", " ", ";", "'", "\\", '"') });
    const quoted = fc.string({ unit: fc.constantFrom("a", ",", '""', " ", "\n", "\t") });
    const value = fc.oneof(
      bare.map((text) => `v${text}`),
      quoted.map((text) => `"v${text}"`),
    );
    const lines = fc.array(fc.tuple(value, value, value).map(String), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(lines, fc.constantFrom("\n", "\r\n"), fc.boolean(), (written, newline, hasLastEnd) => {
        const text = written.join(newline) + (hasLastEnd ? newline : "");
        const { data, errors } = parse(text, { delimiter: ",", newline, skipEmptyLines: true });
        assert.deepEqual(errors, []);
        const columns = Object.values(readCsv(file("p.csv", text), { header: false }));
        assert.deepEqual(
          columns,
          [0, 1, 2].map((j) => data.map((values) => values[j].trim())),
        );
      }),
      { seed: 5 },
    );
  });

  it("reads back whatever texts were written in quotes", () => {
    const cell = fc.string().map((text) => `v${text}`);
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 6 }), (cells) => {
        const written = cells.map((text) => `"${text.replaceAll('"', '""')}"`).join("\n");
        assert.deepEqual(
          readCsv(file("r.csv", `a\n${written}\n`)).a,
          cells.map((text) => text.trim()),
        );
      }),
      { seed: 2 },
    );
  });

  const bad: readonly (readonly [string, string, RegExp])[] = [
    [
      "a line of another length",
      "a,b\n1,2\n3\n",
      /^readCsv: line 3 must be of 2 values as line 1 has, got 1$/,
    ],
    ["one name twice", "a,a\n1,2\n", /^readCsv: column names must be distinct, got "a" twice$/],
    [
      "open quotes",
      'a\n"1\n2',
      /^readCsv: the quotes that line 2 opens must be closed, got the end of the file$/,
    ],
    ["nothing", "", /must have at least one line, got none$/],
    [
      "names alone",
      "a,b\n\n",
      /must have at least one line below its names, got the names alone; say { header: false } where the line has values$/,
    ],
  ];
  for (const [what, text, message] of bad) {
    it(`refuses ${what} in one sentence`, () => {
      assert.throws(() => readCsv(file("bad.csv", text)), { name: "InputError", message });
    });
  }

  it("says so where there is no file, or half of one", () => {
    const gone = join("/", `${"long".repeat(20)}.csv`);
    assert.throws(() => readCsv(gone), {
      message: `readCsv: path must be the path of a file that can be read, got ${show(gone)}; there is no such file: ${gone}`,
    });
    assert.throws(() => readCsv("gone.csv"), {
      message: `readCsv: path must be the path of a file that can be read, got "gone.csv"; there is no such file: ${resolve("gone.csv")}`,
    });
    assert.throws(() => readCsv("/"), {
      message: 'readCsv: path must be the path of a file that can be read, got "/"; it is a folder',
    });
    const whole = gzipSync("a\n1\n".repeat(100));
    const half = file("half.csv.gz", whole.subarray(0, whole.length - 10));
    assert.throws(
      () => readCsv(half),
      new InputError(
        `readCsv: ${half} must be a whole gzip file, got Z_BUF_ERROR; it may be half a download`,
      ),
    );
  });
});
