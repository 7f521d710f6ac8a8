import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { readArff, readCsv, readIdx, readLibsvm } from "../../../src/data/files";
import { asDesignMatrix } from "../../../src/design/as-design-matrix";
import { columnOf } from "../../../src/design/column-of";
import { InputError } from "../../../src/errors";

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "readers-"));
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

  it("reads decimal commas, and takes no point of thousands for one of decimals", () => {
    const path = file("german.csv", "rent;code;total\n950,5;01067;1.234,5\n-1e2;10115;2,5\nNA;1,5;3\n");
    assert.deepEqual(readCsv(path, { decimal: "," }), {
      rent: [950.5, -100, null],
      code: ["01067", "10115", "1,5"],
      total: ["1.234,5", "2,5", "3"],
    });
    const tabs = file("german.tsv", "a\tb\n1,5\t2\n");
    assert.deepEqual(readCsv(tabs, { decimal: "," }), { a: [1.5], b: [2] });
    assert.throws(() => readCsv(path, { decimal: ",", delimiter: "," }), {
      name: "InputError",
      message: 'readCsv: delimiter must be another character than decimal, got ","',
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

  it("says what options of other libraries are called here", () => {
    const path = file("other.csv", "a\n1\n");
    const rule = "readCsv: every option must be one of delimiter, decimal, header, encoding, missing, got";
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
  });

  it("reads tabs, other delimiters and files without names", () => {
    assert.deepEqual(readCsv(file("t.tsv", "a\tb\n1\t2\n")), { a: [1], b: [2] });
    assert.deepEqual(readCsv(file("s.csv", "1;2\n3;4\n"), { delimiter: ";", header: false }), {
      x0: [1, 3],
      x1: [2, 4],
    });
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
  ];
  for (const [what, text, message] of bad) {
    it(`refuses ${what} in one sentence`, () => {
      assert.throws(() => readCsv(file("bad.csv", text)), { name: "InputError", message });
    });
  }

  it("says so where there is no file, or half of one", () => {
    const gone = join(folder, "gone.csv");
    assert.throws(
      () => readCsv(gone),
      new InputError(`readCsv: ${gone} must be a file that can be read, got ENOENT`),
    );
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

describe("readArff", () => {
  it("reads attributes of each kind, quotes, comments and missing values", () => {
    const text = `% weather
@RELATION weather
@ATTRIBUTE temperature NUMERIC
@attribute 'wind speed' real
@attribute outlook {sunny, 'very rainy', overcast}
@attribute zip string
@DATA
% today
85, 1.5, sunny, '0123'
?, -2, 'very rainy', "a, b"
`;
    assert.deepEqual(readArff(file("a.arff", text)), {
      temperature: [85, null],
      "wind speed": [1.5, -2],
      outlook: ["sunny", "very rainy"],
      zip: ["0123", "a, b"],
    });
  });

  it("reads sparse rows, where zeros and first levels are left out", () => {
    const text =
      "@relation s\n@attribute a numeric\n@attribute b {no,yes}\n@attribute c numeric\n@data\n{0 3, 1 yes}\n{}\n{2 -1.5}\n";
    assert.deepEqual(readArff(file("s.arff", text)), {
      a: [3, 0, 0],
      b: ["yes", "no", "no"],
      c: [0, 0, -1.5],
    });
  });

  const head = "@relation r\n@attribute a numeric\n@attribute b numeric\n@data\n";
  const bad: readonly (readonly [string, string, RegExp])[] = [
    [
      "a row of another length",
      `${head}1,2,3\n`,
      /^readArff: line 5 must be of 2 values, one an attribute, got 3$/,
    ],
    ["texts as numbers", `${head}1,x\n`, /^readArff: attribute "b" must be numbers, got "texts"$/],
    [
      "an index that is none",
      `${head}{7 1}\n`,
      /^readArff: line 5 must be index and value of 2 attributes, got "7 1"$/,
    ],
    [
      "another format",
      "a,b\n1,2\n",
      /^readArff: line 1 must be @relation, @attribute, @data or a comment, got "a,b"$/,
    ],
    ["no data", "@relation r\n", /must have attributes and @data, got 0 attributes$/],
  ];
  for (const [what, text, message] of bad) {
    it(`refuses ${what} in one sentence`, () => {
      assert.throws(() => readArff(file("bad.arff", text)), { name: "InputError", message });
    });
  }
});

describe("readLibsvm", () => {
  it("reads labels and entries by columns", () => {
    const { X, y } = readLibsvm(file("a.libsvm", "+1 1:0.5 3:2 # note\n-1 qid:4 2:1\n\n2.5 3:-1e2\n"));
    assert.deepEqual([...y], [1, -1, 2.5]);
    const design = asDesignMatrix("test", X);
    assert.deepEqual(
      [0, 1, 2].map((j) => [...columnOf(design, j)]),
      [
        [0.5, 0, 0],
        [0, 1, 0],
        [2, 0, -100],
      ],
    );
  });

  it("takes the number of features of the training data", () => {
    assert.equal(readLibsvm(file("b.libsvm", "1 2:1\n"), { nFeatures: 5 }).X.nFeatures, 5);
    assert.throws(
      () => readLibsvm(join(folder, "b.libsvm"), { nFeatures: 1 }),
      new InputError("readLibsvm: nFeatures must be a whole number >= 2, the largest index, got 1"),
    );
  });

  const bad: readonly (readonly [string, string, RegExp])[] = [
    ["an index of 0", "1 0:1\n", /^readLibsvm: line 1 must be index:value with an index from 1, got "0:1"$/],
    [
      "a pair without a value",
      "1 1:2\n1 3:\n",
      /^readLibsvm: line 2 must be index:value with an index from 1, got "3:"$/,
    ],
    ["a label that is no number", "yes 1:1\n", /^readLibsvm: line 1 must be begun by a number, got "yes"$/],
    ["nothing", "\n", /must have at least one line, got none$/],
  ];
  for (const [what, text, message] of bad) {
    it(`refuses ${what} in one sentence`, () => {
      assert.throws(() => readLibsvm(file("bad.libsvm", text)), { name: "InputError", message });
    });
  }
});

describe("readIdx", () => {
  const bytes = Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 255);

  it("reads bytes of any shape, gzipped too", () => {
    for (const content of [bytes, gzipSync(bytes)]) {
      assert.deepEqual(readIdx(file("a-idx2-ubyte", content)), {
        data: Uint8Array.of(1, 2, 3, 4, 5, 255),
        shape: [2, 3],
      });
    }
  });

  it("refuses half a file and another format in one sentence", () => {
    const half = file("half-idx2-ubyte", bytes.subarray(0, 15));
    assert.throws(
      () => readIdx(half),
      new InputError(
        `readIdx: ${half} must be of 18 bytes, as its head says, got 15; it may be half a download`,
      ),
    );
    const other = file("other", "a,b\n1,2,3\n");
    assert.throws(
      () => readIdx(other),
      new InputError(`readIdx: ${other} must be an idx file of bytes, got "one that begins 0x612c620a"`),
    );
  });
});
