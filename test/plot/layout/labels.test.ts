import assert from "node:assert/strict";
import { counted, shorten } from "../../../src/display/formatting";
import { heading, shortNumber, wrapText } from "../../../src/plot/layout/labels";

describe("labels", () => {
  it("have numbers of three digits with a true minus", () => {
    assert.deepEqual(
      [-1.23456, 12, -1e-7].map((value) => shortNumber(value)),
      ["\u22121.23", "12", "\u22121e\u22127"],
    );
  });

  it("have an s from two on, and at none", () => {
    assert.deepEqual(
      [0, 1, 2].map((count) => counted(count, "feature")),
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

const length = (line: string): number => line.length;

describe("wrapText", () => {
  it("breaks at spaces, and within a word only where it has no room of its own", () => {
    assert.deepEqual(wrapText("one two three", 7, length), ["one two", "three"]);
    assert.deepEqual(wrapText("a incredible b", 5, length), ["a", "incre", "dible", "b"]);
    assert.deepEqual(wrapText("", 5, length), [""]);
  });

  it("keeps a number with its error, and never cuts a character in two", () => {
    assert.deepEqual(wrapText("error 3 ± 1", 7, length), ["error", "3\u00a0±\u00a01"]);
    assert.deepEqual(wrapText("𝛽𝛽", 2, length), ["𝛽", "𝛽"]);
  });
});

describe("heading", () => {
  it("is one line each where there is room, more where there is not", () => {
    assert.deepEqual(heading("A title", ["a remark"], 300), { text: "A title", subtitle: "a remark" });
    const narrow = heading("A title of quite a few words that go on", ["a remark"], 200);
    assert.ok((narrow.text as string[]).length >= 2);
    assert.deepEqual(heading("A title", [], 300), { text: "A title" });
  });
});
