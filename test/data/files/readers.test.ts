import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { readArff, readIdx, readLibsvm } from "../../../src/data/files";
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
