import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { messages, promoters } from "../../../figures/studies/data-at-hand";

describe("data at hand", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "smooth-edges-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("have a column of 0 and 1 for each letter at each position of DNA, a position a group", () => {
    const path = join(folder, "promoters.csv");
    writeFileSync(path, '"Class","V2","V3"\n"+","g","c"\n"-","t","c"\n');
    assert.deepEqual(promoters(path), {
      columns: {
        ...{ "V2 a": [0, 0], "V2 c": [0, 0], "V2 g": [1, 0], "V2 t": [0, 1] },
        ...{ "V3 a": [0, 0], "V3 c": [1, 1], "V3 g": [0, 0], "V3 t": [0, 0] },
      },
      response: ["+", "-"],
      groups: [0, 0, 0, 0, 1, 1, 1, 1],
    });
  });

  it("have a column for each term that ten messages have, without case, any number as one term", () => {
    const path = join(folder, "messages");
    const rows = [...Array.from({ length: 10 }, (_, i) => `spam\tWIN £${i}, win!`), "ham\tDo not win"];
    writeFileSync(path, `${rows.join("\n")}\n`);
    const { columns, response } = messages(path);
    assert.deepEqual(Object.keys(columns).sort(), ["has !", "has ,", "has a number", "has win", "has £"]);
    assert.deepEqual(columns["has win"], new Array(11).fill(1));
    assert.deepEqual(columns["has £"], [...new Array(10).fill(1), 0]);
    assert.deepEqual(response, [...new Array(10).fill("spam"), "ham"]);
  });

  it("say where to get what is not there", () => {
    assert.throws(
      () => promoters(join(folder, "none")),
      /none must be there, got no such file; write it in R with kernlab/,
    );
    assert.throws(() => messages(join(folder, "none")), /get the SMS Spam Collection/);
  });
});
