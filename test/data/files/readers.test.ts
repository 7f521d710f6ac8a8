import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { readArff, readCsv, readIdx, readLibsvm } from "../../../src/data/files";
import { columnOf } from "../../../src/design/design-matrix";
import { asDesignMatrix } from "../../../src/design/sources/read-table";
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
0,0,overcast,'it\\'s ?'
`;
    assert.deepEqual(readArff(file("a.arff", text)), {
      temperature: [85, null, 0],
      "wind speed": [1.5, -2, 0],
      outlook: ["sunny", "very rainy", "overcast"],
      zip: ["0123", "a, b", "it's ?"],
    });
  });

  // As scipy.io.arff 1.17 reads them, which gives NaN for what is missing.
  it("reads values as their attributes declare them: codes as texts, numbers as numbers", () => {
    const text = `@relation codes
@attribute zip {007, 1e3, 0x10, NA}
@attribute n numeric % of rooms
@attribute i Integer [0,9]
@data
007,007,1.5
1e3,-.5e1 ,?
0x10,3,+5
NA,nan,5.
?,1e3,0
`;
    assert.deepEqual(readArff(file("codes.arff", text)), {
      zip: ["007", "1e3", "0x10", "NA", null],
      n: [7, -5, 3, null, 1000],
      i: [1.5, null, 5, 5, 0],
    });
  });

  it("reads sparse rows, where zeros and first levels are left out, and texts are missing", () => {
    const text =
      "@relation s\n@attribute a numeric\n@attribute b{no,yes}\n@attribute c numeric\n@attribute d string\n@data\n{0 3, 1 yes}\n{}\n{2 -1.5, 3 'x, y'}\n";
    assert.deepEqual(readArff(file("s.arff", text)), {
      a: [3, 0, 0],
      b: ["yes", "no", "no"],
      c: [0, 0, -1.5],
      d: [null, null, "x, y"],
    });
  });

  const head = "@relation r\n@attribute a numeric\n@attribute b numeric\n@data\n";
  const bad: readonly (readonly [string, string, RegExp])[] = [
    [
      "a row of another length",
      `${head}1,2,3\n`,
      /^readArff: line 5 must be of 2 values, one an attribute, got 3$/,
    ],
    ["a text as a number", `${head}1,x\n`, /^readArff: line 5, attribute "b" must be a number, got "x"$/],
    [
      "what only a program takes for a number",
      `${head}1,0x10\n`,
      /^readArff: line 5, attribute "b" must be a number, got "0x10"$/,
    ],
    [
      "a missing value of another format",
      `${head}1,2\nNA,2\n`,
      /^readArff: line 6, attribute "a" must be a number, got "NA"; write \? where a value is missing$/,
    ],
    [
      "a value that is not declared",
      "@relation r\n@attribute zip {007,008}\n@data\n7\n",
      /^readArff: line 4, attribute "zip" must be one of the values it declares, "007" or "008", got "7"$/,
    ],
    [
      "an attribute of another type",
      "@relation r\n@attribute a numerc\n@data\n7\n",
      /^readArff: line 2 must be @attribute, a name, and numeric, .* or values in braces, got "@attribute a numerc"$/,
    ],
    [
      "two attributes of one name",
      "@relation r\n@attribute a real\n@attribute a real\n@data\n7,8\n",
      /^readArff: column names must be distinct, got "a" twice$/,
    ],
    [
      "a name that only looks as if a type followed",
      "@relation r\n@attribute x-real\n@data\n7\n",
      /^readArff: line 2 must be @attribute, a name, and numeric, .* or values in braces, got "@attribute x-real"$/,
    ],
    [
      "a sparse row that is cut off",
      `${head}{1 25, 0 3\n`,
      /^readArff: line 5 must be a sparse row that \} ends, got "\{1 25, 0 3"$/,
    ],
    [
      "an index that is none",
      `${head}{7 1}\n`,
      /^readArff: line 5 must be index and value of 2 attributes, got "7 1"$/,
    ],
    [
      "an index twice",
      `${head}{1 2, 1 3}\n`,
      /^readArff: the indices in line 5 must be distinct, got 1 twice$/,
    ],
    [
      "a number beyond 64-bit floats",
      `${head}1,-1e999\n`,
      /^readArff: line 5, attribute "b" must be a number of a size below 1\.8e308, got "-1e999"$/,
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
    [
      "a pair of three",
      "1 1:2:3\n",
      /^readLibsvm: line 1 must be index:value with an index from 1, got "1:2:3"$/,
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

describe("the readers of files", function () {
  this.timeout(60_000);

  const million = 1_000_000;
  const names = Array.from({ length: 400_000 }, (_, j) => `column ${j}`);
  const values = Array.from({ length: million / 10 }, (_, j) => `v${j}`);
  const blanks = " ".repeat(million);
  const quotes = '"'.repeat(2 * million);

  // Sizes of which half a square is 10^11 steps and more, hours where the tests have a minute.
  it("take a time that is linear in the size of the file", () => {
    const wide = readCsv(file("wide.csv", `${names.join()}\n${names.map((_, j) => j).join()}\n`));
    assert.deepEqual(wide["column 399999"], [399_999]);
    const inside = readCsv(file("quotes.csv", `a,b\nx${quotes},  ${quotes}\n`));
    assert.equal(inside.a[0], `x${quotes}`);
    assert.equal(inside.b[0], quotes.slice(0, million - 1));
    const long = readCsv(file("long.csv", `a,b\n"x${blanks.repeat(20)}",x${blanks}x\n`));
    assert.equal((long.b[0] as string).length, million + 2);

    const head = "@relation r\n@attribute a string\n@attribute b string\n@data\n";
    const spaced = readArff(
      file("spaced.arff", `${head}x${blanks}x,'x${blanks}'\n'x${blanks}' x , ?${blanks}\n`),
    );
    assert.deepEqual(spaced, { a: [`x${blanks}x`, `'x${blanks}' x`], b: [`x${blanks}`, null] });
    const rows = "{}\n".repeat(million);
    const levels = readArff(file("levels.arff", `@attribute a {${values.join()}}\n@data\n${rows}`));
    assert.ok(levels.a.length === million && levels.a.every((value) => value === "v0"));
    const many = names.map((name) => `@attribute '${name}' real`).join("\n");
    assert.equal(Object.keys(readArff(file("many.arff", `${many}\n@data\n{}\n`))).length, names.length);
    for (const entry of [`${"0".repeat(million)}x`, `'${blanks}`]) {
      for (const row of [entry, `{0 ${entry}}`, `{${entry}}`]) {
        const wrong = file("wrong.arff", `@attribute a numeric\n@data\n${row}\n`);
        assert.throws(() => readArff(wrong), InputError);
      }
    }
    assert.throws(() => readArff(file("name.arff", `@attribute '${blanks}\n@data\n`)), InputError);

    const { X } = readLibsvm(file("spaced.libsvm", `1 ${blanks} 1:2 ${blanks}#${blanks}#\n`));
    assert.equal(X.nFeatures, 1);
    assert.throws(() => readLibsvm(file("colons.libsvm", `1 ${":".repeat(million)}\n`)), InputError);
  });

  it("refuse what a few bytes make large, before they make it", () => {
    const line = file("large.libsvm", "1 4294967295:1\n");
    const limit = "readLibsvm: line 1 must be index:value with an index of at most";
    assert.throws(
      () => readLibsvm(line),
      new InputError(`${limit} 10000000, got "4294967295:1"; name a larger nFeatures where it is right`),
    );
    assert.throws(() => readLibsvm(line, { nFeatures: 20_000_000 }), {
      message: new RegExp(`^${limit} 20000000, got`),
    });
    assert.equal(readLibsvm(file("l.libsvm", "1 20000000:1\n"), { nFeatures: 2e7 }).X.nFeatures, 2e7);
    assert.throws(() => readLibsvm(file("m.libsvm", "1 1:1\n"), { nFeatures: 2 ** 52 }), {
      name: "InputError",
      message: /must fit into memory, got one of 4503599627370497 numbers$/,
    });

    const attributes = values.map((name) => `@attribute ${name} real`).join("\n");
    const sparse = file("sparse.arff", `${attributes}\n@data\n${"{}\n".repeat(2000)}`);
    const table = "200000000 of 2000 rows and 100000 attributes";
    const remedy = "write it in the format of LIBSVM, which readLibsvm reads as a sparse matrix";
    assert.throws(
      () => readArff(sparse),
      new InputError(`readArff: ${sparse} must have at most 100000000 values, got ${table}; ${remedy}`),
    );

    // A gzip file of several members is unpacked to all of them: 600 MB of 600 kB here, which no text can have.
    const member = gzipSync(Buffer.alloc(million, "a"));
    const bomb = file("bomb.csv.gz", Buffer.concat(Array.from({ length: 600 }, () => member)));
    assert.throws(() => readCsv(bomb), {
      name: "InputError",
      message:
        /^readCsv: .*bomb\.csv\.gz must have at most \d+ bytes, got more from \d+ gzipped ones; split it$/,
    });
  });
});
