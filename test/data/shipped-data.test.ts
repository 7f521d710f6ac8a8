import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type DataSet, loadBreastCancer, loadDiabetes, loadDigits, loadWine } from "../../src/data";
import { ROOT } from "../support/tracked-files";

const LOADERS: readonly (() => DataSet<number> | DataSet<string>)[] = [
  loadBreastCancer,
  loadDiabetes,
  loadDigits,
  loadWine,
];

describe("every data set that the package ships", () => {
  for (const load of LOADERS) {
    const data = load();

    it(`is the file whose checksum data/README.md gives: ${data.name}`, () => {
      const checksum = createHash("sha256")
        .update(readFileSync(join(ROOT, `data/${data.name}.csv`)))
        .digest("hex");
      const readme = readFileSync(join(ROOT, "data/README.md"), "utf8");
      assert.ok(readme.includes(`sha256 of ${data.name}.csv**: \`${checksum}\``), checksum);
    });

    it(`has a finite number in every row of every feature: ${data.name}`, () => {
      assert.deepEqual(Object.keys(data.columns), data.featureNames);
      for (const name of data.featureNames) {
        assert.equal(data.columns[name].length, data.response.length);
        assert.ok(data.columns[name].every(Number.isFinite), name);
      }
      assert.ok(data.response.every((value) => value !== undefined));
    });

    it(`is read anew at each call, so one caller's changes are no other's: ${data.name}`, () => {
      const [first] = data.featureNames;
      load().columns[first][0] = -1;
      assert.notEqual(load().columns[first][0], -1);
    });
  }
});
