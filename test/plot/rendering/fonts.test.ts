import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readFontWidths } from "../../../src/plot/rendering/fonts";

const sans = readFontWidths(readFileSync(require.resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf")));
const mono = readFontWidths(readFileSync(require.resolve("dejavu-fonts-ttf/ttf/DejaVuSansMono.ttf")));

describe("readFontWidths", () => {
  it("knows the advance widths that the font's metrics file prints", () => {
    // DejaVu Sans, units of 1/2048 em: space 651, i 569, M 1767, zero 1303.
    for (const [character, units] of [
      [" ", 651],
      ["i", 569],
      ["M", 1767],
      ["0", 1303],
    ] as const) {
      assert.equal(sans(character) * 2048, units, character);
    }
  });

  it("adds up letter by letter", () => {
    assert.equal(
      sans("λ = 0.1"),
      [..."λ = 0.1"].reduce((sum, letter) => sum + sans(letter), 0),
    );
  });

  it("gives every character of a monospaced font one width", () => {
    assert.equal(new Set([..."iMλ0 ."].map((letter) => mono(letter))).size, 1);
  });

  it("gives a character that is missing the width of the box that stands for it", () => {
    assert.equal(sans("\u{10fffe}"), sans("\u{10ffff}"));
    assert.ok(sans("\u{10ffff}") > 0);
  });
});
