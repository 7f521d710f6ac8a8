import assert from "node:assert/strict";
import { checkWidth, fitName, fitNames, widestName } from "../../../src/plot/layout/picture-width";
import { textWidth } from "../../../src/plot/rendering/fonts";

describe("fitName", () => {
  it("leaves what has room, and cuts what has none between characters", () => {
    assert.equal(fitName("short", 100), "short");
    const cut = fitName("a name of many letters", 60);
    assert.match(cut, /^a.*….*s$/);
    assert.ok(textWidth(cut, 12) <= 60);
    assert.equal(fitName("line\nbreak", 100), "line break");
    assert.equal(widestName(["i", "a name of many letters"], 60), Math.ceil(textWidth(cut, 12)));
  });

  it("is quick with a name as long as a book", () => {
    assert.ok(textWidth(fitName("x".repeat(100_000), 60), 12) <= 60);
  });
});

describe("fitNames", () => {
  const long = "a very long feature name of a";
  it("cuts in the middle, and keeps names apart that differ at their ends", () => {
    const cuts = fitNames([`${long} number 1`, `${long} number 2`, "short"], 120);
    assert.match(cuts[0], /^a ve.*….*1$/);
    assert.match(cuts[1], /^a ve.*….*2$/);
    assert.equal(cuts[2], "short");
  });

  it("keeps names apart wherever they differ, and repeats those that are the same", () => {
    const middle = ["alpha", "alpine", "beta"].map(
      (word) => `${long} ${word} with a long ending of many words`,
    );
    for (const room of [60, 90, 170]) {
      const cuts = fitNames([...middle, middle[2]], room);
      assert.equal(new Set(cuts).size, 3, cuts.join(", "));
      assert.equal(cuts[3], cuts[2]);
      for (const cut of cuts) assert.ok(textWidth(cut, 12) <= room);
    }
  });

  it("ends where there is no room to tell names apart", () => {
    assert.deepEqual(fitNames(["aa", "ab", "ac"], 1), ["…", "…", "…"]);
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
