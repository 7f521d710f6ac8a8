import assert from "node:assert/strict";
import { plural, shorten, shortNumber } from "../../../src/plot/layout/labels";

describe("labels", () => {
  it("have numbers of three digits with a true minus", () => {
    assert.deepEqual(
      [-1.23456, 12, -1e-7].map((value) => shortNumber(value)),
      ["\u22121.23", "12", "\u22121e\u22127"],
    );
  });

  it("have an s from two on, and at none", () => {
    assert.deepEqual(
      [0, 1, 2].map((count) => plural(count, "feature")),
      ["0 features", "1 feature", "2 features"],
    );
  });

  it("are cut in the middle, between characters, never inside of one", () => {
    assert.equal(shorten("abcdef", 6), "abcdef");
    assert.equal(shorten("abcdefg", 6), "abc…fg");
    assert.equal(shorten("😀😀😀😀", 3), "😀…😀");
    assert.deepEqual([shorten("abc", 2), shorten("abc", 1)], ["a…", "…"]);
  });
});
