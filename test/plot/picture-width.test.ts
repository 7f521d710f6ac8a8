import assert from "node:assert/strict";
import { textWidth } from "../../src/plot/fonts";
import { checkWidth, fitName, widestName } from "../../src/plot/picture-width";

describe("fitName", () => {
  it("leaves what has room, and cuts what has none between characters", () => {
    assert.equal(fitName("short", 100), "short");
    const cut = fitName("a name of many letters", 60);
    assert.match(cut, /^a na.*…$/);
    assert.ok(textWidth(cut, 12) <= 60);
    assert.equal(fitName("line\nbreak", 100), "line break");
    assert.equal(widestName(["i", "a name of many letters"], 60), Math.ceil(textWidth(cut, 12)));
  });

  it("is quick with a name as long as a book", () => {
    assert.ok(textWidth(fitName("x".repeat(100_000), 60), 12) <= 60);
  });
});

describe("checkWidth", () => {
  it("takes none and 300 to 1600 pixels", () => {
    for (const width of [undefined, 300, 1600]) assert.doesNotThrow(() => checkWidth("a", width));
    for (const width of [299, 1601, Number.NaN, "320"])
      assert.throws(() => checkWidth("a", width), {
        name: "InputError",
        message:
          `a: width must be a number of pixels from 300 to 1600, got ${JSON.stringify(width) ?? width}`.replace(
            "null",
            "NaN",
          ),
      });
  });
});
