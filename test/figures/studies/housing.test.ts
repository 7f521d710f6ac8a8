import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readHousing } from "../../../figures/studies/housing";
import { ROOT } from "../../support/tracked-files";

describe("the values of Californian houses", () => {
  it("begin as scikit-learn's copy does", () => {
    const { x, y } = readHousing();
    const published = [8.3252, 41, 6.98412698, 1.02380952, 322, 2.55555556, 37.88, -122.23];
    x[0].forEach((value, j) => {
      assert.ok(Math.abs(value - published[j]) < 1e-8, `${j}: ${value}`);
    });
    assert.equal(y[0], 4.526);
    assert.equal(x.length, 20640 - 207);
    for (const row of x) for (const value of row) assert.ok(Number.isFinite(value));
  });

  it("are the file whose checksum their page gives", () => {
    const page = readFileSync(join(ROOT, "figures/housing/README.md"), "utf8");
    const file = readFileSync(join(ROOT, "figures/housing/california.csv"));
    assert.ok(page.includes(createHash("sha256").update(file).digest("hex")));
  });
});
