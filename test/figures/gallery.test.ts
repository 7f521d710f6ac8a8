import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { exhibits } from "../../figures/gallery/exhibits";
import {
  drawnAs,
  fingerprint,
  galleryPage,
  numbersOf,
  PICTURE,
  picturesOf,
} from "../../figures/gallery/gallery-files";
import { firstDifference } from "../../notebooks/compare-values";

const FOLDER = join(__dirname, "../../../docs/gallery");
const REMEDY = "; make it anew by npm run figures";

function committed(file: string): Buffer {
  return readFileSync(join(FOLDER, file));
}

describe("the gallery", () => {
  const fingerprints = JSON.parse(committed("fingerprints.json").toString()) as Record<string, string>;

  it("shows every function of smooth-edges/plot that draws", () => {
    const drawing = Object.keys(require("../../src/plot") as object).filter((name) =>
      /Plot$|^surrogate|Animation$/.test(name),
    );
    const calls = exhibits.map(({ call }) => call).join(" ");
    assert.deepEqual(
      drawing.filter((name) => !calls.includes(`${name}(`)),
      [],
    );
  });

  const dataOf = (name: string): unknown => JSON.parse(committed(`data/${name}.json`).toString());

  for (const exhibit of exhibits) {
    it(`has numbers that come out again: ${exhibit.name}`, () => {
      const tolerance = { relative: 1e-4, absolute: 1e-5 };
      assert.equal(
        firstDifference(JSON.parse(numbersOf(exhibit)), dataOf(exhibit.name), tolerance),
        undefined,
        REMEDY,
      );
    });

    it(`is in step with the code that draws: ${exhibit.name}`, () => {
      for (const [file, chart] of picturesOf(exhibit, dataOf(exhibit.name)))
        assert.equal(fingerprint(chart), fingerprints[file], `${file}${REMEDY}`);
    });
  }

  it("is drawn as it would be today, byte by byte, as far as the first exhibit tells", async () => {
    const [first] = exhibits;
    for (const [file, chart] of picturesOf(first, dataOf(first.name)))
      assert.ok(committed(file).equals(Buffer.from(await drawnAs(file, chart))), `${file}${REMEDY}`);
  });

  it("has every picture, no other, on a page of its own, in a few megabytes", () => {
    assert.equal(committed("README.md").toString(), galleryPage(exhibits), REMEDY);
    const pictures = readdirSync(FOLDER).filter((file) => PICTURE.test(file));
    assert.deepEqual(pictures.sort(), Object.keys(fingerprints).sort());
    const bytes = pictures.reduce((sum, file) => sum + committed(file).length, 0);
    assert.ok(bytes < 6e6, `${bytes} bytes`);
  });
});
