import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { loadGolub } from "../../src/data/golub";
import { IMAGE_FILES, imageData, loadFashionMnist, loadMnist } from "../../src/data/image-data";
import { InputError } from "../../src/errors";
import { multinomial, SmoothLasso } from "../../src/index";

/** An idx file. */
function idx(shape: readonly number[], data: readonly number[]): Buffer {
  const head = Buffer.alloc(4 + 4 * shape.length);
  head.set([0, 0, 8, shape.length]);
  shape.forEach((length, d) => {
    head.writeUInt32BE(length, 4 + 4 * d);
  });
  return Buffer.concat([head, Buffer.from(data)]);
}

describe("data that do not come with the package", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "data-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  it("are asked for in one sentence that says where to get them and where to put them", () => {
    for (const [load, name] of [
      [loadMnist, "loadMnist"],
      [loadFashionMnist, "loadFashionMnist"],
      [loadGolub, "loadGolub"],
    ] as const) {
      assert.throws(
        () => load({ folder }),
        (error: Error) => {
          assert.ok(error instanceof InputError);
          assert.match(
            error.message,
            new RegExp(`^${name}: ${folder} must have .*; (get them from|write it in R) `),
          );
          return true;
        },
      );
    }
  });

  it("of Fashion-MNIST name the file that lacks, where it belongs and the package of Debian", () => {
    assert.throws(() => loadFashionMnist({ folder }), {
      name: "InputError",
      message: new RegExp(
        `^loadFashionMnist: ${folder} must have .*train-images.*, .*; get them from github.com/zalandoresearch/fashion-mnist \\(MIT licence\\), or on Debian by apt install dataset-fashion-mnist`,
      ),
    });
  });

  it("are looked for in the folder that the environment names", () => {
    const before = process.env.SMOOTH_EDGES_DATA;
    process.env.SMOOTH_EDGES_DATA = folder;
    try {
      assert.throws(() => loadMnist(), {
        message: new RegExp(`^loadMnist: ${join(folder, "mnist")} must have `),
      });
    } finally {
      if (before === undefined) delete process.env.SMOOTH_EDGES_DATA;
      else process.env.SMOOTH_EDGES_DATA = before;
    }
  });

  describe("as images", () => {
    // Six images of 2 by 3 pixels of three classes.
    const pixels = Array.from({ length: 36 }, (_, k) => (k * 37) % 256);
    const contents = [
      idx([6, 2, 3], pixels),
      idx([6], [0, 1, 2, 0, 1, 2]),
      idx([1, 2, 3], [1, 2, 3, 4, 5, 6]),
      idx([1], [2]),
    ];
    const source = {
      name: "small",
      systemFolders: [],
      source: "draw them",
      classNames: ["a", "b", "c"],
      checksums: contents.map((content) => createHash("sha256").update(content).digest("hex")),
    };
    const write = (place: string, pack: (content: Buffer) => Buffer, ending = ""): void => {
      mkdirSync(place, { recursive: true });
      IMAGE_FILES.forEach((name, k) => {
        writeFileSync(join(place, name + ending), pack(contents[k]));
      });
    };

    it("are read as they are and gzipped, and models take them", () => {
      const [plain, packed] = [join(folder, "plain"), join(folder, "packed")];
      write(plain, (content) => content);
      write(packed, (content) => gzipSync(content), ".gz");
      const data = imageData("test", source, { folder: plain });
      assert.deepEqual(imageData("test", source, { folder: packed }), data);
      assert.deepEqual(data.imageShape, [2, 3]);
      assert.deepEqual([...data.train.X.data.subarray(0, 6)], pixels.slice(0, 6));
      assert.deepEqual([...data.test.X.data], [1, 2, 3, 4, 5, 6]);
      assert.deepEqual([...data.train.y], [0, 1, 2, 0, 1, 2]);
      assert.equal(data.train.X.featureNames?.[4], "pixel_1_1");
      const model = new SmoothLasso({ lambda: 0.1, datafit: multinomial() });
      assert.deepEqual(model.fit(data.train.X, data.train.y).classes, [0, 1, 2]);
    });

    it("are refused where one byte is another", () => {
      const place = join(folder, "changed");
      write(place, (content) => content);
      const changed = Buffer.from(contents[3]);
      changed[8] = 1;
      writeFileSync(join(place, IMAGE_FILES[3]), changed);
      assert.throws(
        () => imageData("test", source, { folder: place }),
        /^InputError: test: .*t10k-labels-idx1-ubyte must have the content of checksum [0-9a-f]{64}, got [0-9a-f]{64}$/,
      );
    });
  });

  it("are Fashion-MNIST where this machine has it", function () {
    if (!existsSync("/usr/share/datasets/fashion-mnist")) {
      process.stdout.write("skipped: Debian's package dataset-fashion-mnist is not installed\n");
      return this.skip();
    }
    const { train, test, imageShape } = loadFashionMnist();
    assert.deepEqual([train.X.nSamples, test.X.nSamples, ...imageShape], [60000, 10000, 28, 28]);
    const counts = new Array(10).fill(0);
    for (const label of train.y) counts[label]++;
    assert.deepEqual(counts, new Array(10).fill(6000));
  });

  it("are Golub's where a file has his rows, genes and classes", () => {
    const names = Array.from({ length: 7129 }, (_, j) => `gene ${j}`);
    const line = (i: number) =>
      `${names.map((_, j) => (i * 31 + j * 17) % 1000).join(",")},${i < 47 ? "ALL" : "AML"}`;
    const lines = Array.from({ length: 72 }, (_, i) => line(i));
    writeFileSync(join(folder, "golub.csv"), `${names.join(",")},class\n${lines.join("\n")}\n`);
    const { response, columns, featureNames } = loadGolub({ folder });
    assert.deepEqual(
      [featureNames.length, response.length, response[46], response[47]],
      [7129, 72, "ALL", "AML"],
    );
    assert.equal(columns["gene 7128"][2], (62 + 7128 * 17) % 1000);
    writeFileSync(join(folder, "golub.csv"), `${names.join(",")},class\n${lines.slice(1).join("\n")}\n`);
    assert.throws(
      () => loadGolub({ folder }),
      new InputError(
        `loadGolub: ${join(folder, "golub.csv")} must be of 47 "ALL" and 25 "AML" in column "class", got "46 and 25"`,
      ),
    );
  });
});
