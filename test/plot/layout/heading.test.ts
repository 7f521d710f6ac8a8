import assert from "node:assert/strict";
import { heading, wrapText } from "../../../src/plot/layout/heading";

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
